"""What is asked of a bucket, and what its failures look like."""

from __future__ import annotations

import asyncio
import logging
import zipfile
from io import BytesIO

import pytest

import metaprov_storage
from metaprov_core import MetadataReadError
from metaprov_dicom import FRAME_PIXEL_DATA, IMAGE_PLANE, INSTANCE

TEN_KB = 10 * 1024
#: What makes an image larger than what is read of an archive at once.
LARGE = {"Rows": 256, "Columns": 256, "PixelData": bytes(256 * 256 * 2)}


@pytest.fixture
def no_waiting(monkeypatch):
    """Repeat requests at once, as many times as ever."""

    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _seconds, *rest: sleep(0, *rest))


def test_a_header_is_one_request_of_ten_kilobytes_at_most(host, s3, ct):
    image_id = s3.store("1.dcm", ct(PixelData=bytes(500_000), Rows=500, Columns=500))
    plane = host.get(IMAGE_PLANE, image_id)

    assert plane.row_pixel_spacing == 0.5
    (request,) = s3.requests
    assert (request.method, request.range) == ("GET", "bytes=0-8191")
    assert request.bytes <= TEN_KB


def test_a_long_header_is_read_in_few_requests(host, s3, ct):
    image_id = s3.store("1.dcm", ct(ImageComments="x" * 9000, PatientComments="y" * 9000))

    assert host.get("ImageComments", image_id) is None
    assert len(host.get(INSTANCE, image_id)["ImageComments"]) == 9000
    assert s3.requests[0].range == "bytes=0-8191"
    assert len(s3.requests) == 2


def test_a_frame_is_a_request_of_its_own_bytes(host, s3, ct):
    pixels = bytes(range(256)) * 8 * 20
    image_id = s3.store("1.dcm", ct(NumberOfFrames=20, Rows=32, Columns=32, PixelData=pixels))
    host.get(INSTANCE, image_id)
    s3.requests.clear()

    assert host.get(FRAME_PIXEL_DATA, f"{image_id}?frame=20").data == pixels[-2048:]
    assert len(s3.requests) == 1
    assert s3.requests[0].bytes <= TEN_KB


def test_many_headers_are_read_side_by_side(host, s3, ct):
    ids = [s3.store(f"{number}.dcm", ct(number)) for number in range(1, 65)]
    s3.delay = 0.05
    done = []
    host.prefetch(ids, progress=lambda count, _: done.append(count))

    assert len(s3.requests) == 64
    assert done[-1] == 64
    assert s3.most_at_once > 8
    host.get_many(INSTANCE, ids)
    assert len(s3.requests) == 64


def test_the_questions_of_a_program_are_read_side_by_side(host, s3, ct):
    ids = [s3.store(f"{number}.dcm", ct(number)) for number in range(1, 33)]
    s3.delay = 0.05
    headers = host.get_many(INSTANCE, ids)

    assert [each["InstanceNumber"] for each in headers] == list(range(1, 33))
    assert len(s3.requests) == 32
    assert s3.most_at_once > 8


def test_a_zip_in_a_bucket_is_two_requests_and_one_a_member(host, s3, ct):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(1, 6):
            archive.writestr(f"{number}.dcm", ct(number, **LARGE))
    url = s3.store("ct.zip", file.getvalue())
    found = list(host.find_images(url))

    assert found == [f"zip://{number}.dcm::{url}" for number in range(1, 6)]
    assert len(s3.requests) == 2 + 5
    assert all(each.bytes <= TEN_KB for each in s3.requests[2:])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (403, "403 Forbidden"),
        (404, "404 Not Found"),
    ],
)
def test_a_refusal_has_its_status_and_is_not_kept(host, s3, ct, fault, said):
    image_id = s3.store("1.dcm", ct())
    s3.faults = [fault]
    with pytest.raises(metaprov_storage.StoreStatusError, match=said) as raised:
        host.get(INSTANCE, image_id)

    assert raised.value.status == fault
    assert raised.value.source == image_id
    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 1


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", [500, 503, "truncated"])
def test_what_goes_well_the_second_time_goes_well(host, s3, ct, fault):
    image_id = s3.store("1.dcm", ct())
    s3.faults = [fault]

    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 1
    assert len(s3.requests) == 2


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", [500, "truncated"])
def test_what_never_goes_well_is_an_error(host, s3, ct, fault):
    image_id = s3.store("1.dcm", ct())
    s3.always = fault
    with pytest.raises(MetadataReadError) as raised:
        host.get(INSTANCE, image_id)

    assert raised.value.source == image_id
    assert 1 < len(s3.requests) < 20
    s3.always = None
    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 1


def test_a_server_that_ignores_ranges_is_read_all_the_same(host, s3, ct):
    image_id = s3.store("1.dcm", ct(7))
    s3.always = "whole"

    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 7
    assert host.get(FRAME_PIXEL_DATA, image_id).data == bytes([7]) * (64 * 128 * 2)


def test_an_object_that_has_changed_is_no_mixture(host, s3, ct):
    image_id = s3.store("1.dcm", ct(1))
    host.get(INSTANCE, image_id)
    s3.store("1.dcm", ct(2))
    with pytest.raises(MetadataReadError, match="it has changed since its header was read"):
        host.get(FRAME_PIXEL_DATA, image_id)

    host.changed(INSTANCE, image_id)
    assert host.get(FRAME_PIXEL_DATA, image_id).data[:1] == b"\2"


def test_an_archive_that_has_changed_is_opened_anew(host, s3, ct):
    def stored(number):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("0.dcm", ct(0, **LARGE))
            archive.writestr("1.dcm", ct(number, **LARGE))
        return s3.store("ct.zip", file.getvalue())

    url = stored(1)
    host.get(INSTANCE, f"zip://0.dcm::{url}")
    stored(2)
    with pytest.raises(MetadataReadError, match="has changed"):
        host.get(INSTANCE, f"zip://1.dcm::{url}")
    assert host.get(INSTANCE, f"zip://1.dcm::{url}")["InstanceNumber"] == 2


def test_credentials_are_in_no_error_no_note_and_no_log(host, s3, ct, caplog):
    image_id = s3.store("1.dcm", ct())
    s3.always = 403
    with caplog.at_level(logging.DEBUG, "metaprov_storage"):
        list(host.find_images("s3://images/"))
        with pytest.raises(MetadataReadError) as raised:
            host.get(INSTANCE, image_id)

    said = f"{raised.value!r} {raised.value} {raised.value.__cause__!r} {caplog.text}"
    said += str(host.explain(INSTANCE, image_id))
    assert "not-a-secret" not in said
    assert "not-a-key" not in said


def test_an_object_that_is_empty_is_not_dicom(host, s3):
    with pytest.raises(MetadataReadError, match="not DICOM"):
        host.get(INSTANCE, s3.store("empty.dcm", b""))


def test_a_prefix_with_nothing_below_it_is_an_error(host, s3):
    with pytest.raises(MetadataReadError, match=r"nothing of this name|404"):
        list(host.find_images("s3://images/nothing/"))


def test_what_no_url_can_name_is_passed_over(host, s3, ct, caplog):
    s3.store("a::b.dcm", ct(1))
    s3.store("c.dcm", ct(2))

    assert list(host.find_images("s3://images/")) == ["s3://images/c.dcm"]
    assert "a::b.dcm, which no URL names" in caplog.text
