"""What is read of a file, and what is refused."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import nibabel
import numpy as np
import pytest

from metaprov_core import MetadataNotFoundError, MetadataReadError
from metaprov_nifti import NIFTI_HEADER, NotNiftiError

SHORTS_OF_DIM = 40


def test_the_header_has_the_fields_of_nifti_under_their_names(host, write):
    header = host.get(
        NIFTI_HEADER,
        write(descrip=b"made up", scl_slope=2, scl_inter=-3, cal_max=7, toffset=1.5,
              time_units="msec", intent_name=b"T1", dim_info=0b111001, intent_code=1001),
    )  # fmt: skip

    assert (header.version, header.byte_order, header.is_pair) == (1, "little", False)
    assert (header.dim, header.datatype) == ((3, 4, 5), "int16")
    assert header.pixdim[1:4] == (2, 3, 4)
    assert (header.space_unit, header.time_unit) == ("mm", "msec")
    assert (header.sform_code, header.qform_code, header.vox_offset) == (1, 0, 352)
    assert (header.scl_slope, header.scl_inter, header.cal_max, header.toffset) == (2, -3, 7, 1.5)
    assert (header.descrip, header.intent_name, header.intent_code) == ("made up", "T1", 1001)
    assert header.dim_info == 0b111001
    assert header.qform is None
    assert header.sform == ((2, 0, 0, 0), (0, 3, 0, 0), (0, 0, 4, 0), (0, 0, 0, 1))


def test_the_base_affine_that_no_answer_rests_on_is_nibabels(host, write, path_of):
    image_id = write(sform=0, units="micron")

    ours = np.array(host.get(NIFTI_HEADER, image_id).base_affine)

    theirs = nibabel.load(path_of(image_id)).header.get_base_affine()
    assert np.allclose(ours[:3], theirs[:3] * 0.001)


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_both_versions_are_read_in_both_byte_orders(host, write, kind, byte_order):
    header = host.get(NIFTI_HEADER, write(kind=kind, byte_order=byte_order))

    assert header.version == (1 if kind is nibabel.Nifti1Image else 2)
    assert header.byte_order == {"<": "little", ">": "big"}[byte_order]
    assert header.dim == (3, 4, 5)


@pytest.mark.parametrize("name", ["a.nii", "A.NII", "a.nii.gz", "A.Nii.GZ"])
def test_endings_count_in_any_case(host, write, path_of, name):
    image_id = write(name="x" + name[1:].lower())
    path = Path(path_of(image_id)).with_name(name)
    Path(path_of(image_id)).rename(path)

    assert host.get("imagePlaneModule", str(path)).rows == 4


def test_what_is_compressed_is_known_by_its_bytes_not_by_its_name(host, write, path_of):
    path = Path(path_of(write()))
    path.write_bytes(gzip.compress(path.read_bytes()))

    assert host.get("imagePlaneModule", str(path)).rows == 4


def test_a_long_comment_before_what_is_compressed_is_read_over(host, write, path_of):
    path = Path(path_of(write()))
    plain = gzip.compress(path.read_bytes())
    # FLG.FCOMMENT, RFC 1952 2.3.1.
    path.write_bytes(plain[:3] + b"\x10" + plain[4:10] + b"c" * 5_000 + b"\0" + plain[10:])

    assert host.get("imagePlaneModule", str(path)).rows == 4


def test_the_header_of_a_pair_needs_no_img(host, write, path_of):
    image_id = write(name="pair.hdr", kind=nibabel.Nifti1Pair)
    Path(path_of(image_id)).with_suffix(".img").unlink()

    assert host.get(NIFTI_HEADER, image_id).is_pair
    assert host.get("imagePlaneModule", image_id).rows == 4
    with pytest.raises(MetadataReadError, match=r"its voxels are in .*pair\.img, and that file"):
        host.get("framePixelData", image_id)


def test_analyze_is_refused_with_the_reason(host, tmp_path):
    path = tmp_path / "old.hdr"
    image = nibabel.AnalyzeImage(np.zeros((3, 4, 5), np.int16), np.eye(4))
    nibabel.save(image, path)

    with pytest.raises(NotNiftiError, match=r"no magic of NIfTI; Analyze 7\.5"):
        host.get("imagePlaneModule", str(path))
    with pytest.raises(MetadataNotFoundError, match=r"Analyze 7\.5"):
        host.find_images(str(path))


def damaged(path, *shorts):
    data = bytearray(path.read_bytes())
    struct.pack_into(f"<{len(shorts)}h", data, SHORTS_OF_DIM, *shorts)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("dim", "reason"),
    [
        ((0, 3, 4, 5), r"dim\[0\] is 0: an image has from 1 to 7 axes"),
        ((8, 3, 4, 5), r"dim\[0\] is 8"),
        ((-1, 3, 4, 5), r"dim\[0\] is -1"),
        ((3, 0, 4, 5), r"dim is \[0, 4, 5\]: an axis has one voxel or more"),
        ((3, 3, 4, -5), r"dim is \[3, 4, -5\]"),
        ((5, 3, 4, 9000, 9000, 2), "more than 1,000,000 slices are no series of images"),
    ],
)
def test_damaged_dimensions_are_refused(host, write, path_of, dim, reason):
    image_id = write()
    damaged(Path(path_of(image_id)), *dim)

    with pytest.raises(MetadataReadError, match=reason):
        host.get("imagePlaneModule", image_id)


def test_an_axis_of_no_voxels_behind_the_first_has_one(host, write, path_of):
    image_id = write((3, 4))
    damaged(Path(path_of(image_id)), 4, 3, 4, 0, 0)

    assert host.get(NIFTI_HEADER, image_id).dim == (3, 4, 1, 1)


def test_a_file_that_ends_in_its_header_is_refused(host, write, path_of):
    image_id = write()
    path = Path(path_of(image_id))
    path.write_bytes(path.read_bytes()[:200])

    with pytest.raises(MetadataReadError, match="it ends inside its header, which has 348 bytes"):
        host.get("imagePlaneModule", image_id)


def test_damaged_gzip_is_refused(host, write, path_of):
    image_id = write(name="a.nii.gz")
    path = Path(path_of(image_id))
    path.write_bytes(path.read_bytes()[:12] + b"\xff" * 60)

    with pytest.raises(MetadataReadError, match="it is damaged gzip"):
        host.get("imagePlaneModule", image_id)


def test_a_matrix_of_cifti_is_no_image(host, write):
    with pytest.raises(MetadataReadError, match="it is CIFTI"):
        host.get("imagePlaneModule", write(intent_code=3001, kind=nibabel.Nifti2Image))


def test_a_datatype_that_nifti_does_not_have_is_refused(host, write, path_of):
    image_id = write()
    path = Path(path_of(image_id))
    data = bytearray(path.read_bytes())
    struct.pack_into("<h", data, 70, 77)
    path.write_bytes(data)

    with pytest.raises(MetadataReadError, match="datatype is 77, which is none of NIfTI's"):
        host.get("imagePixelModule", image_id)


def test_a_file_that_is_not_there_is_told_by_its_path(host):
    with pytest.raises(MetadataReadError, match=r"cannot read /nowhere/a\.nii: No such file"):
        host.get("imagePlaneModule", "nifti:/nowhere/a.nii")


@pytest.mark.parametrize("path", ["/a\0b.nii", "/a\ud800b.nii"])
def test_a_path_that_no_file_can_have_is_refused(host, path):
    with pytest.raises(MetadataReadError, match=r"embedded null byte|surrogates not allowed"):
        host.get("imagePlaneModule", f"nifti:{path}")
