"""What a question costs: next to pluggy's own call, and to a bare index, loop and call."""

# ruff: noqa: ARG001 - hook functions have the arguments of their specification

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pluggy
from measure import Row, Table, medians

from metaprov_core import Host, MetadataType, ProviderCache, hookimpl, note
from metaprov_core.hooks import specs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PLUGINS = (1, 10, 100)
TYPE = "type0"
_UID = "1.2.840.113619.2.55.3.2831868886.929.1199999999"
_IDS = 1000


def image_ids(count: int) -> list[str]:
    """Image ids of 169 characters, as a DICOMweb server has them."""
    head = f"wadors:https://archive.example.org/dicom-web/studies/{_UID}/series/{_UID}/instances/"
    ids = [f"{head}1.{number:08d}/frames/1" for number in range(count)]
    missing = 169 - len(ids[0])
    return [each.replace("/instances/1.", f"/instances/1.{'2' * missing}") for each in ids]


def measure(rounds: int) -> list[Table]:
    ids = image_ids(_IDS)
    return [_get(ids, rounds), _wrapper(ids, rounds), _many(ids, rounds), _notes(ids, rounds)]


def _provider(served: str, answers: dict[str, object]) -> Any:
    find = answers.get

    @hookimpl(types=[served])
    def get_metadata(type: str, image_id: str) -> object:
        return find(image_id)

    return get_metadata


def _for_pluggy(served: str, answers: dict[str, object]) -> Any:
    find = answers.get

    @hookimpl
    def get_metadata(type: str, image_id: str) -> object:
        return find(image_id) if type == served else None

    return SimpleNamespace(get_metadata=get_metadata)


def host_of(plugins: int, answers: dict[str, object]) -> Host:
    """A host whose plugins serve a type each; the one of `TYPE` was registered first."""
    host = Host()
    for number in range(plugins):
        host.register(_provider(f"type{number}", answers), f"plugin{number}")
    return host


def pluggy_of(plugins: int, answers: dict[str, object]) -> Any:
    """pluggy's caller of the hook, likewise; there the last plugin asked answers."""
    manager = pluggy.PluginManager("metaprov")
    manager.add_hookspecs(specs)
    for number in range(plugins):
        manager.register(_for_pluggy(f"type{number}", answers))
    return manager


def bare_index(*asked: dict[str, object]) -> Callable[[str, str], object]:
    """The least that finds providers by scheme and type, and asks them until one answers."""
    index = {"wadors": {TYPE: tuple(_provider(TYPE, answers) for answers in asked)}}
    nobody: tuple[Any, ...] = ()

    def ask(type: str, image_id: str) -> object:
        for function in index[image_id.partition(":")[0]].get(type, nobody):
            answer = function(type, image_id)
            if answer is not None:
                return answer
        return None

    return ask


def _each(ask: Callable[[str, str], object], type: str, ids: Iterable[str]) -> Callable[[], None]:
    def run() -> None:
        for image_id in ids:
            ask(type, image_id)

    return run


def _each_by_name(ask: Callable[..., object], ids: Iterable[str]) -> Callable[[], None]:
    def run() -> None:
        for image_id in ids:
            ask(type=TYPE, image_id=image_id)

    return run


def plugins(count: int) -> str:
    """How many plugins, in words."""
    return "1 plugin" if count == 1 else f"{count} plugins"


def _us(taken: dict[str, float]) -> dict[str, float]:
    return {name: seconds * 1e6 / _IDS for name, seconds in taken.items()}


def _get(ids: list[str], rounds: int) -> Table:
    answers = dict.fromkeys(ids, object())
    paths = [f"/data/{number}.dcm" for number in range(_IDS)]
    hosts = {count: host_of(count, answers) for count in PLUGINS}
    cached = Host()
    cache: ProviderCache[object] = ProviderCache(2 * _IDS)

    @hookimpl(types=[TYPE])
    def get_metadata(type: str, image_id: str) -> object:
        return cache.get(image_id, len)

    cached.register(get_metadata)
    key = MetadataType(TYPE, object)
    bare = bare_index(answers)
    cases = {
        "bare": _each(bare, TYPE, ids),
        "bare, unserved": _each(bare, "unserved", ids),
        **{f"get {count}": _each(hosts[count].get, TYPE, ids) for count in PLUGINS},
        **{
            f"pluggy {count}": _each_by_name(pluggy_of(count, answers).hook.get_metadata, ids)
            for count in PLUGINS
        },
        "unserved": _each(hosts[100].get, "unserved", ids),
        "key": _each(hosts[100].get, key, ids),
        "path": _each(hosts[100].get, TYPE, paths),
        "scheme": _each(hosts[100].get, TYPE, [f"clinic{each[6:]}" for each in ids]),
        "cache": _each(cached.get, TYPE, ids),
    }
    us = _us(medians(cases, rounds))
    index = "bare index, loop and call"
    return Table(
        "One question: `Host.get`, the answer cached",
        "us",
        [
            *(Row(plugins(n), us[f"get {n}"], us["bare"], index, 1.3) for n in PLUGINS),
            *(
                Row(plugins(n), us[f"get {n}"], us[f"pluggy {n}"], "pluggy, last plugin asked")
                for n in PLUGINS
            ),
            Row("unserved type, 100 plugins", us["unserved"], us["get 100"], "served type", 1),
            Row("unserved type, 100 plugins", us["unserved"], us["bare, unserved"], index),
            Row("`MetadataType` key, 100 plugins", us["key"], us["get 100"], "string"),
            Row("bare path, nobody answers, 100 plugins", us["path"], us["get 100"], "wadors id"),
            Row("undeclared scheme, 100 plugins", us["scheme"], us["get 100"], "wadors id"),
            Row("answer of a `ProviderCache`", us["cache"], us["bare"], index),
        ],
        "Each provider looks into a dictionary. For pluggy the plugin that answers is the last one "
        "asked; where the first one does, pluggy takes as long as with one plugin.",
    )


def _wrapper(ids: list[str], rounds: int) -> Table:
    answers = dict.fromkeys(ids, object())

    def pass_on(type: str, image_id: str) -> Any:
        return (yield)

    def with_wrapper(count: int) -> Host:
        host = host_of(count, answers)
        host.register(hookimpl(types=[TYPE], wrapper=True)(pass_on), "wrapper")
        return host

    def in_pluggy(count: int) -> Any:
        manager = pluggy_of(count, answers)
        manager.register(SimpleNamespace(get_metadata=hookimpl(wrapper=True)(pass_on)))
        return manager.hook.get_metadata

    cases = {f"get {count}": _each(with_wrapper(count).get, TYPE, ids) for count in PLUGINS}
    cases |= {f"pluggy {count}": _each_by_name(in_pluggy(count), ids) for count in PLUGINS}
    us = _us(medians(cases, rounds))
    return Table(
        "One question through a wrapper",
        "us",
        [
            *(Row(plugins(n), us[f"get {n}"], goal=3) for n in PLUGINS),
            *(Row(plugins(n), us[f"get {n}"], us[f"pluggy {n}"], "pluggy") for n in PLUGINS),
        ],
    )


def _many(ids: list[str], rounds: int) -> Table:
    answers = dict.fromkeys(ids, object())
    nothing: dict[str, object] = {}
    one = host_of(100, answers)
    two = host_of(100, answers)
    two.register(_provider(TYPE, nothing), "first, knows nothing")
    of_scheme = host_of(100, answers)
    find = answers.get

    @hookimpl(types=["schemed"], schemes=["wadors"])
    def get_metadata(type: str, image_id: str) -> object:
        return find(image_id)

    of_scheme.register(get_metadata)
    function = one.call_order(TYPE, ids[0])[0].function
    mixed = [each if n % 2 else f"/data/{n}.dcm" for n, each in enumerate(ids)]
    cases = {
        "bare": _each(bare_index(answers), TYPE, ids),
        "bare, two": _each(bare_index(nothing, answers), TYPE, ids),
        "get": _each(one.get, TYPE, ids),
        "provider": _each(function, TYPE, ids),
        "one": lambda: one.get_many(TYPE, ids),
        "two": lambda: two.get_many(TYPE, ids),
        "scheme": lambda: of_scheme.get_many("schemed", ids),
        "mixed": lambda: of_scheme.get_many("schemed", mixed),
        "mixed get": _each(of_scheme.get, "schemed", mixed),
    }
    us = _us(medians(cases, rounds))
    index = "bare index, loop and call"
    return Table(
        "Many questions: `Host.get_many`, per image id, 100 plugins",
        "us",
        [
            Row("one provider serves the type", us["one"], us["bare"], index, 0.3),
            Row("one provider serves type and scheme", us["scheme"], us["bare"], index, 0.7),
            Row(
                "two providers, the second answers",
                us["two"],
                us["bare, two"],
                f"{index}, two",
                0.7,
            ),
            Row("one provider serves the type", us["one"], us["get"], "`get`"),
            Row("ids of two schemes, taking turns", us["mixed"], us["mixed get"], "`get`"),
        ],
        "A loop that calls nothing but the provider's own function takes "
        f"{us['provider']:.3f} us for each image id.",
    )


def _notes(ids: list[str], rounds: int) -> Table:
    host = host_of(100, dict.fromkeys(ids, object()))
    few = ids[: _IDS // 20]

    def notes() -> None:
        for image_id in ids:
            note(image_id)

    def loop() -> None:
        for _ in ids:
            pass

    cases = {
        "note": notes,
        "loop": loop,
        "explain": _each(host.explain, TYPE, few),
        "get": _each(host.get, TYPE, few),
    }
    us = _us(medians(cases, rounds))
    return Table(
        "Notes and explanations",
        "us",
        [
            Row("`note()` outside of an explanation", us["note"] - us["loop"], goal=0.06),
            Row("`explain`, 100 plugins", us["explain"] * 20, us["get"] * 20, "`get`"),
        ],
    )
