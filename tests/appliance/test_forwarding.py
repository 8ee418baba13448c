"""Forwarding is asked of the network, and shown as the network told it."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import FieldWrong, LineBusy
from appliance.forwarding import ANSWER_WITHIN_S, NO_ANSWER
from modem.commands import AskForwarding, SetForwarding
from modem.events import CommandRefused, ForwardingTold, ForwardReason, ForwardRule
from tests.appliance.small_office import SmallOffice

DUTY = "13800009999"


def told(
    ref: int, *, is_active: bool, number: str = "", reason: ForwardReason = ForwardReason.ALWAYS
) -> ForwardingTold:
    return ForwardingTold("line1", ref, (ForwardRule(reason, is_active, number),))


def test_a_forwarding_is_set_told_and_shown_on_the_line_over_a_restart(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.office.forwarding.set("line1", "always", "+86 138 0000 9999", office.li)
    assert office.commands == [("line1", SetForwarding(1, ForwardReason.ALWAYS, DUTY))]
    assert office.office.forwarding.of("line1").is_waiting
    office.handle(told(1, is_active=True, number=DUTY))
    office.crash()
    known = office.office.forwarding.of("line1")
    assert [(rule.reason, rule.number) for rule in known.active] == [(ForwardReason.ALWAYS, DUTY)]
    assert (known.is_waiting, known.refused) == (False, "")
    assert office.office.lines.cards()[0].forwarded_to == DUTY


def test_a_forwarding_that_ended_is_no_longer_shown(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.handle(told(7, is_active=True, number=DUTY))
    office.office.forwarding.end("line1", "always", office.li)
    office.handle(told(1, is_active=False))
    assert office.office.forwarding.of("line1").active == ()
    assert office.office.lines.cards()[0].forwarded_to == ""


def test_what_is_forwarded_when_busy_is_no_alarm_on_the_line(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.handle(told(7, is_active=True, number=DUTY, reason=ForwardReason.BUSY))
    assert office.office.forwarding.active_numbers() == {}


def test_a_refusal_is_shown_with_its_reason_until_the_next_try(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.office.forwarding.ask("line1")
    office.handle(CommandRefused("line1", AskForwarding(1), "the network does not allow it"))
    known = office.office.forwarding.of("line1")
    assert (known.is_waiting, known.refused) == (False, "the network does not allow it")
    office.office.forwarding.ask("line1")
    assert office.office.forwarding.of("line1").refused == ""


def test_one_question_at_a_time_and_never_for_ever(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.office.forwarding.ask("line1")
    with pytest.raises(LineBusy):
        office.office.forwarding.ask("line1")
    office.clock.advance(ANSWER_WITHIN_S + 1)
    office.office.forwarding.ask("line1")
    assert len(office.commands) == 2


def test_a_line_that_takes_no_commands_says_so(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.takes_commands = False
    with pytest.raises(LineBusy):
        office.office.forwarding.ask("line1")
    assert not office.office.forwarding.of("line1").is_waiting


@pytest.mark.parametrize(
    ("reason", "number", "field"),
    [
        ("sometimes", DUTY, "reason"),
        ("always", "duty phone", "number"),
        ("always", "*21#", "number"),
        ("always", "136 0000 0001", "number"),
        ("always", "9" * 30, "number"),
        ("always", "", "number"),
    ],
)
def test_nonsense_is_refused_by_the_field(tmp_path: Path, reason: str, number: str, field: str) -> None:
    office = SmallOffice(tmp_path)
    with pytest.raises(FieldWrong) as refused:
        office.office.forwarding.set("line1", reason, number, office.li)
    assert refused.value.field == field
    assert office.commands == []


def test_an_answer_that_never_comes_is_said_and_a_late_one_to_an_old_question_changes_nothing(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.office.forwarding.ask("line1")
    office.clock.advance(ANSWER_WITHIN_S + 1)
    office.desk.tick()
    assert office.office.forwarding.of("line1").refused == NO_ANSWER
    office.office.forwarding.ask("line1")
    office.handle(CommandRefused("line1", AskForwarding(1), "too late"))
    known = office.office.forwarding.of("line1")
    assert (known.is_waiting, known.refused) == (True, "")
