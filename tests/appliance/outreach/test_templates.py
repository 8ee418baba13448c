"""Texts that fit, in both languages, whatever is filled in."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.outreach.notices import DECIDED, TOLD
from appliance.outreach.segments import segments
from appliance.outreach.templates import CUTTABLE, DROPPABLE, Texts, builtin_texts, gaps
from appliance.outreach.text_groups import samples

ZONE = ZoneInfo("Asia/Shanghai")
MESSAGES = sorted(key for key, versions in builtin_texts().items() if "office" in gaps(versions["zh"]))  # not pieces
USUAL, USUAL_EN = samples("zh"), samples("en")


def texts(language: str = "zh_CN") -> Texts:
    return Texts("Qinghe 12345" if language == "en" else "青禾12345", language, ZONE)


def filled(key: str, values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in gaps(builtin_texts()[key]["zh"]) if name != "office"}


def test_both_languages_have_every_text_with_the_same_gaps() -> None:
    for key, versions in builtin_texts().items():
        assert versions.keys() == {"zh", "en"}, key
        assert gaps(versions["zh"]) == gaps(versions["en"]), key


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("key", MESSAGES)
def test_every_text_fits_two_parts_with_what_usually_stands_in_it_uncut(key: str, language: str) -> None:
    values = filled(key, USUAL_EN if language == "en" else USUAL)
    text = texts(language).write(key, **values)
    assert segments(text).parts <= 2
    assert "…" not in text
    for value in values.values():
        assert value in text


@pytest.mark.parametrize("key", ["receipt_open", "receipt_closed", "missed_open", "missed_closed", "accepted"])
def test_the_texts_a_citizen_gets_most_cost_one_part_in_chinese(key: str) -> None:
    assert segments(texts().write(key, **filled(key, USUAL))).parts == 1


@given(st.sampled_from(MESSAGES), st.sampled_from(["zh_CN", "en"]), st.data())
def test_whatever_is_filled_in_the_text_fits_and_holds_no_control_character(
    key: str, language: str, data: st.DataObject
) -> None:
    words = st.text(st.characters(codec="utf-8"), max_size=300)
    values = {name: data.draw(words) if name in CUTTABLE + DROPPABLE else USUAL[name] for name in filled(key, USUAL)}
    text = Texts("青禾12345", language, ZONE).write(key, **values)
    assert segments(text).parts <= 2
    assert not any(unicodedata.category(character)[0] == "C" for character in text)


def test_braces_typed_by_a_citizen_are_just_text() -> None:
    text = texts().write("dispatch", **{**filled("dispatch", USUAL), "title": "{office} {0} {no.__class__} %s"})
    assert "{office} {0} {no.__class__} %s" in text


def test_line_ends_and_escape_characters_cannot_reach_the_modem() -> None:
    text = texts().write("rejected", no="004512", reason="a\r\nAT+CMGD=1,4\x1a\x1b\u202eb")
    assert "a AT+CMGD=1,4 b" in text


def test_the_answer_is_cut_before_the_sentence_around_it() -> None:
    text = texts().write("result", no="004512", department="城管局", reply="修" * 500)
    assert text.startswith("【青禾12345】编号004512:城管局答复:修修")
    assert "修…。请回复数字评价" in text
    assert segments(text).parts == 2
    assert segments(text).chars >= 130  # no more is cut than must be


def test_half_a_telephone_number_is_never_sent() -> None:
    values = {**filled("dispatch", USUAL), "title": "灯" * 80, "contact": ",联系人" + "王" * 90 + "13900001111"}
    text = texts().write("dispatch", **values)
    assert "联系人" not in text
    assert text.startswith("【青禾12345派单】004512 灯灯灯灯灯灯灯灯")


def test_a_full_stop_of_the_answer_is_not_doubled() -> None:
    assert "路灯已修复。请回复" in texts().write("result", no="1", department="城管局", reply="路灯已修复。")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_reply_to_twenty_signed_numbers_names_them_all(language: str) -> None:
    numbers = ",".join(f"{no:06}" for no in range(4512, 4532))
    text = texts(language).write_within(3, "signed_many", count="20", list=numbers, refused="")
    assert numbers in text


def test_every_move_that_is_told_has_its_text_counted_here() -> None:
    assert {*DECIDED.values(), *TOLD.values()} <= set(MESSAGES)


def test_a_longer_text_may_take_the_parts_it_is_given() -> None:
    values = {**filled("full_text", USUAL), "content": "灯" * 2000}
    assert segments(texts().write_within(6, "full_text", **values)).parts == 6


@pytest.mark.parametrize(
    ("language", "shown", "opening"), [("zh_CN", "11月27日17:00", "周一8:30"), ("en", "27 Nov 17:00", "Mon 8:30")]
)
def test_moments_are_local_and_in_the_offices_language(language: str, shown: str, opening: str) -> None:
    written = texts(language)
    assert written.moment(datetime(2026, 11, 27, 9, 0, tzinfo=UTC)) == shown
    monday = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
    assert written.opening(monday, monday - timedelta(days=2)) == opening


def test_an_opening_more_than_six_days_ahead_has_its_date() -> None:
    after_the_holiday = datetime(2026, 10, 8, 0, 30, tzinfo=UTC)
    assert texts().opening(after_the_holiday, after_the_holiday - timedelta(days=8)) == "10月8日8:30"


def test_a_receipt_of_a_draft_never_says_accepted() -> None:
    for key in ("receipt_open", "receipt_closed"):
        assert "已收到" in builtin_texts()[key]["zh"]
        assert "受理" not in builtin_texts()[key]["zh"]
        assert "accepted" not in builtin_texts()[key]["en"]
