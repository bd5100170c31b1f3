"""A volume that was read, and what it becomes: images of other libraries, files, pictures."""
