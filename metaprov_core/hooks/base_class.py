"""A base class for plugins, by which type checkers compare their hooks with the specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metaprov_core.host import Host

    from .types import MetadataType

__all__ = ["MetadataPlugin"]

# True to mypy, by this name. It compares the names of arguments that are keywords, and no others;
# pyright compares all, and does not let a positional argument override a keyword.
MYPY: Final = False


class MetadataPlugin:
    """The hooks of a plugin that is a class, as methods to override and to mark with `hookimpl`.

    It is for type checkers, and no plugin needs it: an override with another argument, or another
    result, is an error to mypy and pyright. An override takes all arguments of its hook. What is
    not overridden is not registered, and does nothing. `get_metadata` is not among them, for its
    marker compares it, whatever it is called and whichever arguments it takes.

    >>> from metaprov_core import MetadataPlugin, hookimpl
    >>> class Clinic(MetadataPlugin):
    ...     @hookimpl
    ...     def find_images(self, source: str) -> list[str] | None:
    ...         return ["clinic:7"] if source == "clinic:" else None
    """

    if MYPY:

        def add_metadata(self, *, type: str, image_id: str, value: Any) -> bool | None: ...
        def clear_metadata(self, *, type: str | None, image_id: str | None) -> None: ...
        def metadata_changed(self, *, type: str | None, image_id: str | None) -> None: ...
        def find_images(self, *, source: str) -> Iterable[str] | None: ...
        def prefetch(
            self, *, type: str, image_ids: tuple[str, ...], done: Callable[[int], None]
        ) -> None: ...
        def describe_type(self, *, type: str) -> MetadataType[Any] | None: ...
        def attach(self, *, host: Host) -> None: ...
        def detach(self, *, host: Host) -> None: ...
        def copy_settings(self) -> Callable[[], object] | None: ...

    else:

        def add_metadata(self, type: str, image_id: str, value: Any) -> bool | None:
            """Store a value in this provider's own cache and return True, or None: not mine."""

        def clear_metadata(self, type: str | None, image_id: str | None) -> None:
            """Forget what was added and derived for an image and all its frames; None: all."""

        def metadata_changed(self, type: str | None, image_id: str | None) -> None:
            """Drop what was derived from these answers; what was added is kept."""

        def find_images(self, source: str) -> Iterable[str] | None:
            """The image ids behind a source, in order, one for each frame; or None: not mine."""

        def prefetch(
            self, type: str, image_ids: tuple[str, ...], done: Callable[[int], None]
        ) -> None:
            """Fetch what will be asked for, no more than the cache holds."""

        def describe_type(self, type: str) -> MetadataType[Any] | None:
            """The key of a type that is served and not declared; or None."""

        def attach(self, host: Host) -> None:
            """Join a host, before anything is asked."""

        def detach(self, host: Host) -> None:
            """Leave a host, and close what is open."""

        def copy_settings(self) -> Callable[[], object] | None:
            """How it comes to answer alike in another process: a call that pickle sends there."""
