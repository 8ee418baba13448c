"""The module's PCM port: a call's sound in frames of 20 ms, both ways at once. Sans I/O: told the time, given bytes.

While the make's command has switched it on and a call is up, one frame leaves for the computer every 20 ms, and one
is wanted from it. A computer that is late makes silence in the far party's ear. What it writes while nothing flows
is thrown away; what it does not read is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from modem.simulator.far_telephone import FarTelephone
from modem.simulator.tones import FRAME_BYTES, FRAME_S

AHEAD_FRAMES = 2  # collected before playing starts, so that a computer which is a frame late is not heard
HOST_ROOM = 10 * FRAME_BYTES  # taken from the computer beforehand; then its writes have to wait
UNREAD_ROOM = 50 * FRAME_BYTES
MOST_LATE_S = 0.5  # a simulator that slept longer leaves the missed frames out


@dataclass(frozen=True, slots=True)
class PcmHabit:
    """How a make's command switches the PCM port, and what goes wrong if it is not switched off."""

    command: str
    on: tuple[str, ...]  # values that put the sound on the tty
    off: str
    elsewhere: tuple[str, ...] = ()  # values that put it on another interface
    needs_call: bool = False  # refused before a call is up
    ends_with_call: bool = False  # goes off by itself
    off_before_hang_up: bool = False  # hanging up while it is on leaves the next call mute, whatever comes after


class Sound:
    """One PCM port. `has_port` is false where nobody gave it a tty."""

    def __init__(
        self, habit: PcmHabit | None, *, has_port: bool, is_talking: Callable[[], bool], is_hung: Callable[[], bool]
    ) -> None:
        self.habit = habit
        self.has_port = has_port and habit is not None
        self.far = FarTelephone()
        self.setting = habit.off if habit else ""  # what was set last
        self.is_on = False
        self._is_talking, self._is_hung = is_talking, is_hung
        self._next_s: float | None = None  # when the next frame is due; None: no call
        self._left_on = False  # on since the call before: mute until it is switched off and on again
        self._spoilt = self._call_is_spoilt = False  # the next call, or this one, is mute whatever is done
        self._to_host, self._from_host = bytearray(), bytearray()
        self._is_playing = self._host_has_begun = False
        self.frames = 0  # played to the far party in this call
        self.underruns = 0  # so many were missing

    # what AT commands and calls do to it

    def switch(self, value: str, *, on: bool) -> None:
        self.setting, self.is_on = value, on
        if not on:
            self._forget_bytes()
            self._left_on = False

    def call_began(self, now_s: float) -> None:
        if self._next_s is not None:
            return
        self._next_s = now_s + FRAME_S
        self._call_is_spoilt, self._spoilt = self._spoilt, False
        self._forget_bytes()
        self._host_has_begun = False
        self.frames = self.underruns = 0
        self.far.new_call()

    def call_ended(self, *, by_us: bool) -> None:
        if self._next_s is None or self.habit is None:
            self._next_s = None
            return
        self._next_s = None
        self._spoilt = by_us and self.is_on and self.habit.off_before_hang_up
        if self.habit.ends_with_call:
            self.switch(self.habit.off, on=False)
        self._left_on = self.is_on
        self._forget_bytes()

    def power_off(self) -> None:
        self._next_s = None
        self._spoilt = self._call_is_spoilt = False
        self.switch(self.habit.off if self.habit else "", on=False)

    # frames

    @property
    def is_flowing(self) -> bool:
        return self.has_port and self.is_on and self._next_s is not None and self._is_talking() and not self._is_hung()

    def tick(self, now_s: float) -> None:
        if self._next_s is None or not self.has_port:
            return
        if now_s - self._next_s > MOST_LATE_S:
            self._next_s = now_s
        while self._next_s <= now_s:
            self._next_s += FRAME_S
            self._frame()

    def next_deadline(self) -> float | None:
        return self._next_s if self.has_port else None

    def _frame(self) -> None:
        spoken = self.far.next_frame()
        if not self.is_flowing:
            self.far.hear(None)
            return
        is_muted = self._left_on or self._call_is_spoilt
        if len(self._to_host) < UNREAD_ROOM:
            self._to_host += bytes(FRAME_BYTES) if is_muted else spoken
        heard = self._from_computer()
        self.far.hear(None if is_muted else heard)

    def _from_computer(self) -> bytes | None:
        self._is_playing = len(self._from_host) >= (FRAME_BYTES if self._is_playing else AHEAD_FRAMES * FRAME_BYTES)
        if not self._is_playing:
            self.underruns += self._host_has_begun
            return None
        frame = bytes(self._from_host[:FRAME_BYTES])
        del self._from_host[:FRAME_BYTES]
        self.frames += 1
        return frame

    def _forget_bytes(self) -> None:
        self._to_host.clear()
        self._from_host.clear()
        self._is_playing = False

    # the tty

    def room(self) -> int:
        """How many bytes the computer may write now."""
        return max(0, HOST_ROOM - len(self._from_host))

    def write(self, data: bytes) -> None:
        """The computer writes."""
        if data and self.is_flowing:
            self._host_has_begun = True
            self._from_host += data

    def read(self) -> bytes:
        """What the computer can read by now."""
        if not self._to_host:
            return b""
        data = bytes(self._to_host)
        self._to_host.clear()
        return data

    def waiting_s(self) -> float:
        """Sound of the computer that is not played yet."""
        return round(len(self._from_host) / FRAME_BYTES * FRAME_S, 3)
