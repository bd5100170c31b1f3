"""One frame of a multi-frame PET image, as if it were a classic image.

The rules are written in the attributes of classic images; the tables here say where a frame has the
same. Sources: DICOM PS3.3 C.7.6.16 (functional groups), A.70.3 and C.8.31 (Legacy Converted
Enhanced PET), C.8.22 (Enhanced PET), C.7.6.16.2.11 (real world values); PS3.16 CID 84 (units).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .sop_classes import CONVERTED_PET, ENHANCED, ENHANCED_PET
from .values import number, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "EnhancedFrame",
    "enhanced_frame",
    "has_all_frames",
    "is_enhanced",
    "number_of_frames",
]

_SHARED: Final = "SharedFunctionalGroupsSequence"
_PER_FRAME: Final = "PerFrameFunctionalGroupsSequence"
_CONTENT: Final = "FrameContentSequence"
_RESCALE: Final = "PixelValueTransformationSequence"
_REAL_WORLD: Final = "RealWorldValueMappingSequence"
_TRACERS: Final = "RadiopharmaceuticalInformationSequence"
_USED_TRACERS: Final = "RadiopharmaceuticalUsageSequence"
_AGENT: Final = "RadiopharmaceuticalAgentNumber"
#: What a converted image kept of its classic images and has no other place for.
_UNASSIGNED: Final = (
    "UnassignedPerFrameConvertedAttributesSequence",
    "UnassignedSharedConvertedAttributesSequence",
)
#: Where an instance is that of one frame already, one of these tells that it has groups. Each image
#: has the first four.
_SIGNS_OF_GROUPS: Final = (
    _CONTENT,
    "PixelMeasuresSequence",
    "PlanePositionSequence",
    _RESCALE,
    *_UNASSIGNED,
    "FrameAcquisitionDateTime",
)

#: The group that says the attribute of a classic image, and how it calls that.
_IN_GROUPS: Final = {
    "AcquisitionDateTime": (_CONTENT, "FrameAcquisitionDateTime"),
    "ActualFrameDuration": (_CONTENT, "FrameAcquisitionDuration"),
    "RescaleSlope": (_RESCALE, "RescaleSlope"),
    "RescaleIntercept": (_RESCALE, "RescaleIntercept"),
}
#: Where no group says it, a converted image may have kept what its classic image said of itself; at
#: top level it would be no frame's.
_OF_THE_FRAME: Final = (
    "AcquisitionDate",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "ActualFrameDuration",
)
#: What the rules ask and Enhanced PET does not have, or says in other words.
_NOT_IN_ENHANCED: Final = dict.fromkeys(
    (
        "AcquisitionDate",
        "AcquisitionTime",
        "CorrectedImage",
        "DecayCorrection",
        "FrameReferenceTime",
        "SeriesType",
        "SUVType",
        "Units",
    )
)
#: Of DecayCorrected (0018,9758).
_DECAY_CORRECTION: Final = {"YES": "START", "NO": "NONE"}
_CORRECTIONS: Final = {"AttenuationCorrected": "ATTN", "DecayCorrected": "DECY"}

#: Units and SUVType by UCUM's code: the unit, and what stands in braces before or behind it.
_UNITS: Final = {
    ("bq/ml", ""): ("BQML", None),
    ("g/ml", "suvbw"): ("GML", "BW"),
    ("g/ml", "suvlbm"): ("GML", "LBM"),
    ("g/ml", "suvlbm(james128)"): ("GML", "LBMJAMES128"),
    ("g/ml", "suvlbm(janma)"): ("GML", "LBMJANMA"),
    ("g/ml", "suvibw"): ("GML", "IBW"),
    ("cm2/ml", "suvbsa"): ("CM2ML", "BSA"),
}
_ANNOTATION: Final = re.compile(r"\{([^{}]*)\}")
#: A slope is written with 16 characters in the one place, and in binary in the other.
_SAME_SLOPE: Final = 1e-5

#: RespiratoryMotionCompensationTechnique (0018,9170), where it makes a frame of portions of time.
_RESPIRATORY_GATING: Final = frozenset({"GATING", "RETROSPECTIVE"})


class EnhancedFrame(NamedTuple):
    """What one frame says, in the attributes of a classic image, and what such a one cannot say."""

    #: What counts more than anything that the layers have.
    stated: Mapping[str, Any]
    #: Instances by keyword; the first of them that has a value counts, of private elements, too.
    layers: tuple[Mapping[str, Any], ...]
    has_functional_groups: bool
    #: How many different agents the frame shows, as far as it names them.
    agents: int = 0
    #: FrameReferenceDateTime (0018,9151).
    reference: str | None = None
    #: Whether FrameAcquisitionDuration is the sum of portions of time.
    is_gated: bool = False

    def get(self, keyword: str) -> Any:
        """The value of an attribute; None where the frame has none."""
        if keyword in self.stated:
            return self.stated[keyword]
        return _first_value(layer.get(keyword) for layer in self.layers)


def is_enhanced(instance: Mapping[str, Any]) -> bool:
    """Whether an image of PET has frames: it is (Legacy Converted) Enhanced PET by its class."""
    return _sop_class(instance) in ENHANCED


def has_all_frames(instance: Mapping[str, Any]) -> bool:
    """Whether an instance says all of an image: it is not what a host answers for one frame."""
    return bool(_mappings(instance.get(_PER_FRAME))[:1])


def number_of_frames(instance: Mapping[str, Any]) -> int:
    """How many frames an image says that it has; no more than it has groups for, if any."""
    declared = instance.get("NumberOfFrames")
    frames = declared if isinstance(declared, int) else 1
    groups = instance.get(_PER_FRAME)
    return min(frames, len(groups)) if isinstance(groups, Sequence) and groups else frames


def _sop_class(instance: Mapping[str, Any]) -> str | None:
    uid = instance.get("SOPClassUID")
    return text(uid) if isinstance(uid, str | bytes) else None


def enhanced_frame(instance: Mapping[str, Any], frame: int = 1) -> EnhancedFrame | None:
    """One frame, counted from 1, of an image of an enhanced class; None for any other image.

    An instance that is the root overlaid by the groups of one frame is that frame, whatever its
    number; of one that has the sequences of all groups, it is the frame of this number.
    """
    uid = _sop_class(instance)
    if uid == CONVERTED_PET:
        return _converted(_Groups(instance, frame), uid)
    if uid == ENHANCED_PET:
        return _enhanced(_Groups(instance, frame), uid)
    return None


class _Groups:
    """The functional groups of one frame."""

    __slots__ = ("_sources", "are_there", "root")

    def __init__(self, instance: Mapping[str, Any], frame: int) -> None:
        own = _mappings(instance.get(_PER_FRAME), frame - 1)
        groups = [*own[:1], *_mappings(instance.get(_SHARED))[:1]]
        self.root: Final = instance
        self.are_there: Final = any(groups) or any(sign in instance for sign in _SIGNS_OF_GROUPS)
        #: An instance that is that of one frame has each group at top level.
        self._sources: Final = (*groups, instance)

    def items(self, group: str) -> Sequence[Mapping[str, Any]]:
        """The items of a group; a frame's own before those of all frames."""
        for source in self._sources:
            items = _mappings(source.get(group))
            if items:
                return items
        return ()

    def value(self, group: str, keyword: str) -> Any:
        """What a group says, or the top level in its place; None where neither has a value."""
        owners = (*self.items(group)[:1], self.root)
        return _first_value(owner.get(keyword) for owner in owners)

    def said(self) -> dict[str, Any]:
        """The attributes of a classic image that groups say."""
        values = {classic: self.value(*where) for classic, where in _IN_GROUPS.items()}
        return {classic: value for classic, value in values.items() if value is not None}


def _mappings(items: Any, first: int = 0) -> Sequence[Mapping[str, Any]]:
    """The items of a sequence from a place on; none of what is not a sequence."""
    if not isinstance(items, Sequence) or isinstance(items, str | bytes):
        return ()
    # Not all of a thousand groups, where one is wanted.
    wanted = items[first : first + 1] if first else items
    return [item for item in wanted if isinstance(item, Mapping)]


def _first_value(values: Iterable[Any]) -> Any:
    """The first that is not empty; None where each is. The others are not looked up."""
    for value in values:
        held = value.strip(" \0") if isinstance(value, str) else value
        if held is not None and not (isinstance(held, Sequence) and not held):
            return value
    return None


def _converted(groups: _Groups, uid: str) -> EnhancedFrame:
    """A frame made from a classic image: what it has no other place for is unassigned."""
    unassigned = [item for name in _UNASSIGNED for item in groups.items(name)[:1]]
    said = groups.said()
    if "AcquisitionDateTime" in said:
        said |= {"AcquisitionDate": None, "AcquisitionTime": None}
    kept = {
        keyword: _first_value(item.get(keyword) for item in unassigned)
        for keyword in _OF_THE_FRAME
        if keyword not in said
    }
    stated = {"SOPClassUID": uid, **kept, **said}
    return EnhancedFrame(stated, (*unassigned, groups.root), groups.are_there)


def _enhanced(groups: _Groups, uid: str) -> EnhancedFrame:
    """A frame of Enhanced PET, which says much in other attributes than a classic image."""
    root = groups.root
    said = {**dict.fromkeys(_IN_GROUPS), **groups.said()}
    tracers, agents = _tracers(groups)
    units, suv_type = _units(groups, number(said["RescaleSlope"]), number(said["RescaleIntercept"]))
    stated = {
        **_NOT_IN_ENHANCED,
        **said,
        "SOPClassUID": uid,
        "Units": units,
        "SUVType": suv_type,
        "CorrectedImage": [
            classic for keyword, classic in _CORRECTIONS.items() if text(root.get(keyword)) == "YES"
        ],
        "DecayCorrection": _DECAY_CORRECTION.get(text(root.get("DecayCorrected")) or ""),
        "DecayFactor": groups.value("PETFrameCorrectionFactorsSequence", "DecayFactor"),
        _TRACERS: tracers,
    }
    return EnhancedFrame(
        stated,
        (root,),
        groups.are_there,
        agents,
        text(groups.value(_CONTENT, "FrameReferenceDateTime")),
        _is_gated(groups),
    )


def _tracers(groups: _Groups) -> tuple[Sequence[Mapping[str, Any]], int]:
    """The tracers that a frame shows, and how many different agents it names."""
    tracers = _mappings(groups.root.get(_TRACERS))
    used = {number(item.get(_AGENT)) for item in groups.items(_USED_TRACERS)} - {None}
    if not used or (len(tracers) == 1 and number(tracers[0].get(_AGENT)) is None):
        return tracers, len(used)
    return [item for item in tracers if number(item.get(_AGENT)) in used], len(used)


def _units(
    groups: _Groups, slope: float | None, intercept: float | None
) -> tuple[str | None, str | None]:
    """Units and SUVType by the mapping to real world values that rescaling is.

    Another mapping may be there for the same pixels, in a unit of its own. An unknown unit is
    itself in place of Units.
    """
    if slope is None or intercept is None:
        return None, None
    codes = [
        code
        for mapping in groups.items(_REAL_WORLD)
        if _is_rescaling(mapping, slope, intercept)
        for code in _mappings(mapping.get("MeasurementUnitsCodeSequence"))[:1]
    ]
    units = [_unit(code) for code in codes]
    known = [unit for unit in units if unit in _UNITS.values()]
    return next(iter((*known, *units)), (None, None))


def _is_rescaling(mapping: Mapping[str, Any], slope: float, intercept: float) -> bool:
    own_slope = number(mapping.get("RealWorldValueSlope"))
    own_intercept = number(mapping.get("RealWorldValueIntercept"))
    if own_slope is None or own_intercept is None:
        return False
    difference = max(abs(own_slope - slope), abs(own_intercept - intercept))
    return difference <= _SAME_SLOPE * abs(slope)


def _unit(code: Mapping[str, Any]) -> tuple[str | None, str | None]:
    value = text(code.get("CodeValue"))
    if value is None or text(code.get("CodingSchemeDesignator")) != "UCUM":
        return value, None
    annotations = ",".join(_ANNOTATION.findall(value))
    key = _ANNOTATION.sub("", value).strip().lower(), annotations.lower()
    return _UNITS.get(key, (value, None))


def _is_gated(groups: _Groups) -> bool:
    root = groups.root
    frame_type = groups.value("PETFrameTypeSequence", "FrameType")
    kinds = texts(root.get("ImageType") if frame_type is None else frame_type)
    return (
        any("GATED" in kind for kind in kinds)
        or text(root.get("CardiacSynchronizationTechnique")) not in (None, "NONE")
        or text(root.get("RespiratoryMotionCompensationTechnique")) in _RESPIRATORY_GATING
    )
