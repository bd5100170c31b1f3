"""The classes and keys of the answers, with and without a host."""

from __future__ import annotations

import pickle
import pydoc
import subprocess
import sys
import typing
import venv
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest

import metaprov_modules
from metaprov_core import Host, MetadataType, hookimpl
from metaprov_modules import IMAGE_PLANE, ImagePlaneModule

PACKAGE = Path(__file__).parents[1]

#: Cornerstone's names of the fields, in their order, and those of what it does not have.
NAMES = {
    "patientModule": """
        patientId patientName patientBirthDate patientBirthTime patientSex issuerOfPatientId
    """,
    "patientStudyModule": "patientAge patientSize patientWeight patientSex",
    "patientDemographicModule": "patientSex",
    "clinicalTrialModule": """
        clinicalTrialSponsorName clinicalTrialProtocolId clinicalTrialSiteId
        clinicalTrialSiteName clinicalTrialSubjectId
    """,
    "generalStudyModule": """
        studyInstanceUID studyId studyDescription studyDate studyTime accessionNumber
    """,
    "generalSeriesModule": """
        studyInstanceUID seriesInstanceUID modality seriesNumber seriesDescription seriesDate
        seriesTime acquisitionDate acquisitionTime
    """,
    "generalImageModule": """
        sopInstanceUID sopClassUID instanceNumber imageType instanceCreationDate
        instanceCreationTime contentDate contentTime lossyImageCompression
        lossyImageCompressionRatio lossyImageCompressionMethod frameOfReferenceUID
        numberOfFrames
    """,
    "sopCommonModule": "sopClassUID sopInstanceUID",
    "frameOfReferenceModule": "frameOfReferenceUID positionReferenceIndicator",
    "imagePlaneModule": """
        frameOfReferenceUID rows columns imageOrientationPatient rowCosines columnCosines
        imagePositionPatient sliceThickness sliceLocation spacingBetweenSlices pixelSpacing
        rowPixelSpacing columnPixelSpacing pixelSpacingCalibration
    """,
    "imagePixelModule": """
        samplesPerPixel photometricInterpretation rows columns bitsAllocated bitsStored highBit
        pixelRepresentation planarConfiguration pixelAspectRatio smallestPixelValue
        largestPixelValue pixelPaddingValue pixelPaddingRangeLimit
        redPaletteColorLookupTableDescriptor greenPaletteColorLookupTableDescriptor
        bluePaletteColorLookupTableDescriptor alphaPaletteColorLookupTableDescriptor
        redPaletteColorLookupTableData greenPaletteColorLookupTableData
        bluePaletteColorLookupTableData alphaPaletteColorLookupTableData
        paletteColorLookupTableUID
    """,
    "modalityLutModule": "rescaleIntercept rescaleSlope rescaleType modalityLUTSequence",
    "voiLutModule": """
        windowCenter windowWidth windowCenterWidthExplanation voiLUTFunction voiLUTSequence
    """,
    "realWorldValueModule": """
        units slope intercept firstValueMapped lastValueMapped label mappings
    """,
    "philipsScalingModule": """
        scaleSlope scaleIntercept floatingPointSlope floatingPointIntercept
    """,
    "cineModule": "frameTime cineRate recommendedDisplayFrameRate numberOfFrames",
    "multiframeModule": "numberOfFrames",
    "frameModule": """
        frameNumber numberOfFrames sopClassUID sopInstanceUID seriesInstanceUID studyInstanceUID
    """,
    "transferSyntax": "transferSyntaxUID availableTransferSyntaxUID isVideo",
    "petSeriesModule": "correctedImage units decayCorrection suvType countsSource seriesType",
    "petImageModule": "frameReferenceTime actualFrameDuration decayFactor",
    "petIsotopeModule": "radiopharmaceuticalInfo",
    "nmMultiframeGeometryModule": """
        modality imageType imageSubType imageOrientationPatient imagePositionPatient
        sliceThickness spacingBetweenSlices pixelSpacing numberOfFrames isNMReconstructable
    """,
    "overlayPlaneModule": "overlays",
    "ultrasoundEnhancedRegionModule": "sequenceOfUltrasoundRegions",
    "calibratedPixelSpacing": """
        rowPixelSpacing columnPixelSpacing scale aspect type tooltip sequenceOfUltrasoundRegions
    """,
    "calibrationModule": "sequenceOfUltrasoundRegions",
    "ecgModule": """
        numberOfWaveformChannels numberOfWaveformSamples samplingFrequency waveformBitsAllocated
        waveformSampleInterpretation multiplexGroupLabel channels
    """,
    "imageUrlModule": "isVideo rendered thumbnail",
    "uriModule": "baseImageId frameNumber",
    "scalingModule": """
        suvbw suvlbm suvlbmJames128 suvlbmJanma suvbsa suvibw repaired notes doseGridScaling
        doseSummationType doseType doseUnits
    """,
    "framePixelData": "data transferSyntaxUID element",
    "volumeGeometryModule": """
        dimensions spacing origin direction affineLps affineRas imageIds sliceIndices distances
        regular orthogonal tiltDegrees maxDeviation gaps duplicates offLattice group
        frameOfReferenceUID seriesInstanceUID studyInstanceUID modality seriesDescription
        seriesNumber notes
    """,
}  # fmt: skip
ITEMS = {
    metaprov_modules.Note: "code severity sentence attribute",
    metaprov_modules.VolumeGap: "after distance missing",
    metaprov_modules.VolumeGroup: "attribute value index count assumed",
    metaprov_modules.Lut: "id firstValueMapped numBitsPerEntry lut",
    metaprov_modules.RealWorldValueMapping: """
        label explanation units unitsMeaning quantity slope intercept firstValueMapped
        lastValueMapped lut
    """,
    metaprov_modules.Overlay: """
        rows columns type x y pixelData description label roiArea roiMean roiStandardDeviation
    """,
    metaprov_modules.RadiopharmaceuticalInfo: """
        radiopharmaceutical radiopharmaceuticalStartTime radiopharmaceuticalStartDateTime
        radiopharmaceuticalStopTime radionuclideTotalDose radionuclideHalfLife radionuclide
    """,
    metaprov_modules.UltrasoundRegion: """
        regionLocationMinX0 regionLocationMinY0 regionLocationMaxX1 regionLocationMaxY1
        referencePixelX0 referencePixelY0 physicalDeltaX physicalDeltaY physicalUnitsXDirection
        physicalUnitsYDirection referencePhysicalPixelValueX referencePhysicalPixelValueY
        regionSpatialFormat regionDataType regionFlags transducerFrequency
    """,
}  # fmt: skip
KEYS = {
    str(value): value
    for name in metaprov_modules.__all__
    if isinstance(value := getattr(metaprov_modules, name), MetadataType)
}
CLASSES = [
    value
    for name in metaprov_modules.__all__
    if isinstance(value := getattr(metaprov_modules, name), type)
    and issubclass(value, msgspec.Struct)
    and value is not metaprov_modules.Answer
]
classes = pytest.mark.parametrize("answer_class", CLASSES, ids=lambda each: each.__name__)


def test_every_class_is_named_here() -> None:
    keyed = {key.answer_class for key in KEYS.values()} - {None, str}
    assert set(KEYS) - set(NAMES) == {
        "baseImageId", "byteSource", "frameImageIds", "instance", "seriesImageIds",
        "seriesVolumes",
    }  # fmt: skip
    assert {KEYS[type].answer_class for type in NAMES} == keyed
    assert keyed | set(ITEMS) == set(CLASSES)


@pytest.mark.parametrize(
    ("answer_class", "names"),
    [*((KEYS[type].answer_class, names) for type, names in NAMES.items()), *ITEMS.items()],
)
def test_json_has_cornerstones_names(answer_class: type[msgspec.Struct], names: str) -> None:
    assert [each.encode_name for each in msgspec.structs.fields(answer_class)] == names.split()


@classes
def test_an_answer_is_small_and_cannot_be_changed(answer_class: type[msgspec.Struct]) -> None:
    config = answer_class.__struct_config__
    assert (config.frozen, config.gc) == (True, False)
    assert not hasattr(answer_class, "__dict__") or "__slots__" in answer_class.__dict__


@classes
def test_what_may_be_missing_is_none(answer_class: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(answer_class):
        if field.default is None:
            assert type(None) in typing.get_args(typing.get_args(field.type)[0])


@classes
def test_every_field_says_what_it_means(answer_class: type[msgspec.Struct]) -> None:
    schema = msgspec.json.schema(answer_class)["$defs"][answer_class.__name__]
    described = {name: rows.get("description") for name, rows in schema["properties"].items()}
    hints = typing.get_type_hints(answer_class, include_extras=True)
    help_text = pydoc.render_doc(answer_class, renderer=pydoc.plaintext)

    assert all(described.values())
    for name in answer_class.__struct_fields__:
        (meta,) = hints[name].__metadata__
        extra = meta.extra or {}
        unit = f" [{extra['unit']}]" if "unit" in extra else ""
        attribute = f" *{extra['attribute']}*" if "attribute" in extra else ""
        assert f"- ``{name}``{unit}: {meta.description}{attribute}\n" in help_text
        assert meta.description.endswith((".", "..."))


def test_an_author_may_annotate_fields_otherwise_or_not_at_all() -> None:
    no_meaning = msgspec.Meta(ge=0, extra={"of": "house"})
    no_unit = msgspec.Meta(description="Size.", extra={"of": "ward"})
    fields = {
        "name": str,
        "beds": typing.Annotated[int, "a word"],
        "floor": typing.Annotated[int, no_meaning],
        "area": typing.Annotated[float, no_unit],
    }

    ward = msgspec.defstruct("WardModule", fields.items(), bases=(metaprov_modules.Answer,))

    lines = (ward.__doc__ or "").partition("Fields:")[2].split()
    assert " ".join(lines) == "- ``name`` - ``beds`` - ``floor`` - ``area``: Size."


def test_units_and_attributes_are_known_to_programs() -> None:
    schema = msgspec.json.schema(ImagePlaneModule)["$defs"]["ImagePlaneModule"]["properties"]
    assert (schema["sliceThickness"]["unit"], "unit" in schema["rows"]) == ("mm", False)
    assert schema["rows"]["attribute"] == "Rows (0028,0010)"
    hints = typing.get_type_hints(ImagePlaneModule, include_extras=True)
    assert hints["slice_thickness"].__metadata__[0].extra == {
        "unit": "mm",
        "attribute": "SliceThickness (0018,0050)",
    }
    assert hints["rows"].__metadata__[0].extra == {"attribute": "Rows (0028,0010)"}
    assert metaprov_modules.meaning("Neither.").extra is None


def test_an_author_answers_with_them_and_without_dicom() -> None:
    class Clinic:
        @hookimpl(types=[IMAGE_PLANE], schemes=["clinic"])
        def get_metadata(self, image_id: str) -> ImagePlaneModule | None:
            return ImagePlaneModule(rows=int(image_id.partition(":")[2]))

    host = Host()
    host.register(Clinic())

    assert host.get(IMAGE_PLANE, "clinic:7") == ImagePlaneModule(rows=7)
    assert host.types() == {"imagePlaneModule": IMAGE_PLANE}


@classes
def test_answers_go_to_other_processes(answer_class: type[msgspec.Struct]) -> None:
    needed = [field for field in msgspec.structs.fields(answer_class) if field.required]
    answer = answer_class(**{field.name: "any" for field in needed})
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_it_is_installed_with_msgspec_alone(tmp_path: Path) -> None:
    venv.create(tmp_path / "env")
    python = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    packages = Path(msgspec.__file__).parents[1]
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-index", "--no-build-isolation", "--no-deps", "--target", str(target)]
    subprocess.run([*install, *offline, str(PACKAGE)], check=True)
    (target / "msgspec").symlink_to(packages / "msgspec")
    program = """
        import pickle, sys
        sys.path.insert(0, sys.argv[1])
        import metaprov_modules

        values = {name: getattr(metaprov_modules, name) for name in metaprov_modules.__all__}
        key = values["IMAGE_PLANE"]
        again = pickle.loads(pickle.dumps(key))
        print(key, key.answer_class is values["ImagePlaneModule"], again == key)
        instance = pickle.loads(pickle.dumps(values["INSTANCE"]))
        print(instance.meaning.partition(",")[0])
        print("metaprov_core" in sys.modules)
    """
    # In a clone, the folder of the host is importable, and what it needs is not there.
    ran = [
        subprocess.run(
            [python, *options, "-c", dedent(program), str(target)],
            capture_output=True, text=True, check=False, cwd=PACKAGE.parent,
        )
        for options in ([], ["-I"])
    ]  # fmt: skip
    metadata = next(target.glob("metaprov_modules-*.dist-info/METADATA")).read_text()

    for completed in ran:
        assert completed.stdout.splitlines() == [
            "imagePlaneModule True True",
            "The header attributes of an image",
            "False",
        ], completed.stderr
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    assert needed == ["Requires-Dist: msgspec>=0.21"]


def test_the_repr_of_an_answer_has_the_fields_that_have_a_value() -> None:
    assert repr(ImagePlaneModule(rows=2, pixel_spacing=(0.5, 0.5))) == (
        "ImagePlaneModule(rows=2, pixel_spacing=(0.5, 0.5))"
    )


def test_the_ids_of_a_folder_are_a_tuple_that_stays_what_it_is() -> None:
    ids = metaprov_modules.ImageIdsOfFolder(["dicomfile:/a.dcm", "dicomfile:/b.dcm"])

    assert ids == ("dicomfile:/a.dcm", "dicomfile:/b.dcm")
    assert msgspec.json.encode(ids) == b'["dicomfile:/a.dcm","dicomfile:/b.dcm"]'
    assert type(pickle.loads(pickle.dumps(ids))) is metaprov_modules.ImageIdsOfFolder
