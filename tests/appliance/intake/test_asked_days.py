"""How many days a handler asks for, as people type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.intake import sms_words
from appliance.intake.asked_days import is_absurd, meant, parted


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


@pytest.mark.parametrize(
    "text",
    [
        "0天 等配件", "〇天", "0 等配件", "61天 等配件", "999 等", "10000天 等配件", "99999999999999天",
        "３.5天 等配件",
        "一百天 等配件", "一万天", "1-2天 等配件", "1/2 days rain", "两三天 等",
    ],
)  # fmt: skip
def test_days_that_cannot_be_meant_are_known(text: str) -> None:
    assert is_absurd(text)


@pytest.mark.parametrize(
    "text",
    [
        "1天 等",
        "60天 等",
        "十五天 等",
        "两天 等",
        "等配件",
        "",
        "3 等配件",
        "3.等配件",
        "百日攻坚",
        "1234号",
        "3天 2天后到货",
        "半个月",
        "-",
    ],
)
def test_days_that_may_be_meant_and_no_days_at_all_are_not_absurd(text: str) -> None:
    assert not is_absurd(text)


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
