"""Frames: which one is meant, how many there are, and how fast they follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_dicom.frames.number import FrameInstance, number_of_frames
from metaprov_modules import CineModule, FrameModule, MultiframeModule

from .table import Table, module_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["derive_cine", "derive_frame", "derive_multiframe"]

_CINE = Table("FrameTime", "CineRate", "RecommendedDisplayFrameRate", "NumberOfFrames")

_MULTIFRAME = Table("NumberOfFrames")

_FRAME = Table("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")

derive_cine = module_of(CineModule, _CINE)


def derive_multiframe(instance: Mapping[str, Any], _frame: int) -> MultiframeModule | None:
    """The multi-frame module of an instance that says how many frames there are."""
    says_so = _MULTIFRAME.read(instance) or _comes_in_frames(instance)
    return MultiframeModule(number_of_frames(instance)) if says_so else None


def derive_frame(instance: Mapping[str, Any], frame: int) -> FrameModule | None:
    """The frame module of one frame of an instance."""
    fields = _FRAME.read(instance)
    return FrameModule(frame, number_of_frames(instance), **fields) if fields else None


def _comes_in_frames(instance: Mapping[str, Any]) -> bool:
    """Whether it is a frame of an image with functional groups, or such an image."""
    groups = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
    return isinstance(instance, FrameInstance) or any(map(instance.get, groups))
