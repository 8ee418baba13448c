"""The conversation under anything a module or a line can do: it never raises, spins, or deletes what is not committed.

What it says and does in each case stands in the transcripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from modem.commands import (
    Answer,
    AskForwarding,
    Command,
    DeleteSms,
    Dial,
    HandOver,
    HangUp,
    Join,
    Listen,
    Measure,
    Play,
    RawCommand,
    ReadStores,
    SendKeys,
    SendSms,
    SetForwarding,
    StopSound,
)
from modem.dialect import Dialect
from modem.dialects import all_dialects
from modem.events import (
    CallEnded,
    CallRinging,
    CallSound,
    CommandRefused,
    Event,
    ForwardReason,
    LineChanged,
    LineState,
    Slot,
    SmsFailed,
    SmsSent,
    SmsStored,
)
from modem.gsm import GsmConversation
from modem.gsm_pin import OnceInAProcess
from modem.pdu import tpdu_octets
from tests.modem.deliver_pdus import deliver, listed
from tests.modem.pty_module import ANSWERS

COMMAND_LINE = re.compile(rb"\x1b\r?|[^\r\x1a\x1b]*[\r\x1a]")

WORDS = st.sampled_from([
    b"OK", b"ERROR", b"+CME ERROR: 14", b"+CMS ERROR: 500", b"RING", b"+CRING: VOICE", b'+CLIP: "139",129', b"RDY",
    b"NO CARRIER", b"BUSY", b'+CMTI: "SM",1', b'+CMTI: "MT"', b"+CMTI", b'+CDSI: "SR",1', b"SMS READY", b"+CPIN: READY",
    b"+CPIN: NOT READY", b"+CMGL: 1,0,,23", b"+CMGL: x", deliver().encode(), b"00", b"+CMT: ,23", b"+CDS: 2",
    b"+CREG: 1", b'+CREG: 2,"1A",7', b"+CEREG: 2,5", b"+CSQ: 20,99", b'+COPS: 0,0,"TOWN",7', b"+CPMS: 1,20",
    b'+CPMS: ("SM","ME"),("SM")', b"+CLCC: 1,1,4,0,0", b"+CLCC: 1,0,0,0,0", b"+CLCC: 2,1,6,0,0", b'+CCWA: "1",129',
    b"+CPIN: SIM PIN", b"+CPINR: SIM PIN,3,3", b"+CFUN: 4", b"460990000000001", b"> ", b"+CMGS: 5", b"\xff\x00?",
    b"CONNECT", b"AT+CMGL=4", b"+DTMF: 5", b"+QTONEDET: 53", b"+CCFC: 1,1,\"139\",129", b"VOICE CALL: END: 000001",
    b"^CEND:1,2,29,16", b"quectel", b"simcom", b"huawei", b"^DSCI: 1,1,6,0,1,129", b"+CPMS: 20,20", b"^SYSSTART",
])  # fmt: skip
SAID = WORDS.map(lambda word: b"\r\n" + word + b"\r\n") | st.just(b"\r\n> ") | st.binary(max_size=20)
COMMANDS = st.sampled_from([
    SendSms(1, "12345", "hello"), SendSms(2, "x", "hello"), SendSms(3, "13800138000", "中" * 100), ReadStores(),
    Dial(4, "10086"), Answer(1), HangUp(1), HangUp(2), RawCommand("ATI", 5), RawCommand("AT+CMGF=0", 6),
    DeleteSms((Slot("SM", 1, 1), Slot("SM", 1, 2), Slot("ME", 9, 1))), SendKeys(1, "12#"), SendKeys(2, "x"),
    SetForwarding(7, ForwardReason.ALWAYS, "13900139000"), AskForwarding(8),
])  # fmt: skip
MOMENTS = st.one_of(SAID, SAID, SAID, COMMANDS, st.sampled_from(["start", "lost", 0.1, 1.0, 6.0, 31.0]))


@given(st.lists(MOMENTS, max_size=60), st.booleans(), st.sampled_from([None, *all_dialects()]))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_makes_the_conversation_raise_or_spin(
    moments: list[object], is_ready: bool, dialect: Dialect | None
) -> None:
    conversation = GsmConversation("line1", dialect, pin="1234", has_sound=True)
    sound: dict[int, bool] = {}
    now_s = 0.0
    conversation.start(now_s)
    if is_ready:
        Module(conversation).answer_everything(now_s)
    for moment in moments:
        told: list[Event] = []
        if isinstance(moment, bytes):
            told = conversation.receive(moment, now_s)
        elif moment == "start":
            told = conversation.start(now_s)
        elif moment == "lost":
            told = conversation.lost("unplugged", now_s)
        elif isinstance(moment, float):
            now_s, told = let_pass(conversation, now_s, moment)
        else:
            told = conversation.send(moment, now_s)  # type: ignore[arg-type]
        conversation.data_to_send()
        check_sound(told, sound)
    assert conversation.lost("the end", now_s)
    assert conversation.successor().next_deadline() is None


def let_pass(conversation: GsmConversation, now_s: float, seconds: float) -> tuple[float, list[Event]]:
    until_s = now_s + seconds
    told: list[Event] = []
    for _ in range(1000):
        deadline_s = conversation.next_deadline()
        if deadline_s is None or deadline_s > until_s:
            return until_s, told
        now_s = max(now_s, deadline_s)
        told += conversation.tick(now_s)
        conversation.data_to_send()
    raise AssertionError("the conversation spins")


def check_sound(told: list[Event], sound: dict[int, bool]) -> None:
    """Sound goes on and off by turns, in one call at a time, and no call ends with it on."""
    for event in told:
        if isinstance(event, CallSound):
            assert sound.get(event.call, False) is not event.is_on
            sound[event.call] = event.is_on
            assert sum(sound.values()) <= 1
        elif isinstance(event, CallEnded):
            assert not sound.get(event.call, False)


class Module:
    """A module with a SIM in memory: what is on it, and what was deleted."""

    def __init__(self, conversation: GsmConversation) -> None:
        self.conversation = conversation
        self.sim: dict[int, tuple[str, bool]] = {}  # slot -> PDU, whether it counts as read
        self.deleted: list[str] = []
        self.events: list[Event] = []
        self.noise_in_lists = 0
        self.is_mute = False
        self.unsent = b""
        self.answers = dict(ANSWERS)
        self.asked: list[str] = []
        self.on_ask: dict[str, Callable[[], None]] = {}

    def picture(self) -> LineChanged:
        return [event for event in self.events if isinstance(event, LineChanged)][-1]

    def answer_everything(self, now_s: float) -> float:
        """Answer until nothing is asked any more; the time it took."""
        for _ in range(500):
            self.unsent += self.conversation.data_to_send()
            line = COMMAND_LINE.match(self.unsent)
            if line is None:
                deadline_s = self.conversation.next_deadline()
                if deadline_s is None or deadline_s > now_s + 3:
                    return now_s
                now_s = max(now_s, deadline_s)
                self.events += self.conversation.tick(now_s)
                continue
            self.unsent = self.unsent[line.end() :]
            if not self.is_mute:
                self.events += self.conversation.receive(self.answer(line[0].decode()), now_s)
        raise AssertionError("the conversation never comes to rest")

    def answer(self, line: str) -> bytes:
        command = line.rstrip("\r")
        if command in ("", "\x1b"):
            return b""
        if command.startswith("AT+CMGS"):
            return b"\r\n> "
        if command.endswith("\x1a"):
            return b"\r\n+CMGS: 1\r\n\r\nOK\r\n"
        self.asked.append(command)
        self.on_ask.get(command, lambda: None)()
        lines = self.answers.get(command, [])
        if command.startswith("AT+CMGL"):
            lines = self.listing(only_new=command.endswith("0"))
        elif command.startswith("AT+CMGD"):
            self.delete(command)
        return "".join(f"\r\n{each}\r\n" for each in [*lines, "OK"]).encode("latin-1")

    def listing(self, *, only_new: bool) -> list[str]:
        lines = []
        for slot, (pdu, is_read) in sorted(self.sim.items()):
            if only_new and is_read:
                continue
            self.sim[slot] = (pdu, True)
            text = listed(slot, pdu, int(is_read))
            if self.noise_in_lists > 0:
                self.noise_in_lists -= 1
                text = (text[:-7], text.replace("+CMGL", "+C?GL"), "#", text.split("\r\n")[0])[self.noise_in_lists % 4]
            lines.append(text)
        return lines

    def delete(self, command: str) -> None:
        if command == "AT+CMGD=1,1":
            gone = [slot for slot, (_pdu, is_read) in self.sim.items() if is_read]
        else:
            gone = [int(command.partition("=")[2])]
        for slot in gone:
            if slot in self.sim:
                self.deleted.append(self.sim.pop(slot)[0])


class Intake(RuleBasedStateMachine):
    """Messages come, the office commits some, commands get lost, the wire is noisy, the module restarts."""

    @initialize()
    def begin(self) -> None:
        self.now_s = 0.0
        self.conversation = GsmConversation("line1")
        self.module = Module(self.conversation)
        self.committed: set[str] = set()
        self.sent = 0
        self.read = 0
        self.waiting: list[SmsStored] = []
        self.conversation.start(0.0)
        self.work()

    def work(self) -> None:
        self.now_s = self.module.answer_everything(self.now_s)
        fresh, self.read = self.module.events[self.read :], len(self.module.events)
        self.waiting += [event for event in fresh if isinstance(event, SmsStored)]

    @rule(count=st.integers(1, 5), is_told=st.booleans())
    def messages_come(self, count: int, is_told: bool) -> None:
        for _ in range(count):
            self.sent += 1
            slot = next(slot for slot in range(1, 1000) if slot not in self.module.sim)
            self.module.sim[slot] = (deliver(f"message {self.sent}"), False)
            if is_told:
                news = f'\r\n+CMTI: "SM",{slot}\r\n'.encode()
                self.module.events += self.conversation.receive(news, self.now_s)
        self.work()

    @rule(share=st.integers(1, 4))
    def the_office_commits(self, share: int) -> None:
        """Some, or all, of what it was told; the others later."""
        taken = self.waiting[: max(1, len(self.waiting) * share // 4)]
        self.waiting = self.waiting[len(taken) :]
        for event in taken:
            self.committed.add(event.pdu)
            self.module.events += self.conversation.send(DeleteSms((event.slot,)), self.now_s)
        self.work()

    @rule(slots=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=5))
    def the_office_names_old_slots(self, slots: list[tuple[int, int]]) -> None:
        """Of sessions that are over."""
        old = tuple(Slot("SM", slot, session) for slot, session in slots if session < self.session())
        self.module.events += self.conversation.send(DeleteSms(old), self.now_s)
        self.work()

    def session(self) -> int:
        pictures = [event.at_session for event in self.module.events if isinstance(event, LineChanged)]
        return max(pictures, default=0)

    @rule(count=st.integers(1, 4))
    def the_wire_is_noisy(self, count: int) -> None:
        self.module.noise_in_lists = count

    @rule(seconds=st.sampled_from([0.5, 5.0, 31.0, 65.0]))
    def time_passes(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while (deadline_s := self.conversation.next_deadline()) is not None and deadline_s <= until_s:
            self.now_s = max(self.now_s, deadline_s)
            self.module.events += self.conversation.tick(self.now_s)
            self.work()
        self.now_s = max(self.now_s, until_s)

    @rule()
    def the_module_restarts(self) -> None:
        self.module.events += self.conversation.receive(b"\r\nRDY\r\n", self.now_s)
        self.work()

    @rule()
    def the_port_is_lost_and_found(self) -> None:
        self.module.events += self.conversation.lost("unplugged", self.now_s)
        self.conversation.data_to_send()
        self.module.unsent = b""
        self.module.events += self.conversation.start(self.now_s)
        self.work()

    @rule()
    def an_answer_is_lost(self) -> None:
        self.module.is_mute = True
        self.module.events += self.conversation.send(ReadStores(), self.now_s)
        self.module.answer_everything(self.now_s)
        self.module.is_mute = False
        self.time_passes(7.0)

    @invariant()
    def nothing_is_deleted_that_is_not_committed(self) -> None:
        if hasattr(self, "module"):
            assert set(self.module.deleted) <= self.committed

    def teardown(self) -> None:
        """In the end everything that came is told and deleted."""
        if not hasattr(self, "module"):
            return
        self.module.noise_in_lists = 0
        for _ in range(4):
            self.time_passes(65.0)
            while self.waiting:
                self.the_office_commits(4)
        assert self.module.sim == {}
        assert len(self.committed) == self.sent


Intake.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_intake = Intake.TestCase


def test_a_message_told_and_not_deleted_is_not_told_again_within_a_minute() -> None:
    conversation = GsmConversation("line1")
    module = Module(conversation)
    conversation.start(0.0)
    now_s = module.answer_everything(0.0)
    module.sim[1] = (deliver(), False)
    told_s = []
    while now_s < 400:
        before = len(module.events)
        now_s = max(now_s, conversation.next_deadline() or now_s)
        module.events += conversation.tick(now_s)
        now_s = module.answer_everything(now_s)
        told_s += [now_s for event in module.events[before:] if isinstance(event, SmsStored)]
    assert len(told_s) >= 4
    assert all(later - earlier >= 60 for earlier, later in pairwise(told_s))


def test_an_idle_line_wakes_a_few_times_a_minute_only() -> None:
    conversation = GsmConversation("line1")
    module = Module(conversation)
    conversation.start(0.0)
    now_s = module.answer_everything(0.0)
    wakes = 0
    end_s = now_s + 600
    while (deadline_s := conversation.next_deadline()) is not None and deadline_s < end_s:
        now_s = deadline_s
        wakes += 1
        module.events += conversation.tick(now_s)
        now_s = module.answer_everything(now_s)
    assert wakes <= 40  # stores every 30 s, status every 60 s: 30 in ten minutes


def test_one_read_with_a_ring_gives_the_event_at_once_even_while_starting() -> None:
    conversation = GsmConversation("line1")
    conversation.start(0.0)
    assert conversation.receive(b"\r\nRING\r\n", 0.5) == [CallRinging("line1", 1, None)]
    ended = conversation.lost("unplugged", 1.0, LineState.MISSING)
    assert isinstance(ended[0], CallEnded)


def test_a_flood_of_messages_does_not_keep_an_outgoing_one_waiting() -> None:
    conversation = GsmConversation("line1")
    module = Module(conversation)
    conversation.start(0.0)
    now_s = module.answer_everything(0.0)
    for round_ in range(20):
        module.sim[1] = (deliver(str(round_)), False)
        module.events += conversation.receive(b'\r\n+CMTI: "SM",1\r\n', now_s)
        if round_ == 2:
            module.events += conversation.send(SendSms(1, "12345", "hello"), now_s)
        line = COMMAND_LINE.match(conversation.data_to_send())
        while line is not None and not any(isinstance(event, SmsSent) for event in module.events):
            module.events += conversation.receive(module.answer(line[0].decode()), now_s)
            module.events += conversation.receive(b'\r\n+CMTI: "SM",1\r\n', now_s)
            line = COMMAND_LINE.match(conversation.data_to_send())
    assert any(isinstance(event, SmsSent) for event in module.events)
    assert not any(isinstance(event, SmsFailed) for event in module.events)


def test_a_dialect_without_a_question_for_pin_tries_gives_the_pin_once() -> None:
    conversation = GsmConversation("line1", Dialect("bare"), pin="1234")
    module = Module(conversation)
    module.answers["AT+CPIN?"] = ["+CPIN: SIM PIN"]
    conversation.start(0.0)
    module.answer_everything(0.0)
    assert module.asked.count('AT+CPIN="1234"') == 1
    assert module.picture().state is LineState.SIM_LOCKED


def test_a_successor_goes_on_counting_and_does_not_give_the_pin_again() -> None:
    first = GsmConversation("line1", pin="1234")
    module = Module(first)
    module.answers["AT+CPIN?"] = ["+CPIN: SIM PIN"]
    first.start(0.0)
    module.answer_everything(0.0)
    assert first.receive(b"RING\r\n", 20.0)[0] == CallRinging("line1", 1, None)
    second = first.successor()
    module = Module(second)
    module.answers["AT+CPIN?"] = ["+CPIN: SIM PIN"]
    second.start(60.0)
    module.answer_everything(60.0)
    assert 'AT+CPIN="1234"' not in module.asked
    assert "once only" in module.picture().detail
    assert second.receive(b"RING\r\n", 70.0)[0] == CallRinging("line1", 2, None)


class Tries(OnceInAProcess):
    """Remembers who asked, and what had gone out by then."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []
        self.proven: list[str] = []
        self.was_there: list[bytes] = []
        self.unsent: Callable[[], bytes] = bytes

    def may_try(self, line: str, holder: str, pin: str) -> bool:
        self.asked.append((line, holder))
        self.was_there.append(self.unsent())
        return super().may_try(line, holder, pin)

    def was_right(self, holder: str, pin: str) -> None:
        self.proven.append(holder)
        super().was_right(holder, pin)


def locked(tries: Tries, **answers: list[str]) -> Module:
    """A module whose card wants a PIN that it won't take, started; `answers` to AT+NAME."""
    conversation = GsmConversation("line1", pin="1234", pin_tries=tries)
    tries.unsent = conversation.data_to_send
    module = Module(conversation)
    module.answers |= {"AT+CPIN?": ["+CPIN: SIM PIN"], **{f"AT+{name}": lines for name, lines in answers.items()}}
    conversation.start(0.0)
    module.answer_everything(0.0)
    return module


def test_the_pin_goes_out_only_after_its_try_is_on_record() -> None:
    tries = Tries()
    module = locked(tries)
    assert tries.asked == [("line1", "imei:860000000000017")]
    assert tries.was_there == [b""]
    assert module.asked.count('AT+CPIN="1234"') == 1
    assert tries.proven == []
    again = locked(tries)  # the process began anew
    assert 'AT+CPIN="1234"' not in again.asked
    assert again.picture().state is LineState.SIM_LOCKED


@pytest.mark.parametrize(
    ("told", "holder"),
    [
        (["89860099000000000011"], "iccid:89860099000000000011"),
        (["+CCID: 8986009900000000001F"], "iccid:8986009900000000001"),
        (['+ICCID: "898600d9900000000011"'], "iccid:898600D9900000000011"),
        (["^ICCID: 98680099000000000011"], "iccid:98680099000000000011"),
        (["8986"], "imei:860000000000017"),
        (["460990000000001"], "imei:860000000000017"),
        (["898600990000000000112233"], "imei:860000000000017"),
    ],
)
def test_the_try_belongs_to_the_card_where_it_tells_its_number(told: list[str], holder: str) -> None:
    tries = Tries()
    locked(tries, CCID=told)
    assert tries.asked == [("line1", holder)]


def test_another_module_on_the_line_and_another_card_in_it_have_their_own_try() -> None:
    """The service runs on: what was tried is remembered by card, not by line."""
    conversation = GsmConversation("line1", pin="1234")
    tried = []
    for number, facts in enumerate(
        [
            {"AT+CGSN": ["860000000000017"]},
            {"AT+CGSN": ["860000000000025"]},
            {"AT+CGSN": ["860000000000025"], "AT+CCID": ["89860099000000000011"]},
            {"AT+CGSN": ["860000000000025"], "AT+CCID": ["89860099000000000029"]},
            {"AT+CGSN": ["860000000000017"], "AT+CCID": ["89860099000000000011"]},
            {"AT+CGSN": ["860000000000025"]},
        ]
    ):
        module = Module(conversation)
        module.answers |= {"AT+CPIN?": ["+CPIN: SIM PIN"], **facts}
        conversation.lost("unplugged", number * 600.0)
        conversation.start(number * 600.0)
        module.answer_everything(number * 600.0)
        tried.append('AT+CPIN="1234"' in module.asked)
    assert tried == [True, True, True, True, False, False]


def test_a_pin_that_the_card_took_is_told_as_right() -> None:
    tries = Tries()
    conversation = GsmConversation("line1", pin="1234", pin_tries=tries)
    module = Module(conversation)
    module.answers["AT+CPIN?"] = ["+CPIN: SIM PIN"]
    module.answers["AT+CGSN"] = []
    module.on_ask['AT+CPIN="1234"'] = lambda: module.answers.update({"AT+CPIN?": ["+CPIN: READY"]})
    conversation.start(0.0)
    module.answer_everything(0.0)
    assert tries.proven == ["line:line1"]
    assert module.picture().state is LineState.READY


def test_the_player_of_these_tests_lists_true_lengths() -> None:
    header, pdu = listed(3, deliver("你好")).split("\r\n")
    assert int(header.rpartition(",")[2]) == tpdu_octets(pdu)


def test_a_line_stays_silent_until_somebody_answers_however_often_its_port_is_opened() -> None:
    conversation = GsmConversation("line1")
    states = [event.state for event in conversation.start(0.0) if isinstance(event, LineChanged)]
    now_s, told = let_pass(conversation, 0.0, 10.0)
    states += [event.state for event in told if isinstance(event, LineChanged)]
    assert (states, conversation.wants_reopen) == ([LineState.STARTING, LineState.SILENT], True)
    assert conversation.start(now_s) == []
    told = conversation.receive(b"\r\nOK\r\n", now_s)
    told += let_pass(conversation, now_s, 0.5)[1]
    assert [event.state for event in told if isinstance(event, LineChanged)] == [LineState.STARTING]


@pytest.mark.parametrize("command", [Play(1, 2, (b"",)), Listen(1, 2, 5.0), Join(1), HandOver(1), Measure(2)])
def test_what_only_a_landline_or_a_line_with_sound_can_do_is_refused(command: Command) -> None:
    told = GsmConversation("line1").send(command, 0.0)
    assert [event.command for event in told if isinstance(event, CommandRefused)] == [command]


def test_stopping_sound_where_there_is_none_is_done() -> None:
    told = GsmConversation("line1").send(StopSound(1), 0.0)
    assert not any(isinstance(event, CommandRefused) for event in told)
