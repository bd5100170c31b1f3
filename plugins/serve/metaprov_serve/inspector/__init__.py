"""The page at /metaprov/ that shows images, and why metaprov answers what it answers."""

from .keywords import keywords
from .routes import inspector_routes

__all__ = ["inspector_routes", "keywords"]
