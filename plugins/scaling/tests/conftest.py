"""PET instances made from the rules, a source of them, and the data beside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from metaprov_core import Host, hookimpl
from metaprov_scaling import Refusal, ScalingModule, configure, pet_header, scale_series
from metaprov_scaling.plugins.computed import ComputedScaling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "suv"

#: A change to this takes the attribute away.
ABSENT = object()

#: Who was scanned, with what: the patient and the tracer of the IBSI reference objects.
IMAGE = {
    "Modality": "PT",
    "SOPClassUID": "1.2.840.10008.5.1.4.1.1.128",
    "SeriesInstanceUID": "1.2.3",
    "Manufacturer": "Synthetic",
    "PatientWeight": 70.0,
    "PatientSize": 1.75,
    "PatientSex": "F",
    "SeriesDate": "20250101",
    "SeriesTime": "110000",
    "AcquisitionDate": "20250101",
    "AcquisitionTime": "110000",
    "ActualFrameDuration": 300000,
    "FrameReferenceTime": 150000.0,
    "CorrectedImage": ("NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"),
    "Units": "BQML",
    "DecayCorrection": "START",
}
TRACER = {
    "RadionuclideTotalDose": 368_080_000.0,
    "RadionuclideHalfLife": 6586.2,
    "RadiopharmaceuticalStartDateTime": "20250101100000",
    "RadiopharmaceuticalStartTime": "100000",
}
PRIVATE = {
    "suv_scale_factor": "70531000",
    "activity_scale_factor": "70531009",
    "ge_datetime": "0009100D",
    "siemens_datetime": "00711022",
    "ge_start": "0009103B",
}


def pet_image(**changes: Any) -> dict[str, Any]:
    """An instance of PET; ``changes`` by keyword, of the tracer and private ones, too."""
    image: dict[str, Any] = dict(IMAGE)
    tracer: dict[str, Any] = dict(TRACER)
    for name, value in changes.items():
        of = tracer if name in TRACER else image
        of[PRIVATE.get(name, name)] = value
    for each in (image, tracer):
        for name in [name for name, value in each.items() if value is ABSENT]:
            del each[name]
    return {"RadiopharmaceuticalInformationSequence": (tracer,), **image}


def scaled(*images: Mapping[str, Any], **options: Any) -> Any:
    """The factors of a series of images, or the reason why there are none."""
    return scale_series([pet_header(image) for image in images], **options)


class Source:
    """A plugin that has instances and knows their series."""

    def __init__(self, instances: Mapping[str, Any], *, knows_series: bool = True) -> None:
        self.instances = dict(instances)
        self.knows_series = knows_series
        self.asked: list[str] = []

    @hookimpl(specname="get_metadata", types=["instance"])
    def instance(self, image_id: str) -> Any:
        self.asked.append(image_id)
        return self.instances.get(image_id)

    @hookimpl(specname="get_metadata", types=["seriesImageIds"])
    def series_image_ids(self, image_id: str) -> Any:
        image = self.instances.get(image_id)
        if image is None or not self.knows_series:
            return None
        uid = image.get("SeriesInstanceUID")
        return tuple(
            each for each, other in self.instances.items() if other.get("SeriesInstanceUID") == uid
        )

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        return iter(self.instances) if source == "pet:" else None


@pytest.fixture(scope="session")
def absent():
    return ABSENT


@pytest.fixture(scope="session")
def pet():
    """Make an instance of PET, by default one with a known factor."""
    return pet_image


@pytest.fixture(scope="session")
def series():
    """The factors of some images as one series, or the reason why there are none."""
    return scaled


@pytest.fixture(scope="session")
def one():
    """The module of one image of PET with some changes, which must have one."""

    def module(**changes: Any) -> ScalingModule:
        outcome = scaled(pet_image(**changes))
        assert not isinstance(outcome, Refusal), outcome
        return outcome.modules[0]

    return module


@pytest.fixture(scope="session")
def reason():
    """The attribute for which one image of PET with some changes has no factor."""

    def attribute(**changes: Any) -> str:
        outcome = scaled(pet_image(**changes))
        assert isinstance(outcome, Refusal), outcome
        # Whatever it is called in an explanation, the attribute is named.
        assert all(part in outcome.sentence for part in outcome.attribute.split("/"))
        return outcome.attribute

    return attribute


@pytest.fixture(scope="session")
def source_of():
    """Make a plugin that has some instances by image id."""
    return Source


@pytest.fixture
def host_of():
    """Make a host that has some instances by image id, and computes their scaling."""

    def make(instances: Mapping[str, Any], **options: Any) -> tuple[Host, Source]:
        host, source = Host(), Source(instances, **options)
        host.register(source, "source")
        host.register(ComputedScaling(), "suv")
        return host, source

    return make


@pytest.fixture(autouse=True)
def _repairs_allowed():
    yield
    configure()


@pytest.fixture(scope="session")
def suv_data():
    """Read a file of the data beside the repository."""
    if not DATA.is_dir():
        pytest.skip("the data beside the repository, ../shared/data/suv, is not there")
    return lambda name: json.loads((DATA / name).read_text())


@pytest.fixture(scope="session")
def reference_objects():
    """The folders of the IBSI reference objects beside the repository."""
    folder = DATA / "ibsi-dro-headers"
    if not folder.is_dir():
        pytest.skip("the data beside the repository, ../shared/data/suv, is not there")
    return folder


@pytest.fixture(scope="session")
def instance_of():
    """An instance of the header values as the data beside the repository has them, flat."""

    def make(flat: Mapping[str, Any]) -> dict[str, Any]:
        philips = flat.get("PhilipsPETPrivateGroup") or {}
        moved = {
            "70531000": philips.get("SUVScaleFactor"),
            "70531009": philips.get("ActivityConcentrationScaleFactor"),
            "0009100D": flat.get("GEPrivatePostInjectionDateTime"),
            "00711022": flat.get("SiemensDecayCorrectionDateTime"),
            "RadiopharmaceuticalInformationSequence": (
                {name: flat[name] for name in TRACER if name in flat},
            ),
        }
        return {"Modality": "PT", **flat, **moved}

    return make
