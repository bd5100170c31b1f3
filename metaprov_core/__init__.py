"""metaprov: metadata of medical images, asked of whatever provider packages are installed.

``metaprov_core.get("imagePlaneModule", image_id)`` puts a question to the installed plugins, in
order, and returns the first answer. The functions of this module are those of one `Host`, which
discovers plugins; `default_host` is that host.
"""

from __future__ import annotations

import atexit

from .answers import with_fields
from .asking.explanation import Explanation, ExplanationRow, MetadataNotFoundError
from .cache.provider_cache import CacheInfo, ProviderCache
from .errors import (
    MetadataCycleError,
    MetadataReadError,
    MetaprovError,
    PluginFailure,
    PluginLoadError,
    PluginLoadWarning,
)
from .hooks.base_class import MetadataPlugin
from .hooks.hookimpl import hookimpl
from .hooks.notes import collect_notes, mask_notes, note
from .hooks.settings import SettingsListeners
from .hooks.together import asked_together
from .hooks.trace import Question, note_origins
from .hooks.types import MetadataType
from .host import Host
from .image_ids import ImageId, base_image_id, parse_image_id, with_frame
from .loading.record import PluginRecord, Provider

__all__ = [
    "CacheInfo",
    "Explanation",
    "ExplanationRow",
    "Host",
    "ImageId",
    "MetadataCycleError",
    "MetadataNotFoundError",
    "MetadataPlugin",
    "MetadataReadError",
    "MetadataType",
    "MetaprovError",
    "PluginFailure",
    "PluginLoadError",
    "PluginLoadWarning",
    "PluginRecord",
    "Provider",
    "ProviderCache",
    "Question",
    "SettingsListeners",
    "add",
    "asked_together",
    "base_image_id",
    "call_order",
    "changed",
    "clear",
    "collect_notes",
    "default_host",
    "explain",
    "find_images",
    "get",
    "get_many",
    "hookimpl",
    "load_plugins",
    "mask_notes",
    "note",
    "note_origins",
    "parse_image_id",
    "plugins",
    "prefetch",
    "providers",
    "refresh",
    "register",
    "replace",
    "require",
    "type_of",
    "types",
    "unregister",
    "with_fields",
    "with_frame",
]

__version__ = "0.1.0"

# Tracebacks and pickles give the errors the names by which programs import them.
for _error in (
    MetadataCycleError,
    MetadataNotFoundError,
    MetadataReadError,
    MetaprovError,
    PluginLoadError,
    PluginLoadWarning,
):
    _error.__module__ = __name__

default_host = Host(discover=True)
atexit.register(default_host.close)

add = default_host.add
call_order = default_host.call_order
changed = default_host.changed
clear = default_host.clear
explain = default_host.explain
find_images = default_host.find_images
get = default_host.get
get_many = default_host.get_many
load_plugins = default_host.load_plugins
plugins = default_host.plugins
prefetch = default_host.prefetch
providers = default_host.providers
refresh = default_host.refresh
register = default_host.register
replace = default_host.replace
require = default_host.require
type_of = default_host.type_of
types = default_host.types
unregister = default_host.unregister
