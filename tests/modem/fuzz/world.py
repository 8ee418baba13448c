"""A conversation, a scripted module and an office with nothing between them that can be trusted."""

from __future__ import annotations

from modem.commands import Command, DeleteSms
from modem.events import Event, LineState
from modem.gsm import GsmConversation
from tests.modem.fuzz.ledger import Ledger
from tests.modem.scripted import COMMAND, Script

MOST_TICKS = 60  # at one moment: more is a port that spins
MOST_EXCHANGES = 400  # commands and answers without an end
MOST_KEPT = 300  # things of a kind that the conversation may keep
PATIENCE_S = 400.0  # within which a healthy module gets everything it holds told, whatever was before
SEARCH_S = 5.0


class World:
    def __init__(self) -> None:
        self.script = Script()
        self.line = GsmConversation("line1", has_sound=True)
        self.ledger = Ledger()
        self.now_s = 0.0
        self.pending: list[str] = []  # commands that the module has not heard
        self.texts: dict[str, int] = {}  # message texts written, how often
        self._unsplit = b""
        self.open()

    # -- the port

    def open(self) -> None:
        self.ledger.port_opened()
        self.pending.clear()
        self._unsplit = b""
        self._take(self.line.start(self.now_s))

    def unplug(self) -> None:
        self.ledger.take(self.line.lost("unplugged", self.now_s, LineState.MISSING))
        assert self.ledger.open_calls == set(), "calls outlive the port"
        self.open()

    def hear(self, data: bytes) -> None:
        self.ledger.came(data)
        self._take(self.line.receive(data, self.now_s))

    def give(self, command: Command) -> None:
        self.ledger.sent(command)
        self._take(self.line.send(command, self.now_s))

    def tick(self) -> None:
        """As the port does it: only when it is due, and it must not be due for ever."""
        for _ in range(MOST_TICKS):
            due_s = self.line.next_deadline()
            if due_s is None or due_s > self.now_s:
                return
            self._take(self.line.tick(self.now_s))
        raise AssertionError("it is due, and due, and due")

    def let_pass(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        for _ in range(MOST_EXCHANGES):
            due_s = self.line.next_deadline()
            if due_s is None or due_s > until_s:
                self.now_s = until_s
                return
            self.now_s = max(self.now_s, due_s)
            self.tick()
        raise AssertionError("time does not pass")

    def _take(self, events: list[Event]) -> None:
        self.ledger.take(events)
        self._unsplit += self.line.data_to_send()
        while command := COMMAND.match(self._unsplit):
            self._unsplit = self._unsplit[command.end() :]
            self.pending.append(command[0].decode("latin-1").removesuffix("\r"))
            if command[0].endswith(b"\x1a"):
                text = self.pending[-1]
                self.texts[text] = self.texts.get(text, 0) + 1
                assert self.texts[text] == 1, "one message went out twice"
        if self.line.wants_reopen:
            self.unplug()
        assert self.line.next_deadline() is not None, "nothing will ever wake it"

    # -- the module

    def answers(self) -> None:
        """It hears what was written, and says what it has to say."""
        for _ in range(MOST_EXCHANGES):
            if not self.pending:
                return
            self.hear(self.script.hears(self.pending.pop(0)))
        raise AssertionError("they never stop talking")

    def answer(self) -> bytes:
        """To the oldest command; not said yet."""
        return self.script.hears(self.pending.pop(0)) if self.pending else b""

    # -- the end

    def recover(self) -> None:
        """From here on the module is healthy, and the office commits what it is told."""
        self.script.as_usual()
        self.hear(b"\r\n")
        until_s = self.now_s + PATIENCE_S
        self.answers()
        while not self.is_well() and self.now_s < until_s:
            self.let_pass(min(SEARCH_S, max(0.01, (self.line.next_deadline() or 0.0) - self.now_s)))
            self.answers()
            self.commit()
        assert self.is_well(), f"{self.ledger.picture}, untold {self.untold()}, no fate {self.ledger.waiting}"

    def is_well(self) -> bool:
        picture = self.ledger.picture
        is_ready = picture is not None and picture.state is LineState.READY
        return is_ready and not self.untold() and not self.ledger.waiting and not self.ledger.open_calls

    def untold(self) -> list[str]:
        stored = {pdu for store in self.script.stores.values() for stat, pdu in store.values() if stat < 2}
        return sorted(stored - self.ledger.pdus.keys())

    def commit(self) -> None:
        slots = tuple(slot for pdu, slot in self.ledger.pdus.items() if pdu not in self.ledger.committed)
        if slots:
            self.give(DeleteSms(slots))

    def deleted_uncommitted(self) -> set[str]:
        return set(self.script.deleted) - self.ledger.committed
