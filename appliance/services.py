"""Builds the office's services over one store: for the running process, for commands, for tests with a fast clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from appliance import __version__, protection_desk
from appliance.callflow.flow_office import FlowOffice
from appliance.callflow.runner import Runner
from appliance.casework.approvals import Approvals
from appliance.casework.asking_codes import AskingCodes
from appliance.casework.joining import Joining
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, utc_text
from appliance.config import VOICE, Settings
from appliance.desk import Desk
from appliance.dispatch_desk import DispatchDesk
from appliance.feed import Feed
from appliance.follow_up_desk import FollowUpDesk
from appliance.forwarding import Forwarding
from appliance.intake.board import Board
from appliance.intake.call_log import CallLog
from appliance.intake.messages import Messages
from appliance.intake.sms_in import SmsIntake
from appliance.limits_desk import LimitsDesk, hours_of
from appliance.lines import Lines
from appliance.listening_in import ListeningIn
from appliance.office import Office, Town
from appliance.outreach.answers import Answers
from appliance.outreach.budget import SmsBudget
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.due_ladder import DueLadder
from appliance.outreach.due_texts import DueTexts
from appliance.outreach.notices import Notices
from appliance.outreach.outbox import Outbox
from appliance.outreach.reminders import Reminders
from appliance.outreach.sending import Sending
from appliance.paper_desk import PaperDesk
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.keys import BoxKey
from appliance.people.places import Places
from appliance.people.roster import Roster
from appliance.people.users import Users
from appliance.plugins import Plugins
from appliance.prompts.dictation import Dictations, KeptAside
from appliance.prompts.prompts import Prompts
from appliance.prompts.sound import SoundForms
from appliance.prompts.studio import Studio
from appliance.recordings.recordings import Recordings
from appliance.recordings.remaking import Polish, as_it_is
from appliance.shift_desk import ShiftDesk
from appliance.talk_paths import SoundLevels, TalkPaths
from appliance.telephone_desk import TelephoneDesk
from appliance.transcribing import Transcriber
from appliance.upkeep.audit import Audit
from appliance.upkeep.box_clock import BoxClock
from appliance.upkeep.clock_steps import ClockWatch
from appliance.upkeep.health import Health
from appliance.upkeep.night import Night
from appliance.voice_profiles import VoiceProfiles
from appliance.words_desk import WordsDesk
from db import calls as call_rows
from db.store import Store
from modem.commands import Command
from modem.events import Deliver

MENDING_TAKES_S = 5.0  # more than the tickets of a day take


def _no_line(line: str, command: Command) -> bool:
    return False


def _no_parts(parts: Sequence[Deliver]) -> str:
    raise AssertionError("nothing arrives where no line runs")


def _no_part(part: Deliver) -> str:
    return _no_parts([part])


class Services:
    """Every service once. `desk` takes what happens on the lines, `office` is for the pages, `tick` for each minute."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        *,
        send: Callable[[str, Command], bool],
        join_parts: Callable[[Sequence[Deliver]], str],
        text_of: Callable[[Deliver], str],
        parts: Mapping[str, Callable[[], bool]],
        town: Town | None = None,
        sound_of: Callable[[str], SoundLevels | None] = lambda line: None,
        sound_forms: SoundForms | None = None,
        polish: Polish = as_it_is,
        hears_voice: Callable[[Iterable[bytes]], bool] = lambda sound: True,
    ) -> None:
        """`send` takes a line's name and a command; `parts` are asked by /healthz. Raises StoreError."""
        self._store, self._clock = store, clock
        key = BoxKey.load(settings.data.directory)
        key.check(store)
        self.web_secret = key.digest("forms of the web pages").encode()
        self._box_clock = BoxClock(store, clock)
        self._watch, self._mending = ClockWatch(clock), threading.Lock()
        clock_ok = self._box_clock.is_ok
        boot_id = self._note_boot()
        zone, region_code = ZoneInfo(settings.office.timezone), settings.office.region_code
        hours = hours_of(settings, store, zone)
        feed = Feed()
        store.on_commit(feed.announce_all)

        audit = Audit(store, clock, key)
        self.recordings = Recordings(
            settings.data.directory, store, clock, audit, key, zone=zone, clock_ok=clock_ok, polish=polish
        )
        citizens = Citizens(store, clock, key, region_code, language=settings.office.language)
        departments = Departments(store, clock, key, audit, region_code)
        budget = SmsBudget(settings.modems, store, clock, zone)
        forwarding = Forwarding(
            store,
            clock,
            feed,
            audit,
            send=send,
            own_numbers=[modem.number for modem in settings.modems],
            region_code=region_code,
        )
        talk_paths = TalkPaths(
            settings.modems,
            store,
            clock,
            audit,
            feed,
            is_forwarded=lambda line: bool(forwarding.of(line).active),
            sound_of=sound_of,
        )
        lines = Lines(settings.modems, store, clock, feed, budget, talk_paths=talk_paths, forwarding=forwarding)
        self.voice_profiles = VoiceProfiles(settings.modems, store, clock, feed, audit, send=send)
        outbox = Outbox(clock, zone=zone, region_code=region_code, boot_id=boot_id, clock_ok=clock_ok)
        words = WordsDesk(settings, store, clock, key, audit, departments=departments, outbox=outbox)
        texts = words.texts
        callbacks = Callbacks(store, clock, hours, audit, boot_id=boot_id, clock_ok=clock_ok)
        notices = Notices(clock, outbox, texts, hours, callbacks)
        places = Places(store, clock, audit)
        tickets = Tickets(
            store,
            clock,
            audit,
            citizens,
            hours=hours,
            boot_id=boot_id,
            clock_ok=clock_ok,
            on_move=notices.for_move,
            region_code=region_code,
            places=places,
        )
        words.connect(tickets)
        dispatch = DispatchDesk(
            store,
            clock,
            audit,
            departments=departments,
            places=places,
            tickets=tickets,
            zone=zone,
            clock_ok=clock_ok,
        )
        answers = Answers(clock, outbox, texts, hours, clock_ok=clock_ok)
        sending = Sending(
            store,
            clock,
            lines,
            budget,
            callbacks,
            zone=zone,
            region_code=region_code,
            clock_ok=clock_ok,
            address=citizens.vault.address,
            also_known_as=citizens.vault.references_of,
        )
        board = Board(call_rows.last_id(store))
        citizens.vault.on_hidden = board.hide
        call_log = CallLog(
            store,
            clock,
            citizens=citizens,
            callbacks=callbacks,
            answers=answers,
            audit=audit,
            boot_id=boot_id,
            clock_ok=clock_ok,
            is_open=hours.is_open,
        )
        roster = Roster(store, clock, audit, region_code=region_code)
        roster.look()
        prompts = Prompts(settings.office.language)
        self.dictations, self.plugins = Dictations(clock), Plugins(settings.commands, clock)
        flow = Runner(
            clock,
            feed,
            board,
            lines={modem.name: modem.kind == VOICE for modem in settings.modems},
            send=send,
            prompts=prompts,
            recorder=KeptAside(self.recordings.recorder, self.dictations),
            # While the time isn't known, as if open: what rings longer can still be answered.
            is_open=lambda: not clock_ok() or roster.is_staffed() or hours.is_open(clock.now()),
            duty_phone=lambda: roster.phone("leader", "backup"),
            is_tested=lambda line: talk_paths.test(line) is not None,
            code_of=self.dictations.code_of,
        )
        with_sound = {modem.name for modem in settings.modems if modem.audio_device or modem.kind == VOICE}
        self.listening_in = ListeningIn(store, clock, audit, board, can_hear=lambda line: line in with_sound)
        telephone = TelephoneDesk(
            store,
            clock,
            feed,
            board=board,
            call_log=call_log,
            flow=flow,
            recordings=self.recordings,
            lines=lines,
            talk_paths=talk_paths,
            citizens=citizens,
            tickets=tickets,
            answers=answers,
            callbacks=callbacks,
            texts=texts,
            send=send,
            hears_voice=hears_voice,
            region_code=region_code,
        )
        telephone.calls.know_handlers(departments)
        intake = SmsIntake(
            store,
            clock,
            key,
            audit,
            citizens=citizens,
            departments=departments,
            tickets=tickets,
            answers=answers,
            callbacks=callbacks,
            sending=sending,
            join_parts=join_parts,
            text_of=text_of,
            boot_id=boot_id,
            clock_ok=clock_ok,
            region_code=region_code,
            words=words,
        )
        follow_up = FollowUpDesk(
            store,
            clock,
            hours=hours,
            tickets=tickets,
            callbacks=callbacks,
            outbox=outbox,
            texts=texts,
            audit=audit,
            intake=intake,
            key=key,
            roster=roster,
            region_code=region_code,
            boot_id=boot_id,
            clock_ok=clock_ok,
        )
        studio = Studio(
            store,
            clock,
            audit,
            prompts,
            plugins=self.plugins,
            dictations=self.dictations,
            office_name=settings.office.name,
            language=settings.office.language,
            lines=[modem.name for modem in settings.modems],
            forms=sound_forms,
        )
        call_flow = FlowOffice(
            settings,
            store,
            clock,
            audit,
            feed=feed,
            runner=flow,
            tickets=tickets,
            has_sound=lambda prompt: bool(prompts.clip(prompt)),
            plugins=self.plugins,
            forms=sound_forms,
        )
        studio.connect(announcements=call_flow.announcements.words)
        self.transcriber = Transcriber(store, clock, self.plugins, self.recordings.files, add_note=tickets.add_note)
        limits = LimitsDesk(
            store,
            clock,
            audit,
            hours,
            departments=departments,
            language=settings.office.language,
            clock_ok=clock_ok,
        )
        ladder = DueLadder(store, hours, DueTexts(clock, outbox, texts, hours))
        reminders = Reminders(store, clock, hours, ladder, lines, clock_ok=clock_ok)
        users = Users(store, clock, key, audit, clock_ok)
        users.connect(look_at_clock=self.mend_after_clock)
        shift = ShiftDesk(
            store,
            clock,
            audit,
            hours=hours,
            users=users,
            citizens=citizens,
            lines=lines,
            outbox=outbox,
            texts=texts,
            zone=zone,
            roster=roster,
            boot_id=boot_id,
            clock_ok=clock_ok,
            region_code=region_code,
        )
        protection = protection_desk.build(
            store,
            clock,
            audit,
            users=users,
            citizens=citizens,
            tickets=tickets,
            intake=intake,
            call_log=call_log,
            sending=sending,
            outbox=outbox,
            texts=texts,
            roster=roster,
            zone=zone,
            clock_ok=clock_ok,
        )
        self._clock_was_ok = False  # so that the first minute mends what an earlier run left without a time
        self.desk = Desk(
            clock,
            lines,
            hearing=telephone.hearing,
            flow=flow,
            intake=intake,
            sending=sending,
            forwarding=forwarding,
            voice_profiles=self.voice_profiles,
            send=send,
            every_round=(
                store.fold_log_if_owed,
                *call_flow.every_round,
                self.recordings.register.settle,
                telephone.voicemails.look,
            ),
        )
        paper = PaperDesk(
            settings,
            store,
            clock,
            audit,
            key,
            tickets=tickets,
            hours=hours,
            outbox=outbox,
            texts=texts,
            intake=intake,
            sent_today=budget.sent_today,
            clock_ok=clock_ok,
        )
        self.office = Office(
            settings=settings,
            clock=clock,
            feed=feed,
            audit=audit,
            limits=limits,
            users=users,
            departments=departments,
            places=places,
            routing=dispatch.routing,
            conferences=dispatch.conferences,
            duty_ledger=dispatch.duty_ledger,
            paper=paper,
            citizens=citizens,
            tickets=tickets,
            approvals=Approvals(store, clock, audit, zone),
            calls=telephone.calls,
            during_calls=telephone.during_calls,
            trial_calls=telephone.trial_calls,
            messages=Messages(
                store,
                clock,
                audit,
                outbox=outbox,
                answers=answers,
                tickets=tickets,
                citizens=citizens,
                departments=departments,
                leaders=words.leaders,
                region_code=region_code,
            ),
            words=words,
            callbacks=callbacks,
            reminders=reminders,
            follow_up=follow_up,
            lines=lines,
            talk_paths=talk_paths,
            forwarding=forwarding,
            voice_profiles=self.voice_profiles,
            plugins=self.plugins,
            studio=studio,
            call_flows=call_flow.flows,
            announcements=call_flow.announcements,
            recordings=self.recordings.library,
            listening_in=self.listening_in,
            health=Health(store, lines, parts, clock_ok=clock_ok, recording=lambda: self.recordings.recorder.state),
            box_clock=self._box_clock,
            roster=roster,
            handovers=shift.handovers,
            seats=shift.seats,
            unattended=shift.unattended,
            agency=shift.agency,
            reveal=protection.reveal,
            asking_codes=AskingCodes(store, audit, words.query_codes),
            hints=protection.hints,
            joining=Joining(store, clock, tickets),
            nuisance=protection.nuisance,
            town=town,
        )
        night = Night(tickets, audit, zone)
        self.every_minute: dict[str, Callable[[], object]] = {
            "clock": self.mend_after_clock,
            "writer": self.try_writer,
            "reminders": lambda: reminders.sweep(clock.now()),
            "casework": lambda: tickets.sweep(clock.now()),
            "search": tickets.resume_search,
            "spoken": call_flow.spoken.prepare,
            "night": lambda: night.look(clock.now()),
            "recordings": self.recordings.keeper.wake,
            **follow_up.every_minute,
            **shift.every_minute,
            **protection.every_minute,
            "holidays": limits.holidays.prompt,
            **paper.every_minute,
        }

    @classmethod
    def for_command(cls, settings: Settings, store: Store, clock: Clock) -> Services:
        """The services without any line: what a shell command, which holds the process lock, works with."""
        return cls(settings, store, clock, send=_no_line, join_parts=_no_parts, text_of=_no_part, parts={})

    def mend_after_clock(self) -> None:
        """Once the clock has been set, work out again what was due; remember the time lived through."""
        if not self._mending.acquire(timeout=MENDING_TAKES_S):
            return  # another thread is at it
        try:
            self._mend()
        finally:
            self._mending.release()
        self._box_clock.note()

    def _mend(self) -> None:
        steps, is_ok = self._watch.look(), self._box_clock.is_ok()
        if is_ok and (steps.pending or not self._clock_was_ok):
            now = self._clock.now()
            self.office.users.mend_sessions(steps)
            self.office.tickets.recompute_due(now, steps)
            self.office.callbacks.recompute_due(now, steps)
            self._watch.mended()
        self._clock_was_ok = is_ok

    def try_writer(self) -> None:
        """After a write that failed, find out whether there is room again; nobody else may write for hours."""
        if self._store.trouble:
            with self._store.transaction() as tx:
                self._box_clock.note_in(tx)

    def close(self) -> None:
        """The last thing written before the file is closed: the time, for an old box that starts at 1970."""
        with self._store.transaction() as tx:
            self._box_clock.note_in(tx)

    def _note_boot(self) -> int:
        with self._store.transaction() as tx:
            return tx.insert(
                "boot",
                started_at=utc_text(self._clock.now()),
                version=__version__,
                clock_ok=int(self._box_clock.is_ok()),
            )
