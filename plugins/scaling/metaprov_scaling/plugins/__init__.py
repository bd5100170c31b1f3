"""What the entry points name; imports the whole package."""
