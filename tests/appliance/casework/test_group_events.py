"""Five of a kind from one place within an hour: noticed once, told once, and ended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.casework.group_events import GroupEvent
from appliance.casework.tickets import TicketForm
from appliance.errors import NotFound
from tests.appliance.small_office import SmallOffice

CHIEF = "13800005555"
MINUTE_S, HOUR_S = 60, 3600


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    small = SmallOffice(tmp_path)
    now = small.clock.now()
    small.office.roster.add(
        "leader", now - timedelta(hours=1), now + timedelta(days=5), small.lead, name="值班主任", phone=CHIEF
    )
    with small.store.transaction() as tx:
        for code, zh, en in (("east", "东河镇", "Donghe"), ("west", "西山镇", "Xishan")):
            tx.execute("INSERT OR REPLACE INTO place (code, name_zh, name_en) VALUES (?, ?, ?)", (code, zh, en))
    return small


def comes_in(office: SmallOffice, count: int, category: str = "water", town: str = "east", every_min: int = 5) -> None:
    for number in range(count):
        office.wait(every_min * MINUTE_S)
        form = TicketForm("停水", "家里停水了,什么时候来", place="镇上", type="help", category=category)
        no = office.office.tickets.create(form, office.li, token=f"{category}{town}{number}{office.clock.now()}")
        with office.store.transaction() as tx:
            tx.execute("UPDATE ticket SET town = ? WHERE no = ?", (town, no))


def sweep(office: SmallOffice) -> int:
    return office.office.follow_up.group_events.sweep()


def events(office: SmallOffice) -> tuple[GroupEvent, ...]:
    return office.office.follow_up.group_events.open()


def test_five_of_a_class_and_town_within_an_hour_are_an_event(office: SmallOffice) -> None:
    comes_in(office, 4)
    assert sweep(office) == 0
    comes_in(office, 1, category="power")  # another leaf of the same class
    assert sweep(office) == 1
    assert sweep(office) == 0
    (event,) = events(office)
    assert (event.class_key, event.town_zh, event.count, len(event.ticket_nos)) == ("utilities", "东河镇", 5, 5)
    assert office.reminders().count("group_event") == 1
    assert [row["number"] for row in office.outbox(purpose="alarm")] == [CHIEF]
    assert "东河镇" in office.outbox(purpose="alarm")[0]["text"]


def test_other_towns_other_classes_and_slower_ones_are_none(office: SmallOffice) -> None:
    comes_in(office, 4)
    comes_in(office, 1, town="west")
    comes_in(office, 1, category="lamp")
    comes_in(office, 5, category="noise", every_min=16)
    comes_in(office, 6, category="fumes", town="")
    assert sweep(office) == 0


def test_an_event_grows_and_is_told_no_second_time(office: SmallOffice) -> None:
    comes_in(office, 5)
    sweep(office)
    comes_in(office, 3, every_min=30)
    assert sweep(office) == 0
    assert events(office)[0].count == 8
    assert office.one("SELECT count FROM group_event")["count"] == 8
    assert len(office.outbox(purpose="alarm")) == 1


def test_an_event_the_desk_ended_comes_back_only_with_five_new_ones(office: SmallOffice) -> None:
    comes_in(office, 6)
    sweep(office)
    groups = office.office.follow_up.group_events
    groups.end(events(office)[0].id, office.li)
    groups.end(1, office.li)
    assert sweep(office) == 0
    comes_in(office, 4, every_min=2)
    assert sweep(office) == 0
    comes_in(office, 1, every_min=2)
    assert sweep(office) == 1
    with pytest.raises(NotFound):
        groups.end(99, office.li)


def test_a_day_without_another_ends_it_by_itself(office: SmallOffice) -> None:
    comes_in(office, 5)
    sweep(office)
    office.wait(25 * HOUR_S)
    sweep(office)
    assert events(office) == ()


def test_nothing_is_noticed_while_the_clock_is_wrong(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    comes_in(office, 5)
    monkeypatch.setattr(office.office.follow_up.group_events, "_clock_ok", lambda: False)
    assert sweep(office) == 0
    monkeypatch.undo()
    assert sweep(office) == 1


def test_a_pulled_plug_leaves_all_of_it_or_nothing(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    comes_in(office, 5)

    def pulled(*_: object, **__: object) -> None:
        raise RuntimeError("the plug was pulled")

    monkeypatch.setattr("db.reminders.add", pulled)
    with pytest.raises(RuntimeError):
        sweep(office)
    monkeypatch.undo()
    assert office.count("group_event") == 0
    office.crash()
    assert sweep(office) == 1
