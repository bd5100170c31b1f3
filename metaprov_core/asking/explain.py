"""Asking one question as `get` does, and writing down what each provider did."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from metaprov_core.errors import described
from metaprov_core.hooks.notes import collect_notes, collect_notes_of_wrapper, note, shown_notes
from metaprov_core.hooks.trace import Question, Trace, trace_here, traced, traced_wrapper

from . import explanation as outcomes
from .blame import YIELDED_AGAIN, blame, guarded, guarded_wrapper, without_secrets
from .chains import hook_of
from .explanation import ExplanationRow
from .origins import origins_after_change, origins_of

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from metaprov_core.loading.record import Provider

    from .chains import Ask

__all__ = ["Inquiry", "ask_within"]


def ask_within(
    providers: Sequence[Provider], type: str, scheme: str, skip: bool, image_id: str
) -> Any:
    """Ask as `get` does within an explanation, and write the question down there."""
    started = perf_counter()
    inquiry = Inquiry(providers, type, scheme, skip)
    answer = inquiry.ask(image_id, rest_too=False)
    trace = trace_here()
    if trace is not None:
        trace.add(inquiry.as_question(image_id, perf_counter() - started - inquiry.aside))
        trace.aside += inquiry.aside
    for message in inquiry.notes:
        note(message)
    if inquiry.error is not None:
        raise inquiry.error
    return answer


class Inquiry:
    """One question put to the providers in call order, wrappers included."""

    def __init__(
        self,
        providers: Sequence[Provider],
        type: str,
        scheme: str,
        skip: bool,
        *,
        wants_origins: bool = False,
    ) -> None:
        self._providers = providers
        self._serving = [provider for provider in providers if provider.serves(type, scheme)]
        self._type = type
        self._skip = skip
        self._wants_origins = wants_origins
        self._rows: dict[Provider, ExplanationRow] = {}
        #: All notes, as they came.
        self.notes: list[str] = []
        #: How many seconds went into what `get` does not do: see `Trace.aside`.
        self.aside = 0.0
        #: Where the fields of the answer come from; nothing where nobody tells, or it is not asked.
        self.fields: dict[str, tuple[str, ...]] = {}
        # The answer that came up to the provider whose row is written next.
        self._answer: Any = None
        self.error: Exception | None = None
        self._yielded_again: RuntimeError | None = None

    def ask(self, image_id: str, rest_too: bool) -> Any:
        """Ask until one answers; ``rest_too`` then asks the others as well, each on its own."""
        asked = [(provider, self._recorded(provider)) for provider in self._serving]
        answer = None
        try:
            # The end of this ends all notes and traces, whatever an interrupt left behind.
            answer = traced(Trace([]), collect_notes, [], self._asking(asked), self._type, image_id)
        except Exception as raised:
            error = self._yielded_again or raised
            self.error = error
            self.fields = {}
            rows = self._rows.values()
            raiser = next((row.provider.title for row in rows if row.error is error), None)
            blame(error, raiser, "get_metadata", (str(self._type), image_id))
        # Where fields come from is told of this answer alone.
        self._wants_origins = False
        for provider, ask in asked:
            if rest_too and provider not in self._rows and not provider.wrapper:
                self._ask_for_itself(ask, image_id)
        return answer

    def as_question(self, image_id: str, seconds: float) -> Question:
        """The whole of it as one question of the provider that asks it."""
        row, changing = self._answering()
        outcome = outcomes.NO_ANSWER if self._answer is None else outcomes.ANSWERED
        if self.error is not None:
            said = without_secrets(described(self.error))
            outcome, row, changing = f"{outcomes.RAISED} {said}", None, []
        return Question(
            str(self._type),
            without_secrets(image_id),
            "" if row is None else row.provider.plugin,
            outcome,
            seconds,
            kept=row is not None and row.kept,
            questions=tuple(question for row in self._rows.values() for question in row.questions),
            changed_by=tuple(row.provider.plugin for row in changing),
        )

    def _answering(self) -> tuple[ExplanationRow | None, list[ExplanationRow]]:
        """Who gave the answer, and who changed it on its way up, or withheld it."""
        answering, changing = None, list[ExplanationRow]()
        for row in self._rows.values():
            if row.outcome == outcomes.WITHHELD:
                answering, changing = None, [row]
            elif row.answer is not None and answering is None:
                answering, changing = row, []
            elif row.outcome == outcomes.CHANGED:
                changing.append(row)
        return answering, changing

    def _asking(self, asked: Sequence[tuple[Provider, Ask]]) -> Ask:
        """What asks them in order, as the chain of `get` does."""
        if any(provider.wrapper for provider, _ in asked):
            hook = hook_of("get_metadata", [(ask, provider.wrapper) for provider, ask in asked])
            return lambda type, image_id: hook(type=type, image_id=image_id)

        # Without pluggy, which would take longer than most answers within an explanation.
        def ask_in_turn(type: str, image_id: str) -> Any:
            # No generator, which would make another error of a StopIteration.
            for _, ask in asked:
                answer = ask(type, image_id)
                if answer is not None:
                    return answer
            return None

        return ask_in_turn

    @property
    def noted(self) -> list[Provider]:
        """Those that had something to say, for they know what was asked for."""
        return [provider for provider, row in self._rows.items() if row.notes]

    def _ask_for_itself(self, ask: Ask, image_id: str) -> None:
        try:
            ask(self._type, image_id)
        except Exception:  # it is in the row
            return

    @property
    def rows(self) -> tuple[ExplanationRow, ...]:
        """What each provider did, in call order."""
        return tuple(
            self._rows.get(provider) or self._not_asked(provider) for provider in self._providers
        )

    def _not_asked(self, provider: Provider) -> ExplanationRow:
        if provider in self._serving:
            stopped = self.error is not None
            return ExplanationRow(provider, outcomes.STOPPED if stopped else outcomes.NOT_ASKED)
        is_of_type = provider.types is None or self._type in provider.types
        return ExplanationRow(
            provider, outcomes.NOT_THIS_SCHEME if is_of_type else outcomes.NOT_THIS_TYPE
        )

    def _recorded(self, provider: Provider) -> Ask:
        record = self._recorded_wrapper if provider.wrapper else self._recorded_provider
        if not self._skip:
            return record(provider)
        guard = guarded_wrapper if provider.wrapper else guarded
        return guard(record(provider), provider.title, "get_metadata", skip=True)

    def _recorded_provider(self, provider: Provider) -> Ask:
        def ask(type: str, image_id: str) -> Any:
            account = _Account(self._wants_origins, self.aside)
            try:
                account.answer = collect_notes(
                    account.notes, traced, account.trace, provider.ask, type, image_id
                )
            except Exception as error:
                account.error = error
                raise
            finally:
                self._write(provider, account)
            return account.answer

        return ask

    def _recorded_wrapper(self, provider: Provider) -> Any:
        # A wrapper that does not yield exactly once is caught here, where its row is written.
        ask = guarded_wrapper(provider.ask, provider.title, "get_metadata", skip=False)

        def wrap(type: str, image_id: str) -> Generator[None, Any, Any]:
            account = _Account(self._wants_origins, self.aside)
            try:
                wrapper = traced_wrapper(account.trace, ask(type, image_id))
                account.answer = yield from collect_notes_of_wrapper(account.notes, wrapper)
            except Exception as error:
                account.error = error
                self._write(provider, account)
                if not isinstance(error, RuntimeError) or error.args != (YIELDED_AGAIN,):
                    raise
                # In `get` pluggy raises for a second yield, past the wrappers further out. A second
                # yield makes it do so here; `ask` then reports this error in place of pluggy's.
                self._yielded_again = error
                yield
            else:
                self._write(provider, account)
            return account.answer

        return wrap

    def _write(self, provider: Provider, account: _Account) -> None:
        """Write the row of a provider that was asked."""
        written = perf_counter()
        self.aside += account.trace.aside
        seconds = written - account.started - (self.aside - account.aside_before)
        outcome = _outcome(provider, self._answer, account)
        if self._wants_origins:
            self._write_origins(provider, outcome, account)
            self.aside += perf_counter() - written
        self._rows[provider] = ExplanationRow(
            provider,
            outcome,
            account.answer,
            tuple(map(without_secrets, shown_notes(account.notes))),
            account.error,
            seconds,
            account.trace.kept,
            account.trace.questions,
        )
        self.notes += account.notes
        if account.error is None:
            self._answer = account.answer

    def _write_origins(self, provider: Provider, outcome: str, account: _Account) -> None:
        """Keep where the fields of the answer come from, after this provider."""
        if account.error is not None or outcome == outcomes.PASSED_ON:
            return
        if account.answer is None:
            self.fields = {}
            return
        try:
            told = {
                field: tuple(map(without_secrets, phrases))
                for field, phrases in account.trace.origins().items()
            }
        except Exception as error:
            told = {}
            account.notes.append(f"it cannot tell where its fields come from: {described(error)}")
        try:
            if outcome == outcomes.CHANGED:
                before = self.fields, self._answer
                self.fields = origins_after_change(*before, provider.name, account.answer, told)
            else:
                self.fields = origins_of(account.answer, told)
        except Exception:  # the fields of an answer of any class may raise anything
            self.fields = {}


class _Account:
    """What one provider returned or raised, and when it was asked."""

    answer: Any = None
    error: Exception | None = None

    def __init__(self, wants_origins: bool, aside: float) -> None:
        #: What went aside before, as in `Inquiry.aside`.
        self.aside_before = aside
        self.notes: list[str] = []
        self.trace = Trace(self.notes, wants_origins=wants_origins)
        self.started = perf_counter()


def _outcome(provider: Provider, below: Any, account: _Account) -> str:
    if account.error is not None:
        return outcomes.RAISED
    if not provider.wrapper or account.answer is below is None:
        return outcomes.NO_ANSWER if account.answer is None else outcomes.ANSWERED
    if account.answer is below:
        return outcomes.PASSED_ON
    return outcomes.WITHHELD if account.answer is None else outcomes.CHANGED
