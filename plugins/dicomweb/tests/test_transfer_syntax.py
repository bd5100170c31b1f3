"""The transfer syntax, which metadata mostly lack: it is read from the start of the image."""

from __future__ import annotations

import pickle

import pytest

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, IMAGE_URL, INSTANCE, TRANSFER_SYNTAX

SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"


def test_the_transfer_syntax_is_read_from_the_image_when_it_is_asked_for(host, server, series):
    host.get(IMAGE_PLANE, series[0])
    assert server.asked() == [METADATA]

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert host.require(IMAGE_URL, series[0]).is_video is False
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1"]
    accept = server.requests[-1].headers["Accept"]
    assert accept == 'multipart/related; type="application/dicom"; transfer-syntax=*'
    assert "the image was asked for it" in str(host.explain(INSTANCE, series[0]))


def test_no_more_of_the_image_is_read_than_the_start(host, server, store, ct):
    image_id = store(ct(PixelData=bytes(30 * 2**20)))
    metaprov_dicomweb.configure([server.base], answer_limit=2**20)

    assert host.require(TRANSFER_SYNTAX, image_id).transfer_syntax_uid == "1.2.840.10008.1.2.1"


def test_the_transfer_syntaxes_that_a_server_offers_are_enough(host, server, series):
    offered = {"00083002": {"vr": "UI", "Value": ["1.2.840.10008.1.2.4.102"]}}
    server.in_series = lambda json: json | offered

    syntax = host.require(TRANSFER_SYNTAX, series[0])

    assert syntax.available_transfer_syntax_uid == ("1.2.840.10008.1.2.4.102",)
    assert syntax.is_video
    assert server.asked() == [METADATA]


@pytest.mark.parametrize("status", [400, 404, 406])
def test_a_server_that_does_not_give_the_image_leaves_the_transfer_syntax_unknown(
    host, server, series, status
):
    server.instead = lambda handler: (
        not handler.path.endswith("metadata") and handler.answer(status, b"", "text/plain") is None
    )

    assert host.get(TRANSFER_SYNTAX, series[0]) is None
    assert f"the server answers {status}" in str(host.explain("TransferSyntaxUID", series[1]))


NO_FILES = {
    "a login page": (b"<html>log in</html>", "text/html"),
    "JSON": (b'{"error": 1}', "application/json"),
    "a picture": (b"\xff\xd8\xff\xe0" + bytes(300), "image/jpeg"),
    "zeros": (bytes(5000), "application/dicom"),
    "nothing": (b"", "application/dicom"),
    "other bytes": (b"?" * 999, "a/b"),
    "a page in parts": (
        b"--x\r\nContent-Type: text/html\r\n\r\n<html>\r\n--x--",
        "multipart/related; boundary=x",
    ),
    "no part": (b"--x--", "multipart/related; boundary=x"),
}


@pytest.mark.parametrize("type", [TRANSFER_SYNTAX, "TransferSyntaxUID", IMAGE_URL])
@pytest.mark.parametrize("what", NO_FILES)
def test_what_comes_instead_of_an_image_is_an_error_and_not_kept(host, server, series, what, type):
    server.give_for_images(*NO_FILES[what])
    for _ in range(2):
        with pytest.raises(MetadataReadError):
            host.get(type, series[0])
    server.instead = None

    assert host.get(type, series[0]) is not None


@pytest.mark.parametrize("length", [1, 131, 140, 145, 160, 200])
def test_a_file_that_ends_before_its_transfer_syntax_is_an_error_and_not_kept(
    host, server, series, length
):
    server.give_for_images(server.images[0].file[:length], "application/dicom")
    with pytest.raises(MetadataReadError):
        host.get(TRANSFER_SYNTAX, series[0])
    server.instead = None

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"


def test_a_file_without_the_length_of_its_meta_information_says_its_transfer_syntax(
    host, server, series
):
    file = server.images[0].file
    server.give_for_images(file[:132] + file[144:], "application/octet-stream")

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"


def test_a_file_whose_transfer_syntax_is_none_leaves_it_unknown(host, server, series):
    file = server.images[0].file.replace(b"1.2.840.10008.1.2.1\0", b"not a transfersyntax")
    server.give_for_images(file, "application/dicom")

    assert host.get(TRANSFER_SYNTAX, series[0]) is None


def test_a_list_of_attributes_does_not_depend_on_earlier_questions(host, server, series):
    instance = host.require(INSTANCE, series[0])
    before = list(instance), len(instance), dict(instance)

    assert "TransferSyntaxUID" in instance
    assert instance["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"
    received = pickle.loads(pickle.dumps(instance))
    for each in (instance, received, host.require(INSTANCE, series[0])):
        assert (list(each), len(each), dict(each)) == before
        assert each["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"


def test_a_transfer_syntax_that_the_metadata_have_is_listed(host, server, series):
    server.in_series = lambda json: (
        json | {"00020010": {"vr": "UI", "Value": ["1.2.840.10008.1.2.4.70"]}}
    )

    assert "TransferSyntaxUID" in list(host.require(INSTANCE, series[0]))
