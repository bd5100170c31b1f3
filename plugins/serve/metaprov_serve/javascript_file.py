"""Where metaprov.js is: in the wheel, or in the clone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["METAPROV_JS"]

_HERE: Final = Path(__file__).parent
_PLACES: Final = (_HERE / "javascript" / "metaprov.js", _HERE.parent / "javascript" / "metaprov.js")
METAPROV_JS: Final = next((path for path in _PLACES if path.is_file()), _PLACES[0])
