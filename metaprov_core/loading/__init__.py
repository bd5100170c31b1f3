"""From the name of an entry point to a plugin that is attached; it imports hooks and errors."""
