"""WAV files: any usual one read as telephone sound, 8000 samples a second, 16 bit, one channel. Pure."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from operator import add

from modem.audio.laws import decode
from modem.audio.levels import FULL_SCALE
from modem.audio.resample import Resampler
from modem.audio.riff import Coding, Fault, NotSound, Wav, parse
from modem.voice_profile import SampleFormat

_PIECE_S = 1  # converted at a time: a sample is 32 bytes while Python holds it
_LOUDEST_FLOAT = 16.0  # of 1.0; what is beyond is damage


def read_wav(file: bytes, most_s: float) -> bytes:
    """s16le, 8000 a second, of a WAV file of any usual rate, width and number of channels. Raises NotSound."""
    wav = parse(file)
    if wav.seconds > most_s:
        raise NotSound(Fault.TOO_LONG, str(math.ceil(wav.seconds)))
    resampler, scale = Resampler(wav.rate_hz), _SCALES[wav.coding, wav.width] / wav.channels
    sound = bytearray()
    for piece in _pieces(wav):
        sound += _packed(resampler.feed(_one_channel(piece, wav)), scale)
    return bytes(sound + _packed(resampler.finish(), scale))


def _pieces(wav: Wav) -> Iterator[Sequence[float]]:
    """The samples of all channels, one after the other; so large as _SCALES says."""
    unpack = _UNPACK[wav.coding, wav.width]
    step = wav.rate_hz * wav.width * wav.channels * _PIECE_S
    for at in range(0, len(wav.data), step):
        yield unpack(wav.data[at : at + step])


def _one_channel(samples: Sequence[float], wav: Wav) -> Sequence[float]:
    """All channels added up."""
    if wav.channels == 1:
        return samples
    channels = (samples[channel :: wav.channels] for channel in range(wav.channels))
    return tuple(reduce(lambda one, other: map(add, one, other), channels, [0.0] * (len(samples) // wav.channels)))


def _packed(samples: Sequence[float], scale: float) -> bytes:
    limited = (max(-FULL_SCALE, min(FULL_SCALE - 1, round(sample * scale))) for sample in samples)
    return struct.pack(f"<{len(samples)}h", *limited)


def _by_law(form: SampleFormat, data: bytes) -> Sequence[float]:
    return struct.unpack(f"<{len(data)}h", decode(data, form))


def _linear(code: str, size: int, data: bytes) -> Sequence[float]:
    return struct.unpack(f"<{len(data) // size}{code}", data)


def _linear24(data: bytes) -> Sequence[float]:
    wide = bytearray(len(data) // 3 * 4)
    wide[1::4], wide[2::4], wide[3::4] = data[0::3], data[1::3], data[2::3]
    return _linear("i", 4, bytes(wide))


def _floats(code: str, size: int, data: bytes) -> Sequence[float]:
    samples = _linear(code, size, data)
    if math.isfinite(sum(samples)) and max(map(abs, samples)) <= _LOUDEST_FLOAT:
        return samples
    return tuple(max(-1.0, min(1.0, sample)) if math.isfinite(sample) else 0.0 for sample in samples)


_UNPACK: dict[tuple[Coding, int], Callable[[bytes], Sequence[float]]] = {
    (Coding.LINEAR, 1): partial(_by_law, SampleFormat.UNSIGNED),
    (Coding.LINEAR, 2): partial(_linear, "h", 2),
    (Coding.LINEAR, 3): _linear24,
    (Coding.LINEAR, 4): partial(_linear, "i", 4),
    (Coding.FLOAT, 4): partial(_floats, "f", 4),
    (Coding.FLOAT, 8): partial(_floats, "d", 8),
    (Coding.ALAW, 1): partial(_by_law, SampleFormat.ALAW),
    (Coding.ULAW, 1): partial(_by_law, SampleFormat.ULAW),
}
_SCALES = {key: {Coding.FLOAT: float(FULL_SCALE)}.get(key[0], 1 / 65536 if key[1] >= 3 else 1.0) for key in _UNPACK}
