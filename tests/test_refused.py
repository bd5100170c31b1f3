"""What cannot be a plugin, and the reason that is given."""

from __future__ import annotations

import functools
from types import ModuleType

import pytest

from metaprov_core import Host, PluginLoadError, hookimpl

IMAGE = "clinic:7"


@pytest.fixture
def host():
    return Host()


class Answering:
    def __init__(self, answer):
        self.answer = answer

    @hookimpl
    def get_metadata(self):
        return self.answer


class Coroutine:
    @hookimpl
    async def get_metadata(self): ...


class AsyncGenerator:
    @hookimpl
    async def get_metadata(self):
        yield


class Generator:
    @hookimpl
    def get_metadata(self):
        yield


class GeneratorOfImages:
    @hookimpl
    def find_images(self, source):
        yield source


class NeverYielding:
    @hookimpl(wrapper=True)
    def get_metadata(self): ...


class KeywordOnly:
    @hookimpl
    def get_metadata(self, *, type): ...


class WithDefault:
    @hookimpl
    def get_metadata(self, type, image_id=None): ...


class VariableArguments:
    @hookimpl
    def get_metadata(self, *arguments): ...


class VariableKeywords:
    @hookimpl
    def get_metadata(self, **arguments): ...


class UnknownArgument:
    @hookimpl
    def get_metadata(self, type, imageid): ...


class MisspeltHook:
    @hookimpl
    def get_metdata(self): ...


class NoSuchHook:
    @hookimpl
    def xyz(self): ...


class NoSuchSpecification:
    @hookimpl(specname="get_metdata")
    def spacing(self): ...


class TypesOnAnotherHook:
    @hookimpl(types=["a"])
    def add_metadata(self): ...


class SchemesOnAnotherHook:
    @hookimpl(schemes=["clinic"])
    def find_images(self): ...


class WrappedChange:
    @hookimpl(wrapper=True)
    def metadata_changed(self):
        yield


class OldWrapper:
    def get_metadata(self):
        yield

    setattr(get_metadata, "metaprov_impl", {"hookwrapper": True})  # noqa: B010 - no attribute of a class


class MarkedCallable:
    class Callable:
        def __call__(self): ...

    get_metadata = hookimpl(Callable())


class MarkedPartial:
    def __init__(self):
        self.get_metadata = hookimpl(functools.partial(lambda type: type, "a"))


class MarkedClass:
    @hookimpl
    class get_metadata: ...  # noqa: N801 - the name of the hook


class Nothing:
    def get_metadata(self): ...


REFUSED = {
    Coroutine: "get_metadata is a coroutine function",
    AsyncGenerator: "get_metadata is a coroutine function",
    Generator: "get_metadata is a generator function: mark it wrapper=True, or return the value",
    GeneratorOfImages: "find_images is a generator function",
    NeverYielding: "get_metadata is marked wrapper=True, but never yields",
    KeywordOnly: "get_metadata has keyword-only arguments",
    WithDefault: "get_metadata has arguments with defaults",
    VariableArguments: r"get_metadata has \*args or \*\*kwargs",
    VariableKeywords: r"get_metadata has \*args or \*\*kwargs",
    UnknownArgument: "takes imageid: get_metadata has the arguments type, image_id",
    MisspeltHook: "there is no get_metdata; did you mean get_metadata",
    NoSuchHook: "there is no xyz; the hooks are .*find_images",
    NoSuchSpecification: "there is no get_metdata; did you mean get_metadata",
    TypesOnAnotherHook: "add_metadata declares types, which belong to get_metadata alone",
    SchemesOnAnotherHook: "find_images declares schemes, which belong to get_metadata alone",
    WrappedChange: "metadata_changed is marked wrapper=True",
    OldWrapper: "get_metadata is marked hookwrapper=True: use wrapper=True",
    MarkedCallable: "get_metadata is marked, but is a Callable",
    MarkedPartial: "get_metadata is marked, but is a partial",
    MarkedClass: "get_metadata is marked, but is a type",
    Nothing: "it has no function marked with @hookimpl",
}


@pytest.mark.parametrize(("plugin", "reason"), REFUSED.items(), ids=lambda each: str(each)[-30:])
def test_what_cannot_work_is_refused_with_the_reason(host, plugin, reason):
    with pytest.raises(PluginLoadError, match=f"cannot register plugin 'mine': .*{reason}"):
        host.register(plugin(), "mine")


@pytest.mark.parametrize("plugin", REFUSED, ids=lambda each: each.__name__)
def test_what_is_refused_leaves_nothing_behind(host, plugin):
    host.register(Answering(1))
    with pytest.raises(PluginLoadError):
        host.register(plugin(), "mine")
    (record,) = host.plugins()
    assert (record.name, host.get("anything", IMAGE)) == ("Answering", 1)


def test_a_plugin_with_a_good_and_a_bad_function_is_refused_whole(host):
    class Half(Answering):
        @hookimpl(specname="get_metadata")
        async def other(self): ...

    with pytest.raises(PluginLoadError):
        host.register(Half(1))
    assert host.get("anything", IMAGE) is None


def test_a_class_is_refused_where_an_instance_is_meant(host):
    with pytest.raises(PluginLoadError, match=r"is a class: register an instance, Answering\(\)"):
        host.register(Answering)


def test_a_module_that_implements_attach_is_refused(host):
    def attach(host): ...

    module = ModuleType("clinic_names")
    module.attach = hookimpl(attach)
    with pytest.raises(PluginLoadError, match="to implement attach, make it a class"):
        host.register(module)


@pytest.mark.parametrize(
    "plugin", [None, 7, "name", object(), []], ids=lambda plugin: type(plugin).__name__
)
def test_what_has_no_hook_function_is_refused(host, plugin):
    with pytest.raises(PluginLoadError, match="no function marked with @hookimpl"):
        host.register(plugin, "mine")


def test_an_optional_hook_of_another_version_is_left_out(host):
    class Modern(Answering):
        @hookimpl(optionalhook=True)
        def hook_of_the_future(self): ...

    host.register(Modern(1))
    assert host.get("anything", IMAGE) == 1


def test_registering_runs_no_property(host):
    class Lazy(Answering):
        @property
        def connection(self):
            raise AssertionError("it was run")

    host.register(Lazy(1))
    assert host.get("anything", IMAGE) == 1


def test_hooks_that_a_class_inherits_count(host):
    class Heir(Answering):
        pass

    host.register(Heir(1))
    assert host.get("anything", IMAGE) == 1


def test_a_hook_that_a_class_overrides_counts_as_it_is_marked_there(host):
    class Heir(Answering):
        @hookimpl(types=["a"])
        def get_metadata(self):
            return "override"

    host.register(Heir(1))
    assert [host.get("a", IMAGE), host.get("b", IMAGE)] == ["override", None]


def test_objects_that_answer_every_attribute_are_no_hooks(host):
    class Eager:
        def __getattr__(self, name):
            return {}

    plugin = Answering(1)
    plugin.eager = Eager()
    host.register(plugin)
    assert host.get("anything", IMAGE) == 1


@pytest.mark.parametrize("option", ["types", "schemes"])
def test_a_single_string_where_a_list_is_meant_is_a_TypeError(option):
    with pytest.raises(TypeError, match=f"{option} is a list of names: {option}="):
        hookimpl(**{option: "clinic"})


@pytest.mark.parametrize("option", ["types", "schemes"])
def test_an_empty_list_is_a_ValueError(option):
    with pytest.raises(ValueError, match=f"{option} is empty"):
        hookimpl(**{option: []})


@pytest.mark.parametrize("scheme", ["file", "C", "a.dcm", "clinic:", "/data", "7up", ""])
def test_a_scheme_that_no_image_id_can_have_is_a_ValueError(scheme):
    with pytest.raises(ValueError, match=f"{scheme!r} is not a scheme"):
        hookimpl(schemes=["clinic", scheme])
