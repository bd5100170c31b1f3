"""Headers, files, frames, pictures and bulk data of instances (WADO-RS)."""
