"""The control socket, never blocking: several clients, half lines, clients that do not read. Knows no telephony."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modem.simulator.control import LONGEST_LINE

Answerer = Callable[[dict[str, Any]], dict[str, Any]]


class _Client:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.received = bytearray()
        self.unsent = bytearray()


class ControlServer:
    """Listens on `path` and answers every line with `answer`. The selector is the loop's."""

    def __init__(self, path: Path, selector: selectors.BaseSelector, answer: Answerer) -> None:
        self._path = path
        self._selector = selector
        self._answer = answer
        self._clients: set[_Client] = set()
        _refuse_if_alive(path)
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o077)
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(16)
        self._listener.setblocking(False)
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def close(self) -> None:
        for client in list(self._clients):
            self._drop(client)
        self._selector.unregister(self._listener)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self, events: int) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            client = _Client(connection)
            self._clients.add(client)
            self._selector.register(connection, selectors.EVENT_READ, lambda ready: self._serve(client, ready))

    def _serve(self, client: _Client, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                self._hear(client)
            self._speak(client)
        except BlockingIOError:
            return
        except OSError:
            self._drop(client)

    def _hear(self, client: _Client) -> None:
        data = client.connection.recv(65536)
        if not data or len(client.received) + len(data) > LONGEST_LINE:
            raise ConnectionError
        client.received += data
        while (end := client.received.find(b"\n")) >= 0:
            line = bytes(client.received[:end])
            del client.received[: end + 1]
            client.unsent += json.dumps(self._answered(line), ensure_ascii=False).encode() + b"\n"

    def _answered(self, line: bytes) -> dict[str, Any]:
        try:
            message = json.loads(line)
        except ValueError as error:
            return {"ok": False, "error": f"not JSON: {error}"}
        if not isinstance(message, dict):
            return {"ok": False, "error": "a JSON object is wanted"}
        return self._answer(message)

    def _speak(self, client: _Client) -> None:
        if client.unsent:
            with contextlib.suppress(BlockingIOError):
                del client.unsent[: client.connection.send(client.unsent)]
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.unsent else 0)
        key = self._selector.get_key(client.connection)
        if key.events != wanted:
            self._selector.modify(client.connection, wanted, key.data)

    def _drop(self, client: _Client) -> None:
        self._clients.discard(client)
        self._selector.unregister(client.connection)
        client.connection.close()


def _refuse_if_alive(path: Path) -> None:
    """A socket that a dead simulator left behind may be taken over; one that answers may not."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return
    raise FileExistsError(f"{path}: another simulator answers there")
