"""Which moves stand open, how the others are grouped, what their forms ask for."""

from __future__ import annotations

import pytest

from appliance.casework import lifecycle
from appliance.casework.lifecycle import MOVES, STATUSES, Actor
from appliance.casework.orders import RESULTS
from web import next_steps, words
from web.next_steps import GROUPS, Steps

BUTTONS = [move.key for move in MOVES if move.is_button and move.from_statuses]


def of(status: str, actor: Actor = Actor.LEAD, promised: str = "", *asked: str) -> Steps:
    return next_steps.steps(lifecycle.moves_from(status, actor), promised=promised, open_requests=asked)


@pytest.mark.parametrize("key", BUTTONS)
def test_every_move_with_a_button_stands_in_one_group_and_has_an_icon(key: str) -> None:
    assert [label for label, keys in GROUPS.items() if key in keys].__len__() == 1
    assert key in words.MOVE_ICONS


def test_no_group_names_a_move_that_is_not_in_the_table() -> None:
    known = {move.key for move in MOVES}
    for keys in (*GROUPS.values(), next_steps.OFFERS, next_steps.PHRASES, next_steps.BY_DECIDING,
                 next_steps.BY_DECIDING_WHEN_ASKED, {move for move, _ in next_steps.LABELS}):  # fmt: skip
        assert set(keys) <= known


@pytest.mark.parametrize("status", [row.key for row in STATUSES])
@pytest.mark.parametrize("actor", [Actor.OPERATOR, Actor.LEAD, Actor.UNIT])
def test_everything_possible_is_shown_once_but_for_what_is_an_answer_to_a_request(status: str, actor: Actor) -> None:
    found = of(status, actor)
    shown = [move.key for move in (*found.first, *found.rest)]
    possible = {move.key for move in lifecycle.moves_from(status, actor)}
    assert len(shown) == len(set(shown))
    assert set(shown) == possible - next_steps.BY_DECIDING
    assert len(found.first) <= next_steps.MOST_OPEN


@pytest.mark.parametrize(
    ("status", "first"),
    [
        ("accepted", ["dispatch", "answer"]),
        ("dispatched", ["sign", "reply"]),
        ("in_progress", ["reply"]),
        ("review", ["approve", "send_back"]),
        ("return_review", ["approve_return", "refuse_return"]),
        ("consult", ["decide"]),
        ("paused", ["resume"]),
    ],
)
def test_the_everyday_way_stands_first(status: str, first: list[str]) -> None:
    assert [move.key for move in of(status).first] == first


def test_what_the_ticket_asks_for_comes_before_the_everyday_way() -> None:
    assert [move.key for move in of("survey", Actor.LEAD, "redo").first] == ["redo", "close"]


def test_more_time_that_was_asked_for_is_given_by_deciding_the_request() -> None:
    assert "extend" in {move.key for move in of("in_progress").rest}
    assert "extend" not in {move.key for move in of("in_progress", Actor.LEAD, "", "extension").rest}


def test_few_moves_need_no_headings_and_many_are_parted() -> None:
    assert [group.label for group in next_steps.groups(lifecycle.moves_from("merged", Actor.LEAD))] == [""]
    assert len(of("in_progress").groups) >= 3
    assert all(len(group.moves) <= 5 for status in STATUSES for group in of(status.key).groups)


def test_a_move_that_nobody_has_sorted_is_never_lost() -> None:
    new = lifecycle.Move("new", ("draft",), "draft", frozenset(), "New")
    many = (*lifecycle.moves_from("in_progress", Actor.LEAD), new)
    assert new in next_steps.groups(many)[-1].moves


def test_only_the_desk_writes_down_that_something_came_earlier_and_only_for_a_department() -> None:
    assert "happened_at" in next_steps.offers("reply", is_desk=True)
    assert "happened_at" not in next_steps.offers("reply", is_desk=False)
    assert "happened_at" not in next_steps.offers("approve", is_desk=True)


def test_results_are_those_of_the_office() -> None:
    assert tuple(next_steps.RESULTS) == RESULTS
