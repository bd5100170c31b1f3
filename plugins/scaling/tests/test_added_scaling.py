import msgspec
import pytest

import metaprov_core
import metaprov_scaling
from metaprov_core import Host
from metaprov_scaling import SCALING, Note, ScalingModule
from metaprov_scaling.plugins import added

PET_IMAGE = "scheme://imageId"
FACTORS = ScalingModule(suvbw=0.0004, suvlbm=0.0003)


@pytest.fixture(autouse=True)
def _nothing_added():
    metaprov_core.clear()
    yield
    metaprov_core.clear()


def test_what_was_added_is_the_answer_of_the_installed_plugin():
    metaprov_scaling.add(PET_IMAGE, FACTORS)

    assert metaprov_core.get("scalingModule", PET_IMAGE) == FACTORS


def test_an_image_without_factors_has_no_answer():
    metaprov_scaling.add(PET_IMAGE, FACTORS)

    assert metaprov_core.get("scalingModule", "scheme://another") is None


def test_no_other_type_is_answered():
    metaprov_scaling.add(PET_IMAGE, FACTORS)

    asked = [each.name for each in metaprov_core.call_order("imagePlaneModule", PET_IMAGE)]

    assert "scaling" not in asked


def test_the_answer_cannot_be_changed():
    metaprov_scaling.add(PET_IMAGE, FACTORS)

    with pytest.raises(AttributeError, match="immutable"):
        metaprov_core.get(SCALING, PET_IMAGE).suvbw = 1.0


ADDS = pytest.mark.parametrize(
    "add",
    [
        metaprov_scaling.add,
        lambda image_id, scaling: metaprov_core.add("scalingModule", image_id, scaling),
    ],
    ids=["metaprov_scaling.add", "metaprov_core.add"],
)


@ADDS
def test_a_mapping_is_answered_as_the_module_that_it_stands_for(add):
    note = {"code": "a", "severity": "info", "sentence": "A.", "attribute": "PatientWeight"}

    add(PET_IMAGE, {"suvbw": 0.0004, "suvlbmJanma": 0.0003, "notes": [note]})

    assert metaprov_core.get(SCALING, PET_IMAGE) == ScalingModule(
        suvbw=0.0004, suvlbm_janma=0.0003, notes=(Note(**note),)
    )


@ADDS
def test_a_misspelt_factor_is_refused_and_what_was_added_before_stays(add):
    add(PET_IMAGE, FACTORS)

    with pytest.raises(ValueError, match="no field 'suvbv'; did you mean suvbw"):
        add(PET_IMAGE, {"suvbv": 0.0004})

    assert metaprov_core.get(SCALING, PET_IMAGE) == FACTORS


@ADDS
def test_a_struct_of_another_class_is_answered_as_it_is(add):
    class Ours(msgspec.Struct, frozen=True):
        suvbw: float

    ours = Ours(0.0004)
    add(PET_IMAGE, ours)

    assert metaprov_core.get(SCALING, PET_IMAGE) is ours


def test_changing_what_was_added_does_not_change_the_answer():
    factors = msgspec.structs.asdict(FACTORS)
    metaprov_scaling.add(PET_IMAGE, factors)
    factors["suvbw"] = 1.0

    assert metaprov_core.get(SCALING, PET_IMAGE) == FACTORS


def test_the_hosts_add_reaches_the_same_place():
    metaprov_core.add("scalingModule", PET_IMAGE, FACTORS)

    assert added.get_metadata(PET_IMAGE) == FACTORS


def test_another_type_is_not_taken():
    host = Host()
    host.register(added)

    with pytest.raises(LookupError, match="no plugin takes imagePlaneModule for scheme://imageId"):
        host.add("imagePlaneModule", PET_IMAGE, {})


def test_the_last_value_added_counts():
    metaprov_scaling.add(PET_IMAGE, {"suvbw": 1.0})
    metaprov_scaling.add(PET_IMAGE, FACTORS)

    assert metaprov_core.get(SCALING, PET_IMAGE) == FACTORS


@pytest.mark.parametrize("type", [None, "scalingModule"])
def test_cleared_factors_are_gone(type):
    metaprov_scaling.add(PET_IMAGE, FACTORS)

    metaprov_core.clear(type, PET_IMAGE)

    assert metaprov_core.get(SCALING, PET_IMAGE) is None


def test_clearing_another_type_or_image_keeps_them():
    metaprov_scaling.add(PET_IMAGE, FACTORS)

    metaprov_core.clear("imagePlaneModule", PET_IMAGE)
    metaprov_core.clear("scalingModule", "scheme://another")

    assert metaprov_core.get(SCALING, PET_IMAGE) == FACTORS


def test_whoever_derived_from_the_factors_is_told_of_new_ones():
    told = []

    class Listener:
        @metaprov_core.hookimpl
        def metadata_changed(self, type, image_id):
            told.append((type, image_id))

    name = metaprov_core.register(Listener())
    try:
        metaprov_scaling.add(PET_IMAGE, FACTORS)
    finally:
        metaprov_core.unregister(name)

    assert ("scalingModule", PET_IMAGE) in told
