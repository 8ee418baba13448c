"""What an article must be, and in which language it speaks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from appliance.errors import FieldWrong
from appliance.knowledge.article import Article, Draft, Words, words_of
from appliance.knowledge.article_rows import columns, draft_of
from appliance.knowledge.checking import checked
from appliance.outreach.segments import segments

LAMP = Words("路灯报修", "记下路名和杆号。", "路灯请报杆号。")


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(), "title_zh"),
        (Draft(zh=Words("路灯")), "answer_zh"),
        (Draft(zh=Words(answer="记下杆号")), "title_zh"),
        (Draft(zh=LAMP, en=Words(sms="Tell us.")), "title_en"),
        (Draft(zh=Words("路灯", "答", "字" * 71)), "sms_zh"),
        (Draft(zh=LAMP, en=Words("Lamp", "Note it.", "x" * 71)), "sms_en"),
        (Draft(zh=Words("题" * 61, "答")), "title_zh"),
        (Draft(zh=LAMP, kind="poem"), "kind"),
        (Draft(zh=LAMP, category="poem"), "category"),
        (Draft(zh=LAMP, code="K" * 13), "code"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(draft: Draft, field: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        checked(draft)
    assert wrong.value.field == field


def test_a_text_message_of_seventy_characters_is_the_longest() -> None:
    assert checked(Draft(zh=Words("路灯", "答", "字" * 70))).zh.sms == "字" * 70
    assert segments(checked(Draft(zh=Words("路灯", "答", "😀" * 35))).zh.sms).parts == 1
    with pytest.raises(FieldWrong):
        checked(Draft(zh=Words("路灯", "答", "😀" * 35 + "字")))


def test_a_code_has_nothing_that_nobody_sees() -> None:
    assert checked(Draft(zh=Words("路灯", "答"), code=" k\u200b0 \u202e1\0")).code == "K01"


def test_words_are_cleaned_and_papers_stay_one_a_line() -> None:
    draft = checked(Draft(zh=Words("  路灯\n报修 ", "一行\r\n两行", materials=" 身份证 \n\n户口簿\n"), code=" k0 45 "))
    assert (draft.zh.title, draft.zh.answer, draft.code) == ("路灯 报修", "一行\n两行", "K045")
    assert draft.zh.papers == ("身份证", "户口簿")


def test_a_language_without_a_title_is_told_in_the_other() -> None:
    english = Words("Street lamps", "Note the pole.")
    assert words_of(Draft(zh=LAMP, en=english), "en") is english
    assert words_of(Draft(zh=LAMP, en=english), "zh_CN") is LAMP
    assert words_of(Draft(zh=LAMP), "en") is LAMP
    assert words_of(Draft(en=english), "zh_CN") is english


def test_a_row_and_a_draft_are_the_same() -> None:
    draft = Draft(LAMP, Words("Lamps", "Note it."), "K045", "guide", "lamp", 3, date(2026, 12, 31), is_public=False)
    assert draft_of(columns(draft)) == draft


def test_its_department_is_called_by_the_name_of_the_language() -> None:
    article = Article(
        1, Draft(LAMP), 1, datetime(2026, 11, 23, tzinfo=UTC), "", unit_zh="城管局", unit_en="City management"
    )
    assert (article.unit("zh_CN"), article.unit("en")) == ("城管局", "City management")
    assert (article.code, article.kind, article.category) == ("", "guide", "")
