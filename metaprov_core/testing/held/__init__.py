"""What a plugin holds on to: what it reaches, keeps, has open and has started."""
