"""The text of one number, read into a `Phrase`."""
