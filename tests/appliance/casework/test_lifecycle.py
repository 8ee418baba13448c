from __future__ import annotations

from itertools import product

import pytest

from appliance.casework import lifecycle
from appliance.casework.lifecycle import MOVES, STAGES, STATUSES, Actor, MoveRefused

KEYS = [row.key for row in STATUSES]
ALLOWED = {(status, move.key, actor) for move in MOVES for status in move.from_statuses for actor in move.actors}


@pytest.mark.parametrize(("status", "move", "actor"), sorted(ALLOWED))
def test_every_row_of_the_table_leads_where_it_says(status: str, move: str, actor: Actor) -> None:
    assert lifecycle.next_status(status, move, actor) == lifecycle.move(move).to_status


@pytest.mark.parametrize("status", KEYS)
def test_everything_else_is_refused_by_name(status: str) -> None:
    for move, actor in product([*(row.key for row in MOVES), "", "no_such_move"], Actor):
        if (status, move, actor) not in ALLOWED:
            with pytest.raises(MoveRefused) as refused:
                lifecycle.next_status(status, move, actor)
            assert (refused.value.move, refused.value.status, refused.value.actor) == (move, status, actor)
            assert refused.value.fields == {"move": move, "status": status, "actor": str(actor)}


def test_a_ticket_is_opened_from_nothing_and_nothing_else_is() -> None:
    assert lifecycle.next_status("", "open", Actor.SYSTEM) == "draft"
    for move in MOVES:
        if move.key != "open":
            with pytest.raises(MoveRefused):
                lifecycle.next_status("", move.key, Actor.OPERATOR)
    with pytest.raises(MoveRefused):
        lifecycle.next_status("draft", "open", Actor.OPERATOR)
    with pytest.raises(MoveRefused):
        lifecycle.next_status("", "open", Actor.CITIZEN)


def test_the_tables_name_only_what_they_have() -> None:
    assert len({move.key for move in MOVES}) == len(MOVES)
    for move in MOVES:
        assert {*move.from_statuses, move.to_status} <= set(KEYS)
        assert move.needs <= {"department", "text", "reason", "rating"}
    assert {row.stage for row in STATUSES} == {stage.key for stage in STAGES}


def test_every_status_is_reached_and_every_open_one_can_be_left() -> None:
    reached = {""}
    while more := {move.to_status for move in MOVES if {*(move.from_statuses or ("",))} & reached} - reached:
        reached |= more
    assert reached == {"", *KEYS}
    for status in STATUSES:
        ways_out = [move for move in MOVES if status.key in move.from_statuses and move.to_status != status.key]
        assert bool(ways_out) is (status.is_open or status.key == "closed")


def test_five_stages_stand_for_all_statuses() -> None:
    assert [stage.key for stage in STAGES] == ["waiting", "handling", "review", "survey", "done"]
    for stage in STAGES:
        for status in lifecycle.statuses_of(stage.key):
            assert lifecycle.stage_of(status) is stage
    assert lifecycle.statuses_of("no such stage") == ()
    assert lifecycle.status("draft").is_open


def test_the_main_moves_come_first_and_what_is_no_button_is_not_offered() -> None:
    offered = [move.key for move in lifecycle.moves_from("accepted", Actor.OPERATOR)]
    assert offered == ["answer", "dispatch", "reject", "withdraw"]
    assert [move.key for move in lifecycle.moves_from("survey", Actor.OPERATOR)] == ["close", "rate", "redo"]
    assert [move.key for move in lifecycle.moves_from("dispatched", Actor.UNIT)] == ["sign", "reply"]
    assert lifecycle.moves_from("closed", Actor.CITIZEN) == ()


def test_two_main_buttons_are_enough_everywhere() -> None:
    for status in KEYS:
        assert sum(move.is_main for move in lifecycle.moves_from(status, Actor.OPERATOR)) <= 2


@pytest.mark.parametrize(("rating", "move"), [(1, "dissatisfied"), (2, "dissatisfied"), (3, "rate"), (5, "rate")])
def test_only_a_rating_from_three_on_closes(rating: int, move: str) -> None:
    assert lifecycle.rated(rating) == move
    assert lifecycle.status(lifecycle.move(move).to_status).is_open is (rating < 3)


def test_neither_citizen_nor_department_nor_program_can_finish_what_the_desk_must_decide() -> None:
    for actor, most in ((Actor.UNIT, {"in_progress", "review"}), (Actor.CITIZEN, {"closed", "survey"})):
        assert {move.to_status for move in MOVES if actor in move.actors} == most
    assert {move.key for move in MOVES if Actor.SYSTEM in move.actors} == {"open", "close"}
