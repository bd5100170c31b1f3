"""The plugins of one host: which there are, in which order, and what became of each.

Nothing is mutated: every change makes new records and new tables and publishes them as one object
by one assignment, so that a change that fails or is interrupted leaves what was there.
"""

from __future__ import annotations

import importlib
import inspect
import os
from contextlib import contextmanager
from threading import RLock, local
from types import MethodType
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import ref

from .asking.tables import build
from .cache.locks import locked
from .errors import MetaprovError, PluginFailure, PluginLoadError
from .loading.attach import Joining
from .loading.discovery import Imported, Scan, find_plugins
from .loading.record import PluginRecord
from .loading.warnings import warn_of_loading
from .published import Plugins, Published
from .schemes import is_settled, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .loading.candidate import Candidate
    from .loading.options import Options
    from .published import Key

__all__ = ["Registry"]


class _Survey(NamedTuple):
    """The options, and what is installed, as they stood at one moment."""

    options: Options
    scan: Scan


class Registry:
    """Owns the records of a host's plugins, and makes its tables from them."""

    #: What answers.
    published: Published

    def __init__(
        self, host: object, *, discover: bool, options: Callable[[], Options], skip: bool
    ) -> None:
        self._joining = Joining(host)
        #: Whether it has what is installed.
        self.discovers: Final = discover
        self._read_options = options
        #: Whether a provider that raises is passed over.
        self.skip = skip
        #: Whether there was a question: whoever asked it may have kept the answer.
        self.was_asked = False
        # What is explained at this moment: meanwhile the rows are hidden.
        self._explained: Final[set[object]] = set()
        # Closed to questions and changes, and to everything.
        self._is_closed = self._is_over = False
        # The plugins that left in the change that a thread makes.
        self._thread = local()
        # Held while plugins change, never while one of them is imported.
        self._lock = RLock()
        if not discover and not is_settled():
            settle(find_plugins().claims)
        survey = self._look()
        # What is to be loaded before the next question; None where nothing is.
        self._pending = survey if discover or survey.options.plugins else None
        self._publish(Plugins(None if self._pending else survey.options, {}, (), ()))
        _registries.add(ref(self, _registries.discard))

    def ready(self) -> Published:
        """What to put a question to. Raises PluginLoadError where no plugin may fail."""
        published = self.published
        if not published.rows and not (published.is_open and self._explained):
            self.load()
            published = self._opened()
        return published

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Let every question take the long way meanwhile, in every thread."""
        # No lock, as a change may hold it for long: what a thread misses here, `ready` mends.
        explained = object()
        try:
            self._explained.add(explained)
            self.published.hide_rows()
            yield
        finally:
            self._explained.discard(explained)
            if not self._explained and self.published.is_open:
                self._open(self.published)

    def load(self) -> None:
        """Import and register what was discovered, once. Raises MetaprovError once it is closed."""
        self.refuse_if_closed()
        while (pending := self._pending) is not None:
            self._joining.refuse_questions()
            options, scan = pending
            imported = {
                candidate: self._import(candidate)
                for candidate in options.registration_order(scan.found)
                if options.allow(candidate)
            }
            # Registered last, they are asked first.
            for what in reversed(options.plugins):
                imported |= self._import_by_hand(what)
            with self.change():
                if self._publish_pending(pending, imported):
                    warn_of_loading(self.failures, scan, options)

    def refresh(self) -> None:
        """Look again at what is installed; plugins that are still there are kept as they are."""
        self.refuse_if_closed()
        importlib.invalidate_caches()
        survey = self._look_again()
        if survey is not None:
            try:
                self.load()
            except BaseException:
                # Whoever asks next goes on with what there was, and nobody missed a change.
                self._give_up(survey)
                raise

    def register(self, plugin: object, name: str | None) -> str:
        """Add a plugin by hand, to be asked before all others of its group; returns its name."""
        self.load()
        return self._register(plugin, name)

    def unregister(self, name_or_plugin: object) -> object:
        """Remove a plugin; returns it."""
        self.load()
        return self._unregister(name_or_plugin)

    def replace(self, name: str, plugin: object) -> None:
        """Put a plugin in the place of another, with no moment in which neither answers."""
        self.load()
        _refuse_unusable(name)
        self._replace(name, plugin)

    def close(self) -> None:
        """Let all plugins go, for good."""
        with self.change():
            self._close()
        self._is_over = True

    def refuse_if_closed(self, *, once_all_left: bool = False) -> None:
        """Raise MetaprovError once it is closed, or only once all plugins are detached."""
        if self._is_over if once_all_left else self._is_closed:
            raise MetaprovError("this host is closed: make another one")

    @contextmanager
    def change(self) -> Iterator[None]:
        """Detach, in the end, the plugins that leave meanwhile, and those that joined in vain.

        Of changes within each other the outermost does it: its lock is free then, and everybody has
        been told.
        """
        outer = getattr(self._thread, "left", None)
        left: list[PluginRecord] = []
        self._thread.left = left
        try:
            yield
        finally:
            self._thread.left = outer
            if outer is None:
                self._joining.members.detach((*left, *self._in_vain()))
            else:
                outer += left

    @property
    def failures(self) -> tuple[PluginFailure, ...]:
        """What went wrong with the plugins that failed."""
        return self.published.plugins.failures

    def records(self) -> tuple[PluginRecord, ...]:
        """Every plugin: the active ones in the order in which they are asked, then the others."""
        plugins, dispatch = self.published.plugins, self.published.dispatch
        asked = dict.fromkeys(provider.plugin for provider in dispatch.providers)
        by_name = {record.name: record for record in reversed(plugins.active)}
        in_order = [by_name[name] for name in dict.fromkeys((*asked, *by_name))]
        numbered = (record._replace(order=place) for place, record in enumerate(in_order, start=1))
        unavailable = sorted(plugins.unavailable, key=lambda record: (record.status, record.name))
        return (*numbered, *unavailable)

    @locked
    def _opened(self) -> Published:
        """What is published, open to questions from now on."""
        self.refuse_if_closed()
        published = self.published
        failures = published.plugins.strict_failures
        if failures:
            raise PluginLoadError(failures)
        self.was_asked = True
        self._open(published)
        return published

    def _open(self, published: Published) -> None:
        published.open()
        if self._explained:
            published.hide_rows()

    @locked
    def _publish_pending(
        self, pending: _Survey, imported: Mapping[Candidate, Imported | PluginLoadError]
    ) -> bool:
        # Another thread may have been faster, or have looked again.
        if self._pending is not pending:
            return False
        self._publish(self._after_scan(pending, imported))
        self._pending = None
        return True

    @locked
    def _close(self) -> None:
        if not self._is_closed:
            self._pending = None
            self.was_asked = False
            self._publish(Plugins(None, {}, (), ()))
            self._is_closed = True

    @locked
    def _in_vain(self) -> list[PluginRecord]:
        return self._joining.members.in_vain()

    @locked
    def _look_again(self) -> _Survey | None:
        """Look at what is installed; return what is to be loaded if plugins were loaded before."""
        self._pending = self._look()
        return None if self.published.plugins.options is None else self._pending

    @locked
    def _give_up(self, survey: _Survey) -> None:
        if self._pending is survey:
            self._pending = None

    @locked
    def _register(self, plugin: object, name: str | None) -> str:
        self._refuse_twice(plugin)
        name = self._free_name(plugin) if name is None else name
        _refuse_unusable(name)
        self._refuse_taken(name)
        record = self._joining.join(PluginRecord(name), lambda: plugin)
        # Its attach may have registered others.
        self._refuse_taken(name)
        plugins = self.published.plugins
        self._publish(plugins._replace(by_hand=(*plugins.by_hand, record)))
        return name

    @locked
    def _unregister(self, name_or_plugin: object) -> object:
        record = self._active(name_or_plugin)
        self._publish(self.published.plugins.without(record))
        return record.plugin

    @locked
    def _replace(self, name: str, plugin: object) -> None:
        if _is_same(self._active(name).plugin, plugin):
            return
        self._refuse_twice(plugin)
        successor = self._joining.join(PluginRecord(name), lambda: plugin)
        plugins = self.published.plugins
        self._publish(plugins.with_in_place_of(self._active(name), successor))

    def _look(self) -> _Survey:
        """Read the options and look for plugins; none is imported yet."""
        scan = find_plugins() if self.discovers else Scan((), ())
        settle(scan.claims)
        return _Survey(self._read_options(), scan)

    def _import(self, candidate: Candidate) -> Imported | PluginLoadError:
        known = self.published.plugins.discovered.get(candidate.key)
        if known is not None:
            return Imported(known.plugin, known.import_ms, known.import_cpu_ms)
        try:
            return self._joining.import_(candidate)
        except PluginLoadError as error:
            return error

    def _import_by_hand(self, what: str) -> Mapping[Candidate, Imported | PluginLoadError]:
        try:
            return self._joining.import_by_hand(what)
        except PluginLoadError as error:
            from .loading.by_hand import named_by_hand

            return {named_by_hand(what): error}

    def _after_scan(
        self, survey: _Survey, imported: Mapping[Candidate, Imported | PluginLoadError]
    ) -> Plugins:
        options, scan = survey
        discovered: dict[Key, PluginRecord] = {}
        unavailable = [
            _failed(_record_of_distribution(failure), PluginLoadError((failure,)))
            for failure in scan.failures
        ]
        unavailable += [
            candidate.record._replace(status="disabled")
            for candidate in scan.found
            if candidate not in imported
        ]
        owners = self._owners(scan, imported)
        for candidate, result in imported.items():
            try:
                discovered[candidate.key] = self._record_for(candidate, result, owners)
            except PluginLoadError as error:
                unavailable.append(_failed(candidate.record, error))
        return self.published.plugins._replace(
            options=options, discovered=discovered, unavailable=tuple(unavailable)
        )

    def _owners(
        self, scan: Scan, imported: Mapping[Candidate, Imported | PluginLoadError]
    ) -> dict[int, PluginRecord | Candidate]:
        """Which plugin an imported object belongs to, where several name the same one."""
        owners: dict[int, PluginRecord | Candidate] = {
            id(record.plugin): record for record in self.published.plugins.by_hand
        }
        for candidate in (*scan.found, *imported):
            result = imported.get(candidate)
            if isinstance(result, Imported):
                owners.setdefault(id(result.target), candidate)
        return owners

    def _record_for(
        self,
        candidate: Candidate,
        result: Imported | PluginLoadError,
        owners: Mapping[int, PluginRecord | Candidate],
    ) -> PluginRecord:
        if isinstance(result, PluginLoadError):
            raise result
        name = _free_of_those_by_hand(candidate, owners)
        known = self.published.plugins.discovered.get(candidate.key)
        if known is not None:
            if not known.distribution:  # registered by hand in its place
                return known
            return known._replace(
                name=name, distribution=candidate.distribution, version=candidate.version
            )
        record = candidate.record._replace(
            import_ms=result.import_ms, import_cpu_ms=result.import_cpu_ms
        )
        owner = owners[id(result.target)]
        if owner is not candidate:
            cause = ValueError(f"it is the same object as plugin {owner.name!r}")
            raise PluginLoadError((record.failure("register", cause),))
        target = result.target
        return self._joining.join(
            record._replace(name=name), target if inspect.isclass(target) else lambda: target
        )

    def _publish(self, plugins: Plugins) -> None:
        self.refuse_if_closed()
        published = Published(plugins, build(plugins.active, skip=self.skip))
        if self.was_asked and not plugins.strict_failures:
            self._open(published)
        self.published = published
        left = self._joining.members.now_active(plugins.active)
        if left:
            self._thread.left += left

    def _start_anew(self) -> None:
        """Go on in a forked child, which lacks the thread that may hold the lock."""
        self._lock = RLock()
        self._explained.clear()
        self._joining.members.forget_all()

    def _active(self, name_or_plugin: object) -> PluginRecord:
        for record in self.published.plugins.active:
            if record.name == name_or_plugin or _is_same(record.plugin, name_or_plugin):
                return record
        named = ", ".join(record.name for record in self.published.plugins.active) or "none"
        raise LookupError(f"no plugin {name_or_plugin!r} is registered; registered: {named}")

    def _refuse_twice(self, plugin: object) -> None:
        for record in self.published.plugins.active:
            if _is_same(record.plugin, plugin):
                raise ValueError(f"this plugin is registered already, as {record.name!r}")

    def _refuse_taken(self, name: str) -> None:
        if any(record.name == name for record in self.published.plugins.active):
            raise ValueError(
                f"a plugin {name!r} is registered already: replace() it, or give this another name"
            )

    def _free_name(self, plugin: object) -> str:
        taken = {record.name for record in self.published.plugins.active}
        name = str(getattr(plugin, "__name__", type(plugin).__name__))
        count = 2
        free = name
        while free in taken:
            free = f"{name}-{count}"
            count += 1
        return free


_registries: Final[set[ref[Registry]]] = set()


def _start_anew() -> None:
    for reference in _registries.copy():
        registry = reference()
        if registry is not None:
            registry._start_anew()  # noqa: SLF001 - nobody else may


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


def _refuse_unusable(name: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"the name of a plugin is a string, not {name!r}")
    if not name:
        raise ValueError("the name of a plugin is not empty")


def _is_same(one: object, other: object) -> bool:
    """Whether two are one plugin; a bound method is a new object each time it is looked up."""
    return one is other or (isinstance(one, MethodType) and one == other)


def _free_of_those_by_hand(
    candidate: Candidate, owners: Mapping[int, PluginRecord | Candidate]
) -> str:
    """The name of a discovered plugin, with its distribution where one by hand has that name."""
    others = (each for each in owners.values() if each is not candidate)
    if not any(_is_by_hand(each, candidate.name) for each in others):
        return candidate.name
    whose = candidate.distribution or candidate.entry_point.value
    return f"{whose}:{candidate.entry_point.name}"


def _is_by_hand(plugin: PluginRecord | Candidate, name: str) -> bool:
    return plugin.name == name and not plugin.distribution


def _failed(record: PluginRecord, error: PluginLoadError) -> PluginRecord:
    return record._replace(status="failed", error=error)


def _record_of_distribution(failure: PluginFailure) -> PluginRecord:
    return PluginRecord(
        failure.distribution, distribution=failure.distribution, version=failure.version
    )
