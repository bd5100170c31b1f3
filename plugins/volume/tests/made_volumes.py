"""Volumes that are made, without any image: their geometry is what the rules would find."""

import numpy as np


from metaprov_modules import Note, VolumeGeometryModule, VolumeGroup
from metaprov_volume.volume.slice_scaling import SliceScaling
from metaprov_volume.volume.volume import Volume

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))


def geometry(
    dimensions=(5, 4, 3),
    spacing=(0.5, 0.75, 2.0),
    axes=AXIAL,
    origin=(-10.0, 20.0, 30.0),
    tilt=0.0,
    **fields,
):
    """A regular volume; a tilt, in degrees, is towards the columns."""
    row, column = map(np.array, axes)
    normal = np.cross(row, column)
    angle = np.radians(tilt)
    step = normal * np.cos(angle) + column * np.sin(angle)
    affine = np.identity(4)
    affine[:3] = np.column_stack(
        [row * spacing[0], column * spacing[1], step * (spacing[2] or 1), origin]
    )
    of_one = dimensions[2] == 1
    ids = tuple(f"made:{index}" for index in range(dimensions[2]))
    fields = {
        "affine_lps": None if of_one else rows(affine),
        "affine_ras": None if of_one else rows(np.diag([-1, -1, 1, 1]) @ affine),
        "slice_indices": None if of_one else tuple(range(dimensions[2])),
        "image_ids": ids,
        **fields,
    }
    return VolumeGeometryModule(
        dimensions=dimensions,
        spacing=(*spacing[:2], None) if of_one else spacing,
        origin=tuple(map(float, origin)),
        direction=tuple(float(each) for each in (*row, *column, *step)),
        distances=tuple(float(index) for index in range(dimensions[2])),
        regular=True,
        orthogonal=not tilt,
        tilt_degrees=float(tilt),
        series_instance_uid="1.2.3",
        **fields,
    )


def rows(affine):
    """A matrix as the answers have it."""
    return tuple(tuple(map(float, row)) for row in affine)


def group(value, index=0, count=1, attribute="FrameReferenceTime"):
    """What sets a volume apart."""
    return VolumeGroup(attribute=attribute, value=value, index=index, count=count)


def volume(geometries=None, array=None, **fields):
    """A volume of one geometry, or of several groups."""
    if geometries is None:
        geometries = (geometry(),)
    elif isinstance(geometries, VolumeGeometryModule):
        geometries = (geometries,)
    if array is None:
        shape = geometries[0].dimensions[::-1]
        shape = shape if len(geometries) == 1 else (len(geometries), *shape)
        array = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    notes = (Note(code="made", severity="info", sentence="It is <made> up.", attribute="Rows"),)
    fields = {"values": "modality", "units": "HU", "notes": notes, **fields}
    scaling = tuple(SliceScaling(id, 1.0, -1024.0) for id in geometries[0].image_ids)
    return Volume(array=array, geometries=tuple(geometries), scaling=scaling, **fields)
