"""What a WAV file says of itself (RIFF, WAVE_FORMAT_EXTENSIBLE), and what a file is that is none. Pure.

Files come from telephones, recorders and studios, and from people who were asked for a WAV and had something else.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum

HIGHEST_RATE_HZ, LOWEST_RATE_HZ, MOST_CHANNELS = 384_000, 4000, 8
MOST_CHUNKS = 1000

_FORM = struct.Struct("<HHIIHH")  # coding, channels, rate, bytes a second, bytes of all channels, bits
_CHUNK = struct.Struct("<4sI")
_EXTENSIBLE, _EXTENSIBLE_BYTES, _CODING_AT = 0xFFFE, 40, 24
_UNFINISHED_BYTES = 0x7FFF0000  # programs that write while they record leave 0, or a size no file has
_TEXT_LOOK_BYTES = 1024


class Fault(StrEnum):
    """Why a file cannot be read as sound."""

    EMPTY = "empty"  # it has no bytes at all
    TEXT = "text"  # letters
    OTHER = "other"  # some other kind of file; `what` is its usual name, "" where unknown
    BROKEN = "broken"  # a WAV file that ends in the middle, or was damaged
    CODING = "coding"  # a WAV file in a coding that telephones do not know; `what` is its usual name or its number
    FORM = "form"  # a rate or a number of channels that no recording has; `what` says which
    SILENT = "silent"  # a WAV file without a single sample
    TOO_LONG = "too_long"  # `what` is its length in whole seconds


_SENTENCES = {
    Fault.EMPTY: "the file is empty",
    Fault.TEXT: "this is a text file, not a recording",
    Fault.OTHER: "this is no WAV file but {what}",
    Fault.BROKEN: "the WAV file is damaged: {what}",
    Fault.CODING: "the WAV file's coding is {what}: save it as PCM, 16 bit",
    Fault.FORM: "the WAV file has {what}: save it as 16 bit, 44100 or 48000 Hz",
    Fault.SILENT: "the WAV file holds no sound",
    Fault.TOO_LONG: "the recording is too long: {what} s",
}

# Where they stand, what other files begin with, and what people call them.
_OTHERS = (
    (0, b"ID3", "an MP3"),
    (0, b"\xff\xfb", "an MP3"),
    (0, b"\xff\xfa", "an MP3"),
    (0, b"\xff\xf3", "an MP3"),
    (0, b"\xff\xf2", "an MP3"),
    (0, b"\xff\xf1", "an AAC file"),
    (0, b"\xff\xf9", "an AAC file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"OggS", "an Ogg file"),
    (0, b"fLaC", "a FLAC file"),
    (4, b"ftyp", "an M4A or MP4 file"),
    (0, b"\x1a\x45\xdf\xa3", "a WebM file"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "a WMA file"),
    (0, b"FORM", "an AIFF file"),
    (0, b"RF64", "a WAV file of the large kind (RF64)"),
    (0, b"RIFX", "a WAV file of the turned kind (RIFX)"),
    (0, b"RIFF", "an AVI or another film"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"%PDF", "a PDF"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"\x89PNG", "a picture"),
)

_CODINGS = {2: "MS ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x50: "MPEG", 0x55: "MP3", 0x161: "WMA"}


class NotSound(ValueError):
    """These bytes are no recording that can be used."""

    def __init__(self, fault: Fault, what: str = "") -> None:
        super().__init__(_SENTENCES[fault].format(what=what or "something unknown"))
        self.fault, self.what = fault, what


class Coding(StrEnum):
    LINEAR = "linear"
    FLOAT = "float"
    ALAW = "alaw"
    ULAW = "ulaw"


_KNOWN_CODINGS = {1: Coding.LINEAR, 3: Coding.FLOAT, 6: Coding.ALAW, 7: Coding.ULAW}


@dataclass(frozen=True, slots=True)
class Wav:
    """A WAV file's samples, as they stand in it."""

    coding: Coding
    channels: int
    rate_hz: int
    width: int  # bytes of a sample
    data: bytes  # whole samples of all channels

    @property
    def seconds(self) -> float:
        return len(self.data) / (self.width * self.channels * self.rate_hz)


def parse(file: bytes) -> Wav:
    """Raises NotSound, and nothing else."""
    if not (file.startswith(b"RIFF") and file[8:12] == b"WAVE"):
        raise _what_it_is(file)
    form, data = _chunks(file)
    if len(form) < _FORM.size or data is None:
        raise NotSound(Fault.BROKEN, "its head is incomplete")
    number, channels, rate_hz, _, block, bits = _FORM.unpack_from(form)
    if number == _EXTENSIBLE and len(form) >= _EXTENSIBLE_BYTES:
        number = int.from_bytes(form[_CODING_AT : _CODING_AT + 2], "little")
    if not 1 <= channels <= MOST_CHANNELS:
        raise NotSound(Fault.FORM, f"{channels} channels")
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise NotSound(Fault.FORM, f"{rate_hz} samples a second")
    coding = _KNOWN_CODINGS.get(number)
    if coding is None:
        raise NotSound(Fault.CODING, _CODINGS.get(number, f"no. {number}"))
    width = block // channels if block and block % channels == 0 else (bits + 7) // 8
    if width not in WIDTHS[coding]:
        raise NotSound(Fault.FORM, f"{bits} bits a sample")
    whole = len(data) // (width * channels) * width * channels
    if not whole:
        raise NotSound(Fault.SILENT)
    return Wav(coding, channels, rate_hz, width, data[:whole])


WIDTHS = {Coding.LINEAR: (1, 2, 3, 4), Coding.FLOAT: (4, 8), Coding.ALAW: (1,), Coding.ULAW: (1,)}


def _chunks(file: bytes) -> tuple[bytes, bytes | None]:
    """The form, and the samples if there are any."""
    form, at = b"", 12
    for _ in range(MOST_CHUNKS):
        if at + _CHUNK.size > len(file):
            return form, None
        name, size = _CHUNK.unpack_from(file, at)
        at += _CHUNK.size
        if name == b"data":
            return form, _samples(file[at:], size)
        if name == b"fmt ":
            form = file[at : at + size]
        at += size + size % 2
    return form, None


def _samples(behind: bytes, size: int) -> bytes:
    if size == 0 or size >= _UNFINISHED_BYTES:
        return behind
    if size > len(behind) + 1:  # some forget the last byte that only fills up
        raise NotSound(Fault.BROKEN, "it ends in the middle")
    return behind[:size]


def _what_it_is(file: bytes) -> NotSound:
    if not file:
        return NotSound(Fault.EMPTY)
    for at, beginning, name in _OTHERS:
        if file.startswith(beginning, at):
            return NotSound(Fault.OTHER, name)
    return NotSound(Fault.TEXT if _is_text(file[:_TEXT_LOOK_BYTES]) else Fault.OTHER)


def _is_text(beginning: bytes) -> bool:
    """Letters of any script in UTF-8 or ASCII, or UTF-16 with its mark. The last character may be cut off."""
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    text = beginning.decode("utf-8", "replace").rstrip("\ufffd")
    return "\ufffd" not in text and all(letter.isprintable() or letter in "\t\r\n\f\ufeff" for letter in text)
