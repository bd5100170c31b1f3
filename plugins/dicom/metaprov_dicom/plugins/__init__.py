"""What the entry points name; imports every other wing."""
