"""What a finding takes for a case, and what not: ages, dates, character sets, identity, pixels."""

import pytest

AGES = {
    "060Y": False,
    "061Y": False,
    "059Y": False,
    "057Y": True,
    "063Y": True,
    "728M": False,
    "600M": True,
    "young": False,
    None: False,
}


@pytest.mark.parametrize(("age", "is_found"), AGES.items(), ids=str)
def test_an_age_may_be_rounded_and_no_more(table_of, age, is_found, cases):
    """By the dates, 60.7 years, or 728 months."""
    path = table_of(
        {
            "patientStudyModule__patientAge": age,
            "patientModule__patientBirthDate": "19640420",
            "generalStudyModule__studyDate": "20250101",
        },
        # A column of nulls alone would have no type.
        {"patientStudyModule__patientAge": "", "generalStudyModule__studyDate": ""},
    )

    assert bool(cases(path, "ageDiffers")) is is_found


@pytest.mark.parametrize(
    ("age", "studied", "is_found"),
    [
        ("003D", "20250104", False),
        ("030D", "20250104", True),
        ("010W", "20250315", False),
        ("002W", "20250315", True),
    ],
)
def test_an_age_may_be_in_days_or_weeks(table_of, age, studied, is_found, cases):
    path = table_of(
        {
            "patientStudyModule__patientAge": age,
            "patientModule__patientBirthDate": "20250101",
            "generalStudyModule__studyDate": studied,
        }
    )

    assert bool(cases(path, "ageDiffers")) is is_found


DATES = (
    "patientModule__patientBirthDate",
    "generalStudyModule__studyDate",
    "generalSeriesModule__seriesDate",
    "generalSeriesModule__acquisitionDate",
    "generalImageModule__contentDate",
)


@pytest.mark.parametrize(
    ("dates", "detail"),
    [
        (("19640420", "20250101", "20250101", "20250101", "20250101"), None),
        (("20260420", "20250101", "", "", ""), "StudyDate before PatientBirthDate"),
        (("", "20250102", "20250101", "", ""), "SeriesDate before StudyDate"),
        (("", "20250102", "", "20250101", ""), "AcquisitionDate before StudyDate"),
        (("", "", "", "20250102", "20250101"), "ContentDate before AcquisitionDate"),
        # What is no date is none.
        (("20260420", "2025.01.01", "20250230", "today", "20250101"), None),
    ],
)
def test_dates_that_are_dates_are_in_order(table_of, dates, detail, cases):
    path = table_of(dict(zip(DATES, dates, strict=True)))

    assert cases(path, "dateOrder") == ({"dateOrder": [detail]} if detail else {})


@pytest.mark.parametrize(
    ("terms", "is_known"),
    [
        (["ISO_IR 100"], True),
        (["", "ISO 2022 IR 87"], True),
        (["ISO_IR 192"], True),
        (["GB18030"], True),
        (["ISO_IR 999"], False),
        (["ISO 2022 IR 87 "], False),
        (["utf-8"], False),
    ],
    ids=str,
)
def test_character_sets_are_defined_terms(table_of, terms, is_known, cases):
    path = table_of({"SpecificCharacterSet": terms})

    assert bool(cases(path, "unknownCharset")) is not is_known


PATIENT = {
    "patientModule__patientId": "7",
    "patientModule__issuerOfPatientId": "here",
    "patientModule__patientName": "Doe^Ann",
    "patientModule__patientBirthDate": "19640420",
    "patientModule__patientSex": "F",
}


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        ({}, []),
        ({"patientModule__patientName": "DOE^ANN^^"}, []),
        ({"patientModule__patientName": ""}, []),
        ({"patientModule__issuerOfPatientId": "there", "patientModule__patientSex": "M"}, []),
        ({"patientModule__patientId": "", "patientModule__patientSex": "M"}, []),
        ({"patientModule__patientName": "Roe^Ann"}, ["2 names, in 1 study"]),
        (
            {"patientModule__patientBirthDate": "19640421", "patientModule__patientSex": "M"},
            ["2 birth dates, 2 sexes, in 1 study"],
        ),
    ],
)
def test_one_patient_is_one_person(table_of, changes, details, cases):
    path = table_of(PATIENT, {**PATIENT, **changes})

    assert cases(path, "patientDiffers").get("patientDiffers", []) == details


REMOVED = {
    "PatientIdentityRemoved": "YES",
    "patientModule__patientId": "T-17",
    "patientModule__patientName": "",
    "patientModule__patientBirthDate": "",
    "generalStudyModule__accessionNumber": "",
}


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        ({}, []),
        ({"patientModule__patientName": "T-17"}, []),
        ({"patientModule__patientName": "T-17^"}, []),
        ({"patientModule__patientName": "Doe^Ann"}, ["PatientName"]),
        ({"patientModule__patientBirthDate": "19640420"}, ["PatientBirthDate"]),
        ({"generalStudyModule__accessionNumber": "44"}, ["AccessionNumber"]),
        ({"PatientIdentityRemoved": "NO", "patientModule__patientName": "Doe^Ann"}, []),
    ],
)
def test_identity_that_is_said_to_be_removed_is(table_of, changes, details, cases):
    path = table_of({**REMOVED, **changes})

    assert cases(path, "identityLeft").get("identityLeft", []) == details


PIXELS = {
    "size": 131_072,
    "transferSyntax__transferSyntaxUID": "1.2.840.10008.1.2.1",
    "generalImageModule__numberOfFrames": None,
    "imagePixelModule__rows": 256,
    "imagePixelModule__columns": 256,
    "imagePixelModule__samplesPerPixel": 1,
    "imagePixelModule__bitsAllocated": 16,
    "imagePixelModule__photometricInterpretation": "MONOCHROME2",
}
#: A column of nulls alone would have no type.
WHOLE = {**PIXELS, "series": "other", "size": 10**9, "generalImageModule__numberOfFrames": 1}


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({}, False),
        ({"size": 131_071}, True),
        ({"generalImageModule__numberOfFrames": 2}, True),
        # A frame is no file.
        ({"frame": 2, "size": 1}, False),
        # Half as many samples of the colours.
        ({"imagePixelModule__samplesPerPixel": 3}, True),
        (
            {
                "imagePixelModule__samplesPerPixel": 3,
                "imagePixelModule__bitsAllocated": 8,
                "imagePixelModule__photometricInterpretation": "YBR_FULL_422",
            },
            False,
        ),
        # Eight pixels a byte.
        ({"imagePixelModule__bitsAllocated": 1, "size": 8192}, False),
        ({"imagePixelModule__bitsAllocated": 1, "size": 8191}, True),
        # Compressed, or deflated.
        ({"transferSyntax__transferSyntaxUID": "1.2.840.10008.1.2.4.90", "size": 10}, False),
        ({"transferSyntax__transferSyntaxUID": "1.2.840.10008.1.2.1.99", "size": 10}, False),
        # No file, or no pixels.
        ({"size": None}, False),
        ({"imagePixelModule__rows": None, "size": 10}, False),
    ],
)
def test_a_file_is_not_smaller_than_its_pixels(table_of, changes, is_found, cases):
    path = table_of({**PIXELS, **changes}, WHOLE)

    assert bool(cases(path, "truncated")) is is_found


def test_images_without_a_series_are_of_no_series(table_of, cases):
    pixels = {"series": None, "imagePixelModule__columns": 4}
    path = table_of(
        {**pixels, "imagePixelModule__rows": 4},
        {**pixels, "imagePixelModule__rows": 5},
        {"imagePixelModule__rows": 4, "imagePixelModule__columns": 4},
    )

    assert cases(path, "mixedSize") == {}


def test_many_values_are_named_in_part(table_of, cases):
    rows = [
        {"imagePixelModule__rows": number, "imagePixelModule__columns": 1} for number in range(1, 8)
    ]

    assert cases(table_of(*rows), "mixedSize") == {
        "mixedSize": ["1x1, 1x2, 1x3, 1x4, 1x5 and 2 more"]
    }
