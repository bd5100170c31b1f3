"""Where images lie: which form counts, in which unit, and which frame is which slice."""

from __future__ import annotations

import numpy as np
import pytest

import metaprov_nifti
from metaprov_core import MetadataReadError

NEAR = np.diag([2.0, 3.0, 4.0, 1.0])
FAR = NEAR + np.array([[0, 0, 0, 80]] + [[0] * 4] * 3)


def notes_of(volume):
    return [note.code for note in volume.notes]


def position(host, image_id):
    return host.get("imagePlaneModule", image_id).image_position_patient


def test_positions_are_in_lps_and_spacing_has_rows_first(host, write):
    affine = NEAR.copy()
    affine[:3, 3] = 10, 20, 30

    plane = host.get("imagePlaneModule", f"{write(affine=affine)}?frame=3")

    assert plane.image_position_patient == (-10, -20, 38)
    assert plane.image_orientation_patient == (-1, 0, 0, 0, -1, 0)
    assert plane.pixel_spacing == (3, 2)
    assert (plane.row_pixel_spacing, plane.column_pixel_spacing) == (3, 2)
    assert plane.spacing_between_slices == 4
    assert plane.slice_thickness is None
    assert plane.frame_of_reference_uid is None


def both_forms(write, path_of, sform, qform):
    import nibabel

    path = path_of(write(affine=sform, qform=2))
    image = nibabel.load(path)
    image.header.set_qform(qform, code=1)
    image.header.set_sform(sform, code=2)
    nibabel.save(nibabel.Nifti1Image(np.asarray(image.dataobj), None, image.header), path)
    return f"nifti:{path}"


def test_of_two_forms_that_differ_the_sform_counts_and_the_distance_is_noted(host, write, path_of):
    image_id = both_forms(write, path_of, NEAR, FAR)

    (volume,) = host.get("seriesVolumes", image_id)

    assert volume.origin == (0, 0, 0)
    assert notes_of(volume) == ["formsDiffer"]
    assert volume.notes[0].sentence == "sform and qform are up to 80 mm apart; sform is used."
    assert "80 mm apart" in str(host.explain("imagePlaneModule", image_id))


def test_the_qform_may_be_preferred(host, write, path_of):
    image_id = both_forms(write, path_of, NEAR, FAR)
    assert position(host, image_id) == (0, 0, 0)

    metaprov_nifti.configure(prefer="qform")

    assert position(host, image_id) == (-80, 0, 0)
    (volume,) = host.get("seriesVolumes", image_id)
    assert volume.notes[0].sentence.endswith("qform is used.")


def test_a_form_without_code_does_not_count_whatever_is_preferred(host, write):
    metaprov_nifti.configure(prefer="qform")

    assert position(host, write(affine=FAR, sform=1, qform=0)) == (-80, 0, 0)


def test_only_two_words_can_be_preferred():
    with pytest.raises(ValueError, match='prefer is \'best\': it is "sform" or "qform"'):
        metaprov_nifti.configure(prefer="best")


def test_without_a_form_there_is_spacing_and_no_place(host, write):
    image_id = write(sform=0, qform=0)

    plane = host.get("imagePlaneModule", image_id)

    assert plane.pixel_spacing == (3, 2)
    assert plane.spacing_between_slices == 4
    assert plane.image_position_patient is None
    assert plane.image_orientation_patient is None
    assert host.get("seriesVolumes", image_id) is None
    for type in ("imagePlaneModule", "seriesVolumes", "volumeGeometryModule"):
        assert "where the image lies is not said" in str(host.explain(type, image_id))


@pytest.mark.parametrize(("units", "scale"), [("meter", 1000), ("mm", 1), ("micron", 0.001)])
def test_units_of_length_are_converted_to_mm(host, write, units, scale):
    affine = FAR.copy()
    plane = host.get("imagePlaneModule", write(affine=affine, units=units))

    assert plane.pixel_spacing == pytest.approx((3 * scale, 2 * scale))
    assert plane.image_position_patient == pytest.approx((-80 * scale, 0, 0))


def test_a_unit_that_is_not_said_counts_as_mm_and_is_noted(host, write):
    (volume,) = host.get("seriesVolumes", write(units="unknown"))

    assert volume.spacing == (2, 3, 4)
    assert notes_of(volume) == ["unitAssumed"]
    assert volume.notes[0].severity == "assumed"


def test_a_form_that_is_no_affine_is_no_place(host, write):
    image_id = write(srow_x=[np.nan, 0, 0, 0])

    assert position(host, image_id) is None
    assert "sform has a code, and is no affine" in str(host.explain("imagePlaneModule", image_id))


@pytest.mark.parametrize("along", ["srow_y", "srow_z"])
def test_a_form_whose_axes_are_not_three_is_no_place(host, write, along):
    image_id = write(**{along: [0, 0, 0, 5]})

    assert position(host, image_id) is None
    assert host.get("seriesVolumes", image_id) is None


def test_a_qform_without_spacing_is_no_place(host, write):
    image_id = write(sform=0, qform=1, pixdim=[1, 0, 3, 4, 0, 0, 0, 0])

    assert position(host, image_id) is None
    assert host.get("imagePlaneModule", image_id).pixel_spacing is None


def test_a_quaternion_longer_than_1_is_no_place(host, write):
    image_id = write(sform=0, qform=1, quatern_b=0.9, quatern_c=0.9)

    assert position(host, image_id) is None


def test_frames_are_slices_then_volumes_counted_from_1(host, write):
    base = write((3, 4, 5, 2))

    assert position(host, base) == (0, 0, 0)
    assert position(host, f"{base}?frame=5") == (0, 0, 16)
    assert position(host, f"{base}?frame=6") == (0, 0, 0)
    assert host.get("frameModule", f"{base}?frame=6").frame_number == 6
    assert host.get("multiframeModule", base).number_of_frames == 10
    assert list(host.get("frameImageIds", base)) == [f"{base}?frame={n}" for n in range(1, 11)]
    assert host.get("seriesImageIds", f"{base}?frame=6") == (base,)


def test_an_image_of_one_slice_is_its_only_frame(host, write, path_of):
    base = write((3, 4))

    assert list(host.find_images(path_of(base))) == [base]
    assert list(host.get("frameImageIds", base)) == [base]


def test_frame_0_is_an_error_that_names_who_counts_from_0(host, write):
    with pytest.raises(MetadataReadError, match="counted from 1; Cornerstone's NIfTI loader"):
        host.get("imagePlaneModule", f"{write()}?frame=0")


@pytest.mark.parametrize("digits", [9, 10, 5_000])
def test_a_frame_of_any_number_of_digits_is_one_that_there_is_not(host, write, digits):
    base = write()
    host.get("imagePlaneModule", base)

    with pytest.raises(MetadataReadError):
        host.get("imagePlaneModule", f"{base}?frame={'9' * digits}")


@pytest.mark.parametrize(
    "type",
    ["imagePlaneModule", "imagePixelModule", "modalityLutModule", "voiLutModule", "niftiHeader",
     "frameModule", "multiframeModule", "frameImageIds", "seriesImageIds", "seriesVolumes",
     "volumeGeometryModule", "framePixelData"],
)  # fmt: skip
def test_no_answer_is_given_for_a_frame_that_there_is_not(host, write, type):
    with pytest.raises(MetadataReadError, match="there is no frame 6; the image has 5 frames"):
        host.get(type, f"{write()}?frame=6")


def test_there_is_no_instance_for_there_is_no_dicom_header(host, write):
    assert host.get("instance", write()) is None
