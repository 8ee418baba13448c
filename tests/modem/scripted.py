"""A module of few words for tests: it answers from tables, keeps messages in two stores, and takes what is sent."""

from __future__ import annotations

import re

ERROR = ("ERROR",)
COMMAND = re.compile(rb"[^\r\x1a]*[\r\x1a]")
UNREAD, READ, UNSENT = 0, 1, 2

ANSWERS: dict[str, tuple[str, ...]] = {
    "AT+CGMI": ("ACME", "OK"),
    "AT+CGSN": ("860000000000017", "OK"),
    "AT+CFUN?": ("+CFUN: 1", "OK"),
    "AT+CPIN?": ("+CPIN: READY", "OK"),
    "AT+CIMI": ("460990000000001", "OK"),
    "AT+CLAC": ("+CSCS", "+VTS", "+CMGS", "OK"),
    "AT+CSCS=?": ('+CSCS: ("GSM","UCS2")', "OK"),
    "AT+ZPAS?": ERROR,
    "AT+CSCA?": ('+CSCA: "+8613800100500",145', "OK"),
    "AT+CPMS=?": ('+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")', "OK"),
    "AT+CREG?": ("+CREG: 2,1", "OK"),
    "AT+CSQ": ("+CSQ: 20,99", "OK"),
}


def said(*lines: str) -> bytes:
    return "".join(f"\r\n{line}\r\n" for line in lines).encode("latin-1")


class Script:
    """What the module answers, final result included: its stores, then the tables, else OK."""

    def __init__(self) -> None:
        self.answers = dict(ANSWERS)
        self.asked: list[str] = []  # lines, without their end; ESC and Ctrl-Z are seen
        self.stores: dict[str, dict[int, tuple[int, str]]] = {"SM": {}, "ME": {}}  # index -> (stat, pdu)
        self.prompts = True
        self.references = iter(range(17, 256))
        self.deleted: list[str] = []  # PDUs, in their order
        self._next: dict[str, list[tuple[str, ...]]] = {}
        self._selected = "SM"
        self._text: str | None = None  # what came since the prompt, where there was one

    def next(self, command: str, *answers: tuple[str, ...]) -> None:
        """Answer so the next times, then as usual. No lines: no answer."""
        self._next.setdefault(command, []).extend(answers)

    def as_usual(self) -> None:
        """Forget what was to be answered otherwise."""
        self._next.clear()

    def hears(self, line: str) -> bytes:
        """A line without its carriage return, or a text with its Ctrl-Z; what the module says to it."""
        self.asked.append(line)
        if "\x1b" in line:
            self._text = None
            line = line.lstrip("\x1b")
        if self._text is not None:  # whatever it is, it is the message's text
            self._text += line
            return self._text_sent() if line.endswith("\x1a") else b""
        if not line:
            return b""
        if waiting := self._next.get(line):
            return said(*waiting.pop(0))
        if line.startswith("AT+CMGS="):
            self._text = ""
            return b"\r\n> " if self.prompts else b""
        return said(*self._of_stores(line) or self.answers.get(line) or ("OK",))

    def _text_sent(self) -> bytes:
        text, self._text = str(self._text).removesuffix("\x1a"), None
        is_hex = not set(text) - set("0123456789ABCDEF")
        return said(f"+CMGS: {next(self.references)}", "OK") if is_hex else said("+CMS ERROR: 304")

    def sent(self, *beginnings: str) -> list[str]:
        """What was asked that begins so."""
        return [line for line in self.asked if line.startswith(beginnings)]

    def _of_stores(self, line: str) -> tuple[str, ...] | None:
        command, _, rest = line.partition("=")
        store = self.stores[self._selected]
        if command == "AT+CPMS" and rest != "?":
            self._selected = rest.split(",")[0].strip('"')
            return (f"+CPMS: {len(self.stores[self._selected])},20", "OK")
        if command == "AT+CMGL":
            wanted = (UNREAD, READ, UNSENT) if rest == "4" else (int(rest),)
            shown = {index: (stat, pdu) for index, (stat, pdu) in store.items() if stat in wanted}
            store.update({index: (READ, pdu) for index, (stat, pdu) in shown.items() if stat == UNREAD})
            lines = [f"+CMGL: {index},{stat},,{length_of(pdu)}\r\n{pdu}" for index, (stat, pdu) in shown.items()]
            return (*lines, "OK")
        if command == "AT+CMGR":
            stat, pdu = store.get(int(rest), (READ, ""))
            return (f"+CMGR: {stat},,{length_of(pdu)}\r\n{pdu}", "OK") if pdu else ERROR
        if command == "AT+CMGD":
            index, _, flag = rest.partition(",")
            deleted = {"4": [*store], "1": [at for at in store if store[at][0] == READ]}.get(flag, [int(index)])
            for at in deleted:
                self.deleted += [store.pop(at)[1]] if at in store else []
            return ("OK",)
        return None


def length_of(pdu: str) -> int:
    """What a module gives as the length of a PDU: octets without the service centre part."""
    try:
        return len(pdu) // 2 - 1 - int(pdu[:2], 16)
    except ValueError:
        return 20
