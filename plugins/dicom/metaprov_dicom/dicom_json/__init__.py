"""Instances of DICOM JSON; imports `instance` and `dataset`."""
