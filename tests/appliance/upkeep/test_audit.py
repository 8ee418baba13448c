from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit, AuditHead
from tests.appliance.office_bed import ZHANG, Bed

ADD_A_COPY = """
    INSERT INTO audit SELECT 6, at, user_id, role, action, entity, entity_id, digest, hash, hash
    FROM audit WHERE seq = 5
"""


def fill(office: Bed, count: int = 5) -> None:
    for number in range(count):
        with office.store.transaction() as tx:
            office.audit.write(tx, "did", "thing", number, office.li, words=(f"words {number}",))


def tamper(office: Bed, sql: str) -> None:
    """What somebody with the file and a tool can do: the triggers are dropped first."""
    connection = sqlite3.connect(office.store.path)
    for trigger in ("u", "d", "r"):
        connection.execute(f"DROP TRIGGER audit_is_append_only_{trigger}")
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_an_untouched_chain_is_whole(office: Bed) -> None:
    assert office.audit.verify().is_whole
    assert office.audit.head() == AuditHead(0, "")
    fill(office)
    verdict = office.audit.verify(office.audit.head())
    assert (verdict.rows, verdict.first_bad_seq) == (5, None)


@pytest.mark.parametrize(
    ("sql", "first_bad"),
    [
        ("UPDATE audit SET action = 'did not' WHERE seq = 3", 3),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 1", 1),
        ("UPDATE audit SET user_id = NULL WHERE seq = 2", 2),
        ("UPDATE audit SET role = 'lead' WHERE seq = 2", 2),
        ("UPDATE audit SET entity = 'other' WHERE seq = 2", 2),
        ("UPDATE audit SET entity_id = 99 WHERE seq = 5", 5),
        ("UPDATE audit SET digest = '' WHERE seq = 4", 4),
        ("UPDATE audit SET previous = '' WHERE seq = 4", 4),
        ("UPDATE audit SET hash = 'a' WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 3", 3),
        (
            ADD_A_COPY,
            6,
        ),
    ],
)
def test_any_change_is_noticed_and_its_place_named(office: Bed, sql: str, first_bad: int) -> None:
    fill(office)
    tamper(office, sql)
    assert office.audit.verify().first_bad_seq == first_bad


def test_a_chain_cut_off_at_its_end_is_noticed_by_a_head_kept_elsewhere(office: Bed) -> None:
    fill(office)
    head = office.audit.head()
    tamper(office, "DELETE FROM audit WHERE seq >= 4")
    assert office.audit.verify().is_whole  # by itself it cannot know
    assert office.audit.verify(head).first_bad_seq == 4
    fill(office)  # and covering it up with new rows does not help
    assert office.audit.verify(head).first_bad_seq == 5


def test_without_the_box_key_nobody_can_write_a_chain_that_fits(office: Bed) -> None:
    fill(office)
    forger = Audit(office.store, office.clock, BoxKey(b"f" * 32))
    with office.store.transaction() as tx:
        forger.write(tx, "did", "thing", 1)
    assert office.audit.verify().first_bad_seq == 6


@pytest.mark.parametrize(
    "write",
    [
        lambda tx: tx.execute("UPDATE audit SET action = 'x' WHERE seq = 1"),
        lambda tx: tx.execute("DELETE FROM audit WHERE seq = 1"),
        lambda tx: tx.execute(
            "INSERT OR REPLACE INTO audit SELECT seq, at, user_id, role, 'x', entity, entity_id, digest, previous, hash"
            " FROM audit WHERE seq = 1"
        ),
    ],
)
def test_the_program_itself_can_only_append(office: Bed, write: Callable[[object], object]) -> None:
    fill(office)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), office.store.transaction() as tx:
        write(tx)
    assert office.audit.verify().rows == 5


def test_a_row_is_written_with_what_it_speaks_of_or_not_at_all(office: Bed) -> None:
    def write_and_fail() -> None:
        with office.store.transaction() as tx:
            office.audit.write(tx, "did", "thing", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert office.rows("audit") == []


def test_words_are_kept_as_digests_that_the_persons_salt_opens_and_that_die_with_it(office: Bed) -> None:
    with office.store.transaction() as tx:
        citizen_id = office.citizens.find_or_add(tx, ZHANG)
        office.audit.write(tx, "said", "ticket", 1, words=("路灯不亮",), citizen_id=citizen_id)
        salt = tx.row("SELECT salt FROM citizen")["salt"]  # type: ignore[index]
    digest = office.store.row("SELECT digest FROM audit")["digest"]  # type: ignore[index]
    assert digest == BoxKey.digest_with(salt, "audit words", "路灯不亮")
    assert digest != office.key.digest("audit words", "路灯不亮")
    with office.store.transaction() as tx:
        tx.execute("UPDATE citizen SET salt = NULL, phone = NULL, phone_key = NULL, erased_at = ?", ("2026-11-23",))
    assert office.audit.verify().is_whole
    with office.store.transaction() as tx:
        office.audit.write(tx, "said", "ticket", 1, words=("路灯不亮",), citizen_id=citizen_id)
    assert office.rows("audit")[-1][7] == ""


def test_the_same_words_of_two_people_have_different_digests(office: Bed) -> None:
    with office.store.transaction() as tx:
        for number in (ZHANG, "13800000002"):
            citizen_id = office.citizens.find_or_add(tx, number)
            office.audit.write(tx, "said", "ticket", 1, words=("5",), citizen_id=citizen_id)
        office.audit.write(tx, "said", "ticket", 1, words=("5",), salt=b"of the ticket")
        office.audit.write(tx, "set", "setting", 1, words=("5",))
        office.audit.write(tx, "looked", "ticket", 1)
    digests = [row[7] for row in office.rows("audit")]
    assert len(set(digests)) == 5
    assert digests[-1] == ""


def test_who_did_it_and_as_what_stands_in_the_row(office: Bed) -> None:
    with office.store.transaction() as tx:
        office.audit.write(tx, "did", "thing", 1, office.li)
        office.audit.write(tx, "did", "thing", None)
        office.audit.write(tx, "did", "thing", 1, role="shell")
        office.audit.write(tx, "did", "thing", 1, user_id=office.li.id, role="operator")
    found = [(row["user_id"], row["role"], row["entity_id"]) for row in office.store.rows("SELECT * FROM audit")]
    assert found == [(1, "operator", 1), (None, "system", None), (None, "shell", 1), (1, "operator", 1)]


def test_a_long_chain_is_read_in_pieces(office: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.audit.AT_ONCE", 2)
    fill(office, 7)
    assert office.audit.verify().rows == 7
