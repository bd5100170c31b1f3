"""Frames of (Legacy Converted) Enhanced PET: they have what their classic images would have."""

from __future__ import annotations

import warnings

import pytest

from metaprov_core import Host, MetadataReadError, hookimpl
from metaprov_scaling import SCALING, pet_header

CONVERTED = "1.2.840.10008.5.1.4.1.1.128.1"
ENHANCED = "1.2.840.10008.5.1.4.1.1.130"
UNASSIGNED_PER_FRAME = "UnassignedPerFrameConvertedAttributesSequence"
UNASSIGNED_SHARED = "UnassignedSharedConvertedAttributesSequence"
TRACERS = "RadiopharmaceuticalInformationSequence"
USED = "RadiopharmaceuticalUsageSequence"

#: What a converted image has at top level; the acquisition has a group.
AT_TOP = {"Modality", "SOPClassUID", "SeriesInstanceUID", "Manufacturer", "PatientSex"}
IN_GROUPS = {"AcquisitionDate", "AcquisitionTime", "ActualFrameDuration", "RescaleSlope"}

#: The changes of each image of a series.
SERIES = {
    "start": [{"AcquisitionTime": f"11{5 * i:02d}00"} for i in range(3)],
    "late start": [
        {
            "SeriesTime": "113000",
            "AcquisitionTime": f"11{5 * i:02d}00",
            "FrameReferenceTime": 600_000.0 + 300_000 * i,
        }
        for i in range(3)
    ],
    "none": [
        {
            "DecayCorrection": "NONE",
            "CorrectedImage": ("ATTN",),
            "AcquisitionTime": f"11{5 * i:02d}00",
        }
        for i in range(3)
    ],
    "admin": [{"DecayCorrection": "ADMIN"} for _ in range(3)],
    "gml": [{"Units": "GML", "SUVType": "LBM"} for _ in range(3)],
    "cm2ml": [{"Units": "CM2ML"} for _ in range(3)],
    "counts to suv": [{"Units": "CNTS", "suv_scale_factor": f"{5e-4 * (1 + i)}"} for i in range(3)],
    "counts to activity": [
        {"Units": "CNTS", "activity_scale_factor": f"{2.5 + i}"} for i in range(3)
    ],
    "counts, one factor": [{"Units": "CNTS", "activity_scale_factor": "2.5"} for _ in range(3)],
}
UNITS = {
    "BQML": "Bq/ml",
    "GML": "{SUVlbm}g/ml",
    "CM2ML": "{SUVbsa}cm2/ml",
}


def groups_of(image, **more):
    return {
        "FrameContentSequence": (
            {
                "FrameAcquisitionDateTime": image["AcquisitionDate"] + image["AcquisitionTime"],
                "FrameAcquisitionDuration": float(image["ActualFrameDuration"]),
            },
        ),
        "PixelValueTransformationSequence": (
            {"RescaleSlope": image.get("RescaleSlope", 2.0), "RescaleIntercept": 0.0},
        ),
        **more,
    }


def converted(images):
    """What a converter makes of classic images."""
    kept = [{k: v for k, v in image.items() if k not in AT_TOP | IN_GROUPS} for image in images]
    shared = {k: v for k, v in kept[0].items() if all(each.get(k) == v for each in kept)}
    return {
        **{k: v for k, v in images[0].items() if k in AT_TOP},
        "SOPClassUID": CONVERTED,
        "SOPInstanceUID": "1.2.3.4",
        "NumberOfFrames": len(images),
        # When the first frame, of all, was acquired.
        "AcquisitionDateTime": "20250101090000",
        "SharedFunctionalGroupsSequence": ({UNASSIGNED_SHARED: (shared,)},),
        "PerFrameFunctionalGroupsSequence": tuple(
            groups_of(
                image,
                **{UNASSIGNED_PER_FRAME: ({k: v for k, v in own.items() if k not in shared},)},
            )
            for image, own in zip(images, kept, strict=True)
        ),
    }


def unit(code, slope=2.0, intercept=0.0, scheme="UCUM"):
    return {
        "RealWorldValueSlope": slope,
        "RealWorldValueIntercept": intercept,
        "MeasurementUnitsCodeSequence": (
            {"CodeValue": code, "CodingSchemeDesignator": scheme, "CodeMeaning": code},
        ),
    }


def enhanced(images, **changes):
    """The same said by Enhanced PET."""
    first = images[0]
    decay_corrected = "DECY" in first["CorrectedImage"]
    (tracer,) = first[TRACERS]
    root = {
        "SOPClassUID": ENHANCED,
        "SOPInstanceUID": "1.2.3.5",
        "NumberOfFrames": len(images),
        "AttenuationCorrected": "YES",
        "DecayCorrected": "YES" if decay_corrected else "NO",
        TRACERS: (
            {
                **tracer,
                # In MBq.
                "RadionuclideTotalDose": tracer["RadionuclideTotalDose"] / 1e6,
                "RadiopharmaceuticalAgentNumber": 1,
            },
        ),
        "SharedFunctionalGroupsSequence": (
            {
                "RealWorldValueMappingSequence": (unit(UNITS[first["Units"]]),),
                USED: ({"RadiopharmaceuticalAgentNumber": 1},),
            },
        ),
        "PerFrameFunctionalGroupsSequence": tuple(groups_of(image) for image in images),
    }
    if decay_corrected:
        root["DecayCorrectionDateTime"] = first["SeriesDate"] + first["SeriesTime"]
    same = ("Modality", "SeriesInstanceUID", "Manufacturer")
    return {**{k: v for k, v in first.items() if k.startswith("Patient") or k in same}, **root} | (
        changes
    )


def overlaid(root, frame):
    """One frame as a host answers it: the root, overlaid by the groups."""
    groups = {
        **root["SharedFunctionalGroupsSequence"][0],
        **root["PerFrameFunctionalGroupsSequence"][frame - 1],
    }
    spread = {
        k: v for name in groups if "Unassigned" not in name for k, v in groups[name][0].items()
    }
    rest = {k: v for k, v in root.items() if "FunctionalGroups" not in k}
    return rest | groups | spread


@pytest.fixture(params=SERIES)
def images(request, pet):
    return [pet(**changes) for changes in SERIES[request.param]]


@pytest.fixture
def image(pet):
    return pet(AcquisitionTime="110500")


def with_groups(root, **groups):
    """The image with other groups for its first frame."""
    first, *others = root["PerFrameFunctionalGroupsSequence"]
    return {**root, "PerFrameFunctionalGroupsSequence": ({**first, **groups}, *others)}


#: What a converted image says in other words.
IN_OTHER_WORDS = {
    "sop_class_uid": None,
    "acquisition_date": None,
    "acquisition_time": None,
    "acquisition_datetime": None,
    "rescale_slope": None,
    "rescale_intercept": None,
    "has_functional_groups": None,
}


@pytest.mark.parametrize("of_frame", [overlaid, None], ids=["overlaid", "root"])
def test_a_converted_frame_has_the_header_of_its_classic_image(images, of_frame):
    root = converted(images)

    for number, image in enumerate(images, 1):
        classic = pet_header(image)
        frame = pet_header(of_frame(root, number)) if of_frame else pet_header(root, number)
        assert frame._replace(**IN_OTHER_WORDS) == classic._replace(**IN_OTHER_WORDS)
        assert frame.acquisition_datetime == classic.acquisition_date + classic.acquisition_time
        assert (frame.acquisition_date, frame.acquisition_time) == (None, None)
        assert frame.has_functional_groups


def factors_of(host, image_ids):
    modules = host.get_many(SCALING, image_ids)
    assert None not in modules, host.explain(SCALING, image_ids[0])
    return [
        {k: getattr(module, k) for k in module.__struct_fields__ if k.startswith("suv")}
        for module in modules
    ]


def frame_ids(count):
    return [f"pet:1?frame={number}" for number in range(1, count + 1)]


def test_a_converted_series_has_the_factors_of_the_classic_one(images, host_of):
    classic, _ = host_of({f"pet:{i}": image for i, image in enumerate(images)})
    host, _ = host_of({each: converted(images) for each in frame_ids(3)})

    assert factors_of(host, frame_ids(3)) == factors_of(classic, ["pet:0", "pet:1", "pet:2"])


@pytest.mark.parametrize("name", ["start", "none", "gml", "cm2ml"])
def test_an_enhanced_series_has_the_factors_of_the_classic_one(name, pet, host_of):
    images = [pet(**changes) for changes in SERIES[name]]
    classic, _ = host_of({f"pet:{i}": image for i, image in enumerate(images)})
    host, _ = host_of({each: enhanced(images) for each in frame_ids(3)})

    for one, other in zip(
        factors_of(host, frame_ids(3)),
        factors_of(classic, ["pet:0", "pet:1", "pet:2"]),
        strict=True,
    ):
        assert one == pytest.approx(other, rel=1e-12)


def test_what_a_frame_kept_counts_before_what_all_kept_and_that_before_the_top_level(image):
    root = {**converted([image]), "Units": "CNTS", "PatientWeight": 60.0, "PatientSex": "M"}
    root = with_groups(root, **{UNASSIGNED_PER_FRAME: ({"PatientWeight": 80.0, "Units": ""},)})

    header = pet_header(root)

    assert header.patient_weight == 80.0
    # What is empty says nothing.
    assert header.units == "BQML"
    assert header.patient_sex == "M"


@pytest.mark.parametrize("make", [converted, enhanced])
def test_an_acquisition_at_the_top_level_is_no_frames(make, image):
    root = {
        **make([image]),
        "AcquisitionDate": "20250101",
        "AcquisitionTime": "090000",
        "AcquisitionDateTime": "20250101090000",
        "ActualFrameDuration": 1,
    }

    header = pet_header(with_groups(root, FrameContentSequence=()))

    assert (header.acquisition_date, header.acquisition_time) == (None, None)
    assert header.acquisition_datetime is None
    assert header.actual_frame_duration is None


def test_where_no_group_has_it_a_converted_frame_may_have_kept_its_acquisition(image):
    kept = {k: image[k] for k in ("AcquisitionDate", "AcquisitionTime", "ActualFrameDuration")}
    root = with_groups(
        converted([image]), FrameContentSequence=(), **{UNASSIGNED_PER_FRAME: (kept,)}
    )

    header = pet_header(root)

    assert (header.acquisition_date, header.acquisition_time) == ("20250101", "110500")
    assert header.actual_frame_duration == 300_000


def test_private_elements_may_be_kept_with_their_creator_by_frame_or_by_all(pet):
    root = converted([pet(Units="CNTS")])
    creator = {"70530020": "Philips PET Private Group"}
    shared = {**root["SharedFunctionalGroupsSequence"][0][UNASSIGNED_SHARED][0], **creator}
    root["SharedFunctionalGroupsSequence"] = (
        {UNASSIGNED_SHARED: ({**shared, "70532000": "0.0005"},)},
    )
    root = with_groups(root, **{UNASSIGNED_PER_FRAME: ({**creator, "70532009": "2.5"},)})

    header = pet_header(root)

    assert (header.suv_scale_factor, header.activity_scale_factor) == (5e-4, 2.5)


@pytest.mark.parametrize("uid", [CONVERTED, ENHANCED])
def test_an_enhanced_image_without_groups_says_so(uid, pet):
    assert not pet_header(pet(SOPClassUID=uid, NumberOfFrames=1)).has_functional_groups


def test_a_classic_image_has_no_groups_whatever_else_it_has(pet):
    image = pet(FrameContentSequence=({"FrameAcquisitionDateTime": "20240101"},))

    assert pet_header(image) == pet_header(pet())


def test_enhanced_pet_says_the_same_in_other_attributes(pet):
    start, none = (
        pet_header(enhanced([pet(**changes) for changes in SERIES[name]]))
        for name in ("start", "none")
    )

    assert start.corrected_image == {"ATTN", "DECY"}
    assert (start.decay_correction, start.decay_correction_datetime) == ("START", "20250101110000")
    assert none.corrected_image == {"ATTN"}
    assert (none.decay_correction, none.decay_correction_datetime) == ("NONE", None)
    assert (start.units, start.suv_type) == ("BQML", None)
    assert (start.acquisition_datetime, start.actual_frame_duration) == ("20250101110000", 300_000)
    assert (start.tracers, start.dose, start.half_life) == (1, 368.08, 6586.2)
    assert start.has_functional_groups
    assert not start.is_gated


def test_what_a_classic_image_says_is_not_read_from_enhanced_pet(image):
    classic = {
        k: image[k] for k in ("Units", "CorrectedImage", "DecayCorrection", "FrameReferenceTime")
    }
    root = {**enhanced([image]), **classic, "SUVType": "LBM"}
    del root["AttenuationCorrected"], root["DecayCorrected"]
    root["SharedFunctionalGroupsSequence"] = ({},)

    header = pet_header(root)

    assert (header.units, header.suv_type, header.decay_correction) == (None, None, None)
    assert (header.corrected_image, header.frame_reference_time) == (frozenset(), None)


@pytest.mark.parametrize(
    ("code", "units"),
    [
        ("Bq/ml", ("BQML", None)),
        ("Bq/mL", ("BQML", None)),
        ("g/ml{SUVbw}", ("GML", "BW")),
        ("{SUVbw}g/ml", ("GML", "BW")),
        ("g/ml{SUVlbm}", ("GML", "LBM")),
        ("{SUVlbm(James128)}g/ml", ("GML", "LBMJAMES128")),
        ("g/ml{SUVlbm(Janma)}", ("GML", "LBMJANMA")),
        ("g/ml{SUVibw}", ("GML", "IBW")),
        ("cm2/ml{SUVbsa}", ("CM2ML", "BSA")),
        # Not what the rules know: as they are written.
        ("kBq/ml", ("kBq/ml", None)),
        ("g/ml", ("g/ml", None)),
        ("cm2/ml{SUVbw}", ("cm2/ml{SUVbw}", None)),
        ("{counts}/s", ("{counts}/s", None)),
    ],
)
def test_the_unit_of_real_world_values_is_units_and_suv_type(code, units, image):
    root = with_groups(enhanced([image]), RealWorldValueMappingSequence=(unit(code),))

    header = pet_header(root)

    assert (header.units, header.suv_type) == units


@pytest.mark.parametrize(
    "mappings",
    [
        (),
        (unit("Bq/ml", slope=2.1),),
        (unit("Bq/ml", intercept=1.0),),
        (unit("Bq/ml", slope=None),),
        ({"RealWorldValueLUTData": (1.0, 2.0)},),
    ],
)
def test_a_mapping_that_is_not_what_rescaling_does_says_no_unit(mappings, image):
    root = enhanced([image])
    root["SharedFunctionalGroupsSequence"] = ({},)

    assert pet_header(with_groups(root, RealWorldValueMappingSequence=mappings)).units is None


def test_of_several_mappings_that_counts_which_rescaling_is(image):
    mappings = (unit("g/ml{SUVbw}", slope=2e-4), unit("Bq/ml", slope=2.000001))

    root = with_groups(enhanced([image]), RealWorldValueMappingSequence=mappings)

    assert pet_header(root).units == "BQML"


def agent(number, dose):
    return {"RadiopharmaceuticalAgentNumber": number, "RadionuclideTotalDose": dose}


def used(*numbers):
    return {USED: tuple({"RadiopharmaceuticalAgentNumber": number} for number in numbers)}


@pytest.mark.parametrize(
    ("groups", "tracers", "dose"),
    [
        (used(1), 1, 300.0),
        (used(2), 1, 400.0),
        (used(1, 2), 2, 300.0),
        # Of the same dose.
        (used(1, 3), 2, 300.0),
        # Of which nothing is known.
        (used(4), 1, None),
    ],
)
def test_the_tracer_is_the_agent_that_the_frame_shows(groups, tracers, dose, image):
    agents = (agent(1, 300.0), agent(2, 400.0), agent(3, 300.0))
    root = with_groups(enhanced([image], **{TRACERS: agents}), **groups)

    header = pet_header(root)

    assert (header.tracers, header.dose) == (tracers, dose)


def test_the_reference_of_a_frame_is_that_of_its_content(image):
    content = {"FrameReferenceDateTime": "20250101110700"}

    root = with_groups(enhanced([image]), FrameContentSequence=(content,))

    assert pet_header(root).frame_reference_datetime == "20250101110700"


@pytest.mark.parametrize(
    ("changes", "is_gated"),
    [
        ({"CardiacSynchronizationTechnique": "NONE"}, False),
        ({"CardiacSynchronizationTechnique": "RETROSPECTIVE"}, True),
        ({"RespiratoryMotionCompensationTechnique": "BREATH_HOLD"}, False),
        ({"RespiratoryMotionCompensationTechnique": "GATING"}, True),
        ({"ImageType": ("ORIGINAL", "PRIMARY", "STATIC", "NONE")}, False),
        ({"ImageType": ("ORIGINAL", "PRIMARY", "CARDIAC_GATED", "NONE")}, True),
    ],
)
def test_a_gated_frame_says_so(changes, is_gated, image):
    assert pet_header(enhanced([image], **changes)).is_gated is is_gated


@pytest.mark.parametrize("name", SERIES)
def test_overlaid_frames_have_the_factors_of_the_root(name, pet, host_of):
    images = [pet(**changes) for changes in SERIES[name]]
    of_root, _ = host_of({each: converted(images) for each in frame_ids(3)})
    host, _ = host_of(frames_of(images))

    assert factors_of(host, frame_ids(3)) == factors_of(of_root, frame_ids(3))


def test_an_id_without_frame_is_the_first_and_all_frames_decide(pet, host_of):
    images = [pet(**changes) for changes in SERIES["none"]]
    ids = ["pet:1", *frame_ids(3)]
    # The source names the image, not its frames.
    host, _ = host_of({each: converted(images) for each in ids}, knows_series=False)

    class OneImage:
        @hookimpl(types=["seriesImageIds"])
        def get_metadata(self):
            return ("pet:1",)

    host.register(OneImage())
    without, *with_frame = factors_of(host, ids)

    assert without == with_frame[0]
    assert len({each["suvbw"] for each in with_frame}) == 3
    assert [note.code for note in host.get(SCALING, "pet:1").notes] == []


def frames_of(images, make=converted):
    """The frames of an image as a host answers them, by image id."""
    root = make(images)
    return {
        image_id: overlaid(root, number)
        for number, image_id in enumerate(frame_ids(len(images)), 1)
    }


@pytest.mark.parametrize("knows_series", [True, False])
def test_the_frames_of_an_image_are_read_twice_each_however_many_there_are(
    knows_series, pet, host_of
):
    images = [pet(**changes) for changes in SERIES["none"]] * 10
    frames = frames_of(images)
    host, source = host_of({"pet:1": frames["pet:1?frame=1"], **frames}, knows_series=knows_series)

    factors_of(host, list(frames))

    # For the series, and to tell that it is one of PET; and the image without a frame.
    assert len(source.asked) <= 2 * len(frames) + 1


def test_the_frames_may_be_named_by_another_plugin(pet, host_of):
    images = [pet(**changes) for changes in SERIES["none"]]
    frames = frames_of(images)
    ids = ["pet:1?frame=2", "pet:1?frame=1"]
    host, _ = host_of({each: frames[each] for each in ids}, knows_series=False)

    class TwoOfThem:
        @hookimpl(types=["frameImageIds"])
        def get_metadata(self):
            return ids

    host.register(TwoOfThem())

    assert [codes(host, each) for each in ids] == [[], []]


def test_of_an_instance_that_has_all_frames_one_is_enough(pet, host_of):
    images = [pet(**changes) for changes in SERIES["none"]]
    host, source = host_of({"pet:1": converted(images)})

    assert codes(host, "pet:1") == []
    assert set(source.asked) == {"pet:1"}


class Torn:
    """Some images cannot be read."""

    def __init__(self, *image_ids):
        self.image_ids = set(image_ids)

    @hookimpl(types=["instance"], tryfirst=True)
    def get_metadata(self, image_id):
        if image_id in self.image_ids:
            raise MetadataReadError(image_id, "the page is torn")


def codes(host, image_id):
    return [note.code for note in host.get(SCALING, image_id).notes]


@pytest.fixture
def series_with_torn_image(pet, host_of):
    # Without the first, the start of the series is later.
    images = {
        f"pet:{i}": pet(
            SeriesTime="113000", AcquisitionTime=f"11{5 * i:02d}00", FrameReferenceTime=0
        )
        for i in range(3)
    }
    host, _ = host_of(images)
    torn = Torn("pet:0")
    host.register(torn)
    return host, torn


def test_an_image_that_cannot_be_read_leaves_a_note_on_the_others(series_with_torn_image):
    host, _ = series_with_torn_image

    assert "imagesUnreadable" in codes(host, "pet:1")
    (note,) = [n for n in host.get(SCALING, "pet:2").notes if n.code == "imagesUnreadable"]
    assert note.sentence.startswith("1 image")
    with pytest.raises(MetadataReadError, match="the page is torn"):
        host.get(SCALING, "pet:0")


@pytest.mark.parametrize("host_is_told", [True, False])
def test_once_an_image_can_be_read_all_factors_rest_on_it(series_with_torn_image, host_is_told):
    host, torn = series_with_torn_image
    before = host.get(SCALING, "pet:1").suvbw
    torn.image_ids.clear()

    if host_is_told:
        host.changed("instance", "pet:0")
    first = host.get(SCALING, "pet:0")

    assert first.suvbw < before
    assert host.get(SCALING, "pet:1") == first
    assert "imagesUnreadable" not in codes(host, "pet:2")


def test_a_frame_that_cannot_be_read_is_one_image_and_the_others_have_factors(pet, host_of):
    host, _ = host_of(frames_of([pet(**changes) for changes in SERIES["none"]]))
    host.register(Torn("pet:1?frame=2"))

    assert codes(host, "pet:1?frame=1") == ["imagesUnreadable"]
    assert host.get(SCALING, "pet:1?frame=3").suvbw is not None


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write a series as classic files, and as the one that highdicom makes of them."""
    pydicom = pytest.importorskip("pydicom")
    pytest.importorskip("metaprov_dicom")
    legacy = pytest.importorskip("highdicom.legacy")

    def write(name, images):
        folder = tmp_path_factory.mktemp(name.replace(" ", "-"))
        classic = [dataset(pydicom, image, place) for place, image in enumerate(images)]
        paths = [folder / f"{place}.dcm" for place in range(len(classic))]
        for each, path in zip(classic, paths, strict=True):
            each.save_as(path, enforce_file_format=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one = legacy.LegacyConvertedEnhancedPETImage(
                [pydicom.dcmread(path) for path in paths], "1.2.9", 2, "1.2.9.1", 1
            )
        (folder / "converted").mkdir()
        one.save_as(folder / "converted" / "one.dcm")
        return paths, folder / "converted" / "one.dcm"

    return write


def dataset(pydicom, image, place):
    """A file of one slice with the values of an instance."""
    meta = pydicom.dataset.FileMetaDataset()
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = image["SOPClassUID"]
    meta.MediaStorageSOPInstanceUID = f"1.2.8.{place + 1}"
    ds = pydicom.dataset.FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    (tracer,) = image[TRACERS]
    fill(ds, {**image, TRACERS: None, "SOPInstanceUID": meta.MediaStorageSOPInstanceUID})
    fill(ds, dict.fromkeys(("StudyTime", "AccessionNumber", "PatientBirthDate"), ""))
    fill(ds, {"StudyInstanceUID": "1.2.7", "FrameOfReferenceUID": "1.2.6", "StudyID": "1"})
    fill(ds, {"PatientID": "1", "PatientName": "A", "StudyDate": "20250101", "SeriesNumber": 1})
    # highdicom puts the frames in this order.
    fill(ds, {"ImagePositionPatient": [0, 0, -3 * place], "PixelSpacing": [4, 4]})
    fill(ds, {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "SliceThickness": 3})
    fill(ds, {"ImageType": ["ORIGINAL", "PRIMARY"], "InstanceNumber": place + 1})
    fill(ds, {"Rows": 2, "Columns": 2, "BitsAllocated": 16, "BitsStored": 16, "HighBit": 15})
    fill(ds, {"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2"})
    fill(ds, {"PixelRepresentation": 1, "RescaleSlope": 2 + place, "RescaleIntercept": 0})
    ds.RadiopharmaceuticalInformationSequence = [pydicom.dataset.Dataset()]
    fill(ds.RadiopharmaceuticalInformationSequence[0], tracer)
    ds.PixelData = bytes(8)
    return ds


def fill(ds, values):
    for name, value in values.items():
        if name.isdigit():
            block = ds.private_block(0x7053, "Philips PET Private Group", create=True)
            block.add_new(int(name[6:], 16), "DS", value)
        elif value is not None:
            setattr(ds, name, list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("name", SERIES)
def test_what_highdicom_converts_has_the_factors_of_the_classic_files(name, pet, files):
    paths, one = files(name, [pet(**changes) for changes in SERIES[name]])
    host = Host(discover=True, only=["metaprov-dicom", "metaprov-scaling"])
    frames = list(host.find_images(str(one.parent)))

    by_frame = factors_of(host, frames)

    assert len(frames) == len(paths)
    for frame, classic in zip(
        by_frame, factors_of(host, [f"dicomfile:{path}" for path in paths]), strict=True
    ):
        assert frame == pytest.approx(classic, rel=1e-9)
    assert factors_of(host, [f"dicomfile:{one}"]) == by_frame[:1]
