"""The members of zip and tar archives, wherever the archive is; imports `stores`."""
