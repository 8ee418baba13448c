"""A handler's text that answers a notice or a task, asked before it is read as one about a ticket.

"OK" and plain words answer our latest text; whatever begins with another word of the table, or names a ticket, is
about that ticket and read by the others.
"""

from __future__ import annotations

from appliance.intake import sms_words
from appliance.intake.incoming import Incoming, Outcome
from appliance.outreach.notices_to_units import UnitNotices
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from db.store import Transaction


class NoticeTexts:
    def __init__(self, notices: UnitNotices, outbox: Outbox, texts: Texts) -> None:
        self._notices, self._outbox, self._texts = notices, outbox, texts

    def hear(self, tx: Transaction, kind: str, sms: Incoming) -> Outcome | None:
        """What this text comes to as an answer to a notice; None: others read it."""
        if kind != "handler" or not sms_words.says_something(sms.text):
            return None
        is_ok = sms_words.is_acknowledgement(sms.text)
        if not is_ok and sms_words.as_unit(sms.text) is not None:
            return None
        words = "" if is_ok else sms.text
        if not self._notices.by_sms(tx, sms.handler, sms.department, sms.sms_id, words):
            return None
        self._outbox.queue(
            tx,
            purpose="confirm",
            number=sms.number,
            text=self._texts.write("task_taken"),
            idem_key=f"task_taken:{sms.sms_id}",
            handler_id=sms.handler_id,
            preferred_line=sms.line,
        )
        return Outcome("notice_taken", needs_desk=not is_ok)
