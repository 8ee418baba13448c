"""Builds the office's services over one store: for the running process, for commands, for tests with a fast clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from appliance.casework_desk import CaseworkDesk
from appliance.clock import Clock
from appliance.config import Settings
from appliance.consult_desk import ConsultDesk
from appliance.desk import Desk
from appliance.follow_up_desk import FollowUpDesk
from appliance.ground import Ground
from appliance.intake.board import Board
from appliance.knowledge_desk import KnowledgeDesk
from appliance.limits_desk import LimitsDesk
from appliance.lines_desk import LinesDesk
from appliance.listening_in import ListeningIn
from appliance.messages_desk import MessagesDesk
from appliance.office import Office, Town
from appliance.outreach.outbox import Outbox
from appliance.paper_desk import PaperDesk
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.roster import Roster
from appliance.people.users import Users
from appliance.prompts.sound import SoundForms
from appliance.protection_desk import ProtectionDesk
from appliance.recordings.recordings import Recordings
from appliance.recordings.remaking import Polish, as_it_is
from appliance.shift_desk import ShiftDesk
from appliance.spoken_desk import SpokenDesk
from appliance.talk_paths import SoundLevels
from appliance.telephone_desk import TelephoneDesk
from appliance.upkeep.clock_mending import ClockMending
from appliance.upkeep.health import Health
from appliance.words_desk import WordsDesk
from db import calls as call_rows
from db.store import Store
from modem.commands import Command
from modem.events import Deliver


def _no_line(line: str, command: Command) -> bool:
    return False


def _no_parts(parts: Sequence[Deliver]) -> str:
    raise AssertionError("nothing arrives where no line runs")


def _no_part(part: Deliver) -> str:
    return _no_parts([part])


class Services:
    """Every service once: `desk` takes what the lines tell, `office` is for the pages, `every_minute` for the jobs."""

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
        ground = Ground.lay(settings, store, clock)
        self._store, audit, clock_ok = store, ground.audit, ground.clock_ok
        self.web_secret = ground.key.digest("forms of the web pages").encode()
        self._mending = ClockMending(store, clock, ground.box_clock)

        users = Users(store, clock, ground.key, audit, clock_ok)
        citizens = Citizens(store, clock, ground.key, ground.region_code, language=ground.language)
        departments = Departments(store, clock, ground.key, audit, ground.region_code)
        roster = Roster(store, clock, audit, region_code=ground.region_code)
        roster.look()
        board = Board(call_rows.last_id(store))
        citizens.vault.on_hidden = board.hide
        outbox = Outbox(
            clock, zone=ground.zone, region_code=ground.region_code, boot_id=ground.boot_id, clock_ok=clock_ok
        )

        self.recordings = Recordings(
            settings.data.directory,
            store,
            clock,
            audit,
            ground.key,
            zone=ground.zone,
            clock_ok=clock_ok,
            polish=polish,
        )
        lines = LinesDesk(ground, send=send, sound_of=sound_of)
        words = WordsDesk(ground, departments=departments, outbox=outbox)
        casework = CaseworkDesk(ground, citizens=citizens, departments=departments, outbox=outbox, words=words)
        tickets, callbacks, texts = casework.tickets, casework.callbacks, words.texts
        sms = MessagesDesk(
            ground,
            lines=lines,
            casework=casework,
            citizens=citizens,
            departments=departments,
            outbox=outbox,
            words=words,
            join_parts=join_parts,
            text_of=text_of,
        )
        spoken = SpokenDesk(
            ground,
            send=send,
            board=board,
            recordings=self.recordings,
            talk_paths=lines.talk_paths,
            roster=roster,
            tickets=tickets,
            forms=sound_forms,
        )
        telephone = TelephoneDesk(
            ground,
            board=board,
            flow=spoken.runner,
            recordings=self.recordings,
            lines=lines.lines,
            talk_paths=lines.talk_paths,
            citizens=citizens,
            departments=departments,
            tickets=tickets,
            answers=sms.answers,
            callbacks=callbacks,
            texts=texts,
            send=send,
            hears_voice=hears_voice,
        )
        self.listening_in = ListeningIn(store, clock, audit, board, can_hear=lambda line: line in lines.with_sound)
        follow_up = FollowUpDesk(
            ground,
            tickets=tickets,
            callbacks=callbacks,
            outbox=outbox,
            texts=texts,
            intake=sms.intake,
            roster=roster,
            runner=spoken.runner,
            board=board,
            lines=lines,
            telephone=telephone,
        )
        consult = ConsultDesk(ground, casework=casework, sms=sms, outbox=outbox, words=words)
        limits = LimitsDesk(ground, departments=departments, lines=lines.lines, outbox=outbox, texts=texts)
        shift = ShiftDesk(
            ground,
            users=users,
            citizens=citizens,
            lines=lines.lines,
            outbox=outbox,
            texts=texts,
            roster=roster,
            dangers=follow_up.emergency_views,
        )
        protection = ProtectionDesk(
            ground,
            users=users,
            citizens=citizens,
            tickets=tickets,
            intake=sms.intake,
            call_log=telephone.call_log,
            hearing=telephone.hearing,
            sending=sms.sending,
            outbox=outbox,
            texts=texts,
            roster=roster,
        )
        knowledge = KnowledgeDesk(ground, departments=departments, tickets=tickets, outbox=outbox, texts=texts)
        paper = PaperDesk(
            ground,
            tickets=tickets,
            outbox=outbox,
            texts=texts,
            intake=sms.intake,
            sent_today=lines.budget.sent_today,
        )

        users.connect(look_at_clock=self.mend_after_clock)
        self._mending.mends(
            lambda now, steps: users.mend_sessions(steps),
            tickets.recompute_due,
            callbacks.recompute_due,
        )
        self.voice_profiles, self.plugins = lines.voice_profiles, spoken.plugins
        self.dictations, self.transcriber = spoken.dictations, spoken.transcriber
        self.desk = Desk(
            clock,
            lines.lines,
            hearing=telephone.hearing,
            flow=spoken.runner,
            intake=sms.intake,
            sending=sms.sending,
            forwarding=lines.forwarding,
            voice_profiles=lines.voice_profiles,
            send=send,
            every_round=(
                store.fold_log_if_owed,
                *spoken.call_flow.every_round,
                self.recordings.register.settle,
                telephone.voicemails.look,
                follow_up.alarm_desk.look,
            ),
        )
        self.office = Office(
            settings=settings,
            clock=clock,
            feed=ground.feed,
            audit=audit,
            limits=limits,
            users=users,
            departments=departments,
            places=casework.places,
            routing=casework.dispatch.routing,
            conferences=casework.dispatch.conferences,
            duty_ledger=casework.dispatch.duty_ledger,
            paper=paper,
            citizens=citizens,
            tickets=tickets,
            approvals=casework.approvals,
            calls=telephone.calls,
            during_calls=telephone.during_calls,
            trial_calls=telephone.trial_calls,
            messages=sms.messages,
            words=words,
            callbacks=callbacks,
            reminders=limits.reminders,
            follow_up=follow_up,
            lines=lines.lines,
            talk_paths=lines.talk_paths,
            forwarding=lines.forwarding,
            voice_profiles=lines.voice_profiles,
            plugins=spoken.plugins,
            studio=spoken.studio,
            call_flows=spoken.call_flow.flows,
            announcements=spoken.call_flow.announcements,
            recordings=self.recordings.library,
            listening_in=self.listening_in,
            health=Health(
                store, lines.lines, parts, clock_ok=clock_ok, recording=lambda: self.recordings.recorder.state
            ),
            box_clock=ground.box_clock,
            roster=roster,
            handovers=shift.handovers,
            seats=shift.seats,
            unattended=shift.unattended,
            agency=shift.agency,
            reveal=protection.reveal,
            vault_ageing=casework.vault_ageing,
            asking_codes=casework.asking_codes,
            hints=protection.hints,
            joining=casework.joining,
            sending_out=casework.sending_out,
            knowledge=knowledge,
            nuisance=protection.nuisance,
            town=town,
        )
        self.every_minute: dict[str, Callable[[], object]] = {
            "clock": self.mend_after_clock,
            "writer": self.try_writer,
            **limits.every_minute,
            **casework.every_minute,
            **consult.every_minute,
            "spoken": spoken.call_flow.spoken.prepare,
            "recordings": self.recordings.keeper.wake,
            **follow_up.every_minute,
            **shift.every_minute,
            **protection.every_minute,
            **paper.every_minute,
        }

    @classmethod
    def for_command(cls, settings: Settings, store: Store, clock: Clock) -> Services:
        """The services without any line: what a shell command, which holds the process lock, works with."""
        return cls(settings, store, clock, send=_no_line, join_parts=_no_parts, text_of=_no_part, parts={})

    def mend_after_clock(self) -> None:
        """What the box does about its own time of day; see ClockMending."""
        self._mending.look()

    def try_writer(self) -> None:
        """After a write that failed, find out whether there is room again."""
        self._mending.try_writer()

    def close(self) -> None:
        """The last thing before the file is closed."""
        self._mending.close()
