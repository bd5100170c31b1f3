"""Where metaprov.js is: in the wheel, or in the clone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["JAVASCRIPT_FILE"]

_HERE: Final = Path(__file__).parent
_PLACES: Final = (_HERE / "javascript" / "metaprov.js", _HERE.parent / "javascript" / "metaprov.js")
JAVASCRIPT_FILE: Final = next((path for path in _PLACES if path.is_file()), _PLACES[0])
