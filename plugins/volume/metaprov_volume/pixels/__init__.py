"""From the bytes of a frame to its stored values, and from these to values of the modality."""

from .frame_values import colour_samples, stored_dtype, stored_range, stored_values
from .numpy_needed import need_numpy
from .real_values import FrameScaling, fill, value_dtype

__all__ = [
    "FrameScaling",
    "colour_samples",
    "fill",
    "need_numpy",
    "stored_dtype",
    "stored_range",
    "stored_values",
    "value_dtype",
]
