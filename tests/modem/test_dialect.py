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
        ("SIMCOM_Ltd", "SIMCOM_SIM800L", "simcom"),
        ("INCORPORATED", "A7670C-LASL", "simcom"),
        ("huawei", "E1750", "huawei"),
        ("ACME", "A1", "generic"),
        ("", "", "generic"),
    ],
)
def test_the_dialect_is_chosen_by_what_the_module_says(maker: str, model: str, name: str) -> None:
    assert choose(all_dialects(), maker, model).name == name


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
