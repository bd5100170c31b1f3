"""find_images: from a source to image ids."""

from __future__ import annotations

from itertools import count, islice
from pathlib import Path

import pytest

from metaprov_core import Host, MetadataNotFoundError, hookimpl, note


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


def test_the_images_of_every_plugin_that_knows_the_source_are_found_in_call_order(finder):
    host = Host()
    host.register(finder(lambda source: ["clinic:below"]), "below")
    host.register(finder(lambda source: [f"{source}/1", f"{source}/2"]), "above")
    found = list(host.find_images("clinic:ward"))
    assert found == ["clinic:ward/1", "clinic:ward/2", "clinic:below"]


def test_every_plugin_is_called_before_the_first_image_and_found_lazily(finder):
    seen = []

    def find(name):
        def lazily(source):
            seen.append(f"{name} called")
            return (seen.append(f"{name} gives") or f"{name}:{n}" for n in (1, 2))

        return lazily

    host = Host()
    host.register(finder(find("below")))
    host.register(finder(find("above")))
    found = host.find_images("clinic:ward")
    assert seen == ["above called", "below called"]
    assert next(found) == "above:1"
    assert seen == ["above called", "below called", "above gives"]


def test_an_image_that_several_find_is_given_once_whatever_its_spelling(finder):
    host = Host()
    host.register(finder(lambda source: ["/data/a.dcm", "dicomfile:/data/b.dcm?frame=2"]), "below")
    host.register(finder(lambda source: iter(["dicomfile:/data/a.dcm?frame=1"])), "above")
    assert list(host.find_images("/data")) == [
        "dicomfile:/data/a.dcm?frame=1",
        "dicomfile:/data/b.dcm?frame=2",
    ]


def test_what_one_plugin_finds_is_given_as_it_is(finder):
    host = Host()
    host.register(finder(lambda source: iter(["clinic:1", "clinic:1"])))
    assert list(host.find_images("clinic:")) == ["clinic:1", "clinic:1"]


def test_a_plugin_that_does_not_know_the_source_leaves_it_to_the_next(finder):
    host = Host()
    host.register(finder(lambda source: ["found"]), "below")
    host.register(finder(lambda source: None), "above")
    assert list(host.find_images("clinic:ward")) == ["found"]


def test_a_source_that_is_known_may_be_empty(finder):
    host = Host()
    host.register(finder(lambda source: None), "below")
    host.register(finder(lambda source: []), "above")
    assert list(host.find_images("clinic:ward")) == []


def test_a_source_that_nobody_knows_is_an_error_that_names_it(finder):
    host = Host()
    host.register(finder(lambda source: None))
    with pytest.raises(MetadataNotFoundError, match="no plugin finds images in 'clinic:ward'"):
        host.find_images("clinic:ward")


def test_where_nobody_knows_the_source_everybody_says_why(finder):
    def refuse(reason):
        return lambda source: note(reason)

    host = Host()
    host.register(finder(refuse("not a folder")), "files")
    host.register(finder(refuse("host not configured")), "servers")
    with pytest.raises(MetadataNotFoundError) as caught:
        host.find_images("https://user:secret@pacs/studies?PatientName=Doe")
    assert str(caught.value).splitlines() == [
        "no plugin finds images in 'https://...@pacs/studies?...'",
        "  - servers: host not configured",
        "  - files: not a folder",
    ]


def test_images_may_be_found_lazily(finder):
    host = Host()
    host.register(finder(lambda source: (f"{source}/{number}" for number in count(1))))
    assert list(islice(host.find_images("endless"), 2)) == ["endless/1", "endless/2"]


def test_with_skip_what_is_raised_half_way_leaves_the_rest_to_the_next_plugin(finder, caplog):
    def find(source):
        yield f"{source}/1"
        raise OSError("no network")

    host = Host(on_error="skip")
    host.register(finder(lambda source: ["clinic:below"]), "below")
    host.register(finder(find), "dicomweb")
    assert list(host.find_images("clinic:ward")) == ["clinic:ward/1", "clinic:below"]
    assert "passed over dicomweb" in caplog.text


def test_what_is_raised_while_images_are_found_lazily_names_the_plugin(finder):
    def find(source):
        yield f"{source}/1"
        raise OSError("no network")

    host = Host()
    host.register(finder(lambda source: ["clinic:below"]), "below")
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


def test_a_wrapper_sees_one_chain_of_what_all_find(finder):
    class Wrapper:
        @hookimpl(wrapper=True)
        def find_images(self, source):
            found = yield
            return None if found is None else (f"{image_id}?frame=1" for image_id in found)

    host = Host()
    host.register(finder(lambda source: None if source == "other:" else ["clinic:1"]), "below")
    host.register(finder(lambda source: None if source == "other:" else ["clinic:2"]), "above")
    host.register(Wrapper())
    assert list(host.find_images("clinic:")) == ["clinic:2?frame=1", "clinic:1?frame=1"]
    with pytest.raises(MetadataNotFoundError):
        host.find_images("other:")


@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_what_a_wrapper_finds_is_its_own(finder, on_error, caplog):
    class Wrapper:
        @hookimpl(wrapper=True)
        def find_images(self):
            found = yield
            return self.lazily(found)

        def lazily(self, found):
            yield from found
            raise OSError("half-way")

    host = Host(on_error=on_error)
    host.register(finder(lambda source: ["clinic:1"]))
    host.register(Wrapper(), "wrapper")
    found = host.find_images("clinic:")
    assert next(found) == "clinic:1"
    if on_error == "skip":
        assert list(found) == []
        assert "passed over wrapper" in caplog.text
    else:
        with pytest.raises(OSError, match="half-way") as caught:
            next(found)
        assert caught.value.__notes__ == ["raised by plugin wrapper in find_images('clinic:')"]


def test_a_wrapper_returns_image_ids_too_and_its_notes_name_it(finder):
    class Wrapper:
        @hookimpl(wrapper=True)
        def find_images(self, source):
            found = yield
            note("no licence")
            return "abc" if found else None

    host = Host()
    host.register(finder(lambda source: ["clinic:1"] if source == "clinic:" else None))
    host.register(Wrapper(), "wrapper")
    with pytest.raises(TypeError, match="an iterable of image ids, or None; not 'abc'"):
        host.find_images("clinic:")
    with pytest.raises(MetadataNotFoundError, match="- wrapper: no licence"):
        host.find_images("ward:")


def test_a_collection_may_be_lazy_and_an_image_id_is_a_string(finder):
    class Lazy:
        def __iter__(self):
            raise OSError("no network")

        def __len__(self):
            return 1

        def __contains__(self, image_id):
            return False

    host = Host()
    host.register(finder(lambda source: Lazy() if source == "lazy:" else iter([5])), "finder")
    for source, kind in (("lazy:", OSError), ("clinic:", TypeError)):
        with pytest.raises(kind) as caught:
            list(host.find_images(source))
        assert caught.value.__notes__ == [f"raised by plugin finder in find_images('{source}')"]


def test_an_empty_source_is_refused():
    with pytest.raises(ValueError, match=r"'\.' is the working directory"):
        Host().find_images("")
