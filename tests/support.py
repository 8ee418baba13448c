"""A simulated modem as a process of its own, for tests that want one at the end of a pty."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from modem.simulator.control import SimulatorSilent, ask

ROOT = Path(__file__).parents[1]


def eventually(what: Callable[[], Any], within_s: float = 20.0, *, every_s: float = 0.02) -> Any:
    """The first true answer of `what`; fails with its last answer when none came."""
    deadline_s = time.monotonic() + within_s
    while not (found := what()):
        assert time.monotonic() < deadline_s, f"still {found!r} after {within_s} s"
        time.sleep(every_s)
    return found


class Simulator:
    """`with Simulator(tmp_path, "line1", "--baud", "115200") as town:` gives `town.link` and `town.ask("ring", ...)`.

    `link` is the device for config.ini; it goes on living whatever its client does. Words: modem/simulator/README.md.
    """

    KIND = "gsm"

    def __init__(self, folder: Path, name: str = "gsm", *options: str) -> None:
        self.link = folder / f"{name}.tty"
        self.control = folder / f"{name}.sock"
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "modem.simulator", self.KIND, "--link", str(self.link)]
        self.process = subprocess.Popen([*command, "--control", str(self.control), *self._options], cwd=ROOT)
        eventually(self._serves, 90.0, every_s=0.005)  # a busy machine takes its time
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)

    def _serves(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the simulator ended at once"
        try:
            return bool(self.say("state")["running"])
        except SimulatorSilent:
            return False

    def say(self, word: str, **fields: Any) -> dict[str, Any]:
        """Send one control word; its answer, whatever it is."""
        return ask(self.control, {"do": word, **fields}, timeout_s=20.0)

    def ask(self, word: str, **fields: Any) -> dict[str, Any]:
        """Send one control word that must succeed; its answer."""
        answer = self.say(word, **fields)
        assert answer["ok"], f"{word} {fields}: {answer}"
        return answer

    def texts_shown(self) -> list[str]:
        """What the citizens' telephones show, oldest first."""
        return [message["text"] for message in self.ask("phones")["messages"]]


class VoiceSimulator(Simulator):
    """The same for a landline: `with VoiceSimulator(tmp_path, "--profile", "usr") as town:`."""

    KIND = "voice"

    def __init__(self, folder: Path, *options: str, name: str = "voice") -> None:
        super().__init__(folder, name, *options)

    def state(self) -> dict[str, Any]:
        return self.ask("state")
