"""What codes of recordings are called on the screen. Message ids only."""

from __future__ import annotations

from collections.abc import Mapping

from web.marks import N_
from web.words import Word

KINDS: Mapping[str, Word] = {
    "voicemail": Word(N_("Voicemail"), "envelope", "blue"),
    "talk": Word(N_("Conversation"), "telephone", "grey"),
}

# Why a recording ended before its time.
ENDINGS: Mapping[str, str] = {
    "crash": N_("The box stopped during this call: the recording may end up to two seconds early."),
    "full": N_("The disk was full: the recording ends before the call."),
    "slow": N_("The disk was too slow: the recording ends before the call."),
    "broken": N_("The disk could not be written: the recording ends before the call."),
}

STATES: Mapping[str, str] = {
    "erased": N_("Erased: its time was over."),
    "missing": N_("Its file is gone. The technician may find it in a backup."),
}

MARKS: Mapping[str, str] = {
    "key": N_("Key pressed"),
    "number": N_("Number typed in"),
    "answered": N_("Somebody took the call"),
    "handed_over": N_("Handed over to the telephone"),
    "urgent": N_("Said to be urgent"),
    "step": N_("The box went on"),
    "end": N_("End"),
}


def length(seconds: float) -> str:
    """A length as a stop-watch shows it: 0:07, 12:05, 1:02:07."""
    hours, rest = divmod(int(seconds), 3600)
    minutes, rest_s = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest_s:02}" if hours else f"{minutes}:{rest_s:02}"
