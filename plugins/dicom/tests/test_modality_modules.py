"""What is particular to PET, nuclear medicine, ultrasound and electrocardiograms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset
from pydicom.data import get_testdata_file

from metaprov_dicom import (
    CALIBRATION,
    ECG,
    NM_MULTIFRAME_GEOMETRY,
    PET_IMAGE,
    PET_ISOTOPE,
    ULTRASOUND_ENHANCED_REGION,
    EcgModule,
    NmMultiframeGeometryModule,
    PetImageModule,
    PetIsotopeModule,
    RadiopharmaceuticalInfo,
    UltrasoundRegion,
)

if TYPE_CHECKING:
    from metaprov_core import Host

Ask = Callable[..., Any]
Write = Callable[..., str]
Item = Callable[..., Dataset]


# positron emission tomography


def test_a_pet_image(host: Host, write: Write) -> None:
    image = write(FrameReferenceTime="1500.5", ActualFrameDuration=90000, DecayFactor="1.02")
    assert host.get(PET_IMAGE, image) == PetImageModule(1500.5, 90000, 1.02)


def test_a_radiopharmaceutical(host: Host, write: Write, item: Item) -> None:
    given = item(
        Radiopharmaceutical="FDG",
        RadiopharmaceuticalStartTime="081500.50",
        RadiopharmaceuticalStartDateTime="20240131081500.50",
        RadiopharmaceuticalStopTime="081600",
        RadionuclideTotalDose="370000000",
        RadionuclideHalfLife="6586.2",
        RadionuclideCodeSequence=[item(CodeMeaning="^18^Fluorine")],
    )
    image = write(RadiopharmaceuticalInformationSequence=[given, item(Radiopharmaceutical="Other")])
    assert host.get(PET_ISOTOPE, image) == PetIsotopeModule(
        RadiopharmaceuticalInfo(
            "FDG", "081500.50", "20240131081500.50", "081600", 370000000.0, 6586.2, "^18^Fluorine"
        )
    )


@pytest.mark.parametrize("items", [None, (), ({},), ({"RadionuclideCodeSequence": ()},)])
def test_a_radiopharmaceutical_of_which_nothing_is_said_is_no_answer(
    ask: Ask, items: object
) -> None:
    assert ask(PET_ISOTOPE, RadiopharmaceuticalInformationSequence=items) is None


def test_the_nuclide_alone_is_an_answer(ask: Ask) -> None:
    items = ({"RadionuclideCodeSequence": ({"CodeMeaning": "Fluorine"},)},)
    isotope = ask(PET_ISOTOPE, RadiopharmaceuticalInformationSequence=items)
    assert isotope.radiopharmaceutical_info == RadiopharmaceuticalInfo(radionuclide="Fluorine")


# nuclear medicine

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
DETECTORS = (
    {"ImageOrientationPatient": AXIAL, "ImagePositionPatient": (1.0, 2.0, 3.0)},
    {"ImagePositionPatient": (9.0, 9.0, 9.0)},
)


@pytest.mark.parametrize("frame", [None, 1, 2])
def test_the_geometry_of_a_volume_is_that_of_its_first_detector_for_every_frame(
    ask: Ask, frame: int | None
) -> None:
    geometry = ask(
        NM_MULTIFRAME_GEOMETRY,
        frame,
        Modality="NM",
        ImageType=("ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"),
        DetectorInformationSequence=DETECTORS,
        SliceThickness=4.5,
        SpacingBetweenSlices=-4.5,
        PixelSpacing=(4.8, 4.9),
        NumberOfFrames=2,
    )
    assert geometry == NmMultiframeGeometryModule(
        "NM",
        ("ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"),
        "RECON TOMO",
        AXIAL,
        (1.0, 2.0, 3.0),
        4.5,
        -4.5,
        (4.8, 4.9),
        2,
        True,
    )


def test_the_geometry_at_the_root_comes_before_that_of_the_detector(ask: Ask) -> None:
    geometry = ask(
        NM_MULTIFRAME_GEOMETRY,
        Modality="NM",
        ImagePositionPatient=(0.0, 0.0, 0.0),
        DetectorInformationSequence=DETECTORS,
    )
    assert geometry.image_position_patient == (0.0, 0.0, 0.0)
    assert geometry.image_orientation_patient == AXIAL
    assert (geometry.image_sub_type, geometry.is_nm_reconstructable) == (None, False)


@pytest.mark.parametrize(
    ("kind", "is_volume"),
    [("RECON TOMO", True), ("RECON GATED TOMO", True), ("TOMO", False), (None, False)],
)
def test_only_reconstructed_frames_are_a_volume(
    ask: Ask, kind: str | None, is_volume: bool
) -> None:
    geometry = ask(NM_MULTIFRAME_GEOMETRY, Modality="NM", ImageType=("ORIGINAL", "PRIMARY", kind))
    assert geometry.image_sub_type == kind
    assert geometry.is_nm_reconstructable is is_volume


def test_other_modalities_have_no_such_geometry(ask: Ask) -> None:
    assert ask(NM_MULTIFRAME_GEOMETRY, Modality="MR", PixelSpacing=(1.0, 1.0)) is None


# ultrasound


def test_regions_of_an_ultrasound_image(host: Host, write: Write, item: Item) -> None:
    first = item(
        RegionLocationMinX0=1, RegionLocationMinY0=0,
        RegionLocationMaxX1=70000, RegionLocationMaxY1=3,
        ReferencePixelX0=0, ReferencePixelY0=-2,
        PhysicalDeltaX=0.012, PhysicalDeltaY=0.034,
        PhysicalUnitsXDirection=3, PhysicalUnitsYDirection=4,
        ReferencePixelPhysicalValueX=1.5, ReferencePixelPhysicalValueY=-2.5,
        RegionSpatialFormat=1, RegionDataType=2, RegionFlags=5, TransducerFrequency=3500,
    )  # fmt: skip
    image = write(SequenceOfUltrasoundRegions=[first, item(RegionDataType=3)])
    expected = (
        UltrasoundRegion(1, 0, 70000, 3, 0, -2, 0.012, 0.034, 3, 4, 1.5, -2.5, 1, 2, 5, 3500),
        UltrasoundRegion(region_data_type=3),
    )
    for type in (ULTRASOUND_ENHANCED_REGION, CALIBRATION):
        assert host.require(type, image).sequence_of_ultrasound_regions == expected


@pytest.mark.parametrize("type", [ULTRASOUND_ENHANCED_REGION, CALIBRATION])
def test_without_regions_there_is_no_answer(ask: Ask, type: str) -> None:
    assert ask(type, Modality="US", SequenceOfUltrasoundRegions=()) is None


# electrocardiograms


def test_a_real_electrocardiogram(host: Host) -> None:
    ecg = host.require(ECG, get_testdata_file("waveform_ecg.dcm", download=False))
    leads = ("I (Einthoven)", "II", "III", "aVR", "aVL", "aVF", *(f"V{n}" for n in range(1, 7)))
    assert ecg == EcgModule(
        12, 10000, 1000.0, 16, "SS", "RHYTHM", tuple(f"Lead {lead}" for lead in leads)
    )


def test_channels_keep_their_places(ask: Ask) -> None:
    lead = {"ChannelSourceSequence": ({"CodeMeaning": "Lead I"},)}
    groups = ({"ChannelDefinitionSequence": ({}, lead)}, {"NumberOfWaveformChannels": 7})
    assert ask(ECG, WaveformSequence=groups) == EcgModule(channels=(None, "Lead I"))


def test_without_waveform_there_is_no_answer(ask: Ask) -> None:
    assert ask(ECG, Modality="ECG", WaveformSequence=()) is None
