"""How many days a handler asks for, as people type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.intake import sms_words
from appliance.intake.asked_days import meant, parted


@pytest.mark.parametrize(
    ("text", "days", "reason"),
    [
        ("3天 下雨", 3, "下雨"),
        ("３天，下雨", 3, "下雨"),
        ("三天,下雨", 3, "下雨"),
        ("两天 等配件", 2, "等配件"),
        ("十天 等配件", 10, "等配件"),
        ("十五个工作日,等材料", 15, "等材料"),
        ("二十 天 等材料", 20, "等材料"),
        ("3 下雨", 3, "下雨"),
        ("9", 9, ""),
        ("2 days rain", 2, "rain"),
        ("5 Working Days: spare part", 5, "spare part"),
    ],
)
def test_days_stand_first_and_the_reason_behind_them(text: str, days: int, reason: str) -> None:
    assert parted(text) == (days, reason)


@pytest.mark.parametrize("text", ["下雨", "3号楼漏水", "1234天", "十十天", "二三十天", "", "week", "9年没修"])
def test_what_is_no_number_of_days_stays_whole(text: str) -> None:
    assert parted(text) == (None, text)


@pytest.mark.parametrize(
    ("text", "no", "days", "reason"),
    [
        ("YQ 5 等配件", None, 5, "等配件"),
        ("yq5 等配件", None, 5, "等配件"),
        ("延期10，等配件", None, 10, "等配件"),
        ("YQ 5", None, 5, ""),
        ("延期5天", None, 5, ""),
        ("延期五天等配件", None, 5, "等配件"),
        ("延期十五天等材料", None, 15, "等材料"),
        ("ＹＱ 000123 3天 下雨", 123, 3, "下雨"),
        ("YQ 7 3天 下雨", 7, 3, "下雨"),
        ("YQ 123 等配件", 123, None, "等配件"),
        ("YQ 000005 等配件", 5, None, "等配件"),
        ("延期半个月等配件", None, None, "延期半个月等配件"),
        ("延期 3号楼漏水", None, None, "3号楼漏水"),
    ],
)
def test_a_short_figure_behind_the_word_is_days_and_no_ticket(
    text: str, no: int | None, days: int | None, reason: str
) -> None:
    read = sms_words.as_unit(text)
    assert read is not None
    asked = meant(read)
    assert (asked.no, *parted(asked.rest)) == (no, days, reason)


@given(st.text(max_size=60))
def test_any_text_is_parted(text: str) -> None:
    days, _ = parted(text)
    assert days is None or 0 <= days <= 999
