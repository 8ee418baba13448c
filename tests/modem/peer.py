"""The same module for two listeners: python-gsmmodem-new on a pty, and our conversation in fake time.

A script (scripted.py) says what the module answers. `library` runs the real GsmModem against it, `Ours` a
GsmConversation: a fault of the one is put before the other with the same bytes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from gsmmodem.modem import GsmModem

from modem import multipart
from modem.commands import Command, DeleteSms
from modem.events import Deliver, Event, LineChanged, LineState, SmsStored
from modem.gsm import GsmConversation
from modem.port import Port
from tests.modem.pty_module import MovableClock, PtyModule
from tests.modem.scripted import COMMAND, Script
from tests.modem.waiting import Listener

Kind = TypeVar("Kind")

QUIET_S = 0.1


class ScriptedModule(PtyModule):
    """A script on a real pty."""

    def __init__(self, path: Path, script: Script) -> None:
        self.script = script
        self.takes = threading.Event()  # cleared: from the next command on, bytes are left where they are
        self.takes.set()
        self.heard: list[str] = []  # also while it is mute
        super().__init__(path)

    def unplug(self) -> None:
        self.takes.set()
        super().unplug()

    def _take(self, line: str) -> None:
        self.takes.wait(30)
        self.heard.append(line)
        if line and not self.is_mute:
            self.say_bytes(self.script.hears(line))


class Library(GsmModem):  # type: ignore[misc]
    """The real GsmModem on its module, and what became of its threads."""

    module: ScriptedModule
    deaths: list[type[BaseException]]  # exceptions that ended one of its threads


@contextmanager
def library(path: Path, script: Script, **callbacks: Any) -> Iterator[Library]:
    """Connected to the script; closed, and its threads waited for, in the end."""
    modem = Library(str(path), 115200, **callbacks)
    modem.module = ScriptedModule(path, script)
    modem.deaths = []
    modem.timeout = 0.05  # of its reads: so that closing does not take a second
    usual_hook, threading.excepthook = threading.excepthook, lambda died: modem.deaths.append(died.exc_type)
    try:
        modem.connect()
        script.asked.clear()
        yield modem
    finally:
        modem.alive = False
        modem.rxThread.join()
        handlers_end()
        modem.serial.close()
        if path.is_symlink():
            modem.module.unplug()
        threading.excepthook = usual_hook


def quiet() -> None:
    """What the library has not begun by now it never does: it has no timer. Nothing is asked of it meanwhile (D1)."""
    time.sleep(QUIET_S)
    handlers_end()


def handlers_end() -> None:
    """It starts a thread for every notification, and one to poll a call it dials."""
    for thread in threading.enumerate():
        if "threadedHandleModemNotification" in thread.name or "_pollCallStatus" in thread.name:
            thread.join(5)


class OurPort(Listener):
    """Our port on the same module; what it tells is waited for."""

    def __init__(self, device: Path) -> None:
        super().__init__()
        self.clock = MovableClock()
        self.port = Port(
            "line1", str(device), 115200,
            make_conversation=lambda: GsmConversation("line1"), deliver=self.take, clock=self.clock,
        )  # fmt: skip

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.port.wake()


@contextmanager
def our_port(module: PtyModule) -> Iterator[OurPort]:
    """Ready; stopped, and the module unplugged, in the end."""
    line = OurPort(module.path)
    line.port.start()
    try:
        line.sees(LineChanged, state=LineState.READY)
        yield line
    finally:
        line.port.stop()
        line.port.join(5)
        if module.path.is_symlink():
            module.unplug()


class Ours:
    """A GsmConversation and the same script on one wire, the clock in our hands."""

    def __init__(self, script: Script, *, commits: bool = True) -> None:
        """`commits`: every message told is deleted, as the office does it."""
        self.script = script
        self.conversation = GsmConversation("line1")
        self.now_s = 0.0
        self.events: list[Event] = []
        self._commits = commits
        self._unsent = b""
        self._take(self.conversation.start(0.0))
        self.later(5.0)
        self.start_asked = [*script.asked]
        script.asked.clear()

    def hears(self, data: bytes) -> None:
        self._take(self.conversation.receive(data, self.now_s))
        self._exchange()

    def does(self, command: Command) -> None:
        self._take(self.conversation.send(command, self.now_s))
        self._exchange()

    def later(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        self._exchange()
        while (due_s := self.conversation.next_deadline()) is not None and due_s <= until_s:
            self.now_s = max(self.now_s, due_s)
            self._take(self.conversation.tick(self.now_s))
            self._exchange()
        self.now_s = until_s

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]

    def texts(self) -> list[str]:
        """Of the messages told, in their order."""
        messages = [event.message for event in self.of(SmsStored)]
        return [multipart.text_of(message) for message in messages if isinstance(message, Deliver)]

    def _exchange(self) -> None:
        for _ in range(1000):
            self._unsent += self.conversation.data_to_send()
            command = COMMAND.match(self._unsent)
            if command is None:
                return
            self._unsent = self._unsent[command.end() :]
            line = command[0].decode("latin-1").removesuffix("\r")
            self._take(self.conversation.receive(self.script.hears(line), self.now_s))
        raise AssertionError("they never stop talking")

    def _take(self, events: list[Event]) -> None:
        self.events += events
        told = tuple(event.slot for event in events if isinstance(event, SmsStored))
        if told and self._commits:
            self._take(self.conversation.send(DeleteSms(told), self.now_s))
