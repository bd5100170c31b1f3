"""How requests are worked on and answered, whatever they ask."""
