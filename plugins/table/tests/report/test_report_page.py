"""The page: all that is known of a table, bounded, harmless whatever headers say, and private."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from metaprov_table.checking import FINDINGS
from metaprov_table.checking.database import opened
from metaprov_table.checking.found import found
from metaprov_table.report.page import page

#: Elements that are never closed.
VOID = {"meta", "br", "hr", "img", "link", "input", "path", "use"}


class Parsed(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.text = []
        self.rows = {}
        self._within = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "details":
            self._within.append(dict(attrs)["id"])
        if tag == "tr" and self._within:
            self.rows[self._within[-1]] = self.rows.get(self._within[-1], -1) + 1

    def handle_endtag(self, tag):
        if tag == "details":
            self._within.pop()

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attributes for each, attributes in self.elements if each == tag]


def page_of(path, **options):
    with opened(path) as database:
        return page(path, database, list(found(database, FINDINGS)), cases="a.parquet", **options)


@pytest.fixture(scope="module")
def seeded_page(seeded_table):
    return page_of(seeded_table)


def test_all_findings_are_told_with_rule_source_and_count(seeded_page):
    text = " ".join("".join(Parsed(seeded_page).text).split())

    for finding in FINDINGS:
        assert finding.name in text
        assert finding.sentence in text
        assert finding.source in text
    assert Parsed(seeded_page).rows["ptWithoutSuv"] == 2


@pytest.mark.parametrize(
    ("name", "count"),
    [("Patients", 39), ("Studies", 39), ("Series", 38), ("Files", 148), ("Frames", 151)],
)
def test_it_says_how_much_there_is(seeded_page, name, count):
    assert f"<dt>{name}</dt><dd>{count}</dd>" in seeded_page


def test_it_has_all_kinds_of_plots(seeded_page):
    titles = re.findall(r"<figcaption><h3>(.*?)</h3>", seeded_page)

    assert titles == [
        "Pixel spacing",
        "Slice thickness",
        "Slice step",
        "Size",
        "SUV factors",
        *["An uneven volume"] * 2,
    ]
    assert len(Parsed(seeded_page).all("svg")) == len(titles)


def test_a_table_of_other_columns_has_a_page_too(table_of):
    html = page_of(table_of({}))

    assert "the table has no column ConvolutionKernel (--types ConvolutionKernel)" in html
    assert '29 of 30 <a href="#not-run">did not run</a>' in html
    assert "<svg" not in html


def test_volumes_of_which_no_image_is_known_are_drawn(table_of):
    volume = {"volume": "1.2.1/1", "modality": "CT", "spacing": [1.0, 1.0, 2.0]}

    assert "<h3>Slice step</h3>" in page_of(table_of({}, volumes=[volume]))


def test_a_volume_of_no_series_does_not_name_its_file(table_of):
    volume = {
        "volume": "/made/Doe^Ann/1.dcm/2",
        "studyInstanceUID": "1.2",
        "seriesInstanceUID": None,
        "orthogonal": False,
        "tiltDegrees": 15.0,
    }
    other = {**volume, "volume": "1.2.1/1", "seriesInstanceUID": "1.2.1", "orthogonal": True}

    html = page_of(table_of({}, volumes=[volume, other]))

    assert "15.0 degrees" in html
    assert "<td>2</td>" in html
    assert "Doe" not in html


def test_what_is_said_of_a_case_is_in_its_column(seeded_page):
    _, _, of_finding = seeded_page.partition('<details id="missingSlices"')
    table, _, _ = of_finding.partition("</table>")

    names = re.findall(r"<th>(.*?)</th>", table)
    values = re.findall(r"<td[^>]*>(.*?)</td>", table)

    assert dict(zip(names, values, strict=True)) == {
        "modality": "CT",
        "study": "1.2.3.9",
        "series": "1.2.3.9.1",
        "volume": "1",
        "detail": "1 slice missing in 1 place",
    }


def test_what_failed_is_told_without_the_names_of_files(table_of):
    of_file = {"path": "/made/Doe^Ann/1", "image": "dicomfile:/made/Doe^Ann/1", "stage": "read"}
    errors = [
        {**of_file, "reason": "cannot read dicomfile:/made/Doe^Ann/1: it ends too early"},
        {**of_file, "reason": "/made/Doe^Ann/1 is not there"},
        {**of_file, "stage": "notDicom", "reason": "it is no DICOM"},
    ]

    html = page_of(table_of({}, errors=errors))

    assert "cannot read it: it ends too early" in html
    assert "it is not there" in html
    assert "Doe" not in html
    assert "<dt>Failures</dt><dd>2</dd>" in html
    assert "<dt>Not DICOM</dt><dd>1</dd>" in html


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def hostile_rows():
    """Headers that say what a page must not obey, nor a figure."""
    texts = (
        HOSTILE,
        r"$\frac{1}{$",
        "]]><svg/onload=alert(1)>",
        "\x1b[2J\x01",
        "東芝",
        "&lt;b&gt;",
    )
    for number, text in enumerate(texts):
        yield {
            "series": f"1.2.{number}{HOSTILE}",
            "Manufacturer": text,
            "generalSeriesModule__modality": text,
            "generalStudyModule__studyInstanceUID": text,
            "patientModule__patientId": text,
            "patientModule__patientName": text,
            "generalSeriesModule__seriesDescription": text,
            "ConvolutionKernel": [text],
            "privateCreators": [text],
            "scalingModule__suvbw": 0.001,
            "imagePlaneModule__sliceThickness": 2.0,
            "imagePixelModule__rows": 4,
            "imagePixelModule__columns": 4,
        }


def test_what_headers_say_is_text(table_of):
    errors = [{"path": HOSTILE, "image": HOSTILE, "stage": HOSTILE, "reason": f"{HOSTILE} 1"}]
    html = page_of(table_of(*hostile_rows(), errors=errors), identify=True)
    parsed = Parsed(html)

    tags = {tag for tag, _ in parsed.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "link", "form", "base", "a:"}
    names = {name for _, attributes in parsed.elements for name in attributes}
    assert not [name for name in names if name.startswith("on")]
    assert "".join(parsed.text).count("<script>alert(1)</script>") >= 2
    assert "東芝" in html


def test_nothing_in_it_is_asked_for(seeded_page):
    for tag, attributes in Parsed(seeded_page).elements:
        for name in ("src", "srcset", "data", "action", "poster"):
            assert name not in attributes, tag
        for name in ("href", "xlink:href"):
            assert attributes.get(name, "#").startswith("#"), tag
    assert "url(" not in seeded_page.replace("url(#", "")
    assert "@import" not in seeded_page


def test_its_policy_allows_its_own_style_and_nothing_else(seeded_page):
    (style,) = re.findall(r"<style>(.*?)</style>", seeded_page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    parsed = Parsed(seeded_page)
    policy = parsed.all("meta")[1]

    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not [tag for tag, attributes in parsed.elements if "style" in attributes]


def test_it_names_nobody_unless_asked(seeded_table, seeded_page):
    folder = str(seeded_table.parent)

    assert "Doe" not in seeded_page
    assert "PT of" not in seeded_page
    assert folder not in seeded_page
    assert not re.search(r">P\d+<", seeded_page)

    identified = page_of(seeded_table, identify=True)
    assert "Doe^Ann19" in identified
    assert ">P19<" in identified
    assert "CT of 18" in identified
    assert f"{folder}/in/18/" in identified


@pytest.fixture(scope="module")
def grave(tmp_path_factory):
    """A table with more of everything than a page has, and as long as a header can make it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path_factory.mktemp("grave") / "out.parquet"
    long = "1." * 500
    images = [
        {
            "image": f"made:{number}/{place}",
            "path": f"/made/{number}/{place}/{long}",
            "frame": 1,
            "size": 10,
            "series": f"{number}.{long}",
            "volume": f"{number}",
            "generalStudyModule__studyInstanceUID": f"{number}.{long}",
            "generalSeriesModule__modality": f"M{number}",
            "generalImageModule__sopInstanceUID": f"{number}.{place // 2}.{long}",
            "Manufacturer": f"{number} {long}",
            "patientModule__patientId": f"{number} {long}",
            "patientModule__patientName": f"{place}^{number}^{long}",
            "patientModule__patientBirthDate": "19000101",
            "patientModule__patientSex": "M",
            "patientModule__issuerOfPatientId": long,
            "generalSeriesModule__seriesDescription": long,
            "privateCreators": [f"{creator} {long}" for creator in range(9)],
            "SpecificCharacterSet": [long],
            "ConvolutionKernel": [f"{place} {long}"],
            "PatientIdentityRemoved": "YES",
            "BurnedInAnnotation": "YES",
            "generalStudyModule__accessionNumber": long,
            "scalingModule__suvbw": 1.0 + number,
            "imagePlaneModule__pixelSpacing": [0.1 + number, 1.0],
            "imagePlaneModule__sliceThickness": 0.1 + number**2,
            "imagePlaneModule__imageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            "imagePlaneModule__imagePositionPatient": [0.0, 0.0, float(place**2)],
            "imagePixelModule__rows": 100 + number,
            "imagePixelModule__columns": 100 + place,
            "generalImageModule__imageType": ["DERIVED", "SECONDARY", "LOCALIZER"],
        }
        for number in range(40)
        for place in range(60)
    ]
    volumes = [
        {
            "volume": f"{number}",
            "series": f"{number}.{long}",
            "studyInstanceUID": f"{number}.{long}",
            "seriesInstanceUID": f"{number}.{long}",
            "modality": f"M{number}",
            "spacing": [1.0, 1.0, 2.0],
            "regular": False,
            "orthogonal": False,
            "tiltDegrees": 10.0,
            "maxDeviation": 1.0,
            "gaps": [{"after": "made:1", "distance": 4.0, "missing": 1}],
            "duplicates": [["a", "b"]],
            "offLattice": ["a"],
            "group": {"attribute": long, "assumed": True},
            "scalingReason": long,
        }
        for number in range(40)
    ]
    errors = [
        {
            "path": f"/made/{number}",
            "image": None if number else "made:1",
            "stage": "read",
            "reason": f"{number} {long}",
        }
        for number in range(90)
    ]
    for rows, of in ((images, path), (volumes, "volumes"), (errors, "errors")):
        to = of if of == path else path.with_name(f"out.{of}.parquet")
        pq.write_table(pa.Table.from_pylist(rows), to)
    return path


def test_it_is_bounded_whatever_a_table_has(grave):
    html = page_of(grave, identify=True)
    rows = Parsed(html).rows

    assert len(html.encode()) < 500_000
    assert set(rows.values()) == {20}
    assert {"missingSlices", "mixedSize", "duplicateSopInstanceUid", "derived"} <= set(rows)
    assert html.count("<figure>") == 12
    assert '<p class="muted">20 more in a.parquet.</p>' in html
    assert "Rarer reasons are left out." in html
    assert "Rarer ones are left out." in html
    assert "32 rarer ones are left out" in html
