"""One thread per port: it carries bytes between a device and its conversation, and events to the inbox.

Dull on purpose. It knows nothing of AT. Whatever goes wrong ends as a LineChanged event and a new try; the thread
ends only when it is stopped.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from modem.commands import Command
from modem.events import Event, LineState
from modem.serial_device import DeviceGone, SerialDevice, wait_readable
from modem.trouble import where

LOOK_EVERY_S = 2.0  # for a device that is not there
FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S = 1.0, 30.0
LONGEST_SILENT_BACK_OFF_S = 8.0  # a module that hangs or boots: asking it costs little
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
    ) -> None:
        super().__init__(name=f"port-{name}", daemon=True)
        self.line = name
        self._device_path = device
        self._baudrate = baudrate
        self._conversation = make_conversation()
        self._deliver = deliver
        self._clock = clock
        self._commands: deque[Command] = deque()
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
        try:
            self._serve()
        except DeviceGone as gone:
            state = gone.state if Path(self._device_path).exists() else LineState.MISSING
            log.info("%s is %s: %s", self.line, state, gone.reason)
            self._tell(self._conversation.lost(gone.reason, self._clock.monotonic_s(), state))
            if state is LineState.MISSING:
                self.back_off_s = FIRST_BACK_OFF_S
                self._wait_for_device()
            else:
                self._rest(LONGEST_SILENT_BACK_OFF_S if state is LineState.SILENT else LONGEST_BACK_OFF_S)

    def _serve(self) -> None:
        """Open the device and talk until it is gone or the conversation gives up."""
        device = SerialDevice(self._device_path, self._baudrate)
        opened_s = self._clock.monotonic_s()
        log.info("%s opened %s", self.line, self._device_path)
        try:
            self._tell(self._conversation.start(opened_s))
            while not self._stopping.is_set():
                self._turn(device)
                if self._clock.monotonic_s() - opened_s >= GOOD_AFTER_S:
                    self.back_off_s = FIRST_BACK_OFF_S
                if self._conversation.wants_reopen:
                    raise DeviceGone(LineState.SILENT, "the module does not answer")
            self._finish_sending(device)
        finally:
            device.close()

    def _turn(self, device: SerialDevice) -> None:
        """Write, wait, read: once."""
        conversation = self._conversation
        self._hand_over_commands()
        now_s = self._clock.monotonic_s()
        device.write(conversation.data_to_send())
        device.flush(now_s)
        deadline_s = conversation.next_deadline()
        data = device.wait(self._wake_read, None if deadline_s is None else max(0.0, deadline_s - now_s))
        now_s = self._clock.monotonic_s()
        self._drain_wakes()
        if data:
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

    def _rest(self, longest_s: float = LONGEST_BACK_OFF_S) -> None:
        self._pause(self.back_off_s)
        self.back_off_s = min(self.back_off_s * 2, longest_s)

    def _wait_for_device(self) -> None:
        while not self._stopping.is_set() and not Path(self._device_path).exists():
            self._pause(LOOK_EVERY_S)

    def _pause(self, seconds: float) -> None:
        """Wait without a device; commands that come are refused meanwhile."""
        until_s = self._clock.monotonic_s() + seconds
        while not self._stopping.is_set():
            self._hand_over_commands()
            left_s = until_s - self._clock.monotonic_s()
            if left_s <= 0:
                return
            wait_readable(self._wake_read, left_s)
            self._drain_wakes()

    def _hand_over_commands(self) -> None:
        while self._commands:
            self._tell(self._conversation.send(self._commands.popleft(), self._clock.monotonic_s()))

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
