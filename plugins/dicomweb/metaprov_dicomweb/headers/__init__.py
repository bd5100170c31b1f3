"""Whole headers of a server's images, and finding them; imports the other three."""
