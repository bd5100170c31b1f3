"""What authors write against: the hooks and their markers; it imports image ids and errors only."""
