"""The data dictionary (PS3.6): which tag a keyword names, and the VR and VM of a tag.

The attributes that the modules are made of are listed here; for every other one pydicom's
dictionary is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ATTRIBUTES", "Attribute", "keyword_of", "label", "tag_of", "vm_of", "vr_of"]


class Attribute(NamedTuple):
    """One row of the data dictionary."""

    keyword: str
    tag: int
    #: Value representation; two joined by "or" where the data set decides (PS3.5 6.2).
    vr: str
    #: Value multiplicity: "1", "3", "1-n" ... (PS3.5 6.4).
    vm: str


#: The attributes that the modules read, by keyword.
ATTRIBUTES: Final = {
    attribute.keyword: attribute
    for attribute in (
        Attribute("TransferSyntaxUID", 0x00020010, "UI", "1"),
        Attribute("DirectoryRecordSequence", 0x00041220, "SQ", "1"),
        Attribute("SpecificCharacterSet", 0x00080005, "CS", "1-n"),
        Attribute("ImageType", 0x00080008, "CS", "2-n"),
        Attribute("InstanceCreationDate", 0x00080012, "DA", "1"),
        Attribute("InstanceCreationTime", 0x00080013, "TM", "1"),
        Attribute("SOPClassUID", 0x00080016, "UI", "1"),
        Attribute("SOPInstanceUID", 0x00080018, "UI", "1"),
        Attribute("StudyDate", 0x00080020, "DA", "1"),
        Attribute("SeriesDate", 0x00080021, "DA", "1"),
        Attribute("AcquisitionDate", 0x00080022, "DA", "1"),
        Attribute("ContentDate", 0x00080023, "DA", "1"),
        Attribute("AcquisitionDateTime", 0x0008002A, "DT", "1"),
        Attribute("StudyTime", 0x00080030, "TM", "1"),
        Attribute("SeriesTime", 0x00080031, "TM", "1"),
        Attribute("AcquisitionTime", 0x00080032, "TM", "1"),
        Attribute("ContentTime", 0x00080033, "TM", "1"),
        Attribute("AccessionNumber", 0x00080050, "SH", "1"),
        Attribute("Modality", 0x00080060, "CS", "1"),
        Attribute("Manufacturer", 0x00080070, "LO", "1"),
        Attribute("CodeValue", 0x00080100, "SH", "1"),
        Attribute("CodingSchemeDesignator", 0x00080102, "SH", "1"),
        Attribute("CodeMeaning", 0x00080104, "LO", "1"),
        Attribute("TimezoneOffsetFromUTC", 0x00080201, "SH", "1"),
        Attribute("StudyDescription", 0x00081030, "LO", "1"),
        Attribute("SeriesDescription", 0x0008103E, "LO", "1"),
        Attribute("ReferencedImageSequence", 0x00081140, "SQ", "1"),
        Attribute("ReferencedSOPInstanceUID", 0x00081155, "UI", "1"),
        Attribute("RecommendedDisplayFrameRate", 0x00082144, "IS", "1"),
        Attribute("AvailableTransferSyntaxUID", 0x00083002, "UI", "1-n"),
        Attribute("DerivationImageSequence", 0x00089124, "SQ", "1"),
        Attribute("PatientName", 0x00100010, "PN", "1"),
        Attribute("PatientID", 0x00100020, "LO", "1"),
        Attribute("IssuerOfPatientID", 0x00100021, "LO", "1"),
        Attribute("PatientBirthDate", 0x00100030, "DA", "1"),
        Attribute("PatientBirthTime", 0x00100032, "TM", "1"),
        Attribute("PatientSex", 0x00100040, "CS", "1"),
        Attribute("PatientAge", 0x00101010, "AS", "1"),
        Attribute("PatientSize", 0x00101020, "DS", "1"),
        Attribute("PatientWeight", 0x00101030, "DS", "1"),
        Attribute("ClinicalTrialSponsorName", 0x00120010, "LO", "1"),
        Attribute("ClinicalTrialProtocolID", 0x00120020, "LO", "1"),
        Attribute("ClinicalTrialSiteID", 0x00120030, "LO", "1"),
        Attribute("ClinicalTrialSiteName", 0x00120031, "LO", "1"),
        Attribute("ClinicalTrialSubjectID", 0x00120040, "LO", "1"),
        Attribute("Radiopharmaceutical", 0x00180031, "LO", "1"),
        Attribute("CineRate", 0x00180040, "IS", "1"),
        Attribute("SliceThickness", 0x00180050, "DS", "1"),
        Attribute("SpacingBetweenSlices", 0x00180088, "DS", "1"),
        Attribute("FrameTime", 0x00181063, "DS", "1"),
        Attribute("RadiopharmaceuticalStartTime", 0x00181072, "TM", "1"),
        Attribute("RadiopharmaceuticalStopTime", 0x00181073, "TM", "1"),
        Attribute("RadionuclideTotalDose", 0x00181074, "DS", "1"),
        Attribute("RadionuclideHalfLife", 0x00181075, "DS", "1"),
        Attribute("RadiopharmaceuticalStartDateTime", 0x00181078, "DT", "1"),
        Attribute("DistanceSourceToDetector", 0x00181110, "DS", "1"),
        Attribute("DistanceSourceToPatient", 0x00181111, "DS", "1"),
        Attribute("EstimatedRadiographicMagnificationFactor", 0x00181114, "DS", "1"),
        Attribute("ImagerPixelSpacing", 0x00181164, "DS", "2"),
        Attribute("ActualFrameDuration", 0x00181242, "IS", "1"),
        Attribute("NominalScannedPixelSpacing", 0x00182010, "DS", "2"),
        Attribute("SequenceOfUltrasoundRegions", 0x00186011, "SQ", "1"),
        Attribute("RegionSpatialFormat", 0x00186012, "US", "1"),
        Attribute("RegionDataType", 0x00186014, "US", "1"),
        Attribute("RegionFlags", 0x00186016, "UL", "1"),
        Attribute("RegionLocationMinX0", 0x00186018, "UL", "1"),
        Attribute("RegionLocationMinY0", 0x0018601A, "UL", "1"),
        Attribute("RegionLocationMaxX1", 0x0018601C, "UL", "1"),
        Attribute("RegionLocationMaxY1", 0x0018601E, "UL", "1"),
        Attribute("ReferencePixelX0", 0x00186020, "SL", "1"),
        Attribute("ReferencePixelY0", 0x00186022, "SL", "1"),
        Attribute("PhysicalUnitsXDirection", 0x00186024, "US", "1"),
        Attribute("PhysicalUnitsYDirection", 0x00186026, "US", "1"),
        Attribute("ReferencePixelPhysicalValueX", 0x00186028, "FD", "1"),
        Attribute("ReferencePixelPhysicalValueY", 0x0018602A, "FD", "1"),
        Attribute("PhysicalDeltaX", 0x0018602C, "FD", "1"),
        Attribute("PhysicalDeltaY", 0x0018602E, "FD", "1"),
        Attribute("TransducerFrequency", 0x00186030, "UL", "1"),
        Attribute("ObjectPixelSpacingInCenterOfBeam", 0x00189404, "FL", "2"),
        Attribute("DecayCorrectionDateTime", 0x00189701, "DT", "1"),
        Attribute("StudyInstanceUID", 0x0020000D, "UI", "1"),
        Attribute("SeriesInstanceUID", 0x0020000E, "UI", "1"),
        Attribute("StudyID", 0x00200010, "SH", "1"),
        Attribute("SeriesNumber", 0x00200011, "IS", "1"),
        Attribute("InstanceNumber", 0x00200013, "IS", "1"),
        Attribute("ImagePositionPatient", 0x00200032, "DS", "3"),
        Attribute("ImageOrientationPatient", 0x00200037, "DS", "6"),
        Attribute("FrameOfReferenceUID", 0x00200052, "UI", "1"),
        Attribute("PositionReferenceIndicator", 0x00201040, "LO", "1"),
        Attribute("SliceLocation", 0x00201041, "DS", "1"),
        Attribute("PlanePositionSequence", 0x00209113, "SQ", "1"),
        Attribute("PlaneOrientationSequence", 0x00209116, "SQ", "1"),
        Attribute("UnassignedSharedConvertedAttributesSequence", 0x00209170, "SQ", "1"),
        Attribute("UnassignedPerFrameConvertedAttributesSequence", 0x00209171, "SQ", "1"),
        Attribute("ConversionSourceAttributesSequence", 0x00209172, "SQ", "1"),
        Attribute("SamplesPerPixel", 0x00280002, "US", "1"),
        Attribute("PhotometricInterpretation", 0x00280004, "CS", "1"),
        Attribute("PlanarConfiguration", 0x00280006, "US", "1"),
        Attribute("NumberOfFrames", 0x00280008, "IS", "1"),
        Attribute("Rows", 0x00280010, "US", "1"),
        Attribute("Columns", 0x00280011, "US", "1"),
        Attribute("PixelSpacing", 0x00280030, "DS", "2"),
        Attribute("PixelAspectRatio", 0x00280034, "IS", "2"),
        Attribute("CorrectedImage", 0x00280051, "CS", "1-n"),
        Attribute("BitsAllocated", 0x00280100, "US", "1"),
        Attribute("BitsStored", 0x00280101, "US", "1"),
        Attribute("HighBit", 0x00280102, "US", "1"),
        Attribute("PixelRepresentation", 0x00280103, "US", "1"),
        Attribute("SmallestImagePixelValue", 0x00280106, "US or SS", "1"),
        Attribute("LargestImagePixelValue", 0x00280107, "US or SS", "1"),
        Attribute("PixelPaddingValue", 0x00280120, "US or SS", "1"),
        Attribute("PixelPaddingRangeLimit", 0x00280121, "US or SS", "1"),
        Attribute("PixelSpacingCalibrationType", 0x00280A02, "CS", "1"),
        Attribute("WindowCenter", 0x00281050, "DS", "1-n"),
        Attribute("WindowWidth", 0x00281051, "DS", "1-n"),
        Attribute("RescaleIntercept", 0x00281052, "DS", "1"),
        Attribute("RescaleSlope", 0x00281053, "DS", "1"),
        Attribute("RescaleType", 0x00281054, "LO", "1"),
        Attribute("WindowCenterWidthExplanation", 0x00281055, "LO", "1-n"),
        Attribute("VOILUTFunction", 0x00281056, "CS", "1"),
        Attribute("RedPaletteColorLookupTableDescriptor", 0x00281101, "US or SS", "3"),
        Attribute("GreenPaletteColorLookupTableDescriptor", 0x00281102, "US or SS", "3"),
        Attribute("BluePaletteColorLookupTableDescriptor", 0x00281103, "US or SS", "3"),
        Attribute("AlphaPaletteColorLookupTableDescriptor", 0x00281104, "US", "3"),
        Attribute("PaletteColorLookupTableUID", 0x00281199, "UI", "1"),
        Attribute("RedPaletteColorLookupTableData", 0x00281201, "OW", "1"),
        Attribute("GreenPaletteColorLookupTableData", 0x00281202, "OW", "1"),
        Attribute("BluePaletteColorLookupTableData", 0x00281203, "OW", "1"),
        Attribute("AlphaPaletteColorLookupTableData", 0x00281204, "OW", "1"),
        Attribute("SegmentedRedPaletteColorLookupTableData", 0x00281221, "OW", "1"),
        Attribute("SegmentedGreenPaletteColorLookupTableData", 0x00281222, "OW", "1"),
        Attribute("SegmentedBluePaletteColorLookupTableData", 0x00281223, "OW", "1"),
        Attribute("SegmentedAlphaPaletteColorLookupTableData", 0x00281224, "OW", "1"),
        Attribute("LossyImageCompression", 0x00282110, "CS", "1"),
        Attribute("LossyImageCompressionRatio", 0x00282112, "DS", "1-n"),
        Attribute("LossyImageCompressionMethod", 0x00282114, "CS", "1-n"),
        Attribute("ModalityLUTSequence", 0x00283000, "SQ", "1"),
        Attribute("LUTDescriptor", 0x00283002, "US or SS", "3"),
        Attribute("LUTExplanation", 0x00283003, "LO", "1"),
        Attribute("LUTData", 0x00283006, "US or OW", "1-n"),
        Attribute("VOILUTSequence", 0x00283010, "SQ", "1"),
        Attribute("NumberOfWaveformChannels", 0x003A0005, "US", "1"),
        Attribute("NumberOfWaveformSamples", 0x003A0010, "UL", "1"),
        Attribute("SamplingFrequency", 0x003A001A, "DS", "1"),
        Attribute("MultiplexGroupLabel", 0x003A0020, "SH", "1"),
        Attribute("ChannelDefinitionSequence", 0x003A0200, "SQ", "1"),
        Attribute("ChannelSourceSequence", 0x003A0208, "SQ", "1"),
        Attribute("DistanceSourceToEntrance", 0x00400306, "DS", "1"),
        Attribute("MeasurementUnitsCodeSequence", 0x004008EA, "SQ", "1"),
        Attribute("RealWorldValueMappingSequence", 0x00409096, "SQ", "1"),
        Attribute("LUTLabel", 0x00409210, "SH", "1"),
        Attribute("RealWorldValueLastValueMapped", 0x00409211, "US or SS", "1"),
        Attribute("RealWorldValueLUTData", 0x00409212, "FD", "1-n"),
        Attribute("DoubleFloatRealWorldValueLastValueMapped", 0x00409213, "FD", "1"),
        Attribute("DoubleFloatRealWorldValueFirstValueMapped", 0x00409214, "FD", "1"),
        Attribute("RealWorldValueFirstValueMapped", 0x00409216, "US or SS", "1"),
        Attribute("QuantityDefinitionSequence", 0x00409220, "SQ", "1"),
        Attribute("RealWorldValueIntercept", 0x00409224, "FD", "1"),
        Attribute("RealWorldValueSlope", 0x00409225, "FD", "1"),
        Attribute("ConceptNameCodeSequence", 0x0040A043, "SQ", "1"),
        Attribute("ConceptCodeSequence", 0x0040A168, "SQ", "1"),
        Attribute("RadiopharmaceuticalInformationSequence", 0x00540016, "SQ", "1"),
        Attribute("DetectorVector", 0x00540020, "US", "1-n"),
        Attribute("DetectorInformationSequence", 0x00540022, "SQ", "1"),
        Attribute("SliceVector", 0x00540080, "US", "1-n"),
        Attribute("RadionuclideCodeSequence", 0x00540300, "SQ", "1"),
        Attribute("SeriesType", 0x00541000, "CS", "2"),
        Attribute("Units", 0x00541001, "CS", "1"),
        Attribute("CountsSource", 0x00541002, "CS", "1"),
        Attribute("SUVType", 0x00541006, "CS", "1"),
        Attribute("DecayCorrection", 0x00541102, "CS", "1"),
        Attribute("FrameReferenceTime", 0x00541300, "DS", "1"),
        Attribute("DecayFactor", 0x00541321, "DS", "1"),
        Attribute("ImagePlanePixelSpacing", 0x30020011, "DS", "2"),
        Attribute("GridFrameOffsetVector", 0x3004000C, "DS", "2-n"),
        Attribute("SharedFunctionalGroupsSequence", 0x52009229, "SQ", "1"),
        Attribute("PerFrameFunctionalGroupsSequence", 0x52009230, "SQ", "1"),
        Attribute("WaveformSequence", 0x54000100, "SQ", "1"),
        Attribute("WaveformBitsAllocated", 0x54001004, "US", "1"),
        Attribute("WaveformSampleInterpretation", 0x54001006, "CS", "1"),
    )
}

_BY_TAG: Final = {attribute.tag: attribute for attribute in ATTRIBUTES.values()}
_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")


def tag_of(key: str) -> int | None:
    """The tag that a keyword, or a tag written as 8 hex digits, names; None for anything else."""
    attribute = ATTRIBUTES.get(key)
    if attribute is not None:
        return attribute.tag
    if len(key) == 8 and _HEX_DIGITS.issuperset(key):
        return int(key, 16)
    from pydicom.datadict import tag_for_keyword

    return tag_for_keyword(key)


def keyword_of(tag: int) -> str:
    """The keyword of a tag; 8 upper-case hex digits for private, unknown and repeating ones."""
    attribute = _BY_TAG.get(tag)
    if attribute is not None:
        return attribute.keyword
    return _pydicom_keyword(tag) or f"{tag:08X}"


def vr_of(tag: int) -> str | None:
    """The VR of a tag by the dictionary, "US or SS" and the like included; None if unknown."""
    attribute = _BY_TAG.get(tag)
    if attribute is not None:
        return attribute.vr
    from pydicom.datadict import dictionary_VR

    try:
        return dictionary_VR(tag)
    except KeyError:
        return None


def vm_of(tag: int) -> str | None:
    """The VM of a tag by the dictionary; None for private and unknown tags."""
    attribute = _BY_TAG.get(tag)
    if attribute is not None:
        return attribute.vm
    from pydicom.datadict import dictionary_VM

    try:
        return dictionary_VM(tag)
    except KeyError:
        return None


def label(tag: int) -> str:
    """A tag as a message names it: ``PixelSpacing (0028,0030)``."""
    attribute = _BY_TAG.get(tag)
    keyword = _pydicom_keyword(tag) if attribute is None else attribute.keyword
    return f"{keyword} ({tag >> 16:04X},{tag & 0xFFFF:04X})".lstrip()


def _pydicom_keyword(tag: int) -> str:
    from pydicom.datadict import dictionary_has_tag, dictionary_keyword

    return dictionary_keyword(tag) if dictionary_has_tag(tag) else ""
