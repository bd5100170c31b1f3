"""The tests that plugins inherit, by subject."""
