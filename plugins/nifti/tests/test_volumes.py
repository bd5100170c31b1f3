"""The volumes of a file."""

from __future__ import annotations

import numpy as np
import pytest


def test_a_file_is_one_volume_with_the_affine_of_its_form(host, write):
    base = write()

    (volume,) = host.get("seriesVolumes", base)

    assert volume.dimensions == (3, 4, 5)
    assert volume.affine_ras == ((2, 0, 0, 0), (0, 3, 0, 0), (0, 0, 4, 0), (0, 0, 0, 1))
    assert volume.affine_lps == ((-2, 0, 0, 0), (0, -3, 0, 0), (0, 0, 4, 0), (0, 0, 0, 1))
    assert volume.image_ids == tuple(f"{base}?frame={n}" for n in range(1, 6))
    assert volume.slice_indices == (0, 1, 2, 3, 4)
    assert volume.distances == (0, 4, 8, 12, 16)
    assert (volume.regular, volume.orthogonal, volume.tilt_degrees) == (True, True, 0)
    assert volume.group is None
    assert host.get("volumeGeometryModule", f"{base}?frame=4") is volume


def test_slices_ascend_along_the_normal_whatever_the_file_has(host, write):
    affine = np.diag([2.0, 3.0, -4.0, 1.0])
    base = write(affine=affine)

    (volume,) = host.get("seriesVolumes", base)

    assert volume.image_ids == tuple(f"{base}?frame={n}" for n in range(5, 0, -1))
    assert volume.origin == (0, 0, -16)
    assert volume.direction == (-1, 0, 0, 0, -1, 0, 0, 0, 1)
    assert volume.distances == (-16, -12, -8, -4, 0)


def test_each_time_point_is_a_volume_by_dim4_in_ms(host, write):
    base = write((3, 4, 5, 3), time_units="sec", toffset=1.0, pixdim=[1, 2, 3, 4, 2.5, 0, 0, 0])

    volumes = host.get("seriesVolumes", base)

    assert [each.group.value for each in volumes] == [1000, 3500, 6000]
    assert {each.group.attribute for each in volumes} == {"dim4"}
    assert [(each.group.index, each.group.count) for each in volumes] == [(0, 3), (1, 3), (2, 3)]
    assert volumes[1].image_ids[0] == f"{base}?frame=6"
    assert host.get("volumeGeometryModule", f"{base}?frame=11") is volumes[2]


def test_a_fourth_axis_that_is_no_time_has_no_value(host, write):
    volumes = host.get("seriesVolumes", write((3, 4, 5, 2), time_units="unknown"))

    assert [each.group.value for each in volumes] == [None, None]


def test_further_axes_are_counted_from_1_and_the_fourth_runs_fastest(host, write):
    base = write((3, 4, 1, 2, 2), time_units="msec", pixdim=[1, 2, 3, 4, 10, 1, 0, 0])

    groups = [each.group for each in host.get("seriesVolumes", base)]

    assert {each.attribute for each in groups} == {"dim4/dim5"}
    assert [each.value for each in groups] == [(0, 1), (10, 1), (0, 2), (10, 2)]


def test_a_sheared_sform_is_not_orthogonal_and_exact(host, write):
    affine = np.diag([2.0, 3.0, 4.0, 1.0])
    affine[1, 2] = 3.0

    (volume,) = host.get("seriesVolumes", write(affine=affine))

    assert not volume.orthogonal
    assert volume.tilt_degrees == pytest.approx(np.degrees(np.arctan(0.75)))
    assert np.array(volume.affine_ras) == pytest.approx(affine)
    assert [note.code for note in volume.notes] == ["axesSheared"]


def test_rows_sheared_against_columns_are_not_orthogonal(host, write):
    affine = np.diag([2.0, 3.0, 4.0, 1.0])
    affine[0, 1] = 1.0

    (volume,) = host.get("seriesVolumes", write(affine=affine))

    assert not volume.orthogonal
    assert volume.tilt_degrees == pytest.approx(0)


def test_one_slice_has_the_step_that_its_form_states(host, write):
    (volume,) = host.get("seriesVolumes", write((3, 4, 1)))

    assert volume.spacing == (2, 3, 4)
    assert volume.affine_ras is not None


def test_one_slice_without_a_step_has_no_affine(host, write):
    (volume,) = host.get("seriesVolumes", write((3, 4, 1), srow_z=[0, 0, 0, 0]))

    assert volume.spacing == (2, 3, None)
    assert volume.affine_lps is None
    assert volume.slice_indices is None
    assert volume.direction[6:] == (0, 0, 1)
