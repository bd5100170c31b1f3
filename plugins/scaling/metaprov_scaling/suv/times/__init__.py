"""What decay is corrected to, and when the tracer was given (rules 5, 6 and 8)."""
