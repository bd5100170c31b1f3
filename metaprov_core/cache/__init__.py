"""The cache of a provider's answers; it imports hooks, image ids and errors."""
