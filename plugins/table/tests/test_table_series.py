"""What only the whole series tells: the same whatever is asked about beside it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from metaprov_core import hookimpl
from metaprov_modules import ScalingModule
from metaprov_table import read
from metaprov_table.columns import columns_of
from metaprov_table.files import found_files
from metaprov_table.rows import VOLUMES_SCHEMA, answered, joined, series_answered, series_in

PET = {
    "SOPClassUID": "1.2.840.10008.5.1.4.1.1.128",
    "Modality": "PT",
    "SeriesInstanceUID": "1.2.3.2",
    "PatientWeight": 70,
    "PatientSize": 1.75,
    "PatientSex": "F",
    "SeriesDate": "20260601",
    # Later than the acquisitions, so that decay is corrected to the earliest of these.
    "SeriesTime": "114500",
    "AcquisitionDate": "20260601",
    "Units": "BQML",
    "DecayCorrection": "START",
    "CorrectedImage": ["DECY", "ATTN"],
}


def tracer():
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    tracer = Dataset()
    tracer.RadiopharmaceuticalStartTime = "100000"
    tracer.RadionuclideTotalDose = 370e6
    tracer.RadionuclideHalfLife = 6586.2
    return Sequence([tracer])


@pytest.fixture
def pet_at(slice_at):
    """A slice of PET; ``minutes`` after the series its acquisition began."""

    def pet_at(path, number, minutes=0, **changes):
        return slice_at(
            path,
            number,
            **{
                **PET,
                "RadiopharmaceuticalInformationSequence": tracer(),
                "AcquisitionTime": f"11{minutes:02}00",
                "SOPInstanceUID": f"1.2.3.2.{number}",
                **changes,
            },
        )

    return pet_at


@pytest.fixture
def in_two_passes(host):
    """The table of some files, those of ``batches`` asked about together."""

    def in_two_passes(folder, *types, batch=1000):
        columns = columns_of(host, types)
        files = list(found_files([folder]))
        first = pa.concat_tables(
            answered(host, columns, files[start : start + batch]).images
            for start in range(0, len(files), batch)
        )
        second = series_answered(host, columns, series_in(first))
        assert not second.errors.num_rows
        return joined(columns, first, second.images), second.volumes

    return in_two_passes


def test_the_answers_are_the_same_whatever_the_batches(in_two_passes, pet_at, tmp_path):
    # The earliest acquisition, on which all factors rest, is in one of three folders.
    for number in range(1, 7):
        pet_at(tmp_path / f"{number % 3}" / f"{number}.dcm", number, minutes=20 - 3 * number)
    tables = [
        in_two_passes(tmp_path, "scalingModule", "imagePlaneModule", batch=batch)
        for batch in (1, 4, 1000)
    ]
    table, volumes = tables[0]
    assert table["scalingModule__suvbw"].null_count == 0
    assert len(set(table["scalingModule__suvbw"].to_pylist())) == 1
    assert all(other == table and of_other == volumes for other, of_other in tables[1:])


def test_what_was_searched_before_changes_no_answer(host, in_two_passes, pet_at, tmp_path):
    for number in range(1, 5):
        pet_at(tmp_path / f"{number % 2}" / f"{number}.dcm", number, minutes=20 - 3 * number)
    before, _ = in_two_passes(tmp_path, "scalingModule")
    list(host.find_images(tmp_path / "0"))
    after, _ = in_two_passes(tmp_path, "scalingModule")
    assert before == after


def test_the_host_has_its_own_series_again_afterwards(host, in_two_passes, pet_at, tmp_path):
    paths = [pet_at(tmp_path / f"{number}.dcm", number) for number in (1, 2)]
    own = host.get("seriesImageIds", str(paths[0]))
    plugins = [record.name for record in host.plugins()]
    in_two_passes(tmp_path / "1.dcm", "scalingModule")
    assert [record.name for record in host.plugins()] == plugins
    assert host.get("seriesImageIds", str(paths[0])) == own


def test_an_image_is_in_a_volume_at_a_slice(in_two_passes, slice_at, tmp_path):
    for number in (3, 1, 2, 5):
        slice_at(tmp_path / f"{9 - number}.dcm", number)
    table, volumes = in_two_passes(tmp_path, "InstanceNumber")
    rows = table.select(["InstanceNumber", "volume", "slice"]).to_pylist()
    assert sorted(tuple(row.values()) for row in rows) == [
        (1, "1.2.3.1/1", 0),
        (2, "1.2.3.1/1", 1),
        (3, "1.2.3.1/1", 2),
        (5, "1.2.3.1/1", 4),
    ]
    (volume,) = volumes.to_pylist()
    assert volume["volume"] == "1.2.3.1/1"
    assert volume["images"] == 4
    assert volume["dimensions"] == [5, 4, 5]
    assert volume["spacing"] == [0.75, 0.5, 2.0]
    assert volume["regular"] is False
    (gap,) = volume["gaps"]
    assert (Path(gap["after"]).name, gap["missing"]) == ("6.dcm", 1)


def test_the_one_slice_of_a_volume_is_its_first(in_two_passes, slice_at, tmp_path):
    slice_at(tmp_path / "1.dcm")
    # Two at the same place are of two volumes.
    for number in (2, 3):
        slice_at(
            tmp_path / f"{number}.dcm",
            number,
            SeriesInstanceUID="1.2.3.2",
            ImagePositionPatient=[0, 0, 0],
        )
    table, volumes = in_two_passes(tmp_path, "InstanceNumber")
    assert table["slice"].to_pylist() == [0, 0, 0]
    assert volumes["dimensions"].to_pylist() == [[5, 4, 1]] * 3


def test_series_of_names_that_are_no_text_are_volumes(in_two_passes, slice_at, tmp_path):
    for number in (1, 2):
        slice_at(tmp_path / "1.dcm", number).rename(tmp_path / f"\udcff{number}.dcm")
    table, volumes = in_two_passes(tmp_path, "InstanceNumber")
    assert table["slice"].to_pylist() == [0, 1]
    assert volumes["image"].to_pylist() == [f"{tmp_path.as_uri()}/%FF1.dcm"]
    assert volumes["images"].to_pylist() == [2]


def test_a_volume_has_what_its_series_study_and_patient_are(in_two_passes, slice_at, tmp_path):
    slice_at(tmp_path / "1.dcm", SeriesDescription="Thorax")
    _, volumes = in_two_passes(tmp_path)
    assert volumes.schema.equals(VOLUMES_SCHEMA, check_metadata=True)
    (volume,) = volumes.to_pylist()
    assert volume["path"] == str(tmp_path / "1.dcm")
    assert volume["seriesDescription"] == "Thorax"
    assert volume["generalStudyModule__studyDate"] == "20260601"
    assert volume["patientModule__patientId"] == "7"
    assert volume["Manufacturer"] == "Maker"
    assert volume["scalingReason"] is None


def test_a_volume_of_pet_has_its_factors_or_why_it_has_none(in_two_passes, pet_at, tmp_path):
    pet_at(tmp_path / "with" / "1.dcm", 1)
    pet_at(tmp_path / "without" / "2.dcm", 2, SeriesInstanceUID="1.2.3.3", PatientWeight=None)
    _, volumes = in_two_passes(tmp_path)
    known, unknown = volumes.sort_by("series").to_pylist()
    assert known["scalingModule__suvbw"] > 0
    assert known["scalingReason"] is None
    dose = known["petIsotopeModule__radiopharmaceuticalInfo"]["radionuclideTotalDose"]
    assert (known["patientStudyModule__patientWeight"], dose) == (70, 370e6)
    assert unknown["scalingModule__suvbw"] is None
    assert "PatientWeight (0010,1030)" in unknown["scalingReason"]


def test_images_without_a_place_are_in_no_volume(in_two_passes, slice_at, tmp_path):
    slice_at(tmp_path / "1.dcm", ImagePositionPatient=None)
    table, volumes = in_two_passes(tmp_path)
    assert table["volume"].to_pylist() == table["slice"].to_pylist() == [None]
    assert not volumes.num_rows


def test_without_a_series_a_volume_is_called_after_its_file(in_two_passes, slice_at, tmp_path):
    path = slice_at(tmp_path / "1.dcm", SeriesInstanceUID=None)
    table, _ = in_two_passes(tmp_path)
    assert table["volume"].to_pylist() == [f"{path}/1"]


def test_a_file_that_is_gone_by_the_second_pass_keeps_its_row(host, slice_at, tmp_path):
    paths = [slice_at(tmp_path / f"{number}.dcm", number) for number in (1, 2)]
    columns = columns_of(host, ["Manufacturer"])
    first = answered(host, columns, list(found_files([tmp_path]))).images
    paths[1].unlink()
    second = series_answered(host, columns, series_in(first))
    table = joined(columns, first, second.images)
    assert table["Manufacturer"].to_pylist() == ["Maker", "Maker"]
    assert table["volume"].to_pylist() == ["1.2.3.1/1", None]
    assert [error["stage"] for error in second.errors.to_pylist()] == ["open"]


def test_a_provider_of_a_series_that_raises_is_its_type(host, pet_at, tmp_path):
    class Broken:
        @hookimpl(types=["scalingModule"], tryfirst=True)
        def get_metadata(self, image_id):
            raise KeyError("weight")

    pet_at(tmp_path / "1.dcm", 1)
    host.register(Broken())
    tables = read(tmp_path, types=["scalingModule"], host=host)
    assert {error["stage"] for error in tables.errors.to_pylist()} == {"scalingModule"}
    assert tables.table.num_rows == 1


def test_factors_that_are_given_are_in_the_table(host, pet_at, tmp_path):
    path = pet_at(tmp_path / "1.dcm", 1)
    host.add("scalingModule", str(path), ScalingModule(suvbw=7.0))
    tables = read(tmp_path, types=["scalingModule"], host=host)
    assert tables.table["scalingModule__suvbw"].to_pylist() == [7.0]
    assert tables.volumes["scalingModule__suvbw"].to_pylist() == [7.0]
