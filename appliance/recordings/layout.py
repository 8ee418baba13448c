"""How a sealed recording looks on the disk. Pure: bytes in, bytes out; knows neither keys nor files.

    hotline-recording 1\\n                        what this is
    {"call_id": 7, "kind": "voicemail", ...}\\n   in clear: what it is about, so that a file without a row gets one
    wrapped key                                  of this file alone; opened with the box key
    records: type (1 byte), length (4 bytes, big-endian), that many sealed bytes

A record is `S` (sound, at most 64 KiB before sealing), `M` (a mark) or, once and last, `E` (the end, with the counts).
Its number and type are part of its seal, so one that was moved, left out or cut off is noticed. Sound is sealed about
once a second: shorter pieces than 64 KiB while it is being said, whole ones in what is written afterwards.

The sound is 16-bit PCM until it is compressed. u-law would be half of it, but half the lines (GSM modules) bring
linear sound that it would spoil before the gain and the compression, and what stays is a fifteenth anyway. There is
no WAV header in it: that is made when somebody listens, so there is none to repair after a crash.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass

MAGIC = b"hotline-recording 1\n"
WRAPPED_KEY_BYTES = 60  # nonce 12, key 32, tag 16
MOST_SOUND_BYTES = 64 * 1024
LONGEST_PREAMBLE = 2048

SOUND, MARK, END = b"S", b"M", b"E"
RECORD_HEAD = struct.Struct(">cI")

RAW, PCM, OPUS = "raw", "pcm", "opus"  # as it came; bettered; compressed. Each is also the file name's ending
FORMATS = (RAW, PCM, OPUS)
PART = ".part"  # behind the name until the recording is whole

BYTES_PER_S = 16_000  # 8000 samples of 16 bit


class NotARecording(Exception):
    """The file does not begin as a recording does."""


class RecordingBroken(Exception):
    """The file is not as it was written: `reason` says how, in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in clear at the beginning: ids and moments, nothing anybody said."""

    name: str  # 32 hex digits; the file is NAME.FORMAT
    call_id: int
    kind: str  # "voicemail" | "talk" | "prompt"
    started_at: str
    clock_ok: bool
    format: str = RAW

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.format}"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at this second of the recording."""

    at_s: float
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A recording that lies whole on the disk: what its row will say."""

    header: Header
    wrapped_key: bytes
    seconds: float
    size_bytes: int
    sha256: str  # of the whole file, as it lies there
    marks: tuple[Mark, ...] = ()
    ending: str = ""  # why it ended before its time


def preamble(header: Header) -> bytes:
    """Everything before the wrapped key."""
    return MAGIC + json.dumps(asdict(header), sort_keys=True, separators=(",", ":")).encode() + b"\n"


def parse_preamble(beginning: bytes) -> tuple[Header, bytes, bytes]:
    """Header, the bytes it stood in, and the wrapped key. Raises NotARecording, also where the file is cut off."""
    if not beginning.startswith(MAGIC):
        raise NotARecording
    line_end = beginning.find(b"\n", len(MAGIC)) + 1
    wrapped = beginning[line_end : line_end + WRAPPED_KEY_BYTES]
    if not line_end or len(wrapped) < WRAPPED_KEY_BYTES:
        raise NotARecording
    try:
        said = json.loads(beginning[len(MAGIC) : line_end])
    except ValueError as wrong:
        raise NotARecording from wrong
    if not _is_sane(said):
        raise NotARecording
    return Header(**said), beginning[:line_end], wrapped


def is_name(name: object) -> bool:
    """Whether it is the name of a recording, and so never a path to somewhere else."""
    return isinstance(name, str) and len(name) == 32 and all(sign in "0123456789abcdef" for sign in name)


def record(kind: bytes, sealed: bytes) -> bytes:
    return RECORD_HEAD.pack(kind, len(sealed)) + sealed


def mark_words(mark: Mark) -> bytes:
    return json.dumps(asdict(mark)).encode()


def parse_mark(words: bytes) -> Mark:
    return Mark(**json.loads(words))


def end_words(sound_bytes: int, seconds: float) -> bytes:
    return json.dumps({"sound_bytes": sound_bytes, "seconds": seconds}).encode()


def parse_end(words: bytes) -> tuple[int, float]:
    """Bytes of sound and its length in seconds."""
    found = json.loads(words)
    return int(found["sound_bytes"]), float(found["seconds"])


_TYPES = {"name": str, "call_id": int, "kind": str, "started_at": str, "clock_ok": bool, "format": str}


def _is_sane(said: object) -> bool:
    return (
        isinstance(said, dict)
        and {name: type(value) for name, value in said.items()} == _TYPES
        and is_name(said["name"])
        and said["format"] in FORMATS
    )
