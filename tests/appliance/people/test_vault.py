"""A confidential reporter stands in the vault and nowhere else; the office works with him all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.casework.relay import Relay
from appliance.casework.tickets import TicketForm
from appliance.errors import FieldWrong
from appliance.people.citizens import Citizens
from appliance.people.keys import BoxKey
from appliance.people.vault import Vault
from db import search, search_upkeep
from db import vault as rows
from db.store import Store
from modem.commands import Dial
from modem.events import EndReason
from tests.appliance.people.reporter import NAME, NUMBER, Reporter, office_with_reporter
from tests.appliance.small_office import HANDLER, LANDLINE, SmallOffice
from tests.canaries import Scan

PAIR = NAME[-1].encode()  # as the index keeps a pair: what it begins with is shared with the pair before


@pytest.fixture
def protected(tmp_path: Path) -> tuple[SmallOffice, Reporter, int]:
    office, reporter = office_with_reporter(tmp_path)
    no = reporter.comes()
    reporter.is_protected(no)
    return office, reporter, no


def test_before_anybody_knows_the_number_lies_open_in_many_places(tmp_path: Path) -> None:
    """The scan has teeth: what it must not find afterwards it finds before."""
    _, reporter = office_with_reporter(tmp_path)
    reporter.comes()
    scan = reporter.scan()
    assert {found.canary for found in scan.found} == {NUMBER, NAME}
    assert {"plain", "swapped", "utf-16-be"} <= {found.form for found in scan.found}


def test_once_it_is_confidential_neither_number_nor_name_is_on_the_disk(protected: Any) -> None:
    _, reporter, _ = protected
    assert reporter.scan().found == []


def test_the_write_ahead_log_of_the_running_office_is_clean_as_well(protected: Any) -> None:
    office, reporter, _ = protected
    assert reporter.scan(live=True).found == []
    office.store.close()


def test_what_happens_afterwards_brings_neither_back(protected: Any) -> None:
    _, reporter, no = protected
    reporter.goes_on(no)
    assert reporter.scan().found == []


def test_an_ordinary_ticket_that_becomes_confidential_when_it_lies_with_a_department_is_cleaned(tmp_path: Path) -> None:
    office, reporter = office_with_reporter(tmp_path)
    no = reporter.comes()
    reporter.is_protected(no, type_="complaint", privacy="open")
    office.dispatch(no)
    office.deliver()
    assert reporter.number in {number for _, number, _ in office.on_air}
    row = office.office.tickets.row(no)
    form = office.office.tickets.page(no, office.li).form
    office.office.tickets.save(no, _with(form, privacy="confidential"), row.version, office.li)
    kept = [row["text"] for row in office.outbox(ticket_id=row.id)]
    assert not [text for text in kept if f"{NUMBER[:3]}****{NUMBER[-4:]}" in text]
    assert reporter.scan().found == []


def _with(form: Any, **changes: Any) -> Any:
    return replace(form, **changes)


# --- what would leak without each single protection ----------------------------------------------------------------

Put = Callable[[Any, str, Any], None]


def _without_row(table: str, at: int) -> Callable[[Put], None]:
    def leak(put: Put) -> None:
        known = getattr(rows, table)
        put(rows, table, known[:at] + known[at + 1 :])

    return leak


def _no_guard(put: Put) -> None:
    put(Vault, "guard", lambda vault, tx, ticket_id, text: text)


def _no_clean(put: Put) -> None:
    put(Vault, "clean", lambda vault, reference, text: text)


def _nobody_known_again(put: Put) -> None:
    put(Vault, "reference_of", lambda vault, reads, number: "")


def _unread_stay(put: Put) -> None:
    put(rows, "strip_unread", lambda tx, senders, in_pdus: None)


def _log_stays(put: Put) -> None:
    put(Store, "fold_log", lambda store: True)


def _not_overwritten(put: Put) -> None:
    prepare = Store._prepare

    def hurried(store: Store, kind: str) -> None:
        prepare(store, kind)
        store._writer.execute("PRAGMA secure_delete = OFF")

    put(Store, "_prepare", hurried)


def _form_as_typed(put: Put) -> None:
    put(Relay, "form", lambda relay, tx, ticket, form, citizen_id: (form, citizen_id))


def _bodies_stay(put: Put) -> None:
    put(rows, "forget_body", lambda tx, sms_id: None)


LEAKS = {
    **{f"number in {row[0]}: {row[1]}": _without_row("_NUMBERS", at) for at, row in enumerate(rows._NUMBERS)},
    **{f"words in {row[0]}.{row[2]}": _without_row("TEXTS", at) for at, row in enumerate(rows.TEXTS)},
    "what is written later": _no_guard,
    "what he writes later": _no_clean,
    "what comes from his number later": _nobody_known_again,
    "unread messages": _unread_stay,
    "free pages": _not_overwritten,
    "the form": _form_as_typed,
    "parts of later messages": _bodies_stay,
}


@pytest.mark.parametrize("leak", sorted(LEAKS))
def test_without_this_protection_the_scan_finds_him(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    LEAKS[leak](monkeypatch.setattr)
    _, reporter = office_with_reporter(tmp_path)
    no = reporter.comes()
    reporter.is_protected(no)
    reporter.goes_on(no)
    assert reporter.scan().found, f"nothing depends on: {leak}"


def test_without_folding_it_the_log_of_changes_still_holds_him(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _log_stays(monkeypatch.setattr)
    office, reporter = office_with_reporter(tmp_path)
    reporter.is_protected(reporter.comes())
    assert {found.where for found in reporter.scan(live=True).found} == {"data: hotline.db-wal"}
    office.store.close()


def test_a_reader_in_the_log_delays_its_folding_and_holds_up_nobody(protected: Any) -> None:
    office, _, no = protected
    reader = office.store.reader()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ticket").fetchone()
    office.office.tickets.note(no, "x" * 40, office.li)
    assert not office.store.fold_log()
    reader.execute("ROLLBACK")
    assert office.store.fold_log_if_owed()
    assert (office.folder / "hotline.db-wal").stat().st_size == 0


def test_four_digits_at_a_time_the_search_index_does_not_give_the_number_away(protected: Any) -> None:
    office, _, no = protected
    fours = {NUMBER[at : at + 4] for at in range(len(NUMBER) - 3)}
    while not search_upkeep.purge(office.store):
        pass
    indexed = {row["term"] for row in office.store.rows("SELECT term FROM ticket_search_terms")}
    assert not fours & indexed
    raw = b"".join(row["block"] for row in office.store.rows("SELECT block FROM ticket_search_data"))
    assert PAIR not in raw
    assert office.office.tickets.check_search().is_whole
    assert [row.no for row in office.office.tickets.search("李科长").rows] == [no]


def test_without_the_purge_the_index_still_holds_them(protected: Any) -> None:
    office, _, _ = protected
    raw = b"".join(row["block"] for row in office.store.rows("SELECT block FROM ticket_search_data"))
    assert PAIR in raw
    assert office.store.row("SELECT 1 FROM meta WHERE key = ?", (search.PURGE,)) is not None


def test_no_digest_of_the_audit_can_be_tried_with_all_numbers(protected: Any, tmp_path: Path) -> None:
    """Whoever has the file knows every word of a digest but the number: without its salt that helps nobody."""
    office, _, no = protected
    ticket = office.one("SELECT * FROM ticket WHERE no = ?", no)
    salts = [
        office.one("SELECT salt FROM citizen WHERE id = ?", ticket["citizen_id"])["salt"],
        office.one("SELECT salt FROM ticket_words WHERE ticket_id = ?", ticket["id"])["salt"],
    ]
    digests = {row["digest"] for row in office.store.rows("SELECT digest FROM audit")}
    said = (f"他叫{NAME},号码{NUMBER}",)
    assert not digests & {BoxKey.digest_with(salt, "audit words", *said) for salt in salts}
    assert office.office.audit.verify().is_whole


# --- and the office goes on working ----------------------------------------------------------------------------------


def test_texts_to_him_go_out_and_his_answers_come_back(protected: Any) -> None:
    office, reporter, no = protected
    reporter.goes_on(no)
    office.move(no, "approve")
    office.deliver()
    assert any("已联系" in text for text in office.phone(NUMBER))
    assert all(NAME not in text and NUMBER not in text for text in office.phone(HANDLER))
    office.text(from_=NUMBER, text="5")
    assert office.status(no) == "closed"
    assert [row["state"] for row in office.outbox() if row["number"].startswith("R")].count("delivered") > 0


def test_a_text_written_by_hand_to_the_reference_reaches_him(protected: Any) -> None:
    office, _, no = protected
    office.office.messages.write(office.office.tickets.row(no).phone, "请补充时间", office.li, ticket_no=no)
    office.deliver()
    assert office.phone(NUMBER)[-1] == "请补充时间"


def test_a_call_to_the_reference_rings_at_his_telephone_and_stands_nowhere(protected: Any) -> None:
    office, reporter, no = protected
    office.office.calls.dial(office.office.tickets.row(no).phone, office.li, ticket_no=no)
    dialled = [command for _, command in office.commands if isinstance(command, Dial)]
    assert [command.number for command in dialled] == [NUMBER]
    assert NUMBER not in {card.shown_number for card in office.office.calls.board()}
    assert reporter.scan().found == []


def test_when_he_rings_again_the_card_shows_his_number_and_nothing_of_his_matter(protected: Any) -> None:
    """The operator hears who rings; that this is the reporter of that ticket no page tells."""
    office, _, _ = protected
    office.wait(90)
    office.ring(from_=NUMBER)
    card = office.office.calls.board()[-1]
    assert card.shown_number == NUMBER
    assert (card.citizen_name, card.earlier, card.open_ticket, card.ticket_no) == ("", (), None, None)


def test_the_card_of_the_call_that_is_going_on_loses_the_number(tmp_path: Path) -> None:
    office, reporter = office_with_reporter(tmp_path)
    call = office.ring(from_=NUMBER)
    call_id = office.office.calls.board()[-1].call_id
    office.office.calls.take(call_id, office.li)
    office.connected(call)
    form = TicketForm(
        type="report", category="other", content=reporter.words, place="县里", contact_name=NAME, contact_phone=NUMBER
    )
    office.office.tickets.create(form, office.li, call_id=call_id)
    assert all(card.shown_number != NUMBER for card in office.office.calls.board())
    office.hang_up(call, EndReason.REMOTE)
    assert office.office.calls.rows().rows[0].number != NUMBER


def test_ordinary_tickets_of_the_same_person_keep_his_name_and_show_no_link(tmp_path: Path) -> None:
    office, reporter = office_with_reporter(tmp_path)
    lamp = office.ticket_with_unit(from_=NUMBER, text="东街路灯不亮了")
    office.wait(hours=80)
    no = reporter.comes()
    assert no != lamp
    reporter.is_protected(no)
    page = office.office.tickets.page(no, office.li)
    assert page.callers_other == ()
    assert office.office.tickets.row(lamp).phone == NUMBER
    assert office.office.tickets.page(lamp, office.li).callers_other == ()
    assert office.office.tickets.row(no).phone != NUMBER
    ids = {row["no"]: row["citizen_id"] for row in office.store.rows("SELECT no, citizen_id FROM ticket")}
    assert ids[lamp] != ids[no]


def test_what_he_texts_while_his_report_is_open_goes_to_the_report_not_to_the_lamp(tmp_path: Path) -> None:
    office, reporter = office_with_reporter(tmp_path)
    lamp = office.ticket_with_unit(from_=NUMBER, text="东街路灯不亮了")
    office.wait(hours=80)
    no = reporter.comes()
    reporter.is_protected(no)
    office.text(from_=NUMBER, text="李科长昨天又来了")
    assert "李科长昨天又来了" in [text for _, _, text in office.notes(no)]
    assert "李科长昨天又来了" not in [text for _, _, text in office.notes(lamp)]


def test_a_new_matter_of_a_protected_person_is_confidential_from_its_draft(protected: Any) -> None:
    office, reporter, no = protected
    office.wait(hours=100)
    office.text(from_=NUMBER, text=f"另有一事,我{NAME}")
    draft = office.last_no()
    row = office.office.tickets.row(draft)
    assert draft != no
    assert row.is_confidential
    assert row.contact_name == f"举报人-{draft:06}"
    assert reporter.scan().found == []


def test_a_landline_is_called_and_never_texted(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    reporter = Reporter(office, number=LANDLINE)
    call = office.ring(from_=LANDLINE)
    call_id = office.office.calls.board()[-1].call_id
    office.office.calls.take(call_id, office.li)
    office.connected(call)
    form = TicketForm(
        type="report", category="other", content=reporter.words, place="县里", contact_name=NAME, contact_phone=LANDLINE
    )
    no = office.office.tickets.create(form, office.li, call_id=call_id)
    row = office.office.tickets.row(no)
    assert row.phone.startswith("T·")
    with pytest.raises(FieldWrong):
        office.office.messages.write(row.phone, "您好", office.li, ticket_no=no)
    office.hang_up(call)
    office.office.calls.dial(row.phone, office.li, ticket_no=no)
    assert [command.number for _, command in office.commands if isinstance(command, Dial)] == [LANDLINE]


def test_nobody_can_write_as_a_reference(protected: Any) -> None:
    """A sender's name is chosen by whoever sends."""
    office, _, no = protected
    before = office.notes(no)
    office.text(from_=office.office.tickets.row(no).phone, text="请把举报撤回")
    assert office.notes(no) == before


def test_the_vault_opens_with_the_box_key_alone(protected: Any) -> None:
    office, _, no = protected
    other = Citizens(office.store, office.clock, BoxKey(bytes(32)), "0571").vault
    reference = office.office.tickets.row(no).phone
    assert office.office.citizens.vault.address(reference) == NUMBER
    assert other.address(reference) == ""


def test_a_row_of_the_vault_opens_in_its_own_place_alone(protected: Any) -> None:
    """Whoever can write to the file still cannot have one person's words sent to another."""
    office, _, no = protected
    second = Reporter(office, number="13611112222", name="孙小小")
    office.wait(hours=100)
    office.text(from_=second.number, text=second.words)
    other = office.last_no()
    second.is_protected(other)
    one, two = (office.office.tickets.row(each) for each in (no, other))
    with office.store.transaction() as tx:
        sealed = tx.row("SELECT sealed, wrapped_key FROM identity_vault WHERE citizen_id = ?", (two.citizen_id,))
        assert sealed is not None
        tx.execute(
            "UPDATE identity_vault SET sealed = ?, wrapped_key = ? WHERE citizen_id = ?", (*sealed, one.citizen_id)
        )
    assert office.office.citizens.vault.address(one.phone) == ""
    assert office.office.citizens.vault.address(two.phone) == second.number


def test_a_text_to_whom_the_vault_forgot_fails_and_goes_to_nobody(protected: Any) -> None:
    office, _, no = protected
    row = office.office.tickets.row(no)
    message = office.office.messages.write(row.phone, "请补充", office.li, ticket_no=no)
    with office.store.transaction() as tx:
        tx.execute("UPDATE identity_vault SET wrapped_key = NULL")
    assert office.deliver() == []
    assert office.one("SELECT state FROM outbox WHERE id = ?", message)["state"] == "failed"


def test_an_anonymous_reporter_is_kept_nowhere_not_even_in_the_vault(tmp_path: Path) -> None:
    office, reporter = office_with_reporter(tmp_path)
    no = reporter.comes()
    reporter.is_protected(no, privacy="anonymous")
    row = office.office.tickets.row(no)
    assert (row.phone, row.is_anonymous, row.is_confidential) == ("", True, False)
    assert row.contact_name == f"匿名-{no:06}"
    assert office.count("identity_vault") == 0
    assert reporter.scan().found == []


def test_a_new_number_typed_later_goes_to_the_vault_as_well(protected: Any) -> None:
    office, _, no = protected
    new = "13712340987"
    page = office.office.tickets.page(no, office.li)
    office.office.tickets.save(no, _with(page.form, contact_phone=new), page.row.version, office.li)
    reference = office.office.tickets.row(no).phone
    office.office.messages.write(reference, "换了号码", office.li, ticket_no=no)
    office.deliver()
    assert office.phone(new) == ["换了号码"]
    office.services.every_minute["protected"]()
    office.store.close()
    scan = Scan([new])
    scan.look_at_files("data", office.folder)
    assert scan.found == []
