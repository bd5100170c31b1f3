"""Which servers may be asked, and how; imports no other wing."""
