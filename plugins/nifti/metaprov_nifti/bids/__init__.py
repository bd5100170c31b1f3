"""What BIDS has beside a file: its sidecar, and the factor to SUV that follows from it."""
