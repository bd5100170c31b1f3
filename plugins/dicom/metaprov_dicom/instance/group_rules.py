"""What functional groups say of the frame they belong to, and what they do not (PS3.3 C.7.6.16)."""

from __future__ import annotations

from typing import Final

from metaprov_dicom.values.dictionary import ATTRIBUTES

__all__ = ["NEVER_OVERLAID", "NOT_SPREAD", "REFERENCES"]

#: Groups that refer to other images, or to what an image was made from, instead of describing it.
NOT_SPREAD: Final = frozenset(
    ATTRIBUTES[keyword].tag
    for keyword in (
        "ReferencedImageSequence",
        "DerivationImageSequence",
        "ConversionSourceAttributesSequence",
        "UnassignedSharedConvertedAttributesSequence",
        "UnassignedPerFrameConvertedAttributesSequence",
    )
)
#: An item that has one of these refers to another image.
REFERENCES: Final = frozenset(
    ATTRIBUTES[keyword].tag
    for keyword in ("SOPClassUID", "SOPInstanceUID", "ReferencedSOPInstanceUID")
)
#: What is said of the image, whatever its groups say.
NEVER_OVERLAID: Final = frozenset(
    ATTRIBUTES[keyword].tag
    for keyword in (
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "SOPInstanceUID",
        "SOPClassUID",
        "InstanceNumber",
        "NumberOfFrames",
        "Rows",
        "Columns",
        "SpecificCharacterSet",
    )
)
