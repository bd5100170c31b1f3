"""Who is asked, in which order, and what each answers; it imports loading, cache and hooks."""
