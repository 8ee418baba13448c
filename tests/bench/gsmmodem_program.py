"""python-gsmmodem-new as a small program, for measuring it beside others: `PROGRAM DEVICE receive|send FOLDER`.

Receiving it polls, with indications off (its reader cannot bear news between answers), deletes each message and
writes it to a file of its own. Sending it sends every file of the folder, named by the number, and takes it away.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from gsmmodem.modem import GsmModem

IDLE_S = 0.02
READY = "ready"  # a file that says: it reads its store from now on. What came before lies in another and stays there


def main() -> None:
    device, what, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    count = 0

    def keep(message: Any) -> None:
        nonlocal count
        count += 1
        (folder / f"{count:06d}.txt").write_text(message.text, "utf-8")

    driver = GsmModem(device, 115200, smsReceivedCallbackFunc=keep, requestDelivery=False)
    driver.connect()
    driver.write("AT+CNMI=0,0,0,0,0")
    (folder / READY).touch()
    while True:
        before = count
        if what == "receive":
            driver.processStoredSms(unreadOnly=True)
        for path in sorted(folder.glob("*.out")):
            driver.sendSms(path.stem, path.read_text("utf-8"))
            path.unlink()
        if count == before:
            time.sleep(IDLE_S)


if __name__ == "__main__":
    main()
