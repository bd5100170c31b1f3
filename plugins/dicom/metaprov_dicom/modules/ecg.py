"""What the samples of an electrocardiogram are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_modules import EcgModule

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["derive_ecg"]

_ECG = Table(
    "NumberOfWaveformChannels",
    "NumberOfWaveformSamples",
    "SamplingFrequency",
    "WaveformBitsAllocated",
    "WaveformSampleInterpretation",
    "MultiplexGroupLabel",
)

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
