"""Where the slices of a file lie in the patient: planes, volumes, and what is doubtful of them."""
