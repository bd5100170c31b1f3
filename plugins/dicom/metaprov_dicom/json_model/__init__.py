"""DICOM JSON (PS3.18 F), read and written; imports `instance` and `dataset`."""
