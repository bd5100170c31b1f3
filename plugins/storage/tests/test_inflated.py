"""Deflated members: what zlib inflates, whatever is read of it; damage is an error, and the end."""

from __future__ import annotations

import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import MetadataReadError
from metaprov_storage.archives import inflated
from metaprov_storage.archives.inflated import Inflated

#: Of data as long as the longest that is drawn, nothing takes as many steps.
MOST_STEPS = 1_000


class Bytes:
    """Bytes as a source."""

    name, version = "a.zip", None

    def __init__(self, data):
        self.data, self.size = data, len(data)

    def read(self, length, start):
        return self.data[start : start + length]


class Counted:
    """zlib's object, which is asked no more than so often."""

    def __init__(self, made):
        self.made, self.steps = made, 0

    def decompress(self, data, most):
        self.steps += 1
        assert self.steps < MOST_STEPS, "it goes on for ever"
        return self.made.decompress(data, most)

    def __getattr__(self, name):
        return getattr(self.made, name)


@pytest.fixture(autouse=True, scope="module")
def _counted():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inflated, "zlib", CountedZlib)
        yield


class CountedZlib:
    MAX_WBITS, error = zlib.MAX_WBITS, zlib.error

    @staticmethod
    def decompressobj(bits):
        return Counted(zlib.decompressobj(bits))


def deflated(data, level=6):
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(data) + deflate.flush()


def member(raw, size):
    return Inflated(Bytes(raw), size, "a.dcm", None)


# Random bytes, which are as long deflated, and runs, which zlib holds back when it has read all.
contents = st.lists(
    st.one_of(
        st.binary(max_size=300),
        st.builds(lambda byte, count: byte * count, st.binary(min_size=1, max_size=2),
                  st.integers(1, 9_000)),
    ),
    max_size=4,
).map(b"".join)  # fmt: skip
reads = st.lists(st.tuples(st.integers(1, 20_000), st.integers(0, 20_000)), max_size=6)


@given(contents, st.sampled_from([0, 1, 6, 9]), reads)
def test_any_part_is_that_of_the_data(data, level, reads):
    of = member(deflated(data, level), len(data))
    for length, start in reads:
        assert of.read(length, start) == data[start : start + length]


@given(contents, st.integers(1, 400))
def test_the_last_bytes_are_read_after_those_before(data, count):
    cut = max(0, len(data) - count)
    of = member(deflated(data, 9), len(data))

    assert of.read(cut, 0) + of.read(count, cut) == data


@given(contents, st.integers(0, 9_000), st.integers(1, 20_000), st.binary(max_size=9_000), reads)
def test_a_stream_that_ends_early_is_an_error(data, first, more, behind, reads):
    of = member(deflated(data) + behind, len(data) + more)
    first = min(first, len(data))
    of.read(first, 0)
    with pytest.raises(MetadataReadError, match="it inflates to less than it says"):
        of.read(len(data) + more - first, first)
    for length, start in reads:
        if start + length <= len(data):
            assert of.read(length, start) == data[start : start + length]


@given(contents, reads, st.data())
def test_damage_is_an_error_and_comes_to_an_end(data, reads, drawn):
    raw = bytearray(deflated(data))
    for _ in range(drawn.draw(st.integers(0, 3))):
        raw[drawn.draw(st.integers(0, len(raw) - 1))] = drawn.draw(st.integers(0, 255))
    raw = bytes(raw[: drawn.draw(st.integers(0, len(raw)))])
    of = member(raw, len(data))
    try:
        expected = zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw)
    except zlib.error:
        expected = None
    for length, start in reads:
        with suppress(MetadataReadError):
            found = of.read(length, start)
            assert expected is None or found == expected[: len(data)][start : start + length]
