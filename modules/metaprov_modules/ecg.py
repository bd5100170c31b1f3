"""What the samples of an electrocardiogram are."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["ECG", "EcgModule"]


class EcgModule(Answer, frozen=True):
    """The first multiplex group of a waveform (PS3.3 C.10.9)."""

    number_of_waveform_channels: Annotated[
        int | None, meaning("How many channels.", attribute="NumberOfWaveformChannels (003A,0005)")
    ] = None
    number_of_waveform_samples: Annotated[
        int | None,
        meaning(
            "How many samples each channel has.", attribute="NumberOfWaveformSamples (003A,0010)"
        ),
    ] = None
    sampling_frequency: Annotated[
        float | None,
        meaning("Samples in a second.", "Hz", attribute="SamplingFrequency (003A,001A)"),
    ] = None
    waveform_bits_allocated: Annotated[
        int | None,
        meaning(
            "Bits of a sample: 8, 16, 32 or 64.", attribute="WaveformBitsAllocated (5400,1004)"
        ),
    ] = None
    waveform_sample_interpretation: Annotated[
        str | None,
        meaning(
            '"SS" signed 16 bits, "UB" unsigned 8, "MB" and "AB" 8 mu-law and A-law ...',
            attribute="WaveformSampleInterpretation (5400,1006)",
        ),
    ] = None
    multiplex_group_label: Annotated[
        str | None, meaning("A name for the group.", attribute="MultiplexGroupLabel (003A,0020)")
    ] = None
    channels: Annotated[
        tuple[str | None, ...] | None,
        meaning(
            'What each channel records: "Lead I", "Lead II" ...',
            attribute="ChannelSourceSequence (003A,0208)",
        ),
    ] = None


ECG: Final = MetadataType("ecgModule", EcgModule)
