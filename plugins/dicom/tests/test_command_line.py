"""What `metaprov get` prints of real files, for people and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from pydicom.data import get_testdata_file

from metaprov_dicom import INSTANCE, SERIES_IMAGE_IDS
from metaprov_dicom.modules import MODULES

if TYPE_CHECKING:
    from metaprov_core import Host

METAPROV = Path(sys.executable).with_name("metaprov")
FILES = ("CT_small.dcm", "examples_overlay.dcm", "waveform_ecg.dcm", "examples_ybr_color.dcm")

pytestmark = pytest.mark.skipif(not METAPROV.exists(), reason="metaprov-core[cli] is not installed")


def get(type: str, file: str, *options: str) -> str:
    ran = subprocess.run(
        [METAPROV, "get", type, get_testdata_file(file, download=False), *options],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ran.stdout


def test_a_module_is_a_table_of_its_fields() -> None:
    lines = get("patientModule", "CT_small.dcm").splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["field", "value"],
        ["patient_id", "1CT1"],
        ["patient_name", "CompressedSamples^CT1"],
        ["patient_birth_date", "-"],
    ]


def test_a_module_for_programs_has_cornerstones_names() -> None:
    assert json.loads(get("patientModule", "CT_small.dcm", "--json")) == {
        "patientId": "1CT1", "patientName": "CompressedSamples^CT1", "patientBirthDate": None,
        "patientBirthTime": None, "patientSex": "O", "issuerOfPatientId": None,
    }  # fmt: skip


@pytest.mark.parametrize(("type", "value"), [("PatientID", "1CT1"), ("00280010", 128)])
def test_an_attribute_is_printed_as_it_is(type: str, value: Any) -> None:
    assert get(type, "CT_small.dcm") == f"{value}\n"
    assert json.loads(get(type, "CT_small.dcm", "--json")) == value


@pytest.mark.parametrize("type", [INSTANCE, SERIES_IMAGE_IDS])
def test_instances_and_ids_are_json_too(type: str) -> None:
    assert json.loads(get(type, "CT_small.dcm", "--json"))
    assert get(type, "CT_small.dcm")


@pytest.mark.parametrize("type", MODULES)
def test_every_module_can_be_printed(
    host: Host, type: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    output = pytest.importorskip("metaprov_core.cli.output")
    for file in FILES:
        module = host.get(type, get_testdata_file(file, download=False))
        if module is None:
            continue
        output.print_answer(module, as_json=True)
        printed = json.loads(capsysbinary.readouterr().out)
        assert printed == json.loads(msgspec.json.encode(module))
        output.print_answer(module, as_json=False)
        rows = capsysbinary.readouterr().out.decode().splitlines()
        fields = [row.split()[0] for row in rows if row[:1].strip()]
        assert fields == ["field", *module.__struct_fields__]
