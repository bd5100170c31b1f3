"""Which values match what a search asks for."""

from __future__ import annotations

import pytest

from metaprov_serve.dicomweb.searched.matching import matcher

MATCHES = [
    # vr, what is asked for, what matches, what does not
    ("LO", "", ["x", None], []),
    ("LO", "*", ["x", None], []),
    ("LO", '""', [None, ()], ["x"]),
    ("LO", "Thorax", ["Thorax"], ["thorax", "Thorax 2", None]),
    ("LO", "Th*x", ["Thx", "Thorax", "Thorax\nx"], ["Thorax 2"]),
    ("LO", "**a**", ["a", "banana"], ["b"]),
    ("LO", "?-1", ["A-1"], ["AB-1", "-1"]),
    ("LO", "a.c", ["a.c"], ["abc"]),
    ("LO", "a\\b", ["a", "b", ("c", "b")], ["c"]),
    ("SH", "a,b", ["a,b"], ["a"]),
    ("CS", "CT,MR", ["CT", ("PT", "MR")], ["PT", ("PT",), None]),
    ("CS", "CT\\MR", ["MR"], ["PT"]),
    ("UI", "1.2,1.3", ["1.2", "1.3"], ["1.23", None]),
    ("DA", "20200229", ["20200229", "2020.02.29"], ["20200228", None]),
    ("DA", "202002", ["20200201", "20200229"], ["20200301"]),
    ("DA", "20200101-20200229", ["20200101", "20200229"], ["20191231", "20200301", None]),
    ("DA", "20200229-", ["20200229", "20990101"], ["20200228", None]),
    ("DA", "-20200229", ["20200229", "19000101"], ["20200301", None]),
    ("TM", "1015", ["1015", "101530.5", "10:15:30"], ["1016", None]),
    ("TM", "10-1015", ["10", "100000", "101559.999"], ["095959", "1016"]),
    ("TM", "101530-", ["101530.5", "1016"], ["101529.999", "1015"]),
    ("DT", "2020-2021", ["20200101", "20211231235959"], ["2019", "2022"]),
    ("PN", "müller*", ["Müller^Änne", "MÜLLER"], ["Änne^Müller"]),
    ("PN", "*änne", ["Müller^Änne"], ["Müller"]),
    ("PN", "山田*", ["Yamada^Taro=山田^太郎"], ["Yamada^Taro"]),
    ("PN", "Smith^John", ["Smith^John^^", "smith^john"], ["Smith^Johnny"]),
    ("IS", "3", [3, 3.0, (1, 3)], [4, "3", None]),
    ("DS", "0.50", [0.5], [0.51]),
    ("US", "1\\2", [1, 2], [3]),
    ("", "a*", ["ab"], ["b"]),
]


@pytest.mark.parametrize(
    ("vr", "text", "matching", "others"), MATCHES, ids=[f"{row[0]} {row[1]}" for row in MATCHES]
)
def test_values_match(vr, text, matching, others):
    matches = matcher(vr, text)
    assert [value for value in matching if not matches(value)] == []
    assert [value for value in others if matches(value)] == []


def test_fuzzy_names_match_by_the_beginnings_of_their_words():
    matches = matcher("PN", "jo smi", fuzzy=True)
    assert matches("Smith^John")
    assert matches("Smithers^Joan^X")
    assert not matches("Smith^Ann")
    assert not matcher("PN", "jo smi")("Smith^John")
    assert matcher("PN", "*mith*", fuzzy=True)("Smith^John")


@pytest.mark.parametrize(
    ("vr", "text"),
    [("DA", "yesterday"), ("TM", "9"), ("DA", "20200101-x"), ("IS", "x"), ("SQ", "x")],
)
def test_what_no_value_can_match_is_refused(vr, text):
    with pytest.raises(ValueError, match=r"is no|is not|are not"):
        matcher(vr, text)


def test_many_stars_take_no_time():
    assert not matcher("LO", "*a" * 30 + "b")("a" * 3000)
