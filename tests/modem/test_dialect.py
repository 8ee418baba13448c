"""Families of modules: found by being a file, chosen by what the module says, each with its transcript."""

from __future__ import annotations

import pytest

from modem.dialect import Dialect, choose
from modem.dialects import all_dialects
from tests.modem.transcript import FOLDER


@pytest.mark.parametrize(
    ("maker", "model", "name"),
    [
        ("Quectel", "EC25", "quectel"),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600CE", "simcom"),
        ("SIMCOM_Ltd", "SIMCOM_SIM800L", "sim800"),
        ("INCORPORATED", "A7670C-LASL", "sim800"),
        ("AirM2M", "Air724UG", "air"),
        ("", "Air780E", "air"),
        ("huawei", "E1750", "huawei"),
        ("ACME", "A1", "generic"),
        ("", "", "generic"),
    ],
)
def test_the_dialect_is_chosen_by_what_the_module_says(maker: str, model: str, name: str) -> None:
    for dialects in (all_dialects(), all_dialects()[::-1]):
        assert choose(dialects, maker, model).name == name


def test_a_narrower_family_is_named_by_one_that_exists() -> None:
    known = {dialect.name for dialect in all_dialects()}
    assert {dialect.narrows for dialect in all_dialects()} - {""} <= known


@pytest.mark.parametrize("dialect", all_dialects(), ids=lambda dialect: dialect.name)
def test_the_facts_of_a_dialect_can_be_used(dialect: Dialect) -> None:
    assert dialect.key_heard
    assert all({"key", "code"} & set(pattern.groupindex) for pattern in dialect.key_heard)
    assert all(way.format(key="5", id=1).startswith("AT") for way in dialect.key_send)
    assert dialect.key_send
    assert dialect.hang_up
    ways = [pcm.way for pcm in dialect.pcm]
    assert len(ways) == len(set(ways))
    for pcm in dialect.pcm:
        assert pcm.start
        assert pcm.port
        assert pcm.stop or not pcm.stop_before_hang_up


def test_exactly_one_dialect_is_for_everybody() -> None:
    assert [dialect.name for dialect in all_dialects() if not dialect.known_by] == ["generic"]


def test_names_are_unique_and_those_of_the_files() -> None:
    names = [dialect.name for dialect in all_dialects()]
    assert names == sorted(set(names))


@pytest.mark.parametrize("dialect", all_dialects(), ids=lambda dialect: dialect.name)
def test_every_dialect_has_a_transcript(dialect: Dialect) -> None:
    start = "start_generic.txt" if dialect.name == "generic" else f"dialect_{dialect.name}.txt"
    assert (FOLDER / start).exists()


@pytest.mark.parametrize("line", ["RDY", "SMS Ready", "Call Ready", "+CFUN: 1", "^RSSI: 18", '+CMTI: "SM",1', "RING"])
def test_what_every_module_says_is_news_in_every_dialect(line: str) -> None:
    assert all(dialect.news_test()(line) for dialect in all_dialects())


@pytest.mark.parametrize("line", ["RINGING", "RDY!", "+CMGL: 1,0,,23", "+FOO: 1", "00AB", ""])
def test_what_nobody_knows_is_no_news(line: str) -> None:
    assert not any(dialect.news_test()(line) for dialect in all_dialects())
