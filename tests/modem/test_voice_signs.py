"""Events behind DLE: what is new among what is told over and over, and one key for one press."""

from __future__ import annotations

import pytest

from modem.voice_signs import EDGE_S, KEY_GAP_S, LONGEST_KEY_S, Edges, KeyPresses, Sign


def test_what_is_told_25_times_happens_once() -> None:
    edges = Edges()
    told = [edges.sign("b", 10.0 + 0.2 * number) for number in range(25)]
    assert told == [Sign.BUSY] + [None] * 24


def test_what_begins_again_after_a_pause_is_new() -> None:
    edges = Edges()
    assert edges.sign("d", 1.0) is Sign.DIAL
    assert edges.sign("d", 1.0 + EDGE_S) is Sign.DIAL


def test_the_opposite_makes_the_next_one_new() -> None:
    edges = Edges()
    assert edges.sign("P", 1.0) is Sign.LIFTED
    edges.forget(Sign.LIFTED)
    assert edges.sign("P", 1.5) is Sign.LIFTED
    edges.forget()
    assert edges.sign("P", 1.6) is Sign.LIFTED


def test_rings_are_all_told_and_what_means_nothing_is_not() -> None:
    edges = Edges()
    assert [edges.sign("R", 1.0), edges.sign("R", 1.1)] == [Sign.RING, Sign.RING]
    assert edges.sign("u", 1.0) is None
    assert edges.sign("q", 1.0) is None


@pytest.mark.parametrize(("lifted", "put_down"), [("H", "h"), ("P", "p")])
def test_capital_letters_are_off_the_hook(lifted: str, put_down: str) -> None:
    assert (Edges().sign(lifted, 0.0), Edges().sign(put_down, 0.0)) == (Sign.LIFTED, Sign.PUT_DOWN)


def pressed(*told: tuple[str, float]) -> str:
    presses = KeyPresses()
    return "".join(presses.press(code, at_s) for code, at_s in told)


@pytest.mark.parametrize("end", ["~", "\x7f"])
def test_a_key_between_its_marks_counts_once_however_often_it_is_told(end: str) -> None:
    assert pressed(("/", 0.0), *(("5", 0.01 + 0.1 * n) for n in range(8)), (end, 0.9)) == "5"


def test_the_same_key_again_after_its_end_is_another_press() -> None:
    assert pressed(("/", 0.0), ("0", 0.01), ("~", 0.05), ("/", 0.09), ("0", 0.1), ("~", 0.14)) == "00"


def test_without_marks_a_key_counts_until_it_is_not_told_for_40_ms() -> None:
    close = KEY_GAP_S / 2
    assert pressed(("0", 0.0), ("0", close), ("0", 2 * close), ("0", 3 * close)) == "0"
    assert pressed(("0", 0.0), ("0", KEY_GAP_S)) == "00"


def test_another_key_is_another_press_at_once() -> None:
    assert pressed(("1", 0.0), ("2", 0.001)) == "12"
    assert pressed(("/", 0.0), ("1", 0.0), ("2", 0.01), ("~", 0.02)) == "12"


def test_a_mark_whose_end_was_lost_does_not_swallow_keys_for_ever() -> None:
    assert pressed(("/", 0.0), ("1", 0.0), ("1", LONGEST_KEY_S + 0.5)) == "11"


def test_a_mark_told_twice_does_not_make_two_of_one_press() -> None:
    assert pressed(("/", 0.0), ("1", 0.0), ("/", 0.02), ("1", 0.1)) == "1"


def test_letters_that_are_no_keys_press_nothing() -> None:
    assert pressed(("b", 0.0), ("q", 0.1)) == ""
