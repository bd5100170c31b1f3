"""The commands: a table from sources, and a page that says what is wrong with a table."""
