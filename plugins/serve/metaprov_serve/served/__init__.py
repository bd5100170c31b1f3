"""What is served: sources, the folders that they stand for, and which ids may be asked about."""

from .served import Served, missing

__all__ = ["Served", "missing"]
