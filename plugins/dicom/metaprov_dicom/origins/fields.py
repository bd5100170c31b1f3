"""Which attributes the fields of a module come from: those without which they are different.

So it is true of whatever a module is derived by: no derivation says it, and none can forget it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from metaprov_core import collect_notes
from metaprov_dicom.frames.number import FrameInstance, number_of_frames
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.modules.table import field_name
from metaprov_dicom.values.dictionary import ATTRIBUTES, keyword_of, label

from .places import phrase
from .recorded import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metaprov_dicom.modules.table import Derive

    from .recorded import Path

__all__ = ["origins_of_fields"]

#: How many attributes in items of sequences are looked at: a palette or an ECG has thousands.
_MOST_IN_ITEMS: Final = 500
_PER_FRAME: Final = ATTRIBUTES["PerFrameFunctionalGroupsSequence"].tag


def origins_of_fields(
    derive: Derive[Any], instance: Mapping[str, Any], frame: int
) -> dict[str, list[str]]:
    """The attributes that each field of a module comes from, as phrases that say where they are.

    Each attribute that is read is hidden in turn. A field that none of them alone decides comes
    from the attribute of its name, if that was read. Nothing is known of mappings that are no
    `Instance`.
    """
    if not isinstance(instance, Instance):
        return {}
    reads: dict[Path, None] = {}
    fields = _fields(derive, recorded(instance, reads), frame)
    deciding: dict[str, list[Path]] = {field: [] for field in fields}
    # Those without which there is no field at all.
    conditions: set[Path] = set()
    in_items = 0
    # The attributes in an item come after the sequence, which is looked at first.
    for path in sorted(reads, key=len):
        if len(path) > 1:
            in_items += 1
            if in_items > _MOST_IN_ITEMS or not _is_within(path, deciding.values()):
                continue
        without = _fields(derive, recorded(instance, {}, path), frame)
        if not without:
            conditions.add(path)
        for field, value in fields.items():
            if without.get(field) != value:
                deciding[field].append(path)
    for field in [field for field, paths in deciding.items() if not paths]:
        deciding[field] = [path for path in reads if _has_name(path, field)][:1]
    told = {
        field: [phrase(instance, path, frame) for path in _innermost(paths, field, conditions)]
        for field, paths in deciding.items()
        if paths
    }
    if _are_counted_by_groups(instance) and not deciding.get("number_of_frames", True):
        told["number_of_frames"] = [f"the items of {label(_PER_FRAME)}"]
    return told


def _are_counted_by_groups(instance: Instance) -> bool:
    """Whether an image without NumberOfFrames has functional groups for each of several frames."""
    return isinstance(instance, FrameInstance) and number_of_frames(instance) > 1


def _fields(derive: Derive[Any], instance: Instance, frame: int) -> dict[str, Any]:
    """The fields of a module that have a value; none of no module."""
    module = collect_notes([], derive, instance, frame)
    if module is None:
        return {}
    return {field: value for field, value in structs.asdict(module).items() if value is not None}


def _is_within(path: Path, deciding: Iterable[list[Path]]) -> bool:
    return any(path[:-2] in paths for paths in deciding)


def _innermost(paths: list[Path], field: str, conditions: set[Path]) -> Iterator[Path]:
    """The attributes without the sequences that they are in.

    That of the field's name comes first, and those last that all fields need.
    """
    inner = [path for path in paths if not any(other[:-2] == path for other in paths if other[2:])]
    return iter(sorted(inner, key=lambda path: (not _has_name(path, field), path in conditions)))


def _has_name(path: Path, field: str) -> bool:
    return field_name(keyword_of(path[-1])) == field
