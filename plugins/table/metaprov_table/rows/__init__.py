"""The rows of some files: what is asked of the host about them, and what failed."""

from .asked import Answered, answered
from .failures import CRASH, ERRORS_SCHEMA, NOT_DICOM, Failures
from .joined import joined
from .series import FILE_COLUMNS, Series, keys_of, series_in
from .series_answers import SeriesAnswered, asking_series, series_answered
from .volumes import VOLUMES_SCHEMA

__all__ = [
    "CRASH",
    "ERRORS_SCHEMA",
    "FILE_COLUMNS",
    "NOT_DICOM",
    "VOLUMES_SCHEMA",
    "Answered",
    "Failures",
    "Series",
    "SeriesAnswered",
    "answered",
    "asking_series",
    "joined",
    "keys_of",
    "series_answered",
    "series_in",
]
