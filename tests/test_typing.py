"""What mypy and pyright say of plugins: of wrong ones that they are, of right ones nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from textwrap import dedent

import pytest

HEAD = """
    from collections.abc import Callable, Generator, Iterable, Mapping
    from typing import Any, NamedTuple, assert_type
    from metaprov_core import (
        Host, MetadataPlugin, MetadataType, ProviderCache, hookimpl, with_fields
    )

    class Patient(NamedTuple):
        name: str

    PATIENT = MetadataType("patientModule", Patient)
    INSTANCE: MetadataType[Mapping[str, Any]] = MetadataType("instance")
    """

RIGHT = """
    # a function with both arguments
    @hookimpl(types=[PATIENT])
    def get_metadata(type: str, image_id: str) -> Patient | None: ...

    # a function with both arguments, the other way round
    @hookimpl(types=[PATIENT], tryfirst=True)
    def other_way_round(image_id: str, type: str) -> Patient | None: ...

    # functions with fewer arguments
    @hookimpl(types=[PATIENT], schemes=["clinic"])
    def only_id(image_id: str) -> Patient: return Patient("Ann")
    @hookimpl(types=[PATIENT])
    def only_type(type: str) -> None: ...
    @hookimpl(types=[PATIENT])
    def nothing() -> Patient | None: ...

    # a key without a class, several keys, and strings
    @hookimpl(types=[INSTANCE])
    def instance(image_id: str) -> dict[str, int]: return {}
    @hookimpl(types=[INSTANCE, PATIENT])
    def several(type: str, image_id: str) -> object: ...
    @hookimpl(types=["patientModule"])
    def by_name(image_id: str) -> int: return 7
    @hookimpl(schemes=["clinic"])
    def by_scheme(image_id: str) -> int: return 7

    # methods of all kinds
    class Methods:
        cache: ProviderCache[Patient]
        @hookimpl(types=[PATIENT])
        def get_metadata(self, type: str, image_id: str) -> Patient | None: ...
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def patient(self, image_id: str) -> Patient | None: ...
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def nothing(self) -> Patient | None: ...
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def only_type(self, type: str) -> Patient | None: ...
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def swapped(self, image_id: str, type: str) -> Patient | None: ...
        @staticmethod
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def static(image_id: str) -> Patient | None: ...
        @hookimpl
        def add_metadata(self, type: str, value: Any) -> bool | None: ...

    # a marked function and a marked method are called as before
    a: Patient | None = get_metadata("patientModule", "clinic:7")
    b: Patient | None = Methods().patient("clinic:7")
    c: Patient | None = Methods().nothing()
    d: Patient | None = Methods.static("clinic:7")

    # wrappers
    @hookimpl(types=[PATIENT], wrapper=True)
    def wrapping(image_id: str) -> Generator[None, Patient | None, Patient | None]:
        answer = yield
        return answer
    class Wrapping:
        @hookimpl(types=["patientModule"], wrapper=True)
        def get_metadata(self) -> Generator[None, Any, Any]:
            return (yield)

    # other hooks, and options that do not tell which hook it is
    @hookimpl
    def find_images(source: str) -> list[str] | None: ...
    @hookimpl(trylast=True)
    def add_metadata(type: str) -> bool | None: ...

    # the base class
    class Plugin(MetadataPlugin):
        @hookimpl
        def attach(self, host: Host) -> None:
            super().attach(host=host)
        @hookimpl(types=[PATIENT])
        def get_metadata(self, image_id: str) -> Patient | None: ...
        @hookimpl
        def add_metadata(self, type: str, image_id: str, value: Any) -> bool | None: ...
        @hookimpl
        def find_images(self, source: str) -> Iterable[str] | None: ...
        @hookimpl
        def metadata_changed(self, type: str | None, image_id: str | None) -> None: ...
        @hookimpl
        def clear_metadata(self, type: str | None, image_id: str | None) -> None: ...
        @hookimpl
        def prefetch(
            self, type: str, image_ids: tuple[str, ...], done: Callable[[int], None]
        ) -> None: ...
        @hookimpl
        def describe_type(self, type: str) -> MetadataType[Patient] | None: ...
        @hookimpl
        def detach(self, host: Host) -> None: ...

    # a provider whose answer rests on the series
    @hookimpl(types=[PATIENT], scope="series")
    def of_series(image_id: str) -> Patient | None: ...

    # what a host gives
    def ask(host: Host, whether: bool) -> None:
        assert_type(host.get(PATIENT, "clinic:7"), Patient | None)
        assert_type(host.get_many(PATIENT, ["clinic:7"]), list[Patient | None])
        several = host.get_many(PATIENT, ["clinic:7"], return_exceptions=whether)
        assert_type(several, list[Patient | Exception | None])
        several = host.get_many(PATIENT, ["clinic:7"], return_exceptions=True)
        assert_type(host.type_of("patientModule"), MetadataType[Any] | None)
        assert_type(with_fields(Patient("Ann"), name="Bob"), Patient)
        host.prefetch(["clinic:7"], progress=lambda done, total: print(done / total))
        with host as same:
            assert_type(same, Host)
    """

WRONG = """
    # a function with a misspelt argument
    @hookimpl(types=[PATIENT])
    def f01(imageid: str) -> Patient | None: ...

    # a function with a misspelt first argument
    @hookimpl(types=[PATIENT])
    def f02(typ: str, image_id: str) -> Patient | None: ...

    # a function with an argument of a wrong type
    @hookimpl(types=[PATIENT])
    def f03(image_id: int) -> Patient | None: ...

    # a function with a wrong result
    @hookimpl(types=[PATIENT])
    def f04(image_id: str) -> dict[str, str] | None: ...

    # a function with an argument too many
    @hookimpl(types=[PATIENT])
    def f05(type: str, image_id: str, value: Any) -> Patient | None: ...

    # a coroutine function
    @hookimpl(types=[PATIENT])
    async def f06(image_id: str) -> Patient | None: ...

    # a misspelt argument where types are strings
    @hookimpl(types=["patientModule"])
    def f07(imageid: str) -> Any: ...

    # a misspelt argument where only schemes are declared
    @hookimpl(schemes=["clinic"])
    def f08(imageid: str) -> Any: ...

    class Methods:
        # a method with a misspelt argument
        @hookimpl(types=[PATIENT])
        def get_metadata(self, typ: str, image_id: str) -> Patient | None: ...

        # a method with an argument of a wrong type
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def m02(self, image_id: bytes) -> Patient | None: ...

        # a method with a wrong result
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def m03(self, type: str, image_id: str) -> str: return ""

        # a class method, which works all the same
        @classmethod
        @hookimpl(specname="get_metadata", types=[PATIENT])
        def m04(cls, image_id: str) -> Patient | None: ...

    # a wrapper that is not one
    @hookimpl(types=[PATIENT], wrapper=True)
    def w01(image_id: str) -> Patient | None: ...

    # a wrapper with a wrong result
    @hookimpl(types=[PATIENT], wrapper=True)
    def w02(image_id: str) -> Generator[None, Any, int]:
        yield
        return 7

    # a provider that is not marked as a wrapper
    @hookimpl(types=[PATIENT])
    def w03(image_id: str) -> Generator[None, Any, Patient | None]:
        return (yield)

    # a scope that there is not
    @hookimpl(types=[PATIENT], scope="study")
    def s01(image_id: str) -> Patient | None: ...

    # types on another hook
    @hookimpl(types=[PATIENT], specname="add_metadata")
    def o01(type: str, image_id: str, value: Any) -> bool | None: ...

    class Plugin(MetadataPlugin):
        # another hook with a misspelt argument
        @hookimpl
        def add_metadata(self, type: str, imageid: str, value: Any) -> bool | None: ...

        # another hook with an argument of a wrong type
        @hookimpl
        def metadata_changed(self, type: str | None, image_id: str) -> None: ...

        # another hook with a wrong result
        @hookimpl
        def find_images(self, source: str) -> list[int] | None: ...

        # another hook with an argument too few
        @hookimpl
        def clear_metadata(self, image_id: str | None) -> None: ...

        # another hook with an argument too many
        @hookimpl
        def attach(self, host: Host, name: str) -> None: ...
    """


def mypy(file):
    options = ["--strict", "--no-incremental", "--config-file=", "--disable-error-code=empty-body"]
    completed = subprocess.run(
        [sys.executable, "-m", "mypy", *options, file.name],
        cwd=file.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert completed.returncode in (0, 1), completed.stderr
    found = re.findall(rf"^{file.name}:(\d+): error: (.*)", completed.stdout, re.MULTILINE)
    return [(int(line), message) for line, message in found]


def pyright(file):
    # basedpyright is pyright, from PyPI alone; with these settings it says what pyright says.
    (file.parent / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "standard"}))
    completed = subprocess.run(
        [
            sys.executable,
            "-m",
            "basedpyright",
            "--outputjson",
            "--pythonpath",
            sys.executable,
            file.name,
        ],
        cwd=file.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return [
        (each["range"]["start"]["line"] + 1, each["message"])
        for each in json.loads(completed.stdout)["generalDiagnostics"]
        if each["severity"] == "error" and "declared return type" not in each["message"]
    ]


@pytest.fixture(params=[mypy, pyright], ids=lambda checker: checker.__name__)
def complaints(request, tmp_path):
    """What a type checker says of a program, by the last comment above the line it says it of."""
    package = {"mypy": "mypy", "pyright": "basedpyright"}[request.param.__name__]
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")

    def complaints(program):
        source = dedent(HEAD) + dedent(program)
        (tmp_path / "plugin.py").write_text(source)
        found = {}
        for line, message in request.param(tmp_path / "plugin.py"):
            above = [each.strip() for each in source.splitlines()[:line]]
            case = next((each for each in reversed(above) if each.startswith("#")), "# head")
            found.setdefault(case, []).append(message)
        return found

    return complaints


def test_right_plugins_are_right_to_the_type_checkers(complaints):
    assert complaints(RIGHT) == {}


def test_wrong_plugins_are_wrong_to_the_type_checkers(complaints):
    cases = re.findall(r"^ *(# .*)", WRONG, re.MULTILINE)

    assert list(complaints(WRONG)) == cases
