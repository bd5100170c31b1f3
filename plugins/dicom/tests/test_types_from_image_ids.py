"""The types that follow from the image id and the number of frames."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import Host, MetadataReadError, base_image_id, with_frame
from metaprov_dicom import (
    BASE_IMAGE_ID,
    FRAME_IMAGE_IDS,
    IMAGE_URL,
    INSTANCE,
    URI,
    ImageUrlModule,
    UriModule,
)
from metaprov_dicom.plugins.modules import DicomModules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

Write = Callable[..., str]

INSTANCE_URL = "https://pacs/studies/1/series/2/instances/3"


@pytest.fixture
def pacs(host: Host) -> Host:
    """A host with the instances of a PACS; those of series 9 are videos."""

    def get_metadata(type: str, image_id: str) -> Mapping[str, Any] | None:
        if type != INSTANCE or not image_id.startswith("wadors:"):
            return None
        video = "1.2.840.10008.1.2.4.102"
        syntax = {"AvailableTransferSyntaxUID": (video,)} if "/series/9/" in image_id else {}
        return {"NumberOfFrames": 12, **syntax}

    host.register(get_metadata, "pacs")
    return host


@pytest.mark.parametrize(
    ("image_id", "base", "frame"),
    [
        ("/data/a.dcm", "dicomfile:/data/a.dcm", None),
        ("file:///data/a%20b.dcm?frame=2", "dicomfile:/data/a b.dcm", 2),
        (f"wadors:{INSTANCE_URL}/frames/3", f"wadors:{INSTANCE_URL}", 3),
        ("wadouri:https://host/wado?id=1&frame=4", "wadouri:https://host/wado?id=1", 4),
    ],
)  # fmt: skip
def test_an_image_id_says_its_base_and_frame_whoever_knows_the_image(
    host: Host, image_id: str, base: str, frame: int | None
) -> None:
    assert host.get(BASE_IMAGE_ID, image_id) == base
    assert host.get(URI, image_id) == UriModule(base, frame)


@given(st.text(min_size=1), st.integers(1, 10**9))
def test_the_base_of_a_frame_is_the_base_of_the_image(image_id: str, frame: int) -> None:
    host = Host()
    host.register(DicomModules())
    base = host.require(BASE_IMAGE_ID, image_id)
    assert base == base_image_id(image_id)
    assert host.require(URI, with_frame(image_id, frame)).frame_number == frame


def test_every_frame_has_an_id(host: Host, write: Write) -> None:
    image = write(NumberOfFrames=3)
    expected = tuple(f"{image}?frame={frame}" for frame in (1, 2, 3))
    assert host.get(FRAME_IMAGE_IDS, image) == expected
    assert host.get(FRAME_IMAGE_IDS, f"{image}?frame=2") == expected


def test_one_frame_has_an_id_as_well(host: Host, write: Write) -> None:
    image = write()
    assert host.get(FRAME_IMAGE_IDS, image) == (f"{image}?frame=1",)


def test_frames_of_a_pacs_have_the_form_of_dicomweb(pacs: Host) -> None:
    ids = pacs.require(FRAME_IMAGE_IDS, f"wadors:{INSTANCE_URL}/frames/3")
    assert ids[0] == f"wadors:{INSTANCE_URL}/frames/1"
    assert ids[-1] == f"wadors:{INSTANCE_URL}/frames/12"


def test_the_frames_of_an_unknown_image_are_unknown(host: Host) -> None:
    assert host.get(FRAME_IMAGE_IDS, "demo:1") is None


def test_the_ids_of_frames_follow_a_change(host: Host) -> None:
    frames = {"demo:1": 2}
    host.register(
        lambda type, image_id: {"NumberOfFrames": frames["demo:1"]} if type == INSTANCE else None
    )
    assert len(host.require(FRAME_IMAGE_IDS, "demo:1")) == 2
    frames["demo:1"] = 5
    host.changed(INSTANCE, "demo:1")
    assert len(host.require(FRAME_IMAGE_IDS, "demo:1")) == 5


@pytest.mark.parametrize("type", [FRAME_IMAGE_IDS, IMAGE_URL])
@pytest.mark.parametrize("frame", [0, 13])
def test_a_frame_that_the_image_does_not_have_is_an_error(
    pacs: Host, type: str, frame: int
) -> None:
    with pytest.raises(MetadataReadError, match=r"(?m)the image has 12 frames$"):
        pacs.get(type, f"wadors:{INSTANCE_URL}/frames/{frame}")


def test_pictures_of_a_dicomweb_server(pacs: Host) -> None:
    frame = f"{INSTANCE_URL}/frames/3"
    assert pacs.get(IMAGE_URL, f"wadors:{frame}") == ImageUrlModule(
        None, f"{frame}/rendered", f"{frame}/thumbnail"
    )
    assert pacs.get(IMAGE_URL, f"wadors:{INSTANCE_URL}") == ImageUrlModule(
        None, f"{INSTANCE_URL}/rendered", f"{INSTANCE_URL}/thumbnail"
    )


def test_a_video_is_rendered_as_a_whole(pacs: Host) -> None:
    instance = INSTANCE_URL.replace("/series/2/", "/series/9/")
    assert pacs.get(IMAGE_URL, f"wadors:{instance}/frames/1") == ImageUrlModule(
        True, f"{instance}/rendered", f"{instance}/frames/1/thumbnail"
    )


def test_other_images_have_no_pictures(pacs: Host, write: Write) -> None:
    assert pacs.get(IMAGE_URL, write()) is None
    assert pacs.get(IMAGE_URL, "wadors:https://pacs/elsewhere") is None


def has_frames(number: int) -> Callable[[str, str], Any]:
    return lambda type, image_id: {"NumberOfFrames": number} if type == INSTANCE else None


def test_the_ids_of_a_billion_frames_are_made_when_they_are_asked_for(host: Host) -> None:
    """As a tuple, three million took 5 s and 350 MB, and a header of 400 bytes claims them."""
    host.register(has_frames(999_999_999))
    ids = host.require(FRAME_IMAGE_IDS, "demo:1")
    assert len(ids) == 999_999_999
    assert ids[0] == "demo:1?frame=1"
    assert ids[-1] == "demo:1?frame=999999999"
    assert ids[1:3] == ("demo:1?frame=2", "demo:1?frame=3")
    assert repr(ids).startswith("<999999999 ids of frames: 'demo:1?frame=1', ")
    with pytest.raises(IndexError):
        ids[999_999_999]


def test_the_ids_of_frames_are_a_value(host: Host) -> None:
    host.register(has_frames(2))
    ids = host.require(FRAME_IMAGE_IDS, "demo:1")
    expected = ("demo:1?frame=1", "demo:1?frame=2")
    assert ids == expected == tuple(ids)
    assert ids != expected[:1]
    assert hash(ids) == hash(expected)
    assert pickle.loads(pickle.dumps(ids)) == copy.deepcopy(ids) == ids
