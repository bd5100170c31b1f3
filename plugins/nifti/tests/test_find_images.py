"""Finding NIfTI files."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import nibabel
import numpy as np
import pytest

from metaprov_core import MetadataNotFoundError, MetadataReadError


def test_a_folder_has_its_files_by_name_and_those_below_it_after(host, write, tmp_path):
    names = ["b.nii", "a.nii.gz", "sub/c.nii", "C.NII"]
    for name in names:
        write((3, 4), name=name.lower())
    Path(tmp_path / "c.nii").rename(tmp_path / "C.NII")

    found = list(host.find_images(str(tmp_path)))

    assert found == [
        f"nifti:{tmp_path}/{name}" for name in ("C.NII", "a.nii.gz", "b.nii", "sub/c.nii")
    ]


def test_each_frame_is_found(host, write, path_of):
    base = write((3, 4, 2, 2))

    assert list(host.find_images(path_of(base))) == [f"{base}?frame={n}" for n in (1, 2, 3, 4)]
    assert list(host.find_images(base)) == list(host.find_images(path_of(base)))


def test_what_only_ends_like_nifti_is_left_out_of_a_folder(host, write, tmp_path, caplog):
    base = write((3, 4))
    nibabel.save(nibabel.AnalyzeImage(np.zeros((3, 4, 5), np.int16), np.eye(4)), tmp_path / "o.hdr")
    (tmp_path / "photo.hdr").write_text("#?RADIANCE")
    (tmp_path / "notes.txt").write_text("no image")

    with caplog.at_level(logging.WARNING, "metaprov_nifti"):
        assert list(host.find_images(str(tmp_path))) == [base]
    assert not caplog.records


def test_what_is_damaged_is_passed_over_with_a_warning(host, write, tmp_path, caplog):
    base = write((3, 4))
    data = Path(tmp_path / "image.nii").read_bytes()
    (tmp_path / "cut.nii").write_bytes(data[:100])

    with caplog.at_level(logging.WARNING, "metaprov_nifti"):
        assert list(host.find_images(str(tmp_path))) == [base]
    assert "cut.nii: it ends inside its header" in caplog.text


def test_a_damaged_file_that_is_named_is_an_error(host, tmp_path):
    path = tmp_path / "cut.nii"
    path.write_bytes(b"\x5c\x01\0\0" + bytes(20))

    with pytest.raises(MetadataReadError, match="ends inside its header"):
        host.find_images(str(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="FIFOs are of POSIX")
def test_a_fifo_is_passed_over_and_not_waited_for(host, write, tmp_path, caplog):
    base = write((3, 4))
    os.mkfifo(tmp_path / "fifo.nii")

    with caplog.at_level(logging.WARNING, "metaprov_nifti"):
        assert list(host.find_images(str(tmp_path))) == [base]
    assert "fifo.nii: it is not a regular file" in caplog.text


def test_a_folder_may_be_called_like_a_file(host, write, tmp_path):
    base = write((3, 4), name="all.nii/a.nii")

    assert list(host.find_images(str(tmp_path / "all.nii"))) == [base]


def test_files_of_other_schemes_are_left_to_others(host):
    with pytest.raises(MetadataNotFoundError):
        host.find_images("/data/image.dcm")


def test_links_to_folders_are_not_followed(host, write, tmp_path):
    base = write((3, 4), name="in/a.nii")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")

    assert list(host.find_images(str(tmp_path / "in"))) == [base]
