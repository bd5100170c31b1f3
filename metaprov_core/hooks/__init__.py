"""What authors write against: the hooks and their markers; imports image ids and errors alone."""
