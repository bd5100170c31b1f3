"""Instances of files, by a walk over their bytes; imports `instance` and `dataset`."""
