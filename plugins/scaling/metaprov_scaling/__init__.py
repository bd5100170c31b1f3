"""scalingModule: the factors that scale the pixel values of an image."""

from .added import SCALING, add

__all__ = ["SCALING", "add"]
