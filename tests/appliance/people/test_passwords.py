from __future__ import annotations

import pytest

from appliance.errors import FieldWrong
from appliance.people.passwords import LONGEST, METHOD, NOBODY, Passwords, common, must_be_good


@pytest.mark.parametrize(
    "password",
    ["", "short7!", "12345678", "hotline12345", "HOTLINE12345", "Password123", "li12345678", "li_2026!", "20261123",
     "x" * (LONGEST + 1)],
)  # fmt: skip
def test_a_bad_password_is_refused_and_names_its_field(password: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        must_be_good(password, "li")
    assert wrong.value.field == "password"


@pytest.mark.parametrize("password", ["correct horse", "路灯在东街亮了又灭", "Tr0ub4dor&3", "x" * 40 + "y"])
def test_a_password_of_ones_own_is_taken(password: str) -> None:
    must_be_good(password, "li")


def test_the_list_of_common_ones_is_a_few_hundred_long_and_all_would_be_long_enough() -> None:
    assert len(common()) > 500
    assert min(map(len, common())) >= 8
    assert {"12345678", "hotline12345", "admin12345", "password123"} <= common()


def test_only_the_right_password_fits_and_nobody_has_none() -> None:
    passwords = Passwords()
    kept = passwords.hash("correct horse")
    assert kept.startswith(METHOD + "$")
    assert passwords.is_right(kept, "correct horse")
    assert not passwords.is_right(kept, "correct horsf")
    assert not passwords.is_right(None, "correct horse")
    assert kept != passwords.hash("correct horse")


def test_nobody_is_compared_at_the_same_cost_as_somebody() -> None:
    # Same method and parameters: werkzeug does the same work, whatever the answer.
    method, salt, digest = NOBODY.split("$")
    assert method == METHOD
    assert len(salt) == 16
    assert len(bytes.fromhex(digest)) == 64


def test_an_endless_password_costs_no_more_than_the_longest() -> None:
    passwords = Passwords()
    kept = passwords.hash("x" * LONGEST)
    assert not passwords.is_right(kept, "x" * 1_000_000)
