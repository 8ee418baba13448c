"""A citizen can be taken out of the file: a number, a name and sentences nobody else has are looked for as bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.casework.lifecycle import Actor
from db.migrations import ERASABLE
from db.store import Store
from tests.appliance.office_bed import Bed

NUMBER, NAME, SENTENCE, REPLY = "13712983746", "钱多多", "水塔旁的路灯像萤火虫一样忽明忽暗", "已更换镇流器"
CANARIES = (NUMBER, NAME, SENTENCE, REPLY)


@pytest.fixture
def lived(tmp_path: Path) -> Path:
    """An office in which the canary called, wrote, was answered, rated and wrote again; closed properly."""
    bed = Bed(tmp_path)
    bed.staff()
    with bed.store.transaction() as tx:
        citizen_id = bed.citizens.find_or_add(tx, NUMBER)
        base = {"boot_id": bed.boot_id, "clock_ok": 1}
        at = "2026-11-23T01:00:00.000Z"
        tx.insert("call", id=1, line="l", direction="in", citizen_id=citizen_id, ringing_at=at, **base)
        tx.insert("call_number", call_id=1, raw=f"+86{NUMBER}")
        tx.insert("sms_in", id=1, line="l", identity="imsi:1", kind="citizen", citizen_id=citizen_id, received_at=at)
        tx.insert("sms_words", sms_id=1, sender=NUMBER, text=SENTENCE)
        tx.insert(
            "pdu_in", pdu_key=bed.key.pdu_key("imsi:1", "00"), identity="imsi:1", line="l", received_at=at, kind="sms",
            pdu=SENTENCE.encode("utf-16-be").hex(), sender=NUMBER, body=SENTENCE.encode("utf-16-be"), sms_id=1, **base,
        )  # fmt: skip
        tx.insert(
            "outbox", id=1, idem_key="receipt:1", purpose="receipt", rank=2, citizen_id=citizen_id, state="sent",
            created_at=at, not_before_at=at, **base,
        )  # fmt: skip
        tx.insert("outbox_words", outbox_id=1, number=NUMBER, text=f"{NAME}您好")
        tx.insert(
            "recording", id=1, name="0" * 32, format="raw", kind="voicemail", call_id=1, started_at=at, seconds=3.0,
            size_bytes=1, sha256="", state="kept",
        )  # fmt: skip
        tx.insert("recording_mark", recording_id=1, at_s=1.0, kind="number", note=NUMBER)
    form = bed.form(content=SENTENCE, title=SENTENCE[:10], contact_name=NAME, contact_phone=NUMBER)
    no = bed.tickets.create(form, bed.li, call_id=1, token="t")
    row = bed.tickets.row(no)
    bed.tickets.save(no, bed.form(content=SENTENCE * 2, contact_name=NAME, contact_phone=NUMBER), row.version, bed.li)
    bed.make(no, "dispatch")
    bed.make(no, "reply", Actor.UNIT, text=REPLY)
    bed.make(no, "approve")
    with bed.store.transaction() as tx:  # spoken words; a needle in a haystack of sound is found all the same
        note = tx.row("SELECT id FROM ticket_note WHERE kind = 'reply'")
        assert note is not None
        tx.insert("leader", id=1, name=NAME, phone=NUMBER, phone_key="k")
        tx.insert("spoken_reply", note_id=note["id"], sound=NAME.encode(), made_at="2026-11-23T01:00:00.000Z")
        ticket = tx.row("SELECT id FROM ticket WHERE no = ?", (no,))
        assert ticket is not None
        tx.insert("emergency", id=1, ticket_id=ticket["id"], kind="gas", source="button", state="running",
                  opened_at=at, **base)  # fmt: skip
        tx.insert("emergency_step", id=1, emergency_id=1, position=1, role="leader", phone_key="k", told_at=at)
        tx.insert("emergency_step_words", step_id=1, name=NAME, phone=NUMBER)
        tx.insert("agency_service", id=1, name_zh="s", name_en="s", department_id=bed.city.id, limit_days=5,
                  materials="", added_at=at)  # fmt: skip
        tx.insert("agency_item", id=1, no=99, service_id=1, state="received", received_at=at, **base)
        tx.insert("agency_words", item_id=1, name=NAME, phone=NUMBER, materials="[]", note="")
        tx.insert("agency_move", id=1, item_id=1, at=at, move="ask_more", from_state="received", to_state="incomplete")
        tx.insert("agency_move_words", move_id=1, text=SENTENCE)
        tx.insert("duty", role="leader", name=NAME, phone=NUMBER, starts_at=at, ends_at=at, made_at=at)
        tx.insert("handover", id=1, made_at=at, from_user=bed.li.id)
        tx.insert("handover_words", handover_id=1, sheet="{}", note=SENTENCE)
        tx.insert("emergency_contact", role="leader", name=NAME, phone=NUMBER, added_at=at)
        tx.insert("identity_access", id=1, ticket_id=1, citizen_id=citizen_id, asked_at=at, asked_by=bed.li.id,
                  method="password")  # fmt: skip
        tx.insert("identity_access_words", access_id=1, reason=NAME)
        tx.insert("nuisance", id=1, citizen_id=citizen_id, level="watch", state="on", asked_at=at)
        tx.insert("nuisance_words", nuisance_id=1, reason=NAME)
        tx.insert("article_gap", id=1, ticket_id=ticket["id"], category="", state="open", asked_at=at)
        tx.insert("article_gap_words", gap_id=1, question=SENTENCE, answer="")
    paper(bed, at)
    bed.make(no, "rate", Actor.CITIZEN, rating=4)
    bed.tickets.note(no, f"{NAME}来电致谢", bed.li)
    bed.store.close()
    return tmp_path / "hotline.db"


def paper(bed: Bed, at: str) -> None:
    """A scan by its name, a notice to departments with an answer, a notice to citizens."""
    with bed.store.transaction() as tx:
        ticket = tx.row("SELECT id FROM ticket")
        assert ticket is not None
        tx.insert(
            "attachment", id=1, name="1" * 32, ticket_id=ticket["id"], kind="paper", content_type="image/png",
            size_bytes=1, sha256="", added_at=at,
        )  # fmt: skip
        tx.insert("attachment_words", attachment_id=1, file_name=f"{NAME}.png")
        tx.insert("unit_notice", id=1, kind="task", created_at=at)
        tx.insert("unit_notice_words", notice_id=1, title="", text=SENTENCE)
        tx.insert("unit_notice_to", id=1, notice_id=1, department_id=bed.city.id)
        tx.insert("unit_notice_answer", to_id=1, text=NAME)
        tx.insert("citizen_notice", id=1, created_at=at, since_on="2026-11-01", parts=1)
        tx.insert("citizen_notice_words", notice_id=1, text=NAME)


def found_in(folder: Path) -> set[str]:
    raw = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    needles = {canary: (canary.encode(), canary.encode("utf-16-be"), canary.encode("utf-16-le")) for canary in CANARIES}
    return {canary for canary, forms in needles.items() if any(form in raw for form in forms)}


def erase(path: Path, tables: tuple[str, ...]) -> None:
    store = Store(path)
    connection = store._writer
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in tables:
        connection.execute(f"DELETE FROM {table}")
    connection.execute("VACUUM")
    store.close()


def test_the_canaries_are_in_the_file_before(lived: Path) -> None:
    assert found_in(lived.parent) == set(CANARIES)


def test_without_the_erasable_tables_nothing_of_them_is_left(lived: Path) -> None:
    erase(lived, ERASABLE)
    assert found_in(lived.parent) == set()


# handler: the departments' own people; identity_vault: sealed, so that nothing of it can be read.
@pytest.mark.parametrize("kept", sorted(set(ERASABLE) - {"handler", "identity_vault"}))
def test_the_search_for_bytes_would_find_what_one_table_keeps(lived: Path, kept: str) -> None:
    erase(lived, tuple(table for table in ERASABLE if table != kept))
    assert found_in(lived.parent) != set()


def test_what_remains_is_whole_without_them(lived: Path) -> None:
    erase(lived, ERASABLE)
    bed = Bed(lived.parent)
    assert bed.audit.verify().is_whole
    assert bed.audit.verify().rows > 8
    assert [row["move"] for row in bed.store.rows("SELECT move FROM ticket_move ORDER BY id")] == [
        "open", "accept", "dispatch", "reply", "approve", "rate",
    ]  # fmt: skip
    assert bed.store.rows("PRAGMA integrity_check")[0][0] == "ok"
    bed.store.close()


def test_deleting_alone_already_overwrites_the_bytes(lived: Path) -> None:
    """secure_delete: until the file is made smaller nothing readable stays in its free pages either."""
    store = Store(lived)
    with store.transaction() as tx:
        tx.execute("DELETE FROM note_words")
        tx.execute("DELETE FROM ticket_move WHERE 0")
    store.close()
    assert REPLY not in found_in(lived.parent)
