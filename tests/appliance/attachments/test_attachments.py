"""Attachments: sealed on the disk, shown to whom they concern, gone for good when they are erased."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from appliance.attachments.attachments import EVIDENCE, PAPER, AttachmentGone, Attachments, Upload
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.people.roles import Role
from appliance.people.user import User
from tests.appliance.attachments import photos
from tests.appliance.attachments.pictures import jpeg, pdf, png, upload
from tests.appliance.office_bed import Bed

SECRET = b"13712983746 signed by the village head"


@pytest.fixture
def shelf(office: Bed) -> Attachments:
    return new(office)


def new(office: Bed) -> Attachments:
    return Attachments(office.folder, office.store, office.clock, office.audit, office.key)


def files(office: Bed) -> list[Path]:
    return sorted((office.folder / "attachments").glob("*"))


def add(office: Bed, shelf: Attachments, no: int, *uploads: Upload, by: User | None = None, kind: str = PAPER) -> None:
    with shelf.sealing(uploads) as sealed, office.store.transaction() as tx:
        ticket = tx.row("SELECT * FROM ticket WHERE no = ?", (no,))
        assert ticket is not None
        shelf.attach(tx, ticket, sealed, kind, by or office.li)


def test_what_was_handed_in_comes_out_again_byte_for_byte(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    given = [upload(png(40, 30), "扫描 1.png"), upload(jpeg(SECRET), "a.jpg"), upload(pdf(), "C:\\scans\\b.pdf")]
    add(office, shelf, row.no, *given)
    shown = shelf.of_ticket(row.id, office.li)
    assert [view.file_name for view in shown] == ["扫描 1.png", "a.jpg", "b.pdf"]
    assert [shelf.open(view.id, office.li).data for view in shown] == [one.data for one in given]
    names = [shelf.open(view.id, office.li).name for view in shown]
    assert names == [f"{row.number}-1.png", f"{row.number}-2.jpg", f"{row.number}-3.pdf"]


def test_nothing_of_it_can_be_read_on_the_disk(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    add(office, shelf, row.no, upload(jpeg(SECRET), "secret.jpg"))
    (file,) = files(office)
    assert SECRET not in file.read_bytes()
    assert b"JFIF" not in file.read_bytes()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("photo", [photos.telephone_jpeg(6), photos.telephone_png(6), photos.telephone_webp(6)])
def test_what_a_camera_wrote_into_a_photo_is_gone_before_it_is_sealed(
    office: Bed, shelf: Attachments, photo: bytes
) -> None:
    row = office.ticket("dispatched")
    add(office, shelf, row.no, upload(photo, "IMG_0001"))
    kept = shelf.open(1, office.li).data
    assert photos.CANARY in photo
    assert photos.CANARY not in kept
    (view,) = shelf.of_ticket(row.id, office.li)
    assert view.size_bytes == len(kept)
    row_kept = office.store.row("SELECT sha256 FROM attachment WHERE id = 1")
    assert row_kept is not None
    assert row_kept["sha256"] == sha256(photo).hexdigest()  # whoever has the original can show that it is the one


def test_one_changed_byte_anywhere_and_it_is_not_handed_out(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    add(office, shelf, row.no, upload())
    (file,) = files(office)
    whole = file.read_bytes()
    for place in (0, 30, len(whole) - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(AttachmentGone):
            shelf.open(1, office.li)
    file.write_bytes(whole)
    assert shelf.open(1, office.li).data == png()


def test_two_files_that_were_swapped_do_not_open(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    add(office, shelf, row.no, upload(png(8)), upload(png(9)))
    first, second = files(office)
    swapped = first.read_bytes(), second.read_bytes()
    first.write_bytes(swapped[1])
    second.write_bytes(swapped[0])
    for attachment_id in (1, 2):
        with pytest.raises(AttachmentGone):
            shelf.open(attachment_id, office.li)


def test_a_refused_file_leaves_nothing_of_the_whole_form(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    before = office.everything()
    with pytest.raises(FieldWrong):
        add(office, shelf, row.no, upload(), upload(b"MZ", "virus.exe"))
    assert files(office) == []
    assert office.everything() == before


def test_a_transaction_that_fails_takes_its_files_along(office: Bed, shelf: Attachments) -> None:
    def fail() -> None:
        with shelf.sealing([upload(), upload()]), office.store.transaction():
            assert len(files(office)) == 2
            raise NotAllowed

    office.ticket("dispatched")
    with pytest.raises(NotAllowed):
        fail()
    assert files(office) == []


def test_an_empty_field_of_a_form_is_no_file(office: Bed, shelf: Attachments) -> None:
    with shelf.sealing([Upload("", b"")]) as sealed:
        assert sealed == ()


def test_who_sees_what(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("in_progress")
    unit, other = office.user("unit", Role.UNIT, office.city), office.user("water", Role.UNIT, office.water)
    add(office, shelf, row.no, upload(jpeg(), "paper.jpg"))
    add(office, shelf, row.no, upload(name="evidence.png"), by=unit, kind=EVIDENCE)
    seen = {
        who.name: [view.id for view in shelf.of_ticket(row.id, who)]
        for who in (office.li, office.wang, unit, other, *(office.user(str(role), role) for role in READERS))
    }
    assert seen == {
        "li": [1, 2], "wang": [1, 2], "unit": [2], "water": [], "leader": [], "auditor": [], "technician": [],
    }  # fmt: skip
    for who, hidden in ((unit, 1), (other, 2), (office.user("leader"), 1)):
        with pytest.raises(NotFound):
            shelf.open(hidden, who)


READERS = (Role.LEADER, Role.AUDITOR, Role.TECHNICIAN)


def test_a_department_loses_sight_of_its_evidence_with_the_ticket(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("in_progress")
    unit = office.user("unit", Role.UNIT, office.city)
    add(office, shelf, row.no, upload(), by=unit, kind=EVIDENCE)
    office.make(row.no, "take_back")
    assert shelf.of_ticket(row.id, unit) == ()
    with pytest.raises(NotFound):
        shelf.open(1, unit)


def test_every_look_is_in_the_audit(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    add(office, shelf, row.no, upload())
    shelf.open(1, office.li)
    deeds = office.store.rows("SELECT action, user_id FROM audit WHERE entity = 'attachment' ORDER BY seq")
    assert [tuple(deed) for deed in deeds] == [("attachment_added", office.li.id), ("attachment_seen", office.li.id)]


def test_erased_it_is_gone_and_its_row_says_so(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    add(office, shelf, row.no, upload(jpeg(SECRET), "刘大爷.jpg"))
    kept = files(office)[0].read_bytes()
    name = files(office)[0]
    with pytest.raises(NotAllowed):
        shelf.erase(1, office.li)
    assert shelf.erase(1, office.wang) == row.no
    assert files(office) == []
    (view,) = shelf.of_ticket(row.id, office.li)
    assert (view.is_erased, view.file_name) == (True, "")
    name.write_bytes(kept)  # out of an old copy of the folder: without its key it stays shut
    with pytest.raises(AttachmentGone):
        shelf.open(1, office.wang)


def test_what_a_crash_left_is_taken_away_at_the_next_start_and_nothing_else(office: Bed, shelf: Attachments) -> None:
    row = office.ticket("dispatched")
    add(office, shelf, row.no, upload())
    folder = office.folder / "attachments"
    (folder / f"{'a' * 32}.sealed").write_bytes(b"no row")
    (folder / f"{'b' * 32}.part").write_bytes(b"half")
    (folder / "README").write_bytes(b"somebody's")
    started = new(office)
    with started.sealing([upload()]):
        assert started.tidy() == 2
        assert started.tidy() == 0
        assert len(files(office)) == 3  # the one with a row, the one being sealed, and the stranger's
    assert new(office).tidy() == 1
    assert shelf.open(1, office.li).data == png()
