"""What BIDS has beside a file, and the factor to SUV of PET."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import Host, MetadataReadError
from metaprov_nifti import BIDS_SIDECAR
from metaprov_nifti.bids.json_files import JsonFiles
from metaprov_nifti.bids.nuclides import half_life_of
from metaprov_nifti.bids.provider import BidsSidecars
from metaprov_nifti.bids.suv import suv_scaling
from metaprov_nifti.provider import NiftiFiles

PET = {
    "Modality": "PET",
    "Units": "Bq/mL",
    "TracerRadionuclide": "F18",
    "InjectedRadioactivity": 370,
    "InjectedRadioactivityUnits": "MBq",
    "TimeZero": "11:00:00",
    "InjectionStart": -3600,
    "ImageDecayCorrected": True,
    "ImageDecayCorrectionTime": 0,
    "AttenuationCorrection": "CT-based",
}
NAME = "sub-01/ses-a/pet/sub-01_ses-a_pet.nii.gz"


@pytest.fixture
def host():
    with Host() as host:
        host.register(NiftiFiles(), "nifti")
        host.register(BidsSidecars(), "nifti-bids")
        yield host


@pytest.fixture
def data_set(tmp_path, write):
    """A data set of BIDS with one PET image, and the id of that."""

    def made(sidecar=PET, weight="70", name=NAME):
        (tmp_path / "dataset_description.json").write_text('{"Name": "made up"}')
        if weight is not None:
            (tmp_path / "participants.tsv").write_text(
                f"participant_id\tage\tweight\nsub-00\t9\t1\nsub-01\t50\t{weight}\n"
            )
        image_id = write(name=name)
        beside = tmp_path / f"{name.removesuffix('.nii.gz')}.json"
        beside.write_text(json.dumps(sidecar))
        return image_id

    return made


def without(name):
    return {key: value for key, value in PET.items() if key != name}


def test_the_sidecar_is_what_the_json_says_under_its_names(host, data_set):
    sidecar = host.get(BIDS_SIDECAR, f"{data_set({**PET, 'FrameDuration': [60, 60]})}?frame=2")

    assert sidecar["TracerRadionuclide"] == "F18"
    assert sidecar["FrameDuration"] == [60, 60]
    with pytest.raises(TypeError):
        sidecar["Units"] = "SUV"
    with pytest.raises(TypeError):
        sidecar["FrameDuration"].append(60)


def test_a_file_without_json_has_no_sidecar(host, write):
    assert host.get(BIDS_SIDECAR, write()) is None
    assert host.get("scalingModule", write()) is None


def test_what_folders_above_have_for_a_file_is_overruled_by_what_is_nearer(
    host, data_set, tmp_path
):
    image_id = data_set({"Units": "kBq/mL"})
    (tmp_path / "pet.json").write_text('{"Units": "SUV", "Manufacturer": "ACME", "Only": 1}')
    (tmp_path / "sub-01" / "sub-01_pet.json").write_text('{"Manufacturer": "Other"}')
    (tmp_path / "sub-01" / "sub-02_pet.json").write_text('{"Only": "of another subject"}')
    (tmp_path / "bold.json").write_text('{"Only": "of another suffix"}')
    (tmp_path.parent / "pet.json").write_text('{"Above": "the root"}')

    try:
        sidecar = host.get(BIDS_SIDECAR, image_id)
    finally:
        (tmp_path.parent / "pet.json").unlink()

    assert sidecar == {"Units": "kBq/mL", "Manufacturer": "Other", "Only": 1}


def test_a_folder_is_listed_once_for_all_its_files_until_it_changes(
    host, write, tmp_path, monkeypatch
):
    listed = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or scandir(path))
    image_ids = [write(name=f"sub-01_run-{run}_pet.nii") for run in range(5)]
    for run in range(4):
        (tmp_path / f"sub-01_run-{run}_pet.json").write_text(f'{{"Run": {run}}}')

    sidecars = [host.get(BIDS_SIDECAR, image_id) for image_id in image_ids]

    assert sidecars == [{"Run": 0}, {"Run": 1}, {"Run": 2}, {"Run": 3}, None]
    assert len(listed) == 1
    (tmp_path / "sub-01_run-4_pet.json").write_text('{"Run": 4}')
    host.changed(image_id=image_ids[4])
    assert host.get(BIDS_SIDECAR, image_ids[4]) == {"Run": 4}
    assert len(listed) == 2


def test_json_that_is_written_beside_a_file_that_is_not_yet_asked_for_counts(host, write, tmp_path):
    first, second = (write(name=f"sub-0{subject}_pet.nii") for subject in (1, 2))
    os.utime(tmp_path, ns=(0, 0))
    assert host.get(BIDS_SIDECAR, first) is None

    (tmp_path / "sub-02_pet.json").write_text('{"Units": "SUV"}')

    assert host.get(BIDS_SIDECAR, second) == {"Units": "SUV"}


ENTITIES = st.sampled_from(["sub-01", "sub-02", "ses-1", "run-1", "run-2"])
STEMS = st.tuples(st.lists(ENTITIES, unique=True, max_size=4), st.sampled_from(["pet", "bold"]))


@given(names=st.lists(STEMS, max_size=8), file=STEMS)
def test_json_is_for_a_file_that_has_its_suffix_and_all_its_entities(tmp_path_factory, names, file):
    folder = tmp_path_factory.mktemp("flat")
    for entities, suffix in names:
        (folder / ("_".join([*entities, suffix]) + ".json")).touch()
    own, own_suffix = file

    found = JsonFiles().of(folder, frozenset(own), own_suffix)

    assert sorted(found) == sorted(
        {
            "_".join([*entities, suffix]) + ".json"
            for entities, suffix in names
            if suffix == own_suffix and set(entities) <= set(own)
        }
    )


@pytest.mark.parametrize("text", ["{", "[1]", "\xff"])
def test_a_sidecar_that_is_no_json_object_is_an_error_that_names_it(host, data_set, tmp_path, text):
    image_id = data_set()
    (tmp_path / "pet.json").write_text(text, encoding="latin-1")

    with pytest.raises(MetadataReadError, match=r"cannot read .*/pet\.json: it is no JSON"):
        host.get(BIDS_SIDECAR, image_id)


def test_the_factor_is_that_of_what_is_left_of_the_dose(host, data_set):
    scaling = host.get("scalingModule", f"{data_set()}?frame=3")

    assert scaling.suvbw == pytest.approx(70_000 / (370e6 * 2 ** (-3600 / 6586.2)))
    assert (scaling.suvlbm, scaling.suvbsa) == (None, None)
    assert (scaling.repaired, scaling.notes) == (False, ())


@given(
    weight=st.floats(1, 200),
    dose=st.floats(1, 1_000),
    uptake=st.integers(0, 10_000),
    zero=st.integers(0, 86_399 - 10_000),
    nuclide=st.sampled_from(["F18", "Ga68", "Cu64"]),
)
def test_it_is_the_factor_of_the_same_scan_in_dicom(weight, dose, uptake, zero, nuclide):
    metaprov_scaling = pytest.importorskip("metaprov_scaling")

    def clock(seconds):
        return f"{seconds // 3600:02}{seconds % 3600 // 60:02}{seconds % 60:02}"

    header = metaprov_scaling.PetHeader(
        sop_class_uid="1.2.840.10008.5.1.4.1.1.128",
        units="BQML",
        corrected_image=frozenset({"ATTN", "DECY"}),
        patient_weight=weight,
        decay_correction="START",
        series_date="20260601",
        series_time=clock(zero + uptake),
        acquisition_date="20260601",
        acquisition_time=clock(zero + uptake),
        tracers=1,
        dose=dose * 1e6,
        half_life=half_life_of(nuclide),
        start_datetime=f"20260601{clock(zero)}",
    )
    in_dicom = metaprov_scaling.scale_series([header])
    sidecar = {
        **PET,
        "TracerRadionuclide": nuclide,
        "InjectedRadioactivity": dose,
        "InjectionStart": 0,
        "ImageDecayCorrectionTime": uptake,
    }
    scaling = suv_scaling(sidecar, weight)

    assert scaling.suvbw == pytest.approx(in_dicom.modules[0].suvbw, rel=1e-12)
    ours = {note.code for note in scaling.notes}
    assert ours == {note.code for note in in_dicom.modules[0].notes} & {"longUptake", "weightLow"}


@pytest.mark.parametrize(
    ("changes", "factor"),
    [
        ({"InjectedRadioactivity": 370e6, "InjectedRadioactivityUnits": "Bq"}, 1),
        ({"InjectedRadioactivity": 10, "InjectedRadioactivityUnits": "mCi"}, 1),
        ({"Units": "kBq/mL"}, 1000),
        ({"Units": "BQML"}, 1),
        ({"TracerRadionuclide": "[18F]"}, 1),
        ({"InjectionStart": 0, "ImageDecayCorrectionTime": 3600}, 1),
    ],
)
def test_units_are_those_that_the_sidecar_names(changes, factor):
    usual = suv_scaling(PET, 70).suvbw

    assert suv_scaling({**PET, **changes}, 70).suvbw == pytest.approx(factor * usual)


@pytest.mark.parametrize(
    ("sidecar", "weight", "reason"),
    [
        (without("AttenuationCorrection"), "70", "AttenuationCorrection is missing"),
        ({**PET, "AttenuationCorrection": "None"}, "70", "AttenuationCorrection is 'None'"),
        (PET, None, "weight of participants.tsv, or PatientWeight, is missing"),
        (PET, "n/a", "weight of participants.tsv, or PatientWeight, is missing"),
        (PET, "heavy", "is 'heavy', and no number"),
        (PET, "70000", "is 70000, not within 0.01 to 500"),
        (without("Units"), "70", "Units is missing"),
        ({**PET, "Units": "SUV"}, "70", "Units is 'SUV', and not Bq/mL or kBq/mL"),
        (without("InjectedRadioactivity"), "70", "InjectedRadioactivity, in MBq, is missing"),
        ({**PET, "InjectedRadioactivity": 370e6}, "70", "is 3.7e+08, not within 0.1 to 100000"),
        ({**PET, "InjectedRadioactivity": "370"}, "70", "is '370', and no number"),
        (without("InjectedRadioactivityUnits"), "70", "InjectedRadioactivityUnits is missing"),
        ({**PET, "InjectedRadioactivityUnits": "mg"}, "70", "which is no unit of activity"),
        (without("TracerRadionuclide"), "70", "TracerRadionuclide is missing"),
        ({**PET, "TracerRadionuclide": "Xx99"}, "70", "'Xx99', which is unknown"),
        (without("ImageDecayCorrected"), "70", "ImageDecayCorrected is missing, and not true"),
        ({**PET, "ImageDecayCorrected": False}, "70", "ImageDecayCorrected is False"),
        (without("ImageDecayCorrectionTime"), "70", "ImageDecayCorrectionTime, in s, is missing"),
        (without("InjectionStart"), "70", "InjectionStart, in s, is missing"),
        ({**PET, "InjectionStart": "10:00:00"}, "70", "InjectionStart, in s, is '10:00:00', and"),
        ({**PET, "InjectionStart": 3601}, "70", "is -3601 s after InjectionStart"),
        ({**PET, "ImageDecayCorrectionTime": 86_400}, "70", "is 90000 s after InjectionStart"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_with_the_reason(
    host, data_set, sidecar, weight, reason
):
    image_id = data_set(sidecar, weight)

    assert host.get("scalingModule", image_id) is None
    assert reason in str(host.explain("scalingModule", image_id))


def test_a_late_image_and_a_light_animal_are_warnings():
    scaling = suv_scaling({**PET, "ImageDecayCorrectionTime": 18_000}, 0.3)

    assert [(note.code, note.severity) for note in scaling.notes] == [
        ("weightLow", "warning"),
        ("longUptake", "warning"),
    ]


def test_what_is_no_pet_has_no_factor(host, data_set):
    image_id = data_set({"RepetitionTime": 2}, name="sub-01/func/sub-01_bold.nii.gz")

    assert host.get("scalingModule", image_id) is None
    assert "it is no PET" in str(host.explain("scalingModule", image_id))


def test_a_weight_may_be_given_with_the_sidecar(host, data_set):
    image_id = data_set(weight=None)
    assert host.get("scalingModule", image_id) is None

    host.add(BIDS_SIDECAR, image_id, {**host.get(BIDS_SIDECAR, image_id), "PatientWeight": 70})

    assert host.get("scalingModule", image_id).suvbw == suv_scaling(PET, 70).suvbw
    host.clear(BIDS_SIDECAR, image_id)
    assert host.get("scalingModule", image_id) is None


@pytest.mark.parametrize(
    ("columns", "kilograms"),
    [
        ({"weight": {"Description": "body weight", "Units": "g"}}, 0.025),
        ({"weight": {"Units": "kg"}}, 25),
        ({"weight": {"Description": "body weight"}}, 25),
        ({"weight": "body weight"}, 25),
        ({"age": {"Units": "year"}}, 25),
    ],
)
def test_the_unit_of_the_weight_is_that_of_participants_json(
    host, data_set, tmp_path, columns, kilograms
):
    image_id = data_set(weight="25")
    (tmp_path / "participants.json").write_text(json.dumps(columns))

    scaling = host.get("scalingModule", image_id)

    assert scaling.suvbw == pytest.approx(suv_scaling(PET, kilograms).suvbw)


def test_a_name_without_a_subject_is_of_no_participant(host, data_set, tmp_path):
    image_id = data_set(weight=None, name="image_pet.nii.gz")
    (tmp_path / "participants.tsv").write_text("subject\tweight\nsub-01\t70\n")

    assert host.get("scalingModule", image_id) is None


@pytest.mark.parametrize("unit", ["lb", "mg", "", None, 1])
def test_another_unit_of_the_weight_is_refused(host, data_set, tmp_path, unit):
    image_id = data_set(weight="25")
    (tmp_path / "participants.json").write_text(json.dumps({"weight": {"Units": unit}}))

    assert host.get("scalingModule", image_id) is None
    reason = f"Units of weight in participants.json is {unit!r}, and not kg or g"
    assert reason in str(host.explain("scalingModule", image_id))


def test_a_sidecar_of_another_scheme_is_left_to_others(host):
    with pytest.raises(LookupError):
        host.add(BIDS_SIDECAR, "dicomfile:/a.dcm", {})


def test_a_frame_that_there_is_not_has_no_factor(host, data_set):
    with pytest.raises(MetadataReadError, match="there is no frame 6"):
        host.get("scalingModule", f"{data_set()}?frame=6")


def test_what_was_written_since_counts_once_the_host_is_told(host, data_set, path_of):
    image_id = data_set()
    before = host.get("scalingModule", image_id).suvbw
    beside = Path(path_of(image_id).replace(".nii.gz", ".json"))
    beside.write_text(json.dumps({**PET, "InjectedRadioactivity": 185}))

    host.changed(image_id=image_id)

    assert host.get("scalingModule", image_id).suvbw == pytest.approx(2 * before)


@pytest.mark.parametrize("named", ["F18", "F-18", "18F", "[18F]", "^18^F", "f18"])
def test_a_nuclide_has_several_names(named):
    assert half_life_of(named) == 6586.2


@pytest.mark.parametrize("named", ["", "F", "18", "fluorine", "F19", "F18 or C11"])
def test_what_is_no_nuclide_of_pet_has_no_half_life(named):
    assert half_life_of(named) is None
