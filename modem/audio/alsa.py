"""A sound card by its ALSA name: the operator's USB handset, or a module that is a sound card (Quectel's UAC).

arecord and aplay of alsa-utils do the work, so that no sound library is needed. Each direction is a child of its own
and may fail alone: a headset without a microphone still plays.
"""

from __future__ import annotations

from collections.abc import Sequence

from modem.audio.child import Child
from modem.audio.frames import FRAME_S, RATE_HZ, Reblocker, SoundGone

_PERIOD_US = round(FRAME_S * 1_000_000)
_BUFFER_US = 5 * _PERIOD_US  # aplay starts when it is full, so this is delay; Raspberry Pis crackle with much less


class AlsaCard:
    """An open card. A SoundStream whose directions die one by one."""

    def __init__(self, name: str) -> None:
        """Start both directions. Raises SoundGone only where neither program could be started."""
        self._recorder = Child(_command("arecord", name), name, plays=False)
        try:
            self._player = Child(_command("aplay", name), name, plays=True)
        except SoundGone:
            self._recorder.end()
            raise
        self._incoming = Reblocker()
        self._is_open = True
        self.dropped_frames = 0  # that the card was too slow for

    @property
    def pids(self) -> tuple[int, int]:
        """Of arecord and aplay."""
        return self._recorder.pid, self._player.pid

    def read(self, timeout_s: float) -> list[bytes]:
        return self._incoming.feed(self._recorder.read(timeout_s))

    def write(self, frames: Sequence[bytes]) -> None:
        self.dropped_frames += len(frames) - self._player.write(frames)

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        self._recorder.let_go()
        self._player.let_go()
        self._recorder.end()
        self._player.end()


def _command(program: str, name: str) -> list[str]:
    form = ["-t", "raw", "-f", "S16_LE", "-r", str(RATE_HZ), "-c", "1"]
    return [program, "-q", "-D", name, *form, f"--buffer-time={_BUFFER_US}", f"--period-time={_PERIOD_US}"]
