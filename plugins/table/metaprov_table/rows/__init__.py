"""The rows of some files: what is asked of the host about them, and what failed."""

from .asked import Answered, answered
from .failures import ERRORS_SCHEMA, NOT_DICOM
from .series import SeriesAnswered, series_answered
from .volumes import VOLUMES_SCHEMA

__all__ = [
    "ERRORS_SCHEMA",
    "NOT_DICOM",
    "VOLUMES_SCHEMA",
    "Answered",
    "SeriesAnswered",
    "answered",
    "series_answered",
]
