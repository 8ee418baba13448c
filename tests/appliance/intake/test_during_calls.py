"""During a call: the handset lifted for a call of ours, keys, and who it is where the network told nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from appliance.config import ModemSettings
from appliance.errors import FieldWrong, LineBusy, NotFound
from appliance.intake.calls import CallTaken, CallWasAnswered
from modem.commands import Dial
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallTone,
    EndReason,
    TelephoneMoved,
    ToneHeard,
)
from tests.appliance.small_office import GSM, WANG, ZHAO, SmallOffice

PLAIN = ModemSettings("land", device="/dev/land", kind="voice", talk_path="parallel")


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path, PLAIN, GSM)


def row(office: SmallOffice, call_id: int = 1) -> Any:
    return office.one("SELECT * FROM call WHERE id = ?", call_id)


def apologies(office: SmallOffice) -> list[str]:
    return [each["number"] for each in office.outbox(purpose="missed")]


def owed(office: SmallOffice) -> list[tuple[str, str]]:
    return [(task.number, task.reason) for task in office.office.callbacks.rows()]


def rings(office: SmallOffice, from_: str | None = WANG) -> int:
    return office.ring(from_=from_, line="land")


def ends(office: SmallOffice, call: int, reason: EndReason) -> None:
    office.clock.advance(8)
    office.hang_up(call, reason, line="land")


LIFTED, PUT_DOWN = TelephoneMoved("land", is_lifted=True), TelephoneMoved("land", is_lifted=False)


# --- dialling, and lifting the handset ---


def dials(office: SmallOffice, number: str = WANG) -> int:
    call_id = office.office.calls.dial(number, office.li, line="land")
    assert office.commands[-1] == ("land", Dial(call_id, number))
    office.handle(CallDialing("land", 77, call_id, number))
    return call_id


def test_the_card_says_how_far_a_call_of_ours_is(office: SmallOffice) -> None:
    call_id = office.office.calls.dial(WANG, office.li, line="land")

    def said() -> str:
        return office.office.calls.card(call_id, office.li).dialled

    assert said() == "dialling"
    office.handle(CallDialing("land", 77, call_id, WANG))
    assert said() == "dialling"
    for tone in (CallTone.RING_BACK, CallTone.VOICE):
        office.handle(ToneHeard("land", 77, tone))
        assert said() == str(tone)
    office.office.during_calls.lifted(call_id, office.li)
    assert said() == ""
    assert office.office.calls.card(call_id).is_on_telephone


def test_a_voice_at_the_other_end_is_no_answer_before_somebody_has_heard_it(office: SmallOffice) -> None:
    """ "The number you have dialled is switched off" is a voice too."""
    ends(office, rings(office), EndReason.NO_ANSWER)
    call_id = dials(office)
    office.handle(ToneHeard("land", 77, CallTone.VOICE))
    office.handle(CallAnswered("land", 77))
    office.handle(CallEnded("land", 77, EndReason.NO_ANSWER))  # nobody lifted the handset
    assert (row(office, call_id)["outcome"], owed(office)) == ("no_answer", [(WANG, "missed")])
    assert office.office.callbacks.rows()[0].tries == 1


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (EndReason.BUSY, "busy"),
        (EndReason.NO_ANSWER, "no_answer"),
        (EndReason.FAILED, "failed"),
        (EndReason.UNSEEN, "failed"),
    ],
)
def test_whoever_is_not_reached_stays_on_the_list_with_one_more_try(
    office: SmallOffice, reason: EndReason, outcome: str
) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    (task,) = office.office.callbacks.rows()
    for tries in (1, 2):
        call_id = office.office.callbacks.call(task.id, office.li)
        office.handle(CallDialing("land", 77 + tries, call_id, WANG))
        office.handle(CallEnded("land", 77 + tries, reason))
        assert row(office, call_id)["outcome"] == outcome
        assert [(left.number, left.tries) for left in office.office.callbacks.rows()] == [(WANG, tries)]


@pytest.mark.parametrize("how", ["the operator says so", "the modem sees it"])
def test_with_the_handset_lifted_only_the_operator_knows_whether_they_spoke(how: str, office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    call_id = dials(office)
    office.handle(ToneHeard("land", 77, CallTone.VOICE))
    if how == "the modem sees it":
        office.handle(LIFTED)
    else:
        office.office.during_calls.lifted(call_id, office.li)
        office.office.during_calls.lifted(call_id, office.li)  # pressed twice
    office.handle(CallEnded("land", 77, EndReason.ELSEWHERE))
    assert owed(office) == [(WANG, "missed")]
    office.wait(47)
    office.office.calls.release(call_id, office.li)
    assert (row(office, call_id)["outcome"], owed(office)) == ("answered", [])
    spoke = office.office.calls.rows().rows[0]
    assert spoke.ended_at is not None
    assert spoke.answered_at is not None
    assert (spoke.ended_at - spoke.answered_at).total_seconds() == 47


def test_m_says_that_nobody_answered_whom_we_called(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    call_id = dials(office)
    office.office.during_calls.lifted(call_id, office.li)
    office.office.calls.missed(call_id, office.li)
    assert (row(office, call_id)["outcome"], owed(office)) == ("no_answer", [(WANG, "missed")])
    assert len(apologies(office)) == 1


def test_a_call_of_ours_of_which_nobody_said_anything_is_not_known(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    call_id = dials(office)
    office.handle(LIFTED)
    office.handle(PUT_DOWN)
    assert (row(office, call_id)["outcome"], office.office.calls.card(call_id).state) == ("", "ended")
    office.wait(61)
    assert (row(office, call_id)["outcome"], owed(office)) == ("unclear", [(WANG, "missed")])


def test_a_call_of_ours_that_they_answered_cannot_be_called_unanswered(office: SmallOffice) -> None:
    call_id = dials(office)
    office.office.during_calls.lifted(call_id, office.li)
    office.office.calls.release(call_id, office.li)
    with pytest.raises(CallWasAnswered):
        office.office.calls.missed(call_id, office.li)


def test_only_calls_of_ours_are_lifted_for_and_only_by_whoever_dialled(office: SmallOffice) -> None:
    rings(office)
    with pytest.raises(NotFound):
        office.office.during_calls.lifted(1, office.li)
    ends(office, 1, EndReason.NO_ANSWER)
    call_id = dials(office)
    with pytest.raises(CallTaken):
        office.office.during_calls.lifted(call_id, office.lead)


def test_whoever_dials_has_put_the_telephone_down_and_a_colleague_has_not(office: SmallOffice) -> None:
    call = rings(office)
    office.office.calls.take(1, office.li)
    ends(office, call, EndReason.ELSEWHERE)
    with pytest.raises(LineBusy):
        office.office.calls.dial(ZHAO, office.lead, line="land")
    assert office.office.calls.card(1).state == "talking"
    call_id = office.office.calls.dial(ZHAO, office.li, line="land")
    assert row(office)["outcome"] == "answered"
    assert office.commands[-1] == ("land", Dial(call_id, ZHAO))


def test_no_keys_are_pressed_in_a_call_that_the_telephone_has(office: SmallOffice) -> None:
    rings(office)
    office.office.calls.take(1, office.li)
    with pytest.raises(LineBusy):
        office.office.during_calls.press(1, "1", office.li)


# --- a call without a number ---


@pytest.mark.parametrize("told", [None, ""])
def test_who_it_is_may_be_typed_where_the_network_told_nobody(told: str | None, office: SmallOffice) -> None:
    office.text(from_=WANG, text="停水")
    call = rings(office, told)
    office.office.calls.take(1, office.li)
    office.office.during_calls.name_caller(1, "139 0000 1111", office.li)
    card = office.office.calls.card(1)
    assert (card.number, card.typed, card.shown_number, card.lacks_number) == (told, WANG, WANG, True)
    assert card.open_ticket is not None, "his tickets are shown as with any other call"
    ends(office, call, EndReason.ELSEWHERE)
    office.office.calls.release(1, office.li)
    kept = office.one("SELECT raw, typed FROM call_number WHERE call_id = 1")
    assert (kept["raw"], kept["typed"]) == ("", WANG)
    assert row(office)["citizen_id"] is not None
    assert row(office)["is_withheld"] == (1 if told == "" else 0)
    office.crash()
    later = office.office.calls.card(1)
    assert (later.number, later.typed, later.shown_number) == (told, WANG, WANG)
    assert office.office.calls.rows().rows[0].shown == WANG


def test_a_missed_caller_who_is_named_afterwards_is_called_back_and_not_texted(office: SmallOffice) -> None:
    ends(office, rings(office, ""), EndReason.NO_ANSWER)
    assert owed(office) == []
    office.office.during_calls.name_caller(1, WANG, office.li)
    assert (owed(office), apologies(office)) == ([(WANG, "missed")], [])


def test_naming_somebody_who_was_spoken_with_takes_him_off_the_list(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    rings(office, "")
    office.office.calls.take(2, office.li)
    office.office.during_calls.name_caller(2, WANG, office.li)
    assert owed(office) == []


@pytest.mark.parametrize("number", ["", "abc", "12", "*21#", "1" * 30])
def test_what_is_no_telephone_number_names_nobody(office: SmallOffice, number: str) -> None:
    rings(office, None)
    with pytest.raises(FieldWrong):
        office.office.during_calls.name_caller(1, number, office.li)
    assert office.office.calls.card(1).typed == ""


def test_a_number_that_the_network_told_is_not_typed_over(office: SmallOffice) -> None:
    rings(office)
    with pytest.raises(NotFound):
        office.office.during_calls.name_caller(1, ZHAO, office.li)


def test_a_number_typed_before_the_network_told_it_does_not_hide_it(office: SmallOffice) -> None:
    call = office.ring(from_=None, line="land")
    office.office.during_calls.name_caller(1, ZHAO, office.li)
    office.handle(CallerKnown("land", call, WANG))
    assert office.office.calls.card(1).shown_number == WANG
    assert office.one("SELECT phone FROM citizen WHERE id = ?", row(office)["citizen_id"])["phone"] == WANG
