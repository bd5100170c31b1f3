"""The own API below /metaprov/api: metaprov's answers as JSON, and pixels."""

from .routes import api_routes

__all__ = ["api_routes"]
