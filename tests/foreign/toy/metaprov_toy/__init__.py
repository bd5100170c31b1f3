"""Planes of images in .toy files."""
