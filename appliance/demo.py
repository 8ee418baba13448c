"""The demo: an invented county on simulated modems, on this computer only. Its database is marked and never real."""

from __future__ import annotations

import contextlib
import ipaddress
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from appliance import sample
from appliance.clock import RealClock
from appliance.config import DataSettings, ModemSettings, OfficeSettings, Settings, WebSettings
from appliance.demo_town import Ask, SimulatedTown

MODEM_READY_WITHIN_S = 10.0
LANDLINE = "landline"
KINDS = {"mobile1": "gsm", "mobile2": "gsm", LANDLINE: "voice"}
LANDLINE_NUMBER = "057185330000"  # invented; the sample county's area code
PROFILES = {"gsm": "demo", "voice": "standard"}
TALK_PATHS = {"gsm": "headset", "voice": "parallel"}


class DemoTrouble(Exception):
    """The demo can't start; the sentence says what to do."""


def run(port: int, directory: Path, ask: Ask, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises DemoTrouble."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.ExitStack() as children:
        sockets = {name: children.enter_context(_modem(directory, name, ask)) for name in KINDS}
        _serve(port, directory, SimulatedTown(ask, sockets, LANDLINE, directory), say)


def settings_for(port: int, directory: Path) -> Settings:
    """The demo's settings: loopback, the invented county, one simulated modem per line."""
    county = sample.county()["office"]
    modems = tuple(
        ModemSettings(
            name=name,
            device=str(directory.absolute() / f"{name}.tty"),
            kind=kind,
            talk_path=TALK_PATHS[kind],
            number=LANDLINE_NUMBER if kind == "voice" else "",
        )
        for name, kind in KINDS.items()
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
    say(_welcome(runtime.url, town.sockets))
    runtime.run()


def _welcome(url: str, sockets: Mapping[str, Path]) -> str:
    users = "\n".join(
        f"  {user['name']:<10} {user['password']:<16} {user['role']}" for user in sample.county()["users"]
    )
    command = Path(sys.executable).with_name("hotline")
    hotline = str(command) if command.exists() else f"{sys.executable} -m appliance"
    return (
        f"Hotline Box demo: {url}\n\n"
        f"Users (name, password, role):\n{users}\n\n"
        "Make a call ring: sign in and open the page Town, or in another terminal:\n"
        f"  {hotline} simulate ring 13800010003 --control {sockets['mobile1']}\n"
        f"  {hotline} simulate ring 13800010003 --control {sockets[LANDLINE]}     (the landline: it speaks)\n"
        "Everything is sample data; telephones are simulated. Ctrl-C ends the demo."
    )


@contextlib.contextmanager
def _modem(directory: Path, name: str, ask: Ask) -> Iterator[Path]:
    """A simulated modem as a process of its own; gives its control socket."""
    link, socket = directory.absolute() / f"{name}.tty", directory.absolute() / f"{name}.sock"
    words = [
        KINDS[name],
        "--link",
        str(link),
        "--control",
        str(socket),
        "--baud",
        "115200",
        "--profile",
        PROFILES[KINDS[name]],
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
