"""The commands: what a folder holds, the defects of its volumes, and volumes as files."""
