"""Once a night the index and the audit are looked through; what is wrong is mended or shouted about."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from appliance.upkeep.night import Night
from tests.appliance.office_bed import Bed

ZONE = ZoneInfo("Asia/Shanghai")
AT_THREE = datetime(2026, 12, 1, 19, 10, tzinfo=UTC)  # 03:10 there


def night_of(office: Bed) -> Night:
    return Night(office.tickets, office.audit, ZONE)


def test_it_works_once_a_night_at_three(office: Bed) -> None:
    night = night_of(office)
    assert not night.look(AT_THREE.replace(hour=4))
    assert night.look(AT_THREE)
    assert not night.look(AT_THREE.replace(minute=11))
    assert night.look(AT_THREE.replace(day=2))


def test_an_index_that_lost_a_ticket_is_built_again(office: Bed, caplog: pytest.LogCaptureFixture) -> None:
    row = office.ticket(title="东街路灯不亮")
    with office.store.transaction() as tx:
        tx.execute("INSERT INTO ticket_search (ticket_search) VALUES ('delete-all')")
    assert not office.tickets.search("路灯").rows
    with caplog.at_level(logging.ERROR):
        night_of(office).look(AT_THREE)
    assert "built again" in caplog.text
    assert [found.no for found in office.tickets.search("路灯").rows] == [row.no]


def test_a_forged_audit_row_is_shouted_about(office: Bed, caplog: pytest.LogCaptureFixture) -> None:
    office.ticket()
    with office.store.transaction() as tx:
        tx.execute("DROP TRIGGER audit_is_append_only_u")
        tx.execute("UPDATE audit SET action = 'nothing' WHERE seq = 1")
    with caplog.at_level(logging.ERROR):
        night_of(office).look(AT_THREE)
    assert "broken at row 1" in caplog.text
