"""Pieces in order become one sequence, and little of it is in memory at once."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from metaprov_table.running.kept.runs import Piece
from metaprov_table.running.merged import in_groups, in_order


def piece(rows):
    """A piece, and the number of its rows."""
    rows = sorted(rows)
    table = pa.table({"path": [path for path, _ in rows], "frame": [frame for _, frame in rows]})
    return Piece(rows[0][0], lambda: table)


def rows_of(tables):
    return [row for table in tables for row in zip(*table.to_pydict().values(), strict=True)]


@pytest.mark.parametrize("seed", range(20))
def test_all_rows_come_in_order_wherever_they_were(seed):
    dice = random.Random(seed)
    rows = [(f"{dice.choice('aäb/ .')}{number}", dice.randrange(9)) for number in range(200)]
    rows = list(dict(rows).items())
    dice.shuffle(rows)
    cuts = sorted(dice.sample(range(1, len(rows)), 12))
    pieces = [piece(rows[start:end]) for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
    assert rows_of(in_order(pieces)) == sorted(rows)


def test_pieces_that_do_not_overlap_are_read_one_after_the_other():
    read = []

    def noted(number):
        read.append(number)
        return pa.table({"path": [f"{number}"], "frame": [1]})

    pieces = [Piece(f"{number}", lambda number=number: noted(number)) for number in (3, 1, 2)]
    merged = in_order(pieces)
    assert rows_of([next(merged)]) == [("1", 1)]
    assert read == [1]
    assert rows_of(merged) == [("2", 1), ("3", 1)]


def test_rows_that_only_one_piece_has_columns_for_are_null_in_others():
    old = pa.table({"path": ["a", "c"], "frame": [1, 1], "volume": ["1/1", "1/2"]})
    new = pa.table({"path": ["b"], "frame": [1]})
    merged = in_order([Piece("a", lambda: old), Piece("b", lambda: new)])
    (table,) = in_groups(merged, 10)
    assert table["volume"].to_pylist() == ["1/1", None, "1/2"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_groups_have_as_many_rows_as_they_are_to_have(size):
    tables = [pa.table({"path": ["a"] * count}) for count in (3, 0, 5, 1, 2)]
    sizes = [table.num_rows for table in in_groups(tables, size)]
    assert sum(sizes) == 11
    assert set(sizes[:-1]) <= {size}


def test_nothing_is_nothing():
    assert list(in_groups(in_order([]), 3)) == []
