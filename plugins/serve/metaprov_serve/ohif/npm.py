"""npm, asked for a package of OHIF."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

from .errors import OhifError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PACKAGE", "integrity_said_by_npm", "packed"]

PACKAGE: Final = "@ohif/app"
#: Of npm, or of the system through it: the registry was not reached.
_NO_NETWORK: Final = frozenset(
    {
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ECONNRESET",
        "EHOSTUNREACH",
        "ENETUNREACH",
        "ENOTCACHED",
        "ENOTFOUND",
        "ERR_SOCKET_TIMEOUT",
        "ETIMEDOUT",
    }
)
_NO_SUCH_VERSION: Final = frozenset({"E404", "ETARGET"})
_SECONDS: Final = 1800
_QUICK: Final = ("--json", "--loglevel=silent", "--fetch-retries=1", "--no-update-notifier")


def packed(version: str, folder: Path) -> Path:
    """The tarball of a version, fetched into a folder. Raises OhifError."""
    what = f"{PACKAGE}@{version}"
    _npm(["pack", what, "--pack-destination", str(folder), "--ignore-scripts"], what, folder)
    tarballs = sorted(folder.glob("*.tgz"))
    if len(tarballs) != 1:
        raise OhifError(f"npm packed {what} and left {len(tarballs)} tarballs, where 1 is expected")
    return tarballs[0]


def integrity_said_by_npm(version: str, folder: Path) -> str:
    """That of a version's tarball ("sha512-..."), as the registry has it. Raises OhifError."""
    what = f"{PACKAGE}@{version}"
    integrity = _npm(["view", what, "dist.integrity"], what, folder)
    if not isinstance(integrity, str):
        raise OhifError(f"npm knows no integrity of {what}, so that it cannot be checked")
    return integrity


def _npm(arguments: list[str], what: str, folder: Path) -> Any:
    """What npm answers, as JSON. It runs in an empty folder, so that no project configures it."""
    npm = shutil.which("npm")
    if npm is None:
        raise OhifError(
            f"{what} is fetched with npm, which is missing: install Node.js, which has it, or give "
            "the folder of a built OHIF: --ohif FOLDER"
        )
    try:
        ended = subprocess.run(  # noqa: S603 - npm, and words of ours
            [npm, *arguments, *_QUICK],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OhifError(
            f"npm has not fetched {what} within {_SECONDS // 60} minutes: try again"
        ) from None
    except OSError as error:
        raise OhifError(f"npm cannot be run: {error}") from error
    answer = _json(ended.stdout)
    if ended.returncode:
        raise OhifError(_why_not(answer, what, ended.returncode))
    return answer


def _json(output: bytes) -> Any:
    try:
        return json.loads(output)
    except ValueError:
        return None


def _why_not(answer: Any, what: str, status: int) -> str:
    """Of npm's own words only the code: the others may have the address of a private registry."""
    error = answer.get("error") if isinstance(answer, dict) else None
    code = str(error.get("code")) if isinstance(error, dict) else f"exit status {status}"
    if code in _NO_NETWORK:
        return (
            f"npm cannot reach its registry for {what} ({code}): check the network and the proxy "
            "(`npm config list`), or unpack the package where there is a network, and give it: "
            "--ohif FOLDER"
        )
    if code in _NO_SUCH_VERSION:
        return f"npm's registry has no {what} ({code}): give the folder of a built OHIF instead"
    return f"npm cannot fetch {what} ({code}): `npm pack {what}` says more"
