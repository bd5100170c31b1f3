"""NIfTI files beside DICOM: planes, volumes, headers and pixels of .nii, .nii.gz and .hdr/.img."""

from .errors import NotNiftiError
from .header.header import NIFTI_HEADER, NiftiHeader
from .settings import configure

__all__ = ["NIFTI_HEADER", "NiftiHeader", "NotNiftiError", "configure"]
