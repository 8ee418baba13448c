from __future__ import annotations

from itertools import product

import pytest

from appliance.casework import lifecycle
from appliance.casework.lifecycle import CO_MOVES, MOVES, OPEN, STAGES, STATUSES, STAYS, Actor, MoveRefused

KEYS = [row.key for row in STATUSES]
ALLOWED = {(status, move.key, actor) for move in MOVES for status in move.from_statuses for actor in move.actors}


@pytest.mark.parametrize(("status", "move", "actor"), sorted(ALLOWED))
def test_every_row_of_the_table_leads_where_it_says(status: str, move: str, actor: Actor) -> None:
    to_status = lifecycle.move(move).to_status
    assert lifecycle.next_status(status, move, actor) == (status if to_status == STAYS else to_status)


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
        assert {*move.from_statuses, move.to_status, move.or_status} <= {*KEYS, STAYS, ""}
        assert move.needs <= {"department", "text", "reason", "rating", "days", "ticket", "where", "ground"}
    assert {row.stage for row in STATUSES} == {stage.key for stage in STAGES}
    assert {*CO_MOVES, *CO_MOVES.values()} <= {move.key for move in MOVES}


def test_all_twenty_four_rows_of_the_specification_have_their_moves() -> None:
    assert {move.rule for move in MOVES} == set(range(1, 25))


@pytest.mark.parametrize("move", [move for move in MOVES if move.to_status == STAYS], ids=lambda move: move.key)
def test_a_flag_leaves_the_ticket_where_it_is(move: lifecycle.Move) -> None:
    for status, actor in product(move.from_statuses, move.actors):
        assert lifecycle.next_status(status, move.key, actor) == status


def test_every_status_is_reached_and_every_open_one_can_be_left() -> None:
    reached = {""}
    while more := {move.to_status for move in MOVES if {*(move.from_statuses or ("",))} & reached} - reached:
        reached |= more
    assert reached == {"", STAYS, *KEYS}
    for status in STATUSES:
        ways_out = {move.to_status for move in MOVES if status.key in move.from_statuses} - {status.key, STAYS}
        assert bool(ways_out) is (status.is_open or status.key in {"closed", "merged"})
    assert {row.key for row in STATUSES if row.is_open} == set(OPEN)


def test_five_stages_stand_for_all_statuses() -> None:
    assert [stage.key for stage in STAGES] == ["waiting", "handling", "review", "survey", "done"]
    for stage in STAGES:
        for status in lifecycle.statuses_of(stage.key):
            assert lifecycle.stage_of(status) is stage
    assert lifecycle.statuses_of("no such stage") == ()
    assert lifecycle.status("draft").is_open


def test_the_main_moves_come_first_and_what_is_no_button_is_not_offered() -> None:
    offered = [move.key for move in lifecycle.moves_from("accepted", Actor.OPERATOR)]
    assert offered == ["answer", "dispatch", "reject", "confer", "merge", "withdraw", "transfer"]
    of_survey = [move.key for move in lifecycle.moves_from("survey", Actor.OPERATOR)]
    assert of_survey == ["close", "rate", "redo", "merge", "withdraw", "transfer"]
    assert [move.key for move in lifecycle.moves_from("dispatched", Actor.UNIT)] == ["sign", "reply", "return"]
    assert lifecycle.moves_from("closed", Actor.CITIZEN) == ()


def test_two_main_buttons_are_enough_everywhere() -> None:
    for status in KEYS:
        for actor in Actor:
            assert sum(move.is_main for move in lifecycle.moves_from(status, actor)) <= 2


def test_what_a_lead_decides_alone_no_operator_department_or_citizen_is_offered() -> None:
    alone = {move.key for move in MOVES if lifecycle.is_leads_alone(move.key)}
    assert alone == {"decide", "extend", "refuse_extension", "pause", "explain", "supervise"}
    for status, actor in product(KEYS, (Actor.OPERATOR, Actor.UNIT, Actor.CITIZEN)):
        assert not alone & {move.key for move in lifecycle.moves_from(status, actor)}
    assert not lifecycle.is_leads_alone("no_such_move")
    assert lifecycle.is_for_unit("reply")
    assert not lifecycle.is_for_unit("no_such_move")


@pytest.mark.parametrize(("rating", "move"), [(1, "dissatisfied"), (2, "dissatisfied"), (3, "rate"), (5, "rate")])
def test_only_a_rating_from_three_on_closes(rating: int, move: str) -> None:
    assert lifecycle.rated(rating) == move
    assert lifecycle.status(lifecycle.move(move).to_status).is_open is (rating < 3)


def test_neither_citizen_nor_department_nor_program_can_finish_what_the_desk_must_decide() -> None:
    for actor, most in (
        (Actor.UNIT, {"in_progress", "review", "return_review", STAYS}),
        (Actor.CITIZEN, {"closed", "survey", "withdrawn"}),
    ):
        assert {move.to_status for move in MOVES if actor in move.actors} == most
    by_itself = {move.key for move in MOVES if Actor.SYSTEM in move.actors}
    assert by_itself == {"open", "resume", "close", "supervise", "parent_answered", "unmerge", "archive"}
