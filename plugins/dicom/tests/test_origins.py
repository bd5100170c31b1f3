"""Where the fields of modules come from: `explain(..., fields=True)`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset, Sequence
from pydicom.data import get_testdata_file

from metaprov_core import Host
from metaprov_dicom.modules import MODULES
from metaprov_dicom.origins.fields import origins_of_fields
from metaprov_dicom.plugins.added import AddedInstances
from metaprov_dicom.plugins.attributes import DicomAttributes
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules
from metaprov_dicom.values.dictionary import tag_of

POSITION = "ImagePositionPatient (0020,0032)"
ORIENTATION = "ImageOrientationPatient (0020,0037)"
SPACING = "PixelSpacing (0028,0030)"
SHARED = "of SharedFunctionalGroupsSequence"
PER_FRAME = "of PerFrameFunctionalGroupsSequence"


@pytest.fixture
def host():
    with Host() as host:
        for plugin in (DicomAttributes(), DicomModules(), DicomFiles(), AddedInstances()):
            host.register(plugin)
        yield host


def origins(host, type, image_id):
    return host.explain(type, image_id, fields=True).fields


def enhanced(*, position_in_shared=False) -> Dataset:
    """Two frames, with one orientation and spacing, and a position each."""
    image = Dataset()
    image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2.1"
    image.NumberOfFrames = 2
    image.Rows = image.Columns = 4
    measures, orientation, shared = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = [2, 2]
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([orientation])
    frames = []
    for number in (1, 2):
        position, frame = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, number]
        frame.PlanePositionSequence = Sequence([position])
        frames.append(frame)
    image.SharedFunctionalGroupsSequence = Sequence([shared])
    image.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return image


def test_a_field_comes_from_the_attribute_that_it_is(host):
    told = origins(host, "imagePlaneModule", get_testdata_file("CT_small.dcm"))
    assert told["image_position_patient"] == (POSITION,)
    assert told["rows"] == ("Rows (0028,0010)",)


def test_a_part_of_an_attribute_comes_from_it(host):
    told = origins(host, "imagePlaneModule", get_testdata_file("CT_small.dcm"))
    assert told["row_cosines"] == told["column_cosines"] == (ORIENTATION,)
    assert told["row_pixel_spacing"] == (SPACING,)


@pytest.mark.parametrize("frame", [1, 2])
def test_in_a_frame_it_is_told_which_functional_group_says_it(host, frame):
    host.add("instance", "scan:1", enhanced())
    told = origins(host, "imagePlaneModule", f"scan:1?frame={frame}")
    assert told["image_position_patient"] == (
        f"{POSITION} in PlanePositionSequence {PER_FRAME}, item {frame}",
    )
    assert told["image_orientation_patient"] == (
        f"{ORIENTATION} in PlaneOrientationSequence {SHARED}",
    )
    assert told["pixel_spacing"] == (f"{SPACING} in PixelMeasuresSequence {SHARED}",)
    assert told["rows"] == ("Rows (0028,0010)",)


def test_a_frame_of_a_file_has_the_same(host, tmp_path):
    enhanced().save_as(tmp_path / "1.dcm", implicit_vr=False, little_endian=True)
    told = origins(host, "imagePlaneModule", f"{tmp_path}/1.dcm?frame=2")
    host.add("instance", "scan:1", enhanced())
    assert told == origins(host, "imagePlaneModule", "scan:1?frame=2")


def test_an_empty_group_leaves_it_to_the_root(host):
    image = enhanced()
    image.PixelSpacing = [3, 3]
    image.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = None
    host.add("instance", "scan:1", image)
    assert origins(host, "imagePlaneModule", "scan:1")["pixel_spacing"] == (SPACING,)


def test_an_attribute_alone_has_its_place(host):
    host.add("instance", "scan:1", enhanced())
    assert origins(host, "ImagePositionPatient", "scan:1?frame=2") == {
        "ImagePositionPatient": (f"{POSITION} in PlanePositionSequence {PER_FRAME}, item 2",)
    }


def test_a_computed_field_comes_from_all_that_decides_it(host):
    image = Dataset()
    image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    image.ImagerPixelSpacing = [0.2, 0.2]
    image.DistanceSourceToDetector = 1000
    image.DistanceSourceToPatient = 800
    host.add("instance", "xray:1", image)
    assert set(origins(host, "imagePlaneModule", "xray:1")["pixel_spacing"]) == {
        "SOPClassUID (0008,0016)",
        "ImagerPixelSpacing (0018,1164)",
        "DistanceSourceToDetector (0018,1110)",
        "DistanceSourceToPatient (0018,1111)",
    }


def test_the_position_of_a_frame_of_dose_comes_from_the_offsets_too(host):
    path = get_testdata_file("rtdose.dcm")
    told = origins(host, "imagePlaneModule", f"{path}?frame=3")["image_position_patient"]
    assert told[0] == POSITION
    assert "GridFrameOffsetVector (3004,000C)" in told


def test_frames_that_only_the_groups_count_come_from_those(host):
    counted = ("the items of PerFrameFunctionalGroupsSequence (5200,9230)",)
    path = get_testdata_file("liver_1frame.dcm")
    assert origins(host, "multiframeModule", path) == {"number_of_frames": counted}
    assert origins(host, "frameModule", path)["number_of_frames"] == counted


def test_frames_that_are_counted_by_their_attribute_come_from_it(host):
    host.add("instance", "ct:1", enhanced())
    assert origins(host, "multiframeModule", "ct:1?frame=2") == {
        "number_of_frames": ("NumberOfFrames (0028,0008)",)
    }


def test_what_is_in_an_item_says_which(host):
    agent = Dataset()
    agent.RadionuclideTotalDose = 370e6
    image = Dataset()
    image.Modality = "PT"
    image.RadiopharmaceuticalInformationSequence = Sequence([agent])
    host.add("instance", "pet:1", image)
    assert origins(host, "petIsotopeModule", "pet:1")["radiopharmaceutical_info"] == (
        "RadionuclideTotalDose (0018,1074) in item 1 of RadiopharmaceuticalInformationSequence",
    )


def test_what_all_fields_need_comes_after_what_decides_one(host):
    mapping, unit = Dataset(), Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "1", "UCUM", "no units"
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = 2.0, 1.0
    mapping.LUTLabel = "label"
    mapping.MeasurementUnitsCodeSequence = Sequence([unit])
    image = Dataset()
    image.RealWorldValueMappingSequence = Sequence([mapping])
    host.add("instance", "mr:1", image)
    told = origins(host, "realWorldValueModule", "mr:1")
    firsts = {field: phrases[0].partition(" ")[0] for field, phrases in told.items()}
    assert firsts["slope"] == "RealWorldValueSlope"
    assert firsts["intercept"] == "RealWorldValueIntercept"
    assert firsts["units"] == "CodeValue"
    assert firsts["label"] == "LUTLabel"
    assert told["mappings"][-1].startswith("RealWorldValueSlope")


def test_a_kept_answer_has_the_same_as_a_new_one(host):
    path = get_testdata_file("CT_small.dcm")
    new = origins(host, "imagePlaneModule", path)
    assert host.get("imagePlaneModule", path) is host.get("imagePlaneModule", path)
    assert origins(host, "imagePlaneModule", path) == new


def test_it_is_explained_by_way_of_the_instance_and_the_file(host):
    path = get_testdata_file("CT_small.dcm")
    for _ in range(2):
        explanation = host.explain("imagePlaneModule", path)
        row = next(row for row in explanation.rows if row.outcome == "answered")
        (question,) = row.questions
        assert (row.provider.plugin, question.type) == ("DicomModules", "instance")
        assert question.plugin == "DicomFiles"


def test_of_a_mapping_that_is_no_instance_nothing_is_told():
    derive = next(iter(MODULES.values()))
    assert origins_of_fields(derive, {"PatientName": "Ann"}, 1) == {}


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small.dcm", "rtdose.dcm", "examples_overlay.dcm", "vlut_04.dcm"]
)
def test_every_field_of_every_module_comes_from_somewhere_or_is_a_default(host, name):
    path = get_testdata_file(name)
    for type in MODULES:
        explanation = host.explain(type, path, fields=True)
        assert not any("cannot tell" in note for row in explanation.rows for note in row.notes)
        answer = explanation.answer
        for field in explanation.fields:
            assert getattr(answer, field) is not None


places = st.sampled_from(["root", "shared", "per frame", "all", "empty in the frame"])


@given(spacing=places, position=places, thickness=places)
def test_the_place_that_is_told_has_the_value_that_is_answered(spacing, position, thickness):
    image = enhanced()
    _put(image, "PixelSpacing", "PixelMeasuresSequence", [1.5, 1.5], spacing)
    _put(image, "SliceThickness", "PixelMeasuresSequence", 5, thickness)
    _put(image, "ImagePositionPatient", "PlanePositionSequence", [1, 2, 3], position)
    host = Host()
    host.register(AddedInstances())
    host.add("instance", "scan:1", image)
    instance = host.get("instance", "scan:1")
    for keyword in ("PixelSpacing", "SliceThickness", "ImagePositionPatient"):
        tag = tag_of(keyword)
        owner = image
        for sequence in instance.groups_of(tag):
            owner = owner[sequence].value[0]
        stored = owner[keyword].value
        assert (stored if keyword == "SliceThickness" else tuple(stored)) == instance.value(tag)


def _put(image, keyword, group, value, place):
    shared = image.SharedFunctionalGroupsSequence[0]
    frame = image.PerFrameFunctionalGroupsSequence[0]
    for item in (shared, frame):
        if group in item and keyword in item[group].value[0]:
            del item[group].value[0][keyword]
    if place in ("root", "all", "empty in the frame"):
        setattr(image, keyword, value)
    for item, in_item in ((shared, "shared"), (frame, "per frame")):
        is_empty = in_item == "per frame" and place == "empty in the frame"
        if place in (in_item, "all") or is_empty:
            if group not in item:
                setattr(item, group, Sequence([Dataset()]))
            other = [each + 1 for each in value] if isinstance(value, list) else value + 1
            setattr(item[group].value[0], keyword, None if is_empty else other)
