"""The provider: who is asked, what is kept, and what an explanation says."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import metaprov_scaling
from metaprov_core import Host, hookimpl
from metaprov_modules import ImageIdsOfFolder
from metaprov_scaling import SCALING, Given, ScalingModule, configure
from metaprov_scaling.plugins import added
from metaprov_scaling.plugins.computed import ComputedScaling

CT = {"Modality": "CT", "SeriesInstanceUID": "1.9"}


def notes_of(host, image_id):
    rows = {row.provider.name: row for row in host.explain("scalingModule", image_id).rows}
    return rows["suv"].notes


def test_a_pet_image_has_its_factors_whatever_its_source(host_of, pet, one):
    host, _ = host_of({"wadors:pt1": pet(), "pet:2": pet()})

    module = host.get(SCALING, "pet:2")

    assert isinstance(module, ScalingModule)
    assert module.suvbw == one().suvbw


def test_another_modality_and_an_image_that_nobody_knows_have_none(host_of, pet):
    host, _ = host_of({"pet:1": pet(), "ct:1": CT})

    assert host.get("scalingModule", "ct:1") is None
    assert host.get("scalingModule", "ct:2") is None


@pytest.mark.parametrize(
    ("instance", "note"),
    [
        (CT, "Modality (0008,0060) is CT, not PT or RTDOSE"),
        ({}, "Modality (0008,0060) is missing"),
        ({"Modality": ["PT"]}, "Modality (0008,0060) is <list>, not PT or RTDOSE"),
        (None, "no provider has the header of this image: none answers 'instance'"),
    ],
)
def test_an_image_that_is_not_scaled_has_a_note_that_says_why(instance, note, host_of):
    host, _ = host_of({"ct:1": instance})

    assert host.get("scalingModule", "ct:1") is None
    assert notes_of(host, "ct:1") == (note,)


def test_the_images_of_a_modality_that_is_not_scaled_share_one_note(host_of):
    host, _ = host_of({"ct:1": CT, "ct:2": CT, "gone:1": None, "gone:2": None})

    for one, other in (("ct:1", "ct:2"), ("gone:1", "gone:2")):
        assert notes_of(host, one)[0] is notes_of(host, other)[0]


def test_every_image_of_the_series_decides(host_of, pet):
    images = {
        f"pet:{time}": pet(AcquisitionTime=time, SeriesTime="112000", FrameReferenceTime=0)
        for time in ("111000", "110000", "110500")
    }
    host, _ = host_of(images)

    factors = {host.get(SCALING, image_id).suvbw for image_id in images}

    (factor,) = factors
    assert factor == pytest.approx(70_000 / (368_080_000 * 2 ** (-3600 / 6586.2)), rel=1e-12)


def test_images_of_a_series_with_one_factor_share_one_answer(host_of, pet):
    host, _ = host_of({"pet:1": pet(), "pet:2": pet()})

    assert host.get(SCALING, "pet:1") is host.get(SCALING, "pet:2")


def test_a_series_is_computed_once(host_of, pet):
    images = {f"pet:{i}": pet() for i in range(20)}
    host, source = host_of(images)

    host.get_many(SCALING, images)
    host.get_many(SCALING, images)

    # Each header twice: for the series, and to tell that it is one of PET.
    assert len(source.asked) == 2 * len(images)


def test_where_the_series_is_unknown_one_image_decides_and_a_note_says_so(host_of, pet):
    host, _ = host_of({"pet:1": pet(), "pet:2": pet()}, knows_series=False)

    assert [note.code for note in host.get(SCALING, "pet:1").notes] == ["singleImage"]


def test_where_only_the_folder_of_the_series_is_known_a_note_says_so(host_of, pet):
    host, _ = host_of({"pet:1": pet(), "pet:2": pet()})

    class Folder:
        searched = False

        @hookimpl(types=["seriesImageIds"])
        def get_metadata(self):
            ids = ("pet:1", "pet:2")
            return ids if self.searched else ImageIdsOfFolder(ids)

    folder = Folder()
    host.register(folder)

    (note,) = host.get(SCALING, "pet:1").notes

    assert (note.code, note.severity) == ("seriesOfFolder", "info")
    assert "files of it elsewhere are not counted" in note.sentence
    # The same images, found by a search.
    folder.searched = True
    assert host.get(SCALING, "pet:2").notes == ()
    host.changed("seriesImageIds")
    assert host.get(SCALING, "pet:1").notes == ()


def test_an_image_that_its_folder_does_not_name_has_the_note_too(host_of, pet):
    class Folder:
        @hookimpl(types=["seriesImageIds"])
        def get_metadata(self):
            return ImageIdsOfFolder(("pet:2",))

    host, _ = host_of({"pet:1": pet(AcquisitionTime="110500"), "pet:2": pet()})
    host.register(Folder())

    assert [note.code for note in host.get(SCALING, "pet:1").notes] == ["seriesOfFolder"]


def test_images_of_the_series_without_a_header_or_of_another_modality_do_not_decide(host_of, pet):
    host, _ = host_of(
        {"pet:1": pet(), "pet:2": pet(), "sr:1": {"Modality": "SR", "SeriesInstanceUID": "1.2.3"}}
    )

    assert host.get(SCALING, "pet:1").notes == ()

    class LostHeader:
        @hookimpl(types=["seriesImageIds"], tryfirst=True)
        def get_metadata(self):
            return ("pet:1", "pet:2", "pet:lost")

    host.register(LostHeader())
    assert [note.code for note in host.get(SCALING, "pet:1").notes] == ["imagesWithoutHeader"]


def test_an_image_that_its_series_does_not_name_decides_with_it(host_of, pet):
    class Others:
        @hookimpl(types=["seriesImageIds"], tryfirst=True)
        def get_metadata(self):
            return ("pet:2", "pet:3")

    host, _ = host_of({f"pet:{i}": pet(PatientWeight=60.0 + (i == 1)) for i in (1, 2, 3)})
    host.register(Others())

    assert host.get(SCALING, "pet:2") is not None
    assert host.get(SCALING, "pet:1") is None
    assert "PatientWeight" in notes_of(host, "pet:1")[0]


@pytest.mark.parametrize("uid", ["1.2.3.4", None])
@pytest.mark.parametrize("other", ["/a.dcm", "file:///a.dcm", "/a.dcm?frame=1"])
def test_another_spelling_of_an_id_is_the_same_image(other, uid, host_of, pet):
    class Files:
        @hookimpl(types=["instance"], tryfirst=True)
        def get_metadata(self):
            return pet(SOPInstanceUID=uid)

        @hookimpl(specname="get_metadata", types=["seriesImageIds"], tryfirst=True)
        def series_image_ids(self):
            return ("dicomfile:/a.dcm",)

    host, _ = host_of({})
    host.register(Files())

    module = host.get(SCALING, other)

    assert module is host.get(SCALING, "dicomfile:/a.dcm")
    assert [note.code for note in module.notes] == ["singleImage"]


class Links:
    """A plugin that has an image by the ids that its source gives, and by links to them."""

    def __init__(self, host):
        self.host = host

    @hookimpl(types=["instance", "seriesImageIds"], schemes=["link"])
    def get_metadata(self, type, image_id):
        return self.host.get(type, image_id.replace("link:", "pet:"))


def test_a_series_asked_for_by_other_ids_than_its_source_gives_is_computed_once(host_of, pet):
    images = {f"pet:{i}": pet(SOPInstanceUID=f"1.2.{i}") for i in range(20)}
    host, source = host_of(images)
    host.register(Links(host))

    modules = host.get_many(SCALING, [f"link:{i}" for i in range(20)])

    assert len({id(module) for module in modules}) == 1
    assert modules[0].notes == ()
    # As often as by the source's own ids.
    assert len(source.asked) == 2 * len(images)


def test_images_that_share_a_uid_by_mistake_and_differ_are_two(host_of, pet):
    factors = (5e-4, 6e-4)
    images = {
        f"pet:{f}": pet(SOPInstanceUID="1.2", Units="CNTS", suv_scale_factor=f) for f in factors
    }
    host, _ = host_of(images)
    host.register(Links(host))

    for scheme in ("pet", "link"):
        assert tuple(host.get(SCALING, f"{scheme}:{f}").suvbw for f in factors) == factors


def test_copies_of_an_image_count_once(host_of, pet):
    host, _ = host_of({"pet:1": pet(SOPInstanceUID="1.2"), "pet:copy": pet(SOPInstanceUID="1.2 ")})

    assert [note.code for note in host.get(SCALING, "pet:copy").notes] == ["singleImage"]


def test_an_explanation_says_why_there_are_no_factors(host_of, pet, absent):
    host, _ = host_of({"pet:1": pet(PatientWeight=absent), "pet:2": pet(PatientWeight=absent)})

    assert host.get(SCALING, "pet:1") is None
    assert notes_of(host, "pet:1") == ("PatientWeight (0010,1030) is missing or not a number",)
    # Again, and for the other image, without another look at the series.
    assert notes_of(host, "pet:1") == notes_of(host, "pet:2")


def test_an_image_that_is_taken_away_while_its_series_is_read_has_a_reason(host_of, pet):
    host, source = host_of({"pet:1": pet()})

    class TakenAway:
        @hookimpl(types=["seriesImageIds"], tryfirst=True)
        def get_metadata(self, image_id):
            source.instances.pop(image_id, None)
            return (image_id,)

    host.register(TakenAway())

    assert host.get(SCALING, "pet:1") is None
    source.instances["pet:1"] = pet()
    host.changed("instance", "pet:1")
    assert notes_of(host, "pet:1") == ("Modality (0008,0060) is no longer PT",)


def test_an_instance_that_is_not_a_mapping_has_no_answer_but_a_note(host_of, pet):
    class Odd:
        @hookimpl(types=["instance"], tryfirst=True)
        def get_metadata(self):
            return 5

    host, _ = host_of({})
    host.register(Odd())

    assert notes_of(host, "pet:1") == ("the instance is not a mapping by DICOM keyword: int",)


@pytest.fixture
def by_hand():
    yield
    added.clear_metadata(None, None)


@pytest.mark.usefixtures("by_hand")
def test_what_was_added_wins_and_is_what_was_given(pet, host_of):
    host = Host(discover=True, only=["metaprov-scaling"])
    _, source = host_of({"pet:1": pet(), "pet:2": pet(Units="CPS", SeriesInstanceUID="1.2.4")})
    host.register(source)

    host.add("scalingModule", "pet:1", {"suvbw": 1.5})
    metaprov_scaling.add("pet:2", {"suvbw": 2.5})

    assert host.get("scalingModule", "pet:1") == ScalingModule(suvbw=1.5)
    assert host.get("scalingModule", "pet:2") == ScalingModule(suvbw=2.5)

    host.clear("scalingModule", "pet:1")
    assert host.get("scalingModule", "pet:1").suvbw < 1


@pytest.mark.parametrize("by_hand_before", [True, False])
def test_what_another_plugin_gives_wins_whenever_it_is_registered(by_hand_before, host_of, pet):
    class Given:
        @hookimpl(types=[SCALING])
        def get_metadata(self):
            return ScalingModule(suvbw=1.5)

    _, source = host_of({"pet:1": pet()})
    plugins = [source, ComputedScaling()]
    plugins.insert(0 if by_hand_before else 2, Given())
    host = Host()
    for plugin in plugins:
        host.register(plugin)

    assert host.get(SCALING, "pet:1") == ScalingModule(suvbw=1.5)


@pytest.mark.parametrize("type", ["instance", "seriesImageIds", None])
def test_a_change_to_one_image_is_heard_by_all_of_its_series(type, host_of, pet):
    host, source = host_of({"pet:1": pet(), "pet:2": pet()})
    before = host.get(SCALING, "pet:1").suvbw

    for image_id in source.instances:
        source.instances[image_id] = pet(PatientWeight=140.0)
    host.changed(type, "pet:2")

    assert host.get(SCALING, "pet:1").suvbw == pytest.approx(2 * before)


def test_an_image_that_joins_a_series_counts(host_of, pet):
    late = {"SeriesTime": "112000", "FrameReferenceTime": 0}
    host, source = host_of({"pet:1": pet(**late, AcquisitionTime="111000")})
    before = host.get(SCALING, "pet:1").suvbw

    source.instances["pet:2"] = pet(**late, AcquisitionTime="110000")
    host.changed("instance", "pet:2")

    assert host.get(SCALING, "pet:1").suvbw < before
    del source.instances["pet:2"]
    host.clear("instance", "pet:2")
    assert host.get(SCALING, "pet:1").suvbw == before


def test_a_reason_goes_away_with_its_cause(host_of, pet):
    host, source = host_of({"pet:1": pet(PatientWeight=None)})
    assert host.get(SCALING, "pet:1") is None

    source.instances["pet:1"] = pet()
    host.changed("instance", "pet:1")

    assert host.get(SCALING, "pet:1") is not None


def test_changes_to_other_types_do_not_drop_what_was_computed(host_of, pet):
    host, source = host_of({"pet:1": pet(), "pet:2": pet()})
    host.get(SCALING, "pet:1")
    source.asked.clear()

    host.changed("imagePlaneModule", "pet:1")
    host.changed("scalingModule", "pet:1")

    host.get(SCALING, "pet:1")
    assert source.asked == []


def test_however_many_threads_ask_the_series_is_computed_once(host_of, pet):
    images = {f"pet:{i}": pet() for i in range(8)}
    host, source = host_of(images)
    gate = threading.Barrier(8)

    def ask(image_id):
        gate.wait()
        return host.get(SCALING, image_id)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, images))

    assert len({id(answer) for answer in answers}) == 1
    assert len(source.asked) == 2 * len(images)


def test_factors_whose_computation_overlaps_a_change_are_not_kept(host_of, pet):
    host, source = host_of({"pet:1": pet(), "pet:2": pet()})
    reading, may_go_on = threading.Event(), threading.Event()
    instances = source.instances

    class Slow(dict):
        def get(self, image_id, default=None):
            image = dict.get(self, image_id, default)
            if image_id == "pet:2":
                reading.set()
                may_go_on.wait(10)
            return image

    source.instances = Slow(instances)
    with ThreadPoolExecutor(1) as thread:
        stale = thread.submit(host.get, SCALING, "pet:1")
        reading.wait(10)
        source.instances = {each: pet(PatientWeight=140.0) for each in instances}
        host.changed("instance", "pet:1")
        fresh = host.get(SCALING, "pet:1")
        may_go_on.set()
        stale.result()

    assert fresh.suvbw == host.get(SCALING, "pet:1").suvbw
    assert host.get(SCALING, "pet:2").suvbw == fresh.suvbw


def test_configure_turns_repaired_values_into_reasons_in_every_host(host_of, pet):
    images = {"pet:1": pet(RadionuclideTotalDose=368.08)}
    hosts = [host_of(images)[0], host_of(images)[0]]
    assert all(host.get(SCALING, "pet:1").repaired for host in hosts)

    configure(repairs=False)

    for host in hosts:
        assert host.get(SCALING, "pet:1") is None
        (note,) = notes_of(host, "pet:1")
        assert "RadionuclideTotalDose" in note
        assert "repairs are switched off" in note
    configure(repairs=True)
    assert hosts[0].get(SCALING, "pet:1").repaired


def test_whoever_derived_from_the_factors_is_told_of_configure(host_of, pet):
    told = []

    class Listener:
        @hookimpl
        def metadata_changed(self, type, image_id):
            told.append((type, image_id))

    host, _ = host_of({"pet:1": pet()})
    host.register(Listener())

    configure(repairs=False)

    assert ("scalingModule", None) in told


def test_every_host_is_told_of_configure_whatever_others_raise(host_of, pet):
    class FailingOnce:
        told = False

        @hookimpl
        def metadata_changed(self, type, image_id):
            if type == SCALING and not self.told:
                self.told = True
                raise RuntimeError("not now")

    hosts = [host_of({"pet:1": pet(RadionuclideTotalDose=368.08)})[0] for _ in range(8)]
    assert all(host.get(SCALING, "pet:1").repaired for host in hosts)
    for host in hosts[1::2]:
        host.register(FailingOnce())

    with pytest.raises(ExceptionGroup, match="plugins raised when told of them") as raised:
        configure(repairs=False)

    assert [str(error) for error in raised.value.exceptions] == ["not now"] * 4
    assert [host.get(SCALING, "pet:1") for host in hosts] == [None] * 8


@pytest.mark.parametrize("leave", [Host.close, lambda host: host.unregister("suv")])
def test_who_left_the_host_is_told_of_no_setting(leave, host_of, pet):
    class Listener:
        told = False

        @hookimpl
        def metadata_changed(self, type):
            self.told = self.told or type == SCALING

    host, _ = host_of({"pet:1": pet()})
    listener = Listener()
    host.register(listener)
    leave(host)

    configure(repairs=False)

    assert not listener.told


def test_factors_rest_on_the_series(host_of):
    host, _ = host_of({})

    assert host.type_of("scalingModule").scope == "series"


def test_a_host_that_is_gone_is_not_kept_by_the_settings(host_of):
    import gc
    import weakref

    plugin = ComputedScaling()
    host = Host()
    host.register(plugin)
    gone = weakref.ref(plugin)
    del plugin, host
    gc.collect()

    assert gone() is None


# -- RTDOSE

DOSE = {
    "Modality": "RTDOSE",
    "DoseGridScaling": 1e-6,
    "DoseSummationType": "PLAN",
    "DoseType": "PHYSICAL",
    "DoseUnits": "GY",
}


def test_a_dose_image_has_what_its_header_says(host_of):
    host, _ = host_of({"dose:1": DOSE})

    assert host.get(SCALING, "dose:1") == ScalingModule(
        dose_grid_scaling=1e-6,
        dose_summation_type="PLAN",
        dose_type="PHYSICAL",
        dose_units="GY",
    )


@pytest.mark.parametrize("scaling", [None, "", 0, -1e-6, [1e-6], float("nan")])
def test_a_dose_image_without_a_scaling_has_a_reason(scaling, host_of):
    host, _ = host_of({"dose:1": {**DOSE, "DoseGridScaling": scaling}})

    assert host.get(SCALING, "dose:1") is None
    assert "DoseGridScaling (3004,000E)" in notes_of(host, "dose:1")[0]


def test_a_dose_file_of_pydicom_is_scaled():
    pytest.importorskip("metaprov_dicom")
    from pydicom.data import get_testdata_file

    host = Host(discover=True, only=["metaprov-dicom", "metaprov-scaling"])

    module = host.get(SCALING, f"dicomfile:{get_testdata_file('rtdose.dcm', download=False)}")

    assert (module.dose_grid_scaling, module.dose_units) == (1e-6, "RELATIVE")


# -- the answer


def test_the_answer_in_json_has_the_names_of_cornerstone(host_of, pet):
    import msgspec

    host, _ = host_of({"pet:1": pet(RadionuclideTotalDose=368.08)})

    encoded = msgspec.to_builtins(host.get(SCALING, "pet:1"))

    assert list(encoded) == [
        "suvbw",
        "suvlbm",
        "suvlbmJames128",
        "suvlbmJanma",
        "suvbsa",
        "suvibw",
        "repaired",
        "notes",
        "doseGridScaling",
        "doseSummationType",
        "doseType",
        "doseUnits",
    ]
    assert {note["severity"] for note in encoded["notes"]} == {"info", "repaired"}


def test_the_answer_cannot_be_changed(host_of, pet):
    host, _ = host_of({"pet:1": pet()})

    with pytest.raises(AttributeError):
        host.get(SCALING, "pet:1").suvbw = 1.0


def test_the_key_knows_the_class_of_the_answer():
    assert SCALING.answer_class is ScalingModule


class TestOrigins:
    def origins(self, host_and_source):
        host, _ = host_and_source
        return host.explain("scalingModule", "local:1", fields=True).fields

    def test_a_factor_rests_on_values_and_on_the_rule_of_time(self, host_of, pet):
        told = self.origins(host_of({"local:1": pet()}))
        assert told["suvbw"][:3] == (
            "Units (0054,1001) BQML",
            "weight 70 kg",
            "dose 368.08 MBq",
        )
        assert told["suvbw"][-1].endswith("by rule 5a SeriesTime")

    def test_a_kept_answer_has_the_same(self, host_of, pet):
        host, _ = made = host_of({"local:1": pet()})
        first = self.origins(made)
        host.get("scalingModule", "local:1")
        assert self.origins(made) == first

    def test_a_factor_that_cannot_be_given_has_none(self, host_of, pet):
        host, _ = made = host_of({"local:1": pet(PatientSize=None)})
        assert host.get("scalingModule", "local:1").suvlbm is None
        assert set(self.origins(made)) == {"suvbw"}

    def test_pixels_that_are_SUV_say_so(self, host_of, pet):
        told = self.origins(host_of({"local:1": pet(Units="GML", SUVType="BW")}))
        assert told["suvbw"] == ("Units (0054,1001) GML", "SUVType (0054,1006) BW")

    def test_other_kinds_than_that_of_the_pixels_rest_on_both_masses(self, host_of, pet):
        told = self.origins(host_of({"local:1": pet(Units="GML")}))
        pixels = ("Units (0054,1001) GML", "no SUVType (0054,1006): suvbw")
        assert told["suvbw"] == pixels
        assert told["suvlbm"] == (*pixels, "weight 70 kg", "height 1.75 m", "sex F")
        assert told["suvibw"] == (*pixels, "height 1.75 m", "sex F", "weight 70 kg")

    def test_counts_rest_on_the_factor_of_Philips_to_SUV(self, host_of, pet):
        told = self.origins(host_of({"local:1": pet(Units="CNTS", suv_scale_factor=0.0005)}))
        pixels = ("Units (0054,1001) CNTS", "Philips (7053,1000) 0.0005")
        assert told["suvbw"] == pixels
        assert told["suvbsa"] == (*pixels, "weight 70 kg", "height 1.75 m")

    def test_counts_rest_on_the_factor_of_Philips_to_activity(self, host_of, pet):
        told = self.origins(host_of({"local:1": pet(Units="CNTS", activity_scale_factor=1.5)}))
        assert told["suvbw"][:4] == (
            "Units (0054,1001) CNTS",
            "Philips (7053,1009) 1.5",
            "weight 70 kg",
            "dose 368.08 MBq",
        )

    def test_each_image_has_the_factor_of_its_own(self, host_of, pet):
        first = pet(Units="CNTS", SOPInstanceUID="1", suv_scale_factor=0.001)
        second = pet(Units="CNTS", SOPInstanceUID="2", suv_scale_factor=0.002)
        host, _ = made = host_of({"local:1": first, "local:2": second})
        assert self.origins(made)["suvbw"][1] == "Philips (7053,1000) 0.001"
        told = host.explain("scalingModule", "local:2", fields=True).fields
        assert told["suvbw"][1] == "Philips (7053,1000) 0.002"

    def test_values_that_are_given_are_told_as_such(self, host_of, pet):
        configure(given={"1.2.3": Given(weight=99, injected="10:10")})
        told = self.origins(host_of({"local:1": pet()}))["suvlbm"]
        assert told[1:3] == ("weight 99 kg, given", "height 1.75 m")
        assert "administered 2025-01-01 10:10:00, given, assumed" in told

    def test_values_that_are_repaired_or_assumed_are_told_as_such(self, host_of, pet):
        image = pet(
            PatientWeight=70_000,
            PatientSize=175,
            RadionuclideTotalDose=368.08,
            RadiopharmaceuticalStartDateTime=None,
            SeriesTime="113000",
            FrameReferenceTime=None,
        )
        told = self.origins(host_of({"local:1": image}))["suvbsa"]
        assert told[1:] == (
            "weight 70 kg, repaired",
            "height 1.75 m, repaired",
            "dose 368.08 MBq, repaired",
            "half-life 6586.2 s",
            "administered 2025-01-01 10:00:00, assumed",
            "decay corrected to 2025-01-01 11:00:00, by rule 5e earliest AcquisitionTime, assumed",
        )

    def test_dose_comes_from_its_attributes(self, host_of):
        dose = {"Modality": "RTDOSE", "DoseGridScaling": 0.5, "DoseUnits": "GY"}
        assert self.origins(host_of({"local:1": dose})) == {
            "dose_grid_scaling": ("DoseGridScaling (3004,000E)",),
            "dose_units": ("DoseUnits (3004,0002)",),
        }
