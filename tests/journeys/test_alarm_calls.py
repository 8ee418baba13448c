"""The box rings the chain of a danger: with the real desk, call flow and voice conversation, in fake time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.callflow import alarm_call
from appliance.callflow.alarm_call import AlarmCall
from appliance.callflow.alarm_desk import AlarmDesk
from appliance.intake.board import Board, BoardCall
from modem import voice_dialing
from modem.commands import Dial, HangUp, Play
from modem.events import CallAnswered, EndReason
from tests.appliance.small_office import WANG
from tests.journeys.alarm_town import CHIEF, CHIEF_LANDLINE, STAND_IN, AlarmOffice
from tests.journeys.fast_landline_office import LINE, MOBILE

HELD_AT_MOST_S = 43.0  # 40, and what a modem takes to let go


@pytest.fixture
def office(tmp_path: Path) -> AlarmOffice:
    return AlarmOffice(tmp_path)


@pytest.mark.parametrize("profile", ["standard", "deaf", "plain"])
def test_key_1_confirms_as_the_word_ok_does(tmp_path: Path, profile: str) -> None:
    office = AlarmOffice(tmp_path, profile)
    office.danger(CHIEF_LANDLINE)
    office.his_rings()
    office.later(5.0)
    office.lifts()
    office.hears_words()
    assert office.danger_is() == "running"
    office.box_listens()
    office.presses("1")
    office.call_is_over()
    assert (office.danger_is(), office.calls()) == ("taken", [(LINE, "confirmed")])
    step = office.small.one("SELECT * FROM emergency_step")
    assert (step["via"], step["acked_at"] is not None) == ("call", True)
    assert office.small.count("audit WHERE action = 'emergency_taken'") == 1
    office.later(700)
    assert (office.small.count("emergency_step"), len(office.calls())) == (1, 1), "nobody else is told or rung"


def test_a_mobile_has_two_minutes_for_its_text_then_it_rings_and_is_thanked_by_text(office: AlarmOffice) -> None:
    office.danger(CHIEF)
    office.later(110)
    assert office.calls() == []
    office.his_rings()
    office.lifts()
    office.hears_words()
    office.box_listens()
    office.presses("1")
    office.call_is_over()
    assert office.danger_is() == "taken"
    assert "已记录" in office.small.outbox(purpose="emergency")[-1]["text"]


@pytest.mark.parametrize("key", ["", "7"])
def test_no_key_or_another_one_repeats_the_words_twice_and_confirms_nothing(office: AlarmOffice, key: str) -> None:
    office.danger(CHIEF_LANDLINE)
    office.his_rings()
    office.lifts()
    office.hears_words()
    if key:
        office.box_listens()
        office.presses(key)
    office.call_is_over()
    plays = [each for each in office.asked if isinstance(each, Play)]
    assert len(plays) in {2, 3}, "the line is held 40 s: who answers late hears less"
    assert office.small.one("SELECT acked_at FROM emergency_step")["acked_at"] is None
    assert (office.danger_is(), office.calls()) == ("running", [(LINE, "no_key")])
    assert max(office.held_s) < HELD_AT_MOST_S


def test_nobody_answers_three_times_and_then_the_next_is_told(office: AlarmOffice) -> None:
    office.danger(CHIEF_LANDLINE, STAND_IN)
    office.later(595)
    assert office.calls() == [(LINE, "no_answer")] * 3
    assert max(office.held_s) < HELD_AT_MOST_S
    office.later(150)
    office.his_rings(60)
    assert office.dialled() == [CHIEF_LANDLINE] * 3 + [STAND_IN]


def test_a_busy_telephone_is_tried_again_after_a_minute(office: AlarmOffice) -> None:
    office.danger(CHIEF_LANDLINE)
    office.his_rings()
    office.ask("refuse")
    office.call_is_over()
    assert office.calls() == [(LINE, "busy")]
    office.his_rings(70)
    assert len(office.calls()) == 2


def test_a_citizen_who_rings_is_never_pushed_aside(office: AlarmOffice) -> None:
    office.ask("ring", number=WANG)
    office.later(2.0)
    office.danger(CHIEF_LANDLINE)
    office.later(8.0)
    assert office.dialled() == []
    assert [each for each in office.on_mobile if isinstance(each, Dial)], "the other line is free, and rings him"
    assert office.on_line() == WANG
    assert office.calls() == [(MOBILE.name, "")]


def test_who_rings_in_the_same_moment_wins(office: AlarmOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchange's ring comes between the look at the board and the modem."""
    add_if_free = Board.add_if_free

    def rings_now(board: Board, call: BoardCall) -> BoardCall | None:
        added = add_if_free(board, call)
        office.town.ask("ring", number=WANG)
        return added

    monkeypatch.setattr(Board, "add_if_free", rings_now)
    office.danger(CHIEF_LANDLINE)
    office.comes(lambda: office.calls() and office.calls()[0][1])
    assert office.calls()[0] in {(LINE, "gave_way"), (LINE, "failed")}
    assert office.on_line() == WANG


def test_a_line_on_which_an_operator_dials_is_left_alone(office: AlarmOffice) -> None:
    office.small.office.calls.dial("057188887777", office.small.li, line=LINE)
    office.danger(CHIEF_LANDLINE)
    office.later(9.0)
    assert office.dialled() == ["057188887777"]
    assert office.calls() == [(MOBILE.name, "")]


def test_one_call_at_a_time_of_two_dangers(office: AlarmOffice) -> None:
    office.danger(CHIEF_LANDLINE)
    office.danger(content="西街4号楼有异味")
    office.his_rings()
    office.later(10.0)
    assert [outcome for _, outcome in office.calls()] == [""]
    assert not office.on_mobile or not any(isinstance(each, Dial) for each in office.on_mobile)
    office.comes(lambda: office.calls()[0][1])
    office.his_rings()
    assert [outcome for _, outcome in office.calls()] == ["no_answer", ""]


def test_an_ok_by_text_meanwhile_ends_the_call(office: AlarmOffice) -> None:
    office.danger(CHIEF)
    office.his_rings(150)
    office.small.text(from_=CHIEF, text="OK", line=MOBILE.name)
    office.call_is_over(5.0)
    assert (office.danger_is(), office.calls()) == ("taken", [(LINE, "needless")])
    assert office.small.one("SELECT via FROM emergency_step")["via"] == "sms"


def test_a_line_without_sound_only_rings_and_its_lifting_confirms_nothing(office: AlarmOffice) -> None:
    office.ask("ring", number=WANG)  # the landline is taken
    office.later(2.0)
    office.danger(CHIEF_LANDLINE)
    office.comes(lambda: any(isinstance(each, Dial) for each in office.on_mobile))
    office.tell_mobile(answered=True)
    assert any(isinstance(each, HangUp) for each in office.on_mobile)
    assert not any(isinstance(each, Play) for each in office.on_mobile)
    office.tell_mobile_ended(EndReason.LOCAL)
    assert office.calls()[0] == (MOBILE.name, "lifted")
    assert office.danger_is() == "running"
    assert office.small.one("SELECT speaks FROM emergency_call")["speaks"] == 0


def test_the_switch_and_a_doubtful_clock_hold_it_back(office: AlarmOffice) -> None:
    switch = office.small.office.follow_up.ring_switch
    switch.turn(office.small.lead, is_on=False)
    office.danger(CHIEF_LANDLINE)
    office.later(60.0)
    assert office.calls() == []
    desk = office.small.office.follow_up.alarm_desk
    is_right, desk._clock_ok = desk._clock_ok, lambda: False
    switch.turn(office.small.lead, is_on=True)
    office.later(60.0)
    assert office.calls() == []
    desk._clock_ok = is_right
    office.his_rings()


def test_nothing_of_the_citizen_is_ever_spoken(office: AlarmOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    flow: Any = office.small.office.calls._flow
    real = flow._voice

    def voice(line: str) -> Callable[[str], tuple[bytes, ...]]:
        speak = real(line)

        def spoken(word: str) -> tuple[bytes, ...]:
            said.append(word)
            return speak(word)  # type: ignore[no-any-return]

        return spoken

    monkeypatch.setattr(flow, "_voice", voice)
    office.danger(CHIEF_LANDLINE, type="report", privacy="confidential", contact_name="王五")
    office.his_rings()
    office.lifts()
    office.hears_words()
    office.box_listens()
    office.presses("1")
    office.call_is_over()
    assert set(said) == {"alarm", "number:000001", "alarm_confirm", "thanks"}


def test_what_the_end_of_the_program_cut_off_is_written_so_and_tried_again(office: AlarmOffice) -> None:
    office.danger(CHIEF_LANDLINE)
    office.his_rings()
    desk = office.small.office.follow_up.alarm_desk
    desk._going, desk._has_recovered = None, False  # as after a start
    office.later(1.0)
    assert office.calls()[0] == (LINE, "cut")


# --- bugs that these stories must see ---


def test_two_steps_at_once_are_seen(office: AlarmOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AlarmDesk, "_follow", lambda desk, going: setattr(desk, "_going", None))
    with pytest.raises(AssertionError):
        test_one_call_at_a_time_of_two_dangers(office)


def test_a_seized_line_is_seen(office: AlarmOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Board, "on_line", lambda board, line: [])
    monkeypatch.setattr(Board, "add_if_free", Board.add)
    with pytest.raises(AssertionError):
        test_a_line_on_which_an_operator_dials_is_left_alone(office)


def test_a_citizen_cut_off_by_our_dialling_is_seen(office: AlarmOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_dialing, "RINGS_FIRST_S", 0.0)
    with pytest.raises(AssertionError):
        test_who_rings_in_the_same_moment_wins(office, monkeypatch)


def test_an_answer_taken_for_an_ok_is_seen(office: AlarmOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = AlarmCall._answered

    def takes_it_for_ok(call: AlarmCall, event: Any) -> Any:
        call.is_confirmed = True
        return answered(call, event)

    monkeypatch.setitem(alarm_call._TABLE, CallAnswered, takes_it_for_ok)
    with pytest.raises(AssertionError):
        test_no_key_or_another_one_repeats_the_words_twice_and_confirms_nothing(office, "")


def test_a_line_that_is_held_too_long_is_seen(office: AlarmOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm_call, "HELD_S", 120.0)
    monkeypatch.setattr(alarm_call, "RINGS_S", 60.0)
    with pytest.raises(AssertionError):
        test_nobody_answers_three_times_and_then_the_next_is_told(office)
