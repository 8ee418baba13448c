"""What a form means, and how two people's changes come together."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from appliance.casework.tickets import TicketForm
from appliance.errors import FieldWrong
from web import forms

TICKETS = st.builds(TicketForm, **{field.name: st.sampled_from(["", "a", "b"]) for field in fields(TicketForm)})


@given(base=TICKETS, mine=TICKETS, theirs=TICKETS)
def test_only_what_i_changed_stands_against_what_they_wrote(
    base: TicketForm, mine: TicketForm, theirs: TicketForm
) -> None:
    result = forms.merged(mine, base, theirs)
    for field in fields(TicketForm):
        was, my, their = (getattr(form, field.name) for form in (base, mine, theirs))
        assert getattr(result, field.name) == (my if my != was else their)


@given(form=TICKETS, theirs=TICKETS)
def test_who_changed_nothing_gets_theirs(form: TicketForm, theirs: TicketForm) -> None:
    assert forms.merged(form, form, theirs) == theirs


@pytest.mark.parametrize(("typed", "no"), [("004512", 4512), ("4512", 4512), (" # 004 512 ", 4512), ("４５１２", 4512)])
def test_a_ticket_number_is_read_as_people_write_it(typed: str, no: int) -> None:
    assert forms.ticket_no(MultiDict({"ticket_no": typed})) == no


@pytest.mark.parametrize("typed", ["", "0", "abc", "4.5", "1" * 40, "-1", "+1", " -4512"])
def test_what_is_no_ticket_number_names_its_field(typed: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        forms.ticket_no(MultiDict({"ticket_no": typed}))
    assert wrong.value.field == "ticket_no"


@given(st.text(max_size=60))
def test_no_typed_text_breaks_the_reading_of_a_form(typed: str) -> None:
    values = MultiDict({"a": typed})
    assert forms.number(values, "a") is None or typed.strip().isdecimal()
    assert "\r" not in forms.text(values, "a")
    assert forms.text(values, "b") == ""


def test_no_control_character_comes_in_with_a_text() -> None:
    assert forms.text(MultiDict({"a": " 您\x00好\x1b[0m\r\n第二行\t。\x07 "}), "a") == "您好[0m\n第二行 。"


def test_a_field_is_cut_before_it_fills_the_memory() -> None:
    assert len(forms.text(MultiDict({"a": "x" * 100_000}), "a")) == forms.LONGEST_TEXT
