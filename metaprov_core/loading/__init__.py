"""From the name of an entry point to a plugin that is attached; imports the hooks and errors."""
