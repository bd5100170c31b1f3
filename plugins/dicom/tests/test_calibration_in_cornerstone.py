"""Calibrated lengths are those of the tools of Cornerstone3D, which node runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from metaprov_core import Host
from metaprov_dicom import (
    CALIBRATED_PIXEL_SPACING,
    IMAGE_PLANE,
    CalibrationModule,
    ImagePlaneModule,
    UltrasoundRegion,
    pixel_size_at,
)
from metaprov_dicom.plugins.calibrations import Calibrations

VERSION = "5.14.0"
LENGTHS = Path(__file__).with_name("lengths.mjs")
CALIBRATED_UNITS = "tools/dist/esm/utilities/getCalibratedUnits.js"
#: All that the function needs of the package whose place it takes, and which needs a browser.
CORE = """
import { CalibrationTypes } from "@cornerstonejs/metadata/enums/CalibrationTypes";
export const Enums = { CalibrationTypes };
"""

Measure = Callable[[list[dict[str, Any]]], list[Any]]


@pytest.fixture(scope="session")
def cornerstone() -> Path:
    """The folder of Cornerstone3D's packages, fetched once (0.8 MB), and kept for other runs."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm and node are not installed")
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = caches / "metaprov-calibration-tests" / VERSION
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Aside, then renamed: whole or not there, for other test runs too.
        with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
            fetched = _fetched(Path(aside))
            try:
                fetched.rename(folder)
            except OSError:
                if not folder.exists():  # else another run was faster
                    raise
    return folder / "node_modules" / "@cornerstonejs"


def _fetched(aside: Path) -> Path:
    names = ("tools", "metadata")
    pack = ["npm", "pack", "--silent", *(f"@cornerstonejs/{name}@{VERSION}" for name in names)]
    ran = subprocess.run(pack, cwd=aside, check=False, capture_output=True, text=True, timeout=120)
    if ran.returncode:
        pytest.skip(f"npm cannot fetch Cornerstone3D: {ran.stderr.strip()[-200:]}")
    folder = aside / "fetched"
    scope = folder / "node_modules" / "@cornerstonejs"
    for name in names:
        with tarfile.open(aside / f"cornerstonejs-{name}-{VERSION}.tgz") as packed:
            packed.extractall(aside / name, filter="data")
        (aside / name / "package").rename(_made(scope) / name)
    core = _made(scope / "core")
    (core / "index.js").write_text(CORE)
    (core / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def measured(cornerstone: Path) -> Measure:
    """What the tools say of 10 columns and 10 rows of images: their lengths, and the units."""

    def measured(images: list[dict[str, Any]]) -> list[Any]:
        ran = subprocess.run(
            ["node", LENGTHS, cornerstone / CALIBRATED_UNITS],
            input=json.dumps(images),
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        answers: list[Any] = json.loads(ran.stdout)
        assert len(answers) == len(images)
        return answers

    return measured


def image(header: tuple[float, float] | None, calibration: dict[str, Any]) -> dict[str, Any]:
    """An image of Cornerstone3D, whose spacing is that between columns first."""
    row, column = header or (1, 1)
    return {
        "hasPixelSpacing": header is not None,
        "spacing": [column, row, 1],
        "calibration": calibration,
    }


def plane_of(header: tuple[float, float] | None, calibration: dict[str, Any]) -> ImagePlaneModule:
    """The plane of an image with a calibration, in a host."""
    with Host() as host:
        host.register(
            lambda type: (
                ImagePlaneModule(rows=1, pixel_spacing=header) if type == IMAGE_PLANE else None
            ),
            "header",
        )
        host.register(Calibrations())
        host.add(CALIBRATED_PIXEL_SPACING, "test:1", calibration)
        return host.require(IMAGE_PLANE, "test:1")


def calibrations() -> list[dict[str, Any]]:
    """Calibrations of every kind, a type and a scale never together."""
    fields = {
        "rowPixelSpacing": (None, 0.25, 1.7),
        "columnPixelSpacing": (None, 0.2, 3),
        "scale": (None, 2, 0.3),
        "type": (None, "", "User", "ERMF", "Calibrated", "Unknown"),
        "aspect": (None, 2),
    }
    made = [
        {name: value for name, value in zip(fields, values, strict=True) if value is not None}
        for values in product(*fields.values())
    ]
    return [each for each in made if not (each.get("type") and "scale" in each)]


@pytest.mark.parametrize("header", [(0.5, 0.4), (0.143, 0.2), None])
def test_the_lengths_of_a_calibrated_image(
    measured: Measure, header: tuple[float, float] | None
) -> None:
    given = [
        each
        for each in calibrations()
        if header or {"rowPixelSpacing", "columnPixelSpacing"} <= each.keys()
    ]
    answers = measured([image(header, each) for each in given])

    assert len(given) >= 40
    for calibration, answer in zip(given, answers, strict=True):
        row, column = plane_of(header, calibration).pixel_spacing or ()
        assert answer["columns"]["length"] == pytest.approx(10 * column, rel=0, abs=1e-9)
        assert answer["rows"]["length"] == pytest.approx(10 * row, rel=0, abs=1e-9)


def test_what_is_uncalibrated_is_measured_in_pixels(
    measured: Measure,
) -> None:
    calibration = {"type": "Uncalibrated"}
    (answer,) = measured([image((0.5, 0.4), calibration)])

    assert (answer["columns"]["unit"], answer["rows"]["unit"]) == ("px", "px")
    assert plane_of((0.5, 0.4), calibration).pixel_spacing is None


def test_with_a_type_and_a_scale_cornerstone_forgets_the_spacing_between_columns(
    measured: Measure,
) -> None:
    calibration = {"type": "User", "scale": 2}
    (answer,) = measured([image((0.5, 0.4), calibration)])

    assert (answer["rows"]["length"], answer["columns"]["length"]) == (2.5, 5)
    assert plane_of((0.5, 0.4), calibration).pixel_spacing == (0.25, 0.2)


def test_without_a_spacing_cornerstone_takes_a_scale_for_one(
    measured: Measure,
) -> None:
    (answer,) = measured([image(None, {"scale": 2})])

    assert (answer["rows"]["length"], answer["columns"]["length"]) == (5, 5)
    assert plane_of(None, {"scale": 2}).pixel_spacing is None


#: Codes of units that Cornerstone3D calls as `pixel_size_at` does.
UNITS = (1, 2, 3, 4, 5, 6, 7, 12)


def test_the_lengths_in_ultrasound_regions(
    measured: Measure,
) -> None:
    regions = [
        UltrasoundRegion(
            region_location_min_x0=5,
            region_location_min_y0=5,
            region_location_max_x1=last,
            region_location_max_y1=100,
            physical_delta_x=-0.02,
            physical_delta_y=0.03,
            physical_units_x_direction=x,
            physical_units_y_direction=y,
            region_data_type=kind,
        )
        for last, x, y, kind in product((15, 100), UNITS, UNITS, (1, 4, 5))
    ]
    asked = [
        {
            **image((0.5, 0.4), {"sequenceOfUltrasoundRegions": [msgspec.to_builtins(each)]}),
            "start": start,
        }
        for each in regions
        for start in ([5, 5], [4, 5], [6, 6], [90, 90])
    ]
    sizes = 0
    for each, answer in zip(asked, measured(asked), strict=True):
        (plain,) = each["calibration"]["sequenceOfUltrasoundRegions"]
        module = CalibrationModule((msgspec.convert(plain, UltrasoundRegion),))
        x, y = each["start"]
        for name, end in (("columns", (x + 10, y)), ("rows", (x, y + 10))):
            size = pixel_size_at(module, x, y) if pixel_size_at(module, *end) else None
            said = answer[name]
            if size is None:
                assert said["unit"] == "mm"
            else:
                sizes += 1
                pixel = size.x if name == "columns" else size.y
                assert said["unit"] == f"{size.unit} US Region"
                assert said["length"] == pytest.approx(10 * pixel, rel=0, abs=1e-9)

    assert sizes > 50
