"""Any recording to 16 kHz samples, when somebody speaks in it, and which party that is."""

from qualify.audio.activity import ActivityOptions, Segment, call_segments
from qualify.audio.decode import RATE_HZ, AudioInfo, AudioLimits, DecodedAudio, decode
from qualify.audio.parties import (
    REVIEW_BELOW,
    MonoAssignment,
    PartyAssignment,
    assign_turns_mono,
    first_guess,
    settle,
    voice_of,
)

__all__ = [
    "RATE_HZ",
    "REVIEW_BELOW",
    "ActivityOptions",
    "AudioInfo",
    "AudioLimits",
    "DecodedAudio",
    "MonoAssignment",
    "PartyAssignment",
    "Segment",
    "assign_turns_mono",
    "call_segments",
    "decode",
    "first_guess",
    "settle",
    "voice_of",
]
