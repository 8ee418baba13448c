"""Calls on a landline: what the telephone beside the modem does, whether the modem sees it or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from appliance.config import ModemSettings
from appliance.errors import FieldWrong, LineBusy, NotFound
from appliance.intake.calls import CallTaken, CallWasAnswered
from modem.commands import Dial, Wake
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallTone,
    EndReason,
    Event,
    LineState,
    TelephoneMoved,
    ToneHeard,
)
from tests.appliance.small_office import GSM, LANDLINE, NIGHT, WANG, ZHAO, SmallOffice

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


# --- who was served is never told that he was missed, whatever the modem can see ---

LIFTED, PUT_DOWN = TelephoneMoved("land", is_lifted=True), TelephoneMoved("land", is_lifted=False)

# What a modem of each kind tells of a call that the telephone beside it took, for two minutes.
SERVED: dict[str, tuple[tuple[Event, ...], EndReason, tuple[Event, ...]]] = {
    "standard": ((LIFTED,), EndReason.ELSEWHERE, (PUT_DOWN,)),
    "mislabelled": ((LIFTED,), EndReason.ELSEWHERE, (PUT_DOWN,)),
    "usr": ((), EndReason.ELSEWHERE, ()),
    "conexant": ((LIFTED,), EndReason.ELSEWHERE, (PUT_DOWN,)),
    "chatty": ((LIFTED, LIFTED, LIFTED), EndReason.ELSEWHERE, (PUT_DOWN, PUT_DOWN)),
    "sees lifting alone": ((LIFTED,), EndReason.ELSEWHERE, ()),
    "plain": ((), EndReason.ELSEWHERE, ()),
    "plain, and the line could not be looked at": ((), EndReason.UNSEEN, ()),
    "novoice": ((), EndReason.UNSEEN, ()),
    "lost in the middle of it": ((), EndReason.LOST, ()),
}


@pytest.mark.parametrize("kind", SERVED)
@pytest.mark.parametrize("is_said", [True, False], ids=["F2 was pressed", "nobody pressed a key"])
def test_a_caller_who_was_served_gets_no_apology(kind: str, office: SmallOffice, *, is_said: bool) -> None:
    before, reason, after = SERVED[kind]
    call = rings(office)
    for event in before:
        office.handle(event)
    if is_said:
        office.office.calls.take(1, office.li)
    ends(office, call, reason)
    office.wait(120)
    for event in after:
        office.handle(event)
    office.wait(3600)
    office.crash()
    office.wait(3600)
    assert apologies(office) == []
    if is_said or reason is EndReason.ELSEWHERE:
        assert owed(office) == []
        assert row(office)["answered_at"] is not None


def test_a_call_that_the_telephone_took_goes_on_until_it_is_put_down(office: SmallOffice) -> None:
    call = rings(office)
    ends(office, call, EndReason.ELSEWHERE)
    (card,) = office.office.calls.board()
    assert (card.state, card.is_on_telephone, card.is_free) == ("talking", True, True)
    assert (row(office)["ended_at"], row(office)["outcome"]) == (None, "")
    office.office.calls.take(1, office.li)
    office.wait(200)
    office.handle(PUT_DOWN)
    assert office.office.calls.board()[0].state == "ended"
    assert (row(office)["outcome"], row(office)["taken_by"]) == ("answered", office.li.id)


def test_a_call_on_the_telephone_takes_the_caller_off_the_list(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    assert owed(office) == [(WANG, "missed")]
    ends(office, rings(office), EndReason.ELSEWHERE)
    assert owed(office) == []


@pytest.mark.parametrize(("is_taken", "seconds"), [(True, 4 * 3600), (False, 300)])
def test_a_talk_that_nobody_says_is_over_ends_at_last(office: SmallOffice, *, is_taken: bool, seconds: float) -> None:
    call = rings(office)
    ends(office, call, EndReason.ELSEWHERE)
    if is_taken:
        office.office.calls.take(1, office.li)
    office.wait(seconds - 1)
    assert office.office.calls.board()[0].state == "talking"
    office.wait(1)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("answered", [], [])


def test_the_line_that_rings_again_was_free(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.ELSEWHERE)
    rings(office, ZHAO)
    assert row(office)["outcome"] == "answered"
    assert [(card.number, card.state) for card in office.office.calls.board()] == [(WANG, "ended"), (ZHAO, "ringing")]


def test_f8_ends_a_talk_on_the_telephone_and_sends_the_modem_nothing(office: SmallOffice) -> None:
    call = rings(office)
    office.office.calls.take(1, office.li)
    office.office.calls.release(1, office.li)
    sent = [command for _, command in office.commands if not isinstance(command, Wake)]  # the call flow's own
    assert (row(office)["outcome"], sent) == ("answered", [])
    ends(office, call, EndReason.UNSEEN)  # the modem finds out later
    assert (row(office)["outcome"], apologies(office)) == ("answered", [])


@pytest.mark.parametrize("state", [LineState.MISSING, LineState.STOPPED, LineState.BROKEN])
def test_a_modem_that_vanishes_interrupts_no_talk_on_the_telephone(office: SmallOffice, state: LineState) -> None:
    rings(office)
    office.office.calls.take(1, office.li)
    office.line("land", state)
    assert office.office.calls.board()[0].state == "talking"
    office.office.calls.release(1, office.li)
    assert (row(office)["outcome"], owed(office)) == ("answered", [])


def test_a_modem_that_vanishes_while_it_rings_leaves_a_call_back(office: SmallOffice) -> None:
    rings(office)
    office.line("land", LineState.MISSING)
    assert (row(office)["outcome"], owed(office), apologies(office)) == ("interrupted", [(WANG, "interrupted")], [])


# --- who was surely missed is told at once ---


def test_a_dial_tone_after_the_rings_proves_a_missed_call(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("missed", [WANG], [(WANG, "missed")])


def test_a_missed_landline_caller_gets_the_call_task_alone(office: SmallOffice) -> None:
    ends(office, rings(office, LANDLINE), EndReason.NO_ANSWER)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("missed", [], [(LANDLINE, "missed")])


def test_a_dial_tone_after_the_operators_word_is_a_short_talk(office: SmallOffice) -> None:
    call = rings(office)
    office.office.calls.take(1, office.li)
    ends(office, call, EndReason.NO_ANSWER)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("answered", [], [])


def test_m_while_it_rings_is_a_guess_that_the_telephone_may_prove_wrong(office: SmallOffice) -> None:
    call = rings(office)
    office.office.calls.missed(1, office.li)
    ends(office, call, EndReason.ELSEWHERE)  # a colleague was quicker
    office.wait(400)
    assert (row(office)["outcome"], apologies(office)) == ("answered", [])


@pytest.mark.parametrize("reason", [EndReason.UNSEEN, EndReason.NO_ANSWER])
def test_m_while_it_rings_holds_where_nothing_speaks_against_it(office: SmallOffice, reason: EndReason) -> None:
    call = rings(office)
    office.office.calls.missed(1, office.li)
    ends(office, call, reason)
    assert (row(office)["outcome"], apologies(office)) == ("missed", [WANG])


def test_m_during_a_talk_says_that_nobody_was_there(office: SmallOffice) -> None:
    call = rings(office)
    ends(office, call, EndReason.ELSEWHERE)
    office.office.calls.missed(1, office.li)
    assert (row(office)["outcome"], row(office)["answered_at"], apologies(office)) == ("missed", None, [WANG])


# --- where nobody can know, the card asks, and then the list ---


@pytest.mark.parametrize("reason", [EndReason.UNSEEN, EndReason.REMOTE])
def test_what_the_modem_cannot_tell_the_card_asks_for_a_minute_and_then_the_list(
    office: SmallOffice, reason: EndReason
) -> None:
    ends(office, rings(office), reason)
    (card,) = office.office.calls.board()
    assert (card.state, card.outcome) == ("ended", "")
    office.wait(59)
    assert row(office)["outcome"] == ""
    office.wait(2)
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("unclear", [], [(WANG, "unclear")])


@pytest.mark.parametrize(("deed", "outcome"), [("take", "answered"), ("release", "answered"), ("missed", "missed")])
def test_the_card_that_asks_is_answered_with_one_key(office: SmallOffice, deed: str, outcome: str) -> None:
    ends(office, rings(office), EndReason.UNSEEN)
    office.wait(30)
    getattr(office.office.calls, deed)(1, office.li)
    office.wait(100)
    assert row(office)["outcome"] == outcome
    assert apologies(office) == ([WANG] if outcome == "missed" else [])


def test_an_entry_that_asked_becomes_a_missed_call_with_the_next_sure_one(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.UNSEEN)
    office.wait(61)
    ends(office, rings(office), EndReason.NO_ANSWER)
    assert (owed(office), apologies(office)) == ([(WANG, "missed")], [WANG])


def test_an_entry_that_asked_is_answered_and_the_call_with_it(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.UNSEEN)
    office.wait(61)
    (task,) = office.office.callbacks.rows()
    office.office.callbacks.record(task.id, "served", office.li)
    assert (row(office)["outcome"], owed(office)) == ("answered", [])


def test_saying_that_a_missed_caller_was_served_does_not_change_what_his_call_was(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.NO_ANSWER)
    (task,) = office.office.callbacks.rows()
    office.office.callbacks.record(task.id, "served", office.li)
    assert (row(office)["outcome"], owed(office)) == ("missed", [])


def test_a_caller_without_a_number_of_whom_nobody_knows_leaves_no_note(office: SmallOffice) -> None:
    ends(office, rings(office, ""), EndReason.UNSEEN)
    office.wait(61)
    assert (row(office)["outcome"], office.reminders()) == ("unclear", [])
    ends(office, rings(office, ""), EndReason.NO_ANSWER)
    assert office.reminders() == ["withheld_missed"]


# --- what a crash leaves ---


def test_a_talk_on_the_telephone_goes_on_over_a_crash(office: SmallOffice) -> None:
    rings(office)
    office.office.calls.take(1, office.li)
    office.crash()
    assert (row(office)["outcome"], owed(office)) == ("answered", [])
    assert row(office)["ended_at"] is not None


def test_a_card_that_asked_when_the_program_ended_is_asked_by_the_list(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.UNSEEN)
    office.crash()
    assert (row(office)["outcome"], owed(office), apologies(office)) == ("unclear", [(WANG, "unclear")], [])


def test_a_crash_while_it_rings_is_an_interruption(office: SmallOffice) -> None:
    rings(office)
    office.crash()
    assert (row(office)["outcome"], row(office)["end_reason"], owed(office)) == (
        "interrupted",
        "crash",
        [(WANG, "interrupted")],
    )


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
    office.office.calls.release(call_id, office.li)
    assert (row(office, call_id)["outcome"], owed(office)) == ("answered", [])


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
    from modem.events import CallerKnown  # noqa: PLC0415

    office.handle(CallerKnown("land", call, WANG))
    assert office.office.calls.card(1).shown_number == WANG
    assert office.one("SELECT phone FROM citizen WHERE id = ?", row(office)["citizen_id"])["phone"] == WANG


# --- after hours ---


@pytest.mark.parametrize("is_night", [True, False])
def test_a_call_knows_whether_the_office_was_closed(tmp_path: Path, *, is_night: bool) -> None:
    office = SmallOffice(tmp_path, PLAIN, **({"now": NIGHT} if is_night else {}))  # type: ignore[arg-type]
    ends(office, rings(office), EndReason.NO_ANSWER)
    assert bool(row(office)["after_hours"]) is is_night
    listed = office.office.calls.rows(outcome="after_hours").rows
    assert [call.after_hours for call in listed] == ([True] if is_night else [])
