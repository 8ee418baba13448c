"""The demo: an invented county on simulated modems, on this computer only. Its database is marked and never real."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from appliance import sample
from appliance.clock import RealClock
from appliance.config import DataSettings, ModemSettings, OfficeSettings, Settings, WebSettings
from appliance.errors import OfficeError

log = logging.getLogger(__name__)

Ask = Callable[[Path, dict[str, Any]], dict[str, Any]]
MODEM_READY_WITHIN_S = 10.0
LINES = ("mobile1", "mobile2")


class DemoTrouble(Exception):
    """The demo can't start; the sentence says what to do."""


class TownRefused(OfficeError):
    message = "The simulated telephone network did not do that: the number is wrong, or the call is already over."


class TownSilent(OfficeError):
    message = "The simulated telephone network does not answer. Start the demo anew."


@dataclass(frozen=True)
class SimulatedTown:
    """Citizens with telephones, behind the simulated modems' control sockets. Raises TownRefused, TownSilent."""

    ask: Ask
    sockets: tuple[Path, ...]

    def ring(self, number: str) -> None:
        """Ring the first line that is free."""
        for socket in self.sockets:
            if not self._asked(socket, {"do": "calls"}).get("current"):
                break
        self._tell(socket, {"do": "ring", "number": number})

    def text(self, number: str, text: str) -> None:
        self._tell(self.sockets[0], {"do": "sms", "number": number, "text": text})

    def hang_up(self) -> None:
        for socket in self.sockets:
            self._asked(socket, {"do": "hangup"})  # most have no call to end

    def pick_up(self) -> None:
        for socket in self.sockets:
            self._asked(socket, {"do": "pickup"})

    def phones(self) -> list[dict[str, object]]:
        """Every message the office sent, newest first, as the citizens' telephones show it."""
        found = [
            message for socket in self.sockets for message in self._asked(socket, {"do": "phones"}).get("messages", [])
        ]
        return sorted(found, key=lambda message: str(message["at"]), reverse=True)

    def calls(self) -> list[dict[str, object]]:
        return [call for socket in self.sockets for call in self._asked(socket, {"do": "calls"}).get("current", [])]

    def _tell(self, socket: Path, words: dict[str, Any]) -> None:
        answer = self._asked(socket, words)
        if not answer.get("ok"):
            log.warning("the simulated network refused %s: %s", words["do"], answer.get("error", ""))
            raise TownRefused

    def _asked(self, socket: Path, words: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.ask(socket, words)
        except (OSError, ValueError) as silence:  # no socket any more, or half an answer
            log.warning("the simulated network did not answer %s: %s", words["do"], type(silence).__name__)
            raise TownSilent from silence


def run(port: int, directory: Path, ask: Ask, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises DemoTrouble."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.ExitStack() as children:
        sockets = tuple(children.enter_context(_modem(directory, name, ask)) for name in LINES)
        _serve(port, directory, SimulatedTown(ask, sockets), say)


def settings_for(port: int, directory: Path) -> Settings:
    """The demo's settings: loopback, the invented county, one simulated modem per line."""
    county = sample.county()["office"]
    modems = tuple(
        ModemSettings(name=name, device=str(directory.absolute() / f"{name}.tty"), kind="gsm", talk_path="headset")
        for name in LINES
    )
    office = replace(OfficeSettings(), **county)
    web = WebSettings(listen=("127.0.0.1", port))
    return Settings(office=office, data=DataSettings(directory=directory), web=web, modems=modems)


def _serve(port: int, directory: Path, town: SimulatedTown, say: Callable[[str], None]) -> None:
    from appliance.gate import AlreadyRunning
    from appliance.runtime import Runtime
    from db.store import StoreError

    settings = settings_for(port, directory)
    assert ipaddress.ip_address(settings.web.listen[0]).is_loopback
    is_new = not (directory / "hotline.db").exists()
    if is_new:
        say("Making the sample county ...")
        sample.make(settings)
    try:
        users = tuple((each["name"], each["password"], each["role"]) for each in sample.county()["users"])
        runtime = Runtime(settings, kind="demo", town=town, demo_users=users)
    except (AlreadyRunning, StoreError) as trouble:
        raise DemoTrouble(str(trouble)) from trouble
    except OSError as taken:
        raise DemoTrouble(f"Port {port} on 127.0.0.1 can't be used: {taken}. Choose another with --port.") from taken
    say(_welcome(runtime.url, town.sockets[0]))
    runtime.run()


def _welcome(url: str, socket: Path) -> str:
    users = "\n".join(
        f"  {user['name']:<10} {user['password']:<16} {user['role']}" for user in sample.county()["users"]
    )
    command = Path(sys.executable).with_name("hotline")
    hotline = str(command) if command.exists() else f"{sys.executable} -m appliance"
    return (
        f"Hotline Box demo: {url}\n\n"
        f"Users (name, password, role):\n{users}\n\n"
        "Make a call ring: sign in and open the page Town, or in another terminal:\n"
        f"  {hotline} simulate ring 13800010003 --control {socket}\n"
        "Everything is sample data; telephones are simulated. Ctrl-C ends the demo."
    )


@contextlib.contextmanager
def _modem(directory: Path, name: str, ask: Ask) -> Iterator[Path]:
    """A simulated GSM module as a process of its own; gives its control socket."""
    link, socket = directory.absolute() / f"{name}.tty", directory.absolute() / f"{name}.sock"
    words = [
        "gsm",
        "--link",
        str(link),
        "--control",
        str(socket),
        "--baud",
        "115200",
        "--profile",
        "demo",
        "--with-stdin",
    ]
    child = subprocess.Popen([sys.executable, "-m", "modem.simulator", *words], stdin=subprocess.PIPE)
    try:
        clock, never = RealClock(), threading.Event()
        deadline_s = clock.monotonic_s() + MODEM_READY_WITHIN_S
        while not _serves(ask, link, socket):
            if child.poll() is not None or clock.monotonic_s() > deadline_s:
                raise DemoTrouble(f"The simulated modem {name} didn't start; is {link} in use by another demo?")
            clock.wait(never, 0.02)
        yield socket
    finally:
        child.terminate()
        child.wait(5)


def _serves(ask: Ask, link: Path, socket: Path) -> bool:
    """Both names are there and somebody answers: a killed demo leaves names behind."""
    try:
        return link.exists() and socket.exists() and bool(ask(socket, {"do": "state"}).get("ok"))
    except OSError:
        return False
