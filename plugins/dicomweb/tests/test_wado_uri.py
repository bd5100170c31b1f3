"""Images by WADO-URI: the header of a DICOM object, and hardly more of it."""

from __future__ import annotations

import pytest

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import DATASET, IMAGE_PLANE, INSTANCE, SERIES_IMAGE_IDS, TRANSFER_SYNTAX


@pytest.fixture
def image_id(server, series):
    return f"wadouri:{server.host}/wado?requestType=WADO&studyUID=1.2.3&objectUID=1.2.3.4.2"


def test_the_modules_are_those_of_the_same_image_by_wado_rs(host, series, image_id):
    for type in ("imagePlaneModule", "imagePixelModule", "patientModule", "transferSyntax"):
        assert host.require(type, image_id) == host.require(type, series[1])


def test_the_object_is_fetched_once_uncompressed_and_as_dicom(host, server, image_id):
    host.get(IMAGE_PLANE, image_id)
    host.get(INSTANCE, f"{image_id}&frame=1")
    assert host.require(TRANSFER_SYNTAX, image_id).transfer_syntax_uid == "1.2.840.10008.1.2.1"

    (request,) = server.requests
    assert request.path.endswith("objectUID=1.2.3.4.2&contentType=application/dicom")
    assert request.headers["Accept-Encoding"] == "identity"


def test_a_frame_that_the_object_does_not_have_is_an_error(host, image_id):
    with pytest.raises(MetadataReadError, match="no frame 2; the image has 1 frame"):
        host.get(IMAGE_PLANE, f"{image_id}&frame=2")


def test_the_pixels_are_not_read(host, server, store, ct):
    store(ct(8, PixelData=bytes(30 * 2**20)))
    metaprov_dicomweb.configure([server.host], answer_limit=2**20)

    image_id = f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.2.3.4.8"
    assert host.require(IMAGE_PLANE, image_id).image_position_patient == (0, 0, 8)


def test_a_header_that_is_larger_than_an_answer_may_be_is_an_error(host, server, store, ct):
    store(ct(8, ImageComments="x" * 10_000, PixelData=bytes(8)))
    metaprov_dicomweb.configure([server.host], answer_limit=8192)

    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.2.3.4.8")


def test_any_dicom_file_of_the_server_is_an_image(host, server, series):
    file = server.images[0].file
    server.instead = lambda handler: handler.answer(200, file, "application/octet-stream") is None

    image_id = f"wadouri:{server.base}/files/1.dcm"
    assert host.require(IMAGE_PLANE, image_id).image_position_patient == (0, 0, 1)
    assert server.requests[0].path == "/dicom-web/files/1.dcm"


@pytest.mark.parametrize("body", [b"", b"<html>", b"x" * 5000])
def test_what_is_no_dicom_is_an_error(host, server, image_id, body):
    server.instead = lambda handler: handler.answer(200, body, "application/dicom") is None

    for _ in range(2):
        with pytest.raises(MetadataReadError) as raised:
            host.get(IMAGE_PLANE, image_id)
        assert raised.value.source == f"{server.host}/wado"
    server.instead = None
    assert host.get(IMAGE_PLANE, image_id) is not None


def test_an_object_that_ends_too_early_is_an_error_and_not_half_a_header(host, server, image_id):
    def cut_short(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(server.images[1].file)))
        handler.end_headers()
        handler.wfile.write(server.images[1].file[:500])
        handler.close_connection = True
        return True

    server.instead = cut_short
    with pytest.raises(MetadataReadError, match="the answer is cut short"):
        host.get(INSTANCE, image_id)


def test_a_connection_that_is_lost_in_the_header_is_told_from_a_damaged_header(
    host, server, store, ct
):
    store(ct(8, ImageComments="x" * 10_000))
    file = server.images[-1].file

    def cut_short(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(file)))
        handler.end_headers()
        handler.wfile.write(file[:9_000])
        handler.close_connection = True
        return True

    server.instead = cut_short
    with pytest.raises(MetadataReadError, match="the answer is cut short"):
        host.get(INSTANCE, f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.2.3.4.8")


@pytest.mark.parametrize("part", [0.3, 0.5, 0.6, 0.9])
@pytest.mark.parametrize("type", [IMAGE_PLANE, INSTANCE, DATASET, TRANSFER_SYNTAX, "PatientID"])
def test_a_file_that_ends_inside_its_header_is_an_error_until_it_is_whole(
    host, server, image_id, part, type
):
    file = server.images[1].file
    header = file[: file.index(b"\xe0\x7f\x10\x00")]
    cut = header[: int(len(header) * part)]
    server.instead = lambda handler: handler.answer(200, cut, "application/dicom") is None

    for _ in range(2):
        with pytest.raises(MetadataReadError):
            host.get(type, image_id)
    server.instead = None
    assert host.get(type, image_id) is not None


def test_its_data_set_is_that_of_the_image(host, server, series, image_id):
    dataset = host.require(DATASET, image_id)

    assert dataset == host.require(DATASET, series[1])
    assert dataset.PatientName == "Äbel^Ann"
    assert "PixelData" not in dataset
    dataset.PatientName = "Somebody else"
    assert host.require(DATASET, image_id).PatientName == "Äbel^Ann"


def test_its_series_is_not_known(host, image_id):
    assert host.get(SERIES_IMAGE_IDS, image_id) is None


def test_a_change_drops_it(host, server, image_id):
    host.get(INSTANCE, image_id)
    host.changed(INSTANCE, f"{image_id}&frame=1")
    host.get(INSTANCE, image_id)

    assert len(server.requests) == 2
