"""The frames of an image, and what each of them says; imports `instance` and `file`."""
