"""Reading and writing: TOML folders, tables, importers."""
