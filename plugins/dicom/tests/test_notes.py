"""Notes: each question hears them, and they name attributes without importing pydicom (150 ms)."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from metaprov_core import collect_notes
from metaprov_dicom import instance_from_json

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = """
import sys
from metaprov_core import Host
from metaprov_dicom.plugins.attributes import DicomAttributes
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

host = Host()
for plugin in (DicomFiles(), DicomModules(), DicomAttributes()):
    host.register(plugin, type(plugin).__name__)
image, question = sys.argv[1:]
print(host.explain(question, image))
print("pydicom" in sys.modules)
"""


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("PatientName", "PatientName (0010,0010) is absent"),
        ("StudyID", "StudyID (0020,0010) has no value"),
        ("SliceThickness", "SliceThickness (0018,0050): 'thin' is not a finite number"),
        ("00180050", "SliceThickness (0018,0050): 'thin' is not a finite number"),
        ("imagePlaneModule", "PixelSpacing (0028,0030) is not understood: (1.0, 2.0, 3.0)"),
        ("imagePixelModule", "Columns (0028,0011): 2 bytes are not a whole number of FD"),
        ("cineModule", "CineRate (0018,0040): '29.97' is not a whole number"),
    ],
)
def test_a_note_on_an_attribute_of_the_modules_does_not_import_pydicom(
    write_elements: Callable[..., str], question: str, note: str
) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x00180040, "IS", b"29.97"),
        (0x00180050, "DS", b"thin"),
        (0x00200010, "SH", b""),
        (0x00280011, "FD", b"\0\2"),
        (0x00280030, "UT", b"1\\2\\3"),
    )
    shown = subprocess.run(
        [sys.executable, "-c", PROGRAM, image, question],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert note in shown
    assert shown.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("json", "keyword"),
    [
        ({"00180040": {"vr": "IS", "Value": ["29.97"]}}, "CineRate"),
        ({"00280030": {"vr": "DS", "Value": ["0.5", "wide"]}}, "PixelSpacing"),
        ({"00280030": {"vr": "DS", "Value": ["wide"]}}, "PixelSpacing"),
        ({"00281201": {"vr": "OW", "BulkDataURI": "bulk/1"}}, "RedPaletteColorLookupTableData"),
    ],
)
def test_whoever_asks_for_a_value_hears_the_notes_on_it(json: dict[str, Any], keyword: str) -> None:
    instance = instance_from_json(json)
    # Nobody listens to this one.
    value = instance.get(keyword)
    for _ in range(2):
        notes: list[str] = []
        assert collect_notes(notes, instance.get, keyword) == value
        assert len(notes) == 1
