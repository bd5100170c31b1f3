"""Metadata, frames, files, bulk data and pictures (WADO-RS)."""

from __future__ import annotations

import shutil
import struct
from email import message_from_bytes
from io import BytesIO

import numpy as np
import pydicom
import pytest
from made_studies import (
    COLOURS,
    COMPRESSED,
    LONG_TEXT,
    LUT_DATA,
    NATIVE,
    PRIVATE,
    colours,
    pixels_of,
)
from PIL import Image
from serving import serving

CT = f"/studies/1.2.1/series/{NATIVE}/instances/{NATIVE}.2"
RLE = f"/studies/1.2.1/series/{COMPRESSED}/instances/{COMPRESSED}.1"
US = f"/studies/1.2.2/series/{COLOURS}/instances/{COLOURS}.1"
STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
DECODED = 'multipart/related; type="application/octet-stream"'
LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
FILES = 'multipart/related; type="application/dicom"'


def parts_of(answer) -> list[tuple[str, bytes]]:
    """The type and the bytes of each part, as the standard library finds them."""
    assert answer.status_code == 200, answer.text
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + answer.content)
    assert message.get_content_type() == "multipart/related"
    boundary = f"--{message.get_boundary()}".encode()
    # Parsed by hand: the parser of mails changes line ends.
    assert answer.content.endswith(boundary + b"--\r\n")
    parts = answer.content.split(boundary)[1:-1]
    found = [part.removeprefix(b"\r\n").removesuffix(b"\r\n") for part in parts]
    split = [part.split(b"\r\n\r\n", 1) for part in found]
    return [(head.decode().removeprefix("Content-Type: "), body) for head, body in split]


def test_the_metadata_are_those_of_the_header(server):
    (metadata,) = server.found(f"{CT}/metadata")
    assert list(metadata) == sorted(metadata)
    assert metadata["00100010"]["Value"] == [
        {"Alphabetic": "Müller^Änne", "Ideographic": "山田^太郎"}
    ]
    assert metadata["00280030"] == {"vr": "DS", "Value": [0.5, 0.75]}
    assert metadata["00083002"] == {"vr": "UI", "Value": [LITTLE_ENDIAN]}
    assert "00020010" not in metadata


@pytest.mark.parametrize(
    ("path", "count"),
    [(CT, 1), (f"/studies/1.2.1/series/{NATIVE}", 3), ("/studies/1.2.1", 5), ("/studies/1.2.2", 1)],
)
def test_metadata_of_series_and_studies_are_those_of_their_instances(server, path, count):
    found = server.found(f"{path}/metadata")
    assert len(found) == count
    for each in found:
        study, series, uid = (each[tag]["Value"][0] for tag in ("0020000D", "0020000E", "00080018"))
        assert server.found(f"/studies/{study}/series/{series}/instances/{uid}/metadata") == [each]


def test_long_answers_are_sent_while_they_are_written(server, monkeypatch):
    whole = server.found("/studies/1.2.1/metadata")
    monkeypatch.setattr("metaprov_serve.dicomweb.retrieved.retrieving._MOST_IN_ONE_PIECE", 1)
    monkeypatch.setattr("metaprov_serve.dicomweb.retrieved.retrieving._AT_ONCE", 2)
    answer = server.get("/studies/1.2.1/metadata")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.json() == whole


def test_metadata_are_compressed_and_not_sent_again(server):
    answer = server.get(f"/studies/1.2.1/series/{NATIVE}/metadata")
    assert answer.headers["content-encoding"] == "gzip"
    again = server.client.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_long_values_are_behind_paths_that_lead_to_them(server):
    (metadata,) = server.found(f"{CT}/metadata")
    paths = {
        "00204000": metadata["00204000"],
        "00283010.1.00283006": metadata["00283010"]["Value"][0]["00283006"],
        "00111001": metadata["00111001"],
    }
    values = {
        "00204000": LONG_TEXT.strip().encode(),
        "00283010.1.00283006": struct.pack("<600H", *LUT_DATA),
        "00111001": PRIVATE,
    }
    for path, element in paths.items():
        assert element["BulkDataURI"] == f"/dicomweb{CT}/bulkdata/{path}"
        answer = server.get(f"{CT}/bulkdata/{path}", accept="application/octet-stream")
        assert answer.content.rstrip(b" ") == values[path]
        ((kind, body),) = parts_of(server.get(f"{CT}/bulkdata/{path}", accept=DECODED))
        assert kind == "application/octet-stream"
        assert body == answer.content


def test_the_pixels_are_bulk_data(server):
    (metadata,) = server.found(f"{US}/metadata")
    uri = metadata["7FE00010"]["BulkDataURI"].removeprefix("/dicomweb")
    parts = parts_of(server.get(uri, accept=STORED))
    assert [body for _, body in parts] == [frame.tobytes() for frame in colours()]


@pytest.mark.parametrize("path", ["00100099", "00283010.2.00283006", "00283010", "x", "0028"])
def test_bulk_data_that_are_not_there_are_404(server, path):
    answer = server.get(f"{CT}/bulkdata/{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_native_frames_are_slices_of_the_file(server):
    for number in (1, 2, 3):
        path = f"/studies/1.2.1/series/{NATIVE}/instances/{NATIVE}.{number}/frames/1"
        for accept in (None, STORED, DECODED):
            assert parts_of(server.get(path, accept=accept)) == [
                (
                    f"application/octet-stream; transfer-syntax={LITTLE_ENDIAN}",
                    pixels_of(number).tobytes(),
                )
            ]


def test_several_frames_come_in_the_order_asked(server):
    frames = [frame.tobytes() for frame in colours()]
    bodies = [body for _, body in parts_of(server.get(f"{US}/frames/3,1,2", accept=STORED))]
    assert bodies == [frames[2], frames[0], frames[1]]


def test_one_frame_may_come_alone(server):
    answer = server.get(f"{US}/frames/2", accept="application/octet-stream; transfer-syntax=*")
    assert answer.content == colours()[1].tobytes()
    assert answer.headers["content-type"].startswith("application/octet-stream")
    answer = server.get(f"{US}/frames/1,2", accept="application/octet-stream; transfer-syntax=*")
    assert answer.status_code == 406


COMPRESSED_FORMS = [
    (None, "image/dicom-rle", RLE_LOSSLESS),
    ("*/*", "image/dicom-rle", RLE_LOSSLESS),
    (STORED, "application/octet-stream", RLE_LOSSLESS),
    ('multipart/related; type="image/x-dicom-rle"', "image/dicom-rle", RLE_LOSSLESS),
    ('multipart/related; type="image/*"', "image/dicom-rle", RLE_LOSSLESS),
    (DECODED, "application/octet-stream", LITTLE_ENDIAN),
    (f"{DECODED}; transfer-syntax={LITTLE_ENDIAN}", "application/octet-stream", LITTLE_ENDIAN),
    (f"{STORED};q=0.5, {DECODED}", "application/octet-stream", LITTLE_ENDIAN),
    (f"image/jpeg, {STORED}", "application/octet-stream", RLE_LOSSLESS),
]


@pytest.mark.parametrize(("accept", "kind", "syntax"), COMPRESSED_FORMS)
def test_compressed_frames_are_passed_through_or_decoded(server, studies, accept, kind, syntax):
    ((content_type, body),) = parts_of(server.get(f"{RLE}/frames/1", accept=accept))
    assert content_type == f"{kind}; transfer-syntax={syntax}"
    if syntax == LITTLE_ENDIAN:
        assert body == pixels_of(1).tobytes()
    else:
        stored = pydicom.dcmread(studies / "rle.dcm").PixelData
        assert body == next(pydicom.encaps.generate_frames(stored, number_of_frames=1))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{US}/frames/4", 404),
        (f"{US}/frames/1,9", 404),
        (f"{CT}/frames/2", 404),
        (f"{CT}/frames/0", 400),
        (f"{CT}/frames/one", 400),
        (f"{CT}/frames/1,,2", 400),
        (f"{CT}/frames/" + ",".join(["1"] * 1001), 400),
        (f"{CT}9/frames/1", 404),
        (f"{CT}9/metadata", 404),
        (f"/studies/1.2.1/series/{COLOURS}/metadata", 404),
        ("/studies/1.9/metadata", 404),
        ("/studies/1.9", 404),
        ("/nothing", 404),
        (f"{CT}/frames/1/rendered?window=1", 400),
        (f"{CT}/rendered?window=1,0", 400),
        (f"{CT}/rendered?viewport=0,0", 400),
        (f"{US}/frames/1,2/rendered", 400),
        (f"{US}/frames/4/rendered", 404),
    ],
)
def test_what_is_not_there_is_said(server, path, status):
    answer = server.client.get(f"{server.url}{path}")
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (f"{CT}/metadata", "application/dicom+xml"),
        (f"{CT}/frames/1", "image/jpeg"),
        (f"{RLE}/frames/1", 'multipart/related; type="image/jp2"'),
        (CT, "image/png"),
        (CT, "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90"),
        ("/studies/1.2.1", "application/dicom"),
        (f"{CT}/rendered", "image/gif"),
        (f"{CT}/bulkdata/00111001", "image/png"),
    ],
)
def test_what_is_not_made_is_406(server, path, accept):
    answer = server.get(path, accept=accept)
    assert answer.status_code == 406
    assert answer.json()["error"]


def test_an_instance_is_its_file(server, studies):
    stored = (studies / "ct" / "2.dcm").read_bytes()
    alone = server.get(CT, accept="application/dicom")
    assert alone.headers["content-type"] == "application/dicom"
    assert alone.content == stored
    for accept in (None, FILES, f"{FILES}; transfer-syntax=*"):
        assert parts_of(server.get(CT, accept=accept)) == [
            (f"application/dicom; transfer-syntax={LITTLE_ENDIAN}", stored)
        ]


def test_series_and_studies_are_their_files(server, studies):
    series = [body for _, body in parts_of(server.get(f"/studies/1.2.1/series/{NATIVE}"))]
    assert series == [(studies / "ct" / f"{number}.dcm").read_bytes() for number in (1, 2, 3)]
    study = [body for _, body in parts_of(server.get("/studies/1.2.1", accept=FILES))]
    assert sorted(study) == sorted(
        [*series, *((studies / name).read_bytes() for name in ("mr.dcm", "rle.dcm"))]
    )


def test_pictures_are_png_or_jpeg(server):
    png = server.get(f"{CT}/rendered")
    assert png.headers["content-type"] == "image/png"
    with Image.open(BytesIO(png.content)) as picture:
        assert picture.format == "PNG"
    jpeg = server.get(f"{US}/frames/2/rendered", accept="image/jpeg")
    with Image.open(BytesIO(jpeg.content)) as picture:
        assert picture.format == "JPEG"
        mean = np.asarray(picture).mean(axis=(0, 1))
    assert mean == pytest.approx(colours()[1].mean(axis=(0, 1)), abs=8)


def test_a_window_is_that_of_the_picture(server):
    def mean(window: str) -> float:
        answer = server.get(f"{CT}/rendered", window=window)
        return float(np.asarray(Image.open(BytesIO(answer.content))).mean())

    assert mean("-1024,100") > mean("-900,400,linear") > mean("2000,100") == 0


def test_thumbnails_are_no_larger_than_asked(server):
    for path in (CT, f"{US}/frames/2", f"/studies/1.2.1/series/{NATIVE}", "/studies/1.2.1"):
        answer = server.get(f"{path}/thumbnail", viewport="4,4", accept="image/*")
        assert answer.status_code == 200
        with Image.open(BytesIO(answer.content)) as picture:
            assert max(picture.size) == 4


def test_what_ohif_asks_for_a_thumbnail_is_jpeg(server):
    answer = server.get(f"{CT}/thumbnail", accept="image/avif,*/*;q=0.8")
    assert answer.headers["content-type"] == "image/png"
    answer = server.client.get(f"{server.url}{CT}/thumbnail?accept=image/jpeg")
    assert answer.headers["content-type"] == "image/jpeg"


def test_a_file_that_is_gone_is_404(studies, tmp_path):
    path = tmp_path / "us.dcm"
    shutil.copy(studies / "us.dcm", path)
    with serving([str(tmp_path)]) as server:
        server.archive.index.wait(60)
        path.unlink()
        assert server.get(US).status_code == 404
        assert server.get(US, accept="application/dicom").status_code == 404


def test_a_file_that_becomes_a_link_that_leads_out_is_404(studies, tmp_path):
    """It was inside when the index was built; nothing of it is given from then on."""
    inside, outside = tmp_path / "inside", tmp_path / "outside.dcm"
    inside.mkdir()
    shutil.copy(studies / "us.dcm", outside)
    shutil.copy(studies / "us.dcm", inside / "us.dcm")
    with serving([str(inside)]) as server:
        assert server.archive.index.wait(60)
        assert server.get(US, accept="application/dicom").status_code == 200
        (inside / "us.dcm").unlink()
        (inside / "us.dcm").symlink_to(outside)
        paths = ("", "/metadata", "/frames/1", "/rendered", "/thumbnail", "/bulkdata/7FE00010")
        asked = [*(f"{US}{path}" for path in paths), "/studies/1.2.2", "/studies/1.2.2/metadata"]
        assert {path: server.get(path).status_code for path in asked} == dict.fromkeys(asked, 404)
        assert server.found("/instances", HighBit="7") == []
