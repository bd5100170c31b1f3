"""The pixels of frames as they are stored: native ones, and the fragments of compressed ones."""
