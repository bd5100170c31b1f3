"""register, unregister and replace; attach; plugins that do these while they are asked."""

from __future__ import annotations

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


class Attached:
    def __init__(self):
        self.hosts = []

    @hookimpl
    def attach(self, host):
        self.hosts.append(host)

    @hookimpl
    def get_metadata(self): ...


def names(host: Host) -> list[str]:
    return [record.name for record in host.plugins()]


# -- names


def test_register_returns_the_name(host):
    assert host.register(Answering(1), "mine") == "mine"


def test_a_plugin_without_a_name_has_that_of_its_class(host):
    assert host.register(Answering(1)) == "Answering"


def test_a_module_without_a_name_has_its_own(host):
    module = ModuleType("clinic_names")
    module.get_metadata = hookimpl(lambda: "answer")
    module.get_metadata.__name__ = "get_metadata"
    assert host.register(module) == "clinic_names"


def test_a_name_that_is_taken_is_counted_up_where_none_is_given(host):
    assert [host.register(Answering(n)) for n in range(3)] == [
        "Answering",
        "Answering-2",
        "Answering-3",
    ]


@pytest.mark.parametrize("name", [3, ("a",)])
def test_a_name_is_a_string(host, name):
    with pytest.raises(TypeError, match="the name of a plugin is a string"):
        host.register(Answering(1), name)
    assert host.plugins() == []


def test_a_name_is_not_empty(host):
    with pytest.raises(ValueError, match="not empty"):
        host.register(Answering(1), "")
    assert host.plugins() == []


def test_replace_takes_the_name_and_not_the_plugin(host):
    plugin = Answering(1)
    host.register(plugin)
    with pytest.raises(TypeError, match="the name of a plugin is a string"):
        host.replace(plugin, Answering(2))
    assert host.get("anything", IMAGE) == 1


def test_a_bound_method_is_one_plugin_however_often_it_is_looked_up(host):
    answering = Answering(1)
    host.register(answering.get_metadata, "mine")
    with pytest.raises(ValueError, match="registered already, as 'mine'"):
        host.register(answering.get_metadata)
    assert host.unregister(answering.get_metadata) == answering.get_metadata
    assert host.plugins() == []


def test_a_name_is_given_once(host):
    host.register(Answering(1), "mine")
    with pytest.raises(ValueError, match="a plugin 'mine' is registered already"):
        host.register(Answering(2), "mine")
    assert host.get("anything", IMAGE) == 1


def test_a_plugin_is_registered_once(host):
    plugin = Answering(1)
    host.register(plugin, "mine")
    with pytest.raises(ValueError, match="registered already, as 'mine'"):
        host.register(plugin, "another")


def test_plugins_that_equal_each_other_are_different_plugins(host):
    class Equal(Answering):
        def __eq__(self, other):
            return True

        __hash__ = None

    for number in range(2):
        host.register(Equal(number), f"equal {number}")
    assert names(host) == ["equal 1", "equal 0"]


# -- unregister and replace


def test_an_unregistered_plugin_is_not_asked(host):
    host.register(Answering(1), "below")
    host.register(Answering(2), "above")
    host.get("anything", IMAGE)
    host.unregister("above")
    assert host.get("anything", IMAGE) == 1


def test_a_plugin_is_unregistered_by_itself_too(host):
    plugin = Answering(1)
    host.register(plugin)
    host.unregister(plugin)
    assert names(host) == []


def test_unregister_returns_the_plugin(host):
    plugin = Answering(1)
    host.register(plugin, "mine")
    assert host.unregister("mine") is plugin


def test_what_is_not_registered_is_a_LookupError_that_names_what_is(host):
    host.register(Answering(1), "mine")
    with pytest.raises(LookupError, match="no plugin 'yours' is registered; registered: mine"):
        host.unregister("yours")


def test_the_successor_is_asked_and_the_replaced_plugin_is_not(host):
    host.register(Answering(1), "mine")
    host.get("anything", IMAGE)
    host.replace("mine", Answering(2))
    assert host.get("anything", IMAGE) == 2


def test_the_successor_has_the_name_of_the_one_that_it_replaces(host):
    host.register(Answering(1), "mine")
    host.replace("mine", Answering(2))
    assert names(host) == ["mine"]


def test_only_what_is_registered_can_be_replaced(host):
    with pytest.raises(LookupError, match="no plugin 'mine' is registered; registered: none"):
        host.replace("mine", Answering(1))


def test_a_plugin_does_not_replace_another_while_it_is_registered_itself(host):
    plugin = Answering(1)
    host.register(plugin, "first")
    host.register(Answering(2), "second")
    with pytest.raises(ValueError, match="registered already, as 'first'"):
        host.replace("second", plugin)


def test_a_plugin_that_replaces_itself_stays(host):
    plugin = Attached()
    host.register(plugin, "mine")
    host.replace("mine", plugin)
    assert plugin.hosts == [host]


def test_an_invalid_successor_leaves_the_plugin_where_it_is(host):
    host.register(Answering(1), "mine")
    with pytest.raises(PluginLoadError):
        host.replace("mine", object())
    assert host.get("anything", IMAGE) == 1


# -- attach


def test_attach_is_called_once_with_the_host(host):
    plugin = Attached()
    host.register(plugin, "mine")
    host.register(Answering(1), "another")
    host.get("anything", IMAGE)
    host.replace("another", Answering(2))
    host.refresh()
    assert plugin.hosts == [host]


def test_a_successor_is_attached(host):
    plugin = Attached()
    host.register(Answering(1), "mine")
    host.replace("mine", plugin)
    assert plugin.hosts == [host]


def test_a_plugin_whose_attach_raises_is_not_registered(host):
    class Unwilling(Answering):
        @hookimpl
        def attach(self):
            raise ValueError("no licence")

    with pytest.raises(PluginLoadError, match="cannot attach plugin 'unwilling': ValueError: no "):
        host.register(Unwilling(1), "unwilling")
    assert (names(host), host.get("anything", IMAGE)) == ([], None)


def test_a_plugin_may_ask_the_host_when_it_is_attached(host):
    class Asking:
        @hookimpl
        def attach(self, host):
            self.answer = host.get("anything", IMAGE)

        @hookimpl
        def get_metadata(self): ...

    host.register(Answering(1))
    plugin = Asking()
    host.register(plugin)
    assert plugin.answer == 1


def test_a_plugin_may_register_another_when_it_is_attached(host):
    class Bringing(Answering):
        @hookimpl
        def attach(self, host):
            host.register(Answering("brought"), "brought")

    host.register(Bringing(None), "bringing")
    assert host.get("anything", IMAGE) == "brought"


# -- while asked


def test_a_plugin_that_unregisters_itself_while_it_is_asked_answers_that_once(host):
    class Once:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl
        def get_metadata(self):
            self.host.unregister(self)
            return "once"

    host.register(Answering("ever after"))
    host.register(Once())
    assert [host.get("anything", IMAGE) for _ in range(3)] == ["once", "ever after", "ever after"]


def test_a_plugin_registered_while_another_is_asked_is_asked_from_the_next_question_on(host):
    class Bringing:
        brought = False

        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl
        def get_metadata(self):
            if not self.brought:
                self.brought = True
                self.host.register(Answering("brought"))

    host.register(Answering("old"))
    host.register(Bringing())
    assert [host.get("anything", IMAGE) for _ in range(2)] == ["old", "brought"]


def test_a_plugin_may_replace_itself_while_it_is_asked(host):
    class Caterpillar:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl
        def get_metadata(self):
            self.host.replace("insect", Answering("butterfly"))
            return "caterpillar"

    host.register(Caterpillar(), "insect")
    assert [host.get("anything", IMAGE) for _ in range(2)] == ["caterpillar", "butterfly"]


def test_a_plugin_may_unregister_another_while_it_is_told_of_a_change(host):
    class Removing:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl
        def metadata_changed(self):
            if "other" in names(self.host):
                self.host.unregister("other")

    host.register(Answering(1), "other")
    host.register(Removing())
    host.changed()
    assert names(host) == ["Removing"]


def test_hosts_do_not_share_what_is_registered_by_hand(host):
    host.register(Answering(1))
    assert Host().get("anything", IMAGE) is None
