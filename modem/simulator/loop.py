"""The dull loop: one pty or two, one control socket, one clock, one select. Everything else happens in the core."""

from __future__ import annotations

import os
import selectors
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from modem.simulator.clock import Clock
from modem.simulator.control_server import ControlServer
from modem.simulator.pacing import Modem, SerialLine
from modem.simulator.pty_port import LOOK_EVERY_S, PtyPort
from modem.simulator.sound import Sound

LONGEST_SLEEP_S = 60.0
PCM_UNSENT_ROOM = 3200  # bytes; 0.2 s of sound that a slow computer may still get


class Words(Protocol):
    """Carries out control words."""

    def answer(self, message: dict[str, Any], now_s: float) -> dict[str, Any]: ...


class Loop:
    """Runs one modem until `stop`. `words` is given the loop, which control words may reach into as their cable."""

    def __init__(
        self,
        line: SerialLine[Any],
        words: Callable[[Loop], Words],
        link: Path,
        control: Path | None,
        clock: Clock,
        *,
        pcm: tuple[Path, Sound] | None = None,
    ) -> None:
        self._line: SerialLine[Modem] = line
        self._clock = clock
        self._selector = selectors.SelectSelector()  # its time-out is exact to the microsecond; epoll's is not
        self._port = PtyPort(link)
        self._pcm = PtyPort(pcm[0], PCM_UNSENT_ROOM) if pcm else None
        self._sound = pcm[1] if pcm else None
        self._ports = [port for port in (self._port, self._pcm) if port]
        self._watched: dict[PtyPort, tuple[int, int]] = {}  # descriptor and events
        self._stopping = False
        self._words = words(self)
        try:
            self._plug_ports()
            self._control = ControlServer(control, self._selector, self._answer) if control else None
        except OSError:
            self._unplug_ports()
            raise

    def run(self, parent: int | None = None) -> None:
        """Until SIGTERM, SIGINT, `stop`, or the end of file on descriptor `parent`; then link and socket are gone."""
        waker, alarm = socket.socketpair()
        for end in (waker, alarm):
            end.setblocking(False)
        self._selector.register(alarm, selectors.EVENT_READ, lambda events: alarm.recv(4096))
        if parent is not None:
            self._selector.register(parent, selectors.EVENT_READ, lambda events: self._hear_parent(parent))
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            while not self._stopping:
                self._once()
        finally:
            signal.set_wakeup_fd(-1)
            self._unplug_ports()
            if self._control is not None:
                self._control.close()
            for end in (waker, alarm):
                end.close()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _hear_parent(self, parent: int) -> None:
        if not os.read(parent, 4096):
            self._stopping = True

    def has_client(self) -> bool:
        return self._port.has_client

    def stop(self) -> None:
        self._stopping = True

    # what the control words may do to the cable

    def unplug(self, now_s: float) -> None:
        """The module loses its power, too: it is a USB stick."""
        for port in self._ports:
            self._unwatch(port)  # before its number can come back as another file's
        self._unplug_ports()
        self._line.power_off(now_s)

    def plug(self, now_s: float) -> None:
        if self._port.master is None:
            self._plug_ports()
            self._line.power_on(now_s)

    def rename(self, link: Path | None, pcm_link: Path | None) -> None:
        if pcm_link is not None and self._pcm is None:
            raise FileNotFoundError("pcm_link: this module has no PCM tty")
        for port, name in ((self._port, link), (self._pcm, pcm_link)):
            if port is not None and name is not None:
                port.rename(name)

    def _plug_ports(self) -> None:
        for port in self._ports:
            port.plug()

    def _unplug_ports(self) -> None:
        for port in self._ports:
            port.unplug()

    # one turn

    def _once(self) -> None:
        for port in self._ports:
            self._watch(port)
        for key, events in self._selector.select(self._sleep_s()):
            key.data(events)
        now_s = self._clock.monotonic_s()
        self._port.write(self._line.read(now_s))  # what control words caused, before a newer client is noticed
        if self._pcm is not None and self._sound is not None:
            self._sound.write(self._pcm.read(self._sound.room()))
        had_client = self._port.has_client
        self._line.write(self._port.read(self._line.room()), now_s)
        if had_client and not self._port.has_client:
            self._line.client_left(now_s)
        self._port.write(self._line.read(now_s))
        if self._pcm is not None and self._sound is not None:
            self._pcm.write(self._sound.read())

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        return self._words.answer(message, self._clock.monotonic_s())

    def _sleep_s(self) -> float:
        due_s = self._line.next_deadline()
        longest_s = LOOK_EVERY_S if any(port.needs_looks for port in self._ports) else LONGEST_SLEEP_S
        if due_s is None:
            return longest_s
        return min(longest_s, max(0.0, due_s - self._clock.monotonic_s()))

    def _watch(self, port: PtyPort) -> None:
        """Have the selector look at the pty, but only while a client has it open."""
        room = self._line.room() if port is self._port or self._sound is None else self._sound.room()
        events = (selectors.EVENT_WRITE if port.wants_to_write else 0) | (selectors.EVENT_READ if room else 0)
        wanted = (port.master, events) if port.master is not None and port.has_client and events else None
        if self._watched.get(port) != wanted:
            self._unwatch(port)
            if wanted is not None:
                self._selector.register(*wanted, _nothing)
                self._watched[port] = wanted

    def _unwatch(self, port: PtyPort) -> None:
        watched = self._watched.pop(port, None)
        if watched is not None:
            self._selector.unregister(watched[0])


def _nothing(events: int) -> None:
    """The pty is looked after in every turn anyway."""
