"""Everything that has to do with calls, put together once: what the lines tell, what the desk does, what stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from appliance.callflow.runner import Runner
from appliance.casework.tickets import MoveMade, Tickets
from appliance.ground import Ground
from appliance.intake.board import Board
from appliance.intake.call_ends import CallEnds
from appliance.intake.call_log import CallLog
from appliance.intake.calls import Calls
from appliance.intake.during_calls import DuringCalls
from appliance.intake.hearing import Hearing
from appliance.intake.trial_calls import TrialCalls
from appliance.intake.voicemails import Voicemails
from appliance.lines import Lines
from appliance.outreach.answers import Answers
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.templates import Texts
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.recordings.recordings import Recordings
from appliance.talk_paths import TalkPaths
from db import tickets as ticket_rows
from db.store import Transaction
from modem.commands import Command


class TelephoneDesk:
    """`hearing`, `ends` and `voicemails` are for the desk thread, the others for the pages."""

    def __init__(
        self,
        ground: Ground,
        *,
        board: Board,
        flow: Runner,
        recordings: Recordings,
        lines: Lines,
        talk_paths: TalkPaths,
        citizens: Citizens,
        departments: Departments,
        tickets: Tickets,
        answers: Answers,
        callbacks: Callbacks,
        texts: Texts,
        send: Callable[[str, Command], bool],
        hears_voice: Callable[[Iterable[bytes]], bool],
    ) -> None:
        store, clock, feed, region_code = ground.store, ground.clock, ground.feed, ground.region_code
        self.call_log = call_log = CallLog(
            store,
            clock,
            citizens=citizens,
            callbacks=callbacks,
            answers=answers,
            audit=ground.audit,
            boot_id=ground.boot_id,
            clock_ok=ground.clock_ok,
            is_open=ground.hours.is_open,
        )
        self._recorder = recordings.recorder
        ends = CallEnds(clock, feed, lines, board, call_log, flow_result=flow.result, region_code=region_code)
        self.ends = ends
        self.hearing = Hearing(
            clock,
            feed,
            board=board,
            call_log=call_log,
            ends=ends,
            send=send,
            region_code=region_code,
            talk_paths=talk_paths,
            lines=lines,
            flow=flow,
        )
        self.calls = Calls(
            store,
            clock,
            feed,
            lines=lines,
            citizens=citizens,
            tickets=tickets,
            board=board,
            call_log=call_log,
            ends=ends,
            flow=flow,
            mark=self._recorder.mark,
            send=send,
            region_code=region_code,
        )
        self.calls.know_handlers(departments)
        callbacks.connect(dial=self.calls.dial, note=tickets.add_note)
        self.during_calls = DuringCalls(
            feed,
            self.calls,
            board=board,
            call_log=call_log,
            ends=ends,
            flow=flow,
            send=send,
            region_code=region_code,
        )
        self.trial_calls = TrialCalls(self.calls, board, lines, talk_paths)
        self.voicemails = Voicemails(
            store,
            clock,
            board=board,
            call_log=call_log,
            tickets=tickets,
            answers=answers,
            callbacks=callbacks,
            texts=texts,
            files=recordings.files,
            hears_voice=hears_voice,
            flow_result=flow.result,
            region_code=region_code,
        )
        tickets.on_move = self._also_mark(tickets.on_move)

    def _also_mark(self, on_move: Callable[[Transaction, MoveMade], None]) -> Callable[[Transaction, MoveMade], None]:
        """Where a ticket is opened during a call that is being recorded, the recording shows when."""

        def told(tx: Transaction, made: MoveMade) -> None:
            on_move(tx, made)
            ticket: sqlite3.Row | None = ticket_rows.ticket(tx, made.no) if made.move == "open" else None
            if ticket is not None and ticket["call_id"] is not None:
                self._recorder.mark(ticket["call_id"], "ticket", str(made.no))

        return told
