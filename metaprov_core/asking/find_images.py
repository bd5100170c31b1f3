"""Finding images: every plugin is asked, and what they find is one chain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from metaprov_core.errors import MetadataCycleError
from metaprov_core.hooks.notes import collect_notes, note
from metaprov_core.image_ids import one_spelling

from .blame import blame, guarded, guarded_wrapper, log_passed_over
from .chains import hook_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    wrappers = [
        guarded_wrapper(each.implementation.function, each.record.title, _HOOK, skip=skip)
        for each in functions
        if each.is_wrapper
    ]
    if not wrappers:
        return find_images
    hook = hook_of(_HOOK, [*((wrapper, True) for wrapper in wrappers), (find_images, False)])
    return lambda source: hook(source=source)


def _finder(registered: Registered, skip: bool) -> Find:
    """The function of one plugin, whose notes name it."""
    record, implementation = registered
    ask = _checked(implementation.called_with("source"))
    find = guarded(ask, record.title, _HOOK, skip=skip)

    def find_with_notes(source: str) -> Iterable[str] | None:
        notes: list[str] = []
        images = collect_notes(notes, find, source)
        for said in notes:
            note(f"{record.title}: {said}")
        is_at_hand = images is None or isinstance(images, Collection)
        return images if is_at_hand else _blamed(images, record.title, source, skip)

    return find_with_notes


def _checked(function: Callable[[str], Any]) -> Find:
    """The function; raises TypeError for a result that is not an iterable of image ids."""

    def find(source: str) -> Iterable[str] | None:
        found = function(source)
        if found is None:
            return None
        if isinstance(found, str | bytes) or not isinstance(found, Iterable):
            raise TypeError(f"it returns an iterable of image ids, or None; not {found!r:.80}")
        return found

    return find


def _blamed(images: Iterable[str], title: str, source: str, skip: bool) -> Iterator[str]:
    """The images; what raises half-way is blamed on the plugin, or ends its images alone."""
    try:
        yield from images
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
