"""The images in a folder, and which of them form a series; imports `frames` and `file`."""
