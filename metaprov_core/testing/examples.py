"""What a plugin's tests say about it: the plugin, and examples of what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

from metaprov_core import Host

from .contract import answer_of, breaks, shown, tell
from .imports import HEAVY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from metaprov_core import Provider

__all__ = [
    "ANOTHER_FRAME",
    "PLUGIN",
    "UNKNOWN_ID",
    "UNKNOWN_TYPE",
    "Examples",
    "Question",
    "own_functions",
]

Question = tuple[str, str]

#: The name that the plugin has in the host of its tests.
PLUGIN: Final = "plugin-under-test"
#: An image that no plugin knows, of a scheme that none has.
UNKNOWN_ID: Final = "conformance:no-such-image"
#: A type that no plugin serves.
UNKNOWN_TYPE: Final = "noSuchModuleOfConformance"
#: A frame that no example has.
ANOTHER_FRAME: Final = 977


class Examples:
    """The fixtures that a class of tests overrides, and the host that they make.

    Each may use other fixtures: ``tmp_path`` for files, say.
    """

    #: Declared types that no example is given for.
    untried_types: ClassVar[Collection[str]] = ()
    #: Packages that importing the plugin must not import.
    heavy_modules: ClassVar[Collection[str]] = HEAVY
    #: Whether answers can be sent to another process, as data loaders do.
    picklable: ClassVar[bool] = True
    #: Containers of the plugin that are bounded by other means than `ProviderCache`, by attribute.
    bounded_elsewhere: ClassVar[Collection[str]] = ()
    #: What the plugin was given and leaves open for its owner, by attribute: a session, a pool.
    open_elsewhere: ClassVar[Collection[str]] = ()
    #: Whether the files that the fixtures make in ``tmp_path`` may be rewritten, to see whether the
    #: answers follow. False for a reader that would end the whole process.
    files_change: ClassVar[bool] = True
    #: Seconds after which threads that ask, and wait for each other, are given up.
    patience: ClassVar[float] = 120.0

    def same(self, answer: Any, expected: Any) -> bool:
        """Whether an answer is the expected one; to be overridden for arrays and the like."""
        return bool(answer == expected)

    @pytest.fixture
    def plugin(self) -> object:
        """The plugin as it is registered: a new instance, or its module."""
        pytest.fail("override the fixture `plugin`: it returns MyProvider(), or the module")

    @pytest.fixture
    def answers(self) -> Mapping[Question, Any]:
        """What is answered, by ``(type, image_id)``, from the plugin's own source."""
        return {}

    @pytest.fixture
    def added(self) -> Mapping[Question, Any]:
        """Values for a plugin with `add_metadata` to take, by ``(type, image_id)``."""
        return {}

    @pytest.fixture
    def sources(self) -> Iterable[object]:
        """The plugins whose answers this one derives its own from, or wraps."""
        return ()

    @pytest.fixture
    def unreadable(self) -> Iterable[Question]:
        """Questions about images that are the plugin's own, but cannot be read."""
        return ()

    @pytest.fixture
    def found(self) -> Mapping[str, Iterable[str]]:
        """The image ids to find behind each source, for a plugin with `find_images`.

        An empty list for a source that has none.
        """
        return {}

    @pytest.fixture
    def others(self, expected: Mapping[Question, Any]) -> Iterable[Question]:
        """Questions that the plugin has no answer to; by default unknown images and types.

        Those of its own scheme are for its tests to name: to some plugins every id is an image.
        """
        return [
            *((type, UNKNOWN_ID) for type, _ in expected),
            *((UNKNOWN_TYPE, image_id) for _, image_id in expected),
        ]

    @pytest.fixture
    def expected(
        self, answers: Mapping[Question, Any], added: Mapping[Question, Any]
    ) -> Mapping[Question, Any]:
        """All examples: what was added takes precedence over other answers."""
        expected = {**answers, **added}
        if not expected:
            pytest.fail(
                "override the fixture `answers`: {(type, image_id): answer}, or `added` for a "
                "plugin that only answers what it was given"
            )
        return expected

    @pytest.fixture
    def host_without_added(self, plugin: object, sources: Iterable[object]) -> Iterator[Host]:
        """A host with the plugin and its sources alone, which is closed after the test."""
        with Host() as host:
            for source in sources:
                host.register(source)
            host.register(plugin, PLUGIN)
            # A module keeps its values from one test to the next.
            tell(host.clear)
            yield host
            host.clear()

    @pytest.fixture
    def host(self, host_without_added: Host, added: Mapping[Question, Any]) -> Host:
        """A host with the plugin and its sources alone, and the values to add added."""
        for (type, image_id), value in added.items():
            host_without_added.add(type, image_id, value)
        return host_without_added

    @pytest.fixture
    def own_providers(self, host: Host) -> list[Provider]:
        """The plugin's providers."""
        return [provider for provider in host.providers() if provider.plugin == PLUGIN]

    @pytest.fixture
    def hooks(self, host_without_added: Host) -> Collection[str]:
        """The names of the hooks that the plugin implements."""
        return next(
            record.hooks for record in host_without_added.plugins() if record.name == PLUGIN
        )

    @pytest.fixture
    def check(self, host: Host, expected: Mapping[Question, Any]) -> Callable[[int], None]:
        """Ask everything, beginning with the question of this number, and compare."""
        questions = list(expected.items())
        contract = "A question has the same answer each time, in every thread, whatever is asked."
        to_do = (
            "keep what one question needs in local variables, and answers in a ProviderCache; "
            "publish what is shared by one assignment"
        )

        def check(first: int) -> None:
            start = first % len(questions)
            for (type, image_id), answer in questions[start:] + questions[:start]:
                given = answer_of(host, type, image_id, contract, to_do)
                if not self.same(given, answer):
                    did = f"{type} of {image_id} is {shown(given)}, and was {shown(answer)}"
                    breaks(contract, did, to_do)

        return check


def own_functions(host: Host, hook: str, *arguments: str) -> list[Callable[..., Any]]:
    """The functions of the plugin for a hook, to be called with these of its arguments."""
    return [
        implementation.called_with(*arguments)
        for record in host.plugins()
        if record.name == PLUGIN
        for implementation in record.implementations
        if implementation.hook == hook
    ]
