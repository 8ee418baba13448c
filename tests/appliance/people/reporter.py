"""A person who reports in confidence, before and after the office learns that it is in confidence.

Everything that leaves a number or a name somewhere happens to him once: calls, texts in parts, garbled ones, status
reports, notes, a recording's mark, a photo's name, texts written to him and about him.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from appliance.casework.tickets import TicketForm
from modem.events import EndReason, Report, ReportState, Slot, SmsStored, Undecodable
from tests.appliance.small_office import HANDLER, SmallOffice
from tests.canaries import Scan, swapped

NUMBER, NAME = "13912983746", "钱多多"
WORDS = f"我是{NAME},电话{NUMBER[:3]}-{NUMBER[3:7]}-{NUMBER[7:]},举报李科长收钱。"
LONG = WORDS + "他每个月都向摊位要钱," * 12 + f"请打{NUMBER}找我。"


class Reporter:
    def __init__(self, office: SmallOffice, number: str = NUMBER, name: str = NAME) -> None:
        self.office, self.number, self.name = office, number, name

    @property
    def words(self) -> str:
        return WORDS.replace(NUMBER, self.number).replace(NAME, self.name)

    def comes(self) -> int:
        """His matter before anybody knows that it is confidential; returns its draft's number."""
        office = self.office
        office.hang_up(office.ring(from_=self.number))  # missed: a call-back, and an apology by text
        office.text(from_=f"+86{self.number}", text=self.words)
        no = office.last_no()
        for event in office.parts(from_=self.number, text=LONG):
            office.handle(replace(event, pdu=_pdu(self.number, event.pdu)))
        office.handle(self._garbled())
        office.deliver()
        self._reports()
        li = office.li
        office.office.messages.write(self.number, f"{self.name}您好,请补充材料。", li, ticket_no=no, token="t1")
        office.office.tickets.note(no, f"他叫{self.name},号码{self.number}", li)
        call = office.ring(from_=self.number)
        office.office.calls.take(office.office.calls.board()[-1].call_id, li)
        office.connected(call)
        office.hang_up(call, EndReason.REMOTE)
        self._leaves_marks(no)
        office.deliver()
        return no

    def is_protected(self, no: int, *, type_: str = "report", privacy: str = "") -> None:
        """The operator sorts the draft: from now on it is confidential."""
        tickets, li = self.office.office.tickets, self.office.li
        row = tickets.row(no)
        form = TicketForm(
            content=self.words, place=f"{self.name}家", wish=f"回电{self.number}", type=type_, category="other",
            contact_name=self.name, contact_phone=self.number, privacy=privacy,
        )  # fmt: skip
        tickets.save(no, form, row.version, li, accept=True)

    def goes_on(self, no: int) -> None:
        """He, the department and the desk go on as people do: they name him and his number."""
        office = self.office
        office.dispatch(no)
        office.deliver()
        office.text(from_=HANDLER, text=f"QS {no:06}")
        office.office.tickets.note(no, f"又来电,{self.name},{self.number}", office.li)
        office.text(from_=self.number, text=f"补充:我{self.name} {self.number}还有照片")
        for event in office.parts(from_=self.number, text=LONG, reference=9):
            office.handle(replace(event, pdu=_pdu(self.number, event.pdu)))
        office.handle(office.parts(from_=self.number, text=LONG, reference=10)[0])  # the others never come
        office.text(from_=HANDLER, text=f"DF {no:06} 已联系{self.name},电话{self.number},正在核查处理中")
        office.hang_up(office.ring(from_=self.number))
        office.deliver()
        self._reports()

    def scan(self, *, live: bool = False) -> Scan:
        """Everything on the disk but the key; the file as it lies there while the office runs, or closed."""
        office = self.office
        office.services.every_minute["protected"]()
        scan = Scan([self.number, self.name])
        if not live:
            office.store.close()
        scan.look_at_files("data", office.folder)
        return scan

    def _garbled(self) -> SmsStored:
        """A message of his that nobody can read: only the raw PDU holds the number."""
        return SmsStored(
            "line1", "imsi:460001234567890", Slot("SM", 201, 1), _pdu(self.number, "99"), Undecodable("cut short")
        )

    def _reports(self) -> None:
        """The network reports on every part that went to him."""
        office, parts = (
            self.office,
            self.office.store.rows(
                "SELECT p.reference FROM outbox_part p JOIN outbox o ON o.id = p.outbox_id"
                " WHERE o.citizen_id IS NOT NULL"
                " AND p.report = ''"
            ),
        )
        for at, row in enumerate(parts, start=1):
            report = Report(row["reference"], f"+86{self.number}", 0, ReportState.DELIVERED, None, office.clock.now())
            raw = _pdu(self.number, f"{office.clock.monotonic_s():.0f}{at}")
            office.handle(SmsStored("line1", "imsi:460001234567890", Slot("SR", 300 + at, 1), raw, report))

    def _leaves_marks(self, no: int) -> None:
        """What other parts of the office keep beside a ticket."""
        store, at = self.office.store, "2026-11-23T01:30:00.000Z"
        with store.transaction() as tx:
            ticket = tx.row("SELECT id FROM ticket WHERE no = ?", (no,))
            assert ticket is not None
            call = tx.row("SELECT max(id) AS id FROM call")
            assert call is not None
            recording = tx.insert(
                "recording", name="0" * 32, format="raw", kind="voicemail", call_id=call["id"], started_at=at,
                seconds=3.0, size_bytes=1, sha256="", state="kept",
            )  # fmt: skip
            tx.insert("recording_mark", recording_id=recording, at_s=1.0, kind="number", note=self.number)
            photo = tx.insert(
                "attachment", name="1" * 32, ticket_id=ticket["id"], kind="photo", content_type="image/png",
                size_bytes=1, sha256="", added_at=at,
            )  # fmt: skip
            tx.insert("attachment_words", attachment_id=photo, file_name=f"{self.name}-{self.number}.png")
            gap = tx.insert("article_gap", ticket_id=ticket["id"], category="", state="open", asked_at=at)
            said = f"{self.name}问,电话{self.number}"
            tx.insert("article_gap_words", gap_id=gap, question=said, answer=said)


def _pdu(number: str, rest: str) -> str:
    return f"0891683108200505F0040D9168{swapped(number + 'F')}F{number[-1]}0008{rest}"


def office_with_reporter(folder: Path) -> tuple[SmallOffice, Reporter]:
    office = SmallOffice(folder)
    return office, Reporter(office)
