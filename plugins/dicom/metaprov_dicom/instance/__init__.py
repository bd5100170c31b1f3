"""The instance and the rules of its values; imports no other wing."""
