"""Which texts raise a suspicion of danger, and which only look like it."""

from __future__ import annotations

import pytest

from appliance.casework import emergency_words as words


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("东街3号楼燃气泄漏了,味道很大", "gas"),
        ("I smell gas in the hall", "gas"),
        ("后山起火,浓烟很大", "fire"),
        ("有小孩落水,快来人", "drowning"),
        ("工地门口几十人持刀", "crowd"),
        ("学校食堂吃完多人呕吐", "poisoning"),
        ("校车侧翻了", "school"),
        ("我不想活了", "suicide"),
        ("暴雨后山体滑坡,路断了", "collapse"),
        ("电线断落在路上", "electric"),
        ("国道上车祸有人受伤", "traffic"),
        ("ＧＡＳ　ＬＥＡＫ", "gas"),
    ],
)
def test_danger_is_suspected(text: str, key: str) -> None:
    found = words.find(text)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "东街路灯不亮",
        "消防通道被占",
        "燃气费怎么交",
        "防溺水宣传牌坏了",
        "火车站公交几点",
        "fire hydrant is missing",
        "campfire",
    ],
)
def test_what_only_looks_like_danger_is_none(text: str) -> None:
    assert words.find(text) is None


def test_a_harmless_phrase_hides_no_danger_beside_it() -> None:
    found = words.find("消防通道被占,楼上着火了")
    assert found is not None
    assert found.key == "fire"


@pytest.mark.parametrize(
    "text", ["收到", "OK", "ok!", "Ｏｋ", "好的。", "收到 004512", "ok004512", "1", "received, 004512"]
)
def test_a_word_of_receipt_is_known(text: str) -> None:
    assert words.is_ack(text)


@pytest.mark.parametrize("text", ["", "没收到", "OK 马上去", "收到请回电话给我", "1号楼", "okra", "1.5"])
def test_a_sentence_is_no_receipt(text: str) -> None:
    assert not words.is_ack(text)


def test_a_ticket_number_is_read_out_of_it() -> None:
    assert words.number_in("收到004512") == 4512
    assert words.number_in("收到") is None


def test_every_kind_names_a_service_and_both_scripts() -> None:
    assert len({kind.key for kind in words.kinds()}) == len(words.kinds())
    for kind in words.kinds():
        assert kind.service in words.SERVICES
        assert kind.service in kind.script("zh_CN")
        assert kind.service in kind.script("en")
        assert kind.name("en") != kind.name("zh_CN")


def test_one_kind_is_for_the_button_alone() -> None:
    assert [kind.key for kind in words.kinds() if not kind.words] == [words.OTHER]
    assert words.kind("nothing") is None
    assert words.kind(words.OTHER) is not None
