"""OHIF, unmodified: its files, the configuration that it asks for, and where it is had from."""

from .config import app_config
from .errors import OhifError
from .fetched import OHIF_VERSION, fetched_ohif
from .routes import ohif_routes

__all__ = ["OHIF_VERSION", "OhifError", "app_config", "fetched_ohif", "ohif_routes"]
