"""Finding images: every plugin is asked, and what they find is one chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from metaprov_core.errors import MetadataCycleError
from metaprov_core.hooks.notes import collect_notes, collect_notes_of_wrapper, note
from metaprov_core.image_ids import one_spelling, refuse_what_is_no_string

from .blame import blame, guarded, guarded_wrapper, log_passed_over
from .chains import hook_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from .chains import Registered

__all__ = ["Find", "find_images_by"]

_HOOK = "find_images"

#: Finds the images behind a source; None, with notes, where nobody knows it.
Find: TypeAlias = Callable[[str], "Iterable[str] | None"]


def find_images_by(functions: Sequence[Registered], *, skip: bool) -> Find:
    """What asks all of these functions, in call order; with ``skip`` it passes over what raises.

    Wrappers among them see, and may change, the chain of what the others find.
    """
    finders = [_finder(each, skip) for each in functions if not each.is_wrapper]

    def find_images(source: str) -> Iterable[str] | None:
        found = [images for find in finders if (images := find(source)) is not None]
        if len(found) > 1:
            return _each_once(chain.from_iterable(found))
        return found[0] if found else None

    wrappers = [(_wrapper(each, skip), True) for each in functions if each.is_wrapper]
    if not wrappers:
        return find_images
    hook = hook_of(_HOOK, [*wrappers, (find_images, False)])
    return lambda source: hook(source=source)


def _finder(registered: Registered, skip: bool) -> Find:
    """The function of one plugin, its notes and what it raises with the plugin's name."""
    title = registered.record.title
    function = registered.implementation.called_with("source")

    def find(source: str) -> Iterable[str] | None:
        return _checked(function(source), title, source, skip)

    ask: Find = guarded(find, title, _HOOK, skip=skip)

    def find_with_notes(source: str) -> Iterable[str] | None:
        notes: list[str] = []
        try:
            return collect_notes(notes, ask, source)
        finally:
            _give(notes, title)

    return find_with_notes


def _wrapper(
    registered: Registered, skip: bool
) -> Callable[[str], Generator[None, Any, Iterable[str] | None]]:
    """The same for a wrapper; with ``skip`` one that raises half-way ends what is found."""
    title = registered.record.title
    function = registered.implementation.called_with("source")

    def wrap(source: str) -> Generator[None, Any, Iterable[str] | None]:
        notes: list[str] = []
        found = yield from collect_notes_of_wrapper(notes, function(source))
        _give(notes, title)
        return _checked(found, title, source, skip)

    return guarded_wrapper(wrap, title, _HOOK, skip=skip)


def _give(notes: list[str], title: str) -> None:
    for said in notes:
        note(f"{title}: {said}")


def _checked(found: Any, title: str, source: str, skip: bool) -> Iterable[str] | None:
    """What a plugin finds; raises TypeError for what is not an iterable of image ids, or later."""
    if found is None:
        return None
    if isinstance(found, str | bytes) or not isinstance(found, Iterable):
        raise TypeError(f"it returns an iterable of image ids, or None; not {found!r:.80}")
    if isinstance(found, list | tuple):
        for image_id in found:
            refuse_what_is_no_string(image_id)
        return found
    return _blamed(found, title, source, skip)


def _blamed(images: Iterable[str], title: str, source: str, skip: bool) -> Iterator[str]:
    """The images; what raises half-way is blamed on the plugin, or ends its images alone."""
    try:
        for image_id in images:
            refuse_what_is_no_string(image_id)
            yield image_id
    except Exception as error:
        blame(error, title, _HOOK, (source,))
        if not skip or isinstance(error, MetadataCycleError):
            raise
        log_passed_over(error, title)


def _each_once(image_ids: Iterable[str]) -> Iterator[str]:
    """The ids without those of images that were given before, in whatever spelling."""
    given: set[int] = set()
    for image_id in image_ids:
        # Of a million images, the hashes are a tenth of the ids.
        image = hash(one_spelling(image_id))
        if image not in given:
            given.add(image)
            yield image_id
