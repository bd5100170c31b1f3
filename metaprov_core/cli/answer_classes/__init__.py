"""What the class of an answer says of itself: what it is, and what each of its fields means."""
