"""The data beside the repository: what other tools get wrong, real headers, reference objects."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from metaprov_core import Host
from metaprov_scaling import Refusal, pet_header, scale_series

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "suv"
JSON_NAMES = {
    "suvbw": "suvbw",
    "suvlbm": "suvlbm",
    "suvlbmJames128": "suvlbm_james128",
    "suvlbmJanma": "suvlbm_janma",
    "suvbsa": "suvbsa",
    "suvibw": "suvibw",
}
ABSENT = pytest.param(None, marks=pytest.mark.skip("../shared/data/suv is not there"))


def _rows(file, key):
    path = DATA / file
    return json.loads(path.read_text())[key] if path.is_file() else [ABSENT]


def _id(row):
    return "absent" if row is None else row.get("id") or Path(row["file"]).stem


def assert_factors(module, expected):
    for json_name, field in JSON_NAMES.items():
        factor = getattr(module, field)
        if json_name in expected:
            assert math.isclose(factor, expected[json_name], rel_tol=1e-8), json_name
        else:
            assert factor is None, json_name


@pytest.mark.parametrize("case", _rows("cases.json", "cases"), ids=_id)
def test_a_series_has_the_factors_that_follow_from_its_headers_or_the_reason(
    case, series, instance_of
):
    outcome = series(*map(instance_of, case["series"]))

    if case["expected"]["ok"]:
        assert not isinstance(outcome, Refusal), outcome
        for module, expected in zip(outcome.modules, case["expected"]["factors"], strict=True):
            assert_factors(module, expected)
    else:
        assert isinstance(outcome, Refusal), outcome
        assert outcome.attribute == case["expected"]["reason"]
        assert case["expected"]["reason"] in outcome.sentence


@pytest.mark.parametrize("row", _rows("real_headers.json", "rows"), ids=_id)
def test_a_real_header_has_the_factor_of_its_vendor(row, series, instance_of):
    outcome = series(instance_of({**row["instance"], "Manufacturer": row["manufacturer"]}))

    if row["expected_suvbw"] is None:
        # Nobody knows the factor, but there is a reason, or a note of what was assumed.
        assert isinstance(outcome, Refusal) or outcome.modules[0].notes
    else:
        assert outcome.modules[0].suvbw == pytest.approx(row["expected_suvbw"], rel=5e-3)


def test_the_slices_of_a_whole_body_scan_of_ge_have_one_factor(suv_data, series, instance_of):
    slices = suv_data("sts001_instances.json")

    outcome = series(*map(instance_of, slices))

    assert len(outcome.modules) == len(slices) == 267
    (factor,) = {module.suvbw for module in outcome.modules}
    assert factor == pytest.approx(2.429029766148455e-4, rel=1e-12)


REPORTED = DATA.parent / "reported" / "suv"


def _reported():
    return sorted(REPORTED.glob("*.json")) or [ABSENT]


def _frames(image):
    return range(1, int(image.get("NumberOfFrames") or 1) + 1)


def _notes_about(outcome, about):
    return {
        note.severity
        for module in outcome.modules
        if not isinstance(module, Refusal)
        for note in module.notes
        if about in f"{note.code} {note.sentence} {note.attribute}"
    }


def _is_right(outcome, accepted):
    if isinstance(outcome, Refusal):
        return accepted.get("refused", "none") in f"{outcome.attribute} {outcome.sentence}"
    factors = [getattr(module, "suvbw", None) for module in outcome.modules]
    expected = accepted.get("suvbw", factors)
    note = accepted.get("note", {"severity": (), "about": ""})
    return (
        "refused" not in accepted
        and len(expected) == len(factors)
        and all(
            found is wanted if wanted is None else found == pytest.approx(wanted, rel=5e-3)
            for found, wanted in zip(factors, expected, strict=True)
        )
        and ("note" not in accepted or _notes_about(outcome, note["about"]) & {*note["severity"]})
        and not _notes_about(outcome, "") & {*accepted.get("no_note", ())}
    )


@pytest.mark.parametrize("path", _reported(), ids=lambda path: path and path.stem)
def test_a_reported_series_is_right(path):
    case = json.loads(path.read_text())
    images = [
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.128", "RescaleIntercept": 0, **image}
        for image in case["series"]
    ]

    headers = [pet_header(image, frame) for image in images for frame in _frames(image)]
    outcome = scale_series(headers)

    assert any(_is_right(outcome, accepted) for accepted in case["accept"]), outcome


@pytest.fixture
def files():
    pytest.importorskip("metaprov_dicom")
    return Host(discover=True, only=["metaprov-dicom", "metaprov-scaling"])


NAMES = [f"DRO_{number}" for number in (
    "0_0", "1_0", "2_0", "2_1", "2_2", "2_3", "2_4", "2_5",
    "3_0", "3_1", "3_2", "3_3", "3_4", "4_0", "4_1", "4_2", "5_0",
)]  # fmt: skip


def assert_reference_object(host, folder, expected):
    image_ids = [f"dicomfile:{path}" for path in sorted(folder.glob("*.dcm"))]
    modules = host.get_many("scalingModule", image_ids)
    assert len(modules) == len(expected) == 20
    for module, factors in zip(modules, expected, strict=True):
        assert_factors(module, factors)


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_object_has_the_expected_factors(name, files, reference_objects, suv_data):
    expected = suv_data("ibsi_dro_expected.json")["factors"][name]
    assert_reference_object(files, reference_objects / name, expected)
