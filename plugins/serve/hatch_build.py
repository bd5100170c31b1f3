"""A wheel has the bundle of inspector and notebooks, so that one version is one wheel."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_VENDOR = Path("metaprov_serve/inspector/page/vendor")
_FILES = ("cornerstone.js", "LICENSES.txt")


class HasAssets(BuildHookInterface):
    """Ends the build of a wheel without the bundle, unless METAPROV_NO_ASSETS=1."""

    def initialize(
        self,
        version: str,
        build_data: dict[str, Any],  # noqa: ARG002 - of the interface
    ) -> None:
        missing = [name for name in _FILES if not Path(self.root, _VENDOR, name).is_file()]
        if missing and version != "editable" and os.environ.get("METAPROV_NO_ASSETS") != "1":
            raise RuntimeError(
                f"the inspector lacks {' and '.join(missing)} in {_VENDOR}: `make serve-assets` "
                "makes them, with npm; METAPROV_NO_ASSETS=1 builds a wheel whose inspector shows "
                "pictures of the server instead"
            )
