"""The rows of some files: what is asked of the host about them, and what failed."""

from .asked import Answered, answered
from .failures import CRASH, ERRORS_SCHEMA, NOT_DICOM, Failures
from .joined import files_by_series, joined
from .series import SeriesAnswered, series_answered
from .volumes import VOLUMES_SCHEMA

__all__ = [
    "CRASH",
    "ERRORS_SCHEMA",
    "NOT_DICOM",
    "VOLUMES_SCHEMA",
    "Answered",
    "Failures",
    "SeriesAnswered",
    "answered",
    "files_by_series",
    "joined",
    "series_answered",
]
