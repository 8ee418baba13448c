"""One process owns the data folder; commands ask it over a unix socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import gate
from appliance.gate import AlreadyRunning, Gate, NotRunning, ProcessLock, ask


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Path]:
    def add(words: dict[str, int]) -> dict[str, int]:
        return {"sum": words["a"] + words["b"]}

    served = Gate(tmp_path, {"add": add})
    served.start()
    yield tmp_path
    served.stop()
    served.join(2)
    assert not served.is_alive()


def test_a_second_process_is_told_that_the_folder_is_in_use(tmp_path: Path) -> None:
    first = ProcessLock(tmp_path)
    with pytest.raises(AlreadyRunning, match="in use"):
        ProcessLock(tmp_path)
    first.release()
    ProcessLock(tmp_path).release()


def test_a_verb_is_answered(listening: Path) -> None:
    assert ask(listening, "add", a=1, b=2) == {"ok": True, "sum": 3}


def test_a_verb_that_fails_says_why_and_the_gate_lives_on(listening: Path) -> None:
    assert ask(listening, "add", a=1) == {"ok": False, "error": "'b'"}
    assert ask(listening, "add", a=1, b=2)["sum"] == 3


@pytest.mark.parametrize(
    "sent", [b"\n", b"[]\n", b"{}\n", b'{"do": "fly"}\n', b"\xff\xfe\n", b'"do"\n', b"", b"[" * 100_000 + b"\n"]
)
def test_nonsense_is_answered_and_the_gate_lives_on(listening: Path, sent: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(str(gate.socket_path(listening)))
        channel.sendall(sent)
        channel.shutdown(socket.SHUT_WR)
        assert json.loads(channel.makefile().readline())["ok"] is False
    assert ask(listening, "add", a=1, b=2)["sum"] == 3


def test_a_long_list_gets_through(listening: Path) -> None:
    assert ask(listening, "add", a=1, b=2, list=["x" * 1000] * 1000)["sum"] == 3


def test_a_list_that_is_too_long_is_told_so_and_never_sent(listening: Path) -> None:
    answer = ask(listening, "add", a="x" * gate.LARGEST_REQUEST_BYTES, b="")
    assert answer == {"ok": False, "error": "this list is too long: at most 16 MB at once. Split it into several"}


def test_silence_of_the_running_process_is_said_in_plain_words(tmp_path: Path) -> None:
    served = Gate(tmp_path, {"sleep": lambda words: {"woken": threading.Event().wait(1)}})
    served.start()
    answer = ask(tmp_path, "sleep", within_s=0.1)
    assert answer["ok"] is False
    assert "no answer" in answer["error"]
    served.stop()


def test_only_the_owner_may_ask(listening: Path) -> None:
    assert gate.socket_path(listening).stat().st_mode & 0o077 == 0


def test_nobody_listening_is_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        ask(tmp_path, "add")


def test_a_deep_folder_works_too(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    served = Gate(deep, {"ping": lambda words: {}})
    served.start()
    assert ask(deep, "ping") == {"ok": True}
    served.stop()
