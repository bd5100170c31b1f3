"""The main job once more, as `make demo-pacs` runs it: the same images, on a DICOMweb server.

Needs an Orthanc that can be started: plugins/dicomweb/orthanc/run.sh sees to that.
"""

import re
import sys
import tempfile
from pathlib import Path

import metaprov_core
import metaprov_dicomweb
import orthanc
from demo import console, table_of, write_images
from metaprov_dicom import IMAGE_PLANE, MODALITY_LUT
from metaprov_scaling import SCALING

UID = re.compile(r"[0-9.]{20,}")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, orthanc.running() as (url, _):
        folder = Path(temporary)
        write_images(folder)
        files = list(metaprov_core.find_images(folder))
        orthanc.store(url, [Path(each.removeprefix("dicomfile:")) for each in files])

        base = f"{url}/dicom-web"
        metaprov_dicomweb.configure([base])
        image_ids = [
            image_id
            for modality in ("CT", "MR", "PT")
            for image_id in metaprov_core.find_images(f"{base}/series?Modality={modality}")
        ]
        console.print(f"Orthanc has {len(image_ids)} images; this is the id of the first:\n")
        console.print(image_ids[0], soft_wrap=True)
        console.print("\nThe same questions, with the same answers (UIDs are cut):\n")
        console.print(table_of(image_ids, lambda each: shown(each, base)))
        for file, image_id in zip(files, image_ids, strict=True):
            for type in (IMAGE_PLANE, MODALITY_LUT, SCALING):
                if metaprov_core.get(type, image_id) != metaprov_core.get(type, file):
                    sys.exit(f"{type} of {image_id} is not that of {file}")
        explanation = metaprov_core.explain("transferSyntax", image_ids[0])
        console.print(f"\n{shown(str(explanation), base)}", soft_wrap=True)


def shown(text: str, base: str) -> str:
    return UID.sub(lambda uid: f"…{uid[0][-3:]}", text.replace(base, "."))


if __name__ == "__main__":
    main()
