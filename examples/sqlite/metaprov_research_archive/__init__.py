"""Headers of a research archive, from the SQLite file that RESEARCH_ARCHIVE names."""
