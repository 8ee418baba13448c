from __future__ import annotations

import pytest

from appliance.errors import NotFound
from tests.appliance.office_bed import ZHANG, Bed


def add(office: Bed, number: str) -> int:
    with office.store.transaction() as tx:
        return office.citizens.find_or_add(tx, number)


def test_one_number_is_one_citizen_however_it_is_written(office: Bed) -> None:
    first = add(office, ZHANG)
    assert add(office, f"+86{ZHANG}") == first
    assert add(office, "88880000") == add(office, "0571-88880000") != first
    assert office.citizens.by_id(first).phone == ZHANG
    found = office.citizens.by_number(f"0086 {ZHANG}")
    assert found is not None
    assert found.id == first


def test_somebody_unknown_is_not_found_and_nobody_is_nobody(office: Bed) -> None:
    assert office.citizens.by_number(ZHANG) is None
    assert office.citizens.by_number("") is None
    with pytest.raises(NotFound):
        office.citizens.by_id(1)
    with pytest.raises(ValueError, match="number"):
        add(office, "  ")


def test_a_number_is_looked_up_by_digest_and_every_citizen_has_a_salt_of_their_own(office: Bed) -> None:
    add(office, ZHANG)
    add(office, "13800000002")
    rows = office.store.rows("SELECT * FROM citizen")
    assert rows[0]["phone_key"] == office.key.phone_key(ZHANG)
    assert ZHANG not in rows[0]["phone_key"]
    assert len(rows[0]["salt"]) == 16
    assert rows[0]["salt"] != rows[1]["salt"]


def test_a_name_is_learnt_once_and_never_overwritten(office: Bed) -> None:
    citizen_id = add(office, ZHANG)
    for name in ("  ", " 张三 ", "李四"):
        with office.store.transaction() as tx:
            office.citizens.learn_name(tx, citizen_id, name)
    assert office.citizens.by_id(citizen_id).name == "张三"


def test_a_new_citizen_is_seen_inside_the_transaction_that_adds_them(office: Bed) -> None:
    with office.store.transaction() as tx:
        citizen_id = office.citizens.find_or_add(tx, ZHANG)
        assert office.citizens.by_id(citizen_id, tx).phone == ZHANG
        assert office.citizens.by_number(ZHANG) is not None
