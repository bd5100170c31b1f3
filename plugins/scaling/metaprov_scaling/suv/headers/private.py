"""The private elements that count: whose they are, by their creator (PS3.5 7.8.1).

A creator (gggg,00xx) owns the elements (gggg,xx00) to (gggg,xxFF). It is not at 10 in every header:
GE has its GEMS_PETD_01 behind GEMS_IDEN_01, mostly at 11.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .reading import values_of
from .values import number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["private_values"]


class _Private(NamedTuple):
    """One private element."""

    group: str
    creator: str
    #: Within the block of its creator.
    element: str
    read: Callable[[Any], Any]


#: In the order of the private fields of `PetHeader`.
_PRIVATE: Final = (
    _Private("7053", "Philips PET Private Group", "00", number),
    _Private("7053", "Philips PET Private Group", "09", number),
    _Private("0009", "GEMS_PETD_01", "0D", text),
    _Private("0071", "SIEMENS MED PT", "22", text),
    _Private("0009", "GEMS_PETD_01", "3B", text),
)
_GROUPS: Final = frozenset(private.group for private in _PRIVATE)
_NUMBERS_OF_GROUPS: Final = tuple(sorted(int(group, 16) for group in _GROUPS))
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
    names = map(text, values_of(instance, creators)) if creators else ()
    values = values_of(instance, _keys(creators, tuple(names)))
    return tuple([private.read(value) for private, value in zip(_PRIVATE, values, strict=True)])


# In a series they are those of the image before, as are the tags.
@lru_cache(maxsize=64)
def _keys(creators: tuple[str, ...], names: tuple[str | None, ...]) -> tuple[str, ...]:
    """The keys of the private elements, of the keys of creators and their names."""
    blocks: dict[tuple[str, str | None], str] = {}
    for key, name in zip(creators, names, strict=True):
        blocks.setdefault((key[:4], name), key[6:])
    return tuple(
        [
            f"{group}{blocks.get((group, creator), _USUAL_BLOCK)}{element}"
            for group, creator, element, _ in _PRIVATE
        ]
    )


def _creators(instance: Mapping[Any, Any]) -> tuple[bool, tuple[str, ...]]:
    """Whether there is any element of these groups, and the keys of the creators in order."""
    # An instance of metaprov-dicom says which tags a group has, without going through all others.
    tags_of_groups: Callable[..., tuple[int, ...]] | None
    tags_of_groups = getattr(instance, "tags_of_groups", None)
    if tags_of_groups is not None:
        return _creators_among(tags_of_groups(*_NUMBERS_OF_GROUPS))
    keys = [key for key in instance if isinstance(key, str) and key[:4] in _GROUPS]
    return bool(keys), tuple([key for key in keys if key[4:6] == "00"])


@lru_cache(maxsize=64)
def _creators_among(tags: tuple[int, ...]) -> tuple[bool, tuple[str, ...]]:
    return bool(tags), tuple([f"{tag:08X}" for tag in tags if not tag & 0xFF00])
