"""One process owns the office's file. Others that want to change something ask it here, over a unix socket."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

LARGEST_REQUEST_BYTES = 16 * 1024 * 1024
BLOCK_BYTES = 65536
REQUEST_WITHIN_S = 15.0
ANSWER_WITHIN_S = 15.0
LONG_WORK_WITHIN_S = 3600.0  # filling the search index anew, importing lists
PAUSE_S = 1.0
Verb = Callable[[dict[str, Any]], dict[str, Any]]


class AlreadyRunning(Exception):
    """Another process holds this data folder."""


class NotRunning(Exception):
    """No process listens for this data folder."""


class ProcessLock:
    """Held while a process may write to this data folder; the system drops it when the process dies."""

    def __init__(self, directory: Path) -> None:
        """Raises AlreadyRunning."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(directory / "hotline.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            os.close(self._file)
            raise AlreadyRunning(f"{directory} is in use by another hotline process. Stop that one first.") from held

    def release(self) -> None:
        os.close(self._file)


def socket_path(directory: Path) -> Path:
    return directory / "hotline.sock"


class Gate(threading.Thread):
    """Answers one JSON request per connection with one JSON line: {"ok": true, ...} or {"ok": false, "error": ...}."""

    def __init__(self, directory: Path, verbs: Mapping[str, Verb]) -> None:
        super().__init__(name="gate", daemon=True)
        self._path = socket_path(directory)
        self._verbs = verbs
        self._stopping = threading.Event()
        self._path.unlink(missing_ok=True)  # the lock says that nobody listens there any more
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        with _ShortName(self._path) as address:
            self._listener.bind(address)
        self._path.chmod(0o600)
        self._listener.listen(8)

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError as trouble:
                if not self._stopping.wait(PAUSE_S):
                    log.error("commands could not be taken: %s", trouble.strerror)
                continue
            with connection:
                try:
                    connection.settimeout(REQUEST_WITHIN_S)
                    connection.sendall(json.dumps(self._answer(connection), ensure_ascii=False).encode() + b"\n")
                except OSError as gone:
                    log.info("a command went away before its answer: %s", gone)

    def _answer(self, connection: socket.socket) -> dict[str, Any]:
        request = bytearray()
        while not request.endswith(b"\n") and len(request) < LARGEST_REQUEST_BYTES:
            block = connection.recv(BLOCK_BYTES)
            if not block:
                break
            request += block
        try:
            asked = json.loads(request)
            verb = self._verbs[asked.pop("do")]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {"ok": False, "error": "unknown request"}
        try:
            return {"ok": True, **verb(asked)}
        except Exception as trouble:  # the top of a request: it must be answered, whatever happened
            log.info("a command was refused: %s", type(trouble).__name__)
            return {"ok": False, "error": str(trouble) or type(trouble).__name__}

    def stop(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink(missing_ok=True)


def ask(directory: Path, verb: str, *, within_s: float = ANSWER_WITHIN_S, **words: Any) -> dict[str, Any]:
    """Ask the running process. Raises NotRunning; refusals, and silence, come as {"ok": false, "error": ...}."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as channel:
        channel.settimeout(within_s)
        try:
            with _ShortName(socket_path(directory)) as address:
                channel.connect(address)
        except OSError as nobody:
            raise NotRunning(f"no hotline process runs with {directory}") from nobody
        request = json.dumps({"do": verb, **words}, ensure_ascii=False).encode() + b"\n"
        if len(request) > LARGEST_REQUEST_BYTES:
            most = LARGEST_REQUEST_BYTES // (1024 * 1024)
            return {"ok": False, "error": f"this list is too long: at most {most} MB at once. Split it into several"}
        try:
            channel.sendall(request)
            answer = b""
            while block := channel.recv(BLOCK_BYTES):
                answer += block
            found: dict[str, Any] = json.loads(answer)
        except (OSError, ValueError):
            return {"ok": False, "error": f"the running process gave no answer within {within_s:.0f} s; see its log"}
    return found


class _ShortName:
    """A name for a socket however deep its folder lies: sun_path holds only 107 bytes (unix(7))."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = -1

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) <= 100:
            return str(self._path)
        self._folder = os.open(self._path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        if self._folder >= 0:
            os.close(self._folder)
