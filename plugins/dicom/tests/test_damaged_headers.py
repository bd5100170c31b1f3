"""A damaged header gives an answer, None or a MetadataReadError, and nothing else."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from io import BytesIO
from json import loads as decode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmwrite
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset
from pydicom.uid import EnhancedCTImageStorage, ExplicitVRLittleEndian

from metaprov_core import Host, MetadataReadError
from metaprov_dicom import dicom_json, instance_from_json
from metaprov_dicom.modules import MODULES
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def enhanced_ct() -> bytes:
    """The header of an enhanced CT with two frames, their functional groups of stated lengths."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = EnhancedCTImageStorage, "1.2"
    dataset.PatientID, dataset.NumberOfFrames = "P", 2
    dataset.Rows = dataset.Columns = 2
    frames = []
    for number in (1, 2):
        position, measures, frame = Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, number]
        measures.PixelSpacing, measures.SliceThickness = [0.5, 0.5], 1
        frame.PlanePositionSequence, frame.PixelMeasuresSequence = [position], [measures]
        frames.append(frame)
    dataset.PerFrameFunctionalGroupsSequence = frames
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    written = BytesIO()
    dcmwrite(written, dataset, enforce_file_format=True)
    return written.getvalue()


HEADERS = {
    name: Path(get_testdata_file(name, download=False)).read_bytes()[:4000]
    for name in (
        "CT_small.dcm",
        "MR_small_implicit.dcm",
        "ExplVR_BigEnd.dcm",
        "nested_priv_SQ.dcm",
        "reportsi.dcm",
        "rtdose.dcm",
        "UN_sequence.dcm",
        "image_dfl.dcm",
    )
}
HEADERS["enhanced CT"] = enhanced_ct()
LENGTHS = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\0\xe0", b"\xff\xff\xff\x7f"]
PLACES = st.integers(0, 3999)
DAMAGES = st.one_of(
    st.tuples(st.just("write"), PLACES, st.binary(min_size=1, max_size=4)),
    st.tuples(st.just("write"), PLACES, st.sampled_from(LENGTHS)),
    st.tuples(st.just("remove"), PLACES, st.binary(min_size=1, max_size=40)),
    st.tuples(st.just("cut"), PLACES, st.just(b"")),
)


def damaged(header: bytes, damages: list[tuple[str, int, bytes]]) -> bytes:
    for kind, place, data in damages:
        if kind == "write":
            header = header[:place] + data + header[place + len(data) :]
        elif kind == "remove":
            header = header[:place] + header[place + len(data) :]
        else:
            header = header[:place]
    return header


def read_all(values: Mapping[str, Any]) -> int:
    """Decode everything; the number of attributes."""
    return sum(
        1 + sum(map(read_all, value if isinstance(value, tuple) and _are_items(value) else ()))
        for value in values.values()
    )


def _are_items(value: tuple[Any, ...]) -> bool:
    return all(hasattr(item, "keys") for item in value)


@contextmanager
def cut_off_or_right() -> Iterator[None]:
    """What may be behind the end of a file that was cut off is an error."""
    try:
        yield
    except MetadataReadError as error:
        if "the file ends inside" not in error.reason:
            raise


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(sorted(HEADERS)),
    damages=st.lists(DAMAGES, min_size=1, max_size=8),
)
# A SOPClassUID whose VR is none, in a file that pydicom reads.
@example(name="reportsi.dcm", damages=[("write", 433, b"\xff\xff\xff\xff")])
def test_a_damaged_header_is_answered_or_refused(
    tmp_path: Path, name: str, damages: list[tuple[str, int, bytes]]
) -> None:
    path = tmp_path / "damaged.dcm"
    path.write_bytes(damaged(HEADERS[name], damages))
    host = Host()
    host.register(DicomFiles())
    host.register(DicomModules())
    try:
        instance = host.require("instance", str(path))
    except MetadataReadError as damage:
        with pytest.raises(MetadataReadError, match=re.escape(damage.reason)):
            host.get("imagePlaneModule", str(path))
        return
    with cut_off_or_right():
        assert read_all(instance) >= len(instance)
    with cut_off_or_right():
        json = dicom_json(instance)
        assert set(instance_from_json(decode(json))) == {*instance} - {"TransferSyntaxUID"}
    # What a data set is, pydicom says: it refuses some headers that have an instance.
    with suppress(MetadataReadError):
        assert "PixelData" not in host.require("dataset", str(path))
    for type in MODULES:
        with cut_off_or_right():
            assert isinstance(host.get(type, str(path)), type.answer_class | None)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("more", [1, 8, 100, 2**31])
def test_lengths_of_functional_groups_that_are_too_large_are_answered_or_refused(
    tmp_path: Path, more: int
) -> None:
    """With an item read before its length was looked at, this was a struct.error."""
    header = enhanced_ct()
    groups = header.index(b"\x00\x52\x30\x92")
    host = Host()
    host.register(DicomFiles())
    host.register(DicomModules())
    for place in range(groups, len(header) - 4):
        length = int.from_bytes(header[place : place + 4], "little") + more
        path = tmp_path / f"{place}.dcm"
        path.write_bytes(
            header[:place] + (length % 2**32).to_bytes(4, "little") + header[place + 4 :]
        )
        for type in ("patientModule", "imagePlaneModule", "frameImageIds"):
            for frame in (1, 2):
                with suppress(MetadataReadError):
                    host.get(type, f"{path}?frame={frame}")
