"""find_images: from a source to image ids."""

from __future__ import annotations

from itertools import count, islice
from pathlib import Path

import pytest

from metaprov_core import Host, MetadataNotFoundError, hookimpl


@pytest.fixture
def finder():
    """Make a plugin that finds what this function finds."""

    def make(find):
        class Finder:
            @hookimpl
            def find_images(self, source):
                return find(source)

        return Finder()

    return make


def test_the_images_of_the_first_plugin_that_knows_the_source_are_found(finder):
    host = Host()
    host.register(finder(lambda source: ["asked last"]), "below")
    host.register(finder(lambda source: [f"{source}/1", f"{source}/2"]), "above")
    assert list(host.find_images("clinic:ward")) == ["clinic:ward/1", "clinic:ward/2"]


def test_a_plugin_that_does_not_know_the_source_leaves_it_to_the_next(finder):
    host = Host()
    host.register(finder(lambda source: ["found"]), "below")
    host.register(finder(lambda source: None), "above")
    assert list(host.find_images("clinic:ward")) == ["found"]


def test_a_source_that_is_known_may_be_empty(finder):
    host = Host()
    host.register(finder(lambda source: ["asked last"]), "below")
    host.register(finder(lambda source: []), "above")
    assert list(host.find_images("clinic:ward")) == []


def test_a_source_that_nobody_knows_is_an_error_that_names_it(finder):
    host = Host()
    host.register(finder(lambda source: None))
    with pytest.raises(MetadataNotFoundError, match="no plugin finds images in 'clinic:ward'"):
        host.find_images("clinic:ward")


def test_images_may_be_found_lazily(finder):
    host = Host()
    host.register(finder(lambda source: (f"{source}/{number}" for number in count(1))))
    assert list(islice(host.find_images("endless"), 2)) == ["endless/1", "endless/2"]


@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_what_is_raised_while_images_are_found_lazily_names_the_plugin(finder, on_error):
    def find(source):
        yield f"{source}/1"
        raise OSError("no network")

    host = Host(on_error=on_error)
    host.register(finder(find), "dicomweb")
    found = host.find_images("clinic:ward")
    assert next(found) == "clinic:ward/1"
    with pytest.raises(OSError, match="no network") as caught:
        next(found)
    assert caught.value.__notes__ == ["raised by plugin dicomweb in find_images('clinic:ward')"]


@pytest.mark.parametrize("found", [3, "clinic:ward/1", b"clinic:ward/1"])
def test_what_is_not_an_iterable_of_image_ids_is_refused(finder, found):
    host = Host()
    host.register(finder(lambda source: found), "dicomweb")
    with pytest.raises(TypeError, match="an iterable of image ids, or None") as caught:
        host.find_images("clinic:ward")
    assert caught.value.__notes__ == ["raised by plugin dicomweb in find_images('clinic:ward')"]


def test_a_source_may_be_a_Path(finder):
    host = Host()
    host.register(finder(lambda source: [source]))
    folder = Path("data") / "series"
    assert list(host.find_images(folder)) == [str(folder)]


def test_what_a_plugin_raises_names_the_plugin(finder):
    def find(source):
        raise OSError("no network")

    host = Host()
    host.register(finder(find), "dicomweb")
    with pytest.raises(OSError, match="no network") as caught:
        host.find_images("clinic:ward")
    assert caught.value.__notes__ == ["raised by plugin dicomweb in find_images('clinic:ward')"]


def test_with_skip_the_next_plugin_finds_the_images(finder, caplog):
    def find(source):
        raise OSError("no network")

    host = Host(on_error="skip")
    host.register(finder(lambda source: ["found"]), "below")
    host.register(finder(find), "dicomweb")
    assert list(host.find_images("clinic:ward")) == ["found"]
    assert "passed over dicomweb" in caplog.text


def test_a_wrapper_may_change_what_is_found(finder):
    class Reversing:
        @hookimpl(wrapper=True)
        def find_images(self):
            return reversed((yield))

    host = Host()
    host.register(finder(lambda source: ["1", "2"]))
    host.register(Reversing())
    assert list(host.find_images("clinic:ward")) == ["2", "1"]


def test_an_empty_source_is_refused():
    with pytest.raises(ValueError, match=r"'\.' is the working directory"):
        Host().find_images("")
