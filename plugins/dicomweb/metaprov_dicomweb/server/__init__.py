"""Which servers may be asked, for what, and with which credentials; imports no other wing."""
