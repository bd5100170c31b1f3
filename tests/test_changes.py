"""add, clear and changed: what providers keep, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from metaprov_core import Host, MetadataType, ProviderCache, hookimpl

IMAGE = "clinic:7"


class Told:
    """Writes down what it is told."""

    def __init__(self):
        self.changes = []
        self.clearings = []

    @hookimpl
    def metadata_changed(self, type, image_id):
        self.changes.append((type, image_id))

    @hookimpl
    def clear_metadata(self, type, image_id):
        self.clearings.append((type, image_id))


class Keeping:
    """Keeps what is added for its types."""

    def __init__(self, *types):
        self.types = types
        self.cache = ProviderCache(10)

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type not in self.types:
            return None
        self.cache.add(image_id, value)
        return True

    @hookimpl
    def clear_metadata(self, type, image_id):
        if type is None or type in self.types:
            self.cache.clear(image_id)

    @hookimpl
    def get_metadata(self, type, image_id):
        return self.cache.get(image_id) if type in self.types else None


class Raising:
    def __init__(self, error):
        self.error = error

    @hookimpl
    def metadata_changed(self):
        raise self.error

    @hookimpl
    def clear_metadata(self):
        raise self.error


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def host(told):
    host = Host()
    host.register(told, "told")
    return host


def test_what_was_added_is_the_answer(host):
    host.register(Keeping("pixels"))
    host.add("pixels", IMAGE, {"rows": 512})
    assert host.get("pixels", IMAGE) == {"rows": 512}


def test_a_value_is_added_to_the_first_plugin_that_takes_it(host):
    below, above = Keeping("pixels"), Keeping("pixels")
    host.register(below, "below")
    host.register(above, "above")
    host.add("pixels", IMAGE, 512)
    assert (above.cache.get(IMAGE), below.cache.get(IMAGE)) == (512, None)


def test_a_plugin_that_does_not_take_a_value_leaves_it_to_the_next(host):
    below, above = Keeping("pixels"), Keeping("other")
    host.register(below, "below")
    host.register(above, "above")
    host.add("pixels", IMAGE, 512)
    assert host.get("pixels", IMAGE) == 512


def test_a_value_that_nobody_takes_is_a_LookupError_that_names_it(host):
    host.register(Keeping("pixels"))
    with pytest.raises(LookupError, match="no plugin takes other for clinic:7"):
        host.add("other", IMAGE, 512)


def test_after_add_every_plugin_is_told_what_changed(host, told):
    host.register(Keeping("pixels"))
    told.changes.clear()
    host.add("pixels", IMAGE, 512)
    assert told.changes == [("pixels", IMAGE)]


def test_nobody_is_told_of_a_value_that_nobody_took(host, told):
    with pytest.raises(LookupError):
        host.add("pixels", IMAGE, 512)
    assert told.changes == []


def test_clear_lets_forget_what_was_added(host):
    host.register(Keeping("pixels"))
    host.add("pixels", IMAGE, 512)
    host.clear("pixels", IMAGE)
    assert host.get("pixels", IMAGE) is None


@pytest.mark.parametrize("arguments", [("pixels", IMAGE), ("pixels",), (None, IMAGE), ()])
def test_clear_tells_every_plugin_what_to_forget(host, told, arguments):
    type, image_id = (*arguments, None, None)[:2]
    host.clear(*arguments)
    assert told.clearings == [(type, image_id)]


def test_after_clear_every_plugin_is_told_what_changed(host, told):
    host.clear("pixels", IMAGE)
    assert told.changes == [("pixels", IMAGE)]


@pytest.mark.parametrize("arguments", [("pixels", IMAGE), ("pixels",), (None, IMAGE), ()])
def test_changed_tells_every_plugin_what_changed(host, told, arguments):
    type, image_id = (*arguments, None, None)[:2]
    host.changed(*arguments)
    assert (told.changes, told.clearings) == ([(type, image_id)], [])


def test_a_plugin_is_told_with_the_arguments_that_it_names():
    changes = []

    class Told:
        @hookimpl
        def metadata_changed(self, image_id):
            changes.append(image_id)

    host = Host()
    host.register(Told())
    host.get("anything", IMAGE)
    host.changed("pixels", IMAGE)
    assert changes == [IMAGE]


def test_every_plugin_is_told_although_one_raises(host, told):
    host.register(Raising(ValueError("no disk")), "above")
    late = Told()
    host.register(late, "above all")
    with pytest.raises(ValueError, match="no disk"):
        host.changed("pixels", IMAGE)
    assert told.changes == late.changes == [("pixels", IMAGE)]


def test_every_plugin_is_told_to_forget_although_one_raises(host, told):
    host.register(Raising(ValueError("no disk")))
    with pytest.raises(ExceptionGroup):
        host.clear()
    assert told.clearings == [(None, None)]


def test_what_several_plugins_raise_is_one_group(host):
    errors = [ValueError("no disk"), OSError("no network")]
    host.register(Raising(errors[0]), "first")
    host.register(Raising(errors[1]), "second")
    with pytest.raises(ExceptionGroup) as caught:
        host.changed()
    assert set(caught.value.exceptions) == set(errors)


def test_what_a_plugin_raises_when_told_names_the_plugin(host):
    host.register(Raising(ValueError("no disk")), "unwilling")
    with pytest.raises(ValueError, match="no disk") as caught:
        host.changed("pixels", IMAGE)
    assert caught.value.__notes__ == [
        "raised by plugin unwilling in metadata_changed('pixels', 'clinic:7')"
    ]


def test_with_skip_what_a_plugin_raises_when_told_is_logged(told, caplog):
    host = Host(on_error="skip")
    host.register(told)
    host.register(Raising(ValueError("no disk")), "unwilling")
    host.changed()
    assert told.changes == [(None, None)]
    assert "passed over unwilling" in caplog.text


def test_what_add_raises_names_the_plugin():
    class Full:
        @hookimpl
        def add_metadata(self, type, image_id):
            raise OSError("disk full")

    host = Host()
    host.register(Full(), "full")
    with pytest.raises(OSError, match="disk full") as caught:
        host.add("pixels", IMAGE, 512)
    assert caught.value.__notes__ == ["raised by plugin full in add_metadata('pixels', 'clinic:7')"]


def test_add_changed_and_clear_take_a_key_for_its_string(host, told):
    pixels = MetadataType("pixels", int)
    host.register(Keeping("pixels"))
    told.changes.clear()
    host.add(pixels, IMAGE, 512)
    host.clear(pixels, IMAGE)
    assert told.changes == [("pixels", IMAGE), ("pixels", IMAGE)]


@pytest.mark.parametrize("call", ["clear", "changed"])
def test_clear_and_changed_refuse_a_Path(host, call):
    with pytest.raises(TypeError, match=r"pass str\(path\)"):
        getattr(host, call)("pixels", Path("image.dcm"))


def test_add_refuses_a_Path(host):
    with pytest.raises(TypeError, match=r"pass str\(path\)"):
        host.add("pixels", Path("image.dcm"), 512)


@pytest.mark.parametrize(
    "change",
    [
        lambda host: host.register(Keeping("other")),
        lambda host: host.unregister("keeping"),
        lambda host: host.replace("keeping", Keeping("pixels")),
        lambda host: host.refresh(),
    ],
    ids=["register", "unregister", "replace", "refresh"],
)
class TestAChangeOfPlugins:
    def test_tells_every_plugin_that_everything_changed(self, host, told, change):
        host.register(Keeping("pixels"), "keeping")
        host.get("pixels", IMAGE)
        change(host)
        assert told.changes == [(None, None)]

    def test_tells_nobody_before_the_first_question(self, host, told, change):
        host.register(Keeping("pixels"), "keeping")
        change(host)
        assert told.changes == []
