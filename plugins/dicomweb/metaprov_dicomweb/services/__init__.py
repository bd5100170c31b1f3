"""The services of DICOMweb and what they send; imports `http` and `server`."""
