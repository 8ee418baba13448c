"""Calls that the box itself answers: shown live, taken over, and never counted as answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.callflow.result import FlowResult
from appliance.config import ModemSettings
from appliance.errors import NoTalkPath
from appliance.intake import box_calls
from appliance.intake.board import BoardCall
from appliance.intake.calls import CallTaken
from modem.commands import Answer, HandOver, HangUp, Join, Wake
from modem.events import CallAnswered, CallEnded, CallRang, CommandRefused, EndReason, SoundEnd
from tests import rounds
from tests.appliance.box_on_line import MENU, PLAIN, WAITS, BoxOnLine, voice
from tests.appliance.small_office import GSM, LANDLINE, NIGHT, WANG, SmallOffice

LAND = ModemSettings("land", device="/dev/land", kind="voice", talk_path="parallel")


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path, LAND, GSM)


def row(office: SmallOffice, call_id: int = 1) -> Any:
    return office.one("SELECT * FROM call WHERE id = ?", call_id)


def apologies(office: SmallOffice) -> list[str]:
    return [each["number"] for each in office.outbox(purpose="missed")]


def owed(office: SmallOffice) -> list[tuple[str, str]]:
    return [(task.number, task.reason) for task in office.office.callbacks.rows()]


# --- how long it rings ---


@pytest.mark.parametrize(
    ("now", "rings"),
    [(NIGHT, 2), (NIGHT - timedelta(days=20_000), 6)],
    ids=["the office is closed", "the clock cannot be believed"],
)
def test_a_landline_answers_sooner_only_while_the_office_is_surely_closed(
    tmp_path: Path, now: datetime, rings: int
) -> None:
    office = SmallOffice(tmp_path, LAND, GSM, now=now)
    call = office.ring(from_=WANG, line="land")
    office.commands.clear()  # among them what counts the rings if the line should lose count
    for number in range(2, 7):
        office.handle(CallRang("land", call, number))
        if any(isinstance(command, Wake) for _, command in office.commands):
            break
    assert number == rings


# --- shown live ---


def test_the_card_says_live_what_the_box_does_and_since_when(office: SmallOffice) -> None:
    line = BoxOnLine(office, PLAIN)
    call_id = line.answers()
    card = office.office.calls.card(call_id)
    assert (card.state, card.by_box, card.box_step, card.is_free) == ("talking", True, "greeting", True)
    assert (row(office)["by_box"], row(office)["answered_at"]) == (1, None)
    office.clock.advance(9)
    line.plays()
    line.begins_to_record(voice(3))
    card = office.office.calls.card(call_id)
    assert card.box_step == "message"
    assert office.clock.now() - card.box_since == timedelta(seconds=3), "counted from where the message begins"


def test_a_caller_who_holds_the_line_rings_on(office: SmallOffice) -> None:
    line = BoxOnLine(office, WAITS)
    call_id = line.rings()
    office.clock.advance(10)
    line.wakes()
    office.handle(CallAnswered("land", line.call))
    line.plays()
    card = office.office.calls.card(call_id)
    assert (card.box_step, card.rings) == ("hold", True)
    assert office.clock.now() - card.box_since == timedelta(seconds=10)
    office.office.calls.take(call_id, office.li)
    assert not office.office.calls.card(call_id).rings


# --- nobody has served him ---


def test_a_caller_with_the_box_stays_on_the_list(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    assert owed(office) == [(WANG, "missed")]
    BoxOnLine(office).answers()
    assert owed(office) == [(WANG, "missed")]


def test_a_caller_who_hangs_up_on_the_greeting_was_missed(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.answers()
    line.hangs_up()
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("missed", [WANG], [(WANG, "missed")])


def test_after_hours_a_caller_with_the_box_is_counted_so_and_never_as_answered(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LAND, now=NIGHT)
    line = BoxOnLine(office)
    line.answers()
    line.leaves_message(voice(3))
    line.answers(LANDLINE)
    line.hangs_up()
    assert [(each["outcome"], each["after_hours"], each["by_box"], each["answered_at"]) for each in calls(office)] == [
        ("voicemail", 1, 1, None),
        ("missed", 1, 1, None),
    ]
    assert len(office.office.calls.rows(outcome="after_hours").rows) == 2
    assert office.office.calls.rows(outcome="answered").rows == ()


def calls(office: SmallOffice) -> list[Any]:
    return list(office.store.rows("SELECT * FROM call ORDER BY id"))


def test_who_heard_the_announcement_he_chose_is_neither_missed_nor_answered(office: SmallOffice) -> None:
    line = BoxOnLine(office, MENU, announcement="announcement:1")
    line.answers()
    line.plays()
    line.presses("2")
    line.plays()
    line.hangs_up()
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("self_served", [], [])


def test_something_urgent_is_called_back_first_whatever_else_he_did(office: SmallOffice) -> None:
    line = BoxOnLine(office, MENU)
    line.answers()
    line.plays()
    line.presses("0")
    line.plays()
    line.records(voice(3))
    line.hangs_up()
    assert (row(office)["outcome"], owed(office), apologies(office)) == ("voicemail", [(WANG, "urgent")], [])
    (task,) = office.office.callbacks.rows()
    assert task.due_at <= office.clock.now()


def test_an_urgent_call_back_takes_the_place_of_a_missed_one(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    line = BoxOnLine(office, MENU)
    line.answers()
    line.plays()
    line.presses("0")
    line.hangs_up()
    assert owed(office) == [(WANG, "urgent")]
    assert office.office.callbacks.rows()[0].missed_calls == 2


@pytest.mark.parametrize("told", [None, ""])
def test_a_number_keyed_in_is_kept_and_called_back_but_not_texted(office: SmallOffice, told: str | None) -> None:
    line = BoxOnLine(office, MENU)
    line.answers(told)
    line.ends(SoundEnd.PLAYED)  # the greeting
    line.plays()
    for key in "13900001111":
        line.presses(key)
    line.presses("#")
    line.hangs_up()
    assert (row(office)["outcome"], owed(office), apologies(office)) == ("missed", [(WANG, "missed")], [])
    assert office.one("SELECT typed FROM call_number WHERE call_id = 1")["typed"] == WANG
    assert office.office.calls.rows().rows[0].shown == WANG


@pytest.mark.parametrize("number", ["", "12", "1" * 25])
def test_what_is_no_number_is_nobodys(number: str) -> None:
    call = BoxOnLineCall(number="")
    assert box_calls.number_said(FlowResult(1, callback_number=number), call.board, "0571") == ""


def test_a_number_keyed_in_does_not_hide_what_the_network_or_the_operator_said() -> None:
    result = FlowResult(1, callback_number="13900001111")
    assert box_calls.number_said(result, BoxOnLineCall(number=LANDLINE).board, "0571") == ""
    assert box_calls.number_said(result, BoxOnLineCall(number="", typed=LANDLINE).board, "0571") == LANDLINE
    local = FlowResult(1, callback_number="88880000")
    assert box_calls.number_said(local, BoxOnLineCall(number="").board, "0571") == LANDLINE


class BoxOnLineCall:
    """A call of the board with just this."""

    def __init__(self, **fields: Any) -> None:
        self.board = BoardCall(1, "land", "in", 1, raw_number="", ringing_at=NIGHT, **fields)


@pytest.mark.parametrize(
    ("did", "outcome", "without_message"),
    [
        ({}, "missed", "missed"),
        ({"left_message": True}, "voicemail", "missed"),
        ({"left_message": True, "heard_announcement": True}, "voicemail", "self_served"),
        ({"heard_announcement": True}, "self_served", "self_served"),
        ({"asked": (4512,)}, "self_served", "self_served"),
        ({"urgent": True, "heard_announcement": True}, "missed", "missed"),
        ({"urgent": True, "left_message": True}, "voicemail", "missed"),
        ({"was_handed_over": True, "left_message": True}, "answered", "answered"),
    ],
)
def test_what_a_caller_did_decides_what_his_call_was(did: dict[str, Any], outcome: str, without_message: str) -> None:
    result = FlowResult(1, was_answered=True, **did)
    assert (box_calls.outcome_of(result), box_calls.outcome_without_message(result)) == (outcome, without_message)
    assert box_calls.outcome_without_message(None) == "missed"


# --- taken over ---


def test_whoever_lifts_the_telephone_and_presses_f2_has_the_caller(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    call_id = line.answers()
    card = office.office.calls.take(call_id, office.li)
    assert ("land", HandOver(line.call)) in office.commands
    assert (card.by_box, card.is_on_telephone, card.taken_by) == (False, True, "李四")
    line.hangs_up(EndReason.ELSEWHERE)
    assert office.office.calls.card(call_id).state == "talking"
    office.office.calls.release(call_id, office.li)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("answered", [], [])


def test_lifting_the_telephone_alone_takes_the_caller_from_the_box(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    call_id = line.answers()
    line.moves(is_lifted=True)
    line.ends(SoundEnd.LIFTED)
    assert ("land", HandOver(line.call)) in office.commands
    line.hangs_up(EndReason.ELSEWHERE)
    card = office.office.calls.card(call_id)
    assert (card.by_box, card.is_on_telephone, card.is_free) == (False, True, True)
    line.moves(is_lifted=False)
    assert (row(office)["outcome"], apologies(office)) == ("answered", [])


def test_on_a_gsm_line_f2_leaves_the_call_to_the_operators_headset(office: SmallOffice) -> None:
    office.hang_up(office.ring(from_=WANG))
    line = BoxOnLine(office, line="line1")
    call_id = line.rings()
    line.wakes()
    office.handle(CallAnswered("line1", line.call))
    line.wakes()  # the sound of the call
    assert owed(office) == [(WANG, "missed")]
    office.office.calls.take(call_id, office.li)
    assert [command for _, command in office.commands if isinstance(command, HandOver | HangUp)] == []
    card = office.office.calls.card(call_id, office.li)
    assert (card.state, card.by_box, card.is_mine) == ("talking", False, True)
    assert row(office, call_id)["answered_at"] is not None
    assert owed(office) == []
    line.hangs_up()
    assert row(office, call_id)["outcome"] == "answered"


def test_who_takes_the_call_as_the_box_is_about_to_answer_has_it(office: SmallOffice) -> None:
    line = BoxOnLine(office, line="line1")
    call_id = line.rings()
    office.office.calls.take(call_id, office.li)
    answers = [command for _, command in office.commands if isinstance(command, Answer)]
    assert answers == [Answer(line.call)], "once: the operator's"
    line.wakes()
    assert len([command for _, command in office.commands if isinstance(command, Answer)]) == 1
    office.handle(CallAnswered("line1", line.call))
    assert office.office.calls.card(call_id).state == "talking"
    assert row(office)["answered_at"] is not None


@pytest.mark.parametrize("state", ["talking", "ended"])
def test_a_caller_is_not_taken_from_the_box_by_somebody_he_would_not_hear(tmp_path: Path, state: str) -> None:
    mute = ModemSettings("mute", talk_path="none", audio_device="/dev/sound")
    office = SmallOffice(tmp_path, mute)
    line = BoxOnLine(office, line="mute")
    call_id = line.rings()
    line.wakes()
    office.handle(CallAnswered("mute", line.call))
    assert not office.office.calls.card(call_id).may_take
    if state == "ended":
        line.hangs_up()
        office.office.calls.take(call_id, office.li)  # "I have it": to call back
        return
    with pytest.raises(NoTalkPath):
        office.office.calls.take(call_id, office.li)
    assert office.office.calls.card(call_id).is_free
    assert line.flow.is_with_box(call_id)


def test_a_box_that_could_not_answer_leaves_the_call_as_it_was(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.rings()
    line.wakes()
    office.handle(CommandRefused("land", line.last(Answer), "the modem did not answer the call"))
    office.clock.advance(10)
    line.hangs_up(EndReason.UNSEEN)  # somebody may have picked up
    assert (row(office)["outcome"], row(office)["by_box"], apologies(office)) == ("", 0, [])
    office.wait(61)
    assert (row(office)["outcome"], apologies(office)) == ("unclear", [])


# --- broken off ---


def test_a_modem_that_vanishes_while_the_box_speaks_leaves_a_call_back(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.answers()
    line.hangs_up(EndReason.LOST)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("interrupted", [], [(WANG, "interrupted")])


def test_a_crash_while_the_box_speaks_leaves_a_call_back(office: SmallOffice) -> None:
    BoxOnLine(office).answers()
    office.crash()
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("interrupted", [], [(WANG, "interrupted")])


# --- one who rings again and again ---


def test_a_thousand_calls_that_the_box_took_are_one_card_and_fill_no_memory(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    count = rounds.count(220, soak=1000)
    for _ in range(count):
        line.answers()
        office.handle(CallEnded("land", line.call, EndReason.REMOTE))
        office.clock.advance(0.1)
    (card,) = office.office.calls.board()
    assert (card.number, card.outcome) == (WANG, "missed")
    assert card.times > 100
    assert (apologies(office), len(owed(office))) == ([WANG], 1)
    assert len(office.office.calls._board._calls) <= 201
    office.wait(120)
    assert office.office.calls.board() == ()


# --- recording what people say ---


def test_f4_joins_the_call_plays_the_notice_and_records(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.call = office.ring(from_=WANG, line="land")
    office.office.calls.take(1, office.li)
    office.hang_up(line.call, EndReason.ELSEWHERE, line="land")
    assert office.office.calls.card(1, office.li).may_record
    assert not office.office.listening_in.may_listen(1), "the modem does not hear what the telephone has"
    office.office.during_calls.record(1, office.li)
    line.joins()
    assert office.office.calls.card(1).recording_since is None, "not before the notice was heard"
    line.plays()
    assert office.office.calls.card(1).recording_since == office.clock.now()
    assert office.office.listening_in.may_listen(1)
    assert row(office)["ended_at"] is None
    office.office.during_calls.stop_recording(1, office.li)
    assert ("land", HangUp(line.call)) in office.commands, "the modem lets go of the line"
    line.ends(SoundEnd.STOPPED)
    line.hangs_up(EndReason.LOCAL)
    card = office.office.calls.card(1)
    assert (card.state, card.recording_since) == ("talking", None), "the people talk on"
    office.office.calls.release(1, office.li)
    assert row(office)["outcome"] == "answered"


def test_f8_ends_the_recording_and_the_call(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.call = office.ring(from_=WANG, line="land")
    office.office.calls.take(1, office.li)
    office.office.during_calls.record(1, office.li)
    line.joins()
    line.plays()
    office.office.calls.release(1, office.li)
    assert ("land", HangUp(line.call)) in office.commands
    assert (row(office)["outcome"], office.office.calls.card(1).recording_since) == ("answered", None)


@pytest.mark.parametrize("why", [SoundEnd.QUIET, SoundEnd.PUT_DOWN])
def test_a_recorded_talk_is_over_when_nothing_is_heard_any_more(office: SmallOffice, why: SoundEnd) -> None:
    line = BoxOnLine(office)
    line.call = office.ring(from_=WANG, line="land")
    office.office.calls.take(1, office.li)
    office.office.during_calls.record(1, office.li)
    line.joins()
    line.plays()
    if why is SoundEnd.PUT_DOWN:
        line.moves(is_lifted=False)
    line.ends(why, 60)
    line.hangs_up(EndReason.LOCAL)
    assert (row(office)["outcome"], apologies(office)) == ("answered", [])
    assert row(office)["ended_at"] is not None


def test_every_answered_call_is_recorded_where_the_plan_says_so(office: SmallOffice) -> None:
    line = BoxOnLine(office, records_talks=True)
    line.call = office.ring(from_=WANG, line="land")
    office.hang_up(line.call, EndReason.ELSEWHERE, line="land")
    assert ("land", Join(line.call)) in office.commands


def test_a_line_whose_sound_never_comes_to_the_box_is_not_recorded(office: SmallOffice) -> None:
    call = office.ring(from_=WANG)
    office.office.calls.take(1, office.li)
    office.connected(call)
    assert not office.office.calls.card(1, office.li).may_record


def test_a_recording_shows_when_the_call_was_taken_and_a_ticket_opened(office: SmallOffice) -> None:
    line = BoxOnLine(office, records_talks=True)
    line.call = office.ring(from_=WANG, line="land")
    office.hang_up(line.call, EndReason.ELSEWHERE, line="land")
    line.joins()
    line.plays()
    track = line.begins_to_record(voice(2))
    office.office.calls.take(1, office.li)
    no = office.office.tickets.open_draft(source="call", call_id=1, content="停水")
    track.close()
    office.services.recordings.recorder.round()
    office.wait(1)
    marks = office.store.rows("SELECT kind, note FROM recording_mark ORDER BY id")
    assert [(mark["kind"], mark["note"]) for mark in marks] == [("taken", ""), ("ticket", str(no))]


@pytest.mark.parametrize("is_set", [True, False])
def test_the_caller_is_asked_for_a_rating_where_the_plan_says_so(office: SmallOffice, *, is_set: bool) -> None:
    line = BoxOnLine(office, rates_talks=is_set)
    line.call = office.ring(from_=WANG, line="land")
    office.office.calls.take(1, office.li)
    assert office.office.calls.card(1, office.li).may_rate is is_set
    if not is_set:
        return
    with pytest.raises(CallTaken):
        office.office.during_calls.ask_rating(1, office.lead)
    office.office.during_calls.ask_rating(1, office.li)
    line.joins()
    line.plays()
    line.presses("5")
    line.ends(SoundEnd.PLAYED)
    line.hangs_up(EndReason.LOCAL)
    result = line.flow.result(1)
    assert result is not None
    assert result.rating == 5
    office.office.calls.release(1, office.li)
    assert row(office)["outcome"] == "answered"
