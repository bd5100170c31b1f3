"""Every module of a real file is the same from the file and from a server that has it."""

from __future__ import annotations

import warnings
from pathlib import Path

import pydicom
import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import DATASET, FRAME_IMAGE_IDS, IMAGE_URL
from metaprov_dicom.modules import MODULES

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

FILES = sorted((Path(pydicom.__file__).parent / "data" / "test_files").glob("*.dcm"))
#: Files of which pydicom makes no JSON, or JSON with other values.
NO_JSON = {"badVR.dcm", "rtplan_truncated.dcm"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_and_a_server_say_the_same(host, server, file):
    if file.name in NO_JSON:
        return
    path = str(file)
    try:
        frames = len(host.require(FRAME_IMAGE_IDS, path))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = server.store(file)
    except MetadataReadError:
        return
    if not all(image.uids):
        return
    image_id = f"wadors:{server.url(image)}"

    for frame in {1, 2, frames} if frames > 1 else {1}:
        for type in MODULES:
            expected = host.get(type, f"{path}?frame={frame}")
            assert host.get(type, f"{image_id}/frames/{frame}") == expected
    assert host.get(IMAGE_URL, image_id) is not None
    assert host.get(DATASET, image_id) == host.get(DATASET, path)
