"""Where the fields of a module come from: which attributes, and where the header has them."""
