"""A text, read into the `Mentions` of the numbers in it."""
