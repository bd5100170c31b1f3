"""An archive is a source for every command that takes one: as its folder is."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from metaprov_core import Host

pytest.importorskip("metaprov_storage")
metaprov_dicom = pytest.importorskip("metaprov_dicom")

NAMES = ("CT_small.dcm", "MR_small.dcm")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(get_testdata_file(name, download=False), folder)
    return folder


@pytest.fixture
def archive(folder):
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for each in sorted(folder.iterdir()):
            file.write(each, each.name)
    return path


@pytest.fixture
def host():
    with Host(discover=True) as host:
        yield host


def run(*arguments, cwd):
    command = [sys.executable, "-m", "metaprov_core", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_images_are_found_by_a_path_however_it_is_spelled(folder, archive):
    expected = "".join(f"zip://{name}::{archive}\n" for name in NAMES)

    assert run("find", "scans.zip", cwd=folder.parent) == expected
    assert run("find", str(archive), cwd=folder.parent) == expected


@pytest.mark.parametrize("command", ["volumes", "look"])
def test_a_command_says_of_an_archive_what_it_says_of_the_folder(folder, archive, command):
    pytest.importorskip("metaprov_volume")

    assert run(command, archive.name, cwd=folder.parent) == run(
        command, folder.name, cwd=folder.parent
    )


@pytest.mark.parametrize(("source", "workers"), [("scans.zip", 0), ("zip://::scans.zip", 2)])
def test_a_table_of_an_archive_has_the_rows_of_the_folder(folder, archive, source, workers):
    pytest.importorskip("metaprov_table")
    parquet = pytest.importorskip("pyarrow.parquet")
    run("table", folder.name, "-o", "here.parquet", cwd=folder.parent)
    run("table", source, "-o", "there.parquet", "--workers", str(workers), cwd=folder.parent)
    here, there = (
        parquet.read_table(folder.parent / f"{name}.parquet").to_pylist()
        for name in ("here", "there")
    )
    own = ("image", "path", "size", "mtime_ns")

    assert [[row.pop(name) for name in own] for row in there] == [
        [f"zip://{name}::{archive}", f"zip://{name}::{archive}", None, None] for name in NAMES
    ]
    assert there == [{name: row[name] for name in row if name not in own} for row in here]


def test_an_archive_is_served_and_no_other(folder, archive, host):
    served = pytest.importorskip("metaprov_serve.served").Served(host, [str(archive)])
    other = shutil.copy(archive, folder / "other.zip")

    assert served.images() == [f"zip://{name}::{archive}" for name in NAMES]
    refusals = served.refusals(
        [
            f"zip://CT_small.dcm::{archive}",
            f"zip://CT_small.dcm::{other}",
            f"dicomfile:{folder}/CT_small.dcm",
            "s3://private/1.dcm",
            f"zip://CT_small.dcm::file://{other}",
        ]
    )
    assert [each and each.status for each in refusals] == [None, 404, 404, 403, 403]


def test_a_format_in_an_archive_is_served_as_the_archive_is(archive, host, monkeypatch, tmp_path):
    served = pytest.importorskip("metaprov_serve.served")
    other = shutil.copy(archive, tmp_path / "other.zip")
    asked = [f"nifti:zip://a.nii::{archive}", f"nifti:zip://a.nii::{other}", "nifti:s3://b/a.nii"]
    (tmp_path / "empty").mkdir()
    # Each looks like a path of this folder, and is read from elsewhere.
    monkeypatch.chdir(tmp_path / "empty")

    for sources, expected in {
        (str(archive),): [None, 404, 403],
        (asked[0],): [None, 404, 403],
        (".",): [404, 404, 403],
    }.items():
        refusals = served.Served(host, sources).refusals(asked)
        assert [each and each.status for each in refusals] == expected
        assert served.missing(sources) == []


def test_a_nifti_file_in_an_archive_is_one_source_with_the_dicom_images(folder, archive):
    nibabel = pytest.importorskip("nibabel")
    pytest.importorskip("metaprov_nifti")
    pytest.importorskip("metaprov_volume")
    image = nibabel.Nifti1Image(np.arange(24, dtype="int16").reshape(2, 3, 4), np.eye(4))
    image.header.set_xyzt_units("mm")
    nibabel.save(image, folder / "head.nii.gz")
    with zipfile.ZipFile(archive, "a") as file:
        file.write(folder / "head.nii.gz", "head.nii.gz")

    for command in ("volumes", "look"):
        of_archive = run(command, archive.name, cwd=folder.parent)
        assert "head.nii.gz" in of_archive
        assert of_archive == run(command, folder.name, cwd=folder.parent)
    run("convert", f"zip://head.nii.gz::{archive}", "-o", "out", cwd=folder.parent)
    written = nibabel.load(folder.parent / "out" / "head.nii.gz")
    assert (written.get_fdata() == image.get_fdata()).all()


@pytest.mark.parametrize("scheme", ["memory", "http", "https", "s3"])
def test_a_part_of_a_store_is_served_and_no_other(host, scheme):
    store = f"{scheme}://scans"
    served = pytest.importorskip("metaprov_serve.served").Served(host, [f"{store}/ct"])

    asked = ["1.dcm", "/1.dcm", "2/1.dcm"]
    statuses = [
        each and each.status
        for each in served.refusals(
            [
                *(f"{store}/ct{name}" for name in asked),
                f"nifti:{store}/ct/a.nii",
                f"nifti:{store}/mr/a.nii",
                f"zip://a::{store}/ct/b.zip",
                f"zip://a::{store}/mr/b.zip",
                f"{scheme}://other/ct/1.dcm",
            ]
        )
    ]
    assert statuses == [403, None, 403, None, 403, None, 403, 403]


def test_voxels_are_read_from_an_archive(folder, archive, host):
    pytest.importorskip("numpy")
    metaprov_volume = pytest.importorskip("metaprov_volume")
    (here,) = metaprov_volume.volumes(str(folder / "CT_small.dcm"), host)
    (there,) = metaprov_volume.volumes(f"zip://CT_small.dcm::{archive}", host)
    read = [metaprov_volume.read(each, host=host).array.tolist() for each in (here, there)]

    assert read[0] == read[1]


def test_a_path_in_an_archive_is_no_path_of_this_disk(folder, archive):
    Path(folder, "MR_small.dcm").unlink()

    assert "MR" in run("get", "generalSeriesModule", f"zip://MR_small.dcm::{archive}", cwd=folder)
