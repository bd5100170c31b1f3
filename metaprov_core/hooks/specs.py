"""The contract between host and plugins: six hooks, each with an example that runs.

A plugin implements any of them with functions marked by `metaprov_core.hookimpl`. An
implementation takes any of the arguments of its hook, by these names, positionally and without
defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .hookimpl import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_core.host import Host

__all__ = [
    "add_metadata",
    "attach",
    "clear_metadata",
    "find_images",
    "get_metadata",
    "metadata_changed",
]


@hookspec(firstresult=True)
def get_metadata(type: str, image_id: str) -> Any | None:
    """Answer a question about one image, or return None: not mine.

    Providers are asked in order until one returns something other than None; 0, "" and {} are
    answers. An answer must not change afterwards, for it may be asked for again. A provider that
    knows the image but cannot answer says why with `note` and returns None; one that cannot read
    an image of its own raises `MetadataReadError`.

    >>> from metaprov_core import Host, hookimpl
    >>> class Demographics:
    ...     @hookimpl(types=["patientModule"], schemes=["clinic"])
    ...     def get_metadata(self, type, image_id):
    ...         return {"patientId": "P7"} if image_id == "clinic:7" else None
    >>> host = Host()
    >>> host.register(Demographics())
    'Demographics'
    >>> host.get("patientModule", "clinic:7")
    {'patientId': 'P7'}
    >>> host.get("patientModule", "clinic:8") is None
    True

    A wrapper sees, and may change, the answer of the providers below it:

    >>> class Anonymous:
    ...     @hookimpl(types=["patientModule"], wrapper=True)
    ...     def get_metadata(self, type, image_id):
    ...         answer = yield
    ...         return None if answer is None else answer | {"patientId": "?"}
    >>> host.register(Anonymous())
    'Anonymous'
    >>> host.get("patientModule", "clinic:7")
    {'patientId': '?'}
    """


@hookspec(firstresult=True)
def add_metadata(type: str, image_id: str, value: Any) -> bool | None:
    """Store a value in this provider's own cache and return True, or return None: not mine.

    >>> from metaprov_core import Host, ProviderCache, hookimpl
    >>> class Scaling:
    ...     def __init__(self):
    ...         self.cache = ProviderCache(1000)
    ...     @hookimpl
    ...     def add_metadata(self, type, image_id, value):
    ...         if type == "scalingModule":
    ...             self.cache.add(image_id, value)
    ...             return True
    ...     @hookimpl(types=["scalingModule"])
    ...     def get_metadata(self, image_id):
    ...         return self.cache.get(image_id)
    >>> host = Host()
    >>> host.register(Scaling())
    'Scaling'
    >>> host.add("scalingModule", "wadouri:pt1", {"suvbw": 0.0002})
    >>> host.get("scalingModule", "wadouri:pt1")
    {'suvbw': 0.0002}
    """


@hookspec
def clear_metadata(type: str | None, image_id: str | None) -> None:
    """Forget what was added and what was derived for an image and all its frames.

    The frame of ``image_id`` itself is ignored. None for ``type`` or ``image_id`` means all of
    them.

    >>> from metaprov_core import Host, hookimpl
    >>> class Names:
    ...     def __init__(self):
    ...         self.name = "added"
    ...     @hookimpl
    ...     def clear_metadata(self, type, image_id):
    ...         self.name = None
    ...     @hookimpl
    ...     def get_metadata(self):
    ...         return self.name
    >>> host = Host()
    >>> host.register(Names())
    'Names'
    >>> host.get("patientModule", "clinic:7")
    'added'
    >>> host.clear()
    >>> host.get("patientModule", "clinic:7") is None
    True
    """


@hookspec
def metadata_changed(type: str | None, image_id: str | None) -> None:
    """Drop what was derived from these answers: they may differ from now on.

    That is what was derived for this image and its frames, and what was computed from more than
    one image (the factors of a series, ``seriesImageIds``). What was added is kept. None for
    ``type`` or ``image_id`` means all of them.

    >>> from metaprov_core import Host, ProviderCache, hookimpl
    >>> class Shouting:
    ...     def __init__(self):
    ...         self.names = ProviderCache(1000)
    ...     @hookimpl
    ...     def attach(self, host):
    ...         self.host = host
    ...     @hookimpl
    ...     def metadata_changed(self, image_id):
    ...         self.names.changed(image_id)
    ...     @hookimpl(types=["shout"])
    ...     def get_metadata(self, image_id):
    ...         return self.names.get(image_id, self.shout)
    ...     def shout(self, image_id):
    ...         return self.host.get("name", image_id).upper()
    >>> names = {"clinic:7": "ann"}
    >>> host = Host()
    >>> host.register(Shouting())
    'Shouting'
    >>> host.register(lambda type, image_id: names[image_id] if type == "name" else None, "names")
    'names'
    >>> host.get("shout", "clinic:7")
    'ANN'
    >>> names["clinic:7"] = "bob"
    >>> host.changed("name", "clinic:7")
    >>> host.get("shout", "clinic:7")
    'BOB'
    """


@hookspec(firstresult=True)
def find_images(source: str) -> Iterable[str] | None:
    """The image ids behind a source, in order, one for each frame; or None: not mine.

    A source is a folder, a file or the URL of a series. The iterable may be lazy; the hook itself
    is a plain function that returns it.

    >>> from metaprov_core import Host, hookimpl
    >>> class Clinic:
    ...     @hookimpl
    ...     def find_images(self, source):
    ...         if source.startswith("clinic:"):
    ...             return (f"{source}/{number}" for number in (1, 2))
    >>> host = Host()
    >>> host.register(Clinic())
    'Clinic'
    >>> list(host.find_images("clinic:ward"))
    ['clinic:ward/1', 'clinic:ward/2']
    """


@hookspec
def attach(host: Host) -> None:
    """Join a host: called once on a plugin, before it is asked anything.

    For plugins that ask others: such a plugin is a class, with one instance in each host. Where it
    raises, the plugin is not registered. Keep the host, and ask it later: other threads that ask
    their first question wait until this returns, so waiting for one of them here would never end.

    >>> from metaprov_core import Host, hookimpl
    >>> class Spacing:
    ...     @hookimpl
    ...     def attach(self, host):
    ...         self.host = host
    ...     @hookimpl(types=["spacing"])
    ...     def get_metadata(self, image_id):
    ...         plane = self.host.get("imagePlaneModule", image_id)
    ...         return None if plane is None else plane["pixelSpacing"]
    >>> host = Host()
    >>> host.register(Spacing())
    'Spacing'
    >>> host.register(lambda type: {"pixelSpacing": [1, 2]} if type == "imagePlaneModule" else None)
    '<lambda>'
    >>> host.get("spacing", "clinic:7")
    [1, 2]
    """
