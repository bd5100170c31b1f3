"""A question equals a call of a plain pluggy manager that holds only the functions that serve it.

They are registered there in the same order, those that are trylast in the opposite one.
hypothesis draws plugins, lets them come, go and replace each other, and asks; the oracle is a new
`pluggy.PluginManager` for every question. Compared are the answer itself, who was asked with what,
in which order, and the exception: its type, and the very object where a provider raised it.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, NamedTuple

import pluggy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaprov_core import Host, MetadataReadError, hookimpl

# -- what plugins do


class OwnError(Exception):
    pass


class OwnBaseError(BaseException):
    pass


ERRORS = (OwnError, KeyError, StopIteration, MetadataReadError, RecursionError, OwnBaseError)
ANSWERS = (None, 0, "", (), False, "answer", object())


class Call:
    """One question, as the functions of the plugins saw it."""

    def __init__(self) -> None:
        #: The name of each function that was asked, with its arguments.
        self.asked: list[tuple[str, tuple]] = []
        #: What they raised.
        self.raised: list[BaseException] = []
        #: The name of each wrapper that was told how it went below, with what it was told.
        self.finished: list[tuple[str, object]] = []

    def fail(self, kind: type[BaseException], name: str) -> BaseException:
        error = kind(name, name)
        self.raised.append(error)
        return error


def giving(call: Call, name: str, answer: object, _error: type) -> object:
    return answer


def failing(call: Call, name: str, _answer: object, error: type) -> object:
    raise call.fail(error, name)


def passing_on(call: Call, name: str, _answer: object, _error: type):
    below = yield
    call.finished.append((name, below))
    return below


def answering_instead(call: Call, name: str, answer: object, _error: type):
    call.finished.append((name, (yield)))
    return answer


def failing_before(call: Call, name: str, _answer: object, error: type):
    raise call.fail(error, name)
    yield


def failing_after(call: Call, name: str, _answer: object, error: type):
    call.finished.append((name, (yield)))
    raise call.fail(error, name)


def swallowing(call: Call, name: str, answer: object, error: type):
    try:
        return (yield)
    except error as caught:
        call.finished.append((name, caught))
        return answer


def swallowing_all(call: Call, name: str, answer: object, _error: type):
    try:
        return (yield)
    except GeneratorExit:  # comes whenever the garbage is collected
        raise
    except BaseException as caught:
        call.finished.append((name, caught))
        return answer


def converting(call: Call, name: str, _answer: object, error: type):
    try:
        return (yield)
    except Exception as caught:
        raise call.fail(error, name) from caught


def finishing(call: Call, name: str, _answer: object, _error: type):
    try:
        return (yield)
    finally:
        if not isinstance(sys.exception(), GeneratorExit):
            call.finished.append((name, "finally"))


def never_yielding(call: Call, name: str, answer: object, _error: type):
    return answer
    yield


def yielding_twice(call: Call, name: str, _answer: object, _error: type):
    call.finished.append((name, (yield)))
    yield


PROVIDERS = (giving, giving, giving, giving, failing)
WRAPPERS = (
    passing_on,
    answering_instead,
    failing_before,
    failing_after,
    swallowing,
    swallowing_all,
    converting,
    finishing,
    never_yielding,
    yielding_twice,
)

# -- what is drawn

TYPES = ("pixels", "plane", "series")
#: Image ids, and the schemes that decide who is asked.
SCHEMES = {
    "clinic:7": "clinic",
    "wadors:https://host/studies/1/instances/1/frames/2": "wadors",
    "dicomfile:/data/a.dcm?frame=2": "dicomfile",
    "/data/a.dcm": "dicomfile",
    "C:\\data\\a.dcm": "dicomfile",
    "file:///data/a.dcm": "dicomfile",
    "ward:7": "ward",
}


class Function(NamedTuple):
    """One hook function, as drawn."""

    behaviour: Any
    answer: object
    error: type[BaseException]
    group: str
    types: list[str] | None
    schemes: list[str] | None
    arguments: tuple[str, ...]

    @property
    def marks(self) -> dict[str, Any]:
        marks: dict[str, Any] = {"specname": "get_metadata", "wrapper": self.behaviour in WRAPPERS}
        return marks if self.group == "plain" else {**marks, self.group: True}

    @property
    def declared(self) -> dict[str, Any]:
        declared = {"types": self.types, "schemes": self.schemes}
        return {option: names for option, names in declared.items() if names is not None}

    def serves(self, type: str, scheme: str) -> bool:
        return (self.types is None or type in self.types) and (
            self.schemes is None or scheme in self.schemes
        )

    def written(self, name: str, calls: list[Call]) -> Any:
        """The function itself, with the arguments that were drawn; it uses the last call."""

        def ask(*arguments: object) -> Any:
            calls[-1].asked.append((name, arguments))
            return self.behaviour(calls[-1], name, self.answer, self.error)

        return _maker(self.arguments, self.behaviour in WRAPPERS)(ask)


@cache
def _maker(arguments: tuple[str, ...], generator: bool) -> Any:
    """Make functions that have these arguments and hand them on."""
    taken = ", ".join(arguments)
    asked = f"(yield from ask({taken}))" if generator else f"ask({taken})"
    namespace: dict[str, Any] = {}
    exec(f"def make(ask):\n    def made({taken}): return {asked}\n    return made", namespace)
    return namespace["make"]


class Action(NamedTuple):
    """What happens to the registry: a plugin comes, goes, or takes the place of another."""

    kind: str
    #: Which of the registered plugins goes; modulo their number.
    which: int
    #: The functions of the plugin that comes.
    functions: list[Function]


def declarations(names: tuple[str, ...]) -> st.SearchStrategy[list[str] | None]:
    return st.none() | st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)


functions = st.builds(
    Function,
    behaviour=st.sampled_from(PROVIDERS) | st.sampled_from((*PROVIDERS, *WRAPPERS)),
    answer=st.sampled_from(ANSWERS),
    error=st.sampled_from(ERRORS),
    group=st.sampled_from(("plain", "plain", "tryfirst", "trylast")),
    types=declarations(TYPES),
    schemes=declarations(("clinic", "wadors", "dicomfile")),
    arguments=st.sampled_from(
        [("type", "image_id"), ("image_id", "type"), ("type",), ("image_id",), ()]
    ),
)
actions = st.lists(
    st.builds(
        Action,
        kind=st.sampled_from(("register",) * 4 + ("unregister", "replace")),
        which=st.integers(0, 7),
        functions=st.lists(functions, min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=8,
)
questions = st.lists(
    st.tuples(st.sampled_from((*TYPES, "unheard of")), st.sampled_from(sorted(SCHEMES))),
    min_size=1,
    max_size=6,
    unique=True,
)

# -- metaprov and the oracle


def by_name(functions: list[Function]) -> dict[str, Function]:
    """The functions of one plugin by the names that order them."""
    return {f"function_{place}": each for place, each in enumerate(functions)}


class Holder:
    """A plugin with nothing but its functions, for pluggy 1.7 inspects every name in dir()."""

    def __init__(self, functions: dict[str, Any]) -> None:
        vars(self).update(functions)

    def __dir__(self) -> list[str]:
        return list(vars(self))


class Registry:
    """A host, and what pluggy would have to know: the plugins in order of registration."""

    def __init__(self, drawn: list[Action]) -> None:
        self.host = Host()
        self.calls: list[Call] = []
        self.plugins: dict[str, list[Function]] = {}
        for number, action in enumerate(drawn):
            self._apply(action, f"plugin {number}")

    def _apply(self, action: Action, name: str) -> None:
        plugin = self._plugin(name, action.functions)
        if action.kind == "register" or not self.plugins:
            self.host.register(plugin, name)
            self.plugins[name] = action.functions
            return
        known = list(self.plugins)[action.which % len(self.plugins)]
        if action.kind == "unregister":
            self.host.unregister(known)
            del self.plugins[known]
        else:
            self.host.replace(known, self._plugin(known, action.functions))
            self.plugins[known] = action.functions

    def _plugin(self, name: str, functions: list[Function]) -> Holder:
        return Holder(
            {
                attribute: hookimpl(**each.marks, **each.declared)(
                    each.written(f"{name}:{attribute}", self.calls)
                )
                for attribute, each in by_name(functions).items()
            }
        )

    def pluggy(self, type: str, scheme: str) -> pluggy.PluginManager:
        """A plain manager with nothing but the functions that serve this.

        It is handed the trylast ones first and in reverse, for it asks the first of them first;
        those that are asked for every type come last of all.
        """
        serving = [
            (f"{name}:{attribute}", each)
            for name, functions in self.plugins.items()
            for attribute, each in by_name(functions).items()
            if each.serves(type, scheme)
        ]
        trylast = [each for each in serving if each[1].group == "trylast"]
        newest_first = sorted(reversed(trylast), key=lambda each: each[1].types is None)  # noqa: C414
        others = [each for each in serving if each[1].group != "trylast"]
        manager = pluggy.PluginManager("oracle")
        manager.add_hookspecs(Specification)
        for name, each in newest_first + others:
            function = oracle_hookimpl(**each.marks)(each.written(name, self.calls))
            manager.register(Holder({"get_metadata": function}), name)
        return manager

    def ask_pluggy(self, type: str, image_id: str) -> Any:
        """The oracle's answer."""
        hook = self.pluggy(type, SCHEMES[image_id]).hook
        return hook.get_metadata(type=type, image_id=image_id)

    def one_by_one(self, type: str, image_ids: list[str]) -> list[Any]:
        """What get_many is to answer."""
        return [self.host.get(type, image_id) for image_id in image_ids]

    def explain(self, type: str, image_id: str) -> Any:
        """The answer that an explanation tells of, or the exception."""
        explanation = self.host.explain(type, image_id)
        if explanation.error is not None:
            raise explanation.error
        return explanation.answer

    def outcome(self, ask: Any, *question: Any) -> tuple[object, ...]:
        """What a question comes to: answer or exception, and what the functions saw."""
        call = Call()
        self.calls.append(call)
        try:
            answer, kind, which = ask(*question), None, None
        except BaseException as error:
            answer, kind = None, type(error)
            which = next((n for n, each in enumerate(call.raised) if each is error), None)
        seen = [(name, _comparable(value, call)) for name, value in call.finished]
        return Same(answer), kind, which, call.asked, seen


oracle_hookimpl = pluggy.HookimplMarker("oracle")


class Specification:
    @staticmethod
    @pluggy.HookspecMarker("oracle")(firstresult=True)
    def get_metadata(type, image_id): ...


class Same:
    """Equal to the very same object, or to a list of the same: 0 is not False."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and _identities(self.value) == _identities(other.value)

    __hash__ = None

    def __repr__(self) -> str:
        return repr(self.value)


def _identities(value: object) -> object:
    return list(map(id, value)) if isinstance(value, list) else id(value)


def _comparable(value: object, call: Call) -> object:
    if not isinstance(value, BaseException):
        return Same(value)
    which = next((n for n, each in enumerate(call.raised) if each is value), None)
    return type(value), which


def thoroughly(max_examples: int) -> settings:
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=max_examples, deadline=None, suppress_health_check=unhurried)


@thoroughly(2500)
@given(actions, questions)
def test_get_equals_a_call_of_pluggy(drawn, questions):
    registry = Registry(drawn)
    for question in questions:
        expected = registry.outcome(registry.ask_pluggy, *question)
        assert registry.outcome(registry.host.get, *question) == expected


@thoroughly(1000)
@given(actions, questions)
def test_explain_asks_as_pluggy_does(drawn, questions):
    registry = Registry(drawn)
    for question in questions:
        expected = registry.outcome(registry.ask_pluggy, *question)
        assert registry.outcome(registry.explain, *question) == expected


@thoroughly(500)
@given(actions, questions)
def test_call_order_is_that_of_pluggy(drawn, questions):
    registry = Registry(drawn)
    for type, image_id in questions:
        impls = registry.pluggy(type, SCHEMES[image_id]).hook.get_metadata.get_hookimpls()
        called = registry.host.call_order(type, image_id)
        asked = [impl.plugin_name.partition(":")[0] for impl in reversed(impls)]
        assert [each.plugin for each in called] == asked


@thoroughly(500)
@given(actions, st.sampled_from(TYPES), st.lists(st.sampled_from(sorted(SCHEMES)), max_size=9))
def test_get_many_answers_what_get_answers(drawn, type, image_ids):
    registry = Registry(drawn)
    expected = registry.outcome(registry.one_by_one, type, image_ids)
    assert registry.outcome(registry.host.get_many, type, image_ids) == expected
