"""A host equals a model of it, over any history of its plugins, with caches and errors.

The model is a few lists: of what is installed, of what was found, of what is registered by hand.
It knows nothing of pluggy, of tables or of caches; an answer that was derived before a change, and
kept, would not be its answer.
"""

from __future__ import annotations

import importlib
import shutil
import sys
import tempfile
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from metaprov_core import (
    Host,
    MetadataNotFoundError,
    MetadataType,
    PluginLoadError,
    ProviderCache,
    hookimpl,
)

IMAGES = ("clinic:1", "clinic:1?frame=2", "ward:1", "/data/a.dcm")
INSTALLABLE = ("model-a", "model-b", "model-c")


class OwnError(Exception):
    pass


class Behaviour(NamedTuple):
    """What a plugin does when it is asked for `value`."""

    #: "answers", "passes", "raises" or "wraps".
    kind: str
    group: str = "plain"
    schemes: tuple[str, ...] | None = None


BEHAVIOURS = st.builds(
    Behaviour,
    kind=st.sampled_from(["answers", "answers", "passes", "raises", "wraps"]),
    group=st.sampled_from(["tryfirst", "plain", "trylast"]),
    schemes=st.sampled_from([None, ("clinic",), ("ward", "dicomfile")]),
)


class Seen:
    """What the plugins by hand were told."""

    def __init__(self):
        #: The plugins that joined and did not leave.
        self.members: list[object] = []
        #: The names of those told to prefetch, in order.
        self.told: list[str] = []


def plugin_of(name: str, behaviour: Behaviour, seen: Seen) -> object:
    group = {
        "tryfirst": behaviour.group == "tryfirst",
        "trylast": behaviour.group == "trylast",
    }
    declared = {"types": ["value"], "schemes": behaviour.schemes}

    class Member:
        @hookimpl
        def attach(self):
            seen.members.append(self)

        @hookimpl
        def detach(self):
            seen.members.remove(self)

        @hookimpl(**group)
        def prefetch(self):
            seen.told.append(name)

    class Plain(Member):
        def own(self, value):
            if behaviour.kind == "raises":
                raise OwnError(name)
            return value if behaviour.kind == "answers" else None

        @hookimpl(**group, **declared)
        def get_metadata(self):
            return self.own((name,))

        @hookimpl(**group)
        def find_images(self):
            return self.own(each for each in (f"model:{name}", "model:shared"))

        @hookimpl(**group)
        def describe_type(self, type):
            return self.own(MetadataType(type, list if name.endswith("1") else dict))

    class Wrapper(Member):
        @hookimpl(**group, **declared, wrapper=True)
        def get_metadata(self):
            below = yield
            return None if below is None else (*below, name)

        @hookimpl(**group, wrapper=True)
        def find_images(self):
            below = yield
            return None if below is None else [*below, f"model:{name}"]

    return Wrapper() if behaviour.kind == "wraps" else Plain()


class Derived:
    """Keeps what it derives from `value`."""

    def __init__(self):
        self.cache = ProviderCache(3, remember_misses=True)

    @hookimpl
    def attach(self, host):
        self.host = host

    @hookimpl(types=["derived"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, lambda asked: self.host.get("value", asked))

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)


def asked(behaviour: Behaviour, image_id: str) -> bool:
    scheme = image_id.partition(":")[0] if ":" in image_id else "dicomfile"
    return behaviour.schemes is None or scheme in behaviour.schemes


def in_call_order(
    registered: list[tuple[str, Behaviour]], *, wrapping: bool
) -> list[tuple[str, Behaviour]]:
    """The plugins that wrap, or the others: by group, and in each the last registered first."""
    return [
        each
        for group in ("tryfirst", "plain", "trylast")
        for each in reversed(registered)
        if each[1].group == group and (each[1].kind == "wraps") is wrapping
    ]


def model_answer(registered: list[tuple[str, Behaviour]], image_id: str, skip: bool) -> object:
    """The answer, given the plugins in the order of their registration, or what one raises."""
    serving = [(name, what) for name, what in registered if asked(what, image_id)]
    answer = None
    for name, what in in_call_order(serving, wrapping=False):
        if what.kind == "raises" and not skip:
            return OwnError(name)
        if what.kind == "answers":
            answer = (name,)
            break
    for name, _ in reversed(in_call_order(serving, wrapping=True)):
        answer = None if answer is None else (*answer, name)
    return answer


def model_images(registered: list[tuple[str, Behaviour]], skip: bool) -> object:
    """What all plugins find, each image once; None where nobody finds any, or what one raises."""
    finding = []
    for name, what in in_call_order(registered, wrapping=False):
        if what.kind == "raises" and not skip:
            return OwnError(name)
        if what.kind == "answers":
            finding.append(name)
    if not finding:
        return None
    found = dict.fromkeys(
        image_id for name in finding for image_id in (f"model:{name}", "model:shared")
    )
    wrappers = reversed(in_call_order(registered, wrapping=True))
    return [*found, *(f"model:{name}" for name, _ in wrappers)]


class HostEqualsItsModel(RuleBasedStateMachine):
    by_hand = Bundle("by_hand")

    @initialize(skip=st.booleans())
    def start(self, skip):
        self.folder = Path(tempfile.mkdtemp())
        sys.path.insert(0, str(self.folder))
        self.skip = skip
        #: What is installed: its version is in what it answers.
        self.installed: dict[str, str] = {}
        #: What the host knows, in the order of registration.
        self.discovered: dict[str, str] = {}
        self.hand: list[tuple[str, Behaviour]] = []
        self.seen = Seen()
        self.host = Host(
            discover=True, only=INSTALLABLE, on_error="skip" if skip else "raise", order=["model-b"]
        )
        self.host.register(Derived(), "derived")
        self.count = 0

    def teardown(self):
        if hasattr(self, "folder"):
            self.host.close()
            assert self.seen.members == []
            sys.path.remove(str(self.folder))
            shutil.rmtree(self.folder)
            for name in [name for name in sys.modules if name.startswith("model_")]:
                del sys.modules[name]

    # -- what is installed

    @rule(name=st.sampled_from(INSTALLABLE))
    def install(self, name):
        if name in self.installed:
            return
        module = name.replace("-", "_")
        (self.folder / f"{module}.py").write_text(
            dedent(f"""\
                from metaprov_core import hookimpl

                @hookimpl(types=["value"], schemes=["clinic"])
                def get_metadata():
                    return ({name!r},)
                """)
        )
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[metaprov.providers]\n{name} = {module}\n")
        importlib.invalidate_caches()
        self.installed[name] = "1.0"

    @rule(name=st.sampled_from(INSTALLABLE))
    def uninstall(self, name):
        if self.installed.pop(name, None):
            shutil.rmtree(self.folder / f"{name.replace('-', '_')}-1.0.dist-info")
            importlib.invalidate_caches()

    @rule()
    def refresh(self):
        self.host.refresh()
        self.discovered = dict(self.installed)

    @rule(name=st.sampled_from(INSTALLABLE))
    def unregister_discovered(self, name):
        if name in self.discovered:
            self.host.unregister(name)
            del self.discovered[name]

    # -- what is registered by hand

    @rule(target=by_hand, behaviour=BEHAVIOURS)
    def register(self, behaviour):
        self.count += 1
        name = f"hand-{self.count}"
        self.host.register(plugin_of(name, behaviour, self.seen), name)
        self.hand.append((name, behaviour))
        return name

    @rule(name=by_hand)
    def unregister(self, name):
        if name in dict(self.hand):
            self.host.unregister(name)
            self.hand = [each for each in self.hand if each[0] != name]

    @rule(name=by_hand, behaviour=BEHAVIOURS)
    def replace(self, name, behaviour):
        if name in dict(self.hand):
            self.host.replace(name, plugin_of(name, behaviour, self.seen))
            self.hand = [(each[0], behaviour) if each[0] == name else each for each in self.hand]

    @rule(behaviour=BEHAVIOURS)
    def register_what_fails_to_attach(self, behaviour):
        plugin = plugin_of("failing", behaviour, self.seen)

        class Failing(type(plugin)):
            @hookimpl
            def attach(self):
                raise OwnError("attach")

        with pytest.raises(PluginLoadError):
            self.host.register(Failing(), "failing")

    # -- what it answers

    @invariant()
    def the_members_are_those_that_are_registered(self):
        if hasattr(self, "host"):
            assert len(self.seen.members) == len(self.hand)
            registered = {record.name: record.plugin for record in self.host.plugins()}
            assert {id(registered[name]) for name, _ in self.hand} == set(
                map(id, self.seen.members)
            )

    @invariant()
    def what_is_found_is_that_of_the_model(self):
        if not hasattr(self, "host"):
            return
        expected = model_images(self.hand, self.skip)
        if expected is None:
            with pytest.raises(MetadataNotFoundError):
                self.host.find_images("model:")
        elif isinstance(expected, OwnError):
            with pytest.raises(OwnError) as raised:
                self.host.find_images("model:")
            assert raised.value.args == expected.args
        else:
            assert list(self.host.find_images("model:")) == expected

    @invariant()
    def what_is_described_is_that_of_the_model(self):
        if not hasattr(self, "host"):
            return
        first = next(
            (
                each
                for each in in_call_order(self.hand, wrapping=False)
                if each[1].kind == "answers" or (each[1].kind == "raises" and not self.skip)
            ),
            None,
        )
        if first is None:
            assert self.host.type_of("described") is None
        elif first[1].kind == "raises":
            with pytest.raises(OwnError) as raised:
                self.host.type_of("described")
            assert raised.value.args == (first[0],)
        else:
            promised = list if first[0].endswith("1") else dict
            assert self.host.type_of("described").answer_class is promised

    @invariant()
    def everybody_is_told_to_prefetch_in_order(self):
        if hasattr(self, "host"):
            self.seen.told.clear()
            self.host.prefetch(IMAGES)
            # Wrappers of questions are none here.
            groups = ("tryfirst", "plain", "trylast")
            assert self.seen.told == [
                name
                for group in groups
                for name, what in reversed(self.hand)
                if what.group == group
            ]

    @invariant()
    def every_answer_is_that_of_the_model(self):
        if not hasattr(self, "host"):
            return
        # The first in the order, and then by name, is asked first: it is registered last.
        names = sorted(self.discovered, key=lambda name: (name != "model-b", name), reverse=True)
        registered = [(name, Behaviour("answers", schemes=("clinic",))) for name in names]
        registered += self.hand
        for image_id in IMAGES:
            expected = model_answer(registered, image_id, self.skip)
            explained = self.host.explain("value", image_id)
            if isinstance(expected, OwnError):
                for type in ("value", "derived"):
                    with pytest.raises(OwnError) as raised:
                        self.host.get(type, image_id)
                    assert raised.value.args == expected.args
                assert explained.error.args == expected.args
                continue
            for type in ("value", "derived"):
                assert self.host.get(type, image_id) == expected
                assert self.host.get_many(type, [image_id]) == [expected]
            assert explained.answer == expected


# The options name plugins that are not installed yet.
TestHostEqualsItsModel = pytest.mark.filterwarnings("ignore::metaprov_core.PluginLoadWarning")(
    HostEqualsItsModel.TestCase
)
TestHostEqualsItsModel.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
