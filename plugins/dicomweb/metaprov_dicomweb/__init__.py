"""DICOMweb for metaprov: the images of a PACS have the same answers as files.

Installing the package, and saying which servers may be asked, is all that is needed::

    export METAPROV_DICOMWEB_SERVERS=https://pacs.example.org/dicom-web

or, with credentials, in a program::

    import metaprov_dicomweb

    metaprov_dicomweb.configure(
        [metaprov_dicomweb.Server("https://pacs.example.org/dicom-web", bearer_token=token)]
    )

The images have the ids ``wadors:https://pacs.example.org/dicom-web/studies/.../instances/...``.
"""

from .server.servers import Server
from .server.settings import configure

__all__ = ["Server", "configure"]
