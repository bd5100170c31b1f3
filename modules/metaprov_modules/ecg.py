"""What the samples of an electrocardiogram are."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["ECG", "EcgModule"]


class EcgModule(Answer, frozen=True):
    """The first multiplex group of a waveform (PS3.3 C.10.9)."""

    number_of_waveform_channels: Annotated[int | None, meaning("How many channels.")] = None
    number_of_waveform_samples: Annotated[
        int | None, meaning("How many samples each channel has.")
    ] = None
    sampling_frequency: Annotated[float | None, meaning("Samples in a second.", "Hz")] = None
    waveform_bits_allocated: Annotated[
        int | None, meaning("Bits of a sample: 8, 16, 32 or 64.")
    ] = None
    waveform_sample_interpretation: Annotated[
        str | None,
        meaning('"SS" signed 16 bits, "UB" unsigned 8, "MB" and "AB" 8 mu-law and A-law ...'),
    ] = None
    multiplex_group_label: Annotated[str | None, meaning("A name for the group.")] = None
    channels: Annotated[
        tuple[str | None, ...] | None,
        meaning('What each channel records: "Lead I", "Lead II" ...'),
    ] = None


ECG: Final = MetadataType("ecgModule", EcgModule)
