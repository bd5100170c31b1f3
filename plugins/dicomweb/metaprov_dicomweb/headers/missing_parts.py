"""Whether a server has sent a whole header.

Some servers answer for a series with what is in their data base, a third of the attributes.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from metaprov_dicom import EncodedElements, Instance

__all__ = [
    "GROUPS",
    "Completeness",
    "binary_data_to_be_there",
    "empty_attributes",
    "is_garbled",
    "may_have_groups",
    "missing_attribute",
]


class Completeness(Enum):
    """How much a header, or the headers of a series, have of what the server has."""

    #: Nobody has looked for missing attributes yet, and none is asked for.
    UNKNOWN = 1

    #: An attribute is missing. It is asked for, with all others, by the metadata of one image.
    PARTIAL = 2

    #: The server has no more. An attribute that is missing is missing in the image.
    WHOLE = 3


#: The tags of the Shared- and the PerFrameFunctionalGroupsSequence.
GROUPS: Final = frozenset({0x52009229, 0x52009230})
_GROUPS_BY_KEY: Final = {
    "52009229": "SharedFunctionalGroupsSequence",
    "52009230": "PerFrameFunctionalGroupsSequence",
}

#: What every image with pixels must have (PS3.3 C.7.6.3, type 1).
_OF_PIXELS: Final = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
)
_PLANE: Final = ("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient")
_OF_FRAMES: Final = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")

#: What the images of some SOP classes must also have, possibly empty (types 1 and 2). Regions of
#: ultrasound are optional, and nearly always there.
_OF_CLASS: Final = {
    # CT, MR and PET, one slice each (A.3, A.4, A.21)
    "1.2.840.10008.5.1.4.1.1.2": (*_PLANE, "RescaleSlope", "RescaleIntercept"),
    "1.2.840.10008.5.1.4.1.1.4": _PLANE,
    "1.2.840.10008.5.1.4.1.1.128": (
        *_PLANE,
        "RescaleSlope",
        "RescaleIntercept",
        "Units",
        "RadiopharmaceuticalInformationSequence",
    ),
    # the enhanced ones, and segmentations (C.7.6.16)
    **dict.fromkeys(
        (
            "1.2.840.10008.5.1.4.1.1.2.1",
            "1.2.840.10008.5.1.4.1.1.4.1",
            "1.2.840.10008.5.1.4.1.1.130",
            "1.2.840.10008.5.1.4.1.1.66.4",
        ),
        _OF_FRAMES,
    ),
    # digital radiography and mammography (C.8.11.4)
    "1.2.840.10008.5.1.4.1.1.1.1": ("ImagerPixelSpacing",),
    "1.2.840.10008.5.1.4.1.1.1.2": ("ImagerPixelSpacing",),
    # ultrasound (C.8.5.5)
    "1.2.840.10008.5.1.4.1.1.6.1": ("SequenceOfUltrasoundRegions",),
    "1.2.840.10008.5.1.4.1.1.3.1": ("SequenceOfUltrasoundRegions",),
    # nuclear medicine (C.8.4.11)
    "1.2.840.10008.5.1.4.1.1.20": ("DetectorInformationSequence",),
    # a dose (C.8.8.3)
    "1.2.840.10008.5.1.4.1.1.481.2": ("DoseGridScaling",),
}
#: What is never empty where it is there (types 1 and 1C), by tag. What Orthanc 1.10 loses in
#: ISO_IR 13 is numbers of several values.
_NEVER_EMPTY: Final = {
    "00280002": "SamplesPerPixel",
    "00280004": "PhotometricInterpretation",
    "00280010": "Rows",
    "00280011": "Columns",
    "00280100": "BitsAllocated",
    "00280101": "BitsStored",
    "00280102": "HighBit",
    "00280103": "PixelRepresentation",
    "00280030": "PixelSpacing",
    "00200032": "ImagePositionPatient",
    "00200037": "ImageOrientationPatient",
    "00281052": "RescaleIntercept",
    "00281053": "RescaleSlope",
    "00281050": "WindowCenter",
    "00281051": "WindowWidth",
    "00181164": "ImagerPixelSpacing",
    "00541001": "Units",
    "3004000E": "DoseGridScaling",
}
_EMPTY_IN_ITEM: Final = re.compile(
    rb'"(?:002000(?:32|37)|00280030|0028105[0-3])"\s*:\s*\{\s*"vr"\s*:\s*"DS"\s*'
    rb'(?:,\s*"Value"\s*:\s*\[(?:\s|,|null|"")*\]\s*)?\}'
)
_decode: Final = msgspec.json.Decoder().decode

#: Binary data, which some servers leave out of all metadata, by what describes them: palettes, of
#: one kind or the other, and tables and waveforms in sequences.
_DATA_OF: Final = {
    "00281101": (0x00281201, 0x00281221),
    "00281102": (0x00281202, 0x00281222),
    "00281103": (0x00281203, 0x00281223),
    "00281104": (0x00281204,),
    "00282002": (0x00282000,),  # the ICC profile, by ColorSpace
    "00283000": (0x00283000,),
    "00283010": (0x00283010,),
    "54000100": (0x54000100,),
}
#: OverlayData, by OverlayRows, for each group of overlays (PS3.3 C.9.2); and OverlayBitsAllocated:
#: other than 1, the overlay is in bits of the pixels (retired).
_OVERLAY_ROWS: Final = {
    f"{group:04X}0010": group << 16 | 0x3000 for group in range(0x6000, 0x6020, 2)
}
_BITS_ALLOCATED: Final = "0100"
_DESCRIPTIONS: Final = frozenset({*_DATA_OF, *_OVERLAY_ROWS})

_JAPANESE: Final = b"IR 13"
_YEN_SIGNS: Final = ("\u00a5".encode(), b"\\u00a5", b"\\u00A5")
_WAVEFORMS: Final = "1.2.840.10008.5.1.4.1.1.9."


def missing_attribute(image: Instance) -> str | None:
    """The keyword of an attribute that the header must have and lacks; None if it lacks none.

    An object of any other SOP class must have pixels. One that has none, a document say, counts as
    partial: nobody can tell.
    """
    sop_class = _sop_class(image)
    if not sop_class:
        return "SOPClassUID"
    required = (*_OF_PIXELS, *_OF_CLASS.get(sop_class, ()))
    if sop_class.startswith(_WAVEFORMS):
        required = ("WaveformSequence",)
    return next((keyword for keyword in required if keyword not in image), None)


def empty_attributes(header: EncodedElements) -> dict[str, str]:
    """The attributes that a header has without a value, and must have one: keywords by tag.

    Functional groups with such an attribute are among them.
    """
    empty = {
        tag: keyword
        for tag, keyword in _NEVER_EMPTY.items()
        if tag in header and _is_empty(bytes(header[tag]))
    }
    return empty | {
        tag: keyword
        for tag, keyword in _GROUPS_BY_KEY.items()
        if tag in header and _EMPTY_IN_ITEM.search(bytes(header[tag])) is not None
    }


# Most elements of a header are those of the image before it.
@lru_cache(1024)
def _is_empty(encoded: bytes) -> bool:
    element = _decoded(encoded)
    if not isinstance(element, dict) or "BulkDataURI" in element or element.get("InlineBinary"):
        return False
    value = element.get("Value")
    values = value if isinstance(value, list) else [value]
    return all(one is None or one == "" for one in values)


def binary_data_to_be_there(header: EncodedElements) -> frozenset[int]:
    """The tags of binary data that an image has by what its header says of them.

    The header may have the data.
    """
    tags: set[int] = set()
    for description in header.keys() & _DESCRIPTIONS:
        if description in _DATA_OF:
            # A palette is segmented, or it is not.
            data = _DATA_OF[description]
            tags.update([tag for tag in data if f"{tag:08X}" in header] or data)
        elif _has_data_of_its_own(header, description[:4]):
            tags.add(_OVERLAY_ROWS[description])
    return frozenset(tags)


def _has_data_of_its_own(header: EncodedElements, group: str) -> bool:
    bits = header.get(f"{group}{_BITS_ALLOCATED}")
    element = {} if bits is None else _decoded(bytes(bits))
    return not isinstance(element, dict) or element.get("Value") in (None, [], [None], [0], [1])


def _decoded(encoded: bytes) -> Any:
    try:
        return _decode(encoded)
    except ValueError:
        # A number that no float can hold.
        return None


def may_have_groups(image: Instance) -> bool:
    """Whether an image may have functional groups, by its SOP class."""
    return _OF_CLASS.get(_sop_class(image), _OF_FRAMES) is _OF_FRAMES


def _sop_class(image: Instance) -> str:
    # `get` alone would remember that the attribute is missing, when more may come.
    value = image.get("SOPClassUID") if "SOPClassUID" in image else None
    return value if isinstance(value, str) else ""


def is_garbled(header: bytes) -> bool:
    """Whether the server took the backslashes between values for yen signs, and lost numbers.

    Orthanc 1.10 does so in ISO_IR 13, where both characters have one code. Two texts become
    ``["1\u00a52"]``, and two numbers are lost.
    """
    return _JAPANESE in header and any(yen in header for yen in _YEN_SIGNS)
