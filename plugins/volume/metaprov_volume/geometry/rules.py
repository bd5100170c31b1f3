"""The rules by which images are volumes: tolerances, and what sets images of one place apart."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

__all__ = ["RULES", "GroupAttribute", "Rules"]


class GroupAttribute(msgspec.Struct, frozen=True):
    """An attribute that may set images apart which lie at one position."""

    #: A DICOM keyword, or a private tag as 8 hex digits.
    keyword: str
    #: "value": images with equal values are a group. "rank": the values differ from slice to
    #: slice; the first of each position are a group, the second ...
    by: Literal["value", "rank"] = "value"
    #: Who reserved the block of a private tag (PS3.5 7.8.1), whichever that is.
    creator: str | None = None
    #: Whether it says nothing of the images but their order.
    assumed: bool = False
    #: The sequences that it is in, where it is not in the first item of a functional group.
    within: tuple[str, ...] = ()
    #: Whether it has a value for each frame (PS3.3 C.8.4.8).
    of_frames: bool = False
    #: The attribute with the date of a time, as a series may go on after midnight.
    date: str | None = None


#: In the order in which they are tried.
_ATTRIBUTES: Final = (
    GroupAttribute("TemporalPositionIdentifier"),
    GroupAttribute("TemporalPositionIndex"),
    GroupAttribute("TemporalPositionTimeOffset"),
    GroupAttribute("TimeSlotVector", of_frames=True),
    GroupAttribute("FrameReferenceTime"),
    GroupAttribute("DiffusionBValue"),
    GroupAttribute("20011003", creator="Philips Imaging DD 001"),
    GroupAttribute("0019100C", creator="SIEMENS MR HEADER"),
    GroupAttribute("00431039", creator="GEMS_PARM_01"),
    GroupAttribute(
        "DiffusionGradientOrientation",
        within=("MRDiffusionSequence", "DiffusionGradientDirectionSequence"),
    ),
    GroupAttribute("NominalCardiacTriggerDelayTime"),
    GroupAttribute("EchoTime"),
    GroupAttribute("EffectiveEchoTime"),
    GroupAttribute("EchoNumbers"),
    GroupAttribute("FlipAngle"),
    GroupAttribute("InversionTime"),
    GroupAttribute("InversionTimes"),
    GroupAttribute("TriggerTime", by="rank"),
    GroupAttribute("KVP"),
    GroupAttribute("ImageType"),
    GroupAttribute("FrameType"),
    GroupAttribute("ComplexImageComponent"),
    GroupAttribute("StackID"),
    GroupAttribute("AcquisitionNumber"),
    GroupAttribute("FrameAcquisitionNumber"),
    GroupAttribute("AcquisitionTime", by="rank", date="AcquisitionDate"),
    GroupAttribute("FrameReferenceDateTime", by="rank"),
    GroupAttribute("FrameAcquisitionDateTime", by="rank"),
    GroupAttribute("ContentTime", by="rank", date="ContentDate"),
    GroupAttribute("InstanceNumber", by="rank", assumed=True),
)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What may lie together, and when a stack is even; replace any of them by `msgspec.structs`.

    ``msgspec.structs.replace(RULES, regular=1e-4)`` is as strict as ITK.
    """

    #: Images whose direction cosines differ by more are of different volumes.
    cosines: float = 1e-3
    #: The same of the distances between pixels, relative.
    pixel_spacing: float = 1e-3
    #: Slices that are no further apart along the normal are at one position, mm.
    position: float = 0.01
    #: The largest deviation from an even stack that is regular, relative to the step.
    regular: float = 0.01
    #: The largest sine of the angle between step and normal of a stack that is orthogonal.
    tilt: float = 1e-3
    #: How far cosines may be from lengths of 1 and a right angle.
    cosine_errors: float = 1e-2
    #: What sets images of one position apart: the first that does, or the first pair. Pairs come
    #: before the ranks at the end.
    attributes: tuple[GroupAttribute, ...] = _ATTRIBUTES


RULES: Final = Rules()
