"""What users know of the spacing of an image better than its header; imports no other wing."""
