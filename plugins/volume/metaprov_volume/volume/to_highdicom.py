"""A volume as one of highdicom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_volume.errors import VolumeError

from .affine import affine_for_array
from .needed import needed
from .tilt import no_tilt

if TYPE_CHECKING:
    from .volume import Volume

__all__ = ["to_highdicom"]


def to_highdicom(volume: Volume, slice_spacing: float | None = None) -> Any:
    """A highdicom.Volume in the patient; colors, and groups by their index, are its channels."""
    numpy, highdicom = needed("numpy"), needed("highdicom")
    no_tilt(volume.geometry, "highdicom")
    array, channels = volume.array, {}
    if volume.has_groups:
        array = numpy.moveaxis(array, 0, 3)
        group = highdicom.ChannelDescriptor("group", is_custom=True, value_type=int)
        channels[group] = list(range(array.shape[3]))
    if volume.has_colors:
        color = highdicom.RGB_COLOR_CHANNEL_DESCRIPTOR
        channels[color] = [color.value_type[name] for name in ("R", "G", "B")]
    affine = affine_for_array(volume.geometry, slice_spacing)
    try:
        return highdicom.Volume(
            array,
            affine,
            coordinate_system="PATIENT",
            frame_of_reference_uid=volume.geometry.frame_of_reference_uid,
            channels=channels or None,
        )
    except ValueError as error:
        raise VolumeError(f"highdicom has no such volume: {error}") from error
