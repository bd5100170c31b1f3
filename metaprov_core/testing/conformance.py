"""The tests that every plugin passes."""

from __future__ import annotations

from .checks.adding import AddingTests
from .checks.answering import AnswerTests
from .checks.deriving import DerivingTests
from .checks.finding import FindingTests
from .checks.leaving import LeavingTests
from .checks.threads import ThreadTests
from .checks.values import ValueTests

__all__ = ["ProviderConformanceTests"]


class ProviderConformanceTests(
    AnswerTests, ValueTests, AddingTests, DerivingTests, FindingTests, ThreadTests, LeavingTests
):
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
    ``others`` (questions that it has no answer to). Make the files that it reads in ``tmp_path``:
    they are rewritten, to see whether answers follow. Class attributes: ``untried_types``,
    ``heavy_modules``, ``picklable``, ``bounded_elsewhere``, ``open_elsewhere``, ``files_change``,
    ``patience``; a method: ``same``.

    The tests cover: an answer to what is its own and None to the rest; the same answer every time,
    to every thread, alone and with others, whatever callers do with it; types and classes as
    declared; ``add``, ``clear`` and ``changed`` honoured for an image with all its frames; sources
    that are followed and left as they are; finding and fetching; bounded memory; errors that raise
    every time; importing it imports nothing heavy; it leaves its host with all closed. A test that
    fails says what the contract is, what the plugin did, and what to do. Registering checks the
    signatures.
    """
