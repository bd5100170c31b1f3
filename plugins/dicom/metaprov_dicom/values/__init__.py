"""What the value of one element is, by its tag and VR (PS3.5 6); imports no other wing."""
