"""What the samples of an electrocardiogram are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import MetadataType

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ECG", "EcgModule", "derive_ecg"]

_ECG = Table(
    "NumberOfWaveformChannels",
    "NumberOfWaveformSamples",
    "SamplingFrequency",
    "WaveformBitsAllocated",
    "WaveformSampleInterpretation",
    "MultiplexGroupLabel",
)


class EcgModule(msgspec.Struct, frozen=True, gc=False, rename=_ECG.json_name):
    """The first multiplex group of a waveform (PS3.3 C.10.9)."""

    number_of_waveform_channels: int | None = None
    #: For each channel.
    number_of_waveform_samples: int | None = None
    #: In Hz.
    sampling_frequency: float | None = None
    #: 8, 16, 32 or 64.
    waveform_bits_allocated: int | None = None
    #: "SS" signed 16 bits, "UB" unsigned 8 bits, "MB" and "AB" 8 bits mu-law and A-law ...
    waveform_sample_interpretation: str | None = None
    multiplex_group_label: str | None = None
    #: What each channel records: "Lead I", "Lead II" ...
    channels: tuple[str | None, ...] | None = None


ECG: Final = MetadataType("ecgModule", EcgModule)

_WAVEFORMS = Table("WaveformSequence")
_CHANNELS = Table("ChannelDefinitionSequence")
_SOURCES = Table("ChannelSourceSequence")
_CODE = Table("CodeMeaning")


def derive_ecg(instance: Mapping[str, Any], _frame: int) -> EcgModule | None:
    """The ECG module of an instance that has a waveform."""
    (group, *_) = _WAVEFORMS.read(instance).get("waveform_sequence", ({},))
    fields = _ECG.read(group)
    channels = _CHANNELS.read(group).get("channel_definition_sequence")
    if channels is not None:
        fields["channels"] = tuple(map(_source, channels))
    return EcgModule(**fields) if fields else None


def _source(channel: Mapping[str, Any]) -> str | None:
    (source, *_) = _SOURCES.read(channel).get("channel_source_sequence", ({},))
    meaning: str | None = _CODE.read(source).get("code_meaning")
    return meaning
