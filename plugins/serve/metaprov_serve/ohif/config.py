"""The configuration of OHIF: this server is its only source."""

from __future__ import annotations

import json
from typing import Any, Final

__all__ = ["app_config"]

_ROOT: Final = "/dicomweb"

#: Of OHIF's DICOMweb source; each line that is not a root was a failure without it.
_SOURCE: Final[dict[str, Any]] = {
    "friendlyName": "metaprov",
    "name": "metaprov",
    "qidoRoot": _ROOT,
    "wadoRoot": _ROOT,
    "wadoUriRoot": _ROOT,
    "imageRendering": "wadors",
    "thumbnailRendering": "thumbnailDirect",
    "enableStudyLazyLoad": True,
    "supportsFuzzyMatching": False,
    "supportsWildcard": True,
    "omitQuotationForMultipartRequest": True,
    "bulkDataURI": {"enabled": True, "relativeResolution": "studies"},
}

_CONFIG: Final[dict[str, Any]] = {
    "name": "metaprov",
    "routerBasename": None,
    "extensions": [],
    "modes": [],
    "customizationService": {},
    "showStudyList": True,
    "maxNumberOfWebWorkers": 3,
    "showWarningMessageForCrossOrigin": True,
    "showCPUFallbackMessage": True,
    "showLoadingIndicator": True,
    "strictZSpacingForVolumeViewport": True,
    "groupEnabledModesFirst": True,
    "investigationalUseDialog": {"option": "never"},
    "defaultDataSourceName": "dicomweb",
    "dataSources": [
        {
            "namespace": "@ohif/extension-default.dataSourcesModule.dicomweb",
            "sourceName": "dicomweb",
            "configuration": _SOURCE,
        }
    ],
}


def app_config() -> str:
    """The JavaScript that OHIF reads from /app-config.js."""
    return f"window.config = {json.dumps(_CONFIG, indent=2)};\n"
