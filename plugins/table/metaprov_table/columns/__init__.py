"""Which columns a table has, of which Arrow type, and how answers become values of them."""

from .default_types import DEFAULT_TYPES
from .schema import FIRST_FIELDS, Columns, columns_of, schema

__all__ = ["DEFAULT_TYPES", "FIRST_FIELDS", "Columns", "columns_of", "schema"]
