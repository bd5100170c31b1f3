"""A file that ends inside its header: what is before the cut is right, the rest is an error."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from metaprov_core import Host, MetadataReadError
from metaprov_dicom.modules import MODULES
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

CT = get_testdata_file("CT_small.dcm", download=False)
#: Explicit and implicit little endian, and what pydicom reads.
FILES = ["CT_small.dcm", "MR_small_implicit.dcm", "ExplVR_BigEnd.dcm"]


CUT_INSIDE_THE_HEAD_OF_THE_PIXELS = 6


@pytest.fixture
def host() -> Host:
    host = Host()
    host.register(DicomFiles())
    host.register(DicomModules())
    return host


@pytest.fixture
def cut(tmp_path: Path):
    """Cut one of pydicom's files so many bytes behind the beginning of an attribute's value."""

    def cut(name: str, keyword: str, behind: int) -> str:
        source = get_testdata_file(name, download=False)
        place = dcmread(source)[keyword].file_tell + behind
        path = tmp_path / "cut.dcm"
        path.write_bytes(Path(source).read_bytes()[:place])
        return str(path)

    return cut


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("behind", [-3, 0, 1])
@pytest.mark.parametrize("keyword", ["Rows", "Columns", "Modality", "StudyInstanceUID"])
def test_every_module_is_that_of_the_whole_file_or_an_error(cut, host, name, behind, keyword):
    path, whole = cut(name, keyword, behind), get_testdata_file(name, download=False)
    refused = {}
    for type in MODULES:
        try:
            answer = host.get(type, path)
        except MetadataReadError as error:
            refused[str(type)] = error.reason
        else:
            assert answer == host.get(type, whole)
    assert "imagePixelModule" in refused
    assert all("the file ends inside" in reason for reason in refused.values())


@pytest.mark.parametrize("behind", [0, 1, 17])
def test_the_attribute_that_is_cut_is_named(cut, host, behind):
    with pytest.raises(MetadataReadError, match=r"ends inside PixelSpacing \(0028,0030\)"):
        host.get("imagePlaneModule", cut("CT_small.dcm", "PixelSpacing", behind))


def test_the_attribute_before_the_cut_is_named(cut, host):
    path = cut("CT_small.dcm", "PixelSpacing", -3)
    with pytest.raises(MetadataReadError, match=r"behind Columns \(0028,0011\)"):
        host.get("imagePlaneModule", path)


def test_what_is_before_the_cut_is_answered(cut, host):
    path = cut("CT_small.dcm", "PixelSpacing", 1)
    assert host.get("patientModule", path).patient_id == "1CT1"


def test_pixels_that_are_cut_off_cost_no_answer(host):
    whole = get_testdata_file("MR_truncated.dcm", download=False)
    assert host.get("imagePlaneModule", whole).rows == 64


def test_a_file_that_ends_in_its_meta_information_is_an_error(host, tmp_path):
    path = tmp_path / "cut.dcm"
    path.write_bytes(Path(CT).read_bytes()[:200])
    with pytest.raises(MetadataReadError, match=str(path)):
        host.get("imagePlaneModule", str(path))


def test_padding_behind_the_last_attribute_is_no_cut(host, tmp_path):
    path = tmp_path / "padded.dcm"
    plan = Path(get_testdata_file("rtplan.dcm", download=False))
    path.write_bytes(plan.read_bytes() + b"\0" * 3)
    assert host.get("imagePlaneModule", str(path)) is None


def test_a_folder_with_a_cut_file_has_its_other_images(cut, host, tmp_path, caplog):
    cut("CT_small.dcm", "InstanceNumber", 1)
    whole = tmp_path / "whole.dcm"
    whole.write_bytes(Path(CT).read_bytes())
    assert list(host.find_images(tmp_path)) == [f"dicomfile:{whole}"]
    assert "cut.dcm" in caplog.text


def test_a_file_cut_in_the_head_of_its_pixels_is_cut_off_whatever_was_read_before(
    host: Host, tmp_path: Path
) -> None:
    """By the layout of whole files like it, it passed for one without the attributes behind."""
    data = Path(CT).read_bytes()
    # From group 0028 on: what may be behind the cut is asked for.
    pixels = data.rfind(b"\xe0\x7f\x10\0OW")
    path = tmp_path / "cut.dcm"
    path.write_bytes(data[: pixels + CUT_INSIDE_THE_HEAD_OF_THE_PIXELS])

    def answers() -> list[str]:
        host.changed()
        instance = host.require("instance", str(path))
        answers = [str(host.get("imagePlaneModule", str(path)))]
        for keyword in ("WindowCenter", "OverlayRows", "LossyImageCompression", "RedPaletteColor"):
            try:
                answers.append(str(instance.get(keyword)))
            except MetadataReadError as error:
                answers.append(error.reason)
        return answers

    before = answers()
    for number in range(6):
        whole = tmp_path / f"whole{number}.dcm"
        whole.write_bytes(data)
        host.require("instance", str(whole))
    assert answers() == before


@pytest.mark.parametrize("keyword", ["PatientID", "FrameOfReferenceUID", "Rows"])
@pytest.mark.parametrize("behind", [-4, -9, 1])
def test_deflated_data_cut_inside_an_element_answers_as_undeflated_does(
    host: Host, tmp_path: Path, keyword: str, behind: int
) -> None:
    """With pydicom's answer alone, what was cut off passed for absent."""
    dataset = dcmread(CT)
    dataset.remove_private_tags()
    outcomes = []
    for syntax in (ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian):
        path = tmp_path / f"{syntax.name}.dcm"
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.save_as(path, enforce_file_format=True)
        data = path.read_bytes()
        start = 132 + 12 + int.from_bytes(data[140:144], "little")
        cut = data[start : dcmread(path)[keyword].file_tell + behind]
        if syntax == DeflatedExplicitVRLittleEndian:
            dataset.file_meta.TransferSyntaxUID = syntax
            dataset.save_as(path, enforce_file_format=True)
            data = path.read_bytes()
            start = 132 + 12 + int.from_bytes(data[140:144], "little")
            deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            cut = deflate.compress(cut) + deflate.flush()
        path.write_bytes(data[:start] + cut)
        # The transfer syntax is to differ.
        types = [type for type in MODULES if type != "transferSyntax"]
        outcomes.append([outcome(host, type, str(path)) for type in types])
    assert outcomes[0] == outcomes[1]


def outcome(host: Host, type: str, path: str) -> str:
    try:
        return str(host.get(type, path))
    except MetadataReadError as error:
        return error.reason
