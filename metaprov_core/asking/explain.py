"""Asking one question as `get` does, and writing down what each provider did."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from metaprov_core.hooks.notes import collect_notes, collect_notes_of_wrapper, shown_notes

from . import explanation as outcomes
from .blame import YIELDED_AGAIN, blame, guarded, guarded_wrapper
from .chains import hook_of
from .explanation import ExplanationRow

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from metaprov_core.loading.record import Provider

    from .chains import Ask

__all__ = ["Inquiry"]


class Inquiry:
    """One question put to the providers in call order, wrappers included."""

    def __init__(self, providers: Sequence[Provider], type: str, scheme: str, skip: bool) -> None:
        self._providers = providers
        self._serving = [provider for provider in providers if provider.serves(type, scheme)]
        self._type = type
        self._skip = skip
        self._rows: dict[Provider, ExplanationRow] = {}
        # The answer that came up to the provider whose row is written next.
        self._answer: Any = None
        self.error: Exception | None = None
        self._yielded_again: RuntimeError | None = None

    def ask(self, image_id: str, rest_too: bool) -> Any:
        """Ask until one answers; ``rest_too`` then asks the others as well, each on its own."""
        asked = [(provider, self._recorded(provider)) for provider in self._serving]
        answer = None
        try:
            # The end of this ends all collection of notes, whatever an interrupt left behind.
            hook = hook_of("get_metadata", [(ask, provider.wrapper) for provider, ask in asked])
            answer = collect_notes([], hook, type=self._type, image_id=image_id)
        except Exception as raised:
            error = self._yielded_again or raised
            self.error = error
            rows = self._rows.values()
            raiser = next((row.provider.title for row in rows if row.error is error), None)
            blame(error, raiser, "get_metadata", (str(self._type), image_id))
        for provider, ask in asked:
            if rest_too and provider not in self._rows and not provider.wrapper:
                self._ask_for_itself(ask, image_id)
        return answer

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
            account = _Account()
            try:
                account.answer = collect_notes(account.notes, provider.ask, type, image_id)
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
            account = _Account()
            try:
                wrapper = ask(type, image_id)
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
        self._rows[provider] = ExplanationRow(
            provider,
            _outcome(provider, self._answer, account),
            account.answer,
            shown_notes(account.notes),
            account.error,
            perf_counter() - account.started,
        )
        if account.error is None:
            self._answer = account.answer


class _Account:
    """What one provider returned or raised, and when it was asked."""

    answer: Any = None
    error: Exception | None = None

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.started = perf_counter()


def _outcome(provider: Provider, below: Any, account: _Account) -> str:
    if account.error is not None:
        return outcomes.RAISED
    if not provider.wrapper or account.answer is below is None:
        return outcomes.NO_ANSWER if account.answer is None else outcomes.ANSWERED
    if account.answer is below:
        return outcomes.PASSED_ON
    return outcomes.WITHHELD if account.answer is None else outcomes.CHANGED
