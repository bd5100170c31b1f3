"""What images are in space, from their planes alone: no host, no file, no array."""
