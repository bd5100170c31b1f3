"""The services of DICOMweb and what they send; imports `server`."""
