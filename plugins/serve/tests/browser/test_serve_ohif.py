"""OHIF, unmodified and of npm, over a plain folder: study list, viewers, fusion and planes."""

from __future__ import annotations

import re
import shutil

import made_series
import numpy as np
import pydicom
import pytest
from ohif_page import OhifPage, likeness, shown
from pydicom_files import path_of
from running import running_with_all_found

from metaprov_core import Host
from metaprov_serve import app
from metaprov_serve.ohif import fetched_ohif
from metaprov_serve.pictures import rendered

#: Of pydicom and pydicom-data, by what they are.
FILES = {
    "CT": "CT_small.dcm",
    "CT in JPEG 2000": "693_J2KR.dcm",
    "enhanced CT": "eCT_Supplemental.dcm",
    "MR of several frames": "emri_small.dcm",
    "US in JPEG, YBR": "color3d_jpeg_baseline.dcm",
    "palette": "examples_palette.dcm",
    "RGB": "SC_rgb.dcm",
    "MONOCHROME1": "RG3_UNCR.dcm",
    "dose": "rtdose.dcm",
}
#: CT and PT in one frame of reference, and the CT alone: PT volumes are black in planes of stock
#: Cornerstone, whose window stays in Bq/ml (cornerstone3D 1806).
MADE, CT = "1.2.3.4", "1.2.3.9"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ohif")
    for name in FILES.values():
        shutil.copy(path_of(name), folder)
    made_series.ct(folder / "ct")
    made_series.pet(folder / "pet")
    made_series.ct(folder / "alone", StudyInstanceUID=CT)
    return folder


@pytest.fixture(scope="module")
def ohif_address(folder):
    ohif = app([folder], token=None, ohif=fetched_ohif())
    with running_with_all_found(ohif) as address:
        yield address


@pytest.fixture(scope="module")
def ohif_page(browser, ohif_address):
    page = OhifPage(browser, ohif_address)
    yield page
    page.close()


@pytest.fixture
def ohif(ohif_page):
    """A page on which nothing may fail: no answer from 400 on, no error, nothing of elsewhere."""
    yield ohif_page
    assert ohif_page.failures == []


def test_the_study_list_has_every_study(ohif, folder):
    page = ohif.open("/")
    page.wait_for_selector("text=CompressedSamples")
    names = {str(pydicom.dcmread(path).PatientName) for path in folder.glob("*.dcm")} - {""}
    text = page.inner_text("body").replace(", ", "^")
    assert not {name for name in names if name.rstrip("^") not in text}
    row = page.locator("tr", has_text=re.compile("CT.PT"))
    assert "CT" in row.inner_text()
    assert "PT" in row.inner_text()
    assert "36" in row.inner_text().split()


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_the_viewer_shows_what_the_server_renders(ohif, folder, name):
    study = pydicom.dcmread(folder / name).StudyInstanceUID
    [picture] = shown(ohif.open(f"/viewer?StudyInstanceUIDs={study}"))
    with Host(discover=True) as host:
        wanted = rendered(host, f"dicomfile:{folder / name}?frame=1")
    assert likeness(picture, wanted) > 0.97


def test_series_have_thumbnails(ohif):
    page = ohif.open(f"/viewer?StudyInstanceUIDs={MADE}")
    shown(page)
    page.wait_for_function(
        "[...document.querySelectorAll('img')].filter(each => /thumbnail/.test(each.src) "
        "&& each.naturalWidth > 10).length >= 2"
    )


def test_planes_are_made_of_a_series(ohif):
    page = ohif.open(f"/viewer?StudyInstanceUIDs={CT}&hangingProtocolId=mpr")
    axial, *others = shown(page, 3)
    assert all(not np.array_equal(axial, other) for other in others)


def test_pet_and_ct_are_fused(ohif):
    page = ohif.open(f"/tmtv?StudyInstanceUIDs={MADE}")
    assert len(shown(page, 10)) == 10
