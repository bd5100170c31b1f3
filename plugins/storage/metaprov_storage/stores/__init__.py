"""The bytes of files and of objects in stores, range by range; imports `places`."""
