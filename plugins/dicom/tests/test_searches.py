"""A search that somebody follows, while others ask which images are a series."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from metaprov_dicom import INSTANCE, SERIES_IMAGE_IDS
from metaprov_dicom.finding import folder, search
from metaprov_dicom.finding.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metaprov_core import Host

FOLDERS = "abcd"


@pytest.fixture
def images(write: Callable[..., str]) -> list[str]:
    """Two images of one series in each of four folders, in the order of a search."""
    return [
        write(f"{name}/{file}.dcm", SeriesInstanceUID="1.2", InstanceNumber=10 - place)
        for place, name in enumerate(FOLDERS)
        for file in "21"
    ]


@pytest.fixture
def in_order(images: list[str]) -> list[str]:
    """As a search gives them: folder by folder, by number, then path."""
    return sorted(images)


@pytest.fixture
def series(images: list[str]) -> tuple[str, ...]:
    return tuple(
        image for name in reversed(FOLDERS) for image in sorted(images) if f"/{name}/" in image
    )


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read by searches."""
    read: list[str] = []
    read_instance = folder.read_instance

    def reading(path: str) -> object:
        read.append(f"{Path(path).parent.name}/{Path(path).name}")
        return read_instance(path)

    monkeypatch.setattr(folder, "read_instance", reading)
    return read


def test_a_series_is_whole_while_a_search_is_under_way(
    host: Host, tmp_path: Path, in_order: list[str], series: tuple[str, ...], read: list[str]
) -> None:
    found = iter(host.find_images(str(tmp_path)))
    assert next(found) == in_order[0]
    assert len(read) == 2
    assert host.get(SERIES_IMAGE_IDS, in_order[0]) == series
    # Once to find it, and once more for the series unless its header is known; not again for who
    # follows the search.
    assert sorted(read) == sorted(set_of(in_order) + set_of(in_order[1:]))
    assert list(found) == in_order[1:]
    assert len(read) == 15


def set_of(images: list[str]) -> list[str]:
    return ["/".join(image.split("/")[-2:]) for image in images]


def test_a_folder_of_a_series_is_read_once_for_all_its_images(
    host: Host, tmp_path: Path, in_order: list[str], series: tuple[str, ...], read: list[str]
) -> None:
    found = list(host.find_images(str(tmp_path)))
    read.clear()
    assert {host.get(SERIES_IMAGE_IDS, image) for image in found} == {series}
    # But for the one that was asked about first, whose header is known.
    assert len(read) == len(found) - 1


def test_a_file_whose_header_is_known_is_not_read_for_its_series(
    host: Host, tmp_path: Path, series: tuple[str, ...], read: list[str]
) -> None:
    found = list(host.find_images(str(tmp_path)))
    for image in found:
        host.get(INSTANCE, image)
    read.clear()
    assert {host.get(SERIES_IMAGE_IDS, image) for image in found} == {series}
    assert read == []


@pytest.mark.parametrize("end", ["close", "throw"])
def test_a_search_that_was_given_up_does_not_lose_the_series(
    host: Host, tmp_path: Path, in_order: list[str], series: tuple[str, ...], end: str
) -> None:
    found = host.find_images(str(tmp_path))
    next(found)
    if end == "close":
        del found
    else:
        with pytest.raises(KeyboardInterrupt):
            found.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert host.get(SERIES_IMAGE_IDS, in_order[0]) == series


def test_a_search_goes_on_where_somebody_was_interrupted(
    tmp_path: Path, in_order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = Search(str(tmp_path), is_followed=True)
    content_of = search.content_of

    def interrupted(path: str) -> None:
        if path.endswith("b"):
            raise KeyboardInterrupt
        return content_of(path)

    found = searched.image_ids()
    assert next(found) == in_order[0]
    monkeypatch.setattr(search, "content_of", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            searched.folders_of("1.2")
    monkeypatch.undo()
    assert searched.folders_of("1.2") == [f"{tmp_path}/{name}" for name in FOLDERS]
    assert list(found) == in_order[1:]


def test_an_interrupt_at_any_line_loses_and_repeats_nothing(
    tmp_path: Path, in_order: list[str]
) -> None:
    for line in range(1, 10_000):
        searched = Search(str(tmp_path), is_followed=True)
        found = searched.image_ids()
        next(found)
        was_interrupted = interrupted_at(line, lambda: searched.folders_of("1.2"))  # noqa: B023
        assert searched.folders_of("1.2") == [f"{tmp_path}/{name}" for name in FOLDERS]
        assert list(found) == in_order[1:]
        if not was_interrupted:
            break
    assert line > 20


def interrupted_at(line: int, function: Callable[[], object]) -> bool:
    """Call a function, with an interrupt before the given line of `search`; whether it came."""
    lines = 0

    def trace(frame: object, event: str, _: object) -> object:
        nonlocal lines
        if frame.f_code.co_filename != search.__file__:  # type: ignore[attr-defined]
            return None
        lines += event == "line"
        if lines == line:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_threads_share_a_search(
    host: Host, tmp_path: Path, in_order: list[str], series: tuple[str, ...], read: list[str]
) -> None:
    found = host.find_images(str(tmp_path))
    answers = [next(found)]
    of_series: list[object] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        of_series.append(host.get(SERIES_IMAGE_IDS, in_order[0]))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    start.wait()
    answers += found
    for thread in threads:
        thread.join()
    assert answers == in_order
    assert of_series == [series] * 3
    # Each file once to find it, and once for the series but for the one whose header is known.
    assert len(read) == 2 * len(in_order) - 1


def test_a_change_leaves_alone_whoever_follows_a_search(
    host: Host, tmp_path: Path, in_order: list[str], series: tuple[str, ...]
) -> None:
    found = host.find_images(str(tmp_path))
    first = next(found)
    host.changed()
    assert host.get(SERIES_IMAGE_IDS, first) == series
    assert [first, *found] == in_order


def test_what_waits_for_nobody_is_dropped(tmp_path: Path, in_order: list[str]) -> None:
    given_up = Search(str(tmp_path), is_followed=True)
    found = given_up.image_ids()
    next(found)
    given_up.folders_of("1.2")
    assert len(given_up._found) == len(FOLDERS) - 1
    found.close()
    assert given_up._found == {}
    unfollowed = Search(str(tmp_path))
    unfollowed.folders_of("1.2")
    assert unfollowed._found == {}


def test_a_folder_that_goes_during_a_search_is_passed_over(
    host: Host, tmp_path: Path, in_order: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    found = host.find_images(str(tmp_path))
    assert next(found) == in_order[0]
    (tmp_path / "c").rename(tmp_path / "gone")
    assert list(found) == [image for image in in_order[1:] if "/c/" not in image]
    assert not caplog.records


def test_a_folder_that_cannot_be_read_is_passed_over_with_a_warning(
    host: Host,
    tmp_path: Path,
    in_order: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = list(host.find_images(str(tmp_path)))
    assert found == [image for image in in_order if "/b/" not in image]
    assert f"{tmp_path}/b: Permission denied" in caplog.text


def test_damaged_files_are_told_of_once(
    host: Host, tmp_path: Path, in_order: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a" / "damaged.dcm").write_bytes(bytes(128) + b"DICM")
    for image in host.find_images(str(tmp_path)):
        host.get(SERIES_IMAGE_IDS, image)
    assert len(caplog.records) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_goes_on_with_a_search_that_another_thread_was_driving(
    tmp_path: Path, in_order: list[str]
) -> None:
    searched = Search(str(tmp_path), is_followed=True)
    next(searched.image_ids())
    searched._lock.acquire()
    child = threading.Thread(target=lambda: statuses.append(status_of_child(searched)))
    statuses: list[int] = []
    child.start()
    child.join()
    searched._lock.release()
    assert statuses == [len(FOLDERS)]


def status_of_child(searched: Search) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(len(searched.folders_of("1.2")))
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
