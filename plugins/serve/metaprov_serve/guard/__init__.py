"""Who may ask, and how much: hosts, origins, the token, limits, and what browsers may load."""
