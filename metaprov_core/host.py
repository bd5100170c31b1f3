"""The host: asks the providers of its plugins in order, and tells them of changes."""

from __future__ import annotations

import os
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, Self, TypeVar, overload

from .asking.blame import blame, raiser, shown
from .asking.explain import Inquiry, ask_within
from .asking.explanation import Explanation, MetadataNotFoundError, near
from .asking.known import hints_for_question, is_known_type
from .asking.prefetch import Fetching
from .asking.tables import FRAME
from .asking.types import declared_types
from .cache.changes import a_change
from .cache.cycles import asks
from .errors import PluginLoadError, without_tracebacks
from .hooks.notes import collect_notes, shown_notes
from .hooks.together import together
from .hooks.trace import trace_here
from .hooks.types import MetadataType, refuse_what_is_no_type
from .image_ids import parse_image_id, refuse_what_is_no_string, scheme_of
from .loading.options import Options, is_set, options_from
from .loading.record import PluginRecords
from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType

    from .asking.chains import Ask, Chain
    from .asking.tables import Dispatch, Row
    from .loading.record import PluginRecord, Provider
    from .pickled import PickledHost
    from .published import Published

__all__ = ["Host"]

T = TypeVar("T")
D = TypeVar("D")
P = ParamSpec("P")
R = TypeVar("R")

# How many image ids `get_many` looks at together; those of a series are mostly alike.
_BATCH: Final = 1024


class Host:
    """Plugins, and the questions that are put to them.

    A host with ``discover=True`` has every installed plugin, found by the entry point group
    ``metaprov.providers`` when it is made and imported at the first question; any other has those
    that are registered by hand.

    ``order`` names the plugins, or distributions, to ask first, in that order; ``disable`` those
    that are not even imported; ``only`` the only ones that are. With ``strict`` every question
    raises `PluginLoadError` as long as a plugin has failed. A host that discovers takes from
    METAPROV_ORDER, METAPROV_DISABLE, METAPROV_ONLY and METAPROV_STRICT those that are not given. It
    registers the files and modules that METAPROV_PLUGINS names, too.

    An exception of a provider is raised to the caller, with a note that names the plugin;
    ``on_error="skip"`` logs a warning instead and asks the next provider.

    ``with Host() as host:`` closes it in the end, so that plugins close what they have open.

    A host can be pickled: in the other process it becomes one that answers alike, of plugins that
    are installed there too, with the same settings and without secrets. ValueError says what cannot
    go there: a plugin that was registered as an object, a value that was given with `add`.

    Any method may be called from any thread.
    """

    def __init__(
        self,
        *,
        discover: bool = False,
        order: Iterable[str] | None = None,
        disable: Iterable[str] | None = None,
        only: Iterable[str] | None = None,
        strict: bool | None = None,
        on_error: Literal["raise", "skip"] = "raise",
    ) -> None:
        if on_error not in ("raise", "skip"):
            raise ValueError(f"on_error is {on_error!r}: it is 'raise' or 'skip'")
        # Whether it is to have what is installed, even if that is switched off.
        self._discovers = discover
        self._begin(
            discover=discover and not is_set("METAPROV_DISABLE_AUTOLOAD"),
            options=partial(options_from, order, disable, only, strict, environment=discover),
            skip=on_error == "skip",
        )

    def _begin(self, *, discover: bool, options: Callable[[], Options], skip: bool) -> None:
        self._registry = Registry(self, discover=discover, options=options, skip=skip)
        # Whether a plugin has a value that was given to it here.
        self._was_given = False

    # -- questions

    @overload
    def get(self, type: MetadataType[T], image_id: str) -> T | None: ...
    @overload
    def get(self, type: MetadataType[T], image_id: str, default: D) -> T | D: ...
    @overload
    def get(self, type: str, image_id: str, default: Any = None) -> Any: ...
    @asks
    def get(self, type: str, image_id: str, default: Any = None) -> Any:
        """The first answer, in call order; ``default`` where nobody answers.

        Raises what the provider raises, above all `MetadataReadError` for an image that cannot be
        read, and TypeError for an image id that is not a string.
        """
        published = self._registry.published
        try:
            head = image_id.partition(":")[0]
            if head is image_id:  # a path, whose last letter tells whether its ending may count
                find, others = published.paths[FRAME if FRAME in image_id else image_id[-1:]]
            else:
                find, others = published.rows[head]
        except (AttributeError, KeyError, TypeError):
            # No string, a scheme that is not declared, or nothing to ask before the first question.
            published, (find, others) = self._row_of(image_id)
        try:
            for function in find(type, others):
                answer = function(type, image_id)
                if answer is not None:
                    return answer
        except Exception as error:
            refuse_what_is_no_type(type)
            _blame(error, published.dispatch, function, type, image_id)
            raise
        if not isinstance(type, str):
            refuse_what_is_no_type(type)  # type: ignore[unreachable]  # a caller may pass anything
        return default

    @overload
    def require(self, type: MetadataType[T], image_id: str) -> T: ...
    @overload
    def require(self, type: str, image_id: str) -> Any: ...
    def require(self, type: str, image_id: str) -> Any:
        """The first answer. Raises MetadataNotFoundError, which explains, where nobody answers."""
        answer = self.get(type, image_id)
        if answer is not None:
            return answer
        explanation = self.explain(type, image_id)
        if explanation.error is not None:
            raise explanation.error
        if explanation.answer is not None:
            return explanation.answer
        raise MetadataNotFoundError(str(explanation), explanation)

    @overload
    def get_many(
        self,
        type: MetadataType[T],
        image_ids: Iterable[str],
        return_exceptions: Literal[False] = False,
    ) -> list[T | None]: ...
    @overload
    def get_many(
        self, type: MetadataType[T], image_ids: Iterable[str], return_exceptions: bool
    ) -> list[T | Exception | None]: ...
    @overload
    def get_many(
        self, type: str, image_ids: Iterable[str], return_exceptions: bool = False
    ) -> list[Any]: ...
    def get_many(
        self, type: str, image_ids: Iterable[str], return_exceptions: bool = False
    ) -> list[Any]:
        """The first answer for each image id, in their order; None where nobody answers.

        It answers and raises as `get` does for each of them, but faster. With
        ``return_exceptions`` what an image raises stands in the place of its answer, without
        traceback, as with `asyncio.gather`; TypeError for what is no string, and the
        PluginLoadError of a strict host, are raised.
        """
        refuse_what_is_no_type(type)
        self._registry.refuse_if_closed()
        if isinstance(image_ids, str):
            raise TypeError(f"get_many takes a list of image ids: [{image_ids!r}]")
        ids = tuple(image_ids)
        answers: list[Any] = []
        thread = get_ident()
        outer = together.get(thread)
        try:
            together[thread] = ids
            for start in range(0, len(ids), _BATCH):
                batch = ids[start : start + _BATCH]
                dispatch, functions = self._asked_for_all(type, batch)
                if functions is None:
                    ask = partial(self._ask_each, type)
                else:
                    ask = partial(self._ask_alike, dispatch, functions, type)
                if return_exceptions:
                    for image_id in batch:
                        refuse_what_is_no_string(image_id)
                    _ask_all(ask, iter(batch), answers)
                else:
                    ask(batch, answers)
        finally:
            # Either branch is one instruction, and no interrupt comes before it.
            if outer is None:
                together.pop(thread, None)
            else:
                together[thread] = outer
        return answers

    @asks
    def explain(
        self, type: str, image_id: str, all: bool = False, fields: bool = False
    ) -> Explanation:
        """Ask as `get` does, and tell who was asked and what each provider said.

        It shows what each provider asked the host in turn, in this thread, and who answered that.
        With ``all`` the providers that `get` would not reach are asked too, each on its own. With
        ``fields`` providers tell where the fields of the answer come from, where they can. What a
        provider raises is in the explanation.
        """
        refuse_what_is_no_type(type)
        scheme = scheme_of(image_id)
        dispatch = self._registry.ready().dispatch
        skip = self._registry.skip
        inquiry = Inquiry(dispatch.providers, type, scheme, skip, wants_origins=fields)
        with self._registry.explaining():
            answer = inquiry.ask(image_id, all)
        is_served = answer is not None or bool(inquiry.noted) or self._is_served(type)
        records = self.plugins()
        hints = answer is None and inquiry.error is None and self._discovers
        return Explanation(
            str(type),
            image_id,
            answer,
            inquiry.error,
            inquiry.rows,
            tuple(record for record in records if record.status != "active"),
            () if is_served or is_known_type(type) else near(type, self.types()),
            is_served,
            hints_for_question(type, scheme, records, inquiry.noted) if hints else (),
            inquiry.fields if fields else None,
        )

    def call_order(self, type: str, image_id: str) -> list[Provider]:
        """The providers that a question is put to, in order."""
        scheme = scheme_of(image_id)
        return [provider for provider in self.providers() if provider.serves(type, scheme)]

    def find_images(self, source: str | os.PathLike[str]) -> Iterator[str]:
        """The image ids behind a folder, a file or a URL, in order, one for each frame.

        Every plugin is asked, and where several know the source, the ids of each come after those
        of the one before, each image once. They are found as they are asked for. Raises
        MetadataNotFoundError, with what each plugin had to say, where none knows the source, and
        ValueError for an empty one: ``"."`` is the working directory.
        """
        source = os.fspath(source)
        if not source:
            raise ValueError("the source is empty: '.' is the working directory")
        dispatch = self._registry.ready().dispatch
        notes: list[str] = []
        found = collect_notes(notes, dispatch.find_images, source)
        if found is None:
            said = "".join(f"\n  - {note}" for note in shown_notes(notes))
            where = shown("find_images", (source,))
            raise MetadataNotFoundError(f"no plugin finds images in {where}{said}")
        return iter(found)

    def prefetch(
        self,
        image_ids: Iterable[str],
        type: str = "instance",
        progress: Callable[[int, int], object] | None = None,
    ) -> None:
        """Tell every plugin what is going to be asked for, so that it fetches that side by side.

        It returns when they are done. ``type`` is what they are to have at hand: ``"instance"``,
        the header, from which most answers follow. Sources fetch no more than they keep, so a large
        archive is best gone through in parts. ``progress`` is called with the number of images done
        and that of all, in any thread; what it raises cancels, and is raised here. Nothing is
        raised for an image: the question about it does.
        """
        refuse_what_is_no_type(type)
        if isinstance(image_ids, str):
            raise TypeError(f"prefetch takes a list of image ids: [{image_ids!r}]")
        ids = tuple(image_ids)
        for image_id in ids:
            refuse_what_is_no_string(image_id)
        self._registry.ready()
        fetching = Fetching(len(ids), progress)
        try:
            self._tell(("prefetch",), type, ids, fetching.done)
            fetching.finish()
        finally:
            fetching.raise_refusal()

    # -- what providers keep

    def add(self, type: str, image_id: str, value: Any) -> None:
        """Give a value to the first provider that takes it, which answers with it from now on.

        Raises MetadataNotFoundError, which is a LookupError, where nobody takes it.
        """
        refuse_what_is_no_type(type)
        refuse_what_is_no_string(image_id)
        dispatch = self._registry.ready().dispatch
        if not dispatch.relay.add_metadata(type=type, image_id=image_id, value=value):
            raise MetadataNotFoundError(
                f"no plugin takes {type} for {image_id}: one that does implements add_metadata"
            )
        self._was_given = True
        self.changed(type, image_id)

    def clear(self, type: str | None = None, image_id: str | None = None) -> None:
        """Let every provider forget what was added and derived for an image and all its frames."""
        self._registry.ready()
        self._tell_of_change(("clear_metadata", "metadata_changed"), type, image_id)
        if type is image_id is None:
            self._was_given = False

    def changed(self, type: str | None = None, image_id: str | None = None) -> None:
        """Let every provider drop what it derived: these answers may differ from now on.

        To be called by whoever changed them: a plugin with an ``add`` of its own, or one whose
        source changed. None means all types, or all images. It holds in every thread once the call
        has returned. Every provider is told; then what they raised is raised, several exceptions
        as an ExceptionGroup.
        """
        self._registry.refuse_if_closed(once_all_left=True)
        self._tell_of_change(("metadata_changed",), type, image_id)

    # -- plugins

    def register(self, plugin: object, name: str | None = None) -> str:
        """Register a plugin, to be asked before the others of its group; returns its name.

        A plugin is an instance of a class, a module, or a function, which is a provider of every
        type, whatever its name. Raises PluginLoadError, with the reason, for one that cannot work,
        and ValueError where the plugin or the name is registered already.
        """
        return self._change_plugins(self._registry.register, plugin, name)

    def unregister(self, name_or_plugin: object) -> object:
        """Remove a plugin, given by its name or itself; returns it. Raises LookupError."""
        return self._change_plugins(self._registry.unregister, name_or_plugin)

    def replace(self, name: str, plugin: object) -> None:
        """Put another plugin in the place of a registered one, at once and in the same order."""
        self._change_plugins(self._registry.replace, name, plugin)

    def load_plugins(self) -> None:
        """Import the discovered plugins now instead of at the first question."""
        self._registry.load()

    def refresh(self) -> None:
        """Look again for installed plugins and at the environment, as a fresh process would.

        Plugins that were registered by hand stay, and are asked before those that are discovered.
        """
        self._change_plugins(self._registry.refresh)

    def close(self) -> None:
        """Let all plugins go, for good: each closes what it has open, the last registered first.

        From then on questions and changes raise MetaprovError. Nothing waits for questions that are
        being answered.
        """
        self._registry.close()

    def __enter__(self) -> Self:
        self._registry.refuse_if_closed()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def plugins(self) -> list[PluginRecord]:
        """Every plugin: the active ones in the order they are asked, then disabled and failed."""
        self.load_plugins()
        return PluginRecords(self._registry.records())

    def providers(self) -> list[Provider]:
        """Every provider, in the order in which they are asked."""
        self.load_plugins()
        return list(self._registry.published.dispatch.providers)

    def types(self) -> dict[str, MetadataType[Any] | None]:
        """Every declared type, sorted, with its key where a provider declares one.

        A key says whether the answers rest on the image or on its series: ``key.scope``.
        """
        return declared_types(self.providers())

    def type_of(self, name: str) -> MetadataType[Any] | None:
        """The key of a type that a provider declares, or that a plugin describes.

        It has the class of the answers where that is known. None: nobody serves this type.
        """
        refuse_what_is_no_type(name)
        declared = self.types()
        if name in declared:
            return declared[name] or MetadataType(name)
        described: MetadataType[Any] | None
        described = self._registry.published.dispatch.relay.describe_type(type=name)
        return described

    # -- in other processes

    def __getstate__(self) -> PickledHost:
        if self._was_given:
            raise ValueError(
                "values were given to this host with add(), which no other process has: clear() "
                "them, or ask in this process"
            )
        from .pickled import PickledHost

        self.load_plugins()
        plugins, registry = self._registry.published.plugins, self._registry
        options = plugins.options or Options()
        return PickledHost.of(
            plugins.active, options, discover=registry.discovers, skip=registry.skip
        )

    def __setstate__(self, pickled: PickledHost) -> None:
        self._discovers = pickled.discover
        self._begin(discover=pickled.discover, options=lambda: pickled.options, skip=pickled.skip)
        for name in pickled.names_of_others(self.plugins()):
            self.unregister(name)
        pickled.make_settings()

    # -- behind them

    def _is_served(self, type: str) -> bool:
        try:
            return self.type_of(type) is not None
        except Exception:
            # A plugin that cannot describe it knows of it, perhaps.
            return True

    def _row_of(self, image_id: str) -> tuple[Published, Row]:
        refuse_what_is_no_string(image_id)
        published = self._registry.ready()
        if trace_here() is not None:
            return published, (self._traced, ())
        return published, published.dispatch.rows.of(image_id)

    def _traced(self, _type: str, _others: Chain) -> Chain:
        """What asks a question of a provider that is being explained."""
        return (self._ask_within,)

    def _ask_within(self, type: str, image_id: str) -> Any:
        refuse_what_is_no_type(type)
        providers = self._registry.ready().dispatch.providers
        return ask_within(providers, type, scheme_of(image_id), self._registry.skip, image_id)

    @asks
    def _ask_alike(
        self,
        dispatch: Dispatch,
        functions: Chain,
        type: str,
        image_ids: Iterable[str],
        answers: list[Any],
    ) -> None:
        """Put a question about each of these image ids to the same functions."""
        try:
            if len(functions) == 1:
                (function,) = functions
                # No comprehension: it would hide the image id, which the blame names.
                for image_id in image_ids:
                    answers.append(function(type, image_id))  # noqa: PERF401 - see above
                return
            for image_id in image_ids:
                for function in functions:
                    answer = function(type, image_id)
                    if answer is not None:
                        answers.append(answer)
                        break
                else:
                    answers.append(None)
        except Exception as error:
            _blame(error, dispatch, function, type, image_id)
            raise

    def _ask_each(self, type: str, image_ids: Iterable[str], answers: list[Any]) -> None:
        for image_id in image_ids:
            answers.append(self.get(type, image_id))  # noqa: PERF401 - those before an error count

    def _asked_for_all(self, type: str, image_ids: Sequence[str]) -> tuple[Dispatch, Chain | None]:
        """The functions that all of these image ids are put to; None where they may differ."""
        dispatch = self._registry.ready().dispatch
        if trace_here() is not None:
            return dispatch, None
        try:
            return dispatch, dispatch.rows.chain_of_all(type, image_ids)
        except TypeError:
            return dispatch, None

    @a_change
    def _tell_of_change(
        self, hooks: tuple[str, ...], type: str | None, image_id: str | None
    ) -> None:
        if image_id is not None:
            parse_image_id(image_id)  # raises, before anybody is told
        self._tell(hooks, type, image_id)

    def _tell(self, hooks: tuple[str, ...], *arguments: object) -> None:
        """Call every function of some hooks; then raise what they raised."""
        errors = []
        for hook in hooks:
            for function in self._registry.published.dispatch.hooks[hook]:
                try:
                    function(*arguments)
                except Exception as error:
                    errors.append(error)
        if len(errors) > 1:
            raise ExceptionGroup(f"{len(errors)} plugins raised in {' and '.join(hooks)}", errors)
        if errors:
            raise errors[0]

    def _change_plugins(self, change: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Change which plugins there are, tell of it, and let go those that left."""
        with self._registry.change():
            result = change(*args, **kwargs)
            if self._registry.was_asked:
                self.changed()
            return result


def _ask_all(
    ask: Callable[[Iterator[str], list[Any]], None], image_ids: Iterator[str], answers: list[Any]
) -> None:
    """Ask about all of them, beyond those that raise: that is their answer."""
    while True:
        try:
            return ask(image_ids, answers)
        except PluginLoadError:
            raise
        except Exception as error:
            answers.append(without_tracebacks(error))


def _blame(error: Exception, dispatch: Dispatch, function: Ask, type: str, image_id: str) -> None:
    provider = raiser(dispatch.providers, function, error)
    title = None if provider is None else provider.title
    blame(error, title, "get_metadata", (str(type), image_id))
