"""Whether a server has sent a whole header.

Some servers answer for a series with what is in their data base, a third of the attributes.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from metaprov_dicom import Instance

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
#: What is never empty where it is there (types 1 and 1C): what Orthanc 1.10 loses in ISO_IR 13 is
#: numbers of several values.
_NEVER_EMPTY: Final = (
    *_OF_PIXELS,
    *_PLANE,
    "RescaleSlope",
    "RescaleIntercept",
    "WindowCenter",
    "WindowWidth",
    "ImagerPixelSpacing",
)
#: How an element without a value may end, or have none.
_EMPTY: Final = (b"[]", b"[ ]", b"null", b'"DS"}', b'"IS"}', b'"US"}', b'"CS"}')

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
_DESCRIBING: Final = (b'"002811', b'"00282002', b'"00283002', b'"54001004')
#: The groups of overlays (PS3.3 C.9.2); OverlayRows, and OverlayBitPosition: other than 0, the
#: overlay is in the pixels.
_OVERLAYS: Final = range(0x6000, 0x6020, 2)
_OF_OVERLAYS: Final = b'"60'
_ROWS: Final = 0x0010
_BITS_ALLOCATED: Final = 0x0100
_DATA: Final = 0x3000

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


def empty_attributes(header: bytes, image: Instance) -> tuple[str, ...]:
    """The keywords of attributes that the header has without a value, and must have one.

    ``header`` is the DICOM JSON of the image, which most often shows that there are none.
    """
    if not any(ending in header for ending in _EMPTY):
        return ()
    keywords = dict.fromkeys((*_NEVER_EMPTY, *_OF_CLASS.get(_sop_class(image), ())))
    return tuple(keyword for keyword in keywords if _is_empty(image, keyword))


def _is_empty(image: Instance, keyword: str) -> bool:
    if keyword not in image:
        return False
    from pydicom.datadict import tag_for_keyword

    # Not its value: that would be remembered, when the header is not the last word.
    element = image.element(tag_for_keyword(keyword) or 0)
    return element is not None and element.value is None and element.vr != "SQ"


def binary_data_to_be_there(header: bytes, image: Instance) -> frozenset[int]:
    """The tags of binary data that an image has by what its header says of them.

    ``header`` is the DICOM JSON of the image. The data may be there.
    """
    tags: set[int] = set()
    if any(key in header for key in _DESCRIBING):
        for description, data in _DATA_OF.items():
            if description in image:
                # A palette is segmented, or it is not.
                given = [tag for tag in data if f"{tag:08X}" in image]
                tags.update(given or data)
    if _OF_OVERLAYS in header:
        tags.update(group << 16 | _DATA for group in _OVERLAYS if _has_overlay(image, group))
    return frozenset(tags)


def _has_overlay(image: Instance, group: int) -> bool:
    """Whether an overlay has data of its own: others are in bits of the pixels (retired)."""
    rows, bits = f"{group:04X}{_ROWS:04X}", f"{group:04X}{_BITS_ALLOCATED:04X}"
    return rows in image and (bits not in image or image[bits] in (None, 0, 1))


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
