"""The frames of an image, and what each of them says; imports `encoding` and `instance`."""
