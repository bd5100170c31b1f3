"""`--ohif npm`: OHIF's package, fetched once, checked, and kept."""

from __future__ import annotations

import re
import shutil
import tarfile
from base64 import b64encode
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from .cache_folder import cache_folder
from .errors import OhifError
from .npm import PACKAGE, integrity_said_by_npm, packed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OHIF_VERSION", "fetched_ohif"]

#: The one that the tests see.
OHIF_VERSION: Final = "3.13.2"
#: Of the tarballs (W3C Subresource Integrity), by version: what a registry says is not enough.
_INTEGRITY: Final = {
    "3.13.2": "sha512-"
    "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==",
}
_EXACT: Final = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_BUILT: Final = Path("dist")


def fetched_ohif(
    version: str = OHIF_VERSION, progress: Callable[[str], None] = lambda _: None
) -> Path:
    """The folder with the built viewer of an exact version; fetched if it is not there yet.

    ``progress`` is told what is being done. Raises OhifError where npm is missing, reaches nothing,
    or what came is not what it should be; then nothing is kept.
    """
    if not _EXACT.fullmatch(version):
        raise OhifError(f"{version!r} is no exact version of OHIF, as {OHIF_VERSION} is")
    kept = cache_folder() / "ohif" / version
    if not _is_whole(kept):
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=".fetching-", dir=kept.parent) as folder:
                _fetch(version, Path(folder), kept, progress)
        except OSError as error:
            raise OhifError(
                f"OHIF cannot be kept in {kept.parent}: {error.strerror or error}; "
                "METAPROV_CACHE_DIR says where else"
            ) from error
    return kept / _BUILT


def _is_whole(package: Path) -> bool:
    """It is renamed once all of it is there."""
    return (package / _BUILT / "index.html").is_file()


def _fetch(version: str, folder: Path, kept: Path, progress: Callable[[str], None]) -> None:
    progress(f"fetching {PACKAGE} {version} with npm, 50 MB")
    tarball = packed(version, folder)
    expected = _INTEGRITY.get(version) or integrity_said_by_npm(version, folder)
    _check(tarball, expected, version)
    progress(f"unpacking it, 200 MB, into {kept}")
    package = _unpacked(tarball, folder / "unpacked")
    if not _is_whole(package):
        raise OhifError(f"{PACKAGE} {version} has no built viewer: give one, --ohif FOLDER")
    try:
        package.rename(kept)
    except OSError:
        # Another process was first, or what is there is not whole.
        if not _is_whole(kept):
            shutil.rmtree(kept)
            package.rename(kept)


def _check(tarball: Path, expected: str, version: str) -> None:
    with tarball.open("rb") as file:
        integrity = f"sha512-{b64encode(file_digest(file, 'sha512').digest()).decode()}"
    # The metadata of npm may have several.
    if integrity not in expected.split():
        raise OhifError(
            f"what npm fetched is not {PACKAGE} {version}: its integrity is {integrity}, and "
            f"{expected} is expected; nothing was unpacked. Try again; if it stays so, the "
            "registry, or what is between, changes packages (`npm config list`)"
        )


def _unpacked(tarball: Path, folder: Path) -> Path:
    """The package; nothing outside of the folder is written, whatever the tarball says."""
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise OhifError(f"{tarball.name} cannot be unpacked: {error}") from error
    return folder / "package"
