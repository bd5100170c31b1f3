"""The images behind a source, and which of them form a series; imports `archives`."""
