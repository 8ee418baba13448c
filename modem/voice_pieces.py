"""Long clips in pieces: between two of them the line is listened to. Pure.

Most modems are deaf while they play. The others tell a busy tone, and none of them the other ways of hanging up.
"""

from __future__ import annotations

from modem.audio.frames import FRAME_BYTES, FRAME_S, samples_of

LONGEST_PIECE_S = 3.5  # with a look behind it a hang-up is noticed within 10 s
SEARCHED_S = 1.0  # before that: the quietest place there is between two words

_LONGEST, _SEARCHED = round(LONGEST_PIECE_S / FRAME_S), round(SEARCHED_S / FRAME_S)


def pieces(sound: bytes) -> list[bytes]:
    """Frames, one behind the other, cut where a word does not suffer."""
    found = []
    while len(sound) > _LONGEST * FRAME_BYTES:
        places = range(_LONGEST - _SEARCHED, _LONGEST)
        # Of equally quiet ones the latest: the fewer pieces the better.
        _, place = min((_loudest(sound, place), -place) for place in places)
        at = (1 - place) * FRAME_BYTES
        found.append(sound[:at])
        sound = sound[at:]
    return [*found, sound]


def _loudest(sound: bytes, frame: int) -> int:
    return max(map(abs, samples_of(sound[frame * FRAME_BYTES : (frame + 1) * FRAME_BYTES])))
