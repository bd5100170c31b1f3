"""Which images are one series: those that were found, those in a folder, those that were added."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import Host, MetadataReadError, hookimpl
from metaprov_dicom import IMAGE_PLANE, INSTANCE, SERIES_IMAGE_IDS
from metaprov_dicom.plugins.added import AddedInstances
from metaprov_modules import ImageIdsOfFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

Write = Callable[..., str]


@pytest.fixture
def write_series(write: Write) -> Callable[..., list[str]]:
    """Write the images of a series, given their names, in reverse order of their numbers."""

    def write_series(uid: str, *names: str, **attributes: Any) -> list[str]:
        numbers = range(len(names), 0, -1)
        return [
            write(name, SeriesInstanceUID=uid, InstanceNumber=number, **attributes)
            for name, number in zip(names, numbers, strict=True)
        ]

    return write_series


# files


def test_without_a_search_the_series_is_that_of_the_folder(
    host: Host, write_series: Callable[..., list[str]]
) -> None:
    images = write_series("1.2", "a/1.dcm", "a/2.dcm", "a/3.dcm")
    write_series("1.2", "a/below/4.dcm", "b/5.dcm")
    write_series("1.3", "a/6.dcm")
    for image in images:
        assert host.get(SERIES_IMAGE_IDS, image) == tuple(reversed(images))


def test_after_a_search_it_is_what_was_found(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    images = write_series("1.2", "a/1.dcm", "a/deep/2.dcm", "b/3.dcm")
    assert host.get(SERIES_IMAGE_IDS, images[0]) == (images[0],)
    assert list(host.find_images(str(tmp_path))) == images
    for image in images:
        assert host.get(SERIES_IMAGE_IDS, image) == tuple(reversed(images))


def test_only_what_is_known_of_a_folder_alone_says_so_and_dependents_hear_of_a_search(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    told = []

    class Dependent:
        @hookimpl
        def metadata_changed(self, type: str | None) -> None:
            told.append(type)

    host.register(Dependent())
    images = write_series("1.2", "a/1.dcm", "b/2.dcm")
    assert isinstance(host.get(SERIES_IMAGE_IDS, images[0]), ImageIdsOfFolder)
    told.clear()
    for _ in range(2):
        list(host.find_images(str(tmp_path)))
        assert told == [SERIES_IMAGE_IDS]
    found = host.get(SERIES_IMAGE_IDS, images[0])
    assert found == tuple(reversed(images))
    assert not isinstance(found, ImageIdsOfFolder)


def test_the_last_search_that_found_the_image_counts(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    images = write_series("1.2", "a/1.dcm", "a/deep/2.dcm", "b/3.dcm")
    for folder in ("", "a", "b"):
        list(host.find_images(str(tmp_path / folder)))
    assert host.get(SERIES_IMAGE_IDS, images[0]) == (images[1], images[0])
    assert host.get(SERIES_IMAGE_IDS, images[2]) == (images[2],)


def test_a_search_for_one_file_is_no_search_for_its_series(
    host: Host, write_series: Callable[..., list[str]]
) -> None:
    images = write_series("1.2", "1.dcm", "2.dcm")
    assert list(host.find_images(images[0])) == [images[0]]
    assert host.get(SERIES_IMAGE_IDS, images[0]) == (images[1], images[0])


def test_an_image_with_several_frames_is_there_once(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    images = write_series("1.2", "1.dcm", "2.dcm", NumberOfFrames=3)
    assert len(list(host.find_images(str(tmp_path)))) == 6
    assert host.get(SERIES_IMAGE_IDS, f"{images[0]}?frame=2") == (images[1], images[0])
    with pytest.raises(MetadataReadError, match="no frame 4"):
        host.get(SERIES_IMAGE_IDS, f"{images[0]}?frame=4")


def test_every_id_of_a_series_can_be_asked_for(
    host: Host, write_series: Callable[..., list[str]]
) -> None:
    images = write_series("1.2", "a?frame=7", "b.dcm", Rows=3, NumberOfFrames=2)
    ids = host.require(SERIES_IMAGE_IDS, images[1])
    assert len(ids) == 2
    for image in ids:
        assert host.require(IMAGE_PLANE, image).rows == 3
        assert host.get(SERIES_IMAGE_IDS, image) == ids


def test_paths_are_spelled_in_one_way(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path, monkeypatch: Any
) -> None:
    (image,) = write_series("1.2", "a/1.dcm")
    monkeypatch.chdir(tmp_path)
    for spelling in ("a/1.dcm", "a/../a/1.dcm", f"{tmp_path}//a/1.dcm"):
        assert host.get(SERIES_IMAGE_IDS, spelling) == (image,)


def test_a_folder_is_looked_into_once(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    images = write_series("1.2", "1.dcm", "2.dcm")
    first = host.get(SERIES_IMAGE_IDS, images[0])
    Path(images[1].removeprefix("dicomfile:")).rename(tmp_path / "gone.dcm")
    assert host.get(SERIES_IMAGE_IDS, images[0]) is first


def test_an_image_that_came_later_is_found_with_its_series(
    host: Host, write_series: Callable[..., list[str]], write: Write, tmp_path: Path
) -> None:
    images = write_series("1.2", "1.dcm", "2.dcm")
    list(host.find_images(str(tmp_path)))
    later = write("3.dcm", SeriesInstanceUID="1.2", InstanceNumber=9)
    assert host.get(SERIES_IMAGE_IDS, later) == (images[1], images[0], later)


@pytest.mark.parametrize("searched", [False, True])
@pytest.mark.parametrize("told", ["image", "all", "clear"])
def test_a_change_is_seen_when_the_host_is_told(
    host: Host, write_series: Callable[..., list[str]], write: Write, tmp_path: Path,
    searched: bool, told: str,
) -> None:  # fmt: skip
    images = write_series("1.2", "1.dcm", "2.dcm")
    if searched:
        list(host.find_images(str(tmp_path)))
    assert host.get(SERIES_IMAGE_IDS, images[0]) == (images[1], images[0])
    write("2.dcm", SeriesInstanceUID="1.3", InstanceNumber=1)
    later = write("3.dcm", SeriesInstanceUID="1.2", InstanceNumber=9)
    match told:
        case "image":
            host.changed(INSTANCE, images[1])
        case "all":
            host.changed()
        case "clear":
            host.clear(SERIES_IMAGE_IDS)
    assert host.get(SERIES_IMAGE_IDS, images[0]) == (images[0], later)


def test_a_change_elsewhere_keeps_what_was_found(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    here = write_series("1.2", "here/1.dcm", "here/2.dcm")
    there = write_series("1.3", "there/1.dcm")
    list(host.find_images(str(tmp_path / "here")))
    first = host.get(SERIES_IMAGE_IDS, here[0])
    host.changed(INSTANCE, there[0])
    host.changed(INSTANCE, "demo:1")
    host.changed("scalingModule", here[0])
    assert host.get(SERIES_IMAGE_IDS, here[0]) is first


def test_after_a_change_the_searched_folder_is_searched_again(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    images = write_series("1.2", "a/1.dcm", "b/2.dcm")
    list(host.find_images(str(tmp_path)))
    host.changed()
    assert host.get(SERIES_IMAGE_IDS, images[0]) == (images[1], images[0])


def test_a_folder_that_is_gone_has_no_series(
    host: Host, write_series: Callable[..., list[str]], tmp_path: Path
) -> None:
    (image,) = write_series("1.2", "a/1.dcm")
    list(host.find_images(str(tmp_path)))
    shutil.rmtree(tmp_path / "a")
    host.changed()
    with pytest.raises(MetadataReadError, match="no such file"):
        host.get(SERIES_IMAGE_IDS, image)


def test_an_image_that_names_no_series_is_in_none(host: Host, write: Write) -> None:
    image = write()
    assert host.get(SERIES_IMAGE_IDS, image) is None
    explanation = str(host.explain(SERIES_IMAGE_IDS, image))
    assert "SeriesInstanceUID (0020,000E) is missing" in explanation


# images added by hand


def instance(series: str, number: int | None = None, uid: str = "1.9") -> dict[str, Any]:
    return {
        "0020000E": {"vr": "UI", "Value": [series]},
        "00200013": {"vr": "IS", "Value": [number]},
        "00080018": {"vr": "UI", "Value": [uid]},
    }


def test_added_images_are_a_series_by_number_then_uid(host: Host) -> None:
    host.add(INSTANCE, "demo:1", instance("1.2", 7))
    host.add(INSTANCE, "demo:2", instance("1.2", 7, "1.5"))
    host.add(INSTANCE, "demo:3", instance("1.3", 1))
    host.add(INSTANCE, "demo:4", instance("1.2", 3))
    host.add(INSTANCE, "demo:5", instance("1.2"))
    expected = ("demo:4", "demo:2", "demo:1", "demo:5")
    for image in expected:
        assert host.get(SERIES_IMAGE_IDS, image) == expected
    assert host.get(SERIES_IMAGE_IDS, "demo:3") == ("demo:3",)


def test_a_frame_of_an_added_image_stands_for_the_image(host: Host) -> None:
    url = "wadors:https://host/instances/1"
    host.add(INSTANCE, f"{url}/frames/1", instance("1.2"))
    assert host.get(SERIES_IMAGE_IDS, f"{url}/frames/1") == (url,)
    with pytest.raises(MetadataReadError, match="no frame 2"):
        host.get(SERIES_IMAGE_IDS, f"{url}/frames/2")


def test_the_series_follows_what_is_added_and_cleared(host: Host) -> None:
    host.add(INSTANCE, "demo:1", instance("1.2", 1))
    assert host.get(SERIES_IMAGE_IDS, "demo:1") == ("demo:1",)
    host.add(INSTANCE, "demo:2", instance("1.2", 2))
    assert host.get(SERIES_IMAGE_IDS, "demo:1") == ("demo:1", "demo:2")
    host.add(INSTANCE, "demo:1", instance("1.3", 2))
    assert host.get(SERIES_IMAGE_IDS, "demo:2") == ("demo:2",)
    host.clear(INSTANCE, "demo:1")
    assert host.get(SERIES_IMAGE_IDS, "demo:1") is None


def test_an_added_image_that_names_no_series_is_in_none(host: Host) -> None:
    host.add(INSTANCE, "demo:1", {"00280010": {"vr": "US", "Value": [1]}})
    assert host.get(SERIES_IMAGE_IDS, "demo:1") is None
    assert "SeriesInstanceUID (0020,000E) is missing" in str(
        host.explain(SERIES_IMAGE_IDS, "demo:1")
    )


def test_files_and_added_images_are_two_sources(host: Host, write: Write) -> None:
    image = write(SeriesInstanceUID="1.2")
    host.add(INSTANCE, "demo:1", instance("1.2"))
    assert host.get(SERIES_IMAGE_IDS, image) == (image,)
    assert host.get(SERIES_IMAGE_IDS, "demo:1") == ("demo:1",)


moves = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["1.2", "1.3", None])), max_size=12
)


@given(moves)
def test_an_added_image_is_in_the_series_that_was_added_last(
    moves: list[tuple[str, str | None]],
) -> None:
    host = Host()
    host.register(AddedInstances())
    series: dict[str, str] = {}
    for name, uid in moves:
        image = f"demo:{name}"
        if uid is None:
            host.clear(INSTANCE, image)
            series.pop(image, None)
        else:
            host.add(INSTANCE, image, instance(uid))
            series[image] = uid
        for each, mine in series.items():
            expected = tuple(sorted(other for other, uid in series.items() if uid == mine))
            assert host.get(SERIES_IMAGE_IDS, each) == expected


def test_a_series_is_whole_whatever_other_threads_add(host: Host) -> None:
    def add(part: int) -> None:
        for number in range(20):
            image = f"demo:{part}-{number}"
            host.add(INSTANCE, image, instance("1.2", number, f"1.{part}"))
            ids = host.require(SERIES_IMAGE_IDS, image)
            assert image in ids
            complete.append(image)

    complete: list[str] = []
    errors: list[BaseException] = []

    def run(part: int) -> None:
        try:
            add(part)
        except BaseException as error:  # what a thread raises is shown by the test
            errors.append(error)

    threads = [threading.Thread(target=run, args=[part]) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    expected: Iterator[str] = (f"demo:{part}-{n}" for n in range(20) for part in range(4))
    assert host.get(SERIES_IMAGE_IDS, "demo:0-0") == tuple(expected)
    assert len(complete) == 80
