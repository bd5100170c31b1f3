"""Who is asked first: the table of the documentation, row by row."""

from __future__ import annotations

import pytest

from metaprov_core import Host, hookimpl

IMAGE = "clinic:7"


def names(host: Host) -> list[str]:
    return [provider.name for provider in host.call_order("anything", IMAGE)]


@pytest.fixture
def register(make_provider):
    """Register silent providers, by name, in this order and with these marks."""

    def register(host: Host, *names: str, **marks) -> None:
        for name in names:
            host.register(make_provider(None, **marks), name)

    return register


@pytest.fixture
def wrapper():
    class Wrapper:
        @hookimpl(wrapper=True)
        def get_metadata(self):
            return (yield)

    return Wrapper


@pytest.fixture
def install(site, answering):
    """Install silent plugins, by name, with these marks."""

    def install(*names: str, marks: str = "") -> None:
        for name in names:
            site.install(name, answering(None, marks))

    return install


def test_of_plain_plugins_the_last_registered_is_asked_first(register):
    host = Host()
    register(host, "first", "second", "third")
    assert names(host) == ["third", "second", "first"]


def test_of_tryfirst_plugins_the_last_registered_is_asked_first(register):
    host = Host()
    register(host, "first", "second", "third", tryfirst=True)
    assert names(host) == ["third", "second", "first"]


def test_of_trylast_plugins_the_last_registered_is_asked_first(register):
    host = Host()
    register(host, "first", "second", "third", trylast=True)
    assert names(host) == ["third", "second", "first"]


def test_trylast_plugins_that_declare_no_types_are_asked_last_of_all(register):
    host = Host()
    register(host, "first", "second", trylast=True, types=["anything"])
    register(host, "every type", "every type of a scheme", trylast=True)
    register(host, "plain")
    assert names(host) == ["plain", "second", "first", "every type of a scheme", "every type"]


def test_tryfirst_comes_before_plain_and_plain_before_trylast(register):
    host = Host()
    register(host, "early", tryfirst=True)
    register(host, "late", trylast=True)
    register(host, "plain")
    assert names(host) == ["early", "plain", "late"]


def test_wrappers_are_entered_before_every_provider(register, wrapper):
    host = Host()
    host.register(wrapper(), "wrapper")
    register(host, "early", tryfirst=True)
    assert names(host) == ["wrapper", "early"]


def test_the_wrapper_registered_last_is_the_outermost(wrapper):
    host = Host()
    host.register(wrapper(), "inner")
    host.register(wrapper(), "outer")
    assert names(host) == ["outer", "inner"]


def test_the_functions_of_one_plugin_are_asked_from_the_last_name_to_the_first():
    class Several:
        @hookimpl(specname="get_metadata")
        def beta(self): ...

        @hookimpl(specname="get_metadata")
        def alpha(self): ...

        @hookimpl(specname="get_metadata")
        def gamma(self): ...

    host = Host()
    host.register(Several(), "several")
    assert names(host) == ["several:gamma", "several:beta", "several:alpha"]


def test_the_functions_of_one_plugin_are_asked_in_their_groups():
    class Several:
        @hookimpl(specname="get_metadata")
        def b_plain(self): ...

        @hookimpl(specname="get_metadata", trylast=True)
        def c_late(self): ...

        @hookimpl(specname="get_metadata", trylast=True)
        def d_late(self): ...

        @hookimpl(specname="get_metadata", tryfirst=True)
        def a_early(self): ...

    host = Host()
    host.register(Several(), "several")
    asked = ["a_early", "b_plain", "d_late", "c_late"]
    assert names(host) == [f"several:{name}" for name in asked]


def test_providers_are_asked_in_the_order_that_call_order_tells():
    asked = []

    class Asked:
        def __init__(self, name):
            self.name = name

        @hookimpl
        def get_metadata(self):
            asked.append(self.name)

    host = Host()
    for name in ("first", "second"):
        host.register(Asked(name), name)
    host.get("anything", IMAGE)
    assert asked == names(host)


def test_discovered_plugins_are_asked_by_name_however_they_lie_on_disk(site, install):
    install("midnight", "zenith", "aurora")
    assert names(site.host()) == ["aurora", "midnight", "zenith"]


def test_distributions_come_before_entry_points_in_the_order_of_names(site, install, answering):
    site.write("bright", answering(None))
    site.install("aurora", answering(None), entry_points={"z": "aurora", "y": "bright"})
    install("blaze")
    assert names(site.host()) == ["y", "z", "blaze"]


def test_discovered_trylast_plugins_are_asked_by_name(site, install):
    install("midnight", "zenith", "aurora", marks="trylast=True")
    assert names(site.host()) == ["aurora", "midnight", "zenith"]


def test_order_names_the_discovered_plugins_to_ask_first(site, install):
    install("aurora", "midnight", "zenith")
    host = site.host(order=["zenith", "midnight"])
    assert names(host) == ["zenith", "midnight", "aurora"]


def test_order_counts_among_trylast_plugins_too(site, install):
    install("aurora", "midnight", "zenith", marks="trylast=True")
    host = site.host(order=["midnight"])
    assert names(host) == ["midnight", "aurora", "zenith"]


def test_order_does_not_lift_a_plugin_out_of_its_group(site, install):
    install("early", marks="tryfirst=True")
    install("plain")
    assert names(site.host(order=["plain"])) == ["early", "plain"]


def test_order_takes_the_name_of_a_distribution_for_all_its_plugins(site, install, answering):
    install("aurora")
    site.write("dusk", answering(None))
    site.install("zenith", answering(None), entry_points={"noon": "zenith", "dusk": "dusk"})
    assert names(site.host(order=["zenith"])) == ["dusk", "noon", "aurora"]


def test_METAPROV_ORDER_is_the_order_of_a_host_that_is_given_none(site, install, monkeypatch):
    install("aurora", "midnight", "zenith")
    monkeypatch.setenv("METAPROV_ORDER", "zenith, midnight")
    assert names(site.host()) == ["zenith", "midnight", "aurora"]


def test_an_order_that_is_given_counts_and_METAPROV_ORDER_does_not(site, install, monkeypatch):
    install("aurora", "midnight", "zenith")
    monkeypatch.setenv("METAPROV_ORDER", "zenith")
    assert names(site.host(order=["midnight"])) == ["midnight", "aurora", "zenith"]


def test_a_plugin_registered_by_hand_is_asked_before_the_discovered_ones(site, install, register):
    install("aurora", "zenith")
    host = site.host()
    register(host, "by hand")
    assert names(host) == ["by hand", "aurora", "zenith"]


def test_a_trylast_plugin_registered_by_hand_is_asked_before_the_discovered_ones(
    site, install, register
):
    install("aurora", "zenith", marks="trylast=True")
    host = site.host()
    register(host, "by hand", trylast=True)
    assert names(host) == ["by hand", "aurora", "zenith"]


def test_a_discovered_tryfirst_plugin_is_asked_before_a_plain_one_registered_by_hand(
    site, install, register
):
    install("early", marks="tryfirst=True")
    host = site.host()
    register(host, "by hand")
    assert names(host) == ["early", "by hand"]


def test_replace_keeps_the_place_in_the_order(register, make_provider):
    host = Host()
    register(host, "first", "second", "third")
    host.replace("second", make_provider())
    assert names(host) == ["third", "second", "first"]


def test_replace_keeps_the_place_of_a_discovered_plugin(site, install, make_provider):
    install("aurora", "midnight", "zenith")
    host = site.host()
    host.replace("midnight", make_provider())
    assert names(host) == ["aurora", "midnight", "zenith"]


def test_a_successor_of_another_group_is_asked_where_its_group_is(register, make_provider):
    host = Host()
    register(host, "first", "second", "third")
    host.replace("third", make_provider(trylast=True))
    assert names(host) == ["second", "first", "third"]


def test_a_plugin_registered_again_is_asked_first(make_provider):
    host = Host()
    plugin = make_provider()
    host.register(plugin, "first")
    host.register(make_provider(), "second")
    host.unregister("first")
    host.register(plugin, "first")
    assert names(host) == ["first", "second"]


def test_refresh_gives_the_order_of_a_fresh_process(site, answering):
    site.write("aurora", answering(None))
    site.install("sky", answering(None), entry_points={"midnight": "sky"})
    host = site.host()
    host.load_plugins()
    site.install("sky", answering(None), entry_points={"midnight": "sky", "aurora": "aurora"})
    host.refresh()
    assert names(host) == names(site.host()) == ["aurora", "midnight"]


def test_plugins_registered_by_hand_are_asked_first_after_refresh_too(site, answering, register):
    site.write("aurora", answering(None))
    site.install("sky", answering(None), entry_points={"midnight": "sky"})
    host = site.host()
    register(host, "by hand")
    site.install("sky", answering(None), entry_points={"midnight": "sky", "aurora": "aurora"})
    host.refresh()
    assert names(host) == ["by hand", "aurora", "midnight"]


def test_refresh_reads_METAPROV_ORDER_again(site, install, monkeypatch):
    install("aurora", "zenith")
    host = site.host()
    host.load_plugins()
    monkeypatch.setenv("METAPROV_ORDER", "zenith")
    host.refresh()
    assert names(host) == ["zenith", "aurora"]


def test_plugins_are_listed_in_the_order_in_which_they_are_asked(register):
    host = Host()
    register(host, "first", "second")
    assert [(record.order, record.name) for record in host.plugins()] == [
        (1, "second"),
        (2, "first"),
    ]


def test_plugins_are_listed_by_their_first_provider_and_then_those_without(register, make_provider):
    class Telling:
        @hookimpl
        def metadata_changed(self): ...

    class Mixed:
        @hookimpl(specname="get_metadata")
        def plain(self): ...

        @hookimpl(specname="get_metadata", trylast=True)
        def late(self): ...

    host = Host()
    register(host, "early", tryfirst=True)
    host.register(Mixed(), "mixed")
    host.register(Telling(), "telling")
    register(host, "late", trylast=True, types=["anything"])
    register(host, "plain")
    assert [(record.name, record.groups) for record in host.plugins()] == [
        ("early", ("tryfirst",)),
        ("plain", ("plain",)),
        ("mixed", ("plain", "trylast")),
        ("late", ("trylast",)),
        ("telling", ()),
    ]


@pytest.mark.parametrize("option", ["order", "disable", "only"])
def test_a_single_name_where_a_list_belongs_is_refused(option):
    with pytest.raises(TypeError, match=f"{option} is a list of names"):
        Host(**{option: "clinic"})
