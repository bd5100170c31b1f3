"""NIfTI in stores and archives: its plugin reads it from the bytes that this one answers."""

from __future__ import annotations

import gzip
import logging
import struct

import numpy as np
import pytest

import metaprov_storage
from metaprov_core import MetadataNotFoundError, MetadataReadError
from metaprov_modules import BYTE_SOURCE

nibabel = pytest.importorskip("nibabel")
metaprov_nifti = pytest.importorskip("metaprov_nifti")

TYPES = (
    "frameModule",
    "framePixelData",
    "imagePixelModule",
    "imagePlaneModule",
    "modalityLutModule",
    "multiframeModule",
    "niftiHeader",
    "voiLutModule",
)
SHAPE = (40, 30, 5, 2)


@pytest.fixture
def host(host):
    from metaprov_nifti.bids.provider import BidsSidecars
    from metaprov_nifti.provider import NiftiFiles

    host.register(NiftiFiles(), "nifti")
    host.register(BidsSidecars(), "nifti-bids")
    return host


@pytest.fixture
def nifti():
    """The bytes of a NIfTI file whose voxels are all different, which does not compress well."""

    def nifti(kind=nibabel.Nifti1Image, seed=1):
        noise = np.random.default_rng(seed).integers(0, 4096, SHAPE)
        affine = np.array([[-2, 0.1, 0, 9], [0.1, 3, 0, 8], [0, 0.2, 4, 7], [0, 0, 0, 1]])
        image = kind(noise.astype(np.int16), affine)
        image.header.set_xyzt_units("mm", "sec")
        return image.to_bytes()

    return nifti


def test_every_answer_is_that_of_the_file(host, place, folder, nifti):
    files = {"raw.nii": nifti(), "deep/two.NII.GZ": gzip.compress(nifti(nibabel.Nifti2Image))}
    place.fill(files)
    folder.fill(files)
    for name in files:
        for frame in (1, 5, 6, 10):
            here = f"nifti:{folder.source}/{name}?frame={frame}"
            there = f"nifti:{place.id(name)}?frame={frame}"
            for type in TYPES:
                assert host.get(type, there) == host.get(type, here), (type, name, frame)
        of_file, of_place = (
            [each.affine_ras for each in host.get("seriesVolumes", f"nifti:{base}")]
            for base in (f"{folder.source}/{name}", place.id(name))
        )
        assert of_place == of_file


def test_it_is_found_after_the_dicom_images_of_the_same_source(host, place, ct, nifti):
    place.fill({"b.nii": nifti(), "a/1.dcm": ct(), "z/2.dcm": ct(2), "a/c.nii.gz": nifti()})

    found = list(host.find_images(place.source))

    assert found == [
        *map(place.id, ("a/1.dcm", "z/2.dcm")),
        *(
            f"nifti:{place.id(name)}?frame={frame}"
            for name in ("b.nii", "a/c.nii.gz")
            for frame in range(1, 11)
        ),
    ]


def test_one_that_is_damaged_is_passed_over_in_a_search_and_told_where_it_is_named(
    host, zip_place, nifti, caplog
):
    zip_place.fill({"a.nii": nifti(), "b.nii": nifti()[:300], "c.hdr": b"not NIfTI"})
    with caplog.at_level(logging.WARNING):
        found = {each.partition("?")[0] for each in host.find_images(zip_place.source)}

    assert found == {f"nifti:{zip_place.id('a.nii')}"}
    assert [record.getMessage().count("b.nii") for record in caplog.records] == [1]
    with pytest.raises(MetadataReadError, match="it ends inside its header"):
        list(host.find_images(zip_place.id("b.nii")))
    with pytest.raises(MetadataNotFoundError, match="no plugin finds images"):
        list(host.find_images(zip_place.id("c.hdr")))


def test_a_header_is_one_request_and_so_is_a_frame(host, s3_place, nifti):
    s3_place.fill({"a.nii": nifti()})
    image_id = f"nifti:{s3_place.id('a.nii')}?frame=7"
    host.get("imagePlaneModule", image_id)
    of_header = len(s3_place.server.requests)
    host.get("framePixelData", image_id)
    first = len(s3_place.server.requests) - of_header
    host.get("framePixelData", image_id.replace("7", "8"))

    assert of_header == 1
    # The first also sees whether the voxels are compressed.
    assert first == 2
    assert len(s3_place.server.requests) == of_header + first + 1


def test_no_header_asks_for_more_than_there_is(host, place, nifti):
    data = bytearray(nifti(nibabel.Nifti2Image))
    # Three axes, and the first two of them.
    struct.pack_into("<3q", data, 16, 3, 1 << 62, 1 << 60)
    place.fill({"a.nii": data, "a.nii.gz": gzip.compress(data, 1)})

    for name in ("a.nii", "a.nii.gz"):
        with pytest.raises(MetadataReadError, match="it ends before the end of frame 1"):
            host.get("framePixelData", f"nifti:{place.id(name)}")


def test_one_that_was_written_since_is_not_mixed_with_its_header(host, s3_place, nifti):
    s3_place.fill({"a.nii": nifti()})
    image_id = f"nifti:{s3_place.id('a.nii')}?frame=7"
    before = host.get("framePixelData", image_id)
    s3_place.fill({"a.nii": nifti(seed=2)})

    with pytest.raises(MetadataReadError, match="written since its header was read"):
        host.get("framePixelData", image_id)
    host.changed()
    assert host.get("framePixelData", image_id) != before


def test_a_store_that_is_not_configured_is_not_asked(host):
    image_id = "nifti:s3://hospital/a.nii.gz"

    with pytest.raises(MetadataReadError, match="its bytes: s3://hospital/ is not configured"):
        host.get("imagePlaneModule", image_id)


def test_a_frame_that_there_is_not_is_told_without_the_signature_of_a_url(host, web, nifti):
    metaprov_storage.configure(f"{web.url}/")
    web.files["/a.nii"] = nifti()
    image_id = f"nifti:{web.url}/a.nii?signature=secret&frame=11"

    with pytest.raises(MetadataReadError, match="there is no frame 11") as raised:
        host.get("imagePlaneModule", image_id)
    assert "secret" not in str(raised.value)


def test_one_that_is_asked_for_without_its_scheme_says_how_to_ask(host, zip_place, nifti):
    zip_place.fill({"a.nii": nifti()})
    image_id = zip_place.id("a.nii")

    assert host.get("imagePlaneModule", image_id) is None
    assert f"ask for nifti:{image_id}" in str(host.explain("imagePlaneModule", image_id))


def test_a_pair_has_its_header_and_says_where_its_voxels_can_be(host, zip_place, tmp_path):
    image = nibabel.Nifti1Pair(np.zeros((4, 4, 4), np.int16), np.eye(4))
    nibabel.save(image, tmp_path / "a.hdr")
    zip_place.fill({each: (tmp_path / each).read_bytes() for each in ("a.hdr", "a.img")})
    image_id = f"nifti:{zip_place.id('a.hdr')}?frame=2"

    assert host.get("imagePlaneModule", image_id).rows == 4
    with pytest.raises(MetadataReadError, match="on this disk alone"):
        host.get("framePixelData", image_id)


def test_bids_is_read_beside_files_alone(host, memory_place, nifti):
    memory_place.fill({"sub-1_pet.nii": nifti(), "sub-1_pet.json": b"{}"})
    image_id = f"nifti:{memory_place.id('sub-1_pet.nii')}"

    assert host.get("bidsSidecar", image_id) is None
    assert host.get("scalingModule", image_id) is None


def test_the_bytes_are_there_for_any_format(host, place):
    place.fill({"a.mha": b"NDims = 3 and so on"})
    source = host.get(BYTE_SOURCE, place.id("a.mha"))

    assert source.read(5, 8) == b"3 and"
    assert source.read(100, 15) == b"o on"
    assert "a.mha" in source.name
