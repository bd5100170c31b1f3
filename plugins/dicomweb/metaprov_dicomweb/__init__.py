"""DICOMweb for metaprov: the images of a PACS have the same answers as files.

Install the package, and name the servers that may be asked::

    export METAPROV_DICOMWEB_SERVERS=https://pacs.example.org/dicom-web

or, with credentials, in a program::

    import metaprov_dicomweb

    metaprov_dicomweb.configure(
        [metaprov_dicomweb.Server("https://pacs.example.org/dicom-web", bearer_token=token)]
    )

The ids of the images are ``wadors:https://pacs.example.org/dicom-web/studies/.../instances/...``.
"""

from .server.servers import Server
from .server.settings import configure

__all__ = ["Server", "configure"]

__version__ = "0.1.0"
