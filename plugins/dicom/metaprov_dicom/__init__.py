"""DICOM for metaprov: instances from files, and the modules of any instance.

Installing the package is all that is needed: `metaprov_core.get` finds its plugins by their entry
points. What is here are the keys of its types and the classes of its answers, for typed code::

    import metaprov_core
    from metaprov_dicom import IMAGE_PLANE

    plane = metaprov_core.get(IMAGE_PLANE, "dicomfile:/data/ct/1.dcm")  # ImagePlaneModule | None
"""

from .files import DATASET
from .instance import INSTANCE, Instance
from .modules.identity import GENERAL_SERIES, SOP_COMMON, GeneralSeriesModule, SopCommonModule
from .modules.image_pixel import IMAGE_PIXEL, ImagePixelModule
from .modules.image_plane import IMAGE_PLANE, ImagePlaneModule
from .modules.lut import MODALITY_LUT, VOI_LUT, Lut, ModalityLutModule, VoiLutModule
from .modules.pet import PET_SERIES, PetSeriesModule

__all__ = [
    "DATASET",
    "GENERAL_SERIES",
    "IMAGE_PIXEL",
    "IMAGE_PLANE",
    "INSTANCE",
    "MODALITY_LUT",
    "PET_SERIES",
    "SOP_COMMON",
    "VOI_LUT",
    "GeneralSeriesModule",
    "ImagePixelModule",
    "ImagePlaneModule",
    "Instance",
    "Lut",
    "ModalityLutModule",
    "PetSeriesModule",
    "SopCommonModule",
    "VoiLutModule",
]
