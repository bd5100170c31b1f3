"""The plugin that answers seriesVolumes and volumeGeometryModule, in a host of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from metaprov_core import Host, MetadataReadError, hookimpl
from metaprov_core.testing import ProviderConformanceTests
from metaprov_modules import GeneralSeriesModule, ImagePlaneModule
from metaprov_volume import RULES, volumes
from metaprov_volume.provider import Volumes
from metaprov_volume.series_volumes import series_volumes


class Scans:
    """A source of planes without headers, as one of another format is: ``scan:series/slice``."""

    def __init__(self, *places, broken=()):
        self.places = list(places)
        self.broken = set(broken)
        self.asked = 0

    def ids(self):
        return tuple(f"scan:{number}" for number in range(len(self.places)))

    @hookimpl(specname="get_metadata", types=["imagePlaneModule"], schemes=["scan"])
    def plane(self, image_id):
        self.asked += 1
        number = int(image_id.partition(":")[2])
        if number in self.broken:
            raise MetadataReadError(image_id, "damaged")
        return ImagePlaneModule(
            rows=4,
            columns=5,
            row_cosines=(1.0, 0.0, 0.0),
            column_cosines=(0.0, 1.0, 0.0),
            pixel_spacing=(2.0, 3.0),
            image_position_patient=self.places[number],
        )

    @hookimpl(specname="get_metadata", types=["seriesImageIds"], schemes=["scan"])
    def series(self, image_id):
        return self.ids()

    @hookimpl(specname="get_metadata", types=["generalSeriesModule"], schemes=["scan"])
    def about(self, image_id):
        return GeneralSeriesModule(modality="CT", series_description="scan", series_number=7)

    @hookimpl
    def find_images(self, source):
        return self.ids() if source == "scan:all" else None


def heights(*values):
    return [(1.0, 2.0, float(each)) for each in values]


@pytest.fixture
def host():
    with Host() as host:
        host.register(Volumes(), "volumes")
        yield host


class TestVolumes(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return Volumes()

    @pytest.fixture
    def sources(self):
        return [Scans(*heights(0, 2, 4))]

    @pytest.fixture
    def answers(self):
        with Host() as host:
            host.register(Scans(*heights(0, 2, 4)))
            (volume,) = series_volumes(host, ("scan:0", "scan:1", "scan:2")).volumes
        return {
            ("seriesVolumes", "scan:0"): (volume,),
            ("volumeGeometryModule", "scan:2"): volume,
        }


def test_a_source_of_planes_alone_is_enough(host):
    host.register(Scans(*heights(0, 2.5, 5)))
    (volume,) = host.get("seriesVolumes", "scan:1")
    assert volume.dimensions == (5, 4, 3)
    assert volume.spacing == (3.0, 2.0, 2.5)
    assert volume.origin == (1.0, 2.0, 0.0)
    assert volume.direction == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    assert volume.affine_lps == ((3, 0, 0, 1), (0, 2, 0, 2), (0, 0, 2.5, 0), (0, 0, 0, 1))
    assert volume.affine_ras == ((-3, 0, 0, -1), (0, -2, 0, -2), (0, 0, 2.5, 0), (0, 0, 0, 1))
    assert volume.distances == (0.0, 2.5, 5.0)
    assert (volume.modality, volume.series_description, volume.series_number) == ("CT", "scan", 7)
    assert volume.image_ids == ("scan:0", "scan:1", "scan:2")


def test_a_series_is_looked_at_once(host):
    scans = Scans(*heights(0, 2, 4))
    host.register(scans)
    answers = {host.get("seriesVolumes", image_id) for image_id in scans.ids()}
    assert len(answers) == 1
    assert host.get("volumeGeometryModule", "scan:2") == host.get("seriesVolumes", "scan:0")[0]
    assert scans.asked == 3


@pytest.mark.parametrize("type", [None, "imagePlaneModule", "instance", "seriesImageIds"])
def test_a_change_of_one_image_is_a_change_of_the_volume(host, type):
    scans = Scans(*heights(0, 2, 4))
    host.register(scans)
    host.get("seriesVolumes", "scan:0")
    scans.places[2] = (1.0, 2.0, 6.0)
    host.changed(type, "scan:2")
    (volume,) = host.get("seriesVolumes", "scan:0")
    assert [gap.missing for gap in volume.gaps] == [1]


def test_what_another_plugin_answers_comes_first(host):
    class Given:
        @hookimpl(types=["seriesVolumes"])
        def get_metadata(self, image_id):
            return ()

    host.register(Scans(*heights(0, 2)))
    host.register(Given())
    assert host.get("seriesVolumes", "scan:0") == ()


def test_an_image_that_cannot_be_read_is_named_in_the_volumes_of_the_others(host):
    scans = Scans(*heights(0, 2, 4, 6), broken={1})
    host.register(scans)
    (volume,) = host.get("seriesVolumes", "scan:0")
    assert volume.image_ids == ("scan:0", "scan:2", "scan:3")
    assert [gap.missing for gap in volume.gaps] == [1]
    (noted,) = [each for each in volume.notes if each.code == "imagesUnreadable"]
    assert "scan:1" in noted.sentence
    assert list(volumes("scan:all", host)) == [volume]


def test_an_image_counts_once_it_can_be_read(host):
    class Headers:
        @hookimpl(types=["instance"], schemes=["scan"])
        def get_metadata(self, image_id):
            if int(image_id.partition(":")[2]) in scans.broken:
                raise MetadataReadError(image_id, "damaged")
            return {"SeriesInstanceUID": "1.2", "Modality": "CT"}

    scans = Scans(*heights(0, 2, 4), broken={1})
    host.register(scans)
    host.register(Headers())
    with pytest.raises(MetadataReadError, match="damaged"):
        host.get("volumeGeometryModule", "scan:1")
    scans.broken.clear()
    volume = host.get("volumeGeometryModule", "scan:1")
    assert (volume.regular, len(volume.image_ids)) == (True, 3)
    assert host.get("seriesVolumes", "scan:0") == (volume,)


def test_a_series_that_cannot_be_read_is_an_error_after_all_others(host):
    scans = Scans(*heights(0, 2), broken={0, 1})
    host.register(scans)
    with pytest.raises(MetadataReadError, match="damaged"):
        list(volumes(["scan:0", "scan:1"], host))


def test_only_the_given_images_are_in_a_volume(host):
    host.register(Scans(*heights(0, 2, 4, 6)))
    (volume,) = volumes(["scan:2", "scan:0", "scan:2"], host)
    assert volume.image_ids == ("scan:0", "scan:2")
    assert volume.spacing[2] == 4.0


def test_rules_can_be_replaced(host):
    from msgspec.structs import replace

    host.register(Scans((0.0, 0.0, 0.0), (0.0, 0.0, 2.0), (0.01, 0.0, 4.0)))
    ids = ("scan:0", "scan:1", "scan:2")
    assert series_volumes(host, ids).volumes[0].regular
    strict = replace(RULES, regular=1e-4)
    assert not series_volumes(host, ids, strict).volumes[0].regular


def test_progress_is_told_and_stops_what_raises(host):
    host.register(Scans(*heights(0, 2, 4)))
    told = []
    list(volumes("scan:all", host, lambda done, total: told.append((done, total))))
    assert told[-1] == (3, 3)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(volumes("scan:all", host, stop))


@pytest.mark.parametrize(
    "header",
    [
        {"RescaleSlope": (1.0, 2.0)},
        {"SamplesPerPixel": ({"a": 1},)},
        {"SeriesInstanceUID": ({"a": 1},)},
        {"MRDiffusionSequence": "a text"},
        {"MRDiffusionSequence": ("a text",)},
    ],
)
def test_a_header_that_is_not_right_is_no_crash(host, header):
    class Headers:
        @hookimpl(types=["instance"], schemes=["scan"])
        def get_metadata(self, image_id):
            about = {"SeriesInstanceUID": "1.2", "Modality": "MR"}
            return {**about, **header} if image_id == "scan:1" else about

    host.register(Scans(*heights(0, 2, 2, 4)))
    host.register(Headers())
    found = host.get("seriesVolumes", "scan:0")
    assert {image_id for volume in found for image_id in volume.image_ids} == {
        "scan:0", "scan:1", "scan:2", "scan:3",
    }  # fmt: skip
    assert list(volumes("scan:all", host))


def test_frames_without_end_are_not_counted(host):
    class Headers:
        @hookimpl(types=["instance"], schemes=["scan"])
        def get_metadata(self, image_id):
            return {"NumberOfFrames": 2_000_000_000, "Modality": "MR"}

        @hookimpl(specname="get_metadata", types=["frameImageIds"], schemes=["scan"])
        def frames(self, image_id):
            return range(2_000_000_000)

    host.register(Scans(*heights(0)))
    host.register(Headers())
    assert host.get("seriesVolumes", "scan:0") is None
    assert "NumberOfFrames" in str(host.explain("seriesVolumes", "scan:0"))


def test_questions_do_not_wait_for_what_reads_arrays():
    program = """
        import sys
        import metaprov_core
        metaprov_core.load_plugins()
        import metaprov_volume
        heavy = {"numpy", "metaprov_volume.reading", "metaprov_volume.pixels"}
        print(sorted(heavy & set(sys.modules)), metaprov_volume.read.__name__)
        from metaprov_volume import *
        assert Volume and read_image and not hasattr(metaprov_volume, "nothing")
    """
    environment = {**os.environ, "METAPROV_ONLY": "volumes"}
    found = subprocess.run(
        [sys.executable, "-c", dedent(program)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.stdout, found.stderr) == ("[] read\n", "")
