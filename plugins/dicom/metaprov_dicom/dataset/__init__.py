"""Instances of pydicom's data sets; imports `instance`."""
