"""Series that are asked once, while their headers are at hand, and those that are asked anew."""

from __future__ import annotations

from collections import Counter

import pytest

from metaprov_core import Host, MetadataType, hookimpl, parse_image_id
from metaprov_modules import SERIES_IMAGE_IDS
from metaprov_table import write

OF_ALL = MetadataType("ofAll", int, scope="series")
#: How many images a series has.
IMAGES = 4


class OfAll:
    """Answers for whole series alone, and writes down which files it is asked about."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    @hookimpl
    def attach(self, host: Host) -> None:
        self.host = host

    @hookimpl(types=[OF_ALL], scope="series")
    def get_metadata(self, image_id: str) -> int:
        self.asked[parse_image_id(image_id).rest.rpartition("/")[2]] += 1
        images = len(self.host.get(SERIES_IMAGE_IDS, image_id))
        if images < IMAGES:
            raise ValueError(f"{images} are not all")
        return images


@pytest.fixture
def of_all(host):
    plugin = OfAll()
    host.register(plugin)
    return plugin


@pytest.fixture
def make(host, of_all, tmp_path, tables):
    """Write the three tables of some series, whose files are in folders by a template."""

    def write_them(batch=1000, **options):
        output = tmp_path / "out.parquet"
        options = {"types": ["imagePlaneModule", OF_ALL], "fresh": True, **options}
        write(tmp_path / "scan", output=output, host=host, batch=batch, **options)
        return tables(output)

    return write_them


@pytest.fixture
def series_in(slice_at, tmp_path):
    """Write two series: each file where a template says."""

    def write_series(template):
        for series in (1, 2):
            for number in range(IMAGES):
                place = template.format(series=series, number=number, odd=number % 2)
                slice_at(
                    tmp_path / "scan" / f"{place}.dcm",
                    number,
                    SeriesInstanceUID=f"1.2.3.{series}",
                    SOPInstanceUID=f"1.2.3.{series}.{number}",
                )

    return write_series


@pytest.mark.parametrize(
    "template",
    [
        "{series}/{series}-{number}",  # a folder for each series
        "{series}-{number}",  # all in one, one after the other
        "{number}-{series}",  # all in one, in turns
        "{odd}/{series}-{number}",  # each in two folders, beside the other
        "{series}/{odd}/{series}-{number}",  # each in two folders of its own
    ],
)
def test_the_tables_are_the_same_whatever_the_batches(make, series_in, template):
    series_in(template)
    images, volumes, errors = first = make()
    assert images["ofAll"].to_pylist() == [IMAGES] * 2 * IMAGES
    assert volumes["images"].to_pylist() == [IMAGES] * 2
    assert not errors.num_rows
    for batch in (1, 2, 3, IMAGES, IMAGES + 1):
        assert make(batch) == first


@pytest.mark.parametrize("batch", [IMAGES, IMAGES + 1, 1000])
def test_a_series_in_a_folder_is_asked_once(make, series_in, of_all, batch):
    series_in("{series}/{series}-{number}")
    make(batch)
    assert set(of_all.asked.values()) == {1}


def test_only_a_series_that_is_elsewhere_too_is_asked_anew(make, series_in, of_all, tmp_path):
    series_in("a/{series}-{number}")
    (tmp_path / "scan" / "b").mkdir()
    (tmp_path / "scan" / "a" / "2-3.dcm").rename(tmp_path / "scan" / "b" / "2-3.dcm")
    images, volumes, errors = make(batch=2 * IMAGES - 1)
    assert {name: count for name, count in of_all.asked.items() if count > 1} == {
        f"2-{number}.dcm": 2 for number in range(IMAGES)
    }
    # What the others of its part have answered holds, and what it had answered does not.
    assert images["ofAll"].to_pylist() == [IMAGES] * 2 * IMAGES
    assert volumes["images"].to_pylist() == [IMAGES] * 2
    assert not errors.num_rows


def test_a_failure_of_the_whole_series_is_told_once(make, series_in, slice_at, tmp_path):
    series_in("{series}/{series}-{number}")
    for folder in ("a", "b"):
        slice_at(tmp_path / "scan" / folder / "3.dcm", 3, SeriesInstanceUID="1.2.3.3")
    for batch in (1, 1000):
        _, _, errors = make(batch)
        assert errors["stage"].to_pylist() == ["ofAll", "ofAll"]
        assert errors["reason"].to_pylist() == ["ValueError: 2 are not all"] * 2


def test_a_part_that_is_partly_stale_is_still_of_use(make, series_in, of_all, slice_at, tmp_path):
    series_in("a/{series}-{number}")

    class EndedError(Exception):
        pass

    def end(done, _):
        if done:
            raise EndedError

    with pytest.raises(EndedError):
        make(progress=end)
    of_all.asked.clear()
    slice_at(tmp_path / "scan" / "b" / "2-9.dcm", 9, SeriesInstanceUID="1.2.3.2")
    images, _, _ = make(fresh=False)
    assert {name[0] for name in of_all.asked} == {"2"}
    assert images["ofAll"].to_pylist() == [IMAGES] * IMAGES + [IMAGES + 1] * (IMAGES + 1)
