"""Values behind a BulkDataURI: fetched when they are asked for, in any form that servers give."""

from __future__ import annotations

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import DATASET, IMAGE_PLANE, INSTANCE, TRANSFER_SYNTAX

SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"


@pytest.fixture
def palette(store, ct):
    red = bytes(range(256)) * 8
    return store(
        ct(
            PhotometricInterpretation="PALETTE COLOR",
            RedPaletteColorLookupTableDescriptor=[1024, 0, 16],
            RedPaletteColorLookupTableData=red,
        )
    )


def test_bulk_data_are_fetched_once_when_they_are_asked_for(host, server, palette):
    host.get(IMAGE_PLANE, palette)
    assert server.asked() == [METADATA]

    data = host.require("imagePixelModule", palette).red_palette_color_lookup_table_data

    assert data[:3] == (0x0100, 0x0302, 0x0504)
    assert host.require(INSTANCE, palette)["RedPaletteColorLookupTableData"][:2] == b"\0\1"
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1/bulk/0"]


@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/latest/meta-data",
        "//evil.example.org/bulk/0",
        "/admin/bulk/0",
        "../../../../../../../../admin",
        "http://user@127.0.0.1/dicom-web/bulk/0",
        "file:///etc/passwd",
    ],
)
def test_bulk_data_out_of_the_configured_servers_are_not_fetched(host, server, palette, uri):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "BulkDataURI": uri}}

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    explanation = host.explain("RedPaletteColorLookupTableData", palette)
    assert "leads out of the configured servers, and is not followed" in str(explanation)
    assert server.asked() == [METADATA]


def test_bulk_data_that_the_server_does_not_have_are_no_value(host, server, palette):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "BulkDataURI": "bulk/99/x"}}

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    explanation = str(host.explain("RedPaletteColorLookupTableData", palette))
    assert "there are no bulk data" in explanation
    assert "404" in explanation


def test_an_error_of_the_server_is_no_empty_value(host, server, palette):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(500, b"", "text/plain") is None
    with pytest.raises(MetadataReadError, match="500"):
        host.get("imagePixelModule", palette)
    server.instead = None

    assert host.require("imagePixelModule", palette).red_palette_color_lookup_table_data


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/related; boundary=x", b"--x\r\n\r\nno end"),
        ("multipart/related; boundary=x", b""),
        ("multipart/related", b"--x\r\n\r\nab\r\n--x--"),
    ],
)
def test_bulk_data_that_are_cut_short_are_an_error(host, server, palette, kind, body):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(200, body, kind) is None

    with pytest.raises(MetadataReadError, match="the answer "):
        host.get("imagePixelModule", palette)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=utf-8", b"<html>Please log in"),
        ("application/dicom+json", b"[{}]"),
        (
            "multipart/related; boundary=x",
            b"--x\r\nContent-Type: text/html\r\n\r\n<html>Please log in\r\n--x--",
        ),
    ],
)
def test_what_comes_instead_of_bulk_data_is_an_error(host, server, palette, kind, body):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(200, body, kind) is None

    with pytest.raises(MetadataReadError, match="instead of application/octet-stream"):
        host.get("imagePixelModule", palette)


@pytest.mark.parametrize("uri", ["", 7, None])
def test_a_bulk_data_uri_that_leads_nowhere_is_no_value(host, server, palette, uri):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "BulkDataURI": uri}}

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    assert server.asked() == [METADATA]


DATA = bytes(range(256))
PARTS = {
    "a preamble": b"In parts.\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n%b\r\n--x--",
    "lines without return": b"--x\nContent-Type: application/octet-stream\n\n%b\n--x--\n",
    "both": b"a\nb\n\n--x\nA: b\nContent-Type: application/octet-stream\n\n%b\n--x--\n",
    "an empty line first": b"\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n%b\r\n--x--",
    "no head": b"--x\r\n\r\n%b\r\n--x--",
    "blanks": b"--x  \r\nContent-Type:application/octet-stream\r\n\r\n%b\r\n--x--\r\nthe end",
    "returns at the end only": b"--x\nContent-Type: binary/octet-stream\n\n%b\r\n--x--",
    "returns at the start only": b"--x\r\nContent-Type: binary/octet-stream\r\n\r\n%b\n--x--",
}


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\n\r", b"--"])
@pytest.mark.parametrize("form", PARTS)
def test_the_first_part_is_found_however_it_is_set_off(host, server, palette, form, end):
    if form == "returns at the start only" and end == b"\n\r":
        # Nobody can tell.
        return
    host.get(IMAGE_PLANE, palette)
    body = PARTS[form] % (DATA + end)
    server.instead = lambda handler: (
        handler.answer(200, body, 'multipart/related; boundary="x"') is None
    )

    assert host.get("RedPaletteColorLookupTableData", palette) == DATA + end


@pytest.mark.parametrize("form", PARTS)
def test_a_file_in_parts_is_found_however_it_is_set_off(host, server, series, form):
    body = PARTS[form] % server.images[0].file
    server.give_for_images(body, "multipart/related; boundary=x")

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert host.require(DATASET, series[0]).InstanceNumber == 1


@pytest.mark.parametrize(
    "kind",
    [
        "application/octet-stream",
        "binary/octet-stream",
        "Application/Octet-Stream; x=1",
        "Binary/Octet-Stream",
        "",
    ],
)
def test_these_media_types_are_those_of_bytes(host, server, palette, kind):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(200, DATA, kind) is None

    assert host.get("RedPaletteColorLookupTableData", palette) == DATA


@pytest.mark.parametrize("inline", ["AAEC", ["AAEC"]])
def test_bytes_may_be_in_an_array(host, server, palette, inline):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "InlineBinary": inline}}

    assert host.get("RedPaletteColorLookupTableData", palette) == b"\0\1\2"


@pytest.mark.parametrize("inline", [["AAEC", "AAEC"], [["AAEC"]], [7], True, ["\u00e4"]])
def test_what_is_no_array_of_bytes_is_no_value_with_a_note(host, server, palette, inline):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "InlineBinary": inline}}
    server.alone = server.in_series

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    host.changed()
    assert "is not base64" in str(host.explain("RedPaletteColorLookupTableData", palette))


@pytest.mark.parametrize("uri", ["bulk/0", "instances/1.2.3.4.1/bulk/0"])
def test_bulk_data_are_asked_for_with_the_query_of_the_image(host, server, palette, uri):
    server.in_series = lambda json: (
        json
        | {
            "00281201": {
                "vr": "OW",
                "BulkDataURI": f"{server.base}{SERIES}/instances/1.2.3.4.1/bulk/0",
            }
        }
    )

    assert host.get("RedPaletteColorLookupTableData", f"{palette}?token=abc")
    assert all(request.path.endswith("?token=abc") for request in server.requests)


def test_bulk_data_may_come_without_parts(host, server, palette):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: (
        handler.answer(200, b"\1\2\3\4", "application/octet-stream") is None
    )

    assert host.get("RedPaletteColorLookupTableData", palette) == b"\1\2\3\4"
