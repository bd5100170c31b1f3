"""The plugin of the modules: any source, any scheme, kept until something changes."""

from __future__ import annotations

from typing import Any

import pytest

from metaprov_core import Host, ProviderCache, hookimpl
from metaprov_dicom import IMAGE_PLANE, INSTANCE, SOP_COMMON
from metaprov_dicom.modules import MODULES


class Source:
    """Instances added by hand, for ids of any scheme."""

    def __init__(self) -> None:
        self.instances: ProviderCache[Any] = ProviderCache(10)
        self.asked = 0

    @hookimpl
    def add_metadata(self, type: str, image_id: str, value: Any) -> bool | None:
        if type != INSTANCE:
            return None
        self.instances.add(image_id, value)
        return True

    @hookimpl(types=[INSTANCE])
    def get_metadata(self, image_id: str) -> Any:
        self.asked += 1
        return self.instances.get(image_id)


@pytest.fixture
def source(host: Host) -> Source:
    source = Source()
    host.register(source, "source")
    return source


@pytest.mark.parametrize("image", ["wadors:https://host/instances/1/frames/1", "demo:1", "/x.dcm"])
def test_modules_are_derived_from_the_instances_of_any_source(
    host: Host, source: Source, image: str
) -> None:
    host.add(INSTANCE, image, {"SOPInstanceUID": "1.2", "Rows": 7})
    assert host.require(SOP_COMMON, image).sop_instance_uid == "1.2"
    assert host.require(IMAGE_PLANE, image).rows == 7


def test_a_module_is_derived_once(host: Host, source: Source) -> None:
    host.add(INSTANCE, "demo:1", {"Rows": 7})
    first = host.get(IMAGE_PLANE, "demo:1")
    assert host.get(IMAGE_PLANE, "demo:1") is first
    assert source.asked == 1


def test_a_changed_instance_has_new_modules(host: Host, source: Source) -> None:
    host.add(INSTANCE, "demo:1", {"Rows": 7})
    host.add(INSTANCE, "demo:2", {"Rows": 8})
    kept = host.get(IMAGE_PLANE, "demo:2")
    assert host.require(IMAGE_PLANE, "demo:1").rows == 7
    host.add(INSTANCE, "demo:1", {"Rows": 9})
    assert host.require(IMAGE_PLANE, "demo:1").rows == 9
    assert host.get(IMAGE_PLANE, "demo:2") is kept


def test_a_change_of_another_type_leaves_the_modules_alone(host: Host, source: Source) -> None:
    host.add(INSTANCE, "demo:1", {"Rows": 7})
    kept = host.get(IMAGE_PLANE, "demo:1")
    host.changed("scalingModule", "demo:1")
    assert host.get(IMAGE_PLANE, "demo:1") is kept


def test_clearing_a_type_derives_it_again(host: Host, source: Source) -> None:
    host.add(INSTANCE, "demo:1", {"Rows": 7, "SOPInstanceUID": "1.2"})
    plane, common = host.get(IMAGE_PLANE, "demo:1"), host.get(SOP_COMMON, "demo:1")
    host.clear(IMAGE_PLANE, "demo:1")
    assert host.get(IMAGE_PLANE, "demo:1") is not plane
    assert host.get(IMAGE_PLANE, "demo:1") == plane
    assert host.get(SOP_COMMON, "demo:1") is common


class Given:
    """Answers some types itself, in whatever order it came."""

    def __init__(self, *types: str) -> None:
        self.types = types

    @hookimpl
    def get_metadata(self, type: str) -> str | None:
        return "given" if type in self.types else None


def test_what_is_derived_yields_to_what_is_given() -> None:
    from metaprov_dicom.plugins.modules import DicomModules

    derived = ("imagePlaneModule", "frameImageIds", "imageUrlModule")
    of_the_id = ("baseImageId", "uriModule")
    host = Host()
    host.register(Given(*derived, *of_the_id), "given")
    host.register(DicomModules(), "dicom-modules")
    image = "wadors:https://host/studies/1/series/2/instances/3"
    for type in derived:
        assert host.get(type, image) == "given"
        assert host.call_order(type, image)[-1].name.startswith("dicom-modules")
    for type in of_the_id:
        assert host.call_order(type, image)[0].name.startswith("dicom-modules")


def test_the_images_of_a_series_rest_on_the_series(host: Host) -> None:
    scopes = {key: key.scope for key in map(host.type_of, host.types()) if key is not None}
    assert {key for key, scope in scopes.items() if scope == "series"} == {"seriesImageIds"}


def test_two_hosts_share_nothing(host: Host, source: Source) -> None:
    from metaprov_dicom.plugins.modules import DicomModules

    other = Host()
    other.register(DicomModules())
    host.add(INSTANCE, "demo:1", {"Rows": 7})
    assert host.require(IMAGE_PLANE, "demo:1").rows == 7
    assert other.get(IMAGE_PLANE, "demo:1") is None


def test_an_image_without_an_instance_is_explained(host: Host) -> None:
    text = str(host.explain(IMAGE_PLANE, "demo:1"))
    assert "no plugin has the header of this image: nobody answers 'instance'" in text


def test_types_are_declared_with_their_classes(host: Host) -> None:
    others = {"uriModule", "imageUrlModule", "baseImageId", "frameImageIds", "seriesImageIds"}
    others.add("framePixelData")
    assert set(host.types()) == {"instance", "dataset", *MODULES, *others}


def test_the_installed_plugins_are_discovered() -> None:
    host = Host(discover=True, only=["metaprov-dicom"])
    found = {plugin.name: plugin for plugin in host.plugins()}
    for name in ("dicom-files", "dicom-modules"):
        assert found[name].distribution == "metaprov-dicom"
        assert found[name].status == "active"
