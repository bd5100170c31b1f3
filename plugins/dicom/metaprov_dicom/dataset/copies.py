"""Copies of pydicom data sets: headers for others to change, and headers that nobody changes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from metaprov_dicom.instance.elements import ITEMS_AND_DELIMITERS, LEFT_OUT

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.dataelem import DataElement, RawDataElement

__all__ = ["copy_of_header", "snapshot"]

_LEFT_OUT = LEFT_OUT | ITEMS_AND_DELIMITERS


def copy_of_header(dataset: Dataset) -> Dataset:
    """A copy whose attributes can be set without changing the original's.

    pydicom's own shallow copy shares the dictionary of elements with the original.
    """
    # Not one by one: setting an element decodes it if it is private. Not "in dataset" either: a
    # data set iterates over its elements, and decodes them.
    tags = dataset.keys()
    elements: dict[Any, Any] = {tag: dataset.get_item(tag, keep_deferred=True) for tag in tags}
    return _like(dataset, {t: e if e.is_raw else copy.copy(e) for t, e in elements.items()})


def snapshot(dataset: Dataset) -> Dataset:
    """A copy of the header, without pixel data, that no change of the original reaches.

    What pydicom has not decoded yet is bytes, which cannot change, and shared. What begins and ends
    items outside of sequences, for which it has no values, is left out.
    """
    # Values that pydicom left in a file are read now.
    tags = [tag for tag in dataset.keys() if tag not in _LEFT_OUT]  # noqa: SIM118 - as in copy_of_header
    elements = {tag: dataset.get_item(tag) for tag in tags}
    return _like(dataset, {tag: _unchanging(element) for tag, element in elements.items()})


def _unchanging(element: DataElement | RawDataElement) -> DataElement | RawDataElement:
    from pydicom import DataElement
    from pydicom.sequence import Sequence

    if element.is_raw:
        return element
    element = cast("DataElement", element)
    if element.VR != "SQ":
        return copy.deepcopy(element)
    return DataElement(element.tag, "SQ", Sequence(map(snapshot, element.value or ())))


def _like(dataset: Dataset, elements: dict[Any, Any]) -> Dataset:
    """A data set with these elements, read from where the other one was."""
    from pydicom import Dataset

    new = Dataset(elements)
    file_meta = getattr(dataset, "file_meta", None)
    if file_meta is not None:
        new.file_meta = copy.deepcopy(file_meta)
    is_implicit_vr, is_little_endian = dataset.original_encoding
    new.set_original_encoding(is_implicit_vr, is_little_endian, dataset.original_character_set)
    return new
