"""Headers of files, streams and other sources of bytes; imports `encoding` and `dataset`."""
