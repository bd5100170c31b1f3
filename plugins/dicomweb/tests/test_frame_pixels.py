"""The pixels of a frame by WADO-RS and WADO-URI, from servers of all kinds."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from dicomweb_server import BOUNDARY
from pydicom.encaps import encapsulate
from pydicom.uid import UID, JPEGLSLossless, RLELossless

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicomweb.http.answers import Stream
from metaprov_modules import FRAME_PIXEL_DATA, FramePixels

LITTLE = "1.2.840.10008.1.2.1"
BIG = "1.2.840.10008.1.2.2"
BASELINE = "1.2.840.10008.1.2.4.50"
OCTETS = "application/octet-stream"
#: Frames of 12 bytes, as those of the CT are.
FRAMES = [bytes(range(start, start + 12)) for start in (1, 101, 201)]
#: They begin as frames of JPEG-LS do.
COMPRESSED = [b"\xff\xd8\xff\xf7" + bytes([number]) * 60 for number in (1, 2, 3)]


@pytest.fixture
def native(store, ct):
    return store(ct(1, NumberOfFrames=3, PixelData=b"".join(FRAMES)))


@pytest.fixture
def compressed(store, ct):
    return store(compressed_with(ct))


def compressed_with(ct, uid=JPEGLSLossless, frames=COMPRESSED, **attributes):
    dataset = ct(2, NumberOfFrames=3, PixelData=encapsulate(frames), **attributes)
    dataset.file_meta.TransferSyntaxUID = UID(uid)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return dataset


def give(server, body, kind, *, stored=None):
    """Answer every question for a frame so; the metadata say in which transfer syntax it is."""
    server.instead = lambda handler: (
        "/frames/" in handler.path and handler.answer(200, body, kind) is None
    )
    if stored is not None:
        available = {"00083002": {"vr": "UI", "Value": [stored]}}
        server.in_series = lambda json: json | available
    return server


def parts(*bodies, kind=OCTETS, end=b"\r\n"):
    answer = b""
    for body in bodies:
        head = f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".replace("\r\n", end.decode())
        answer += head.encode() + body + end
    return answer + f"--{BOUNDARY}--".encode() + end


MULTIPART = f'multipart/related; type="{OCTETS}"; boundary={BOUNDARY}'


@pytest.mark.parametrize("frame", [1, 2, 3])
def test_each_frame_is_that_of_the_file(host, server, native, compressed, frame):
    assert host.get(FRAME_PIXEL_DATA, f"{native}/frames/{frame}") == FramePixels(
        data=FRAMES[frame - 1], transfer_syntax_uid=LITTLE
    )
    assert host.get(FRAME_PIXEL_DATA, f"{compressed}/frames/{frame}") == FramePixels(
        data=COMPRESSED[frame - 1], transfer_syntax_uid=JPEGLSLossless
    )
    asked = [request for request in server.requests if "/frames/" in request.path]
    assert len(asked) == 2
    assert asked[0].headers["Accept"].endswith("transfer-syntax=*")


def test_an_id_without_frame_is_the_first_frame_and_nothing_is_kept(host, server, native):
    first = host.require(FRAME_PIXEL_DATA, native)
    server.requests.clear()

    host.prefetch([native], type=FRAME_PIXEL_DATA)
    assert server.asked() == []
    assert host.require(FRAME_PIXEL_DATA, native) == first
    assert [path.rpartition("/instances/")[2] for path in server.asked()] == ["1.2.3.4.1/frames/1"]


def test_a_frame_that_the_image_does_not_have_is_an_error(host, server, native):
    for image_id in (f"{native}/frames/4", object_id(server, "1.2.3.4.1", "&frame=4")):
        with pytest.raises(MetadataReadError, match="no frame 4; the image has 3 frames"):
            host.get(FRAME_PIXEL_DATA, image_id)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FRAMES[0], OCTETS),
        (FRAMES[0], f"{OCTETS}; transfer-syntax={LITTLE}"),
        (FRAMES[0], f'{OCTETS}; transfer-syntax="{LITTLE}"'),
        (FRAMES[0], "binary/octet-stream"),
        (FRAMES[0], ""),
        (parts(FRAMES[0]), MULTIPART),
        (parts(FRAMES[0], end=b"\n"), MULTIPART),
        (parts(FRAMES[0]), MULTIPART.replace(BOUNDARY, f'"{BOUNDARY}"')),
        (parts(FRAMES[0], kind=f'{OCTETS}; Transfer-Syntax="{LITTLE}"'), MULTIPART),
        (parts(FRAMES[0]), f"{MULTIPART}; transfer-syntax={LITTLE}"),
        (gzip.compress(parts(FRAMES[0]), mtime=0), MULTIPART),
        (b"\r\nas e-mail\r\n" + parts(FRAMES[0]), MULTIPART),
    ],
)
def test_the_forms_of_a_native_frame(host, server, native, body, kind):
    give(server, body, kind, stored=LITTLE)

    pixels = host.require(FRAME_PIXEL_DATA, native)
    assert pixels == FramePixels(data=FRAMES[0], transfer_syntax_uid=LITTLE)


@pytest.mark.parametrize(
    ("kind", "stored", "expected"),
    [
        # What it names holds, whatever was stored.
        (f"{OCTETS}; transfer-syntax={JPEGLSLossless}", LITTLE, JPEGLSLossless),
        ("image/jls", JPEGLSLossless, JPEGLSLossless),
        ("image/x-jls", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.81"),
        # By default.
        ("image/jls", LITTLE, JPEGLSLossless),
        ("image/jpeg", BASELINE, BASELINE),
        ("image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.57", BASELINE, f"{BASELINE[:-2]}57"),
        # As many servers send what is stored.
        (OCTETS, BASELINE, BASELINE),
        (OCTETS, JPEGLSLossless, JPEGLSLossless),
    ],
)
def test_the_transfer_syntax_of_a_compressed_frame(host, server, native, kind, stored, expected):
    for body, type in ((COMPRESSED[0], kind), (parts(COMPRESSED[0], kind=kind), MULTIPART)):
        give(server, body, type, stored=stored)
        host.changed()
        pixels = host.require(FRAME_PIXEL_DATA, native)
        assert pixels == FramePixels(data=COMPRESSED[0], transfer_syntax_uid=expected)


def test_a_frame_that_the_server_decompressed_is_native(host, server, compressed):
    give(server, FRAMES[0], OCTETS, stored=JPEGLSLossless)

    pixels = host.require(FRAME_PIXEL_DATA, compressed)
    assert pixels == FramePixels(data=FRAMES[0], transfer_syntax_uid=LITTLE)


@pytest.mark.parametrize(
    ("body", "kind", "stored"),
    [
        # A picture for people of an image that was not stored so.
        (COMPRESSED[0], "image/jpeg", LITTLE),
        # Bytes of either order.
        (FRAMES[0], OCTETS, BIG),
        # Neither as many as it should have, nor as it was compressed.
        (b"abc", OCTETS, JPEGLSLossless),
    ],
)
def test_what_may_be_another_picture_is_read_from_the_image(
    host, server, native, body, kind, stored
):
    give(server, body, kind, stored=stored)

    pixels = host.require(FRAME_PIXEL_DATA, f"{native}/frames/2")
    assert pixels == FramePixels(data=FRAMES[1], transfer_syntax_uid=LITTLE)
    assert "does not say in which transfer syntax" in str(host.explain(FRAME_PIXEL_DATA, native))


def test_colours_that_the_server_may_have_converted_are_read_from_the_image(
    host, server, store, ct
):
    image_id = store(
        compressed_with(
            ct, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL", BitsAllocated=8
        )
    )
    give(server, bytes(18), f"{OCTETS}; transfer-syntax={LITTLE}", stored=JPEGLSLossless)

    pixels = host.require(FRAME_PIXEL_DATA, image_id)
    assert pixels == FramePixels(data=COMPRESSED[0], transfer_syntax_uid=JPEGLSLossless)


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (FRAMES[0][:-1], OCTETS, r"has 11 bytes, and by Rows.* 12"),
        (bytes(13), OCTETS, r"has 13 bytes, and by Rows.* 12"),
        (COMPRESSED[0], f"{OCTETS}; transfer-syntax={LITTLE}", "has 64 bytes"),
        (FRAMES[0], "image/jls", "not of the transfer syntax"),
        (FRAMES[0], f"{OCTETS}; transfer-syntax={RLELossless}", "not of the transfer syntax"),
        (b"<html>", "text/html", "text/html instead of the pixels"),
        (b"DICM", "application/dicom", "application/dicom instead of the pixels"),
        (b"", OCTETS, "empty instead of the pixels"),
        (parts(FRAMES[0]), MULTIPART.replace(BOUNDARY, "another"), "no complete part"),
        (parts(FRAMES[0]), "multipart/related", "does not say what separates"),
        (parts(FRAMES[0])[:-20], MULTIPART, "no complete part"),
        (parts(*FRAMES), MULTIPART, "several parts"),
        (parts(FRAMES[0], kind="text/plain"), MULTIPART, "text/plain instead of the pixels"),
    ],
)
def test_wrong_bytes_are_an_error(host, server, native, body, kind, reason):
    give(server, body, kind, stored=LITTLE)

    with pytest.raises(MetadataReadError, match=reason) as raised:
        host.get(FRAME_PIXEL_DATA, native)
    assert raised.value.source.endswith("/instances/1.2.3.4.1/frames/1")
    server.instead = None
    assert host.require(FRAME_PIXEL_DATA, native).data == FRAMES[0]


def test_a_frame_of_an_odd_number_of_bytes_may_be_filled_up(host, server, store, ct):
    image_id = store(ct(1, Rows=1, BitsAllocated=8, PixelData=b"abc\0"))
    for body in (b"abc", b"abc\0"):
        give(server, body, OCTETS)
        assert host.require(FRAME_PIXEL_DATA, image_id).data == b"abc"


def test_an_image_of_numbers_with_a_point_says_so(host, server, store, ct):
    dataset = ct(1, BitsAllocated=32, FloatPixelData=bytes(24))
    del dataset.PixelData, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation
    image_id = store(dataset)
    expected = FramePixels(data=bytes(24), transfer_syntax_uid=LITTLE, element="FloatPixelData")

    give(server, bytes(24), OCTETS)
    assert host.require(FRAME_PIXEL_DATA, image_id) == expected
    assert host.require(FRAME_PIXEL_DATA, object_id(server, "1.2.3.4.1")) == expected


@pytest.mark.parametrize("status", [400, 404, 406, 500, 501])
def test_without_frames_the_whole_image_is_read(host, server, native, compressed, status):
    server.instead = lambda handler: (
        "/frames/" in handler.path and handler.answer(status, b"", "text/plain") is None
    )

    for frame in (1, 2, 3):
        pixels = host.require(FRAME_PIXEL_DATA, f"{native}/frames/{frame}")
        assert pixels == FramePixels(data=FRAMES[frame - 1], transfer_syntax_uid=LITTLE)
        pixels = host.require(FRAME_PIXEL_DATA, f"{compressed}/frames/{frame}")
        assert pixels.data == COMPRESSED[frame - 1]
        assert pixels.transfer_syntax_uid == JPEGLSLossless
    assert "the server gives no frames" in str(host.explain(FRAME_PIXEL_DATA, native))


def test_the_first_form_that_the_server_has_is_taken(host, server, native):
    def only_single(handler):
        if "/frames/" not in handler.path or handler.headers["Accept"] == "*/*":
            return False
        return handler.answer(406, b"", "text/plain") is None

    server.instead = only_single
    assert host.require(FRAME_PIXEL_DATA, native).data == FRAMES[0]


@pytest.mark.parametrize(("status", "phrase"), [(403, "Forbidden"), (404, "Not Found")])
def test_a_server_that_has_neither_says_so(host, server, native, status, phrase):
    host.get("instance", native)
    server.instead = lambda handler: handler.answer(status, b"", "text/plain") is None

    with pytest.raises(MetadataReadError, match=f"{status} {phrase}") as raised:
        host.get(FRAME_PIXEL_DATA, native)
    assert raised.value.source.endswith("/frames/1")


def test_what_has_no_pixels_has_none_and_says_why(host, server, store, ct):
    dataset = ct(1, Modality="SR")
    for keyword in ("PixelData", "Rows", "Columns"):
        del dataset[keyword]
    image_id = store(dataset)

    for each in (image_id, object_id(server, "1.2.3.4.1")):
        assert host.get(FRAME_PIXEL_DATA, each) is None
        text = str(host.explain(FRAME_PIXEL_DATA, each))
        assert "(0028,0010)" in text or "(7FE0,0010)" in text
    assert not any("/frames/" in path for path in server.asked())


def test_servers_that_are_not_configured_are_not_asked(host, server, native):
    metaprov_dicomweb.configure(["https://pacs.example.org"])
    for image_id in (native, object_id(server, "1.2.3.4.1")):
        assert host.get(FRAME_PIXEL_DATA, image_id) is None
        assert "configure" in str(host.explain(FRAME_PIXEL_DATA, image_id))
    assert server.asked() == []


def object_id(server, uid, rest=""):
    return f"wadouri:{server.host}/wado?requestType=WADO&objectUID={uid}{rest}"


@pytest.mark.parametrize("frame", [1, 2, 3])
def test_frames_by_wado_uri(host, server, native, compressed, frame):
    rest = f"&frame={frame}"
    pixels = host.require(FRAME_PIXEL_DATA, object_id(server, "1.2.3.4.1", rest))
    assert pixels == FramePixels(data=FRAMES[frame - 1], transfer_syntax_uid=LITTLE)
    pixels = host.require(FRAME_PIXEL_DATA, object_id(server, "1.2.3.4.2", rest))
    assert pixels.data == COMPRESSED[frame - 1]
    assert len(server.requests) == 2


@pytest.mark.parametrize("part", [0.3, 0.99])
def test_an_object_that_ends_too_early_is_an_error(host, server, native, part):
    file = server.images[0].file
    cut = file[: int(len(file) * part)]
    server.instead = lambda handler: handler.answer(200, cut, "application/dicom") is None

    with pytest.raises(MetadataReadError):
        host.get(FRAME_PIXEL_DATA, object_id(server, "1.2.3.4.1", "&frame=3"))


def test_another_object_than_was_asked_for_is_an_error(host, server, native, compressed):
    file = server.images[1].file
    server.instead = lambda handler: handler.answer(200, file, "application/dicom") is None

    with pytest.raises(MetadataReadError, match="another image"):
        host.get(FRAME_PIXEL_DATA, object_id(server, "1.2.3.4.1"))


def test_errors_have_no_secret(host, server, native):
    secret = "the-secret-of-the-server"
    metaprov_dicomweb.configure(
        [metaprov_dicomweb.Server(server.base, bearer_token=secret)], backoff=0
    )
    host.get("instance", native)
    give(server, b"x", f"text/{secret}")

    with pytest.raises(MetadataReadError) as raised:
        host.get(FRAME_PIXEL_DATA, native)
    assert secret not in str(raised.value)


def test_frames_are_read_side_by_side(host, native):
    ids = [f"{native}/frames/{number % 3 + 1}" for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        pixels = list(pool.map(lambda each: host.require(FRAME_PIXEL_DATA, each), ids))

    assert [each.data for each in pixels] == FRAMES * 20
    assert [each.data for each in host.get_many(FRAME_PIXEL_DATA, ids)] == FRAMES * 20


def test_an_interruption_leaves_the_connections_usable(host, native, monkeypatch):
    host.get("instance", native)

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Stream, "read", interrupted)
        for _ in range(20):
            with pytest.raises(KeyboardInterrupt):
                host.get(FRAME_PIXEL_DATA, native)
    for frame in (1, 2, 3):
        assert host.require(FRAME_PIXEL_DATA, f"{native}/frames/{frame}").data == FRAMES[frame - 1]


def test_a_connection_that_is_lost_is_asked_again(host, server, native):
    lost = []

    def cut_short(handler):
        if "/frames/" not in handler.path or lost:
            return False
        lost.append(handler.path)
        handler.send_response(200)
        handler.send_header("Content-Length", "12")
        handler.end_headers()
        handler.wfile.write(b"123")
        handler.close_connection = True
        return True

    server.instead = cut_short
    assert host.require(FRAME_PIXEL_DATA, native).data == FRAMES[0]
    assert lost
