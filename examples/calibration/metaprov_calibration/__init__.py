"""Pixel spacings that a user measured, in place of those of the header.

    metaprov_core.add(CALIBRATION, image_id, Calibration(0.25, 0.25))

From then on imagePlaneModule has that spacing, for every frame of the image.
"""

from .calibration import CALIBRATION, Calibration

__all__ = ["CALIBRATION", "Calibration"]
