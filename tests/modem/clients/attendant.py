"""callattendant's modem class, unmodified, in a process of its own: it answers a call, plays, asks for a key, records.

`attendant.py DEVICE GREETING.wav MESSAGE.wav` prints one JSON object. Its package imports its own folders by their bare
names (`hardware`, `common`), so those must lie on the path, and in nobody else's.
"""

from __future__ import annotations

import importlib.util
import json
import queue
import sys
from pathlib import Path
from typing import Any

CONFIG = {
    "DEBUG": True,
    "TESTING": False,
    "STATUS_INDICATORS": "NULL",
    "OPTIONAL_MODEM_INIT": "",
    "ENABLE_CALLERID_VALIDATION": True,
    "VOICE_MAIL_RECORD_TIME": 4,
}


def modem_class() -> Any:
    package = importlib.util.find_spec("callattendant")
    assert package is not None, "callattendant is not installed: pip install -r requirements-dev.txt"
    assert package.origin is not None
    sys.path.insert(0, str(Path(package.origin).parent))
    from hardware.modem import Modem  # type: ignore[import-not-found] # noqa: PLC0415

    return Modem


def main(device: str, greeting: str, message: str) -> dict[str, Any]:
    calls: queue.Queue[dict[str, Any]] = queue.Queue()
    modem = modem_class()({**CONFIG, "MODEM_DEVICE": device, "MODEM_ONLINE": True})
    told: dict[str, Any] = {"model": modem.model, "started": modem.start(calls.put)}
    try:
        told["caller"] = calls.get(timeout=20)
        told["picked_up"] = modem.pick_up()
        told["played"] = modem.play_audio(greeting)
        told["key"] = modem.wait_for_keypress(10)
        told["recorded"] = modem.record_audio(message)
        told["hung_up"] = modem.hang_up()
    finally:
        modem.stop()
    return told


if __name__ == "__main__":
    output, sys.stdout = sys.stdout, sys.stderr  # it prints what it does
    output.write(json.dumps(main(*sys.argv[1:4])) + "\n")
