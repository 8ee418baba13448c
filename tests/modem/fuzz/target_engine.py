"""Fuzz: the AT engine and its line buffer. Bytes in any pieces, commands, time, break-offs, in any order.

Two engines hear the same: one in whole pieces, one byte by byte or nearly so. They must hear the same things.
"""

from __future__ import annotations

from modem.at import (
    MOST_HEADERS,
    MOST_LINES,
    MOST_PROGRESS,
    PROMPT_TIMEOUT_S,
    Ask,
    AtEngine,
    Done,
    Heard,
    InStep,
    Listed,
    News,
)
from modem.at_words import FinalKind
from modem.dialect import NEWS_WITH_PDU, Dialect
from modem.line_buffer import LINE_LIMIT_BYTES
from tests.modem.fuzz.choices import Choices
from tests.modem.fuzz.samples import PDUS, transcript_lines

LONGEST = 192  # octets of a case
BYTE_BY_BYTE, PIECE = 24, 7
LONG_NUMBER = b"9" * 5000  # int() refuses more than 4300 digits
LINES = (
    b"OK", b"ERROR", b"+CME ERROR: 14", b"+CMS ERROR: 500", b"+CMS ERROR: " + LONG_NUMBER, b"RING", b"NO CARRIER",
    b"CONNECT 9600", b'+CMTI: "SM",3', b"+CMGL: 1,0,,28", b"+CMT: ,28", b"+CDS: 26", b"+CBM: 88", b"AT", b"AT+CSQ",
    b"+CSQ: 20,99", b"> ", b">", b"RDY", b"\x1a", b"\x1b", b"x" * 9000, b"+CMGS: 17", PDUS[0].encode(),
    *transcript_lines(),
)  # fmt: skip
ASKS = (
    Ask("AT"),
    Ask("AT+CSQ", names=("+CSQ",)),
    Ask("AT+CMGL=4", 20.0, ("+CMGL",), is_listing=True),
    Ask("AT+CGMI", is_free_text=True),
    Ask("ATD10086;", 60.0, is_call=True),
    Ask("AT+CMGS=18", 60.0, ("+CMGS",), body=PDUS[0]),
)
TIMES_S = (0.0, 0.01, 0.25, 0.3, 1.0, 2.0, 5.0, 10.0, 60.0, 600.0)
MOST_TICKS = 12  # to the end from anywhere: a time-out, three probes, a silence
OPS = 12


def corpus() -> list[bytes]:
    """Up and running; a listing, a message sent, a time-out; and every line of the transcripts."""
    ok = bytes([1, 0])
    up = ok + bytes([3, 2])
    asked = [up + bytes([4, at]) for at in range(len(ASKS))]
    answers = [b"+CSQ: 20,99\r\nOK\r\n", b"+CMGL: 1,0,,28\r\n" + PDUS[0].encode() + b"\r\nOK\r\n", b"\r\n> "]
    told = [bytes([0, len(answer) % 256]) + answer for answer in answers]
    return [
        *(ask + tell + ok for ask in asked for tell in told),
        *(up + bytes([1, at % 256]) for at in range(len(LINES))),
        *(up + bytes([2, at]) for at in range(len(PDUS) * 3)),
        up + bytes([4, 2, 3, 8, 3, 8, 3, 8, 3, 8]),
    ]


class Twins:
    """The engine under test and one that hears every byte by itself."""

    def __init__(self) -> None:
        is_news = Dialect("generic").news_test()
        self.engines = [AtEngine(is_news, NEWS_WITH_PDU) for _ in range(2)]
        self.now_s = 0.0
        self.started: tuple[Ask, float] | None = None
        self.asked = self.done = 0

    def hear(self, data: bytes) -> list[Heard]:
        first, second = self.engines
        heard = first.receive(data, self.now_s)
        size = 1 if len(data) <= BYTE_BY_BYTE else PIECE
        pieces = (data[at : at + size] for at in range(0, len(data), size))
        piecewise = [one for piece in pieces for one in second.receive(piece, self.now_s)]
        assert heard == piecewise, "pieces change nothing"
        return self.take(heard)

    def take(self, heard: list[Heard]) -> list[Heard]:
        for one in heard:
            if isinstance(one, Done):
                assert self.started
                assert one.ask is self.started[0]
                assert len(one.lines) <= MOST_LINES
                self.started = None
                self.done += 1
            elif isinstance(one, Listed):
                assert self.started
                assert one.ask is self.started[0]
        return heard

    def each(self, name: str, *arguments: object) -> list[Heard]:
        first, second = (getattr(engine, name)(*arguments) for engine in self.engines)
        assert first == second
        return self.take(first or [])

    def run(self, ask: Ask) -> None:
        if self.engines[0].is_idle:
            self.each("run", ask, self.now_s)
            self.started = (ask, self.now_s)
            self.asked += 1

    def let_pass(self, seconds: float) -> None:
        self.now_s += seconds
        self.each("tick", self.now_s)

    def look(self) -> None:
        """Nothing grows, nothing waits for ever."""
        for engine in self.engines:
            assert len(engine._headers) <= MOST_HEADERS
            assert len(engine._buffer._partial) <= LINE_LIMIT_BYTES
            assert engine._buffer._at == len(engine._buffer._unread)
            due_s = engine.next_deadline()
            if engine.running is None:
                assert self.started is None
                continue
            assert self.started
            longest_s = max(PROMPT_TIMEOUT_S + engine.running.timeout_s, engine.running.timeout_s) * MOST_PROGRESS
            assert due_s is not None
            assert due_s <= self.started[1] + longest_s

    def end(self) -> None:
        """Without another byte it comes to rest, and every command has ended once."""
        for _ in range(MOST_TICKS):
            due_s = self.engines[0].next_deadline()
            if due_s is None:
                break
            self.now_s = max(self.now_s, due_s)
            self.each("tick", self.now_s)
        assert self.engines[0].next_deadline() is None
        assert self.started is None
        assert self.done == self.asked


def try_one(data: bytes) -> None:
    twins = Twins()
    twins.each("open", 0.0)
    choices = Choices(data)
    while not choices.are_over:
        op = choices.byte() % OPS
        if op == 0:
            twins.hear(choices.piece())
        elif op in (1, 6, 7):
            twins.hear(b"\r\n" + LINES[choices.byte() % len(LINES)] + b"\r\n")
        elif op in (2, 8):
            tell_whole(twins, choices)
        elif op == 3:
            twins.let_pass(TIMES_S[choices.byte() % len(TIMES_S)])
        elif op in (4, 9):
            twins.run(choices.one_of(ASKS))
        elif op == 5:
            break_in(twins, choices.byte() % 4)
        elif op == 10:
            twins.hear(choices.piece(16))
        else:
            twins.each("data_to_send")
        twins.look()
    twins.end()


def tell_whole(twins: Twins, choices: Choices) -> None:
    """A message comes whole, at a line's border: it is told, whatever goes on."""
    at = choices.byte()
    twins.hear(b"\r\n")  # what was unfinished ends, perhaps the command with it
    pdu = PDUS[at % len(PDUS)]
    running = twins.engines[0].running
    is_listing = running is not None and running.is_listing and at % 3 == 0
    header = "+CMGL: 1,0,,28" if is_listing else ("+CMT: ,28", "+CDS: 26")[at % 2]
    heard = twins.hear(f"{header}\r\n{pdu}\r\n".encode())
    told = [one for one in heard if isinstance(one, News | Listed) and (one.text, one.pdu) == (header, pdu)]
    assert len(told) == 1, f"{header} was not told, but {heard}"


def break_in(twins: Twins, how: int) -> None:
    running = twins.engines[0].running
    if how == 0:
        heard = twins.each("break_off", twins.now_s)
    elif how == 1:
        heard = twins.each("close")
        twins.each("open", twins.now_s)
    elif how == 2 and running is not None and running.is_call:
        twins.each("abort", twins.now_s)
        return
    else:
        return
    finals = [one.final.kind for one in heard if isinstance(one, Done)]
    assert finals == ([FinalKind.BROKEN_OFF] if running else [])
    assert InStep.FOUND not in heard
