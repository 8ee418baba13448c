"""Calls on a landline: what the telephone beside the modem does, whether the modem sees it or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from appliance.config import ModemSettings
from modem.commands import Wake
from modem.events import (
    EndReason,
    Event,
    LineState,
    TelephoneMoved,
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


def test_a_call_that_the_telephone_took_is_not_counted_with_those_that_nobody_did(office: SmallOffice) -> None:
    ends(office, rings(office), EndReason.ELSEWHERE)
    office.handle(PUT_DOWN)
    ends(office, rings(office), EndReason.NO_ANSWER)
    assert [(card.outcome, card.times) for card in office.office.calls.board()] == [("answered", 1), ("missed", 1)]


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
    office.handle(PUT_DOWN)
    assert office.office.calls.board()[0].outcome == "answered", "it stands there like any other call"
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


def notes(office: SmallOffice) -> list[tuple[str, int]]:
    return [(note.kind, note.times) for note in office.office.reminders.open()]


@pytest.mark.parametrize("from_", ["", None], ids=["withheld", "nothing came"])
def test_callers_without_a_number_of_whom_nobody_knows_leave_one_note_that_asks(
    office: SmallOffice, from_: str | None
) -> None:
    for _ in range(2):
        ends(office, rings(office, from_), EndReason.UNSEEN)
        office.wait(61)
    assert (row(office)["outcome"], notes(office)) == ("unclear", [("withheld_unclear", 2)])
    ends(office, rings(office, from_), EndReason.NO_ANSWER)
    assert notes(office) == [("withheld_unclear", 2), ("withheld_missed", 1)]
    for call_id in (1, 2):
        office.office.calls.missed(call_id, office.li)
    assert notes(office) == [("withheld_missed", 1)], "whoever was asked has said it"


def test_a_card_that_asked_about_nobody_when_the_program_ended_leaves_the_note(office: SmallOffice) -> None:
    ends(office, rings(office, ""), EndReason.UNSEEN)
    office.crash()
    assert (row(office)["outcome"], notes(office)) == ("unclear", [("withheld_unclear", 1)])


def test_a_caller_without_a_number_who_was_served_leaves_no_note(office: SmallOffice) -> None:
    for deed in ("take", "release"):
        ends(office, rings(office, ""), EndReason.UNSEEN)
        getattr(office.office.calls, deed)(office.count("call"), office.li)
        office.wait(100)
    assert notes(office) == []


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


# --- after hours ---


@pytest.mark.parametrize("is_night", [True, False])
def test_a_call_knows_whether_the_office_was_closed(tmp_path: Path, *, is_night: bool) -> None:
    office = SmallOffice(tmp_path, PLAIN, **({"now": NIGHT} if is_night else {}))  # type: ignore[arg-type]
    ends(office, rings(office), EndReason.NO_ANSWER)
    assert bool(row(office)["after_hours"]) is is_night
    listed = office.office.calls.rows(outcome="after_hours").rows
    assert [call.after_hours for call in listed] == ([True] if is_night else [])
