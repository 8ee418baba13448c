"""One thread per port: it carries bytes between a device and its conversation, and events to the inbox.

Dull on purpose. It knows nothing of AT. Whatever goes wrong ends as a LineChanged event and a new try; the thread
ends only when it is stopped.
"""

from __future__ import annotations

import heapq
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from modem import holders
from modem.commands import Command, Wake
from modem.events import Event, LineState, TimeUp
from modem.nodes import node_at
from modem.sense import Ear, Sense
from modem.serial_device import DeviceGone, Opening, SerialDevice, wait_readable
from modem.trouble import where

LOOK_EVERY_S = 2.0  # for a device that is not there
FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S = 1.0, 30.0
LONGEST_BACK_OFFS_S = {  # where a person, or the module itself, may mend it any moment, and asking costs little
    LineState.SILENT: 8.0,
    LineState.GARBLED: 8.0,
    LineState.IN_USE: 8.0,
    LineState.NOT_ALLOWED: 8.0,
}
OPEN_WITHIN_S = 10.0  # some ports hang in open() for ever
GOOD_AFTER_S = 60.0  # a port that held so long starts again with the shortest back-off
LAST_PATIENCE_S = 1.5  # at the end, for a text message that is on its way: then its fate is known

log = logging.getLogger(__name__)


class Clock(Protocol):
    """The injected clock, as far as telephones need it."""

    def monotonic_s(self) -> float: ...

    def now(self) -> datetime: ...

    def wait(self, event: threading.Event, timeout_s: float) -> bool: ...


class Conversation(Protocol):
    """What stands behind a port: modem.gsm.GsmConversation, and the landline's."""

    wants_reopen: bool

    def start(self, now_s: float) -> list[Event]: ...
    def receive(self, data: bytes, now_s: float) -> list[Event]: ...
    def tick(self, now_s: float) -> list[Event]: ...
    def send(self, command: Command, now_s: float) -> list[Event]: ...
    def data_to_send(self) -> bytes: ...
    def next_deadline(self) -> float | None: ...
    def lost(self, reason: str, now_s: float, state: LineState = ...) -> list[Event]: ...
    def successor(self) -> Conversation: ...
    @property
    def is_sending(self) -> bool: ...


class Place(Protocol):
    """Where a line's device node is today: modem.finder.Place."""

    def take(self) -> str: ...
    def leave(self) -> None: ...


class FixedPlace:
    """A path, whatever is there."""

    def __init__(self, path: str) -> None:
        self._path = path

    def take(self) -> str:
        return self._path

    def leave(self) -> None:
        """Nobody else asks for it."""


class Port(threading.Thread):
    """A device and its conversation. `deliver` is called on this thread with every event, in order."""

    def __init__(
        self,
        name: str,
        device: str,
        baudrate: int,
        *,
        make_conversation: Callable[[], Conversation],
        deliver: Callable[[Event], None],
        clock: Clock,
        place: Place | None = None,
    ) -> None:
        """`place` None: `device` is a path."""
        super().__init__(name=f"port-{name}", daemon=True)
        self.line = name
        self.node = ""  # what is open now
        self._place = place or FixedPlace(device)
        self._hung: Opening | None = None  # a port that hangs is not opened twice
        self._must_leave: DeviceGone | None = None
        self._told_gone: tuple[LineState, str] | None = None
        self._baudrate = baudrate
        self._conversation = make_conversation()
        self._deliver = deliver
        self._clock = clock
        self._commands: deque[Command] = deque()
        self._wakes: list[tuple[float, int, int]] = []  # a heap: when, in which order asked for, `ref`
        self._wakes_asked = 0
        self._stopping = threading.Event()
        self._wake_lock = threading.Lock()
        self._wake_read, wake_write = os.pipe()
        self._wake_write: int | None = wake_write  # None once the thread has ended: the number may be another's then
        os.set_blocking(self._wake_read, False)
        os.set_blocking(wake_write, False)
        self.back_off_s = FIRST_BACK_OFF_S  # the next pause after trouble

    # -- called from other threads

    def send(self, command: Command) -> bool:
        """Hand a command to the conversation; answers come as events. False once nobody is there to answer."""
        has_died = self.ident is not None and not self.is_alive()
        with self._wake_lock:
            if has_died or self._wake_write is None or self._stopping.is_set():
                return False
            self._commands.append(command)
        self.wake()
        return True

    def stop(self) -> None:
        """End soon: within two seconds, most of them for a text message that is being sent."""
        self._stopping.set()
        self.wake()

    def leave(self, gone: DeviceGone) -> None:
        """Let go of the device soon: it is not this line's, and why."""
        self._must_leave = gone
        self.wake()

    def wake(self) -> None:
        """Look at the clock and the commands again."""
        with self._wake_lock, suppress(BlockingIOError):  # a full pipe wakes as well
            if self._wake_write is not None:
                os.write(self._wake_write, b"w")

    # -- the thread

    def run(self) -> None:
        has_failed = False
        while not self._stopping.is_set():
            try:
                if has_failed:
                    self._rest()
                has_failed = False
                self._serve_until_gone()
            except Exception as error:  # a fault of ours must not make the line deaf for ever
                log.error("%s: the conversation failed and begins anew: %s", self.line, where(error))
                self._begin_anew(f"internal error: {type(error).__name__}")
                has_failed = True
        was_told = self._tell_lost("stopped", LineState.STOPPED)
        self._close_pipe()  # from here on no command is taken
        if was_told:
            self._hand_over_commands()  # refused, every one: nobody is left to wonder

    def _serve_until_gone(self) -> None:
        """One life of the device, and the wait before the next: short where it is missing, longer after trouble."""
        node = ""
        self._must_leave = None  # it was about what was open before; from the next line on it is about what comes
        try:
            node = self._place.take()
            try:
                self._serve(node)
            finally:
                self.node = ""
                self._place.leave()
        except DeviceGone as gone:
            state = LineState.MISSING if node and not Path(node).exists() else gone.state
            self._tell_gone(state, gone.reason)
            if state is LineState.MISSING:
                self.back_off_s = FIRST_BACK_OFF_S
                self._pause(LOOK_EVERY_S)
            else:
                self._rest(LONGEST_BACK_OFFS_S.get(state, LONGEST_BACK_OFF_S), node)

    def _serve(self, node: str) -> None:
        """Open the device and talk until it is gone or the conversation gives up."""
        device = self._open(node)
        if device is None:
            return
        opened_s = self._clock.monotonic_s()
        self.node, self._told_gone = str(Path(node).resolve()), None
        ear = Ear()
        log.info("%s opened %s", self.line, node)
        try:
            if self._must_leave is not None:  # told while it was being opened: not one byte is for us
                raise self._must_leave
            self._tell(self._conversation.start(opened_s))
            while not self._stopping.is_set():
                self._turn(device, ear)
                if self._clock.monotonic_s() - opened_s >= GOOD_AFTER_S:
                    self.back_off_s = FIRST_BACK_OFF_S
                if self._must_leave is not None:
                    raise self._must_leave
                if self._conversation.wants_reopen:
                    raise _why_no_answer(node, ear)
            self._finish_sending(device)
        finally:
            device.close()

    def _open(self, node: str) -> SerialDevice | None:
        """The device, opened in a thread of its own; None if the port is to stop. Raises DeviceGone."""
        hung = self._hung
        if hung is not None and not hung.is_done and hung.is_still(node):
            raise hung.gone()
        opening = Opening(node, self._baudrate, when_done=self.wake)
        until_s = self._clock.monotonic_s() + OPEN_WITHIN_S
        while not opening.is_done:
            left_s = until_s - self._clock.monotonic_s()
            if left_s <= 0 or self._stopping.is_set():
                opening.give_up()
                if self._stopping.is_set():
                    return None
                self._hung = opening
                raise opening.gone()
            wait_readable(self._wake_read, self._until_wake_s(left_s))
            self._drain_wakes()
            self._hand_over_commands()
        return opening.device()

    def _tell_gone(self, state: LineState, reason: str) -> None:
        if (state, reason) != self._told_gone:
            self._told_gone = (state, reason)
            log.info("%s is %s: %s", self.line, state, reason)
        self._tell(self._conversation.lost(reason, self._clock.monotonic_s(), state))

    def _turn(self, device: SerialDevice, ear: Ear) -> None:
        """Write, wait, read: once."""
        conversation = self._conversation
        self._hand_over_commands()
        now_s = self._clock.monotonic_s()
        device.write(conversation.data_to_send())
        device.flush(now_s)
        deadline_s = conversation.next_deadline()
        left_s = None if deadline_s is None else max(0.0, deadline_s - now_s)
        data = device.wait(self._wake_read, self._until_wake_s(left_s))
        now_s = self._clock.monotonic_s()
        self._drain_wakes()
        if data:
            ear.hear(data)
            self._tell(conversation.receive(data, now_s))
        deadline_s = conversation.next_deadline()
        if deadline_s is not None and now_s >= deadline_s:
            self._tell(conversation.tick(now_s))

    def _finish_sending(self, device: SerialDevice) -> None:
        until_s = self._clock.monotonic_s() + LAST_PATIENCE_S
        while self._conversation.is_sending and (now_s := self._clock.monotonic_s()) < until_s:
            device.write(self._conversation.data_to_send())  # the prompt may come only now: then the text follows
            device.flush(now_s)
            data = device.wait(self._wake_read, until_s - now_s)
            self._drain_wakes()
            if data:
                self._tell(self._conversation.receive(data, self._clock.monotonic_s()))

    def _begin_anew(self, reason: str) -> None:
        """Our own fault: tell what can be told, and go on with a fresh conversation."""
        was_told = self._tell_lost(reason, LineState.BROKEN)
        self._conversation = self._conversation.successor()
        if not was_told:
            self._tell_lost(reason, LineState.BROKEN)

    def _tell_lost(self, reason: str, state: LineState) -> bool:
        """Whether the conversation could tell of its end."""
        try:
            self._tell(self._conversation.lost(reason, self._clock.monotonic_s(), state))
        except Exception as error:
            log.error("%s: the conversation could not be ended: %s", self.line, where(error))
            return False
        return True

    def _rest(self, longest_s: float = LONGEST_BACK_OFF_S, node: str = "") -> None:
        """Pause, longer each time; cut short when somebody unplugs the device or plugs in another."""
        until_s = self._clock.monotonic_s() + self.back_off_s
        before = node_at(node) if node else None
        while not self._stopping.is_set() and (left_s := until_s - self._clock.monotonic_s()) > 0:
            self._pause(min(left_s, LOOK_EVERY_S))
            after = node_at(node) if before else None
            if before and (after is None or after.key != before.key):
                self.back_off_s = FIRST_BACK_OFF_S
                return
        self.back_off_s = min(self.back_off_s * 2, longest_s)

    def _pause(self, seconds: float) -> None:
        """Wait without a device; commands that come are refused meanwhile."""
        until_s = self._clock.monotonic_s() + seconds
        while not self._stopping.is_set():
            self._hand_over_commands()
            left_s = until_s - self._clock.monotonic_s()
            if left_s <= 0:
                return
            wait_readable(self._wake_read, self._until_wake_s(left_s))
            self._drain_wakes()

    def _hand_over_commands(self) -> None:
        """To the conversation; what only asks for time is answered here, whatever became of the device."""
        while self._commands:
            command = self._commands.popleft()
            now_s = self._clock.monotonic_s()
            if isinstance(command, Wake):
                self._wakes_asked += 1
                heapq.heappush(self._wakes, (now_s + command.after_s, self._wakes_asked, command.ref))
            else:
                self._tell(self._conversation.send(command, now_s))
        while self._wakes and self._wakes[0][0] <= self._clock.monotonic_s():
            _, _, ref = heapq.heappop(self._wakes)
            self._tell([TimeUp(self.line, ref)])

    def _until_wake_s(self, timeout_s: float | None) -> float | None:
        """How long to wait for something else, so that nobody who asked for time waits longer."""
        if not self._wakes:
            return timeout_s
        left_s = max(0.0, self._wakes[0][0] - self._clock.monotonic_s())
        return left_s if timeout_s is None else min(timeout_s, left_s)

    def _drain_wakes(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def _close_pipe(self) -> None:
        with self._wake_lock:
            assert self._wake_write is not None
            os.close(self._wake_read)
            os.close(self._wake_write)
            self._wake_write = None

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._deliver(event)


def _why_no_answer(node: str, ear: Ear) -> DeviceGone:
    """Silence has three reasons, and each another cure."""
    if others := holders.said_of(node):
        return DeviceGone(LineState.IN_USE, f"{others} has {node} open too and takes the answers")
    if ear.sense is Sense.NONSENSE:
        return DeviceGone(LineState.GARBLED, f"{node} answers nonsense: a wrong baud rate, or not a modem")
    return DeviceGone(LineState.SILENT, "the module does not answer")
