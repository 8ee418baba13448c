"""Messages that callers left with the box: each becomes a ticket, or is added to the one its caller has open.

They are found by asking which whole recordings nobody has settled, never by an event: so what a crash or a power cut
left is found at the next start as well, and a citizen's word is never lost. A message in which nobody speaks is a
missed call; one that can't be opened just now is taken for a message.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable
from datetime import timedelta

from appliance.callflow.result import FlowResult
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.intake import box_calls
from appliance.intake.board import ENDED, Board
from appliance.intake.call_log import UNSERVED, CallLog
from appliance.intake.call_views import call_of
from appliance.intake.from_citizens import ADDED_WITHIN
from appliance.outreach.answers import Answers
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.templates import Texts
from appliance.recordings.files import Files
from appliance.recordings.layout import OPUS, RecordingBroken
from appliance.trouble import where
from db import calls as call_rows
from db import messages, recordings, ticket_facts
from db.store import Store, StoreError, Transaction

log = logging.getLogger(__name__)

LISTENS_S = 0.5  # in one round of the desk: after an outage tens of messages may wait
SOURCE = "voicemail"  # of the tickets that are made here
ROW_COMES_WITHIN = timedelta(minutes=10)  # a call's row may be written after its recording, on a slow or full disk


class Voicemails:
    """`look` is the desk thread's."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        board: Board,
        call_log: CallLog,
        tickets: Tickets,
        answers: Answers,
        callbacks: Callbacks,
        texts: Texts,
        files: Files,
        hears_voice: Callable[[Iterable[bytes]], bool],
        flow_result: Callable[[int], FlowResult | None],
        region_code: str,
    ) -> None:
        """`hears_voice` is given 16-bit sound in pieces."""
        self._store, self._clock, self._board, self._log = store, clock, board, call_log
        self._tickets, self._answers, self._callbacks, self._texts = tickets, answers, callbacks, texts
        self._files, self._hears_voice = files, hears_voice
        self._flow_result, self._region_code = flow_result, region_code

    def look(self) -> int:
        """Settle the messages of calls that are over, for a moment; the rest in the next round. Returns how many.

        One that a bug leaves unsettled is tried again and holds up no other.
        """
        began_s, count = self._clock.monotonic_s(), 0
        for row in recordings.new_voicemails(self._store):
            if self._clock.monotonic_s() - began_s >= LISTENS_S:
                break
            if not self._is_over(row):
                continue
            try:
                self._settle(row)
                count += 1
            except (sqlite3.Error, StoreError):  # so would the next ones
                raise
            except Exception as bug:
                log.error("the message %d is not settled yet: %s", row["id"], where(bug))
        return count

    def _settle(self, row: sqlite3.Row) -> None:
        if self._has_speech(row):
            self._take(row)
        else:
            self._take_empty(row)

    def _is_over(self, row: sqlite3.Row) -> bool:
        """The caller may still say who he is; and his call must have its row, which waits for the disk."""
        call = self._board.get(row["call_id"])
        if call is not None and call.state != ENDED:
            return False
        is_old = self._clock.now() - from_utc_text(row["started_at"]) > ROW_COMES_WITHIN
        return is_old or call_rows.is_written(self._store, row["call_id"])

    def _has_speech(self, row: sqlite3.Row) -> bool:
        """Whether somebody speaks in it; what can't be heard now is not thrown away."""
        if row["format"] == OPUS:  # long kept: nobody hurries any more
            return True
        try:
            with self._files.open(row["name"], row["format"], row["wrapped_key"]) as sound:
                return self._hears_voice(sound.read())
        except (RecordingBroken, OSError) as trouble:
            log.error("the message %d could not be listened to: %s", row["id"], trouble)
            return True

    def _take(self, row: sqlite3.Row) -> None:
        with self._store.transaction() as tx:
            call = call_rows.get(tx, row["call_id"])
            citizen_id = call["citizen_id"] if call is not None else None
            words = self._words(row)
            known = self._matter_of(tx, row["call_id"], citizen_id)
            if known is not None:
                ticket_id, no = known["id"], known["no"]
                self._tickets.add_note(no, "supplement", words)
            else:
                no = self._tickets.open_draft(
                    source=SOURCE,
                    line=call["line"] if call is not None else "",
                    citizen_id=citizen_id,
                    call_id=row["call_id"] if call is not None else None,
                    content=words,
                )
                opened = ticket_facts.by_no(tx, no)
                assert opened is not None
                ticket_id = opened["id"]
            if not recordings.belongs_to(tx, row["id"], ticket_id):
                raise AssertionError("settled by nobody else than the desk thread")
            if call is not None:
                if known is None:
                    self._answer(tx, call, ticket_id, no)
                if call["outcome"] in UNSERVED:  # a crash came between, or the flow had not understood it
                    call_rows.change(tx, call["id"], outcome="voicemail")
            tx.announce("call", row["call_id"])
            tx.log(log, logging.INFO, "call %d left a message: ticket %d", row["call_id"], no)

    def _take_empty(self, row: sqlite3.Row) -> None:
        """Nobody spoke: he was missed, unless he left another message or heard what he wanted."""
        with self._store.transaction() as tx:
            recordings.belongs_to(tx, row["id"], None)
            call = call_rows.get(tx, row["call_id"])
            tx.log(log, logging.INFO, "call %d left an empty message", row["call_id"])
            if call is None or call["outcome"] != "voicemail" or recordings.has_voicemail(tx, row["call_id"]):
                return
            board_call = self._board.get(call["id"]) or call_of(call, self._region_code)
            outcome = box_calls.outcome_without_message(self._flow_result(call["id"]))
            self._board.change(call["id"], outcome=outcome)
            self._log.decided(board_call, outcome)

    def _matter_of(self, tx: Transaction, call_id: int, citizen_id: int | None) -> sqlite3.Row | None:
        """The ticket that the same call opened already, else the one that the caller is in the middle of."""
        no = call_rows.ticket_of(tx, call_id)
        facts = ticket_facts.by_no(tx, no) if no is not None else None
        if facts is not None and facts["is_open"]:
            return facts
        if citizen_id is None:
            return None
        since = utc_text(self._clock.now() - ADDED_WITHIN)
        return messages.open_ticket_touched_since(tx, citizen_id, since)

    def _answer(self, tx: Transaction, call: sqlite3.Row, ticket_id: int, no: int) -> None:
        """Whom the network named, and who can be texted, gets a receipt; anybody else who can be called is called."""
        number, citizen_id = call["citizen_phone"], call["citizen_id"]
        if not number or citizen_id is None:
            return
        receipt = None
        if not call["typed"]:
            receipt = self._answers.receipt(
                tx,
                ticket_id=ticket_id,
                no=no,
                number=number,
                citizen_id=citizen_id,
                line=call["line"],
                is_voice=True,
            )
        if receipt is None:
            self._callbacks.open(tx, citizen_id, "voicemail", call_id=call["id"], ticket_id=ticket_id)

    def _words(self, row: sqlite3.Row) -> str:
        """What stands on the ticket until somebody has listened."""
        minutes, seconds = divmod(round(row["seconds"]), 60)
        moment = self._texts.moment(from_utc_text(row["started_at"]))
        return self._texts.piece("voice_message", moment=moment, length=f"{minutes}:{seconds:02d}")
