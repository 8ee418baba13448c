"""A history that follows the table is told again; one that does not is found."""

from __future__ import annotations

import pytest

from appliance.casework.replay import HistoryBroken, replay
from tests.appliance.office_bed import PATHS, Bed


def move(key: str, from_status: str, to_status: str, actor: str = "operator", *, alone: int = 0) -> dict[str, object]:
    return {
        "move": key,
        "from_status": from_status,
        "to_status": to_status,
        "actor": actor,
        "is_self_approved": alone,
    }


OPENED = move("open", "", "draft", "system")
ACCEPTED = [OPENED, move("accept", "draft", "accepted")]
IN_PROGRESS = [
    *ACCEPTED,
    move("dispatch", "accepted", "dispatched"),
    move("sign", "dispatched", "in_progress", "unit"),
]


@pytest.mark.parametrize("status", PATHS)
def test_every_status_is_where_its_history_leads(office: Bed, status: str) -> None:
    row = office.ticket(status)
    moves = office.store.rows("SELECT * FROM ticket_move WHERE ticket_id = ? ORDER BY id", (row.id,))
    assert replay(moves) == status


def test_nothing_that_happened_leads_nowhere() -> None:
    assert replay([]) == ""


def test_a_flag_stays_and_a_second_way_is_known() -> None:
    stays = move("supervise", "in_progress", "in_progress", "lead")
    assert replay([*IN_PROGRESS, stays]) == "in_progress"
    closed = move("answer", "accepted", "closed")
    for to_status in ("in_progress", "accepted"):
        assert replay([*ACCEPTED, closed, move("reopen", "closed", to_status)]) == to_status


@pytest.mark.parametrize(
    "broken",
    [
        [move("accept", "draft", "accepted")],  # it was never opened
        [OPENED, OPENED],
        [OPENED, move("accept", "draft", "closed")],  # ends elsewhere
        [*ACCEPTED, move("approve", "review", "survey")],  # begins elsewhere
        [*ACCEPTED, move("approve", "accepted", "survey")],  # no such row
        [*ACCEPTED, move("no_such_move", "accepted", "survey")],
        [OPENED, move("accept", "draft", "accepted", "citizen")],  # not theirs
        [*IN_PROGRESS, move("pause", "in_progress", "paused")],  # a lead's, without a stamp
        [*IN_PROGRESS, move("pause", "in_progress", "paused", "unit", alone=1)],  # a stamp makes no lead of a unit
        [*ACCEPTED, move("answer", "accepted", "closed"), move("reopen", "closed", "review")],
    ],
)
def test_what_does_not_follow_is_found(broken: list[dict[str, object]]) -> None:
    with pytest.raises(HistoryBroken):
        replay(broken)


def test_a_leads_move_by_an_operator_counts_with_its_stamp() -> None:
    assert replay([*IN_PROGRESS, move("pause", "in_progress", "paused", alone=1)]) == "paused"
    assert replay([*IN_PROGRESS, move("pause", "in_progress", "paused", "lead")]) == "paused"
