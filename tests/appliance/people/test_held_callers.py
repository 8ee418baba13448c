"""Nuisance callers on the telephone: the level is known when it rings, from memory alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.callflow.loaded import FlowData
from appliance.config import ModemSettings
from db.store import Store
from modem.commands import Answer, HangUp
from modem.events import CallAnswered, CallerKnown, CallRang, CallRinging, EndReason
from tests.appliance.box_on_line import BoxOnLine, voice
from tests.appliance.small_office import GSM, WANG, ZHAO, SmallOffice

WHY = "一天拨打四十次,只骂人不说事"
LAND = ModemSettings("land", device="/dev/land", kind="voice", talk_path="parallel")


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path, GSM, LAND)


def put(office: SmallOffice, level: str = "block", *, number: str = WANG, per_day: int | None = None) -> int:
    return office.office.nuisance.put(number, level, office.lead, reason=WHY, days=7, per_day=per_day)


def heard(office: SmallOffice, call: int, number: str | None = WANG) -> None:
    """What a port's thread does at once, before the desk thread writes anything."""
    office.desk.at_once(CallRinging("line1", call, number))


def shown(office: SmallOffice) -> list[tuple[str | None, str]]:
    return [(card.number, card.level) for card in office.office.calls.board()]


def outcomes(office: SmallOffice) -> list[str]:
    return [row["outcome"] for row in office.store.rows("SELECT outcome FROM call ORDER BY id")]


def news(office: SmallOffice) -> list[str]:
    """What is announced from now on."""
    told: list[str] = []
    feed: Any = office.services.desk._hearing._feed
    original = feed.announce

    def announce(kind: str, *args: object, **more: object) -> None:
        told.append(kind)
        original(kind, *args, **more)

    feed.announce = announce
    return told


def test_a_blocked_callers_ring_is_kept_as_a_row_and_shown_to_nobody(office: SmallOffice) -> None:
    put(office)
    told = news(office)
    call = office.ring(from_=WANG)
    assert shown(office) == []
    office.hang_up(call)
    office.wait(120)
    office.deliver()
    assert (outcomes(office), shown(office)) == (["blocked"], [])
    assert told.count("ring") == 1  # the ring before its number came; none with it
    assert (office.office.callbacks.rows(), office.phone(WANG)) == ((), [])
    assert office.office.nuisance.rows(office.lead)[0].kept_off == 1
    assert [row.number for row in office.office.calls.rows(outcome="blocked").rows] == [WANG]


def test_a_number_that_comes_with_the_ring_never_rings_at_all(office: SmallOffice) -> None:
    put(office)
    told = news(office)
    heard(office, 1)
    assert (told, shown(office)) == (["call"], [])
    heard(office, 2, ZHAO)
    assert (told, shown(office)) == (["call", "ring"], [(ZHAO, "")])


def refused(office: SmallOffice) -> list[tuple[str, int]]:
    return [(line, command.call) for line, command in office.commands if isinstance(command, HangUp)]


def test_on_a_mobile_line_a_blocked_callers_ring_is_ended_at_once(office: SmallOffice) -> None:
    put(office)
    heard(office, 1)
    assert refused(office) == [("line1", 1)]
    heard(office, 2, None)
    assert len(refused(office)) == 1  # nobody knows yet who this is
    office.desk.at_once(CallerKnown("line1", 2, WANG))
    office.desk.at_once(CallerKnown("line1", 2, WANG))
    assert refused(office) == [("line1", 1), ("line1", 2)]
    heard(office, 3, ZHAO)
    assert len(refused(office)) == 2


def test_a_refused_caller_is_counted_and_gets_no_text(office: SmallOffice) -> None:
    put(office)
    call = office.ring(from_=WANG)
    office.hang_up(call, EndReason.LOCAL)
    office.wait(120)
    office.deliver()
    assert (outcomes(office), office.phone(WANG), office.office.callbacks.rows()) == (["blocked"], [], ())
    assert office.office.nuisance.rows(office.lead)[0].kept_off == 1


def test_who_was_picked_up_before_his_number_came_is_not_cut_off(office: SmallOffice) -> None:
    put(office)
    heard(office, 1, None)
    (card,) = office.office.calls.board()
    office.office.calls.take(card.call_id, office.li)
    office.desk.at_once(CallerKnown("line1", 1, WANG))
    assert refused(office) == []


def test_on_a_landline_which_can_refuse_nobody_a_blocked_caller_rings_on(office: SmallOffice) -> None:
    put(office)
    office.ring(from_=WANG, line="land")
    assert refused(office) == []


def test_who_is_limited_or_no_longer_blocked_is_not_refused(office: SmallOffice) -> None:
    put(office, "limit", per_day=1)
    office.office.nuisance.lift(put(office, number=ZHAO), office.lead)
    for call, number in enumerate((WANG, WANG, ZHAO), start=1):
        heard(office, call, number)
    assert refused(office) == []


def test_the_level_is_known_without_the_disk(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    put(office)

    def no_disk(*args: object, **more: object) -> None:
        raise AssertionError("the disk was asked on the way of a ring")

    for name in ("row", "rows", "transaction"):
        monkeypatch.setattr(Store, name, no_disk)
    heard(office, 1)
    board: Any = office.services.desk._hearing._board
    assert [call.level for call in board._calls.values()] == ["block"]


def test_the_office_telephone_that_is_lifted_for_a_blocked_caller_has_answered_him(office: SmallOffice) -> None:
    put(office)
    call = office.ring(from_=WANG, line="land")
    office.hang_up(call, EndReason.ELSEWHERE, line="land")
    assert shown(office) == [(WANG, "block")]


@pytest.mark.parametrize("level", ["watch", "warn"])
def test_who_is_watched_or_warned_rings_with_his_level_on_the_card(office: SmallOffice, level: str) -> None:
    put(office, level)
    office.ring(from_=WANG)
    assert shown(office) == [(WANG, level)]


def test_a_limited_caller_rings_as_often_a_day_as_he_may(office: SmallOffice) -> None:
    put(office, "limit", per_day=2)
    levels = []
    for _ in range(3):
        call = office.ring(from_=WANG)
        levels.append(shown(office)[-1][1])
        office.hang_up(call)
    assert levels == ["limit", "limit", "over"]
    office.clock.advance(86400)
    office.ring(from_=WANG)
    assert shown(office)[-1] == (WANG, "limit")


def test_calls_count_once_whatever_pictures_are_taken_between(office: SmallOffice) -> None:
    put(office, "limit", per_day=3)
    for _ in range(3):
        call = office.ring(from_=WANG)
        office.office.nuisance.sweep()
        office.handle(CallerKnown("line1", call, WANG))
        assert shown(office)[-1][1] == "limit"
        office.hang_up(call)
    office.text(from_=WANG, text="东街路灯不亮了")
    office.crash()  # what was counted in memory stands in rows
    office.ring(from_=WANG)
    assert shown(office)[-1][1] == "over"


def test_it_ends_at_its_moment_and_by_hand(office: SmallOffice) -> None:
    put(office)
    lifted = put(office, number=ZHAO)
    office.office.nuisance.lift(lifted, office.lead)
    office.ring(from_=ZHAO)
    office.clock.advance(7 * 86400)
    heard(office, 99)
    assert dict(shown(office)) == {WANG: "", ZHAO: ""}


def test_what_a_lead_grants_holds_at_once(office: SmallOffice) -> None:
    with office.store.transaction() as tx:
        tx.execute("INSERT OR REPLACE INTO setting (name, value, changed_at) VALUES ('office_mode', 'full', '')")
    asked = office.office.nuisance.put(WANG, "block", office.li, reason=WHY, days=7)
    heard(office, 1)
    assert shown(office) == [(WANG, "")]
    office.office.nuisance.decide(asked, office.lead, grant=True)
    heard(office, 2)
    assert shown(office) == [(WANG, "")]  # the first, which rang before


def test_a_protected_person_is_known_by_his_number_and_nowhere_named(office: SmallOffice) -> None:
    office.text(from_=WANG, text="举报李科长向摊位收钱")
    office.take_in(office.last_no(), type_="report", title="举报李科长向摊位收钱")
    put(office)
    office.ring(from_=WANG)
    assert shown(office) == []


def test_a_crash_in_a_blocked_callers_ring_owes_him_nothing(office: SmallOffice) -> None:
    put(office)
    office.ring(from_=WANG)
    office.ring(from_=ZHAO)
    office.crash()
    assert [row.number for row in office.office.callbacks.rows()] == [ZHAO]


def test_a_wrong_clock_holds_nobody_off(office: SmallOffice) -> None:
    put(office)
    office.clock.advance(-50 * 365 * 86400)
    office.ring(from_=WANG)
    assert shown(office) == [(WANG, "")]


# --- with the box on the line ---


def over(office: SmallOffice, line: BoxOnLine) -> None:
    """He has had his call of today."""
    put(office, "limit", per_day=1)
    office.text(from_=WANG, text="东街路灯不亮了")


def test_beyond_his_number_a_limited_caller_is_led_to_the_voicemail_before_anybody_else(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    over(office, line)
    office.office.calls._flow.load(patient(line))
    line.call = office.ring(from_=WANG, line="land")
    office.handle(CallRang("land", line.call, 2))
    line.wakes()
    assert line.last(Answer).call == line.call
    office.handle(CallAnswered("land", line.call))
    line.leaves_message(voice(3))
    assert outcomes(office) == ["voicemail"]


def test_somebody_else_rings_as_long_as_the_plan_says(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    over(office, line)
    office.office.calls._flow.load(patient(line))
    call = office.ring(from_=ZHAO, line="land")
    office.handle(CallRang("land", call, 2))
    assert not any(isinstance(command, Answer) for _, command in office.commands)


def test_the_box_never_answers_a_blocked_caller(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    put(office)
    call = office.ring(from_=WANG, line="land")
    office.handle(CallRang("land", call, 2))
    line.wakes()
    assert not any(isinstance(command, Answer) for _, command in office.commands)
    office.hang_up(call, line="land")
    assert outcomes(office) == ["blocked"]


def patient(line: BoxOnLine) -> FlowData:
    """The box answers after twelve rings only."""
    late = replace(line._plan.in_hours, rings=12)
    return FlowData({line.line: replace(line._plan, in_hours=late, after_hours=late)}, {})
