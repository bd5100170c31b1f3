"""An instance in a notebook is a table, whatever is in the header."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pydicom.data import get_testdata_file

from metaprov_core import Host, MetadataReadError
from metaprov_dicom import INSTANCE, Instance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydicom import Dataset


def rows(instance: Instance) -> dict[str, str]:
    """The values of the table by the text of its cells before."""
    cells = [
        [unescape(cell) for cell in re.findall("<td>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall("<tr>(.*?)</tr>", instance._repr_html_(), re.DOTALL)
    ]
    return {f"{row[0]} {row[1]}".strip(): row[2] for row in cells if row}


def test_each_attribute_is_a_row_with_keyword_tag_and_value(
    host: Host, write: Callable[..., str], item: Callable[..., Dataset]
) -> None:
    image = write(
        SOPInstanceUID="1.2.3",
        PatientName="Doe^<b>Ann</b>",
        PixelSpacing=[0.5, 0.75],
        Rows=7,
        ImageComments="long " * 80,
        WindowCenter=list(range(30)),
        PatientComments="",
        RedPaletteColorLookupTableData=bytes(512),
        SourceImageSequence=[item(ReferencedSOPInstanceUID="1.9")],
        AnatomicRegionSequence=[item(), item()],
    )
    instance = host.require(INSTANCE, image)
    table = rows(instance)
    assert list(table) == [
        f"{key} ({tag >> 16:04X},{tag & 0xFFFF:04X})"
        for key, tag in zip(instance, instance.tags(), strict=True)
    ]
    assert table["PatientName (0010,0010)"] == "Doe^<b>Ann</b>"
    assert "<b>" not in instance._repr_html_()
    assert table["PixelSpacing (0028,0030)"] == "0.5, 0.75"
    assert table["Rows (0028,0010)"] == "7"
    assert table["ImageComments (0020,4000)"] == "long " * 40 + "..."
    assert table["WindowCenter (0028,1050)"].endswith("14.0, 15.0, ...")
    assert table["PatientComments (0010,4000)"] == "-"
    assert table["RedPaletteColorLookupTableData (0028,1201)"] == "512 bytes"
    assert table["SourceImageSequence (0008,2112)"] == "1 item"
    assert table["AnatomicRegionSequence (0008,2218)"] == "2 items"
    assert "<caption>&lt;Instance 1.2.3, " in instance._repr_html_()


def test_private_attributes_have_their_tag(host: Host) -> None:
    instance = host.require(INSTANCE, get_testdata_file("CT_small.dcm", download=False))
    assert rows(instance)["(0009,0010)"] == "GEMS_IDEN_01"


def test_what_cannot_be_read_is_said_in_its_row(
    host: Host, write_elements: Callable[..., str], tmp_path: Path
) -> None:
    image = write_elements((0x00080016, "UI", b"1.2"), (0x00324000, "LT", b"comment"))
    path = tmp_path / "raw.dcm"
    path.write_bytes(path.read_bytes()[:-4])
    table = rows(host.require(INSTANCE, image))
    assert table["SOPClassUID (0008,0016)"] == "1.2"
    assert "the file ends inside StudyComments (0032,4000)" in table["StudyComments (0032,4000)"]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_table_of_any_real_file_is_well_formed(host: Host, file_of_pydicom: Path) -> None:
    try:
        instance = host.require(INSTANCE, str(file_of_pydicom))
    except MetadataReadError:
        return
    table = instance._repr_html_()
    # What no XML can hold is nothing to a browser.
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", table)
    assert len(ET.fromstring(text).findall("tbody/tr")) == len(instance)
