"""The office's own wording of the box's texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import FieldWrong, NotFound
from appliance.outreach.own_texts import message_keys
from tests.appliance.small_office import WANG, SmallOffice

OWN = "【{office}】收到,编号{no}。"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def receipt(office: SmallOffice) -> str:
    return str(office.outbox(purpose="receipt")[-1]["text"])


def test_what_the_office_wrote_is_sent_from_then_on(office: SmallOffice) -> None:
    office.office.words.own_texts.set("receipt_open", "zh_CN", OWN, office.lead)
    office.text(from_=WANG, text="东街路灯不亮")
    assert receipt(office) == "【青禾12345】收到,编号000001。"
    assert office.count("audit WHERE action = 'text_changed'") == 1


def test_an_empty_text_gives_the_shipped_one_back(office: SmallOffice) -> None:
    own_texts = office.office.words.own_texts
    own_texts.set("receipt_open", "zh", OWN, office.lead)
    own_texts.set("receipt_open", "zh", "  ", office.lead)
    office.text(from_=WANG, text="东街路灯不亮")
    assert "我们会尽快处理" in receipt(office)


def test_a_citizen_is_told_of_his_ticket_in_his_language_as_far_as_there_are_words_in_it(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.office.words.own_texts.set("withdrawn", "mn", "{office} {no} mn", office.lead)
    with office.store.transaction() as tx:
        tx.execute("UPDATE citizen SET language = 'mn'")
    office.move(no, "withdraw", reason="来电撤回")
    assert f"青禾12345 {no:06} mn" in [row["text"] for row in office.outbox(purpose="outcome")]
    assert "已收回" in office.outbox(purpose="returned")[-1]["text"]  # the department's stays in the office's language


def test_english_is_there_without_anybody_writing_it(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    with office.store.transaction() as tx:
        tx.execute("UPDATE citizen SET language = 'en'")
    office.move(no, "withdraw", reason="来电撤回")
    assert "withdrawn as you asked" in office.outbox(purpose="outcome")[-1]["text"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{office} {no", "text"),
        ("{office} {no} {reply}", "text"),
        ("{office} {no.__class__}", "text"),
        ("{office} {no!r}", "text"),
        ("{office} {no:>9999}", "text"),
        ("{office} {} {no}", "text"),
        ("{office} ohne Nummer", "text"),
        ("{office} {no} " + "长" * 140, "text"),
    ],
)
def test_what_would_break_or_say_too_little_is_refused(office: SmallOffice, text: str, field: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        office.office.words.own_texts.set("receipt_open", "zh", text, office.lead)
    assert wrong.value.field == field
    office.text(from_=WANG, text="东街路灯不亮")
    assert "我们会尽快处理" in receipt(office)


@pytest.mark.parametrize(
    ("key", "language"), [("contact", "zh"), ("nothing", "zh"), ("receipt_open", "../x"), ("receipt_open", "")]
)
def test_only_whole_texts_in_a_language_can_be_written(office: SmallOffice, key: str, language: str) -> None:
    with pytest.raises(NotFound):
        office.office.words.own_texts.set(key, language, OWN, office.lead)


def test_the_list_holds_every_text_with_its_gaps_and_the_languages_in_use(office: SmallOffice) -> None:
    own_texts = office.office.words.own_texts
    own_texts.set("receipt_open", "mn", OWN, office.lead)
    assert own_texts.languages() == ("zh", "en", "mn")
    assert [row.key for row in own_texts.all()] == list(message_keys())
    row = next(row for row in own_texts.all("mn") if row.key == "receipt_open")
    assert (row.text, row.gaps, row.size.parts) == (OWN, ("no", "office"), 1)


def test_every_text_stands_in_one_group_with_a_name_and_every_gap_is_explained(office: SmallOffice) -> None:
    sections = office.office.words.own_texts.sections()
    cards = [card for section in sections for card in section.cards]
    assert sorted(card.own.key for card in cards) == sorted(message_keys())
    for card in cards:
        assert card.name.zh, card.own.key
        assert card.name.en, card.own.key
        assert {gap.name for gap in card.gaps} == set(card.own.gaps)
        assert card.preview.wrong is None
        assert "{" not in card.preview.text
    assert len({section.heading.en for section in sections}) == len(sections)


def test_a_preview_is_what_the_telephone_would_show_and_counts_its_parts(office: SmallOffice) -> None:
    own_texts = office.office.words.own_texts
    shown = own_texts.preview("receipt_open", "zh", "【{office}】收到,编号{no}。")
    assert (shown.text, shown.size.parts, shown.wrong) == ("【青禾12345】收到,编号004512。", 1, None)
    assert own_texts.preview("receipt_open", "zh", "【{office}】{no}" + "长" * 70).size.parts == 2
    assert own_texts.preview("receipt_open", "en", "").text.startswith("青禾12345: message received, no. 004512")
    wrong = own_texts.preview("receipt_open", "zh", "收到 {nr}").wrong
    assert wrong is not None
    with pytest.raises(NotFound):
        own_texts.preview("contact", "zh", "")


def test_a_text_is_found_by_its_name_or_its_words(office: SmallOffice) -> None:
    own_texts = office.office.words.own_texts
    own_texts.set("withdrawn", "zh", "【{office}】编号{no}撤销啦", office.lead)

    def found(wanted: str) -> list[str]:
        return [card.own.key for section in own_texts.sections(wanted=wanted) for card in section.cards]

    assert found("撤销啦") == ["withdrawn"]
    assert found("the reply was SENT back") == ["sent_back"]
    assert found("no such word") == []


def test_to_save_the_shipped_words_is_to_have_none_of_ones_own(office: SmallOffice) -> None:
    own_texts = office.office.words.own_texts
    shipped = own_texts.all()[0].shipped
    own_texts.set("receipt_open", "zh", shipped, office.lead)
    assert own_texts.all()[0].text == ""
    assert office.count("audit WHERE action = 'text_changed'") == 0
