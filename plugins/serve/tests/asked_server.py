"""The application, asked without a network; and a small archive to ask it about."""

from __future__ import annotations

import anyio
import httpx
import numpy as np
import pydicom
from made_images import image, written
from pydicom.uid import CTImageStorage

import metaprov_serve

TOKEN = "the-token-of-the-tests"


def write_image(path, number, **attributes):
    """A CT slice of 3 x 2 pixels."""
    dataset = image(
        "CT", CTImageStorage, np.frombuffer(bytes([number % 256, 1] * 6), "<u2").reshape(2, 3)
    )
    dataset.SOPInstanceUID, dataset.StudyInstanceUID = f"1.2.3.4.{number}", "1.2"
    dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = "1.2.3", "1.2.9"
    dataset.PatientName, dataset.PatientID = "Doe^Jane", "P1"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, number
    dataset.ImagePositionPatient = [0, 0, 2 * number]
    dataset.ImageOrientationPatient, dataset.PixelSpacing = [1, 0, 0, 0, 1, 0], [0.75, 0.5]
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
    dataset.WindowCenter, dataset.WindowWidth = -1000, 100
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return written(dataset, path)


def write_series(folder, count=4):
    """The ids of a series."""
    return [write_image(folder / f"{number:03}.dcm", number) for number in range(count)]


def bytes_of(image_id):
    """The pixels of a file."""
    return pydicom.dcmread(image_id.removeprefix("dicomfile:")).PixelData


class Server:
    """Asks an application as a program of this machine that has the token."""

    def __init__(self, host, *sources, token=TOKEN, **options):
        self.app = metaprov_serve.app(sources, token=token, host=host, **options)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, path, method="GET", *, headers=None, base="http://127.0.0.1:8042", **how):
        async def ask():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=base) as client:
                sent = self._headers if headers is None else headers
                return await client.request(method, path, headers=sent, **how)

        return anyio.run(ask)

    def api(self, name, **parameters):
        """The answer of the API to a question about one image."""
        return self(f"/metaprov/api/{name}", params=parameters)

    def metadata(self, image_ids, types):
        """The rows about several images."""
        asked = {"imageIds": image_ids, "types": types}
        response = self("/metaprov/api/metadata", "POST", json=asked)
        assert response.status_code == 200, response.text
        return response.json()
