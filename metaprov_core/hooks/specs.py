"""The contract between host and plugins: ten hooks, each with an example that runs.

A plugin implements any of them with functions marked by `metaprov_core.hookimpl`. An
implementation takes any of the arguments of its hook, by these names, positionally and without
defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .hookimpl import hookspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metaprov_core.host import Host

    from .types import MetadataType

__all__ = [
    "add_metadata",
    "attach",
    "clear_metadata",
    "copy_settings",
    "describe_type",
    "detach",
    "find_images",
    "get_metadata",
    "metadata_changed",
    "prefetch",
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

    A source is a folder, a file or the URL of a series. Every plugin is called before the first id
    is given, and what they return is chained in the order of the calls, so that a folder may hold
    the images of several plugins; where two of them answer, an image is given once. The iterable
    may be lazy, which a large source deserves; the hook itself is a plain function that returns it.

    A source of another format, or one that is not configured, is no error: say so with `note` and
    return None. A wrapper is given the chain of all.

    >>> from metaprov_core import Host, hookimpl
    >>> class Ward:
    ...     def __init__(self, name):
    ...         self.name = name
    ...     @hookimpl
    ...     def find_images(self, source):
    ...         if source.startswith("clinic:"):
    ...             return (f"{source}/{self.name}/{number}" for number in (1, 2))
    >>> host = Host()
    >>> host.register(Ward("east"), "east")
    'east'
    >>> host.register(Ward("west"), "west")
    'west'
    >>> list(host.find_images("clinic:7"))
    ['clinic:7/west/1', 'clinic:7/west/2', 'clinic:7/east/1', 'clinic:7/east/2']
    """


@hookspec
def prefetch(type: str, image_ids: tuple[str, ...], done: Callable[[int], None]) -> None:
    """Fetch what will be asked for into this provider's cache: side by side, say, or as one.

    The ids are all that the program is going to ask about, those of other plugins among them.
    Fetch no more than the cache holds, and call ``done(count)`` as images arrive, in any thread.
    Nothing is raised for an image: the question about it will. What ``done`` raises means that the
    program has given up: let it through.

    >>> from metaprov_core import Host, ProviderCache, hookimpl
    >>> class Clinic:
    ...     def __init__(self):
    ...         self.cache = ProviderCache(100)
    ...     @hookimpl
    ...     def prefetch(self, type, image_ids, done):
    ...         own = [id for id in image_ids if id.startswith("clinic:")][:100]
    ...         print("one request for", len(own))
    ...         for image_id in own:
    ...             self.cache.get(image_id, str.upper)
    ...         done(len(own))
    ...     @hookimpl(types=["instance"], schemes=["clinic"])
    ...     def get_metadata(self, image_id):
    ...         return self.cache.get(image_id, str.upper)
    >>> host = Host()
    >>> host.register(Clinic())
    'Clinic'
    >>> host.prefetch(["clinic:7", "clinic:8"])
    one request for 2
    """


@hookspec(firstresult=True)
def describe_type(type: str) -> MetadataType[Any] | None:
    """The key of a type that is served and cannot be declared, as there are too many; or None.

    A provider that answers every DICOM attribute, say, describes each of them when it is asked
    about. By it a host knows an answer that is absent from a type that nobody serves.

    >>> from metaprov_core import Host, MetadataType, hookimpl
    >>> class Measurements:
    ...     @hookimpl
    ...     def describe_type(self, type):
    ...         return MetadataType(type, float) if type.startswith("mean") else None
    ...     @hookimpl(trylast=True)
    ...     def get_metadata(self, type, image_id):
    ...         return 12.5 if type.startswith("mean") else None
    >>> host = Host()
    >>> host.register(Measurements())
    'Measurements'
    >>> host.type_of("meanOfLiver")
    MetadataType('meanOfLiver', float)
    >>> host.type_of("medianOfLiver") is None
    True
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


@hookspec
def detach(host: Host) -> None:
    """Leave a host: called once on a plugin that joined it, to close what it has open.

    A plugin leaves when it is unregistered or replaced, when it is gone at a refresh, and when the
    host is closed; after that the host asks it nothing more. A question that began before may still
    be running, and has the error that it gets. Such a plugin is a class, with one instance in each
    host. What it raises is logged. A forked child, which joined no host, calls it on none.

    >>> import sqlite3
    >>> from metaprov_core import Host, hookimpl
    >>> class Measured:
    ...     @hookimpl
    ...     def attach(self, host):
    ...         self.database = sqlite3.connect(":memory:", check_same_thread=False)
    ...     @hookimpl
    ...     def detach(self, host):
    ...         self.database.close()
    ...         print("closed")
    ...     @hookimpl(types=["spacing"])
    ...     def get_metadata(self, image_id):
    ...         return self.database.execute("select 0.5").fetchone()[0]
    >>> with Host() as host:
    ...     name = host.register(Measured())
    ...     host.get("spacing", "clinic:7")
    0.5
    closed
    """


@hookspec
def copy_settings() -> Callable[[], object] | None:
    """How the plugin comes to answer alike in another process: a call that pickle sends there.

    For plugins that are configured: a host that is pickled takes these calls along, and they are
    made where it is unpickled, before it is asked anything. A process that has these settings
    already, or secrets of its own for them, keeps what it has. Secrets do not travel: what is
    pickled can be read. None: there is nothing to set. Raise ValueError where another process
    cannot answer alike, as the plugin holds values that were given to it in this one.

    >>> from functools import partial
    >>> from metaprov_core import Host, hookimpl
    >>> class Scaled:
    ...     factor = 1.0
    ...     @classmethod
    ...     def configure(cls, factor):
    ...         cls.factor = factor
    ...     @hookimpl
    ...     def copy_settings(self):
    ...         return partial(Scaled.configure, Scaled.factor)
    >>> Scaled.configure(2.5)
    >>> Scaled().copy_settings().args
    (2.5,)
    """
