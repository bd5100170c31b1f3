"""Buckets and archives for metaprov: the images in them have the same answers as files.

Archives on this disk can be read as soon as the package is installed. A store is asked once it is
named::

    export METAPROV_STORAGE=s3://idc-open-data/

or, with options of its file system, in a program::

    import metaprov_storage

    metaprov_storage.configure("s3://idc-open-data/", anon=True)

The ids of the images are fsspec's URLs: ``s3://bucket/key.dcm``, ``zip://a/b.dcm::/data/ct.zip``.
"""

from .places.errors import StoreStatusError
from .places.settings import configure

__all__ = ["StoreStatusError", "configure"]

__version__ = "0.1.0"
