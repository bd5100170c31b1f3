"""A table as one HTML page that others can read: what it holds, what is wrong, and no request."""
