"""What one landline modem really does, measured instead of guessed from its name. Pure facts; stored as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any


class SampleFormat(StrEnum):
    """What a byte of the voice stream means."""

    ULAW = "ulaw"  # G.711; an idle line is FF and 7F
    ALAW = "alaw"  # G.711; an idle line is D5 and 55
    UNSIGNED = "unsigned"  # 8 bit linear about 80
    SIGNED = "signed"  # 8 bit linear about 00
    LINEAR16 = "linear16"  # 16 bit signed little-endian (Lucent, Agere)


@dataclass(frozen=True, slots=True)
class VoiceProfile:
    """The defaults are V.253 as most modems do it; `measured` names the fields that were found out on this modem."""

    has_voice: bool = True  # +FCLASS=8 is accepted; without it the line tells rings and numbers only
    sample_format: SampleFormat = SampleFormat.ULAW
    vsm: str = ""  # what goes behind AT+VSM=; "" = chosen from what +VSM=? offers
    vls_line: int = 1  # +VLS for the modem alone on the line
    vls_join: int = 1  # +VLS beside a telephone that is off the hook: 3 and 5 do not load the line on some
    answers_by: str = "+VLS"  # "+VLS" or "ATA", where +VLS=1 says OK and it goes on ringing
    hears_while_playing: bool = False  # tells keys and tones during +VTX
    cancel_ends: bool = True  # DLE CAN alone ends +VTX, and what follows is taken for commands
    stop_recording: str = "!"  # what ends +VRX: "!", ESC as "\x1b", "^", or "!!!" (thrice)
    tone_shape: str = "[{hz},,{ticks}]"  # inside +VTS=; "" = it plays no tones
    has_duplex: bool = False  # +VTR works
    sees_telephone: str = ""  # the events for a telephone hung up, then lifted: "hH", "pP", "Pp"; "" = none comes
    id_needs_voice: bool = False  # +VCID=1 only after +FCLASS=8
    measured: tuple[str, ...] = ()

    def found(self, **found: Any) -> VoiceProfile:
        """The same with what was just measured."""
        names = (*self.measured, *(name for name in found if name not in self.measured))
        return replace(self, measured=names, **found)

    def as_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> VoiceProfile:
        """Raises ValueError for what is none. Fields of a later version are left out."""
        raw = json.loads(text)
        if not isinstance(raw, dict):
            raise ValueError("a voice profile is an object")
        known = {field.name: raw[field.name] for field in fields(cls) if field.name in raw}
        known["sample_format"] = SampleFormat(known.get("sample_format", SampleFormat.ULAW))
        known["measured"] = tuple(known.get("measured", ()))
        return cls(**known)
