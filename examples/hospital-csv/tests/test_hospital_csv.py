"""Answers from real files, in a host that has the headers of three images."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest
from metaprov_hospital_csv import WARD, WardModule
from metaprov_hospital_csv.provider import Hospital

from metaprov_core import Host, MetadataReadError, MetadataType, base_image_id
from metaprov_core.testing import ProviderConformanceTests

CSV = "patient_id,ward,weight_kg\nP7,Nuclear medicine,71.5\nP8,Surgery,\n"
HEADERS = {
    "/7.dcm": {"PatientID": "P7"},
    "/8.dcm": {"PatientID": "P8"},
    "/9.dcm": {"PatientID": "P9"},
    "/nobody.dcm": {"PatientID": ""},
}


def headers(type, image_id):
    return (
        HEADERS.get(base_image_id(image_id).removeprefix("dicomfile:"))
        if type == "instance"
        else None
    )


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "wards.csv"
    file.write_text(CSV)
    return file


@pytest.fixture
def make_host():
    def make(path):
        host = Host()
        host.register(headers)
        host.register(Hospital(None if path is None else str(path)), "hospital-csv")
        return host

    return make


@pytest.fixture
def host(make_host, file):
    return make_host(file)


def write(file, text):
    """Put another file in the place of this one."""
    other = file.with_suffix(".new")
    other.write_text(text)
    other.replace(file)


def test_an_image_has_the_row_of_its_patient(host):
    assert host.get(WARD, "/7.dcm") == WardModule("P7", "Nuclear medicine", 71.5)


def test_an_empty_cell_is_none(host):
    assert host.get(WARD, "/8.dcm") == WardModule("P8", "Surgery", None)


@pytest.mark.parametrize(
    ("image_id", "reason"),
    [
        ("/9.dcm", "wards.csv has no patient P9"),
        ("/nobody.dcm", "PatientID (0010,0020) is missing"),
        ("/unknown.dcm", "nobody has the header of this image"),
    ],
)
def test_where_nobody_answers_explain_says_why(host, image_id, reason):
    assert host.get(WARD, image_id) is None
    assert reason in str(host.explain(WARD, image_id))


def test_without_a_file_there_is_no_answer_and_explain_says_what_to_set(make_host, monkeypatch):
    monkeypatch.delenv("HOSPITAL_CSV", raising=False)
    host = make_host(None)

    assert host.get(WARD, "/7.dcm") is None
    assert "HOSPITAL_CSV is not set" in str(host.explain(WARD, "/7.dcm"))


def test_the_environment_names_the_file(make_host, file, monkeypatch):
    monkeypatch.setenv("HOSPITAL_CSV", str(file))

    assert make_host(None).get(WARD, "/7.dcm").weight_kg == 71.5


def test_a_changed_file_is_read_again(host, file):
    host.get(WARD, "/7.dcm")
    write(file, CSV.replace("71.5", "69.0"))

    assert host.get(WARD, "/7.dcm").weight_kg == 69.0


def test_an_unchanged_file_is_not_read_again(host):
    assert host.get(WARD, "/7.dcm") is host.get(WARD, "/7.dcm")


def test_a_changed_header_finds_another_patient(host, monkeypatch):
    host.get(WARD, "/7.dcm")
    monkeypatch.setitem(HEADERS, "/7.dcm", {"PatientID": "P8"})
    host.changed("instance", "/7.dcm")

    assert host.get(WARD, "/7.dcm").ward == "Surgery"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has no column patient_id, ward, weight_kg"),
        ("patient_id,ward\nP7,A\n", "it has no column weight_kg"),
        (CSV + "P7,Surgery,70\n", "line 4 has patient P7 again"),
        (CSV + ",Surgery,70\n", "line 4 has no patient_id"),
        (CSV + "P9,Surgery,heavy\n", "line 4: weight_kg is 'heavy', no weight"),
        (CSV + "P9,Surgery,-1\n", "line 4: weight_kg is '-1', no weight"),
        (CSV + "P9,Surgery,nan\n", "line 4: weight_kg is 'nan', no weight"),
        (CSV + 'P9,"Surg', "it is no CSV file in UTF-8: unexpected end of data"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_it_and_the_line(host, file, text, reason):
    write(file, text)

    with pytest.raises(MetadataReadError) as raised:
        host.get(WARD, "/7.dcm")
    assert (raised.value.source, raised.value.reason) == (str(file), reason)


def test_a_file_in_another_encoding_is_an_error(host, file):
    file.write_bytes(CSV.replace("Surgery", "Chirurgie é").encode("latin-1"))

    with pytest.raises(MetadataReadError, match="no CSV file in UTF-8"):
        host.get(WARD, "/7.dcm")


def test_the_byte_order_mark_of_spreadsheets_is_taken(host, file):
    file.write_text(CSV, encoding="utf-8-sig")

    assert host.get(WARD, "/8.dcm").ward == "Surgery"


def test_a_file_that_is_gone_is_an_error_until_it_is_back(host, file):
    host.get(WARD, "/7.dcm")
    file.unlink()

    with pytest.raises(MetadataReadError, match="No such file"):
        host.get(WARD, "/7.dcm")
    file.write_text(CSV)
    assert host.get(WARD, "/7.dcm").weight_kg == 71.5


def test_threads_that_find_the_file_changed_share_one_reading(host):
    together = Barrier(4)
    answers = []

    def ask():
        together.wait(10)
        answers.append(host.get(WARD, "/7.dcm"))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(answers) == 4
    assert len(set(map(id, answers))) == 1


def test_the_type_is_found_with_its_class(host):
    key = host.types()["wardModule"]

    assert isinstance(key, MetadataType)
    assert key.answer_class is WardModule


def test_installed_it_answers_on_the_command_line(file):
    completed = subprocess.run(
        [Path(sys.executable).with_name("metaprov"), "explain", "wardModule", "/7.dcm"],
        env={**os.environ, "HOSPITAL_CSV": str(file), "METAPROV_ONLY": "hospital-csv"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert completed.returncode == 1, completed.stderr
    assert "hospital-csv  metaprov-example-hospital-csv 1.0  no answer" in completed.stdout
    assert "- nobody has the header of this image" in completed.stdout


class TestHospitalKeepsTheContract(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self, file):
        return Hospital(str(file))

    @pytest.fixture
    def sources(self):
        return [headers]

    @pytest.fixture
    def answers(self):
        return {(WARD, "/7.dcm"): WardModule("P7", "Nuclear medicine", 71.5)}
