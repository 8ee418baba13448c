from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.casework import categories, forms
from appliance.casework.views import TicketForm
from appliance.errors import FieldWrong


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 101),
        ("content", "x" * 5001),
        ("place", "x" * 201),
        ("contact_name", "x" * 61),
        ("contact_phone", "1" * 41),
        ("wish", "x" * 501),
        ("type", "riot"),
        ("category", "no_such"),
        ("urgency", "yesterday"),
    ],
)
def test_the_wrong_field_is_named(field: str, value: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        forms.checked(TicketForm(**{"content": "路灯不亮", field: value}))
    assert wrong.value.field == field


@pytest.mark.parametrize(
    ("form", "field"),
    [(TicketForm(type="help"), "content"), (TicketForm(content=" \n ", type="help"), "content"),
     (TicketForm(content="路灯不亮"), "type")],
)  # fmt: skip
def test_what_a_ticket_must_have_is_asked_for(form: TicketForm, field: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        forms.ready_to_accept(forms.checked(form))
    assert wrong.value.field == field


def test_other_may_be_chosen_as_a_category_and_is_never_taken_by_itself() -> None:
    with pytest.raises(FieldWrong) as wrong:
        forms.ready_to_accept(forms.checked(TicketForm(content="路灯不亮三天了", type="help")))
    assert wrong.value.field == "category"
    chosen = TicketForm(content="路灯不亮三天了", type="help", category="other")
    assert forms.ready_to_accept(forms.checked(chosen)).category == "other"


def test_a_title_is_taken_from_the_content() -> None:
    given = TicketForm(content="\n 路灯不亮 \n三天了", type="help", category="lamp", urgency="")
    form = forms.ready_to_accept(forms.checked(given))
    assert (form.title, form.urgency) == ("路灯不亮", "normal")
    assert forms.title_of("很" * 31) == "很" * 29 + "…"
    assert forms.title_of("很" * 30) == "很" * 30
    assert forms.title_of("") == ""


def test_control_characters_and_halves_of_characters_go_and_words_stay() -> None:
    assert forms.clean(" a\x00b\x1bc\r\nd\re\x7f \ud83d <script> 😀𠮷 ") == "a b c\nd\ne  ? <script> 😀𠮷"


@given(st.text())
def test_cleaned_text_can_be_kept_and_is_clean(text: str) -> None:
    plain = forms.clean(text)
    plain.encode("utf-8")
    assert forms.clean(plain) == plain


def test_a_text_that_is_needed_must_be_there_and_not_endless() -> None:
    assert forms.text_given("text", " ok ") == "ok"
    for text in ("", " \x00 ", "x" * 5001):
        with pytest.raises(FieldWrong) as wrong:
            forms.text_given("text", text)
        assert wrong.value.field == "text"
    with pytest.raises(FieldWrong):
        forms.short_enough("reason", "x" * 5001)


def test_the_small_tables_are_complete_in_both_languages() -> None:
    assert [row.key for row in categories.types()] == ["enquiry", "help", "complaint", "report", "suggestion", "praise"]
    leaves = categories.categories()
    assert len({leaf.key for leaf in leaves}) == len(leaves) > 50
    assert len({leaf.group.key for leaf in leaves}) == 15
    for row in (*categories.types(), *categories.urgencies(), *leaves, *(leaf.group for leaf in leaves)):
        assert row.name("zh_CN") == row.zh != ""
        assert row.name("en") == row.en
        assert row.en.isascii()


@pytest.mark.parametrize("text", ["\u200b\u200b", "\ufeff", "\u200d\u3000", "\u202e", " \x07 "])
def test_a_text_that_shows_nothing_is_no_text(text: str) -> None:
    with pytest.raises(FieldWrong):
        forms.text_given("text", text)
    assert forms.clean(text) == ""


def test_signs_that_turn_the_words_around_them_are_taken_out_and_joined_emoji_stay() -> None:
    assert forms.clean("\u202e灯\u2066坏\u200b了\u2069") == "灯坏了"
    assert forms.clean("\U0001f468\u200d\U0001f527 修好") == "\U0001f468\u200d\U0001f527 修好"
