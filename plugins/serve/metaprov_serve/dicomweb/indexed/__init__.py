"""Which studies, series and instances are served, and whether one may still be read."""
