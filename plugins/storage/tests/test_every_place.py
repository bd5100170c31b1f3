"""Real files have the same answers wherever they are."""

from __future__ import annotations

import re

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import DATASET, FRAME_PIXEL_DATA
from metaprov_dicom.modules import MODULES

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def test_every_module_of_every_file_is_that_of_the_file(host, place, folder, files_of_pydicom):
    place.fill(files_of_pydicom)
    folder.fill(files_of_pydicom)
    for name in files_of_pydicom:
        here, there = folder.id(name), place.id(name)
        for type in (*MODULES, DATASET):
            assert answer(host, type, there) == answer(host, type, here), (type, name)


def test_every_frame_is_that_of_the_file(host, place, folder, files_of_pydicom):
    place.fill(files_of_pydicom)
    folder.fill(files_of_pydicom)
    for here in host.find_images(folder.source):
        name, _, frame = here.removeprefix(folder.id("")).partition("?")
        there = place.id(name) + (f"?{frame}" if frame else "")
        assert answer(host, FRAME_PIXEL_DATA, there) == answer(host, FRAME_PIXEL_DATA, here)


def test_images_are_found_in_the_order_of_a_folder(host, place, folder, ct):
    files = {
        "b/1.dcm": ct(3),
        "b/2.dcm": ct(1),
        "b/3": ct(2, SeriesInstanceUID="9.9"),
        "b/deep/1.dcm": ct(5),
        "a.txt": b"not DICOM",
        "z.dcm": ct(4, NumberOfFrames=2, Rows=32),
    }
    place.fill(files)
    folder.fill(files)
    found = list(host.find_images(place.source))

    assert found == [
        place.id("z.dcm") + "?frame=1",
        place.id("z.dcm") + "?frame=2",
        *map(place.id, ("b/2.dcm", "b/1.dcm", "b/3", "b/deep/1.dcm")),
    ]
    assert names(found) == names(host.find_images(folder.source))


def test_a_series_is_what_was_found_of_it(host, place, ct):
    place.fill({"a/1.dcm": ct(2), "b/1.dcm": ct(1), "c.dcm": ct(3, SeriesInstanceUID="9.9")})
    list(host.find_images(place.source))

    for name in ("a/1.dcm", "b/1.dcm"):
        series = host.get("seriesImageIds", place.id(name))
        assert series == (place.id("b/1.dcm"), place.id("a/1.dcm"))
    assert host.get("seriesImageIds", place.id("c.dcm")) == (place.id("c.dcm"),)


def test_a_frame_that_is_not_there_is_an_error(host, place, ct):
    place.fill({"1.dcm": ct()})
    for type in ("instance", "framePixelData", "dataset"):
        with pytest.raises(MetadataReadError, match="no frame 2; the image has 1 frame"):
            host.get(type, place.id("1.dcm") + "?frame=2")


def answer(host, type, image_id):
    """The answer, or what is wrong, without the name of the image."""
    try:
        return host.get(type, image_id)
    except MetadataReadError as error:
        return error.reason.replace(image_id, "")


def names(image_ids):
    """Of files, and of members, what is theirs alone, with their frames."""
    return [re.search(r"(z|b/.*?)(\.dcm)?(?=[?:]|$)", each)[0] for each in image_ids]
