"""Instances added by hand: a Dataset or DICOM JSON, for ids of any scheme."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset

from metaprov_core import MetadataReadError
from metaprov_dicom import (
    DATASET,
    IMAGE_PLANE,
    INSTANCE,
    PATIENT,
    TRANSFER_SYNTAX,
    VOI_LUT,
)
from metaprov_dicom.plugins.added import AddedInstances

if TYPE_CHECKING:
    from metaprov_core import Host

Item = Callable[..., Dataset]
Write = Callable[..., str]

JSON = {
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Ann"}]},
    "00280008": {"vr": "IS", "Value": [3]},
    "00280010": {"vr": "US", "Value": [512]},
    "00281050": {"vr": "DS", "Value": [40, 50]},
    "00082112": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["1.9"]}}]},
}

ids = pytest.mark.parametrize(
    "image",
    [
        "demo:1",
        "wadors:https://host/studies/1/series/2/instances/3",
        "wadouri:https://host/wado?objectUID=1",
        "dicomfile:/nowhere/1.dcm",
        "/nowhere/1.dcm",
    ],
)


@ids
@pytest.mark.parametrize("around", [lambda json: json, lambda json: [json]])
def test_dicom_json_is_an_image_of_any_scheme(
    host: Host, image: str, around: Callable[[Any], Any]
) -> None:
    host.add(INSTANCE, image, around(JSON))
    assert host.require(INSTANCE, image)["Rows"] == 512
    assert host.require(IMAGE_PLANE, image).rows == 512
    assert host.require(PATIENT, image).patient_name == "Doe^Ann"


@ids
def test_a_dataset_made_by_hand_is_an_image_of_any_scheme(
    host: Host, item: Item, image: str
) -> None:
    host.add(INSTANCE, image, item(Rows=512, PatientName="Doe^Ann", WindowCenter=[40, "50.5"]))
    assert host.require(IMAGE_PLANE, image).rows == 512
    assert host.require(PATIENT, image).patient_name == "Doe^Ann"
    assert host.require(VOI_LUT, image).window_center == (40.0, 50.5)


def test_values_of_a_dataset_made_by_hand_follow_the_rules(host: Host, item: Item) -> None:
    dataset = item(
        PixelPaddingValue=-2000,
        InstanceNumber="7",
        StudyDate="20240131",
        PatientName="Yamada=山田=",
        StudyDescription="  Chest ",
        SliceThickness=None,
        WindowCenter=40,
        ReferencedImageSequence=[item(ReferencedSOPInstanceUID="1.9")],
        SourceImageSequence=[],
        RedPaletteColorLookupTableData=b"\1\2",
        FrameIncrementPointer=0x00181063,
        PixelData=b"1234",
    )
    dataset.private_block(0x0009, "ACME", create=True).add_new(1, "US", [1, 2])
    dataset.add_new(0x00180050, "UN", b"2.5 ")
    host.add(INSTANCE, "demo:1", dataset)
    assert dict(host.require(INSTANCE, "demo:1")) == {
        "StudyDate": "20240131",
        "StudyDescription": "Chest",
        "ReferencedImageSequence": ({"ReferencedSOPInstanceUID": "1.9"},),
        "SourceImageSequence": (),
        "00090010": "ACME",
        "00091001": (1, 2),
        "PatientName": "Yamada=山田",
        "SliceThickness": 2.5,
        "InstanceNumber": 7,
        "FrameIncrementPointer": ("00181063",),
        "PixelPaddingValue": -2000,
        "WindowCenter": (40.0,),
        "RedPaletteColorLookupTableData": b"\1\2",
    }


def test_the_transfer_syntax_is_that_of_the_file_meta(host: Host, item: Item) -> None:
    dataset = item(Rows=1)
    host.add(INSTANCE, "demo:1", dataset)
    assert host.get(TRANSFER_SYNTAX, "demo:1") is None
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.102"
    host.add(INSTANCE, "demo:1", dataset)
    assert host.require(TRANSFER_SYNTAX, "demo:1").is_video is True


def test_a_value_that_was_left_in_the_file_is_read_when_it_is_added(
    host: Host, tmp_path: Path
) -> None:
    path = tmp_path / "ct.dcm"
    path.write_bytes(Path(get_testdata_file("CT_small.dcm", download=False)).read_bytes())
    host.add(INSTANCE, "demo:1", dcmread(path, defer_size=16))
    path.unlink()
    assert host.require(INSTANCE, "demo:1")["StudyInstanceUID"].startswith("1.3.6.1.4.1.5962.1.2")


# what is added does not change


def test_a_change_of_the_json_that_was_added_reaches_nobody(host: Host) -> None:
    json = copy.deepcopy(JSON)
    host.add(INSTANCE, "demo:1", json)
    json["00280010"]["Value"][0] = 7
    json["00100010"]["Value"][0]["Alphabetic"] = "Other"  # type: ignore[index]
    json["00082112"]["Value"][0]["00081155"]["Value"][0] = "7"  # type: ignore[index]
    json["00281050"]["Value"].append(60)
    del json["00280008"]
    assert dict(host.require(INSTANCE, "demo:1")) == {
        "SourceImageSequence": ({"ReferencedSOPInstanceUID": "1.9"},),
        "PatientName": "Doe^Ann",
        "NumberOfFrames": 3,
        "Rows": 512,
        "WindowCenter": (40.0, 50.0),
    }


@pytest.mark.parametrize("is_decoded", [False, True])
def test_a_change_of_the_dataset_that_was_added_reaches_nobody(
    host: Host, write: Write, item: Item, is_decoded: bool
) -> None:
    path = write(
        Rows=512,
        WindowCenter=[40, 50],
        PatientName="Doe^Ann",
        ReferencedImageSequence=[
            item(ReferencedSOPInstanceUID="1.9", ReferencedFrameNumber=[1, 2])
        ],
    ).removeprefix("dicomfile:")
    dataset = dcmread(path)
    if is_decoded:
        list(dataset.iterall())
    host.add(INSTANCE, "demo:1", dataset)
    dataset.Rows = 7
    dataset.WindowCenter[0] = 7
    dataset.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "7"
    dataset.ReferencedImageSequence[0].ReferencedFrameNumber[0] = 7
    dataset.ReferencedImageSequence.append(Dataset())
    del dataset.PatientName
    instance = host.require(INSTANCE, "demo:1")
    assert (instance["Rows"], instance["WindowCenter"]) == (512, (40.0, 50.0))
    assert instance["PatientName"] == "Doe^Ann"
    (reference,) = instance["ReferencedImageSequence"]
    assert dict(reference) == {"ReferencedSOPInstanceUID": "1.9", "ReferencedFrameNumber": (1, 2)}


def test_adding_leaves_the_dataset_as_it_was(host: Host) -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    dataset = dcmread(path)
    host.add(INSTANCE, "demo:1", dataset)
    list(host.require(INSTANCE, "demo:1").values())
    assert all(dataset.get_item(tag).is_raw for tag in dataset.keys() - {0x00080005})
    assert "PixelData" in dataset


# frames


def test_frames_of_the_image_have_what_was_added(host: Host) -> None:
    host.add(INSTANCE, "demo:1", JSON)
    assert host.require(IMAGE_PLANE, "demo:1?frame=3").rows == 512
    with pytest.raises(MetadataReadError, match="there is no frame 4; the image has 3 frames"):
        host.get(INSTANCE, "demo:1?frame=4")
    with pytest.raises(MetadataReadError, match="there is no frame 4"):
        host.get(DATASET, "demo:1?frame=4")


def test_a_frame_that_is_added_means_the_image(host: Host) -> None:
    url = "wadors:https://host/instances/1"
    host.add(INSTANCE, f"{url}/frames/3", JSON)
    for image in (url, f"{url}/frames/1", f"{url}/frames/2"):
        assert host.require(IMAGE_PLANE, image).rows == 512


def test_functional_groups_are_those_of_the_frame(host: Host, item: Item) -> None:
    def position(z: float) -> Dataset:
        return item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])])

    dataset = item(PerFrameFunctionalGroupsSequence=[position(1), position(2)])
    for number, given in enumerate((dataset, dataset.to_json_dict())):
        host.add(INSTANCE, f"demo:{number}", given)
        for frame in (1, 2):
            plane = host.require(IMAGE_PLANE, f"demo:{number}?frame={frame}")
            assert plane.image_position_patient == (0, 0, frame)


# instead of another answer


def test_what_is_added_wins_over_the_file_of_its_id_until_it_is_cleared(
    host: Host, write: Write
) -> None:
    image = write(Rows=3)
    assert host.require(IMAGE_PLANE, image).rows == 3
    host.add(INSTANCE, image, JSON)
    for spelling in (image, image.removeprefix("dicomfile:"), f"{image}?frame=2"):
        assert host.require(IMAGE_PLANE, spelling).rows == 512
    host.clear(INSTANCE, image)
    assert host.require(IMAGE_PLANE, image).rows == 3


def test_what_is_added_later_takes_the_place(host: Host, item: Item) -> None:
    host.add(INSTANCE, "demo:1", JSON)
    assert host.require(IMAGE_PLANE, "demo:1?frame=2").rows == 512
    host.add(INSTANCE, "demo:1", item(Rows=7))
    assert host.require(IMAGE_PLANE, "demo:1").rows == 7
    with pytest.raises(MetadataReadError, match="1 frame"):
        host.get(IMAGE_PLANE, "demo:1?frame=2")


@pytest.mark.parametrize("type", [None, INSTANCE])
@pytest.mark.parametrize("image", [None, "demo:1", "demo:1?frame=2"])
def test_clear_forgets_what_was_added(host: Host, type: str | None, image: str | None) -> None:
    host.add(INSTANCE, "demo:1", JSON)
    host.add(INSTANCE, "demo:2", JSON)
    assert host.get(IMAGE_PLANE, "demo:1") is not None
    host.clear(type, image)
    assert host.get(INSTANCE, "demo:1") is None
    assert host.get(IMAGE_PLANE, "demo:1") is None
    assert (host.get(INSTANCE, "demo:2") is None) is (image is None)


@pytest.mark.parametrize("type", [None, INSTANCE, IMAGE_PLANE])
def test_a_change_forgets_nothing_that_was_added(host: Host, type: str | None) -> None:
    host.add(INSTANCE, "demo:1", JSON)
    host.changed(type)
    host.clear(IMAGE_PLANE)
    assert host.require(IMAGE_PLANE, "demo:1").rows == 512


# data sets


def test_the_dataset_of_an_added_one_is_a_copy_without_pixel_data(host: Host, item: Item) -> None:
    reference = item(ReferencedSOPInstanceUID="1.9")
    host.add(
        INSTANCE, "demo:1", item(Rows=7, PixelData=b"1234", ReferencedImageSequence=[reference])
    )
    dataset = host.require(DATASET, "demo:1")
    assert (dataset.Rows, "PixelData" in dataset) == (7, False)
    dataset.Rows = 9
    dataset.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "9"
    assert host.require(DATASET, "demo:1").Rows == 7
    assert dict(host.require(INSTANCE, "demo:1")) == {
        "ReferencedImageSequence": ({"ReferencedSOPInstanceUID": "1.9"},),
        "Rows": 7,
    }


def test_the_dataset_of_dicom_json_is_what_pydicom_makes_of_it(host: Host) -> None:
    pixels = {"7FE00010": {"vr": "OW", "BulkDataURI": "https://host/bulk"}}
    host.add(INSTANCE, "demo:1", JSON | pixels)
    assert host.require(DATASET, "demo:1") == Dataset.from_json(JSON)


def test_json_that_pydicom_cannot_convert_has_no_dataset_but_an_instance(host: Host) -> None:
    host.add(
        INSTANCE,
        "demo:1",
        {"00280010": {"vr": "US", "Value": [7]}, "00200013": {"vr": "IS", "Value": ["1A"]}},
    )
    assert host.get(DATASET, "demo:1") is None
    explanation = str(host.explain(DATASET, "demo:1"))
    assert "pydicom cannot make a Dataset of this DICOM JSON" in explanation
    assert host.require(INSTANCE, "demo:1")["Rows"] == 7


# what cannot be added


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (None, TypeError, "as DICOM JSON: a dict, as json.loads makes it; not as NoneType"),
        ("{}", TypeError, "not as str"),
        (b"DICM", TypeError, "not as bytes"),
        (Path("a.dcm"), TypeError, "not as"),
        ({}, ValueError, "no attributes"),
        (Dataset(), ValueError, "no attributes"),
        ([], ValueError, "that of 0 images"),
        ([JSON, JSON], ValueError, "that of 2 images; add one at a time"),
        ([7], TypeError, "a dict, not int"),
        ({"Rows": 512}, ValueError, "'Rows' is not a tag of 8 hex digits"),
        ({"0028001": {"vr": "US"}}, ValueError, "'0028001' is not a tag"),
        ({"0x280010": {"vr": "US"}}, ValueError, "'0x280010' is not a tag"),
        ({0x00280010: {"vr": "US"}}, ValueError, "2621456 is not a tag"),
        ({"00280010": 512}, TypeError, r"Rows \(0028,0010\) is 512, not an object"),
        ({"00280010": {"vr": "US", "Value": 512}}, TypeError, "Rows .* is not a list"),
        ({"00280010": {"vr": "US", "Value": [[1]]}}, TypeError, r"\[1\] is not a value of Rows"),
        (
            {"00082112": {"vr": "SQ", "Value": [{"Rows": 1}]}},
            ValueError,
            "'Rows' is not a tag of 8 hex digits",
        ),
    ],
)
def test_anything_else_is_refused_and_leaves_what_was_there(
    host: Host, value: object, error: type[Exception], message: str
) -> None:
    host.add(INSTANCE, "demo:1", JSON)
    with pytest.raises(error, match=message):
        host.add(INSTANCE, "demo:1", value)
    assert host.require(INSTANCE, "demo:1")["Rows"] == 512


def test_sequences_without_end_are_refused() -> None:
    json: dict[str, Any] = {"00280010": {"vr": "US", "Value": [1]}}
    for _ in range(5000):
        json = {"00082112": {"vr": "SQ", "Value": [json]}}
    with pytest.raises(ValueError, match="without end"):
        AddedInstances().add_metadata(INSTANCE, "demo:1", json)


def test_other_types_are_not_taken(host: Host) -> None:
    with pytest.raises(LookupError, match="no plugin takes imagePlaneModule"):
        host.add(IMAGE_PLANE, "demo:1", JSON)
