"""``metaprov demo``: a small study of a phantom, and what to try with it."""
