"""DICOMweb (PS3.18) of what is served, to be read from alone: QIDO-RS and WADO-RS."""

from .indexed.index import Index
from .routes import routes

__all__ = ["Index", "routes"]
