"""NIfTI files beside DICOM: planes, volumes, headers and pixels of .nii, .nii.gz and .hdr/.img."""

from .bids.sidecar import BIDS_SIDECAR
from .errors import NotNiftiError
from .header.header import NIFTI_HEADER, NiftiHeader
from .settings import configure

__all__ = ["BIDS_SIDECAR", "NIFTI_HEADER", "NiftiHeader", "NotNiftiError", "configure"]

__version__ = "0.1.0"
