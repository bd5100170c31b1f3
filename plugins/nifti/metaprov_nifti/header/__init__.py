"""From the first bytes of a file to its header."""
