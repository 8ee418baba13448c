"""Builds what follows a reply or a danger: surveys and the unsatisfied, supervision, emergencies, group events."""

from __future__ import annotations

from collections.abc import Callable

from appliance.callflow.alarm_desk import AlarmDesk
from appliance.callflow.runner import Runner
from appliance.casework.emergency import Emergencies
from appliance.casework.emergency_calls import EmergencyCalls
from appliance.casework.emergency_people import EmergencyPeople
from appliance.casework.emergency_sweep import EmergencySweep
from appliance.casework.emergency_switch import RingSwitch
from appliance.casework.emergency_views import EmergencyViews
from appliance.casework.group_events import GroupEvents
from appliance.casework.supervision import Supervision
from appliance.casework.survey import Survey
from appliance.casework.survey_desk import SurveyDesk
from appliance.casework.tickets import Tickets
from appliance.ground import Ground
from appliance.intake.board import Board
from appliance.intake.emergency_texts import EmergencyTexts
from appliance.intake.rating_words import RatingWords
from appliance.intake.sms_in import SmsIntake
from appliance.lines_desk import LinesDesk
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.roster import Roster
from appliance.telephone_desk import TelephoneDesk


class FollowUpDesk:
    """`every_minute` are its sweeps, `alarm_desk` is for the desk thread, the rest for the pages."""

    def __init__(
        self,
        ground: Ground,
        *,
        tickets: Tickets,
        callbacks: Callbacks,
        outbox: Outbox,
        texts: Texts,
        intake: SmsIntake,
        roster: Roster,
        runner: Runner,
        board: Board,
        lines: LinesDesk,
        telephone: TelephoneDesk,
    ) -> None:
        store, clock, key, audit, hours = ground.store, ground.clock, ground.key, ground.audit, ground.hours
        boot_id, clock_ok = ground.boot_id, ground.clock_ok
        self.survey = Survey(
            store,
            clock,
            hours,
            tickets,
            callbacks=callbacks,
            outbox=outbox,
            texts=texts,
            audit=audit,
            boot_id=boot_id,
            clock_ok=clock_ok,
        )
        self.supervision = Supervision(
            store,
            clock,
            hours,
            tickets,
            outbox=outbox,
            texts=texts,
            audit=audit,
            boot_id=boot_id,
            clock_ok=clock_ok,
        )
        self.survey_desk = SurveyDesk(store, clock, hours, tickets)
        self.emergency_people = EmergencyPeople(store, clock, audit, on_duty=roster.now, region_code=ground.region_code)
        self.emergencies = Emergencies(
            store,
            clock,
            tickets,
            key=key,
            outbox=outbox,
            texts=texts,
            audit=audit,
            people=self.emergency_people.of_department,
            boot_id=boot_id,
            clock_ok=clock_ok,
        )
        self.emergency_calls = EmergencyCalls(store, tickets, self.emergencies)
        self.emergency_views = EmergencyViews(store, clock, hours, tickets)
        self.emergency_sweep = EmergencySweep(
            store, clock, self.emergencies, outbox=outbox, texts=texts, clock_ok=clock_ok
        )
        self.ring_switch = RingSwitch(store, clock, audit)
        self.alarm_desk = AlarmDesk(
            store,
            clock,
            self.emergencies,
            runner=runner,
            board=board,
            lines=lines.lines,
            call_log=telephone.call_log,
            ends=telephone.ends,
            switch=self.ring_switch,
            clock_ok=clock_ok,
            is_tested=lambda line: lines.talk_paths.test(line) is not None,
        )
        self.group_events = GroupEvents(
            store,
            clock,
            outbox=outbox,
            texts=texts,
            audit=audit,
            leaders=self.emergency_people.leaders,
            clock_ok=clock_ok,
        )
        intake.reading.ask_first(EmergencyTexts(self.emergencies, tickets, key=key, outbox=outbox, texts=texts).hear)
        intake.reading.ask_first(RatingWords(store, tickets, outbox, texts).hear)
        self.every_minute: dict[str, Callable[[], object]] = {
            "survey": self.survey.sweep,
            "supervision": self.supervision.sweep,
            "emergencies": self.emergency_sweep.look,
            "group_events": self.group_events.sweep,
        }
