"""Tasks whose worker has died: again, then in halves, and at last a row of the errors."""

from __future__ import annotations

from itertools import count

import pytest

from metaprov_table.columns import columns_of
from metaprov_table.files import File
from metaprov_table.running.engines.backlog import Backlog
from metaprov_table.running.kept.parts import ERRORS, IMAGES, Parts
from metaprov_table.running.tasks import FilesTask


@pytest.fixture
def parts(tmp_path):
    return Parts(tmp_path)


@pytest.fixture
def backlog(host, parts):
    """One task of eight files."""
    files = tuple(File(f"/{name}", 1, 2) for name in "abcdefgh")
    tasks = iter([FilesTask(1, files)])
    return Backlog(tasks, columns_of(host, []), parts, count(2), lambda: False)


def test_a_file_is_found_in_few_steps(backlog, parts):
    deaths = 0
    while (waiting := backlog.next()) is not None:
        if "/f" in [file.path for file in waiting.task.files]:
            deaths += 1
            backlog.died(waiting)
    # Twice of all eight, once of four, once of two, and twice of the one.
    assert deaths == 6
    (number,) = parts.numbers(ERRORS)
    assert parts.read(ERRORS, number)["path"].to_pylist() == ["/f"]


def test_a_worker_that_died_after_its_work_has_done_it(backlog, parts, host):
    waiting = backlog.next()
    parts.write(1, {IMAGES: columns_of(host, []).of_images.empty_table()})
    assert backlog.died(waiting).files == 8
    assert backlog.next() is None
