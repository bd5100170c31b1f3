"""Frames: which one is meant, how many there are, and how fast they follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import MetadataType
from metaprov_dicom.frames.groups import FrameInstance, number_of_frames

from .table import Table, module_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CINE",
    "FRAME",
    "MULTIFRAME",
    "CineModule",
    "FrameModule",
    "MultiframeModule",
    "derive_cine",
    "derive_frame",
    "derive_multiframe",
]

_CINE = Table("FrameTime", "CineRate", "RecommendedDisplayFrameRate", "NumberOfFrames")


class CineModule(msgspec.Struct, frozen=True, gc=False, rename=_CINE.json_name):
    """How frames are played (PS3.3 C.7.6.5)."""

    #: From frame to frame, in ms.
    frame_time: float | None = None
    #: Frames per second at which they were acquired.
    cine_rate: int | None = None
    #: Frames per second at which to show them.
    recommended_display_frame_rate: int | None = None
    number_of_frames: int | None = None


_MULTIFRAME = Table("NumberOfFrames")


class MultiframeModule(msgspec.Struct, frozen=True, gc=False, rename=_MULTIFRAME.json_name):
    """How many frames an image has that may have several (PS3.3 C.7.6.6)."""

    number_of_frames: int | None = None


_FRAME = Table("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")


class FrameModule(msgspec.Struct, frozen=True, gc=False, rename=_FRAME.json_name):
    """Which frame of which image is meant."""

    #: Counted from 1; 1 for an image id that names no frame.
    frame_number: int | None = None
    #: 1 where the header does not say it.
    number_of_frames: int | None = None
    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None
    series_instance_uid: str | None = None
    study_instance_uid: str | None = None


CINE: Final = MetadataType("cineModule", CineModule)
MULTIFRAME: Final = MetadataType("multiframeModule", MultiframeModule)
FRAME: Final = MetadataType("frameModule", FrameModule)

derive_cine = module_of(CineModule, _CINE)


def derive_multiframe(instance: Mapping[str, Any], _frame: int) -> MultiframeModule | None:
    """The multi-frame module of an instance that says how many frames there are."""
    says_so = _MULTIFRAME.read(instance) or _has_functional_groups(instance)
    return MultiframeModule(number_of_frames(instance)) if says_so else None


def derive_frame(instance: Mapping[str, Any], frame: int) -> FrameModule | None:
    """The frame module of one frame of an instance."""
    fields = _FRAME.read(instance)
    return FrameModule(frame, number_of_frames(instance), **fields) if fields else None


def _has_functional_groups(instance: Mapping[str, Any]) -> bool:
    groups = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
    return isinstance(instance, FrameInstance) or any(map(instance.get, groups))
