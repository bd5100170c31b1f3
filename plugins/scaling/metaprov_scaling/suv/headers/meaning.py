"""What a header value means, however it is written: values are compared by this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_scaling.suv.dicom_time import date_of, moment_of, time_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["meaning"]

#: By field of `metaprov_scaling.PetHeader`; all others, numbers above all, mean what they are.
_READ: Final[dict[str, Callable[[Any], object]]] = {
    "series_date": date_of,
    "series_time": time_of,
    "decay_correction_datetime": moment_of,
    "start_datetime": moment_of,
    "start_time": time_of,
    "manufacturer": str.casefold,
    "ge_datetime": moment_of,
    "siemens_datetime": moment_of,
    "ge_start": moment_of,
    # Its code says which it is, whatever it is called.
    "nuclide": lambda nuclide: nuclide.code,
}
#: A malformed value of these counts as missing, where one of the others is a reason.
_MISSING_IF_MALFORMED: Final = frozenset({"ge_datetime", "siemens_datetime"})


def meaning(field: str, value: Any) -> object:
    """Equal for values of a field that mean the same: ``"1100"`` and ``"110000.0"``, say."""
    read = _READ.get(field)
    if read is None or value is None:
        return value
    known = read(value)
    return value if known is None and field not in _MISSING_IF_MALFORMED else known
