"""Elements in the bytes of a data set (PS3.5): where they are; imports `instance` and `dataset`."""
