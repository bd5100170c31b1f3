"""Searches (QIDO-RS): levels, keys, pages, and what is answered."""

from __future__ import annotations

import pytest
from made_studies import COLOURS, COMPRESSED, IMPLICIT, NATIVE, US_MULTIFRAME

LEVELS = {"studies": "0020000D", "series": "0020000E", "instances": "00080018"}
IMAGES = [f"{NATIVE}.{number}" for number in (1, 2, 3)]


def uids(server, path: str, **parameters) -> list[str]:
    """The UIDs of what is found, in order."""
    level = path.rpartition("/")[2]
    return [match[LEVELS[level]]["Value"][0] for match in server.found(path, **parameters)]


FOUND = [
    ("/studies", {}, ["1.2.1", "1.2.2"]),
    ("/studies", {"PatientID": "P7"}, ["1.2.1"]),
    ("/studies", {"00100020": "P8"}, ["1.2.2"]),
    ("/studies", {"PatientID": "p7"}, []),
    ("/studies", {"PatientName": "müller*"}, ["1.2.1"]),
    ("/studies", {"PatientName": "smi jo", "fuzzymatching": "true"}, ["1.2.2"]),
    ("/studies", {"PatientName": "*it*"}, ["1.2.2"]),
    ("/studies", {"StudyDate": "20200101-20201231"}, ["1.2.1"]),
    ("/studies", {"StudyDate": "20200229-"}, ["1.2.1", "1.2.2"]),
    ("/studies", {"StudyTime": "09"}, ["1.2.2"]),
    ("/studies", {"StudyInstanceUID": "1.2.2,1.2.9"}, ["1.2.2"]),
    ("/studies", {"StudyInstanceUID": ["1.2.1", "1.2.2"]}, []),
    ("/studies", {"ModalitiesInStudy": "MR"}, ["1.2.1"]),
    ("/studies", {"ModalitiesInStudy": "US,PT"}, ["1.2.2"]),
    ("/studies", {"Modality": "CT"}, ["1.2.1"]),
    ("/studies", {"NumberOfStudyRelatedInstances": "5"}, ["1.2.1"]),
    ("/studies", {"AccessionNumber": '""'}, ["1.2.2"]),
    # One series has to match all that is asked of series.
    ("/studies", {"Modality": "MR", "SeriesDescription": "compressed"}, []),
    ("/studies", {"Modality": "CT", "SeriesDescription": "compressed"}, ["1.2.1"]),
    ("/studies", {"limit": 1}, ["1.2.1"]),
    ("/studies", {"limit": 1, "offset": 1}, ["1.2.2"]),
    ("/studies", {"offset": 2}, []),
    ("/studies", {"limit": 0}, []),
    ("/studies", {"_": "17", "token": "x"}, ["1.2.1", "1.2.2"]),
    ("/series", {}, [NATIVE, IMPLICIT, COMPRESSED, COLOURS]),
    ("/series", {"Modality": "CT"}, [NATIVE, COMPRESSED]),
    ("/series", {"Modality": "CT", "SeriesNumber": "3"}, [COMPRESSED]),
    ("/series", {"PatientID": "P8"}, [COLOURS]),
    ("/series", {"NumberOfSeriesRelatedInstances": "3"}, [NATIVE]),
    ("/series", {"SOPInstanceUID": f"{NATIVE}.2"}, [NATIVE]),
    ("/studies/1.2.1/series", {}, [NATIVE, IMPLICIT, COMPRESSED]),
    ("/studies/1.2.1/series", {"Modality": "M*"}, [IMPLICIT]),
    ("/studies/1.9/series", {}, []),
    ("/instances", {"NumberOfFrames": "3"}, [f"{COLOURS}.1"]),
    ("/instances", {"SeriesInstanceUID": NATIVE}, IMAGES),
    ("/instances", {"AvailableTransferSyntaxUID": "1.2.840.10008.1.2.5"}, [f"{COMPRESSED}.1"]),
    ("/studies/1.2.2/instances", {}, [f"{COLOURS}.1"]),
    (f"/studies/1.2.1/series/{NATIVE}/instances", {}, IMAGES),
    (f"/studies/1.2.1/series/{NATIVE}/instances", {"InstanceNumber": "2"}, IMAGES[1:2]),
    (f"/studies/1.2.2/series/{NATIVE}/instances", {}, []),
    # What the index does not keep is in the headers.
    (f"/studies/1.2.1/series/{NATIVE}/instances", {"HighBit": "11", "limit": 1}, IMAGES[:1]),
    ("/instances", {"00111001": "*", "HighBit": "7"}, [f"{COLOURS}.1"]),
    ("/instances", {"VOILUTSequence.LUTExplanation": "a t*", "Modality": "MR"}, [f"{IMPLICIT}.1"]),
    ("/studies", {"PhotometricInterpretation": "RGB"}, ["1.2.2"]),
]


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    FOUND,
    ids=[f"{path}?{'&'.join(f'{k}={v}' for k, v in given.items())}" for path, given, _ in FOUND],
)
def test_what_is_found(server, path, parameters, expected):
    found = uids(server, path, **parameters)
    # Folder by folder, file by file.
    assert sorted(found) == sorted(expected)
    assert uids(server, path, **parameters) == found


def test_what_a_study_says(server):
    (study,) = server.found("/studies", PatientID="P7")
    assert study == {
        "00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
        "00080020": {"vr": "DA", "Value": ["20200229"]},
        "00080030": {"vr": "TM", "Value": ["101530.5"]},
        "00080050": {"vr": "SH", "Value": ["A-1"]},
        "00080061": {"vr": "CS", "Value": ["CT", "MR"]},
        "00080090": {"vr": "PN"},
        "00080201": {"vr": "SH"},
        "00081030": {"vr": "LO", "Value": ["Thorax"]},
        "00081190": {"vr": "UR", "Value": [f"{server.url}/studies/1.2.1"]},
        "00100010": {
            "vr": "PN",
            "Value": [{"Alphabetic": "Müller^Änne", "Ideographic": "山田^太郎"}],
        },
        "00100020": {"vr": "LO", "Value": ["P7"]},
        "00100030": {"vr": "DA"},
        "00100040": {"vr": "CS"},
        "0020000D": {"vr": "UI", "Value": ["1.2.1"]},
        "00200010": {"vr": "SH", "Value": ["17"]},
        "00201206": {"vr": "IS", "Value": [3]},
        "00201208": {"vr": "IS", "Value": [5]},
    }
    assert list(study) == sorted(study)


def test_a_series_of_a_study_does_not_repeat_the_study(server):
    (series,) = server.found("/studies/1.2.2/series")
    assert "00100020" not in series
    assert series["0020000D"]["Value"] == ["1.2.2"]
    assert series["00201209"] == {"vr": "IS", "Value": [1]}
    (alone,) = server.found("/series", Modality="US")
    assert alone["00100020"]["Value"] == ["P8"]
    assert alone["00201206"]["Value"] == [1]


def test_what_an_instance_says(server):
    (instance,) = server.found(f"/studies/1.2.2/series/{COLOURS}/instances")
    assert {tag: element.get("Value") for tag, element in instance.items()} == {
        "00080005": ["ISO_IR 192"],
        "00080016": [US_MULTIFRAME],
        "00080018": [f"{COLOURS}.1"],
        "00081190": [f"{server.url}/studies/1.2.2/series/{COLOURS}/instances/{COLOURS}.1"],
        "00083002": ["1.2.840.10008.1.2.1"],
        "0020000D": ["1.2.2"],
        "0020000E": [COLOURS],
        "00200013": [1],
        "00280008": [3],
        "00280010": [3],
        "00280011": [5],
        "00280100": [8],
    }


def test_what_is_to_be_included_comes_from_headers_and_from_above(server):
    (series,) = server.found(
        "/studies/1.2.2/series", includefield=["PatientID,HighBit", "NumberOfStudyRelatedSeries"]
    )
    assert series["00100020"]["Value"] == ["P8"]
    assert series["00280102"] == {"vr": "US", "Value": [7]}
    assert series["00201206"]["Value"] == [1]
    assert "00280101" not in series


def test_all_of_an_instance_is_its_metadata(server):
    path = f"/studies/1.2.2/series/{COLOURS}/instances"
    (instance,) = server.found(path, includefield="all")
    (metadata,) = server.found(f"{path}/{COLOURS}.1/metadata")
    assert metadata.items() <= instance.items()


BAD = [
    ({"PatientNme": "x"}, "PatientNme"),
    ({"StudyDate": "yesterday"}, "StudyDate"),
    ({"limit": "-1"}, "limit"),
    ({"offset": "many"}, "offset"),
    ({"includefield": "Nothing"}, "Nothing"),
    ({"fuzzymatching": "perhaps"}, "fuzzymatching"),
    ({"VOILUTSequence.Nothing": "1"}, "Nothing"),
    ({"PixelData": "x"}, "PixelData"),
]


@pytest.mark.parametrize(("parameters", "named"), BAD, ids=[named for _, named in BAD])
def test_what_cannot_be_searched_is_400(server, parameters, named):
    answer = server.get("/studies", **parameters)
    assert answer.status_code == 400
    assert named in answer.json()["error"]


def test_the_media_type_is_that_of_dicom_json(server):
    assert server.get("/studies").headers["content-type"] == "application/dicom+json"
    assert server.get("/studies", accept="application/json").status_code == 200
    assert server.get("/studies", accept="application/dicom+xml").status_code == 406


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(server, method):
    for path in ("/studies", "/studies/1.2.1", "/studies/1.2.1/series"):
        answer = server.client.request(method, f"{server.url}{path}")
        assert answer.status_code == 405
        assert "error" in answer.json()
