"""A notebook shows an answer as a table."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Annotated

from metaprov_modules import (
    Answer,
    ImagePlaneModule,
    Note,
    Overlay,
    OverlayPlaneModule,
    PatientModule,
    PetIsotopeModule,
    RadiopharmaceuticalInfo,
    ScalingModule,
    meaning,
)


class Table(HTMLParser):
    """The cells of a table, row by row, with the titles and the indents of the first column."""

    def __init__(self, answer):
        super().__init__()
        self.rows, self.titles, self.indented, self.tags = [], {}, set(), set()
        self.attributes = {}
        self.feed(answer._repr_html_())

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.lasttag in ("th", "td"):
            self.rows[-1][-1] += data
            if "title" in self.attributes:
                self.titles[data] = self.attributes["title"]
            if "style" in self.attributes:
                self.indented.add(data)

    @property
    def by_field(self):
        return {row[0]: tuple(row[1:]) for row in self.rows}


def test_a_field_is_a_row_with_its_value_its_unit_and_its_meaning():
    table = Table(ImagePlaneModule(rows=512, image_position_patient=(1.0, 2.0, 3.5)))

    assert table.rows[0] == ["field", "value", "unit"]
    assert len(table.rows) == 1 + len(ImagePlaneModule.__struct_fields__)
    assert table.by_field["rows"] == ("512", "")
    assert table.by_field["image_position_patient"] == ("(1.0, 2.0, 3.5)", "mm")
    assert table.by_field["slice_thickness"] == ("-", "mm")
    assert table.titles["image_position_patient"] == "Center of the first pixel: x, y, z."


def test_nothing_in_an_answer_is_markup():
    table = Table(PatientModule(patient_name='<script>alert("1")</script>'))

    assert table.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert table.by_field["patient_name"] == ('<script>alert("1")</script>', "")


def test_a_quote_in_a_meaning_stays_in_the_title():
    assert Table(PatientModule()).titles["patient_sex"] == '"M", "F" or "O".'


def test_what_has_fields_itself_is_shown_below_indented():
    notes = tuple(Note(code, "info", "A.", "Units") for code in ("first", "second"))
    table = Table(ScalingModule(notes=notes))
    names = [row[0] for row in table.rows]
    place = names.index("notes[0]")

    assert table.rows[place : place + 2] == [["notes[0]", "", ""], ["code", "first", ""]]
    assert table.rows[names.index("notes[1]") + 1] == ["code", "second", ""]
    assert table.indented == {"code", "severity", "sentence", "attribute"}
    isotope = Table(PetIsotopeModule(RadiopharmaceuticalInfo(radionuclide_half_life=6586.2)))
    assert isotope.by_field["radionuclide_half_life"] == ("6586.2", "s")


def test_a_unit_that_another_field_has_is_its_value():
    table = Table(ScalingModule(dose_grid_scaling=0.5, dose_units="GY"))

    assert table.by_field["dose_grid_scaling"] == ("0.5", "GY")
    assert Table(ScalingModule()).by_field["dose_grid_scaling"] == ("-", "dose_units")


def test_what_is_long_is_shortened():
    pixels = (0, 1) * 131_072
    overlays = (Overlay(pixel_data=pixels, description="x" * 1_000),) * 12
    table = Table(OverlayPlaneModule(overlays))

    values, _ = table.by_field["pixel_data"]
    assert values == f"({', '.join(['0', '1'] * 8)}, ... 262,144 values in all)"
    assert table.by_field["description"] == ("x" * 200 + "...", "")
    assert table.by_field["overlays"] == ("... 12 in all", "")
    assert sum(row[0] == "rows" for row in table.rows) == 10


def test_an_answer_of_another_package_is_a_table_too():
    class Bed(Answer, frozen=True):
        length: Annotated[float, meaning("From head to foot.", "m")]
        ward: str

    assert Table(Bed(2.0, "Surgery")).rows[1:] == [["length", "2.0", "m"], ["ward", "Surgery", ""]]
