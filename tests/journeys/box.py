"""A Hotline Box as a process of its own, driven as its users drive it: HTTP, command line, and the modem's wire."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from appliance.config import load
from db.store import Store
from tests.appliance.talking import prove
from tests.support import eventually

ROOT = Path(__file__).parents[2]
PASSWORDS = {"wang": "street-lamp-77", "li": "market-square-88", "unit": "city-walls-99", "tech": "copper-wire-66"}


class Box:
    """`hotline run` with a config.ini in `folder`. Survives any number of kills and starts."""

    def __init__(
        self,
        folder: Path,
        lines: dict[str, Path],
        *,
        office: str = "",
        modem: str = "",
        landlines: dict[str, Path] | None = None,
        hours: str = "daily 00:00-24:00",
        program: Sequence[str] = ("-m", "appliance"),
    ) -> None:
        """`lines` maps a line's name to its device; `office` and `modem` are more INI lines for these sections.

        `landlines` are lines beside the office's telephone. It is about noon where the office is.

        `program` is what Python runs as the box: another one carries a seeded bug.
        """
        self._program = program
        self._log_begins = 0
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.data = folder / "data"
        self.config = folder / "config.ini"
        self.port = 0
        sections = [
            (
                "[office]\nname = Qinghe 12345\nshort_name = 青禾12345\n"
                f"hours = {hours}\ntimezone = {noon_zone()}\n{office}"
            ),
            f"[data]\ndirectory = {self.data}",
            "[web]\nlisten = 127.0.0.1:0",
            *(f"[modem {name}]\ndevice = {device}\nkind = gsm\n{modem}" for name, device in lines.items()),
            *(
                f"[modem {name}]\ndevice = {device}\nkind = voice\ntalk_path = parallel\n"
                for name, device in (landlines or {}).items()
            ),
        ]
        self.config.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
        self.log = folder / "box.log"

    def hotline(self, *words: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one `hotline` command with this box's configuration."""
        command = [sys.executable, "-m", "appliance", "--config", str(self.config), *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=240, check=False)
        assert not check or done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def staff(self) -> None:
        """Departments, handlers and users, entered the way a technician does."""
        units = self.folder / "units.csv"
        units.write_text(
            "code,name_zh,name_en,kind,handler,phone\n"
            "CG,城管局,City management,bureau,杨帆,13900010012\n"
            "ZL,自来水公司,Water,utility,何源,13900010016\n",
            encoding="utf-8",
        )
        self.hotline("import", "departments", str(units))
        for name, role in (("wang", "operator"), ("li", "lead"), ("tech", "technician")):
            self.hotline("user", "add", name, "--role", role, "--password-stdin", stdin=PASSWORDS[name])
        words = ("user", "add", "unit", "--role", "unit", "--department", "CG", "--password-stdin")
        self.hotline(*words, stdin=PASSWORDS["unit"])

    def prove_talk_paths(self) -> None:
        """As after a test call on every line; while the box is off."""
        store = Store(self.data / "hotline.db")
        prove(store, *load(self.config).modems)
        store.close()

    def start(self) -> Self:
        """Start the process and wait until it serves."""
        out = self.log.open("ab")
        self._log_begins = self.log.stat().st_size
        command = [sys.executable, *self._program, "--config", str(self.config), "run"]
        self.process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT)
        out.close()

        def address() -> str:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text("utf-8", "replace")
            found = re.search(r"started: http://127\.0\.0\.1:(\d+)/", self.log_of_this_start())
            return found[1] if found else ""

        self.port = int(eventually(address))
        return self

    def log_of_this_start(self) -> str:
        return self.log.read_bytes()[self._log_begins :].decode("utf-8", "replace")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """Pull the plug on the process."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """Ask it to end; the exit code. Longer than five seconds is a fault."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code: int = self.process.wait(8)
        return code

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        if "PYTEST_CURRENT_TEST" in os.environ:
            sys.stdout.write(self.log.read_text("utf-8", "replace"))  # shown where a test failed

    def export(self, what: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.hotline("export", what).stdout.splitlines()]

    def ready(self, *lines: str, within_s: float = 180.0) -> None:
        """Wait until these lines are ready."""

        def states() -> bool:
            with urllib.request.urlopen(self.url + "/healthz", timeout=30) as answer:
                found = {line["name"]: line["state"] for line in json.load(answer)["lines"]}
            return all(found.get(name) == "ready" for name in lines)

        eventually(states, within_s)

    def seat_of_a_stranger(self) -> Seat:
        return Seat(self.url)

    def seat(self, user: str) -> Seat:
        """A browser without JavaScript, signed in."""
        seat = Seat(self.url)
        seat.sign_in(user, PASSWORDS[user])
        return seat


class Seat:
    """One signed-in person over plain HTTP, with forms as a browser sends them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def get(self, path: str) -> str:
        return self.get_bytes(path).decode("utf-8")

    def get_bytes(self, path: str) -> bytes:
        with self._opener.open(self.url + path, timeout=90) as answer:
            body: bytes = answer.read()
            return body

    def post(self, path: str, fields: dict[str, str], *, page: str | None = None) -> str:
        """Send a form found on `page` (default: the path itself), hidden fields included."""
        return self.post_list(path, list(fields.items()), page=page)

    def post_list(self, path: str, fields: Sequence[tuple[str, str]], *, page: str | None = None) -> str:
        """The same with fields that stand there several times, as ticked boxes do."""
        hidden = form_fields(self.get(page or path), path)
        named = {name for name, _ in fields}
        sent = [*((name, value) for name, value in hidden.items() if name not in named), *fields]
        body = urllib.parse.urlencode(sent).encode()
        request = urllib.request.Request(self.url + path, body, {"Origin": self.url})
        with self._opener.open(request, timeout=90) as answer:
            text: str = answer.read().decode("utf-8")
            return text

    def sign_in(self, name: str, password: str) -> None:
        self.post("/login", {"username": name, "password": password})

    def events(self) -> Events:
        return Events(self.url, self._cookies)


def noon_zone() -> str:
    """A time zone where it is about noon now: quiet hours must not make a story depend on when it is told."""
    east = (12 - time.gmtime().tm_hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def form_fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form whose action is `action`, else the page's CSRF token alone."""
    forms = re.findall(r"<form\b.*?</form>", html, re.S)
    fitting = [form for form in forms if f'action="{action}"' in form]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*type=\"hidden\"[^>]*>", fitting[0] if fitting else html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in attributes and (fitting or attributes["name"] == "csrf_token"):
            found.setdefault(attributes["name"], attributes.get("value", ""))
    return found


class Events(threading.Thread):
    """Listens to /events and keeps what came, with the time it came at."""

    def __init__(self, url: str, cookies: http.cookiejar.CookieJar) -> None:
        super().__init__(daemon=True)
        request = urllib.request.Request(url + "/events")
        cookies.add_cookie_header(request)
        self._answer = urllib.request.urlopen(request, timeout=60)
        self.came: list[tuple[float, str, dict[str, Any]]] = []
        self.is_open = True
        self.start()

    def run(self) -> None:
        kind = ""
        try:
            for raw in self._answer:
                line = raw.decode("utf-8").rstrip("\n")
                if line.startswith("event:"):
                    kind = line[6:].strip()
                elif line.startswith("data:"):
                    data = json.loads(line[5:])
                    self.came.append((time.monotonic(), kind or data.get("kind", ""), data))
        except (OSError, ValueError, AttributeError):
            pass  # the box went away
        self.is_open = False

    def wait_for(self, kind: str, within_s: float = 90.0, **fields: Any) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            for _, each, data in self.came:
                if each == kind and all(data.get(name) == value for name, value in fields.items()):
                    return data
            return None

        result: dict[str, Any] = eventually(found, within_s, every_s=0.01)
        return result


def lines_of(text: str) -> Iterator[str]:
    """Readable lines of a page: tags off, blanks folded."""
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", text))
    for line in plain.splitlines():
        folded = " ".join(line.split())
        if folded:
            yield folded


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


def paths(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    return {name: folder / f"{name}.tty" for name in names}
