"""Fuzz: a whole conversation. Honest, garbled, late and missing answers, news, noise, time, commands, unplugging.

Whatever happened, nothing escapes, nothing is told that did not come, every command has one fate, and once the
module is healthy again everything it holds is told and the line is ready.
"""

from __future__ import annotations

from collections.abc import Callable

from modem.commands import (
    Answer,
    AskForwarding,
    Command,
    DeleteSms,
    Dial,
    HangUp,
    RawCommand,
    ReadStores,
    SendKeys,
    SendSms,
    SetForwarding,
)
from modem.events import ForwardReason, Slot
from tests.modem.deliver_pdus import deliver, report
from tests.modem.fuzz.choices import Choices
from tests.modem.fuzz.samples import PDUS, transcript_lines
from tests.modem.fuzz.target_engine import LONG_NUMBER
from tests.modem.fuzz.world import World
from tests.modem.scripted import UNREAD, said

LONGEST = 160  # octets of a case
ARRIVALS = tuple(deliver(f"来信{number}") for number in range(40))
LINES = (
    b"+CMS ERROR: " + LONG_NUMBER, b"+CPMS: " + LONG_NUMBER, b"+CPMS: \xb2,\xb2,\xb2", b"+CREG: " + LONG_NUMBER,
    b"+CLCC: 1,1,4,0,0", b'+CMTI: "SM",' + LONG_NUMBER, b"+CMGL: " + LONG_NUMBER + b",0,,28", b"+CMGL: 1,0,,28",
    b"+CMT: ,28", b"+CDS: 26", b"+CDS: 26\r\n" + report(17).encode(), b"> ", PDUS[0].encode(), PDUS[0].lower().encode(),
    b"RING", b"+CRING: VOICE", b'+CLIP: "13800138000",161', b"NO CARRIER", b"BUSY", b"CONNECT", b"RDY", b"+CPIN: READY",
    b"+CPIN: SIM REMOVED", b"+CPIN: NOT INSERTED", b"SMS READY", b"POWERED DOWN", b"ATE0", b"AT", b"OK", b"ERROR",
    b'+CMTI: "MT",1', b'+CMTI: "SM",1', b'+CMTI: "ME",1', b'+CLCC: 1,0,0,0,0,"10086",129', b'+CLCC: 1,1,6,0,0,"",129',
    b'+CCWA: "13900139000",161,1', b"+CREG: 0", b"+CREG: 3", b"+CCFC: 1,1", b"^SMMEMFULL: \"SM\"", b"+CUSD: 0,\"x\",15",
    *transcript_lines(),
)  # fmt: skip
SPECIAL = (
    ("+CME ERROR: 14",), ("+CMS ERROR: 500",), ("ERROR",), ("+CME ERROR: 10",), ("NO CARRIER",), ("BUSY",), ("OK",),
    ("+CMS ERROR: 322",), ("+CMS ERROR: 332",), ("COMMAND NOT SUPPORT",), ("+CPIN: SIM PIN", "OK"),
)  # fmt: skip
TIMES_S = (0.0, 0.05, 0.25, 0.5, 1.0, 2.0, 5.0, 11.0, 31.0, 61.0, 130.0)
RAW = ("ATI", "AT+CSQ", "AT+CFUN=1", "AT", "AT+CMGS=1", "AT+CLCC", "AT+CMGL=4", "\x1a", "AT+CNMI=0,0")
NUMBERS = ("10086", "+8613800138000", "*100#", "", "12345", "no number")


def corpus() -> list[bytes]:
    """The line comes up; messages arrive; every line of the transcripts is said to it; commands are given."""
    up = bytes([0, 3, 2, 0, 3, 3, 0])  # OK, a silence, start-up
    return [
        up,
        *(up + bytes([op, 1, 0, 3, 8]) for op in range(24)),
        *(up + bytes([1, at % 256, 0, 5, at % 11, 0]) for at in range(0, len(LINES), 2)),
        *(up + bytes([6, kind, 1, 0, 5, 6, 0, 7, 0]) for kind in range(12)),
        up + bytes([8, 0, 3, 8, 1, 5, 0, 8, 2, 5, 9, 0, 9, 0, 0]),
        up + bytes([10, 0, 10, 1, 5, 8, 0, 12, 0, 5, 8]),
        up + bytes([6, 0, 3, 2, 0, 6, 0, 4, 2, 0, 5, 10]),
        up + bytes([8, 2, 0, 10, 3, 1, 0, 3, 3, 0]),
        up + bytes([6, 0, 0, 0, 0, 0, 4, 15, 1, 0, 0]),
    ]


class Chaos:
    """One case: what is done to the world, as the bytes say."""

    def __init__(self, choices: Choices) -> None:
        self.world = World()
        self.choices = choices
        self.is_forged = False  # the module seemed to say what it did not: then slots may be taken for others
        self._refs = iter(range(1, 10_000))
        self._arrivals = iter(ARRIVALS)
        self._late: list[bytes] = []

    def step(self) -> None:
        STEPS[self.choices.byte() % len(STEPS)](self)
        self.world.tick()

    # -- the module

    def answers(self) -> None:
        self.world.answers()

    def answers_one(self) -> None:
        self.world.hear(self.world.answer())

    def says_a_line(self) -> None:
        self.is_forged = True
        self.world.hear(b"\r\n" + self.choices.one_of(LINES) + b"\r\n")

    def says_bytes(self) -> None:
        self.is_forged = True
        self.world.hear(self.choices.piece(64))

    def answers_garbled(self) -> None:
        self.is_forged = True
        answer = bytearray(self.world.answer())
        if answer:
            at = self.choices.byte() % len(answer)
            answer[at : at + self.choices.byte() % 4] = self.choices.piece(4)
        self.world.hear(bytes(answer))

    def answers_late(self) -> None:
        if self._late:
            self.is_forged = True
            self.world.hear(self._late.pop(0))
        else:
            self._late.append(self.world.answer())

    def is_mute(self) -> None:
        """The command is carried out, and nothing said."""
        self.world.answer()

    def hears_nothing(self) -> None:
        self.world.pending.clear()

    def refuses(self) -> None:
        """The oldest command fails, and is not carried out."""
        if self.world.pending:
            if self.world.pending.pop(0).endswith("\x1a"):
                self.world.script.hears("\x1b")  # a text refused is a text no longer awaited
            self.world.hear(said(*self.choices.one_of(SPECIAL[:4])))

    def says_something_else(self) -> None:
        self.is_forged = True
        if self.world.pending:
            self.world.script.next(self.world.pending[0], self.choices.one_of(SPECIAL))

    def starts_anew(self) -> None:
        self.world.pending.clear()
        self.world.script.hears("\x1b")
        self.world.hear(said("RDY"))

    def gets_a_message(self) -> None:
        pdu = next(self._arrivals, None)
        how = self.choices.byte()
        name = ("SM", "ME")[how & 1]
        store = self.world.script.stores[name]
        index = next(free for free in range(1, 256) if free not in store)
        if pdu is None:
            return
        store[index] = (UNREAD, pdu)
        if how & 2:
            self.world.hear(said(f'+CMTI: "{name}",{index}'))

    def is_unplugged(self) -> None:
        self.world.unplug()

    def time_passes(self) -> None:
        self.world.let_pass(self.choices.one_of(TIMES_S))

    # -- the office

    def office_asks(self) -> None:
        kind, ref = self.choices.byte() % 8, next(self._refs)
        number = self.choices.one_of(NUMBERS)
        call = self.choices.byte() % 4
        commands: tuple[Command, ...] = (
            SendSms(ref, number, f"text {ref} " + "长" * (self.choices.byte() % 90)),
            Dial(ref, number),
            Answer(call),
            HangUp(call),
            RawCommand(self.choices.one_of(RAW), ref),
            SendKeys(call, "12#"),
            SetForwarding(ref, ForwardReason.BUSY, number),
            AskForwarding(ref),
        )
        self.world.give(commands[kind])

    def office_lists(self) -> None:
        self.world.give(ReadStores())

    def office_commits(self) -> None:
        self.world.commit()

    def office_commits_stale(self) -> None:
        self.world.give(DeleteSms((Slot("SM", self.choices.byte() % 8, self.choices.byte()), Slot("XX", 1, 1))))


STEPS: tuple[Callable[[Chaos], None], ...] = (
    Chaos.answers, Chaos.says_a_line, Chaos.says_bytes, Chaos.time_passes, Chaos.answers_one, Chaos.time_passes,
    Chaos.office_asks, Chaos.office_lists, Chaos.gets_a_message, Chaos.office_commits, Chaos.office_commits_stale,
    Chaos.answers_garbled, Chaos.answers_late, Chaos.is_mute, Chaos.hears_nothing, Chaos.refuses,
    Chaos.says_something_else, Chaos.starts_anew, Chaos.is_unplugged, Chaos.answers, Chaos.gets_a_message,
    Chaos.office_asks, Chaos.time_passes, Chaos.answers_one,
)  # fmt: skip


def try_one(data: bytes) -> None:
    choices = Choices(data)
    chaos = Chaos(choices)
    while not choices.are_over:
        chaos.step()
    chaos.world.recover()
    chaos.world.ledger.check_raw()
    if not chaos.is_forged:
        assert chaos.world.deleted_uncommitted() == set(), "a message was deleted that the office does not have"
