"""One table of words, many ways to type them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.intake import sms_words
from appliance.intake.sms_words import Meaning, Word, as_citizen, as_unit, says_something, table


@pytest.mark.parametrize(
    ("texts", "rating"),
    [
        (("5", "５", "五", "“5”", "5。", "非常满意", "Very satisfied"), 5),
        (("4", "４", "四", "满意", "满意!", "SATISFIED"), 4),
        (("3", "３", "三", "基本满意", "一般", "fair"), 3),
        (("2", "２", "二", "不满意", "不满意。", "Bad"), 2),
        (("1", "１", "一", "非常不满意", "很不满意", "very dissatisfied"), 1),
    ],
)
def test_a_rating_is_understood_in_every_spelling(texts: tuple[str, ...], rating: int) -> None:
    for text in texts:
        reading = as_citizen(text)
        assert reading is not None, text
        assert (reading.meaning, reading.rating, reading.rest) == (Meaning.RATE, rating, ""), text


@pytest.mark.parametrize(
    "text",
    [
        "5号路灯坏了",
        "5,6号楼没水",
        "五,六号楼没水",
        "5楼没水12天",
        "15",
        "55",
        "满意度不高",
        "一个路灯",
        "1,2,3栋都停电",
        "三里村没水",
        "一般般",
        "5 天了没人管",
        "５　天了没人管",
        "五 天没水",
        "5 号楼没水",
        "3# 停水",
        "3#楼停水",
        "2-301 没水了",
        "2 301 漏水",
        "1-2 楼道灯坏了",
        "1、2、3号楼停水",
        "2,3 两路公交不来",
        "1.5米深的坑",
        "=1+1",
        "5% 的路灯坏了",
        "5 days and nobody came",
        "5 13900001111",
        "5分钟就断电一次",
        "1分钱没有退",
        "5星级酒店门口太吵",
        "五星小区停水",
    ],
)
def test_ordinary_language_is_no_rating(text: str) -> None:
    reading = as_citizen(text)
    assert reading is None or reading.meaning is not Meaning.RATE


@pytest.mark.parametrize(
    ("text", "rating", "rest"),
    [
        ("5 谢谢", 5, "谢谢"),
        ("5,天天有人来修", 5, "天天有人来修"),
        ("5 点赞", 5, "点赞"),
        ("5 多谢", 5, "多谢"),
        ("5 十分感谢", 5, "十分感谢"),
        ("2 处理太慢", 2, "处理太慢"),
        ("2 根本没修", 2, "根本没修"),
        ("2 路灯还是不亮", 2, "路灯还是不亮"),
        ("1 家里还是没水", 1, "家里还是没水"),
        ("5分", 5, ""),
        ("４分。", 4, ""),
        ("五星!", 5, ""),
        ("1分 家里还是没水", 1, "家里还是没水"),
        ("一般 12栋还没修", 3, "12栋还没修"),
        ("满意 5天就修好了", 4, "5天就修好了"),
    ],
)
def test_words_may_follow_a_rating(text: str, rating: int, rest: str) -> None:
    reading = as_citizen(text)
    assert reading is not None
    assert (reading.meaning, reading.rating, reading.rest) == (Meaning.RATE, rating, rest)


def test_words_behind_a_rating_are_kept_as_typed() -> None:
    reading = as_citizen("２,路灯 还是 不亮ＡＢ")
    assert reading is not None
    assert (reading.rating, reading.rest) == (2, "路灯 还是 不亮ＡＢ")


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("查", None),
        ("“查”", None),
        ("cx", None),
        ("ＣＸ", None),
        ("Status", None),
        ("查 004512", 4512),
        ("查004512", 4512),
        ("CX4512", 4512),
        ("ｃｘ：００４５１２", 4512),
        ("查询 编号004512。", 4512),
        ("查 零零四五一二", 4512),
        ("status no. 004512", 4512),
    ],
)
def test_a_question_for_progress_is_understood(text: str, no: int | None) -> None:
    reading = as_citizen(text)
    assert reading is not None
    assert (reading.meaning, reading.no) == (Meaning.QUERY, no)


@pytest.mark.parametrize("text", ["查一下我家的电费", "查酒驾的在吗", "进度太慢了", "status of the lamp in our street"])
def test_a_sentence_that_begins_like_a_word_is_ordinary_language(text: str) -> None:
    assert as_citizen(text) is None


@pytest.mark.parametrize(
    ("texts", "meaning", "no", "rest"),
    [
        (("1", "１", "一", "QS", "qs。", "签收", "【签收】", "已签收", "accept"), Meaning.SIGN, None, ""),
        (("OK", "ｏｋ", "收到", "收到。", "好的"), Meaning.ACK, None, ""),
        (("OK 000123", "收到000123", "好的,一二三"), Meaning.ACK, 123, ""),
        (("H", "帮助", "help", "?", "？"), Meaning.HELP, None, ""),
        (("1 000123", "QS000123", "ｑｓ　１２３", "签收 一二三", "签收000123"), Meaning.SIGN, 123, ""),
        (
            (
                "DF 000123 已修好",
                "ｄｆ：０００１２３ 已修好",
                "DF000123已修好",
                "答复 一二三 已修好",
                "reply 123, 已修好",
            ),
            Meaning.REPLY,
            123,
            "已修好",
        ),
        (("JZ 000123 在修", "进展000123在修", "ｊｚ 123：在修"), Meaning.PROGRESS, 123, "在修"),
        (("TH 123 不归我们管", "退回 000123,不归我们管", "退单123 不归我们管"), Meaning.RETURN, 123, "不归我们管"),
        (("2 不归我们管", "２,不归我们管", "二 不归我们管"), Meaning.RETURN, None, "不归我们管"),
        (("YQ 123 3天 下雨", "延期000123 3天 下雨", "ｙｑ 一二三 3天 下雨"), Meaning.EXTEND, 123, "3天 下雨"),
        (("LB", "列表", "ｌｂ。"), Meaning.LIST, None, ""),
        (("QW", "全文", "“全文”"), Meaning.FULL_TEXT, None, ""),
        (("QW 123", "全文000123", "ｑｗ：１２３"), Meaning.FULL_TEXT, 123, ""),
    ],
)
def test_a_handlers_word_is_understood_in_every_spelling(
    texts: tuple[str, ...], meaning: Meaning, no: int | None, rest: str
) -> None:
    for text in texts:
        reading = as_unit(text)
        assert reading is not None, text
        assert (reading.meaning, reading.no, reading.rest) == (meaning, no, rest), text


def test_a_sentence_that_begins_with_a_handlers_word_stays_whole() -> None:
    reading = as_unit("答复不了这个问题")
    assert reading is not None
    assert (reading.meaning, reading.no, reading.rest) == (Meaning.REPLY, None, "答复不了这个问题")


def test_figures_that_touch_the_text_are_a_ticket_number_only_if_they_are_long_enough() -> None:
    short, long = as_unit("DF 3个路灯已修好"), as_unit("DF000123路灯已修好")
    assert short is not None
    assert long is not None
    assert (short.no, short.rest) == (None, "3个路灯已修好")
    assert (long.no, long.rest) == (123, "路灯已修好")


@pytest.mark.parametrize(
    ("text", "meaning", "no", "rest"),
    [
        ("YQ 3 天 下雨", Meaning.EXTEND, None, "3 天 下雨"),
        ("收到 1 条诈骗短信", Meaning.ACK, None, "1 条诈骗短信"),
        ("DF 3 个路灯已修好", Meaning.REPLY, None, "3 个路灯已修好"),
        ("DF 123 个别路灯已修好", Meaning.REPLY, 123, "个别路灯已修好"),
        ("DF 000003 个别路灯已修好", Meaning.REPLY, 3, "个别路灯已修好"),
        ("DF 000 123 已修好", Meaning.REPLY, 123, "已修好"),
        ("DF 0 0 0 1 2 3 已修好", Meaning.REPLY, 123, "已修好"),
        ("ＤＦ　零零零　一二三 已修好", Meaning.REPLY, 123, "已修好"),
        ("YQ 123 3", Meaning.EXTEND, 123, "3"),
    ],
)
def test_a_count_is_no_ticket_number_and_a_printed_number_may_have_blanks(
    text: str, meaning: Meaning, no: int | None, rest: str
) -> None:
    reading = as_unit(text)
    assert reading is not None
    assert (reading.meaning, reading.no, reading.rest) == (meaning, no, rest)


@pytest.mark.parametrize(
    ("text", "meaning", "no"),
    [
        ("1 000123", Meaning.SIGN, 123),
        ("1:000123", Meaning.SIGN, 123),
        ("１　０００１２３", Meaning.SIGN, 123),
        ("1 编号000123", Meaning.SIGN, 123),
        ("1 1000001", Meaning.SIGN, 1_000_001),
        ("2 000123 不归我们管", Meaning.RETURN, 123),
    ],
)
def test_a_figure_takes_a_ticket_number_as_it_is_printed(text: str, meaning: Meaning, no: int) -> None:
    reading = as_unit(text)
    assert reading is not None
    assert (reading.meaning, reading.no) == (meaning, no)


@pytest.mark.parametrize(
    "text",
    [
        "1号楼已修",
        "2018年就修过",
        "dfx",
        "路灯已修复",
        "lbs",
        "",
        "2-301 的水管已修好",
        "2—301 的水管已修好",
        "2 301 的水管已修好",
        "1、2、3号楼已通水",
        "2 号楼已修好",
        "2 天后修好",
        "2 月1日已修好",
        "1 20261123 已修好",
        "=1+1",
    ],
)
def test_what_is_no_word_of_a_handler_is_plain_text(text: str) -> None:
    assert as_unit(text) is None


@pytest.mark.parametrize(
    ("text", "is_order"),
    [
        ("DF 000123 已修好", True),
        ("ｄｆ０００１２３已修好", True),
        ("ＤＦ　零零零一二三", True),
        ("DF 000 123", True),
        ("QS 123456", True),
        ("TH000123", True),
        ("JZ:000123 在修", True),
        ("YQ 编号000123 3天", True),
        ("LB 000123", True),
        ("QW 000123", True),
        ("答复 000123 好了", True),
        ("签收000123", True),
        ("ACCEPT 000123", True),
        ("Reply 000123 done", True),
        ("DF 已修好", False),
        ("DF 123 已修好", False),
        ("答复 123 好了", False),
        ("回复 5 天了没人管", False),
        ("回复 13900001111", False),
        ("reply to 8887766", False),
        ("reply 8887766", False),
        ("收到 123456 的验证码", False),
        ("OK 120", False),
        ("OK 000123", False),
        ("1 000123", False),
        ("退回押金", False),
        ("reply to my letter", False),
        ("1", False),
    ],
)
def test_only_a_departments_word_and_a_printed_number_are_surely_an_order(text: str, is_order: bool) -> None:
    reading = as_unit(text)
    assert reading is not None
    assert reading.is_order is is_order


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01\x1b", "。。。!?", "\u200b", "\x1b\r\n\x1a", "\ufffd"])
def test_marks_and_control_characters_say_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("text", ["a", "路", "7", "🔥", "<script>", "𠮷"])
def test_one_letter_figure_or_picture_says_something(text: str) -> None:
    assert says_something(text)


@pytest.mark.parametrize("text", ["已修好", "123 已修好", "000123", "000123 ！", "20261123 已修好", ""])
def test_only_words_behind_a_printed_number_are_a_numbered_reply(text: str) -> None:
    assert sms_words.as_numbered_reply(text) is None


def test_a_numbered_reply_says_the_number_and_the_words_behind_it() -> None:
    reading = sms_words.as_numbered_reply("编号 000123：已修好。")
    assert reading is not None
    assert (reading.meaning, reading.no, reading.rest) == (Meaning.REPLY, 123, "已修好。")


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for read in (as_citizen, as_unit):
        reading = read(text)
        if reading is not None:
            assert reading.rest in text
            assert reading.no is None or reading.no >= 0


@given(
    st.sampled_from(
        [(spelling, word) for word in table().units for spelling in word.spellings if not spelling.isdigit()]
    ),
    st.integers(1, 999_999),
    st.sampled_from([" ", ":", "：", " ,", "　", "。", "-"]),
    st.sampled_from([str.upper, str.lower, str.title, lambda text: text]),
)
def test_word_and_number_are_found_whatever_stands_between(
    spelt: tuple[str, Word], no: int, gap: str, change: Callable[[str], str]
) -> None:
    spelling, word = spelt
    reading = as_unit(f"{change(spelling)}{gap}{no:06}")
    assert reading is not None
    assert (reading.meaning, reading.no) == (word.meaning, no)


def test_no_spelling_stands_for_two_meanings() -> None:
    for words in (table().citizens, table().units):
        spellings = [spelling for word in words for spelling in word.spellings]
        assert len(spellings) == len(set(spellings))
        assert spellings == [spelling.casefold() for spelling in spellings]


def test_what_makes_an_order_is_a_word_of_the_departments() -> None:
    spellings = {spelling for word in table().units for spelling in word.spellings}
    assert table().codes | table().order_words <= spellings
    assert not table().order_words & {spelling for word in table().citizens for spelling in word.spellings}


def test_every_meaning_has_a_word() -> None:
    assert {word.meaning for word in table().citizens + table().units} == set(sms_words.Meaning)
