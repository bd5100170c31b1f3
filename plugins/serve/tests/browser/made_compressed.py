"""Compressed images of pydicom, each a series of its own; what they are worth is pydicom's word."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pydicom
from made import Made
from made_images import written
from pydicom_files import path_of

from metaprov_core import with_frame

if TYPE_CHECKING:
    from pathlib import Path

#: Three of them have the same UIDs.
FILES = {
    "jpeg": "SC_rgb_jpeg_dcmtk.dcm",
    "jpeg_ls": "MR_small_jpeg_ls_lossless.dcm",
    "j2k": "MR_small_jp2klossless.dcm",
    "j2k_colours": "SC_rgb_gdcm_KY.dcm",
    "rle": "MR_small_RLE.dcm",
    "rle_colours": "SC_rgb_rle.dcm",
    "rle_frames": "emri_small_RLE.dcm",
}


def compressed(name: str, folder: Path) -> Made:
    dataset = pydicom.dcmread(path_of(name))
    del dataset.SeriesInstanceUID, dataset.SOPInstanceUID
    image_id = written(dataset, folder / name, dataset.file_meta.TransferSyntaxUID)
    frames = int(dataset.get("NumberOfFrames", 1))
    image_ids = [with_frame(image_id, number + 1) for number in range(frames)]
    values = dataset.pixel_array if frames > 1 else dataset.pixel_array[None]
    return Made(image_ids, values, np.identity(4))


COMPRESSED = {key: partial(compressed, name) for key, name in FILES.items()}
