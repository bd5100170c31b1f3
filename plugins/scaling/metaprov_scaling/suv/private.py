"""The private elements that count: whose they are, by their creator (PS3.5 7.8.1).

A creator (gggg,00xx) owns the elements (gggg,xx00) to (gggg,xxFF). It is not at 10 in every header:
GE has its GEMS_PETD_01 behind GEMS_IDEN_01, mostly at 11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .values import number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["private_values"]


class _Private(NamedTuple):
    """One private element."""

    group: int
    creator: str
    #: Within the block of its creator.
    element: int
    read: Callable[[Any], Any]


#: In the order of the private fields of `PetHeader`.
_PRIVATE: Final = (
    _Private(0x7053, "Philips PET Private Group", 0x00, number),
    _Private(0x7053, "Philips PET Private Group", 0x09, number),
    _Private(0x0009, "GEMS_PETD_01", 0x0D, text),
    _Private(0x0071, "SIEMENS MED PT", 0x22, text),
    _Private(0x0009, "GEMS_PETD_01", 0x3B, text),
)
_GROUPS: Final = tuple(sorted({private.group for private in _PRIVATE}))
_NAMES: Final = frozenset(f"{group:04X}" for group in _GROUPS)
_NO_VALUES: Final = (None,) * len(_PRIVATE)
#: Where the elements of a creator are whom nothing names: de-identification overwrites creators.
_USUAL_BLOCK: Final = "10"


def private_values(instance: Mapping[Any, Any]) -> tuple[Any, ...]:
    """The values of the private elements that count, None for each that is not there.

    The keys of private elements are 8 upper-case hex digits. Of blocks with one creator the first
    counts; the elements of a creator that is not named are looked for in block 10.
    """
    is_there, creators = _creators(instance)
    if not is_there:
        return _NO_VALUES
    blocks: dict[tuple[str, str | None], str] = {}
    for key in creators:
        blocks.setdefault((key[:4], text(instance[key])), key[6:])
    return tuple([private.read(instance.get(_key(private, blocks))) for private in _PRIVATE])


def _key(private: _Private, blocks: Mapping[tuple[str, str | None], str]) -> str:
    group = f"{private.group:04X}"
    block = blocks.get((group, private.creator), _USUAL_BLOCK)
    return f"{group}{block}{private.element:02X}"


def _creators(instance: Mapping[Any, Any]) -> tuple[bool, Iterable[str]]:
    """Whether there is any element of these groups, and the keys of the creators in order."""
    # An instance of metaprov-dicom says which tags a group has, without going through all others.
    tags_of_group: Callable[[int], list[int]] | None = getattr(instance, "tags_of_group", None)
    if tags_of_group is not None:
        tags = [tag for group in _GROUPS for tag in tags_of_group(group)]
        return bool(tags), [f"{tag:08X}" for tag in tags if not tag & 0xFF00]
    keys = [key for key in instance if isinstance(key, str) and key[:4] in _NAMES]
    return bool(keys), [key for key in keys if key[4:6] == "00"]
