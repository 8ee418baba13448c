"""From the first ring to what became of the call; the rule of the missed call above all."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.casework.tickets import TicketForm
from appliance.clock import utc_text
from appliance.config import ModemSettings
from appliance.errors import FieldWrong, LineBusy, NoTalkPath, NotFound
from appliance.intake.calls import CallTaken, CallWasAnswered
from appliance.people.numbers import normalise
from modem.commands import Answer, Dial, HangUp
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallRinging,
    CommandRefused,
    EndReason,
    LineState,
)
from tests import rounds
from tests.appliance.small_office import ADVERT, GSM, HANDLER, LANDLINE, NIGHT, WANG, ZHAO, SmallOffice

PARALLEL = ModemSettings("land", talk_path="parallel")  # a pick-up that nobody sees
MUTE = ModemSettings("line1", talk_path="none")


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def row(office: SmallOffice, call_id: int = 1) -> Any:
    return office.one("SELECT * FROM call WHERE id = ?", call_id)


def apologies(office: SmallOffice) -> list[str]:
    return [each["number"] for each in office.outbox(purpose="missed")]


def owed(office: SmallOffice) -> list[tuple[str, str, int]]:
    return [(task.number, task.reason, task.missed_calls) for task in office.office.callbacks.rows()]


# --- the ring ---


def test_a_ring_is_announced_before_anything_is_written(office: SmallOffice) -> None:
    rows_when_announced: list[int] = []
    feed = office.office.feed
    announce = feed.announce

    def watching(kind: str, row_id: int, **extra: str) -> None:
        if kind == "ring":
            rows_when_announced.append(office.count("call"))
        announce(kind, row_id, **extra)

    subscription = feed.subscribe()
    feed.announce = watching  # type: ignore[method-assign]
    office.handle(CallRinging("line1", 1, WANG))
    assert rows_when_announced == [0]
    (item, *_) = subscription.take(0)
    assert (item.kind, item.id, dict(item.extra)) == ("ring", 1, {"number": WANG, "line": "line1"})
    assert office.count("call") == 1


def test_the_number_that_follows_keeps_the_calls_id(office: SmallOffice) -> None:
    subscription = office.office.feed.subscribe()
    office.ring(from_="+86" + WANG)
    rings = [item for item in subscription.take(0) if item.kind == "ring"]
    assert [(item.id, dict(item.extra)["number"]) for item in rings] == [(1, ""), (1, WANG)]
    assert row(office)["citizen_id"] is not None
    assert office.one("SELECT raw FROM call_number")["raw"] == "+86" + WANG


def test_a_number_told_again_is_no_news(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    subscription = office.office.feed.subscribe()
    office.handle(CallerKnown("line1", call, WANG))
    assert subscription.take(0) == []


def test_the_screen_pop_shows_the_caller_and_his_last_tickets(office: SmallOffice) -> None:
    numbers = []
    for text in ("停水", "停电", "路灯", "井盖"):
        office.text(from_=WANG, text=text)
        numbers.append(office.last_no())
        office.wait(hours=80)
    with office.store.transaction() as tx:
        office.office.citizens.learn_name(tx, 1, "王先生")
    office.ring(from_=WANG)
    (card,) = office.office.calls.board()
    assert (card.number, card.citizen_name, card.state, card.line) == (WANG, "王先生", "ringing", "line1")
    assert [ticket.no for ticket in card.earlier] == numbers[:0:-1]
    assert card.open_ticket is not None
    assert card.open_ticket.no == numbers[-1]
    assert (card.can_answer, card.talk_path) == (True, "headset")


def test_a_withheld_number_is_shown_as_such(office: SmallOffice) -> None:
    office.ring(from_="")
    (card,) = office.office.calls.board()
    assert card.number == ""
    assert (row(office)["is_withheld"], row(office)["citizen_id"]) == (1, None)


def test_ids_go_on_after_a_restart(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    office.crash()
    office.ring(from_=ZHAO)
    assert [card.call_id for card in office.office.calls.board()] == [2]


def test_two_calls_stack_and_end_apart(office: SmallOffice) -> None:
    first, second = office.ring(from_=WANG), office.ring(from_=ZHAO)
    office.hang_up(first)
    states = {card.number: card.state for card in office.office.calls.board()}
    assert states == {WANG: "ended", ZHAO: "ringing"}
    office.hang_up(second)
    assert apologies(office) == [WANG, ZHAO]


# --- taking it ---


def test_the_operator_takes_the_call_and_the_software_answers_it(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    card = office.office.calls.take(1, office.li)
    assert office.commands == [("line1", Answer(call))]
    assert (card.taken_by, card.state) == ("李四", "ringing")
    office.connected(call)
    assert office.office.calls.card(1).state == "talking"
    office.hang_up(call)
    assert (row(office)["outcome"], row(office)["taken_by"]) == ("answered", office.li.id)
    assert (apologies(office), owed(office)) == ([], [])


def test_a_line_without_a_talk_path_is_never_answered_by_software(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, MUTE)
    office.ring(from_=WANG)
    card = office.office.calls.take(1, office.li)
    assert office.commands == []
    assert (card.taken_by, card.can_answer) == ("李四", False)


def test_the_second_operator_learns_who_has_the_call(office: SmallOffice) -> None:
    office.ring(from_=WANG)
    office.office.calls.take(1, office.li)
    office.office.calls.take(1, office.li)  # the same one may press twice
    with pytest.raises(CallTaken, match="李四"):
        office.office.calls.take(1, office.lead)
    assert len(office.commands) == 1


def test_taking_a_call_before_its_row_is_written_is_not_lost(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow card: the operator is faster than the row."""
    calls = office.office.calls
    begin = calls._log.begin

    def slow(*given: Any) -> None:
        calls.take(1, office.li)
        begin(*given)

    monkeypatch.setattr(calls._log, "begin", slow)
    office.handle(CallRinging("line1", 1, WANG))
    assert row(office)["taken_by"] == office.li.id


def test_a_number_that_comes_before_the_row_is_written_stands_in_the_row(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk thread waits for the disk while the line goes on telling."""
    ringing, known = CallRinging("line1", 1, None), CallerKnown("line1", 1, "+86" + WANG)
    subscription = office.office.feed.subscribe()
    office.desk.at_once(ringing)
    office.desk.at_once(known)
    assert [dict(item.extra)["number"] for item in subscription.take(0)] == ["", WANG]
    assert office.count("call") == 0
    office.office.calls.take(1, office.li)
    office.desk.handle(ringing)
    office.desk.handle(known)
    assert (row(office)["taken_by"], office.count("call")) == (office.li.id, 1)
    assert row(office)["citizen_id"] is not None
    assert office.one("SELECT raw FROM call_number")["raw"] == "+86" + WANG
    assert len(office.office.calls.board()) == 1
    assert not [item for item in subscription.take(0) if item.kind == "ring"]


def test_a_call_that_was_refused_before_its_row_was_written_is_one_call(office: SmallOffice) -> None:
    ringing = CallRinging("line1", 1, WANG)
    office.takes_commands = False
    office.desk.at_once(ringing)
    office.office.calls.release(1, office.li)
    office.clock.advance(61)
    office.desk.tick()
    office.desk.handle(ringing)
    assert (office.count("call"), row(office)["outcome"]) == (1, "refused")
    office.desk.tick()
    assert office.office.calls._board._calls == {}


def test_a_ring_that_nobody_heard_at_once_is_heard_by_the_desk(office: SmallOffice) -> None:
    office.desk.handle(CallRinging("line1", 1, None))
    office.desk.handle(CallerKnown("line1", 1, WANG))
    assert [card.number for card in office.office.calls.board()] == [WANG]
    assert row(office)["citizen_id"] is not None


def test_nobody_takes_a_call_that_never_was(office: SmallOffice) -> None:
    for act in (office.office.calls.take, office.office.calls.release, office.office.calls.missed):
        with pytest.raises(NotFound):
            act(99, office.li)


def test_releasing_hangs_up_and_a_refused_caller_is_not_owed_a_call(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.office.calls.release(1, office.li)
    assert office.commands == [("line1", HangUp(call))]
    office.hang_up(call, EndReason.LOCAL)
    assert row(office)["outcome"] == "refused"
    assert (apologies(office), owed(office)) == ([], [])


# --- the missed call ---


def test_a_caller_who_hangs_up_unanswered_gets_one_text_and_a_place_in_the_list(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    assert row(office)["outcome"] == "missed"
    assert apologies(office) == [WANG]
    assert "抱歉未能接听您的来电" in office.outbox()[0]["text"]
    (task,) = office.office.callbacks.rows()
    assert (task.number, task.reason, task.missed_calls, task.lateness) == (WANG, "missed", 1, "none")
    assert task.due_at == office.clock.now() + timedelta(minutes=30)


def test_an_answered_caller_never_gets_an_apology(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.connected(call)
    office.hang_up(call)
    office.wait(300)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("answered", [], [])


def test_a_taken_caller_who_was_not_connected_is_called_back_without_an_apology(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.office.calls.take(1, office.li)
    office.hang_up(call)  # gone before the module had picked up
    assert (apologies(office), owed(office)) == ([], [(WANG, "missed", 1)])


def test_ten_missed_calls_of_one_number_are_one_entry_and_one_text(office: SmallOffice) -> None:
    for _ in range(10):
        office.hang_up(office.ring(from_=WANG))
        office.wait(90)
    assert (apologies(office), owed(office)) == ([WANG], [(WANG, "missed", 10)])


def test_after_hours_the_text_says_when_and_the_half_hour_begins_at_opening(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=NIGHT)
    office.hang_up(office.ring(from_=WANG))
    assert "我们将于周二8:30后回电" in office.outbox()[0]["text"]
    assert [number for number, _ in office.deliver()] == [WANG]  # the night holds no answer to a call
    assert office.office.callbacks.rows()[0].due_at.isoformat() == "2026-11-24T01:00:00+00:00"


def test_a_landline_gets_no_text_but_its_place_in_the_list(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=LANDLINE))
    assert (apologies(office), owed(office)) == ([], [(LANDLINE, "missed", 1)])


@pytest.mark.parametrize("number", [ADVERT, "95588", "10086"])
def test_an_advertising_caller_is_neither_texted_nor_called_back(office: SmallOffice, number: str) -> None:
    office.hang_up(office.ring(from_=number))
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("missed", [], [])


def test_a_withheld_caller_leaves_a_row_and_a_note_on_the_desk(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=""))
    assert (row(office)["outcome"], owed(office), office.reminders()) == ("missed", [], ["withheld_missed"])


def test_a_call_whose_number_never_came_leaves_a_note_too(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=None))
    assert office.reminders() == ["withheld_missed"]


def test_the_operator_says_that_a_ringing_call_is_missed(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.office.calls.missed(1, office.li)
    assert apologies(office) == []  # it still rings
    office.hang_up(call, EndReason.LOCAL)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("missed", [WANG], [(WANG, "missed", 1)])
    assert office.office.calls.board() == ()


def test_an_answered_call_cannot_be_called_missed(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.connected(call)
    with pytest.raises(CallWasAnswered):
        office.office.calls.missed(1, office.li)
    office.hang_up(call)
    with pytest.raises(CallWasAnswered):
        office.office.calls.missed(1, office.li)
    assert apologies(office) == []


def test_saying_twice_that_a_call_was_missed_changes_nothing(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    office.office.calls.missed(1, office.li)
    office.office.calls.missed(1, office.li)
    assert (apologies(office), owed(office)) == ([WANG], [(WANG, "missed", 1)])


# --- a line whose pick-up nobody can see ---


@pytest.fixture
def landline(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path, GSM, PARALLEL)


def ring_and_stop(office: SmallOffice, seconds: float = 20) -> int:
    """The ringing stops: somebody picked up the telephone beside it, or the caller gave up."""
    call = office.ring(from_=WANG, line="land")
    office.clock.advance(seconds)
    office.hang_up(call, line="land")
    return call


def test_on_a_parallel_telephone_a_minute_without_input_means_missed(landline: SmallOffice) -> None:
    ring_and_stop(landline)
    landline.wait(59)
    assert (row(landline)["outcome"], apologies(landline)) == ("", [])
    assert landline.office.calls.board()[0].state == "ended"
    landline.wait(2)
    assert (row(landline)["outcome"], apologies(landline), owed(landline)) == ("missed", [WANG], [(WANG, "missed", 1)])


def test_an_operator_who_takes_the_call_while_it_is_being_decided_is_heard(
    landline: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring_and_stop(landline)
    calls = landline.office.calls
    undecided = calls._board.undecided

    def overtaken(*given: float) -> Any:
        found = undecided(*given)
        if found:
            calls.take(1, landline.li)
        return found

    monkeypatch.setattr(calls._board, "undecided", overtaken)
    landline.wait(61)
    assert (row(landline)["outcome"], apologies(landline), owed(landline)) == ("answered", [], [])


def test_an_operator_who_takes_the_call_as_it_ends_spares_the_caller_the_apology(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = office.ring(from_=WANG)
    calls = office.office.calls
    end = calls._board.end

    def overtaken(*given: Any) -> Any:
        ended = end(*given)
        calls.take(1, office.li)
        return ended

    monkeypatch.setattr(calls._board, "end", overtaken)
    office.hang_up(call)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("missed", [], [(WANG, "missed", 1)])


def test_two_who_decide_at_once_are_one_call_back(landline: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    ring_and_stop(landline)
    calls = landline.office.calls
    undecided = calls._board.undecided

    def overtaken(*given: float) -> Any:
        found = undecided(*given)
        if found:
            calls.missed(1, landline.li)
        return found

    monkeypatch.setattr(calls._board, "undecided", overtaken)
    landline.wait(61)
    assert (row(landline)["outcome"], owed(landline)) == ("missed", [(WANG, "missed", 1)])


@pytest.mark.parametrize("when", ["while it rings", "after it stopped"])
def test_on_a_parallel_telephone_taking_it_means_answered(landline: SmallOffice, when: str) -> None:
    if when == "while it rings":
        call = landline.ring(from_=WANG, line="land")
        landline.office.calls.take(1, landline.li)
        assert landline.office.calls.card(1).state == "talking"
        landline.hang_up(call, line="land")
    else:
        ring_and_stop(landline)
        landline.wait(30)
        landline.office.calls.take(1, landline.li)
    landline.wait(300)
    assert (row(landline)["outcome"], apologies(landline), owed(landline)) == ("answered", [], [])
    assert row(landline)["answered_at"] is not None
    assert landline.commands == []


def test_on_a_parallel_telephone_putting_the_card_away_is_input_too(landline: SmallOffice) -> None:
    ring_and_stop(landline)
    landline.office.calls.release(1, landline.li)
    landline.wait(300)
    assert (row(landline)["outcome"], apologies(landline)) == ("answered", [])


def test_the_operator_may_take_back_that_a_parallel_call_was_answered(landline: SmallOffice) -> None:
    call = landline.ring(from_=WANG, line="land")
    landline.office.calls.take(1, landline.li)
    landline.office.calls.missed(1, landline.li)
    landline.hang_up(call, line="land")
    assert (row(landline)["outcome"], row(landline)["answered_at"], apologies(landline)) == ("missed", None, [WANG])


# --- reached ---


def test_an_answered_call_of_the_same_number_clears_the_entry(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    office.connected(office.ring(from_="0" + WANG))
    assert owed(office) == []
    assert office.one("SELECT result FROM callback")["result"] == "reached"


def test_calling_back_counts_the_try_and_clears_the_entry_when_answered(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    office.commands.clear()
    (task,) = office.office.callbacks.rows()
    ref = office.office.callbacks.call(task.id, office.li)
    assert office.commands == [("line1", Dial(ref, WANG))]
    (task,) = office.office.callbacks.rows()
    assert (task.tries, task.tried_at) == (1, office.clock.now())
    office.handle(CallDialing("line1", 77, ref, WANG))
    office.handle(CallAnswered("line1", 77))
    assert owed(office) == []
    office.handle(CallEnded("line1", 77, EndReason.LOCAL))
    assert (row(office, ref)["direction"], row(office, ref)["outcome"]) == ("out", "answered")


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (EndReason.BUSY, "busy"),
        (EndReason.NO_ANSWER, "no_answer"),
        (EndReason.REMOTE, "no_answer"),
        (EndReason.FAILED, "failed"),
        (EndReason.LOCAL, "cancelled"),
        (EndReason.LOST, "interrupted"),
    ],
)
def test_a_call_of_ours_that_nobody_answered_keeps_the_entry(
    office: SmallOffice, reason: EndReason, outcome: str
) -> None:
    office.hang_up(office.ring(from_=WANG))
    ref = office.office.calls.dial(WANG, office.li)
    office.handle(CallDialing("line1", 77, ref, WANG))
    office.handle(CallEnded("line1", 77, reason))
    assert row(office, ref)["outcome"] == outcome
    assert owed(office) == [(WANG, "missed", 1)]
    assert apologies(office) == [WANG]


# --- dialling ---


def test_dialling_needs_a_free_ready_line_with_a_talk_path(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, MUTE, ModemSettings("line2", talk_path="headset"))
    with pytest.raises(NoTalkPath):
        office.office.calls.dial(WANG, office.li, line="line1")
    ref = office.office.calls.dial(WANG, office.li)
    assert office.commands == [("line2", Dial(ref, WANG))]
    with pytest.raises(LineBusy):
        office.office.calls.dial(ZHAO, office.li)
    office.line("line2", LineState.NO_NETWORK)
    office.handle(CommandRefused("line2", Dial(ref, WANG), "no network"))
    assert row(office, ref)["outcome"] == "failed"
    with pytest.raises(LineBusy):
        office.office.calls.dial(ZHAO, office.li)


def test_a_landline_whose_modem_tells_numbers_only_is_never_dialled_on(tmp_path: Path) -> None:
    lines = [ModemSettings(name, kind="voice", talk_path="parallel") for name in ("line1", "line2")]
    office = SmallOffice(tmp_path, *lines)
    office.line("line1", has_voice=False)
    for by in (office.li, None):  # not from the technician's shell either
        with pytest.raises(NoTalkPath):
            office.office.calls.dial(WANG, by, line="line1")
    ref = office.office.calls.dial(WANG, office.li)
    assert office.commands == [("line2", Dial(ref, WANG))]


def test_dialling_pressed_many_times_at_once_is_one_call_until_it_is_over(tmp_path: Path) -> None:
    office = SmallOffice(
        tmp_path, ModemSettings("line1", talk_path="headset"), ModemSettings("line2", talk_path="headset")
    )
    with ThreadPoolExecutor(4) as pressed:
        refs = list(pressed.map(lambda _: office.office.calls.dial(WANG, office.li), range(4)))
    assert refs == refs[:1] * 4
    assert office.commands == [("line1", Dial(refs[0], WANG))]
    assert office.office.calls.dial(WANG, office.lead) != refs[0], "somebody else's press is another call"
    office.handle(CallDialing("line1", 7, refs[0], WANG))
    office.handle(CallEnded("line1", 7, EndReason.NO_ANSWER))
    assert office.office.calls.dial(WANG, office.li) not in refs


def test_a_citizen_is_called_back_on_the_line_he_called(tmp_path: Path) -> None:
    lines = [ModemSettings(name, talk_path="headset") for name in ("line1", "line2", "line3")]
    office = SmallOffice(tmp_path, *lines)
    office.hang_up(office.ring(from_=WANG, line="line2"), line="line2")
    ref = office.office.calls.dial(WANG, office.li)
    assert office.commands[-1] == ("line2", Dial(ref, WANG))
    other = office.office.calls.dial(ZHAO, office.li)
    assert office.commands[-1] == ("line1", Dial(other, ZHAO))


def test_the_technician_may_dial_on_a_line_that_nobody_speaks_on(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, MUTE)
    assert office.office.calls.dial(WANG, None) == 1
    office.office.calls.release(1, None)


def test_a_line_that_takes_no_commands_fails_the_call(office: SmallOffice) -> None:
    office.takes_commands = False
    with pytest.raises(LineBusy):
        office.office.calls.dial(WANG, office.li)
    assert row(office)["outcome"] == "failed"


@pytest.mark.parametrize("number", ["", "abc", "CMCC"])
def test_what_is_no_number_is_not_dialled(office: SmallOffice, number: str) -> None:
    with pytest.raises(FieldWrong):
        office.office.calls.dial(number, office.li)
    assert (office.count("call"), office.commands) == (0, [])


def test_a_call_of_ours_released_before_the_line_had_begun_is_hung_up_when_it_begins(office: SmallOffice) -> None:
    ref = office.office.calls.dial(WANG, office.li)
    office.office.calls.release(ref, office.li)
    assert row(office, ref)["outcome"] == "cancelled"
    office.commands.clear()
    office.handle(CallDialing("line1", 77, ref, WANG))
    assert office.commands == [("line1", HangUp(77))]
    office.handle(CallEnded("line1", 77, EndReason.LOCAL))
    assert row(office, ref)["outcome"] == "cancelled"


def test_a_call_of_ours_released_in_the_moment_the_line_begins_is_hung_up(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = office.office.calls.dial(WANG, office.li)
    office.commands.clear()
    board = office.office.calls._board
    end = board.end

    def overtaken(*given: Any) -> Any:
        office.handle(CallDialing("line1", 77, ref, WANG))
        return end(*given)

    monkeypatch.setattr(board, "end", overtaken)
    office.office.calls.release(ref, office.li)
    assert office.commands == [("line1", HangUp(77))]


# --- broken off ---


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_line_that_breaks_during_a_call_leaves_a_call_back_without_an_apology(
    office: SmallOffice, *, is_answered: bool
) -> None:
    call = office.ring(from_=WANG)
    if is_answered:
        office.connected(call)
    office.hang_up(call, EndReason.LOST)
    assert (row(office)["outcome"], apologies(office)) == ("interrupted", [])
    assert owed(office) == [(WANG, "interrupted", 1)]


@pytest.mark.parametrize("state", [LineState.MISSING, LineState.BROKEN, LineState.SILENT, LineState.STOPPED])
def test_a_line_that_is_gone_ends_its_calls_even_if_nobody_says_so(office: SmallOffice, state: LineState) -> None:
    office.ring(from_=WANG)
    office.line("line1", state)
    assert row(office)["outcome"] == "interrupted"
    assert owed(office) == [(WANG, "interrupted", 1)]


def test_a_short_loss_of_the_network_ends_no_call(office: SmallOffice) -> None:
    office.ring(from_=WANG)
    office.line("line1", LineState.NO_NETWORK)
    assert office.office.calls.board()[0].state == "ringing"


@pytest.mark.parametrize("is_answered", [False, True])
def test_calls_cut_off_by_a_crash_are_called_back(office: SmallOffice, *, is_answered: bool) -> None:
    for round_ in range(rounds.count(10, soak=50)):
        call = office.ring(from_=f"139000011{round_:02}")
        if is_answered:
            office.connected(call)
        office.crash()
        assert row(office, round_ + 1)["outcome"] == "interrupted"
        assert row(office, round_ + 1)["ended_at"] is not None
    assert len(owed(office)) == rounds.count(10, soak=50)
    assert apologies(office) == []
    office.crash()
    assert all(task.missed_calls == 1 for task in office.office.callbacks.rows())


def test_a_withheld_call_cut_off_by_a_crash_leaves_a_note(office: SmallOffice) -> None:
    office.ring(from_="")
    office.crash()
    assert office.reminders() == ["withheld_missed"]


# --- a full disk, a prank ---


def test_a_ring_pops_up_on_a_full_disk_and_is_written_when_there_is_room_again(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("appliance.intake.call_log.rows.add", full)
        call = office.ring(from_=WANG)
    assert office.office.calls.board()[0].number == WANG
    assert office.count("call") == 0
    office.hang_up(call)
    assert (row(office)["outcome"], owed(office)) == ("missed", [(WANG, "missed", 1)])


def test_a_missed_call_that_could_not_be_written_is_decided_again(
    landline: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    ring_and_stop(landline)
    with monkeypatch.context() as broken:
        broken.setattr("appliance.outreach.callbacks.rows.add", full)
        landline.wait(61)
    assert (row(landline)["outcome"], owed(landline)) == ("", [])
    landline.wait(1)
    assert (row(landline)["outcome"], owed(landline)) == ("missed", [(WANG, "missed", 1)])


def test_an_end_that_could_not_be_written_is_written_as_what_it_was(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    call = office.ring(from_=WANG)
    with monkeypatch.context() as broken:
        broken.setattr("appliance.intake.call_log.rows.change", full)
        office.hang_up(call, EndReason.LOCAL)
    ended_at = office.clock.now()
    assert row(office)["outcome"] == ""
    office.wait(1)
    assert (row(office)["outcome"], row(office)["end_reason"]) == ("refused", "local")
    assert row(office)["ended_at"] == utc_text(ended_at)
    assert (apologies(office), owed(office)) == ([], [])


def test_a_prank_caller_fills_neither_the_list_nor_the_memory(office: SmallOffice) -> None:
    count = rounds.count(250, soak=1000)
    for _ in range(count):
        office.hang_up(office.ring(from_=ZHAO))
        office.clock.advance(3)
    assert office.count("call WHERE outcome = 'missed'") == count
    assert (apologies(office), owed(office)) == ([ZHAO], [(ZHAO, "missed", count)])
    assert len(office.office.calls._board._calls) <= 201
    office.wait(120)
    assert office.office.calls.board() == ()


# --- who did it ---


def deeds(office: SmallOffice) -> list[tuple[str, str, int, int | None]]:
    found = office.store.rows("SELECT action, entity, entity_id, user_id FROM audit WHERE entity = 'call' ORDER BY seq")
    return [tuple(each) for each in found]


def test_who_releases_a_call_and_who_calls_it_missed_is_kept(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.office.calls.release(1, office.li)
    office.hang_up(call, EndReason.LOCAL)
    office.office.calls.missed(1, office.lead)
    assert deeds(office) == [
        ("call_released", "call", 1, office.li.id),
        ("call_said_missed", "call", 1, office.lead.id),
    ]


def test_ones_own_calls_stand_before_free_ones_and_those_before_a_colleagues(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, *(ModemSettings(f"line{no}", talk_path="headset") for no in (1, 2, 3)))
    for no, from_ in enumerate((WANG, ZHAO, LANDLINE), start=1):
        office.ring(from_=from_, line=f"line{no}")
    office.office.calls.take(1, office.lead)
    office.office.calls.take(3, office.li)
    cards = office.office.calls.board(office.li)
    assert [(card.call_id, card.is_mine, card.is_free) for card in cards] == [
        (3, True, False),
        (2, False, True),
        (1, False, False),
    ]
    assert [card.call_id for card in office.office.calls.board()] == [1, 2, 3]


def test_a_colleagues_call_goes_on_unless_it_is_meant(office: SmallOffice) -> None:
    office.ring(from_=WANG)
    office.office.calls.take(1, office.lead)
    office.commands.clear()
    for deed in (office.office.calls.release, office.office.calls.missed):
        with pytest.raises(CallTaken):
            deed(1, office.li)
    assert office.commands == []
    office.office.calls.release(1, office.li, of_others=True)
    assert [type(command) for _, command in office.commands] == [HangUp]


# --- the list ---


def test_calls_are_listed_newest_first_page_by_page(office: SmallOffice) -> None:
    for number in (WANG, ZHAO, LANDLINE):
        office.hang_up(office.ring(from_=number))
    office.connected(office.ring(from_=HANDLER))
    first = office.office.calls.rows(limit=2)
    assert [call.number for call in first.rows] == [HANDLER, LANDLINE]
    second = office.office.calls.rows(before=first.next, limit=2)
    assert ([call.number for call in second.rows], second.next) == ([ZHAO, WANG], None)
    assert len(office.office.calls.rows(outcome="missed").rows) == 3


def test_a_call_stays_on_the_board_for_a_minute_after_its_end(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    office.wait(59)
    assert len(office.office.calls.board()) == 1
    office.wait(2)
    assert office.office.calls.board() == ()
    assert office.office.calls.card(1).number == normalise(WANG)  # still found by its id
    office.office.calls.missed(1, office.li)
    assert apologies(office) == [WANG]


def test_a_call_that_became_a_ticket_leaves_the_board_with_its_end(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.connected(call)
    no = office.office.tickets.create(
        TicketForm(content="东街停水一天了", place="东街", type="complaint", category="water"), office.li, call_id=1
    )
    assert office.office.calls.board()[0].ticket_no == no
    office.hang_up(call)
    assert office.office.calls.board() == ()


def test_a_late_word_that_a_call_was_missed_is_taken_from_its_row(landline: SmallOffice) -> None:
    ring_and_stop(landline)
    landline.office.calls.take(1, landline.li)
    landline.wait(200)
    landline.office.calls.missed(1, landline.li)
    assert (row(landline)["outcome"], row(landline)["answered_at"]) == ("missed", None)
    assert apologies(landline) == [WANG]


# --- one who rings again and again ---


@pytest.mark.parametrize("number", [WANG, ""])
def test_of_a_caller_who_rings_again_and_again_one_card_is_shown(number: str, office: SmallOffice) -> None:
    office.ring(from_=ZHAO)
    for _ in range(5):
        office.hang_up(office.ring(from_=number))
        office.clock.advance(3)
    assert [(card.number, card.times) for card in office.office.calls.board()] == [(ZHAO, 1), (number, 5)]
    office.ring(from_=number)
    cards = office.office.calls.board()
    assert [(card.number, card.state, card.times) for card in cards] == [(ZHAO, "ringing", 1), (number, "ringing", 6)]


@pytest.mark.parametrize("deed", ["release", "missed"])
def test_the_card_that_is_put_away_takes_the_callers_earlier_ones_with_it(deed: str, office: SmallOffice) -> None:
    for _ in range(3):
        office.hang_up(office.ring(from_=WANG))
        office.clock.advance(1)
    (card,) = office.office.calls.board()
    getattr(office.office.calls, deed)(card.call_id, office.li)
    assert office.office.calls.board() == ()


def test_a_caller_who_is_served_at_last_leaves_no_card_of_his_earlier_tries(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    call = office.ring(from_=WANG)
    office.office.calls.take(office.office.calls.board()[0].call_id, office.li)
    office.hang_up(call)
    (card,) = office.office.calls.board()
    office.office.calls.release(card.call_id, office.li)
    assert office.office.calls.board() == ()


def test_a_call_that_the_line_did_not_answer_is_nobodys_again(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.office.calls.take(1, office.li)
    office.handle(CommandRefused("line1", Answer(call), "the line is in a call; end that first"))
    assert office.office.calls.board()[0].taken_by is None
    office.hang_up(call)
    assert apologies(office) == [WANG]


def test_what_the_line_did_not_do_is_said_on_the_card(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.handle(CommandRefused("line1", Answer(call), "the module did not answer the call: no answer"))
    assert office.office.calls.board()[0].trouble == "the module did not answer the call: no answer"


def test_the_card_of_a_call_that_somebody_took_stays_when_the_caller_rings_again(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.office.calls.take(office.office.calls.board()[0].call_id, office.li)
    office.connected(call)
    office.hang_up(call)
    office.ring(from_=WANG)
    assert [card.state for card in office.office.calls.board()] == ["ended", "ringing"]


def test_callers_without_a_number_leave_one_note_until_somebody_has_seen_it(office: SmallOffice) -> None:
    for _ in range(3):
        office.hang_up(office.ring(from_=""))
    (note,) = office.office.reminders.open()
    assert (note.kind, note.times) == ("withheld_missed", 3)
    office.office.reminders.ack(note.id, office.li)
    office.hang_up(office.ring(from_=""))
    assert [(note.kind, note.times) for note in office.office.reminders.open()] == [("withheld_missed", 1)]
