"""What the rules need of one image, read from any source; imports no rule."""
