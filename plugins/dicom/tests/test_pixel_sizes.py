"""What a pixel measures in the regions of an ultrasound image."""

from __future__ import annotations

from typing import Any

import pytest

from metaprov_dicom import (
    CalibratedPixelSpacing,
    CalibrationModule,
    PixelSize,
    UltrasoundEnhancedRegionModule,
    UltrasoundRegion,
    pixel_size_at,
)


def region(**fields: Any) -> UltrasoundRegion:
    """Tissue in cm, of columns 10 to 20 and rows 30 to 40."""
    usual: dict[str, Any] = {
        "region_location_min_x0": 10,
        "region_location_max_x1": 20,
        "region_location_min_y0": 30,
        "region_location_max_y1": 40,
        "region_data_type": 1,
        "physical_units_x_direction": 3,
        "physical_units_y_direction": 3,
        "physical_delta_x": 0.02,
        "physical_delta_y": -0.03,
    }
    return UltrasoundRegion(**usual | fields)


TISSUE = region()


@pytest.mark.parametrize(
    "module", [CalibrationModule, UltrasoundEnhancedRegionModule, CalibratedPixelSpacing]
)
def test_a_pixel_of_a_region_has_its_deltas_without_their_signs(module: Any) -> None:
    made = module(sequence_of_ultrasound_regions=(TISSUE,))

    assert pixel_size_at(made, 15, 35) == PixelSize(0.02, 0.03, "cm")


@pytest.mark.parametrize(
    ("x", "y", "inside"),
    [
        (10, 30, True),
        (20, 40, True),
        (10.5, 39.5, True),
        (9.9, 35, False),
        (20.1, 35, False),
        (15, 29.9, False),
        (15, 40.1, False),
    ],
)
def test_the_edges_are_of_the_region(x: float, y: float, inside: bool) -> None:
    assert (pixel_size_at(CalibrationModule((TISSUE,)), x, y) is not None) is inside


@pytest.mark.parametrize("module", [CalibrationModule(), CalibrationModule(())])
def test_where_there_is_no_region_there_is_no_size(module: CalibrationModule) -> None:
    assert pixel_size_at(module, 15, 35) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"region_data_type": 18},
        {"region_data_type": None},
        {"region_location_min_x0": None},
        {"physical_delta_x": None},
        {"physical_delta_y": 0.0},
        {"physical_units_x_direction": 4},
        {"physical_units_x_direction": None, "physical_units_y_direction": None},
        {"physical_units_x_direction": 0, "physical_units_y_direction": 0},
        {"physical_units_x_direction": 99, "physical_units_y_direction": 99},
        {
            "region_data_type": 10,
            "physical_units_x_direction": 4,
            "physical_units_y_direction": 3,
        },
    ],
)
def test_a_region_without_one_unit_and_both_deltas_has_no_size(fields: dict[str, Any]) -> None:
    assert pixel_size_at(CalibrationModule((region(**fields),)), 15, 35) is None


def test_of_regions_that_overlap_the_first_one_measured_counts() -> None:
    graph = region(region_data_type=18, physical_delta_x=9.0)
    later = region(physical_delta_x=0.5)

    assert pixel_size_at(CalibrationModule((graph, TISSUE, later)), 15, 35) == PixelSize(
        0.02, 0.03, "cm"
    )


def test_a_region_of_time_over_depth_hides_those_behind_it() -> None:
    m_mode = region(region_data_type=10, physical_units_x_direction=4)

    assert pixel_size_at(CalibrationModule((m_mode, TISSUE)), 15, 35) is None
