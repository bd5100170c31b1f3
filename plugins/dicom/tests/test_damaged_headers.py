"""A damaged header gives an answer, None or a MetadataReadError, and nothing else."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

from metaprov_core import Host, MetadataReadError
from metaprov_dicom.files import DicomFiles
from metaprov_dicom.modules import MODULES
from metaprov_dicom.provider import DicomModules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    # What a data set is, pydicom says: it refuses some headers that have an instance.
    with suppress(MetadataReadError):
        assert "PixelData" not in host.require("dataset", str(path))
    for type in MODULES:
        with cut_off_or_right():
            assert isinstance(host.get(type, str(path)), type.answer_class | None)
