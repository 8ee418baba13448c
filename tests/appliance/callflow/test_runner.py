"""Scripts on the lines' own threads: begun by rings, told in order, known to the board and to whoever asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from appliance.callflow.loaded import FlowData
from appliance.callflow.plan import HoursPlan, Plan
from appliance.callflow.result import FlowResult
from appliance.callflow.runner import Runner
from appliance.callflow.words import TicketState, Told
from appliance.clock import FastClock
from appliance.errors import LineBusy, NotFound
from appliance.feed import Feed
from appliance.intake.board import RINGING, TALKING, Board, BoardCall
from modem.commands import Answer, Command, HandOver, HangUp, Join, Listen, Play, StopSound, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallRang,
    CallRinging,
    CallSound,
    CommandRefused,
    EndReason,
    Event,
    KeyPressed,
    LineChanged,
    LineState,
    SmsSent,
    SoundEnd,
    SoundEnded,
    TimeUp,
)

MONDAY = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
ACTS = HoursPlan(acts=True, rings=2, menu=("1", "3"))
Sent = TypeVar("Sent")


class Prompts:
    def clip(self, key: str, line: str = "") -> bytes:
        return f"{line}:{key}".encode()

    def number(self, text: str, line: str = "") -> tuple[bytes, ...]:
        return tuple(f"{line}:digit:{digit}".encode() for digit in text)


class Recorder:
    def __init__(self, order: list[object]) -> None:
        self.order = order
        self.has_room = True
        self.marks: list[tuple[int, str, str]] = []

    def expect(self, line: str, ref: int, *, call_id: int, kind: str) -> None:
        self.order.append(("expect", line, ref, call_id, kind))

    def mark(self, call_id: int, kind: str, note: str = "") -> bool:
        self.marks.append((call_id, kind, note))
        return True


@dataclass
class Bench:
    """Two lines, a board, and everything that was sent."""

    plans: dict[str, Plan] = field(default_factory=lambda: {n: Plan(n, ACTS, ACTS) for n in ("land", "gsm")})
    is_open: bool = False
    announcement: str = ""

    def __post_init__(self) -> None:
        self.order: list[Any] = []
        self.sent: list[tuple[str, Command]] = []
        self.takes = True
        self.tested = ""
        self.answers: Callable[[str, Command], None] = lambda line, command: None
        self.clock, self.board = FastClock(MONDAY), Board(0)
        self.recorder = Recorder(self.order)
        self.runner = Runner(
            self.clock,
            Feed(),
            self.board,
            lines={"land": True, "gsm": False},
            send=self._send,
            prompts=Prompts(),
            recorder=self.recorder,
            is_open=lambda: self.is_open,
            is_tested=lambda line: line == self.tested,
        )
        news = dict.fromkeys(self.plans, self.announcement) if self.announcement else {}
        self.runner.load(FlowData(self.plans, news))

    def _send(self, line: str, command: Command) -> bool:
        if self.takes:
            self.sent.append((line, command))
            self.order.append(command)
            self.answers(line, command)
        return self.takes

    def of(self, kind: type[Sent]) -> list[Sent]:
        return [command for _, command in self.sent if isinstance(command, kind)]

    def last(self, kind: type[Sent]) -> Sent:
        return self.of(kind)[-1]

    def tell(self, event: Event) -> None:
        self.runner.at_once(event)

    def call(self, line: str = "land", number: str | None = "13800000001", **more: Any) -> int:
        """A call on the board, as the first ring puts it there."""
        call = BoardCall(0, line, "in", 5, number, number or "", MONDAY, **more)
        call_id = self.board.add(call).call_id
        self.tell(CallRinging(line, 5, number))
        return call_id

    def wakes(self) -> None:
        """The time of the latest Wake has come."""
        self.tell(TimeUp(self.sent[-1][0], self.last(Wake).ref))

    def answered(self, line: str = "land") -> int:
        """The box has answered and begun to speak."""
        call_id = self.call(line)
        self.tell(CallRang(line, 5, 2))
        self.wakes()
        self.tell(CallAnswered(line, 5))
        if line == "gsm":
            self.tell(CallSound(line, 5, is_on=True))
        self.board.change(call_id, state=TALKING)
        return call_id

    def sound_ends(self, why: SoundEnd = SoundEnd.PLAYED, seconds: float = 2.0, line: str = "land") -> None:
        ref = next(command.ref for _, command in reversed(self.sent) if isinstance(command, Play | Listen))
        self.tell(SoundEnded(line, 5, ref, why, seconds))

    def ends(self, call_id: int, reason: EndReason = EndReason.REMOTE, line: str = "land") -> None:
        self.tell(CallEnded(line, 5, reason))
        if reason is not EndReason.ELSEWHERE:
            self.board.end(call_id, MONDAY, 0.0, str(reason))

    def talks(self, line: str = "land") -> int:
        """A person has the call."""
        return self.board.add(BoardCall(0, line, "in", 5, "13800000001", "", MONDAY, state=TALKING)).call_id


@pytest.fixture
def bench() -> Bench:
    return Bench()


# --- rings ---


def test_the_board_says_that_the_box_answers_before_the_line_can(bench: Bench) -> None:
    seen: list[bool] = []
    call_id = bench.call()
    bench.answers = lambda line, command: seen.append(_call(bench, call_id).by_box)
    bench.tell(CallRang("land", 5, 2))
    assert seen == [False]
    bench.wakes()
    assert bench.of(Answer) == [Answer(5)]
    assert seen[1] is True


def _call(bench: Bench, call_id: int) -> BoardCall:
    found = bench.board.get(call_id)
    assert found is not None
    return found


def test_the_greeting_is_the_lines_own_and_of_the_hour(bench: Bench) -> None:
    bench.answered("gsm")
    assert bench.last(Play).clips == (b"gsm:greeting_after_hours",)
    by_day = Bench(is_open=True)
    by_day.answered()
    assert by_day.last(Play).clips == (b"land:greeting_hours",)


def test_a_disk_without_room_is_known_before_anybody_is_asked_to_speak() -> None:
    by_message = Bench(plans={"land": Plan("land", HoursPlan(acts=True, rings=2), HoursPlan(acts=True, rings=2))})
    by_message.recorder.has_room = False
    by_message.answered()
    by_message.sound_ends()
    assert by_message.last(Play).clips == (b"land:goodbye",)
    by_message.recorder.has_room = True  # again: for the next caller
    by_message.ends(1)
    by_message.answered()
    by_message.sound_ends()
    assert by_message.last(Play).clips == (b"land:leave_message",)


def test_what_the_office_does_not_want_answered_rings_on() -> None:
    off = Bench(plans={"land": Plan("land")})
    off.call()
    off.call("gsm")
    assert off.sent == []
    assert off.runner.result(1) is None


def test_a_test_call_is_the_technicians(bench: Bench) -> None:
    bench.tested = "land"
    bench.call()
    assert bench.sent == []


def test_a_ring_that_is_not_on_the_board_is_left_alone(bench: Bench) -> None:
    bench.tell(CallRinging("land", 9, None))
    bench.tell(CallRinging("nowhere", 9, None))
    bench.tell(SmsSent("land", 1, ()))
    assert bench.sent == []


def test_a_call_that_was_taken_meanwhile_is_not_answered(bench: Bench) -> None:
    call_id = bench.call()
    bench.tell(CallRang("land", 5, 2))
    bench.board.take(call_id, 1, "Li", MONDAY)
    bench.wakes()
    assert bench.of(Answer) == []
    assert not _call(bench, call_id).by_box
    assert not bench.runner.is_with_box(call_id)


def test_a_line_that_refuses_to_answer_leaves_the_call_with_nobody(bench: Bench) -> None:
    call_id = bench.call()
    bench.tell(CallRang("land", 5, 2))
    bench.wakes()
    bench.tell(CommandRefused("land", Answer(5), "no such call rings"))
    assert not _call(bench, call_id).by_box
    assert bench.of(HangUp) == []


# --- with the box ---


def test_the_card_says_what_the_box_does(bench: Bench) -> None:
    call_id = bench.answered()
    assert _call(bench, call_id).box_step == "greeting"
    assert _call(bench, call_id).box_step_at == MONDAY
    assert bench.runner.is_with_box(call_id)
    bench.sound_ends()
    assert _call(bench, call_id).box_step == "menu"
    bench.ends(call_id)
    assert _call(bench, call_id).box_step == ""
    assert _call(bench, call_id).by_box  # until the end nobody had served him
    assert not bench.runner.is_with_box(call_id)


def test_a_recording_is_expected_right_before_it_is_asked_for(bench: Bench) -> None:
    call_id = bench.answered()
    bench.tell(KeyPressed("land", 5, "1"))
    bench.sound_ends(SoundEnd.KEY)
    bench.sound_ends()
    listen = bench.last(Listen)
    at = bench.order.index(listen)
    assert bench.order[at - 1] == ("expect", "land", listen.ref, call_id, "voicemail")
    assert _call(bench, call_id).recording_since == MONDAY
    bench.tell(KeyPressed("land", 5, "5"))
    assert bench.recorder.marks == [(call_id, "key", "5")]
    bench.sound_ends(SoundEnd.TIME, 120.0)
    assert _call(bench, call_id).recording_since is None
    result = bench.runner.result(call_id)
    assert result is not None
    assert result.left_message


def test_what_the_caller_did_is_known_when_the_call_ends(bench: Bench) -> None:
    call_id = bench.answered()
    bench.tell(KeyPressed("land", 5, "1"))
    bench.ends(call_id)
    result = bench.runner.result(call_id)
    assert result is not None
    assert (result.call_id, result.keys, result.was_answered) == (call_id, "1", True)
    assert [each.call_id for each in bench.runner.finished] == [call_id]


def test_taking_a_ringing_call_stands_the_box_down(bench: Bench) -> None:
    call_id = bench.call()
    assert bench.runner.take_over(call_id) is False
    bench.wakes()
    assert bench.of(Answer) == []
    assert bench.runner.take_over(999) is False


def test_taking_a_call_from_the_box_lets_the_line_go(bench: Bench) -> None:
    call_id = bench.answered()
    assert bench.runner.take_over(call_id) is True
    assert bench.of(HandOver) == [HandOver(5)]
    assert not _call(bench, call_id).by_box
    assert bench.runner.take_over(call_id) is False
    gsm = Bench()
    call_id = gsm.answered("gsm")
    assert gsm.runner.take_over(call_id) is True
    assert gsm.of(StopSound) == [StopSound(5)]
    assert gsm.of(HandOver) == []


def test_whoever_takes_the_call_in_the_moment_the_box_would_answer_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bench, had_it = Bench(), list[bool]()
    call_id = bench.call("gsm")
    lets = bench.board.let_box_answer

    def a_moment_later(of_call: int) -> bool:
        bench.board.take(of_call, 1, "Li", MONDAY)
        had_it.append(bench.runner.take_over(of_call))
        return lets(of_call)

    monkeypatch.setattr(bench.board, "let_box_answer", a_moment_later)
    bench.wakes()
    assert (had_it, bench.of(Answer)) == ([False], [])  # so that the desk answers it
    assert not _call(bench, call_id).by_box


def test_whoever_takes_the_call_right_after_the_box_has_answered_it_takes_it_from_the_box() -> None:
    bench, had_it = Bench(), list[bool]()
    call_id = bench.call("gsm")

    def takes(line: str, command: Command) -> None:
        if isinstance(command, Answer):
            bench.board.take(call_id, 1, "Li", MONDAY)
            had_it.append(bench.runner.take_over(call_id))

    bench.answers = takes
    bench.wakes()
    assert (had_it, len(bench.of(Answer)), len(bench.of(StopSound))) == ([True], 1, 1)
    assert not _call(bench, call_id).by_box


def test_the_result_is_known_at_every_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    call_id, known = bench.answered(), list[bool]()
    add = bench.runner._results.add

    def watched(result: FlowResult) -> None:
        known.append(bench.runner.result(call_id) is not None)
        add(result)
        known.append(bench.runner.result(call_id) is not None)

    monkeypatch.setattr(bench.runner._results, "add", watched)
    bench.tell(CallEnded("land", 5, EndReason.REMOTE))
    assert known == [True, True]
    assert bench.runner.result(call_id) is not None


def test_a_line_that_takes_no_commands_any_more_ends_the_script(bench: Bench) -> None:
    call_id = bench.answered()
    bench.takes = False
    bench.sound_ends()
    assert not bench.runner.is_with_box(call_id)


def test_a_line_that_is_gone_ends_the_script(bench: Bench) -> None:
    call_id = bench.answered()
    bench.tell(LineChanged("land", LineState.READY))
    assert bench.runner.is_with_box(call_id)
    bench.tell(LineChanged("land", LineState.MISSING))
    assert not bench.runner.is_with_box(call_id)


# --- the office's answers ---


def test_a_question_waits_for_the_desk_and_its_answer_finds_the_caller(bench: Bench) -> None:
    bench.answered()
    bench.tell(KeyPressed("land", 5, "3"))
    bench.sound_ends(SoundEnd.KEY)
    for key in "4512#":
        bench.tell(KeyPressed("land", 5, key))
    bench.sound_ends(SoundEnd.KEY)
    question = bench.runner.questions.popleft()
    assert (question.line, question.call, question.no, question.number) == ("land", 5, 4512, "13800000001")
    bench.runner.tell(question, Told(question.ref, TicketState(4512, "handling")))
    bench.sound_ends(SoundEnd.STOPPED)
    assert bench.last(Play).clips[:2] == (b"land:ticket_is", b"land:digit:0")


# --- conversations ---

ALWAYS = {name: Plan(name, ACTS, ACTS, records_talks=True) for name in ("land", "gsm")}


def test_recording_joins_the_telephone_and_is_one_however_often_it_is_asked_for(bench: Bench) -> None:
    call_id = bench.talks()
    bench.runner.record(call_id, None)
    bench.runner.record(call_id, None)
    assert bench.of(Join) == [Join(5)]
    bench.tell(CallAnswered("land", 5))
    bench.sound_ends()
    assert _call(bench, call_id).recording_since == MONDAY
    assert not bench.runner.is_with_box(call_id)
    assert bench.runner.take_over(call_id) is False
    assert bench.runner.stop_recording(call_id) is True
    assert bench.of(HangUp) == [HangUp(5)]
    assert _call(bench, call_id).recording_since is None
    bench.tell(CallEnded("land", 5, EndReason.LOCAL))
    assert bench.runner.stop_recording(call_id) is False


def test_what_cannot_be_recorded_is_refused_with_the_reason(bench: Bench) -> None:
    with pytest.raises(NotFound):
        bench.runner.record(99, None)
    with pytest.raises(LineBusy, match="the box itself"):
        bench.runner.record(bench.answered(), None)
    ringing = bench.board.add(BoardCall(0, "land", "in", 6, "", "", MONDAY, state=RINGING)).call_id
    with pytest.raises(LineBusy, match="no call is up"):
        bench.runner.record(ringing, None)
    elsewhere = bench.board.add(BoardCall(0, "nowhere", "in", 6, "", "", MONDAY, state=TALKING)).call_id
    with pytest.raises(LineBusy):
        bench.runner.record(elsewhere, None)


def test_the_notice_can_be_left_out_by_the_plan() -> None:
    bench = Bench(plans={"land": Plan("land", plays_notice=False)})
    bench.runner.record(bench.talks(), None)
    bench.tell(CallAnswered("land", 5))
    assert bench.of(Play) == []
    assert bench.last(Listen).keep


def test_a_rating_is_asked_for_at_the_end(bench: Bench) -> None:
    call_id = bench.talks("gsm")
    bench.runner.rate(call_id)
    assert bench.last(Play).clips == (b"gsm:rate",)
    bench.tell(KeyPressed("gsm", 5, "4"))
    bench.sound_ends(SoundEnd.KEY, line="gsm")
    result = bench.runner.result(call_id)
    assert result is not None
    assert result.rating == 4
    joined = Bench()
    call_id = joined.talks()
    joined.runner.record(call_id, None)
    joined.tell(CallAnswered("land", 5))
    joined.runner.rate(call_id)
    joined.sound_ends(SoundEnd.STOPPED)
    assert joined.last(Play).clips == (b"land:rate",)


def test_where_every_conversation_is_recorded_the_modem_joins_by_itself_once() -> None:
    bench = Bench(plans=ALWAYS)
    call_id = bench.call()
    bench.runner.take_over(call_id)
    bench.tell(CallEnded("land", 5, EndReason.ELSEWHERE))
    assert bench.of(Join) == [Join(5)]
    bench.tell(CallAnswered("land", 5))
    bench.runner.stop_recording(call_id)
    bench.tell(CallEnded("land", 5, EndReason.ELSEWHERE))
    assert len(bench.of(Join)) == 1


@pytest.mark.parametrize("is_taken", [True, False])
def test_where_the_modem_sees_nothing_the_operators_word_counts(is_taken: bool) -> None:
    bench = Bench(plans=ALWAYS)
    call_id = bench.call()
    if is_taken:
        bench.board.take(call_id, 1, "Li", MONDAY)
        bench.runner.take_over(call_id)
    bench.tell(CallEnded("land", 5, EndReason.UNSEEN))
    assert (bench.of(Join) == [Join(5)]) is is_taken


@pytest.mark.parametrize("reason", [EndReason.NO_ANSWER, EndReason.UNSEEN, EndReason.REMOTE])
def test_a_call_that_nobody_surely_answered_is_not_joined(reason: EndReason) -> None:
    bench = Bench(plans=ALWAYS)
    bench.call()
    bench.tell(CallEnded("land", 5, reason))
    assert bench.of(Join) == []


def test_what_the_box_hands_over_is_recorded_too() -> None:
    bench = Bench(plans=ALWAYS)
    call_id = bench.answered()
    bench.runner.take_over(call_id)
    bench.ends(call_id, EndReason.ELSEWHERE)
    assert [type(command) for _, command in bench.sent if isinstance(command, HandOver | Join)] == [HandOver, Join]
    gsm = Bench(plans=ALWAYS)
    call_id = gsm.answered("gsm")
    gsm.runner.take_over(call_id)
    gsm.wakes()  # the module's sound has settled
    assert gsm.last(Play).clips == (b"gsm:recorded_notice",)


def test_a_gsm_call_that_a_person_answers_is_recorded_by_itself() -> None:
    bench = Bench(plans={"gsm": Plan("gsm", records_talks=True)})
    bench.talks("gsm")
    bench.tell(CallAnswered("gsm", 5))
    bench.tell(CallSound("gsm", 5, is_on=True))
    assert bench.last(Play).clips == (b"gsm:recorded_notice",)
    by_box = Bench(plans=ALWAYS)
    by_box.answered("gsm")
    assert by_box.last(Play).clips == (b"gsm:greeting_after_hours",)


def test_a_call_that_we_dialled_is_handed_to_who_lifts_the_handset(bench: Bench) -> None:
    call_id = bench.board.add(BoardCall(0, "land", "out", 5, "13800000001", "", MONDAY)).call_id
    assert bench.runner.hand_over(call_id) is True
    assert bench.of(HandOver) == [HandOver(5)]
    assert bench.runner.hand_over(99) is False
    gsm = bench.board.add(BoardCall(0, "gsm", "out", 5, "13800000001", "", MONDAY)).call_id
    assert bench.runner.hand_over(gsm) is False
    early = bench.board.add(BoardCall(0, "land", "out", None, "13800000001", "", MONDAY)).call_id
    assert bench.runner.hand_over(early) is False


def test_both_parts_of_a_call_are_one_result() -> None:
    bench = Bench(plans=ALWAYS)
    call_id = bench.answered()
    bench.runner.take_over(call_id)
    bench.ends(call_id, EndReason.ELSEWHERE)
    bench.tell(CallAnswered("land", 5))
    result = bench.runner.result(call_id)
    assert result is not None
    assert result.was_handed_over
    assert [step.step for step in result.steps] == ["answered", "greeting", "handed_over", "joined"]


# --- threads ---


def test_who_answers_at_once_from_within_is_heard_in_order(bench: Bench) -> None:
    """The line refuses on the very thread that sends: no lock is waited for, no event overtakes another."""

    def refuse(line: str, command: Command) -> None:
        if isinstance(command, Play):
            bench.tell(CommandRefused(line, command, "no sound"))

    bench.answers = refuse
    call_id = bench.answered()
    assert bench.of(Listen)  # the words were passed over
    result = bench.runner.result(call_id)
    assert result is not None
    assert "failed" in [step.step for step in result.steps]


def test_two_threads_of_one_line_never_wait_for_each_other(bench: Bench) -> None:
    call_id = bench.answered("gsm")
    inside, go_on = threading.Event(), threading.Event()

    def hold(line: str, command: Command) -> None:
        if isinstance(command, Listen):
            inside.set()
            assert go_on.wait(10)

    bench.answers = hold
    port = threading.Thread(target=lambda: bench.sound_ends(line="gsm"))
    bench.sound_ends(line="gsm")  # the greeting; the menu's words follow
    port.start()
    assert inside.wait(10)
    bench.tell(KeyPressed("gsm", 5, "1"))  # from the sound's thread: it comes back at once
    assert "1" not in _result_keys(bench, call_id)
    go_on.set()
    port.join(10)
    assert "1" in _result_keys(bench, call_id)


def _result_keys(bench: Bench, call_id: int) -> str:
    result = bench.runner.result(call_id)
    return result.keys if result else ""


def test_a_bug_costs_one_event_and_no_thread(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    call_id = bench.answered()

    def fail(line: str, command: Command) -> None:
        raise RuntimeError("a bug")

    bench.answers = fail
    bench.sound_ends()
    assert "RuntimeError" in caplog.text
    bench.answers = lambda line, command: None
    bench.ends(call_id)
    assert not bench.runner.is_with_box(call_id)
