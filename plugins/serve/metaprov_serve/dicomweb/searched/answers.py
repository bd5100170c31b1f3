"""What a search answers of a study, a series or an instance, as DICOM JSON (PS3.18 F)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_serve.dicomweb.indexed.attributes import BY_KEYWORD, COUNTS, FIELDS, Level

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from metaprov_serve.dicomweb.indexed.attributes import Attribute
    from metaprov_serve.dicomweb.indexed.tree import IndexedInstance, Node, Series, Study

__all__ = ["answer_of", "counted"]

_MODALITY: Final = FIELDS[Level.SERIES].index(BY_KEYWORD["Modality"])
_COMPONENT_GROUPS: Final = ("Alphabetic", "Ideographic", "Phonetic")
_encode: Final = msgspec.json.encode
#: The answer is in UTF-8, whatever the header was written in.
_CHARSET: Final = (0x00080005, b'"00080005":{"vr":"CS","Value":["ISO_IR 192"]}')
_RETRIEVE_URL: Final = 0x00081190
_UIDS: Final = frozenset({"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"})


def answer_of(
    nodes: Sequence[Node],
    shown: int,
    url: str,
    include: Collection[int],
    from_header: Mapping[int, bytes],
) -> bytes:
    """The JSON of a match.

    ``nodes`` are the study, the series and the instance that lead to it; those from ``shown`` on
    are answered with all of their attributes, the others with their UIDs, and what is to be
    included. ``url`` is its RetrieveURL, ``from_header`` are encoded elements by their tags.
    """
    elements = dict([_CHARSET])
    for node in nodes:
        found = {**_kept(node), **counted(node)}
        for attribute, value in found.items():
            tag = attribute.tag
            if node.level >= shown or tag in include or attribute.keyword in _UIDS:
                elements[tag] = _element(attribute, value)
    elements[_RETRIEVE_URL] = b'"00081190":{"vr":"UR","Value":[%b]}' % _encode(url)
    # The charset of a header is not that of the answer.
    for tag, element in from_header.items():
        elements.setdefault(tag, element)
    return b"{%b}" % b",".join([elements[tag] for tag in sorted(elements)])


def counted(node: Node) -> dict[Attribute, Any]:
    """The attributes of a level that follow from what is found, and their values."""
    return dict(zip(COUNTS[node.level], _COUNTED[node.level](node), strict=True))


def _kept(node: Node) -> dict[Attribute, Any]:
    return dict(zip(FIELDS[node.level], node.values, strict=True))


def _of_study(study: Study) -> tuple[Any, ...]:
    series = study.below()
    modalities = {each.values[_MODALITY] for each in series} - {None}
    return (
        tuple(sorted(map(str, modalities))) or None,
        len(series),
        sum(len(each.instances) for each in series),
    )


def _of_series(series: Series) -> tuple[Any, ...]:
    return (len(series.instances),)


def _of_instance(instance: IndexedInstance) -> tuple[Any, ...]:
    return (instance.transfer_syntax,)


_COUNTED: Final[dict[Level, Any]] = {
    Level.STUDY: _of_study,
    Level.SERIES: _of_series,
    Level.INSTANCE: _of_instance,
}


def _element(attribute: Attribute, value: Any) -> bytes:
    values = value if isinstance(value, tuple) else (value,)
    element: dict[str, Any] = {"vr": attribute.vr}
    if value is not None and value != ():
        element["Value"] = [_name(each) for each in values] if attribute.vr == "PN" else values
    return b'"%08X":%b' % (attribute.tag, _encode(element))


def _name(name: str | None) -> dict[str, str] | None:
    if name is None:
        return None
    groups = zip(_COMPONENT_GROUPS, name.split("=", 2), strict=False)
    return {group: text for group, text in groups if text}
