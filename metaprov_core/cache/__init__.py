"""The cache that a provider keeps; imports the hooks, image ids and errors."""
