"""Archives: names that are no paths, damage, bombs, and how many are open."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from metaprov_core import MetadataNotFoundError, MetadataReadError
from metaprov_dicom import DATASET, FRAME_PIXEL_DATA, INSTANCE, PATIENT, SERIES_IMAGE_IDS
from metaprov_storage.archives.parts import AsFile
from metaprov_storage.finding.headers import Headers
from metaprov_storage.finding.search import _Found
from metaprov_storage.opening import ARCHIVES_KEPT
from metaprov_storage.provider import Storage

#: The files that this process has open, where that can be seen.
OPEN = Path("/proc/self/fd")


@pytest.fixture
def zipped(tmp_path):
    def zipped(files, name="a.zip", **options):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", **options) as archive:
            for member, data in files.items():
                archive.writestr(member, data)
        return str(path)

    return zipped


@pytest.mark.parametrize("name", ["../../etc/1.dcm", "/etc/1.dcm", "C:/1.dcm", "a b/ä?.dcm", "a#1"])
def test_the_name_of_a_member_is_no_path(host, zipped, ct, name):
    path = zipped({name: ct(3)})
    (image_id,) = host.find_images(path)

    assert image_id == f"zip://{name}::{path}"
    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 3


def test_a_name_that_ends_like_a_frame_is_another_image(host, zipped, ct):
    path = zipped({"a.dcm": ct(1)}, name="a.zip")
    renamed = f"{path[:-4]}?frame=2"
    Path(path).rename(renamed)

    assert host.get(INSTANCE, f"zip://a.dcm::{renamed}?frame=1")["InstanceNumber"] == 1


def test_a_part_of_an_archive_is_a_source(host, zipped, ct):
    path = zipped({"a/1.dcm": ct(1), "a/2.dcm": ct(2), "b/1.dcm": ct(3)})

    assert list(host.find_images(f"zip://a/::{path}")) == [
        f"zip://a/{number}.dcm::{path}" for number in (1, 2)
    ]
    assert list(host.find_images(f"zip://b/1.dcm::{path}")) == [f"zip://b/1.dcm::{path}"]


def test_what_another_plugin_claims_and_what_is_no_dicom_is_left_out(host, zipped, ct, caplog):
    path = zipped({"readme.txt": "text", "1.dcm": ct(1), "2.dcm": ct(2)[:150]})

    assert len(list(host.find_images(path))) == 1
    assert "passed over" in caplog.text
    assert "2.dcm" in caplog.text
    assert "readme" not in caplog.text


def test_an_archive_in_a_folder_is_left_alone(host, zipped, ct, tmp_path):
    zipped({"1.dcm": ct(1)})
    (tmp_path / "2.dcm").write_bytes(ct(2))

    assert list(host.find_images(str(tmp_path))) == [f"dicomfile:{tmp_path}/2.dcm"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_a_folder_that_is_called_like_an_archive_is_a_folder(host, ct, tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "1.dcm").write_bytes(ct(1))

    assert list(host.find_images(str(folder))) == [f"dicomfile:{folder}/1.dcm"]


def test_a_member_without_a_name_is_left_out(host, zipped, ct):
    # zipfile writes no such name, but reads one up to its first NUL.
    path = zipped({"1.dcm": ct(1), "x": b""})
    data = Path(path).read_bytes()
    begin = data.rindex(b"PK\1\2")
    Path(path).write_bytes(data[:begin] + data[begin:].replace(b"x", b"\0", 1))

    assert list(host.find_images(path)) == [f"zip://1.dcm::{path}"]


def test_an_archive_in_an_archive_is_read(host, zipped, ct):
    inner = zipped({"1.dcm": ct(1)}, name="inner.zip")
    outer = zipped({"inner.zip": Path(inner).read_bytes()}, compression=zipfile.ZIP_DEFLATED)

    image_id = f"zip://1.dcm::zip://inner.zip::{outer}"
    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 1
    assert list(host.find_images(f"zip://inner.zip::{outer}")) == [image_id]


def test_an_archive_that_is_passed_over_in_a_search_is_told(host, zipped, ct, caplog):
    inner = zipped({"2.dcm": ct(2)}, name="inner.zip")
    outer = zipped({"1.dcm": ct(1), "inner.zip": Path(inner).read_bytes()})

    assert list(host.find_images(outer)) == [f"zip://1.dcm::{outer}"]
    assert f"which is searched by itself: zip://inner.zip::{outer}" in caplog.text


def test_an_archive_whose_path_no_id_can_name_is_told(host, zipped, ct):
    path = zipped({"1.dcm": ct(1)}, name="a::b.zip")

    with pytest.raises(MetadataNotFoundError, match="cannot have :: in it"):
        list(host.find_images(path))


def test_deflated_frames_are_read_in_any_order(host, zipped, ct):
    pixels = bytes(range(256)) * 8 * 50
    path = zipped(
        {"1.dcm": ct(NumberOfFrames=50, Rows=32, Columns=32, PixelData=pixels)},
        compression=zipfile.ZIP_DEFLATED,
    )
    for frame in (50, 1, 2, 49, 3):
        data = host.get(FRAME_PIXEL_DATA, f"zip://1.dcm::{path}?frame={frame}").data
        assert data == pixels[2048 * (frame - 1) : 2048 * frame]


@pytest.mark.parametrize("ending", ["tar.xz", "tar.bz2", "tgz"])
def test_compressed_tars_are_read(host, tmp_path, ct, ending):
    path, method = tmp_path / f"a.{ending}", ending.partition(".")[2] or "gz"
    with tarfile.open(path, f"w:{method}") as archive:
        for number in (1, 2):
            member = tarfile.TarInfo(f"{number}.dcm")
            member.size = len(data := ct(number))
            archive.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("3.dcm")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    assert [
        host.get("instance", each)["InstanceNumber"] for each in host.find_images(str(path))
    ] == [1, 2]


def test_a_compressed_tar_is_read_forwards_whatever_its_order(host, tmp_path, ct, monkeypatch):
    path, back = tmp_path / "a.tgz", []
    with tarfile.open(path, "w:gz") as archive:
        for number in range(20, 0, -1):
            member = tarfile.TarInfo(f"{number:02}.dcm")
            member.size = len(data := ct(number))
            archive.addfile(member, io.BytesIO(data))
    seek = AsFile.seek

    def counted(file, offset, *whence):
        if (offset, whence) == (0, ()):
            back.append(file)
        return seek(file, offset, *whence)

    monkeypatch.setattr(AsFile, "seek", counted)
    ids = [f"tar://{number:02}.dcm::{path}" for number in range(1, 21)]

    assert list(host.find_images(str(path))) == ids
    # To see that it is a tar, and for the first member.
    assert len(back) < 5


def test_a_series_is_put_in_order_once(host, zipped, ct, monkeypatch):
    path = zipped({f"{number}.dcm": ct(number) for number in range(1, 21)})
    ids, placed = list(host.find_images(path)), []
    place = _Found.place
    monkeypatch.setattr(_Found, "place", lambda found: placed.append(found) or place(found))
    for image_id in ids:
        assert host.get(SERIES_IMAGE_IDS, image_id) == tuple(ids)

    assert len(placed) == len(ids)


def test_an_archive_that_has_changed_is_opened_anew(host, zipped, ct):
    path = zipped({"1.dcm": ct(1)})
    host.get(INSTANCE, f"zip://1.dcm::{path}")
    zipped({"0.dcm": ct(9, ImageComments="longer"), "1.dcm": ct(1), "2.dcm": ct(2)})

    assert host.get(INSTANCE, f"zip://2.dcm::{path}")["InstanceNumber"] == 2
    with pytest.raises(MetadataReadError, match="has changed since its header was read"):
        host.get(FRAME_PIXEL_DATA, f"zip://1.dcm::{path}")


@pytest.mark.parametrize("between", [0, ARCHIVES_KEPT])
def test_a_search_of_an_archive_that_has_changed_reads_its_headers_anew(host, zipped, ct, between):
    path = zipped({"1.dcm": ct(1, PatientID="before")})
    (image_id,) = host.find_images(path)
    assert host.get(PATIENT, image_id).patient_id == "before"
    for number in range(between):
        list(host.find_images(zipped({"1.dcm": ct(1)}, name=f"{number}.zip")))
    zipped({"1.dcm": ct(1, PatientID="afterwards", NumberOfFrames=2, Rows=32)})

    assert list(host.find_images(path)) == [f"{image_id}?frame={frame}" for frame in (1, 2)]
    assert host.get(PATIENT, image_id).patient_id == "afterwards"
    assert host.get(DATASET, image_id).PatientID == "afterwards"
    assert host.get(FRAME_PIXEL_DATA, f"{image_id}?frame=2") is not None


def test_a_search_of_an_archive_that_has_not_changed_reads_no_header_twice(
    host, zipped, ct, monkeypatch
):
    path = zipped({"1.dcm": ct(1)})
    list(host.find_images(path))
    read = []
    monkeypatch.setattr(Headers, "read", lambda *each: read.append(each))
    list(host.find_images(path))

    assert read == []


def test_an_archive_in_one_that_has_changed_is_opened_anew(host, zipped, ct):
    def outer(name):
        inner = zipped({name: ct(1)}, name="inner.zip")
        return zipped({"inner.zip": Path(inner).read_bytes()})

    path = outer("before.dcm")
    list(host.find_images(f"zip://inner.zip::{path}"))
    outer("afterwards.dcm")

    image_id = f"zip://afterwards.dcm::zip://inner.zip::{path}"
    assert host.get(INSTANCE, image_id) is not None
    assert list(host.find_images(f"zip://inner.zip::{path}")) == [image_id]


@pytest.mark.skipif(not OPEN.exists(), reason="nothing tells which files are open")
def test_eight_archives_are_open_and_no_more(zipped, ct):
    plugin = Storage()
    before = len(list(OPEN.iterdir()))
    for number in range(3 * ARCHIVES_KEPT):
        plugin.get_instance(f"zip://1.dcm::{zipped({'1.dcm': ct(1)}, name=f'{number}.zip')}")

    assert len(list(OPEN.iterdir())) - before <= ARCHIVES_KEPT


def test_an_archive_is_opened_once_for_all_of_its_members(zipped, ct, monkeypatch):
    path = zipped({f"{number}.dcm": ct(number) for number in range(20)})
    opened = []
    monkeypatch.setattr(os, "open", lambda *each, open=os.open: opened.append(each) or open(*each))
    plugin = Storage()
    for number in range(20):
        plugin.get_instance(f"zip://{number}.dcm::{path}")

    assert len(opened) == 1


def test_a_bomb_is_not_inflated(host, zipped, monkeypatch):
    monkeypatch.setattr("metaprov_storage.archives.inflated._MOST", 1_000_000)
    head = bytes(128) + b"DICM" + element(0x00020010, b"UI", b"1.2.840.10008.1.2.1\0")
    head += element(0x00080016, b"UI", b"1.2.840.10008.5.1.4.1.1.2\0")
    bomb = struct.pack("<HH2sHI", 0x0009, 0x1001, b"OB", 0, 40_000_000)
    path = zipped({"1.dcm": head + bomb + bytes(40_000_000)}, compression=zipfile.ZIP_DEFLATED)

    with pytest.raises(MetadataReadError, match="inflates to more than"):
        dict(host.get(INSTANCE, f"zip://1.dcm::{path}"))


def test_a_tar_that_is_a_bomb_is_refused(host, tmp_path, monkeypatch):
    monkeypatch.setattr("metaprov_storage.archives.tar._MOST", 1_000_000)
    path = tmp_path / "a.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        member = tarfile.TarInfo("1.dcm")
        member.size = 20_000_000
        archive.addfile(member, io.BytesIO(bytes(member.size)))
        archive.addfile(tarfile.TarInfo("2.dcm"))

    with pytest.raises(MetadataReadError, match="unpacks to more than"):
        list(host.find_images(str(path)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_is_not_read_is_named(host, zipped, ct, method):
    path = zipped({"1.dcm": ct(1)}, compression=method)
    with pytest.raises(MetadataReadError, match=r"it is compressed by (bzip2|LZMA)"):
        host.get(INSTANCE, f"zip://1.dcm::{path}")


def test_an_encrypted_member_is_named(host, zipped, ct):
    path = zipped({"1.dcm": ct(1)})
    data = bytearray(Path(path).read_bytes())
    data[data.index(b"PK\1\2") + 8] = 1
    Path(path).write_bytes(data)

    with pytest.raises(MetadataReadError, match="it is encrypted"):
        host.get(INSTANCE, f"zip://1.dcm::{path}")


@pytest.mark.parametrize("cut", [0, 10, 200, 300, -30])
@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz"])
def test_a_damaged_archive_is_an_error_and_never_anything_else(
    host, zipped, tmp_path, ct, cut, ending
):
    whole = zipped({"1.dcm": ct(1)}, compression=zipfile.ZIP_DEFLATED)
    if ending != "zip":
        with tarfile.open(whole, f"w:{ending.partition('.')[2]}") as archive:
            member = tarfile.TarInfo("1.dcm")
            member.size = len(ct(1))
            archive.addfile(member, io.BytesIO(ct(1)))
    data = Path(whole).read_bytes()
    damaged = tmp_path / f"damaged.{ending}"
    damaged.write_bytes(data[:cut])

    image_id = f"{ending[:3]}://1.dcm::{damaged}"
    if (ending, cut) == ("tar", -30):
        # What is behind the member is not looked at.
        assert host.get(FRAME_PIXEL_DATA, image_id) is not None
        return
    with pytest.raises(MetadataReadError) as raised:
        host.get(FRAME_PIXEL_DATA, image_id)
    assert str(damaged) in raised.value.source


@pytest.mark.parametrize(
    ("image_id", "said"),
    [
        ("zip://1.dcm", "it says no archive"),
        ("zip:1.dcm", "it has no ://"),
        ("s3://b/1.dcm::/a.zip", "s3: has no members"),
        ("zip://1.dcm::ftp://host/a.zip", "ftp: is read by none"),
    ],
)
def test_what_is_no_id_of_an_image_is_told(host, image_id, said):
    assert host.get(INSTANCE, image_id) is None
    assert said in str(host.explain(INSTANCE, image_id))


def test_an_archive_or_member_that_is_not_there_is_an_error(host, zipped, ct):
    path = zipped({"1.dcm": ct(1)})
    with pytest.raises(MetadataReadError, match="no member of this name"):
        host.get(INSTANCE, f"zip://2.dcm::{path}")
    with pytest.raises(MetadataReadError, match="no such file"):
        host.get(INSTANCE, "zip://1.dcm::/nowhere/a.zip")


def element(tag, vr, value):
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value
