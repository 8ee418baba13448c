"""The scan itself: it finds a canary in every form it claims to know, and nothing where there is none."""

from __future__ import annotations

import pytest

from tests.canaries import Scan, forms_of, swapped

NUMBER, NAME = "13912983746", "钱多多"


@pytest.mark.parametrize("form", sorted(forms_of(NUMBER)))
def test_a_number_is_found_in_the_form(form: str) -> None:
    hit = Scan([NUMBER]).look("here", b"\x00\xff" + forms_of(NUMBER)[form] + b"\x00")
    assert form in {found.form for found in hit}


@pytest.mark.parametrize("form", sorted(forms_of(NAME)))
def test_a_name_is_found_in_the_form(form: str) -> None:
    assert form in {found.form for found in Scan([NAME]).look("here", b"<p>" + forms_of(NAME)[form] + b"</p>")}


def test_nothing_is_found_where_nothing_is() -> None:
    assert not Scan([NUMBER, NAME]).look("here", "13912983747 钱多 139****3746".encode())


def test_a_real_pdu_holds_the_number_in_one_of_the_swapped_forms() -> None:
    """SMS-DELIVER from +86139..: the address begins on an even digit; behind a longer country code on an odd one."""
    even = "0B91" + swapped("86" + NUMBER + "F")
    odd = "0C91" + swapped("852" + NUMBER)
    assert {found.form for found in Scan([NUMBER]).look("even", even)} >= {"swapped"}
    assert {found.form for found in Scan([NUMBER]).look("odd", odd)} >= {"swapped, odd"}
    assert Scan([NUMBER]).look("packed", bytes.fromhex(odd))
