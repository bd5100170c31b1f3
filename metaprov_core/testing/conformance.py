"""The tests that every plugin passes."""

from __future__ import annotations

from .answering import AnswerTests
from .keeping import KeepingTests
from .threads import ThreadTests

__all__ = ["ProviderConformanceTests"]


class ProviderConformanceTests(AnswerTests, KeepingTests, ThreadTests):
    """The contract of providers as tests, to be inherited by those of a plugin.

    A class of tests overrides the fixtures that describe its plugin; ``plugin`` and ``answers`` are
    enough for most::

        class TestMyProvider(ProviderConformanceTests):
            @pytest.fixture
            def plugin(self):
                return MyProvider()

            @pytest.fixture
            def answers(self):
                return {("patientModule", "clinic:7"): {"patientId": "P7"}}

    The others: ``added`` (values to add, by question), ``sources`` (plugins that it asks or wraps),
    ``unreadable`` (questions that raise MetadataReadError), ``found`` (image ids by source),
    ``others`` (questions that it has no answer to). Class attributes: ``untried_types``,
    ``heavy_modules``, ``picklable``, ``bounded_elsewhere``; a method: ``same``.

    The tests cover: an answer to what is its own and None to the rest; the same answer every time,
    to every thread, whatever callers do with it; types and classes as declared; ``add``, ``clear``
    and ``changed`` honoured for an image with all its frames; bounded memory; errors that raise
    every time; importing it imports nothing heavy; it leaves its host, which closes after each
    test, so that what a plugin has open is closed by its `detach`. Registering checks the
    signatures.
    """
