"""What of a table is on the disk: parts while it is made, its files when it is finished."""
