"""A seeded folder as a table, and tables of a few rows."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
for name in ("duckdb", "jinja2", "matplotlib", "pydicom"):
    pytest.importorskip(name)

HERE = Path(__file__).parent

# Tests are no package: a module for several of them is loaded by its path.
_spec = importlib.util.spec_from_file_location("seeded", HERE / "seeded.py")
sys.modules["seeded"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["seeded"])


@pytest.fixture(scope="session")
def seeded_table(tmp_path_factory):
    """The table of a folder in which each finding is once."""
    import seeded

    import metaprov_table

    folder = tmp_path_factory.mktemp("seeded")
    seeded.write_folder(folder / "in")
    metaprov_table.write(folder / "in", output=folder / "out.parquet", workers=0)
    return folder / "out.parquet"


@pytest.fixture
def table_of(tmp_path):
    """Writes a table of some rows with what they say, and what every row has."""

    def write(*rows, volumes=None, errors=None):
        images = [
            {
                "image": f"made:{number}",
                "path": f"/made/{number}",
                "frame": 1,
                "size": 10_000,
                "series": "1.2.1",
                "generalStudyModule__studyInstanceUID": "1.2",
                **row,
            }
            for number, row in enumerate(rows, 1)
        ]
        path = tmp_path / "out.parquet"
        pq.write_table(pa.Table.from_pylist(images), path)
        for name, rows_beside in (("volumes", volumes), ("errors", errors)):
            if rows_beside is not None:
                beside = tmp_path / f"out.{name}.parquet"
                pq.write_table(pa.Table.from_pylist(rows_beside), beside)
        return path

    return write


@pytest.fixture
def cases():
    """Of each finding that has cases, the details."""
    import metaprov_table

    def cases(path, *names):
        details = {}
        for case in metaprov_table.findings(path, names).to_pylist():
            details.setdefault(case["finding"], []).append(case["detail"])
        return details

    return cases


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a package with findings, a real distribution on disk; returns where it is."""

    def install(module, source):
        folder = tmp_path / "site"
        info = folder / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / f"{module}.py").write_text(source)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(
            f"[metaprov.findings]\n{module} = {module}:FINDINGS\n"
        )
        monkeypatch.syspath_prepend(folder)
        monkeypatch.delitem(sys.modules, module, raising=False)
        return folder

    return install
