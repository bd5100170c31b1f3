"""What the pixels of images are: complete, original, shown as they should be."""

from __future__ import annotations

from typing import Final

from .finding import Finding, Severity

__all__ = ["FINDINGS"]


def _some_images(condition: str) -> str:
    """Series with images for which a condition holds, and how many there are."""
    return f"""
            SELECT any_value(study) AS study, series, alone AS image,
                of_images(count(*) FILTER (holds), count(*)) AS detail
            FROM (
                SELECT study, series, alone, {condition} AS holds
                FROM images
            )
            GROUP BY series, alone
            HAVING bool_or(holds)
        """


FINDINGS: Final = (
    Finding(
        name="lossy",
        severity=Severity.WARNING,
        level="series",
        sentence="Pixels were compressed with loss.",
        source="PS3.3 C.7.6.1.1.5",
        # JPEG Baseline and Extended, JPEG-LS near-lossless; others may be either.
        query=_some_images(
            """(coalesce(generalImageModule__lossyImageCompression, '') = '01'
                    OR transferSyntax__transferSyntaxUID IN ('1.2.840.10008.1.2.4.50',
                        '1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.81'))"""
        ),
    ),
    Finding(
        name="localizer",
        severity=Severity.INFO,
        level="series",
        sentence="Images are localizers: scouts, topograms.",
        source="PS3.3 C.7.6.1.1.2",
        query=_some_images("list_contains(generalImageModule__imageType, 'LOCALIZER')"),
    ),
    Finding(
        name="derived",
        severity=Severity.INFO,
        level="series",
        sentence="Pixels were computed from those of other images.",
        source="PS3.3 C.7.6.1.1.2",
        query=_some_images("generalImageModule__imageType[1] = 'DERIVED'"),
    ),
    Finding(
        name="monochrome1",
        severity=Severity.INFO,
        level="series",
        sentence="The least value is shown white: a program that does not invert it shows a "
        "negative.",
        source="PS3.3 C.7.6.3.1.2",
        query=_some_images("imagePixelModule__photometricInterpretation = 'MONOCHROME1'"),
    ),
    Finding(
        name="noWindow",
        severity=Severity.INFO,
        level="series",
        sentence="Grey images have no window: viewers show them by a VOI LUT, or by their range.",
        source="PS3.3 C.11.2",
        query=_some_images(
            """(starts_with(imagePixelModule__photometricInterpretation, 'MONOCHROME')
                    AND voiLutModule__windowCenter IS NULL)"""
        ),
    ),
    Finding(
        name="framesDiffer",
        severity=Severity.ERROR,
        level="image",
        sentence="NumberOfFrames is not how many frames there are.",
        source="PS3.3 C.7.6.6, C.7.6.16",
        query="""
            SELECT study, series, image,
                counted(generalImageModule__numberOfFrames, 'frame', 'frames') || ' said, '
                || format('{:,} there', frameModule__numberOfFrames) AS detail
            FROM images
            WHERE frame = 1
                AND generalImageModule__numberOfFrames <> frameModule__numberOfFrames
        """,
    ),
    Finding(
        name="truncated",
        severity=Severity.ERROR,
        level="image",
        sentence="The file is smaller than its uncompressed pixels.",
        source="PS3.5 8.1.1, 8.2",
        # Implicit and explicit, little and big endian: a deflated file may be smaller.
        query="""
            SELECT study, series, image,
                counted(size, 'byte', 'bytes') || format(', of pixels alone {:,}', pixels) AS detail
            FROM (
                SELECT study, series, image, size,
                    ceil(imagePixelModule__rows::DOUBLE * imagePixelModule__columns
                        * if(imagePixelModule__photometricInterpretation = 'YBR_FULL_422', 2,
                            coalesce(imagePixelModule__samplesPerPixel, 1))
                        * imagePixelModule__bitsAllocated / 8
                        * coalesce(generalImageModule__numberOfFrames, 1))::BIGINT AS pixels
                FROM images
                WHERE frame = 1 AND transferSyntax__transferSyntaxUID IN (
                    '1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2')
            )
            WHERE size < pixels
        """,
    ),
)
