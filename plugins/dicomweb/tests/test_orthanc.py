"""A real Orthanc has the same answers as the files that are stored there: `make test-pacs`."""

from __future__ import annotations

import importlib
import importlib.util
import os
import warnings
from pathlib import Path

import pydicom
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import (
    FRAME_IMAGE_IDS,
    FRAME_PIXEL_DATA,
    IMAGE_PLANE,
    INSTANCE,
    SERIES_IMAGE_IDS,
)
from metaprov_dicom.modules import MODULES
from metaprov_scaling import SCALING
from metaprov_scaling.plugins.computed import ComputedScaling

if "ORTHANC_FOLDER" not in os.environ:
    pytest.skip("no Orthanc here: make test-pacs starts one", allow_module_level=True)
orthanc = importlib.import_module("orthanc")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

FILES = sorted((Path(pydicom.__file__).parent / "data" / "test_files").glob("*.dcm"))
#: Files that DCMTK, with which Orthanc reads, refuses: damaged, or of another compression.
REFUSED = {"rtdose_rle.dcm", "rtdose_rle_1frame.dcm", "rtplan_truncated.dcm"}
#: Files whose pixel data are too short.
CUT_OFF = {"MR_truncated.dcm", "liver_1frame.dcm", "liver_expb_1frame.dcm"}
PET_SERIES = Path(__file__).parents[3] / "examples" / "pet_series.py"


@pytest.fixture(scope="module", params=["Full", "MainDicomTags"])
def pacs(request):
    """An Orthanc, which gives the whole metadata of a series or only the main ones."""
    with orthanc.running(request.param) as (url, _):
        yield url


@pytest.fixture(autouse=True)
def _pacs_may_be_asked(request, _as_installed):
    if "pacs" in request.fixturenames:
        metaprov_dicomweb.configure([request.getfixturevalue("pacs")])


def with_a_uid_of_its_own(file, number, folder):
    """A copy of a file that no other one replaces on the server; None of what is not for one."""
    try:
        dataset = dcmread(file)
    except InvalidDicomError:
        return None
    if "SOPInstanceUID" not in dataset or "SeriesInstanceUID" not in dataset:
        return None
    dataset.SOPInstanceUID = f"1.2.826.0.1.3680043.8.498.1.{number + 1}"
    path = folder / file.name
    try:
        dataset.save_as(path)
    except (TypeError, AttributeError):
        # Its elements have no VR that pydicom can write.
        return None
    return path


def id_of(url, path):
    dataset = dcmread(path, stop_before_pixels=True)
    return (
        f"wadors:{url}/dicom-web/studies/{dataset.StudyInstanceUID}"
        f"/series/{dataset.SeriesInstanceUID}/instances/{dataset.SOPInstanceUID}"
    )


def check_all_modules(host, path, image_id):
    """Every module of the first frames and of the last one; the types that have an answer."""
    frames = len(host.require(FRAME_IMAGE_IDS, path))
    assert len(host.require(FRAME_IMAGE_IDS, image_id)) == frames
    answered = set()
    for frame in {1, 2, frames} if frames > 1 else {1}:
        for type in MODULES:
            expected = host.get(type, f"{path}?frame={frame}")
            assert host.get(type, f"{image_id}/frames/{frame}") == expected, type
            if expected is not None:
                answered.add(str(type))
    return answered


@pytest.mark.parametrize("number", range(len(FILES)), ids=[file.name for file in FILES])
def test_every_module_is_that_of_the_file(host, pacs, tmp_path, number):
    name = FILES[number].name
    path = with_a_uid_of_its_own(FILES[number], number, tmp_path)
    if path is None or name in REFUSED:
        return
    orthanc.store(pacs, [path])

    answered = check_all_modules(host, str(path), id_of(pacs, path))

    assert answered >= {"sopCommonModule", "transferSyntax"}
    if name == "examples_overlay.dcm":
        assert "overlayPlaneModule" in answered
    if name == "examples_palette.dcm":
        assert "ultrasoundEnhancedRegionModule" in answered
        pixels = host.require("imagePixelModule", id_of(pacs, path))
        assert len(pixels.red_palette_color_lookup_table_data) == 256


def test_every_module_of_each_frame_of_an_enhanced_image_is_that_of_the_file(
    host, pacs, tmp_path, ct, item
):
    shared = item(
        PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.25], SliceThickness=1)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
    )
    frames = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[-12.5, 3, 0.75 * number])],
            FrameVOILUTSequence=[item(WindowCenter=40 + number, WindowWidth=400)],
            PixelValueTransformationSequence=[
                item(RescaleIntercept=-1024, RescaleSlope=number, RescaleType="HU")
            ],
        )
        for number in (1, 2, 3)
    ]
    dataset = ct(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
        NumberOfFrames=3,
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=frames,
        PixelData=bytes(36),
    )
    del dataset.PixelSpacing, dataset.ImagePositionPatient, dataset.ImageOrientationPatient
    path = tmp_path / "enhanced.dcm"
    dataset.save_as(path, enforce_file_format=True)
    orthanc.store(pacs, [path])

    check_all_modules(host, str(path), id_of(pacs, path))

    planes = [host.require(IMAGE_PLANE, f"{id_of(pacs, path)}/frames/{n}") for n in (1, 2, 3)]
    assert [plane.image_position_patient[2] for plane in planes] == [0.75, 1.5, 2.25]


@pytest.fixture
def item():
    def item(**attributes):
        item = Dataset()
        for keyword, value in attributes.items():
            setattr(item, keyword, value)
        return item

    return item


@pytest.fixture
def pet(tmp_path):
    """The PT series of the examples, for which NumPy is needed; the paths of its files."""
    pytest.importorskip("numpy")
    spec = importlib.util.spec_from_file_location("pet_series", PET_SERIES)
    pet_series = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pet_series)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pet_series.write_series(tmp_path / "pet")


def test_suv_factors_are_those_of_the_files(host, pacs, pet):
    host.register(ComputedScaling())
    orthanc.store(pacs, pet)
    dataset = dcmread(pet[0], stop_before_pixels=True)
    series = (
        f"{pacs}/dicom-web/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
    )

    ids = list(host.find_images(series))
    # A search knows the whole series; without one a note says that only its folder is known.
    assert len(list(host.find_images(pet[0].parent))) == len(pet)

    assert ids == [id_of(pacs, path) for path in pet]
    for path, image_id in zip(pet, ids, strict=True):
        assert host.require(SCALING, image_id) == host.require(SCALING, str(path))
        assert host.require(SERIES_IMAGE_IDS, image_id) == tuple(ids)
    assert host.require(SCALING, ids[0]).suvbw == pytest.approx(70_000 / 185e6, rel=1e-6)
    assert list(host.find_images(f"{pacs}/dicom-web/studies?PatientID=PHANTOM")) >= ids


def test_an_object_by_wado_uri_has_the_same_modules(host, pacs, pet):
    orthanc.store(pacs, pet)
    dataset = dcmread(pet[2], stop_before_pixels=True)
    image_id = (
        f"wadouri:{pacs}/wado?requestType=WADO&studyUID={dataset.StudyInstanceUID}"
        f"&seriesUID={dataset.SeriesInstanceUID}&objectUID={dataset.SOPInstanceUID}"
    )

    for type in MODULES:
        assert host.get(type, image_id) == host.get(type, str(pet[2])), type


@pytest.mark.parametrize("number", range(len(FILES)), ids=[file.name for file in FILES])
def test_the_pixels_of_each_frame_are_those_of_the_file(host, pacs, tmp_path, number):
    path = with_a_uid_of_its_own(FILES[number], number, tmp_path)
    if path is None or path.name in REFUSED | CUT_OFF:
        return
    orthanc.store(pacs, [path])
    dataset = dcmread(path, stop_before_pixels=True)
    by_uri = (
        f"wadouri:{pacs}/wado?requestType=WADO&studyUID={dataset.StudyInstanceUID}"
        f"&seriesUID={dataset.SeriesInstanceUID}&objectUID={dataset.SOPInstanceUID}"
    )

    last = len(host.require(FRAME_IMAGE_IDS, str(path)))
    for frame in {1, 2, last} if last > 1 else {1}:
        expected = host.get(FRAME_PIXEL_DATA, f"{path}?frame={frame}")
        assert host.get(FRAME_PIXEL_DATA, f"{id_of(pacs, path)}/frames/{frame}") == expected
        assert host.get(FRAME_PIXEL_DATA, f"{by_uri}&frame={frame}") == expected


def test_what_orthanc_does_not_have_is_an_error(host, pacs, pet):
    orthanc.store(pacs, pet)

    dataset = dcmread(pet[0], stop_before_pixels=True)
    for uid in (dataset.SOPInstanceUID, dataset.SeriesInstanceUID, dataset.StudyInstanceUID):
        with pytest.raises(MetadataReadError, match="the server answers 404 Not Found"):
            host.get(INSTANCE, id_of(pacs, pet[0]).replace(uid, "1.2.77"))


def test_an_orthanc_that_was_killed_is_asked_again_when_it_is_back(host, pet):
    metadata = "Full"
    with orthanc.running(metadata) as (url, _):
        metaprov_dicomweb.configure([url], backoff=0)
        orthanc.store(url, pet)
        ids = [id_of(url, path) for path in pet]
        plane = host.require(IMAGE_PLANE, ids[0])
    with pytest.raises(MetadataReadError, match=r"no connection to the server|connection was lost"):
        # The metadata are here; the transfer syntax is not.
        host.get("transferSyntax", ids[0])
    with orthanc.running(metadata, port=int(url.rpartition(":")[2])) as (again, _):
        assert again == url
        orthanc.store(url, pet)
        assert host.require("transferSyntax", ids[0]).transfer_syntax_uid is not None
        host.changed()
        assert host.require(IMAGE_PLANE, ids[0]) == plane
