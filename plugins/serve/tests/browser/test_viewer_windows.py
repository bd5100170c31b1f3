"""The windows that Cornerstone3D sets are in the unit of its pixels."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("series", "low", "high"),
    [
        # LINEAR, center 15,000 and width 30,000 Bq/ml (PS3.3 C.11.2.1.2.1).
        ("pet", 15_000 - 0.5 - 29_999 / 2, 15_000 - 0.5 + 29_999 / 2),
        ("pet_exact", 0, 30_000),
    ],
)
def test_volume_of_pt_has_its_window_in_suv(page, made, series, low, high):
    from made_series import DOSE, HALF_LIFE, WAITED, WEIGHT

    page.evaluate("ids => viewer.volume(ids)", made(series).image_ids)
    factor = WEIGHT * 1000 / (DOSE * 0.5 ** (WAITED / HALF_LIFE))
    expected = [low * factor, high * factor]
    assert page.evaluate("viewer.edges()") == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("form", ["stack", "volume"])
def test_window_of_dose_is_in_gray(page, made, form):
    page.evaluate(f"ids => viewer.{form}(ids)", made("dose").image_ids)
    assert page.evaluate("viewer.edges()") == pytest.approx([0, 59.999], abs=1e-5)


@pytest.mark.parametrize("form", ["stack", "volume"])
def test_window_of_ct_stays(page, made, form):
    page.evaluate(f"ids => viewer.{form}(ids)", made("ct").image_ids)
    assert page.evaluate("viewer.edges()") == pytest.approx([-1000, 999])


def test_a_window_that_is_an_s_is_shown_as_one(page, made):
    page.evaluate("ids => viewer.stack(ids)", made("sigmoid").image_ids)
    assert page.evaluate("viewer.voiFunction()") == "SIGMOID"
    # As Cornerstone keeps center 500 and width 400.
    assert page.evaluate("viewer.edges()") == pytest.approx([300, 699])
