"""The headers of a server's images, whole; imports `services` and `server`."""
