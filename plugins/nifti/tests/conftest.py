"""NIfTI files as nibabel writes them, and a host that reads them."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

import metaprov_nifti
from metaprov_core import Host
from metaprov_nifti.provider import NiftiFiles


@pytest.fixture
def host():
    with Host() as host:
        host.register(NiftiFiles(), "nifti")
        yield host
    metaprov_nifti.configure()


@pytest.fixture
def write(tmp_path):
    """Write an image, and give the id of it."""

    def write(
        shape=(3, 4, 5),
        affine=None,
        *,
        name="image.nii",
        dtype=np.int16,
        sform=1,
        qform=0,
        units="mm",
        time_units="unknown",
        kind=nibabel.Nifti1Image,
        byte_order="<",
        **fields,
    ):
        array = np.arange(np.prod(shape)).reshape(shape, order="F").astype(dtype)
        header = kind.header_class(endianness=byte_order)
        header.set_data_dtype(array.dtype)
        affine = np.diag([2.0, 3.0, 4.0, 1.0]) if affine is None else affine
        image = kind(array, None, header)
        image.header.set_sform(affine, code=sform)
        image.header.set_qform(affine, code=qform)
        image.header.set_xyzt_units(units, time_units)
        for field, value in fields.items():
            image.header[field] = value
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nibabel.save(image, path)
        return f"nifti:{path}"

    return write


@pytest.fixture
def path_of():
    return lambda image_id: image_id.removeprefix("nifti:")
