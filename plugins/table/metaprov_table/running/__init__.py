"""Who does the work, and what of it is finished: parts that outlive whatever ends a run."""

from .summary import Summary
from .write import write

__all__ = ["Summary", "write"]
