"""Lines as the pages show them."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.config import ModemSettings
from appliance.lines import ADVICE, bars
from appliance.talk_paths import TALK_PATHS
from modem.events import LineState
from tests.appliance.small_office import WANG, SmallOffice


def test_a_card_shows_the_whole_picture(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.line(
        maker="Quectel",
        model="EC25",
        operator="CMCC",
        signal_dbm=-79,
        detail="registered",
        store_used=(("SM", 2, 30),),
    )
    office.office.messages.write(WANG, "您好", office.li)
    (card,) = office.office.lines.cards()
    assert (card.name, card.state, card.advice) == ("line1", "ready", "The line works.")
    assert (card.maker, card.model, card.operator, card.bars, card.queue, card.sent_today) == (
        "Quectel",
        "EC25",
        "CMCC",
        3,
        1,
        0,
    )
    assert (card.number, card.talk_path, card.store_used) == ("13600000001", "headset", (("SM", 2, 30),))
    assert card.last_heard_at == office.clock.now()


def test_a_line_is_starting_until_it_says_something(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, are_ready=False)
    (card,) = office.office.lines.cards()
    assert (card.state, card.last_heard_at, card.bars) == ("starting", None, 0)


@pytest.mark.parametrize(("dbm", "shown"), [(None, 0), (-113, 0), (-105, 1), (-93, 2), (-80, 3), (-51, 4)])
def test_signal_is_shown_as_bars(dbm: int | None, shown: int) -> None:
    assert bars(dbm) == shown


def test_every_state_has_its_advice() -> None:
    assert ADVICE.keys() == set(LineState)


def test_every_talk_path_of_the_settings_is_known() -> None:
    for key in TALK_PATHS:
        assert ModemSettings("line1", talk_path=key).talk_path == key
    assert not TALK_PATHS["none"].software_answers


def test_a_change_is_told_to_the_screens(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    subscription = office.office.feed.subscribe()
    office.line(state=LineState.MISSING)
    assert ("line", 0) in [(item.kind, item.id) for item in subscription.take(0)]


def test_a_line_nobody_configured_is_ignored(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.line("ghost")
    assert [card.name for card in office.office.lines.cards()] == ["line1"]
    assert office.office.lines.talk_path("ghost").key == "none"


@pytest.mark.parametrize(
    ("stores", "warnings", "nearly"),
    [
        ((("SM", 30, 30), ("ME", 1, 50)), ("full",), ("SM",)),
        ((("SM", 24, 30),), (), ("SM",)),
        ((("SR", 20, 20),), (), ("SR",)),
        ((("SM", 0, 0),), (), ()),
    ],
)
def test_a_full_store_is_said_before_anything_else(
    stores: tuple[tuple[str, int, int], ...], warnings: tuple[str, ...], nearly: tuple[str, ...], tmp_path: Path
) -> None:
    office = SmallOffice(tmp_path)
    office.line(store_used=stores)
    (card,) = office.office.lines.cards()
    assert (card.warnings, card.nearly_full) == (warnings, nearly)
    assert office.office.health.report()["status"] == ("degraded" if warnings else "ok")


def test_a_line_that_never_said_a_byte_was_never_heard(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, are_ready=False)
    for state in (LineState.STARTING, LineState.SILENT, LineState.GARBLED, LineState.MISSING):
        office.line(state=state)
    assert office.office.lines.cards()[0].last_heard_at is None
    office.line(state=LineState.NO_SIM)
    assert office.office.lines.cards()[0].last_heard_at == office.clock.now()


def test_a_line_that_is_not_ready_has_its_state_and_no_warnings(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    office.line(state=LineState.NO_NETWORK, store_used=(("SM", 30, 30),))
    assert office.office.lines.cards()[0].warnings == ()
