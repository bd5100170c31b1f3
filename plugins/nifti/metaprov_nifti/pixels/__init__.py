"""The voxels of a file: what they are, how they are scaled, and the bytes of one slice."""
