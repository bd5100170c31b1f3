"""What clients of DICOMweb make of the server: the images are those of the files."""

from __future__ import annotations

import warnings
from itertools import chain
from pathlib import Path

import numpy as np
import pydicom
import pytest
from made_images import written
from made_studies import COLOURS, COMPRESSED, ENHANCED, NATIVE, colours, enhanced, pixels_of
from serving import serving

import metaprov_dicomweb
from metaprov_core import Host, MetaprovError, with_frame
from metaprov_dicom import DATASET, FRAME_IMAGE_IDS, FRAME_PIXEL_DATA, TRANSFER_SYNTAX
from metaprov_dicom.modules import MODULES

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

#: pydicom's own, as a folder of somebody has them: of all kinds, some of them damaged.
FILES = Path(pydicom.__file__).parent / "data" / "test_files"


@pytest.fixture
def client(server):
    """dicomweb-client, asking the server of two studies."""
    web = pytest.importorskip("dicomweb_client.web")
    return web.DICOMwebClient(server.url)


@pytest.fixture(scope="module")
def real():
    """A server of pydicom's files."""
    with serving([str(FILES)]) as server:
        assert server.archive.index.wait(300)
        metaprov_dicomweb.configure([server.url], backoff=0)
        yield server
        metaprov_dicomweb.configure()


def images_of(server) -> list[tuple[str, str]]:
    """The id of each image on the server, and that of its file."""
    return [
        (
            f"wadors:{server.url}/studies/{study.uid}/series/{series.uid}/instances/{image.uid}",
            image.image_id,
        )
        for study in server.archive.index.studies()
        for series in study.below()
        for image in series.below()
    ]


def test_dicomweb_client_finds_studies_series_and_instances(client):
    assert len(client.search_for_studies()) == 2
    (study,) = client.search_for_studies(
        search_filters={"PatientName": "smith*"}, fuzzymatching=True
    )
    assert study["0020000D"]["Value"] == ["1.2.2"]
    assert len(client.search_for_series("1.2.1")) == 3
    assert len(client.search_for_instances("1.2.1", NATIVE, limit=2)) == 2
    assert len(client.search_for_instances("1.2.1", NATIVE, limit=2, offset=2)) == 1
    assert client.search_for_studies(search_filters={"PatientID": "nobody"}) == []


def test_dicomweb_client_reads_metadata_as_pydicom_reads_files(client, studies):
    found = client.retrieve_series_metadata("1.2.1", NATIVE)
    for number, metadata in enumerate(found, 1):
        dataset = pydicom.Dataset.from_json(
            metadata, bulk_data_uri_handler=lambda _tag, _vr, _uri: None
        )
        file = pydicom.dcmread(studies / "ct" / f"{number}.dcm", stop_before_pixels=True)
        for element in file:
            if element.VR != "SQ" and dataset[element.tag].value is not None:
                assert dataset[element.tag] == element


def test_dicomweb_client_reads_frames(client):
    for number in (1, 2, 3):
        (frame,) = client.retrieve_instance_frames("1.2.1", NATIVE, f"{NATIVE}.{number}", [1])
        assert np.frombuffer(frame, "<u2").reshape(5, 7).tolist() == pixels_of(number).tolist()
    frames = client.retrieve_instance_frames("1.2.2", COLOURS, f"{COLOURS}.1", [1, 2, 3])
    assert frames == [frame.tobytes() for frame in colours()]
    (decoded,) = client.retrieve_instance_frames(
        "1.2.1",
        COMPRESSED,
        f"{COMPRESSED}.1",
        [1],
        media_types=(("application/octet-stream", "1.2.840.10008.1.2.1"),),
    )
    assert decoded == pixels_of(1).tobytes()


def test_dicomweb_client_reads_instances_and_pictures(client, studies):
    dataset = client.retrieve_instance("1.2.1", COMPRESSED, f"{COMPRESSED}.1")
    assert dataset == pydicom.dcmread(studies / "rle.dcm")
    assert len(client.retrieve_series("1.2.1", NATIVE)) == 3
    assert len(client.retrieve_study("1.2.1")) == 5
    picture = client.retrieve_instance_rendered(
        "1.2.2", COLOURS, f"{COLOURS}.1", media_types=("image/png",)
    )
    assert picture.startswith(b"\x89PNG")


def test_dicomweb_client_reads_bulk_data(client, server):
    metadata = client.retrieve_instance_metadata("1.2.1", NATIVE, f"{NATIVE}.1")
    uri = metadata["00111001"]["BulkDataURI"]
    address = server.url.removesuffix("/dicomweb")
    assert client.retrieve_bulkdata(f"{address}{uri}") == [bytes(range(256)) * 5]


def test_every_module_is_that_of_the_file(real):
    host = Host(discover=True)
    images = images_of(real)
    differing = [
        f"{type} of {image_id}"
        for of_server, of_file in images
        for image_id, expected in _frames(host, of_server, of_file)
        for type in MODULES
        if type != TRANSFER_SYNTAX and host.get(type, image_id) != host.get(type, expected)
    ]
    assert len(images) > 50
    assert differing == []


def test_the_transfer_syntax_of_the_file_is_the_one_available(real):
    host = Host(discover=True)
    for of_server, of_file in images_of(real):
        stored = host.get(TRANSFER_SYNTAX, of_file)
        available = host.get(TRANSFER_SYNTAX, of_server)
        if stored is None:
            # The file does not say it.
            assert available is None
        else:
            assert available.available_transfer_syntax_uid == (stored.transfer_syntax_uid,)
            assert available.is_video == stored.is_video


def test_every_header_is_that_of_the_file(real):
    host = Host(discover=True)
    differing = [
        of_file
        for of_server, of_file in images_of(real)
        if host.get(DATASET, of_server) != host.get(DATASET, of_file)
    ]
    assert differing == []


def test_every_frame_is_that_of_the_file(real):
    host = Host(discover=True)
    frames = list(chain(*(_frames(host, *image) for image in images_of(real))))
    differing = [
        image_id
        for image_id, expected in frames
        if _pixels(host, image_id) != _pixels(host, expected)
    ]
    assert len(frames) > 60
    assert differing == []


def test_a_folder_is_found_over_dicomweb(real):
    host = Host(discover=True)
    found = {
        image_id.partition("/frames/")[0] for image_id in host.find_images(f"{real.url}/studies")
    }
    assert found == {of_server for of_server, _ in images_of(real)}


def _frames(host: Host, of_server: str, of_file: str) -> list[tuple[str, str]]:
    """The first frames of an image and the last: of the server, of the file."""
    count = len(host.require(FRAME_IMAGE_IDS, of_file))
    numbers = sorted({1, 2, count}) if count > 1 else [1]
    return [(with_frame(of_server, number), with_frame(of_file, number)) for number in numbers]


def _pixels(host: Host, image_id: str) -> tuple[bytes, str] | str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pixels = host.get(FRAME_PIXEL_DATA, image_id)
        except MetaprovError:
            return "not to be read"
    return None if pixels is None else (pixels.data, pixels.element)


@pytest.fixture
def of_groups(tmp_path):
    """A server of an enhanced image, which is found below a path."""
    written(enhanced(), tmp_path / "enhanced.dcm")
    with serving([str(tmp_path)]) as server:
        assert server.archive.index.wait(60)
        metaprov_dicomweb.configure([server.url], backoff=0)
        yield server, f"/studies/1.2.1/series/{ENHANCED}/instances/{ENHANCED}.1"
        metaprov_dicomweb.configure()


def test_an_image_with_functional_groups_has_all_of_them(of_groups):
    server, path = of_groups
    (metadata,) = server.found(f"{path}/metadata")
    assert [
        groups["00209113"]["Value"][0]["00200032"]["Value"]
        for groups in metadata["52009230"]["Value"]
    ] == [[0, 0, 10], [0, 0, 20]]
    assert len(metadata["52009229"]["Value"]) == 1
    assert "00200032" not in metadata


def test_what_a_server_has_is_served_as_its_own(of_groups):
    """A server of a server: the same metadata, the same frames, and no files."""
    server, path = of_groups
    with serving([f"{server.url}/studies/1.2.1"]) as second:
        assert second.archive.index.wait(60)
        assert [match["00080018"]["Value"] for match in second.found("/instances")] == [
            [f"{ENHANCED}.1"]
        ]
        (metadata,) = server.found(f"{path}/metadata")
        (again,) = second.found(f"{path}/metadata")
        assert again == metadata
        for tag in ("00204000", "00111001"):
            values = [each.get(f"{path}/bulkdata/{tag}").content for each in (server, second)]
            assert values[0].rstrip(b" ") == values[1].rstrip(b" ")
        frame = second.get(f"{path}/frames/2", accept="application/octet-stream")
        assert frame.content == pixels_of(2).tobytes()
        assert second.get(path).status_code == 404
