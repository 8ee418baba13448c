"""One line per module, and each line its own: by path, by IMEI, or whichever is free."""

from __future__ import annotations

from itertools import product

import pytest

from modem.claims import Claims, Wish
from modem.nodes import Node

X, Y, Z = "860000000000017", "860000000000025", "860000000000033"


def node(number: int, usb: str = "", interface: int | None = None, vendor: str = "") -> Node:
    return Node(f"/dev/ttyUSB{number}", f"/dev/ttyUSB{number}", (number, 0, 0), usb, interface, vendor)


def claims(**devices: str) -> Claims:
    return Claims([Wish(line, device) for line, device in devices.items()])


def test_a_line_gets_the_module_with_its_imei_at_any_node() -> None:
    office = claims(a=f"imei:{X}")
    assert office.choose("a", [(node(0), Y), (node(1), X)]) == node(1)
    assert office.choose("a", [(node(7), X)]) == node(7)
    assert office.choose("a", [(node(0), Y)]) is None


def test_auto_takes_the_first_module_that_nobody_claims() -> None:
    office = claims(a="auto", b=f"imei:{X}")
    assert office.choose("a", [(node(0), X), (node(1), Y), (node(2), Z)]) == node(1)
    assert office.choose("a", [(node(0), X)]) is None


def test_two_lines_never_have_one_module() -> None:
    office = claims(a="auto", b="auto")
    office.hold("a", node(0), X)
    assert office.choose("b", [(node(0), X), (node(1), X)]) is None  # another port of the same module
    assert office.choose("b", [(node(1), X), (node(2), Y)]) == node(2)


def test_ports_of_a_module_that_a_line_names_by_path_are_left_alone() -> None:
    office = claims(a="/dev/ttyUSB0", b="auto")
    office.named["a"] = node(0, usb="1-2")
    assert office.choose("b", [(node(1, usb="1-2"), X), (node(2, usb="1-3"), Y)]) == node(2, usb="1-3")
    office.hold("a", node(0, usb="1-2"))
    assert office.owner(node(1, usb="1-2"), X, besides="b") == "a"
    assert office.owner(node(1, usb="1-2"), X, besides="a") is None


def test_the_first_port_that_answers_is_taken_and_huaweis_last() -> None:
    office = Claims([Wish("a", f"imei:{X}")], frozenset({"12d1"}))
    quectel = [(node(3, "1-2", 3, "2c7c"), X), (node(2, "1-2", 2, "2c7c"), X)]
    assert office.choose("a", quectel) == node(2, "1-2", 2, "2c7c")
    huawei = [(node(0, "1-4", 0, "12d1"), X), (node(2, "1-4", 2, "12d1"), X)]
    assert office.choose("a", huawei) == node(2, "1-4", 2, "12d1")


def test_after_an_outage_of_the_hub_auto_lines_do_not_change_places() -> None:
    office = claims(a="auto", b="auto")
    for line, at, imei in (("a", 0, X), ("b", 1, Y)):
        office.hold(line, node(at), imei)
        office.release(line)
    assert office.choose("a", [(node(5), Y)]) is None, "b waits for it"
    assert office.choose("b", [(node(5), Y)]) == node(5)
    assert office.choose("a", [(node(5), Y), (node(6), X)]) == node(6)


def test_an_auto_line_takes_a_new_module_where_its_own_is_gone_for_good() -> None:
    office = claims(a="auto", b="auto")
    office.hold("b", node(1), Y)
    office.hold("a", node(0), X)
    office.release("a")
    assert office.choose("a", [(node(1), Y), (node(2), Z)]) == node(2)


def test_a_module_that_a_path_had_is_not_taken_while_it_is_away() -> None:
    office = claims(a="/dev/ttyUSB0", b="auto")
    office.hold("a", node(0))
    assert office.told("a", X) == []
    office.release("a")
    assert office.choose("b", [(node(4), X)]) is None


def test_another_module_at_the_node_of_a_line_is_let_go() -> None:
    office = claims(a=f"imei:{X}")
    office.hold("a", node(0), X)
    assert office.told("a", X) == []
    assert office.told("a", Y) == ["a"]
    assert office.told("b", Y) == []  # has none open


def test_whoever_names_a_module_goes_before_whoever_takes_any() -> None:
    office = claims(a="auto", b="/dev/ttyUSB1", c="auto")
    office.hold("a", node(0), X)
    office.hold("b", node(1))
    assert office.told("b", X) == ["a"]
    office.release("a")
    office.hold("c", node(2))
    assert office.told("c", X) == ["c"]


def test_of_two_lines_that_name_a_module_the_first_stays() -> None:
    office = claims(a=f"imei:{X}", b="/dev/ttyUSB1")
    office.hold("a", node(0), X)
    office.hold("b", node(1))
    assert office.told("b", X) == ["b"]


def test_a_line_that_had_no_ear_for_it_is_told_again_that_its_module_is_anothers() -> None:
    office = claims(a="/dev/ttyUSB0", b="auto")
    office.hold("b", node(1), X)
    office.hold("a", node(0))
    for _ in range(3):
        assert office.told("a", X) == ["b"]
        assert office.told("b", X) == ["b"]
    office.release("b")
    assert office.told("a", X) == []


@pytest.mark.parametrize("devices", list(product(("auto", f"imei:{X}", "/dev/ttyUSB0"), repeat=2)))
@pytest.mark.parametrize("known", [(True, True), (True, False), (False, False)])
@pytest.mark.parametrize("turns", [("a", "b"), ("b", "a"), ("a", "a", "b"), ("b", "b", "a")])
def test_of_two_lines_with_one_module_one_keeps_it_whoever_tells_first(
    devices: tuple[str, str], known: tuple[bool, bool], turns: tuple[str, ...]
) -> None:
    """Nobody lets go until all have told, as where both are busy: still the same one is meant each time."""
    office = claims(a=devices[0], b=devices[1])
    for number, line in enumerate("ab"):
        office.hold(line, node(number), X if known[number] else "")
    leaving = {line for _ in range(2) for turn in turns for line in office.told(turn, X)}
    has_two_paths = all(device.startswith("/") for device in devices)
    assert len(leaving) == (0 if has_two_paths else 1)


def test_cheap_modules_may_share_an_imei_where_both_are_named_by_path() -> None:
    office = claims(a="/dev/ttyUSB0", b="/dev/ttyUSB1")
    office.hold("a", node(0))
    office.hold("b", node(1))
    assert office.told("a", X) == []
    assert office.told("b", X) == []
    assert office.owner(node(1), X, besides="b") is None
