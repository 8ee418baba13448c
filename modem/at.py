"""The AT engine: one command at a time, its answer told apart from what the module says unasked. Sans-I/O.

The theory. A module mixes three voices on one wire: answers to the command that runs, news (unsolicited result
codes, "URC") and noise. News may come at any line border, even inside an answer, so every whole line is looked at
for news first, unless its name is one the running command waits for. A line of hex belongs to the latest header
that announced one (+CMGL, +CMT, +CDS ...): in PDU mode no news, no final result and no header is bare hex, so the
two cannot be confused.
When a command gets no final result, nobody knows what late lines belong to. So the engine falls out of step on
purpose: ESC (leaves a lost prompt), then AT until OK, then a short silence in which late lines are thrown away.
Three unanswered AT and it gives up: the port must be opened again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from modem.at_words import Final, FinalKind, final_of, is_hex, name_of
from modem.line_buffer import TRIMMED, LineBuffer

ESCAPE, SUBMIT, END = b"\x1b", b"\x1a", b"\r"
PROMPT_TIMEOUT_S = 10.0
PROBE_TIMEOUT_S = 2.0  # for a bare AT; a booting module is silent for longer and gets reopened
PROBES = 3
SILENCE_S = 0.25  # after AT said OK: late lines of a broken command come in this time
LONGEST_SILENCE_S = 3.0  # waited for; a line that is never silent is noisy, not late
PROGRESS_S = 5.0  # an answer that still brings lines gets this much longer...
MOST_PROGRESS = 10  # ...up to this multiple of the command's own time
ABORT_S = 5.0
MOST_HEADERS = 16  # waiting for their hex; a second one is rare
HURRIED_S = 8.0  # a network that takes a message at all takes it in 2 to 4 s; a caller waits no longer than this
MOST_LINES = 1000  # of one answer that is no listing; the longest known is a phone book's


@dataclass(frozen=True, slots=True)
class Ask:
    """One command and what its answer looks like."""

    text: str  # without the carriage return
    timeout_s: float = 5.0
    names: tuple[str, ...] = ()  # "+CSQ": lines so named are its answer while it runs
    is_listing: bool = False  # each named line is followed by one of hex; handed out at once as Listed
    is_free_text: bool = False  # lines without a name are its answer (AT+CGMI, AT+CIMI)
    is_call: bool = False  # NO CARRIER, BUSY ... are final results
    body: str | None = None  # sent when the module prompts for it


@dataclass(frozen=True, slots=True)
class News:
    """Something the module said unasked; `pdu` is the line of hex that belongs to it, if its name has one."""

    text: str
    pdu: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a listing, as soon as it is whole. `pdu` is "" where the hex did not come."""

    ask: Ask
    text: str
    pdu: str


@dataclass(frozen=True, slots=True)
class Done:
    """A command ended."""

    ask: Ask
    final: Final
    lines: tuple[str, ...]
    is_clean: bool  # nothing unreadable came while it ran
    body_went: bool  # the body was handed to the module: it may have been sent on


@dataclass(frozen=True, slots=True)
class Noise:
    """A line that is no news, no answer and no final result."""

    text: str


class InStep(Enum):
    """The engine's own news."""

    FOUND = auto()  # the module answers; commands may follow
    GAVE_UP = auto()  # it does not: open the port again


Heard = News | Listed | Done | Noise | InStep


class State(Enum):
    CLOSED = auto()
    PROBING = auto()  # AT went out, OK awaited
    SETTLING = auto()  # OK came; throwing away late lines
    IDLE = auto()
    RUNNING = auto()
    PROMPT_AWAITED = auto()


@dataclass(slots=True)
class _Running:
    ask: Ask
    started_s: float
    lines: list[str]
    begun_s: float = 0.0  # when the module got all of it
    is_clean: bool = True
    body_went: bool = False

    def keep(self, line: str) -> None:
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)


class AtEngine:
    """Bytes and the time in; what was heard, bytes to send and the next deadline out."""

    def __init__(self, is_news: Callable[[str], bool], names_with_pdu: frozenset[str]) -> None:
        """`is_news` knows the news this module gives, by whole line; `names_with_pdu` take a line of hex."""
        self.is_news = is_news
        self._names_with_pdu = names_with_pdu
        self._buffer = LineBuffer()
        self._out = bytearray()
        self._state = State.CLOSED
        self._deadline_s: float | None = None
        self._probes_left = 0
        self._settle_until_s = 0.0
        self._running: _Running | None = None
        self.echoes = 0  # command lines that came back
        self._headers: list[tuple[str, bool]] = []  # (line, is_answer): waiting for their hex, latest last

    @property
    def is_idle(self) -> bool:
        return self._state is State.IDLE

    @property
    def running(self) -> Ask | None:
        return self._running.ask if self._running else None

    def data_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        return self._deadline_s

    def open(self, now_s: float) -> None:
        """The port was just opened: find out whether somebody answers."""
        self.close()
        self._get_in_step(now_s)

    def close(self) -> list[Heard]:
        """The port is gone, or will be: nothing is awaited any more. The running command ends BROKEN_OFF."""
        self._buffer.clear()
        self._out.clear()
        self._headers.clear()
        broken = self._end(Final(FinalKind.BROKEN_OFF, ""))
        self._state = State.CLOSED
        self._deadline_s = None
        return broken

    def break_off(self, now_s: float) -> list[Heard]:
        """The module started anew: the running command gets no answer. Get in step again."""
        broken = self._end(Final(FinalKind.BROKEN_OFF, ""))
        self._get_in_step(now_s)
        return broken

    def run(self, ask: Ask, now_s: float) -> None:
        """Start a command; only when idle."""
        assert self.is_idle, "one command at a time"
        self._out += ask.text.encode("ascii", "replace") + END
        self._running = _Running(ask, now_s, [], now_s)
        self._state = State.RUNNING if ask.body is None else State.PROMPT_AWAITED
        self._deadline_s = now_s + (ask.timeout_s if ask.body is None else PROMPT_TIMEOUT_S)

    def abort(self, now_s: float) -> None:
        """Stop a dialling command that still runs: any character does (V.250 5.6.1). Its final result follows."""
        self._out += END
        self._deadline_s = now_s + ABORT_S

    def hurry(self, now_s: float) -> None:
        """Somebody waits behind the running command: it gets HURRIED_S from its start, or from its body, in all."""
        if self._running is not None and self._deadline_s is not None:
            self._deadline_s = min(self._deadline_s, max(now_s, self._running.begun_s + HURRIED_S))

    def receive(self, data: bytes, now_s: float) -> list[Heard]:
        heard: list[Heard] = []
        self._buffer.feed(data)
        while (line := self._buffer.next_line()) is not None:
            heard += self._line(line, now_s)
        if self._state is State.PROMPT_AWAITED and self._buffer.take_prompt():
            self._send_body(now_s)
        return heard

    def tick(self, now_s: float) -> list[Heard]:
        if self._deadline_s is None or now_s < self._deadline_s:
            return []
        if self._state is State.SETTLING:
            self._state = State.IDLE
            self._deadline_s = None
            return [InStep.FOUND]
        if self._state is State.PROBING:
            return self._probe(now_s)
        kind = FinalKind.NO_PROMPT if self._state is State.PROMPT_AWAITED else FinalKind.TIMEOUT
        heard = self._end(Final(kind, ""))
        self._get_in_step(now_s)
        return heard

    # -- lines

    def _line(self, line: str, now_s: float) -> list[Heard]:
        if self._headers and is_hex(line):
            return self._with_pdu(line)
        name = name_of(line)
        if name in self._names_with_pdu:
            self._headers.append((line, False))
            return self._given_up()
        if self._running is None:
            return self._line_without_command(line, now_s)
        ask = self._running.ask
        final = final_of(line, of_call=ask.is_call)
        if final is not None:
            return self._without_pdu() + self._end(final)
        if name in ask.names:
            return self._answer(line, now_s)
        if self.is_news(line):
            return [News(line)]
        return self._other_line(line, now_s)

    def _line_without_command(self, line: str, now_s: float) -> list[Heard]:
        if self.is_news(line):
            return [News(line)]
        if self._headers:
            return self._with_pdu(line)
        if self._state in (State.PROBING, State.SETTLING):
            self._settle(now_s, is_ok=line.upper() == "OK")
            return []
        return [] if final_of(line, of_call=False) else [Noise(line)]

    def _answer(self, line: str, now_s: float) -> list[Heard]:
        running = self._running
        assert running is not None
        longest_s = running.started_s + running.ask.timeout_s * MOST_PROGRESS
        self._deadline_s = min(max(self._deadline_s or now_s, now_s + PROGRESS_S), longest_s)
        if running.ask.is_listing:
            heard = self._without_pdu()
            self._headers.append((line, True))
            return [*heard, *self._given_up()]
        running.keep(line)
        return []

    def _other_line(self, line: str, now_s: float) -> list[Heard]:
        """A line of the running command that is no news and bears none of its names."""
        assert self._running is not None
        running = self._running
        if self._state is State.PROMPT_AWAITED and line.startswith(">"):
            self._send_body(now_s)
            rest = line[1:].strip(TRIMMED)
            return self._line(rest, now_s) if rest else []
        if line.upper() == running.ask.text.upper():
            self.echoes += 1
            return []
        if line.upper() == running.ask.body:  # some echo the body whatever ATE0 said
            return []
        if running.ask.is_free_text:
            running.keep(line)
            return []
        running.is_clean = False
        if self._headers:  # garbled hex: kept with its header, its length tells that it is wrong
            return self._with_pdu(line)
        return [Noise(line)]

    def _with_pdu(self, pdu: str) -> list[Heard]:
        header, is_answer = self._headers.pop()
        if not is_answer:
            return [News(header, pdu)]
        assert self._running is not None
        return [Listed(self._running.ask, header, pdu)]

    def _given_up(self) -> list[Heard]:
        """The oldest header, if there are too many whose hex never came."""
        if len(self._headers) <= MOST_HEADERS:
            return []
        if self._running is not None:
            self._running.is_clean = False
        return [Noise(self._headers.pop(0)[0])]

    def _without_pdu(self) -> list[Heard]:
        """The answer goes on, or ends, without the hex that was announced: an entry that is empty, or lost."""
        assert self._running is not None
        missing = [Listed(self._running.ask, header, "") for header, is_answer in self._headers if is_answer]
        self._headers = [waiting for waiting in self._headers if not waiting[1]]
        return list(missing)

    # -- states

    def _send_body(self, now_s: float) -> None:
        assert self._running is not None
        assert self._running.ask.body is not None
        self._out += self._running.ask.body.encode("ascii") + SUBMIT
        self._running.body_went = True
        self._running.begun_s = now_s
        self._state = State.RUNNING
        self._deadline_s = now_s + self._running.ask.timeout_s

    def _end(self, final: Final) -> list[Heard]:
        running, self._running = self._running, None
        self._headers = [header for header in self._headers if not header[1]]
        if self._state in (State.RUNNING, State.PROMPT_AWAITED):
            self._state = State.IDLE
            self._deadline_s = None
        if running is None:
            return []
        return [Done(running.ask, final, tuple(running.lines), running.is_clean, running.body_went)]

    def _settle(self, now_s: float, *, is_ok: bool) -> None:
        if self._state is State.PROBING and is_ok:
            self._state = State.SETTLING
            self._settle_until_s = now_s + LONGEST_SILENCE_S
        if self._state is State.SETTLING:
            self._deadline_s = min(now_s + SILENCE_S, self._settle_until_s)

    def _get_in_step(self, now_s: float) -> None:
        self._headers.clear()
        self._out += ESCAPE + END
        self._probes_left = PROBES
        self._probe(now_s)

    def _probe(self, now_s: float) -> list[Heard]:
        if self._probes_left == 0:
            self._state = State.CLOSED
            self._deadline_s = None
            return [InStep.GAVE_UP]
        self._probes_left -= 1
        self._out += b"AT" + END
        self._state = State.PROBING
        self._deadline_s = now_s + PROBE_TIMEOUT_S
        return []
