"""What is in an answer, and how it can be changed: by its caller, or into another one."""
