"""A modem that shares no line of code with the product or its simulator, and is worse than both.

One store of ten places, echo that stays on, bare ERROR for everything optional, a prompt without its space, no call
list, no CHUP, no deletion flags, news dropped into the middle of answers. It stands for the module nobody has tried.
"""

from __future__ import annotations

import os
import re
import select
import threading
import tty
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

SLOTS = 10


def deliver(sender: str, text: str) -> str:
    """One UCS-2 SMS-DELIVER of at most 70 code units, written out by hand."""
    digits = sender + "F" * (len(sender) % 2)
    swapped = "".join(digits[i + 1] + digits[i] for i in range(0, len(digits), 2))
    now = datetime.now(UTC)
    stamp = "".join(
        f"{part % 100:02d}"[::-1] for part in (now.year, now.month, now.day, now.hour, now.minute, now.second)
    )
    body = text.encode("utf-16-be")
    return f"0004{len(sender):02X}A1{swapped}0008{stamp}00{len(body):02X}{body.hex()}".upper()


class ForeignModem(threading.Thread):
    """Serves one pty until closed."""

    def __init__(self, link: Path) -> None:
        super().__init__(daemon=True)
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._slave = slave  # held open, so that a client may come and go
        link.symlink_to(os.ttyname(slave))
        self._wake_r, self._wake_w = os.pipe()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._news: list[str] = []
        self.places: dict[int, str] = {}
        self.sent: list[tuple[str, int]] = []
        self.has_call = False
        self.is_talking = False
        self.dialed: list[str] = []

    # --- what happens in its network ---

    def text(self, sender: str, text: str) -> None:
        with self._lock:
            place = min(set(range(1, SLOTS + 1)) - set(self.places))
            self.places[place] = deliver(sender, text)
            self._news.append(f'+CMTI: "SM",{place}')
        os.write(self._wake_w, b"x")

    def ring(self, number: str) -> None:
        with self._lock:
            self.has_call = True
            self._news += ["RING", f'+CLIP: "{number}",129']
        os.write(self._wake_w, b"x")

    def hang_up(self) -> None:
        with self._lock:
            self.has_call = self.is_talking = False
            self._news.append("NO CARRIER")
        os.write(self._wake_w, b"x")

    # --- its serial side ---

    def run(self) -> None:
        line = b""
        body: bytes | None = None  # what is typed after the prompt
        while not self._closed.is_set():
            ready, _, _ = select.select([self._master, self._wake_r], [], [], 0.2)
            if self._wake_r in ready:
                os.read(self._wake_r, 100)
                self._say(*self._take_news())
            if self._master not in ready:
                continue
            data = os.read(self._master, 1024)
            if body is None:
                os.write(self._master, data)  # its echo can't be switched off
            for byte in data:
                if body is not None:
                    if byte == 0x1A:
                        self._sent(body.decode("ascii"))
                        body = None
                    elif byte == 0x1B:
                        body = None
                        self._say("OK")
                    else:
                        body += bytes([byte])
                elif byte == 0x0D:
                    if self._command(line.decode("latin-1").strip()):
                        body = b""
                    line = b""
                elif byte not in (0x0A, 0x1B):
                    line += bytes([byte])

    def _command(self, line: str) -> bool:  # noqa: PLR0912 - a modem is a ladder
        """Answer one line; True if a message body is wanted next."""
        word = line.upper()
        if not word:
            return False
        if word.startswith("AT+CMGS="):
            os.write(self._master, b"\r\n>")
            return True
        with self._lock:
            if word in {"AT", "ATE0", "AT+CMGF=0", "AT+CLIP=1"}:
                self._say("OK")
            elif word == "AT+CPIN?":
                self._say("+CPIN: READY", "OK")
            elif word == "AT+CGSN":
                self._say("490154203237518", *self._take_news_locked(), "OK")
            elif word == "AT+CIMI":
                self._say("460991234567890", "OK")
            elif word == "AT+CREG?":
                self._say(*self._take_news_locked(), "+CREG: 0,1", "OK")
            elif word == "AT+CSQ":
                self._say("+CSQ: 14,99", *self._take_news_locked(), "OK")
            elif re.fullmatch(r'AT\+CPMS="SM"(,"SM")*', word) or word == "AT+CPMS?":
                self._say(f"+CPMS: {len(self.places)},{SLOTS},{len(self.places)},{SLOTS}", "OK")
            elif word == "AT+CMGL=4":
                self._say(
                    *(
                        part
                        for place, pdu in self.places.items()
                        for part in (f"+CMGL: {place},0,,{len(pdu) // 2 - 1}", pdu)
                    ),
                    "OK",
                )
            elif found := re.fullmatch(r"AT\+CMGR=(\d+)", word):
                pdu = self.places.get(int(found[1]))
                self._say(*((f"+CMGR: 0,,{len(pdu) // 2 - 1}", pdu, "OK") if pdu else ("ERROR",)))
            elif found := re.fullmatch(r"AT\+CMGD=(\d+)", word):
                self._say("OK" if self.places.pop(int(found[1]), None) else "ERROR")
            elif word == "ATA" and self.has_call:
                self.is_talking = True
                self._say("OK")
            elif word in {"ATH", "ATH0"}:
                self.has_call = self.is_talking = False
                self._say("OK")
            elif found := re.fullmatch(r"ATD(\+?\d+);", word):
                self.dialed.append(found[1])
                self._say("OK")
            else:
                self._say("ERROR")
        return False

    def _sent(self, pdu: str) -> None:
        with self._lock:
            self.sent.append((pdu, len(self.sent) + 1))
            self._say(f"+CMGS: {len(self.sent)}", "OK")

    def _take_news(self) -> list[str]:
        with self._lock:
            return self._take_news_locked()

    def _take_news_locked(self) -> list[str]:
        news, self._news = self._news, []
        return news

    def _say(self, *lines: str) -> None:
        for each in lines:
            os.write(self._master, f"\r\n{each}\r\n".encode("latin-1"))

    def texts_to(self, number: str) -> list[str]:
        """What it sent to a number, read by eye: UCS-2 submits of one part."""
        digits = number + "F" * (len(number) % 2)
        swapped = "".join(digits[i + 1] + digits[i] for i in range(0, len(digits), 2))
        found = []
        with self._lock:
            for pdu, _ in self.sent:
                place = pdu.find(swapped)
                if place > 0 and pdu[place + len(swapped) + 2 : place + len(swapped) + 4] == "08":
                    found.append(_ucs2_tail(pdu, place + len(swapped)))
        return found

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self.join(2)
        for each in (self._master, self._slave, self._wake_r, self._wake_w):
            os.close(each)


def _ucs2_tail(pdu: str, after_number: int) -> str:
    """User data of a SUBMIT: PID, DCS, a validity octet if the first octet asks for one, length, then text."""
    smsc_octets = int(pdu[:2], 16)
    first = int(pdu[2 + 2 * smsc_octets : 4 + 2 * smsc_octets], 16)
    validity_octets = {0: 0, 2: 1, 1: 7, 3: 7}[(first >> 3) & 3]
    begin = after_number + 4 + 2 * validity_octets
    octets = bytes.fromhex(pdu[begin + 2 : begin + 2 + 2 * int(pdu[begin : begin + 2], 16)])
    if first & 0x40:
        octets = octets[octets[0] + 1 :]
    return octets.decode("utf-16-be")
