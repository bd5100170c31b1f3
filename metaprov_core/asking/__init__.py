"""Who is asked, in which order, and what each said; imports every wing but the facade."""
