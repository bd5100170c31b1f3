"""Who was imaged, what for, and what the image is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.data import get_testdata_file

from metaprov_dicom import (
    CLINICAL_TRIAL,
    FRAME_OF_REFERENCE,
    GENERAL_IMAGE,
    GENERAL_STUDY,
    INSTANCE,
    PATIENT,
    PATIENT_DEMOGRAPHIC,
    PATIENT_STUDY,
    ClinicalTrialModule,
    FrameOfReferenceModule,
    GeneralImageModule,
    GeneralStudyModule,
    PatientDemographicModule,
    PatientModule,
    PatientStudyModule,
)

if TYPE_CHECKING:
    from metaprov_core import Host

Ask = Callable[..., Any]
Write = Callable[..., str]


def test_a_patient_of_a_file(host: Host, write: Write) -> None:
    image = write(
        SpecificCharacterSet="ISO_IR 192",
        PatientID="P7",
        PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう",
        PatientBirthDate="19480812",
        PatientBirthTime="093000",
        PatientSex="M",
        IssuerOfPatientID="Clinic",
        PatientAge="045Y",
        PatientSize="1.75",
        PatientWeight="70.5",
    )
    assert host.get(PATIENT, image) == PatientModule(
        "P7", "Yamada^Tarou=山田^太郎=やまだ^たろう", "19480812", "093000", "M", "Clinic"
    )
    assert host.get(PATIENT_STUDY, image) == PatientStudyModule("045Y", 1.75, 70.5, "M")
    assert host.get(PATIENT_DEMOGRAPHIC, image) == PatientDemographicModule("M")


def test_a_real_patient(host: Host) -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    patient = host.require(PATIENT, path)
    assert (patient.patient_id, patient.patient_name) == ("1CT1", "CompressedSamples^CT1")
    assert host.require(PATIENT_STUDY, path).patient_age == "000Y"


@pytest.mark.parametrize("missing", [{}, {"PatientID": None}, {"PatientID": ""}])
def test_a_patient_without_attributes_is_no_answer(ask: Ask, missing: dict[str, Any]) -> None:
    assert ask(PATIENT, Rows=2, **missing) is None


def test_the_sex_alone_is_a_patient(ask: Ask) -> None:
    assert ask(PATIENT_STUDY, PatientSex="F") == PatientStudyModule(patient_sex="F")


def test_a_weight_that_is_no_number_is_none(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2"), (0x00101020, "DS", b"1.75"), (0x00101030, "DS", b"70 kg")
    )
    assert host.get(PATIENT_STUDY, image) == PatientStudyModule(patient_size=1.75)


def test_a_study(host: Host, write: Write) -> None:
    image = write(
        StudyInstanceUID="1.2.3",
        StudyID="S1",
        StudyDescription="Chest",
        StudyDate="20240131",
        StudyTime="101010.5",
        AccessionNumber="A1",
    )
    assert host.get(GENERAL_STUDY, image) == GeneralStudyModule(
        "1.2.3", "S1", "Chest", "20240131", "101010.5", "A1"
    )


def test_an_image(host: Host, write: Write) -> None:
    image = write(
        SOPInstanceUID="1.2.3.4",
        InstanceNumber=7,
        ImageType=["DERIVED", "PRIMARY", "", "MPR"],
        InstanceCreationDate="20240131",
        InstanceCreationTime="101010",
        ContentDate="20240130",
        ContentTime="090909",
        LossyImageCompression="01",
        LossyImageCompressionRatio=[10.5, 2],
        LossyImageCompressionMethod=["ISO_10918_1", "ISO_15444_1"],
        FrameOfReferenceUID="1.9",
        NumberOfFrames=2,
    )
    assert host.get(GENERAL_IMAGE, image) == GeneralImageModule(
        "1.2.3.4",
        "1.2.840.10008.5.1.4.1.1.2",
        7,
        ("DERIVED", "PRIMARY", None, "MPR"),
        "20240131",
        "101010",
        "20240130",
        "090909",
        "01",
        (10.5, 2.0),
        ("ISO_10918_1", "ISO_15444_1"),
        "1.9",
        2,
    )


def test_one_compression_is_a_tuple_too(ask: Ask) -> None:
    image = ask(GENERAL_IMAGE, LossyImageCompressionRatio=10.5, LossyImageCompressionMethod="A")
    assert image.lossy_image_compression_ratio == (10.5,)
    assert image.lossy_image_compression_method == ("A",)


def test_a_frame_of_reference(ask: Ask) -> None:
    assert ask(
        FRAME_OF_REFERENCE, FrameOfReferenceUID="1.9", PositionReferenceIndicator="XY"
    ) == FrameOfReferenceModule("1.9", "XY")
    assert ask(FRAME_OF_REFERENCE, PositionReferenceIndicator="XY").frame_of_reference_uid is None


def test_a_clinical_trial(host: Host, write: Write) -> None:
    image = write(
        ClinicalTrialSponsorName="Sponsor",
        ClinicalTrialProtocolID="P",
        ClinicalTrialSiteID="S",
        ClinicalTrialSiteName="Site",
        ClinicalTrialSubjectID="7",
    )
    assert host.get(CLINICAL_TRIAL, image) == ClinicalTrialModule("Sponsor", "P", "S", "Site", "7")


def test_what_a_series_has_in_common_is_one_object(host: Host, write: Write) -> None:
    from metaprov_dicom import GENERAL_SERIES, IMAGE_PLANE

    images = [
        write(
            f"{number}.dcm",
            SeriesInstanceUID="1.2.3",
            SeriesDescription="Lung window",
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.75, 0.75],
        )
        for number in range(2)
    ]
    first, second = (host.require(GENERAL_SERIES, image) for image in images)
    assert first.series_instance_uid is second.series_instance_uid
    assert first.series_description is second.series_description
    one, other = (host.require(IMAGE_PLANE, image) for image in images)
    for vector in ("image_orientation_patient", "row_cosines", "column_cosines", "pixel_spacing"):
        assert getattr(one, vector) is getattr(other, vector)
    assert host.require(INSTANCE, images[0])["SeriesInstanceUID"] == first.series_instance_uid
