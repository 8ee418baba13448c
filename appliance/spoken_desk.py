"""Builds what the box itself says and hears on a call: prompts, scripts of the call flow, programs of the box."""

from __future__ import annotations

from collections.abc import Callable

from appliance.callflow.flow_office import FlowOffice
from appliance.callflow.runner import Runner
from appliance.casework.tickets import Tickets
from appliance.config import VOICE
from appliance.ground import Ground
from appliance.intake.board import Board
from appliance.people.roster import Roster
from appliance.plugins import Plugins
from appliance.prompts.dictation import Dictations, KeptAside
from appliance.prompts.prompts import Prompts
from appliance.prompts.sound import SoundForms
from appliance.prompts.studio import Studio
from appliance.recordings.recordings import Recordings
from appliance.talk_paths import TalkPaths
from appliance.transcribing import Transcriber
from modem.commands import Command


class SpokenDesk:
    """`runner` is for the desk thread, `studio` and `call_flow` for pages; `transcriber` has a thread of its own."""

    def __init__(
        self,
        ground: Ground,
        *,
        send: Callable[[str, Command], bool],
        board: Board,
        recordings: Recordings,
        talk_paths: TalkPaths,
        roster: Roster,
        tickets: Tickets,
        forms: SoundForms | None,
    ) -> None:
        settings, store, clock, audit = ground.settings, ground.store, ground.clock, ground.audit
        prompts = Prompts(ground.language)
        self.dictations, self.plugins = Dictations(clock), Plugins(settings.commands, clock)
        self.runner = Runner(
            clock,
            ground.feed,
            board,
            lines={modem.name: modem.kind == VOICE for modem in settings.modems},
            send=send,
            prompts=prompts,
            recorder=KeptAside(recordings.recorder, self.dictations),
            # While the time isn't known, as if open: what rings longer can still be answered.
            is_open=lambda: not ground.clock_ok() or roster.is_staffed() or ground.hours.is_open(clock.now()),
            duty_phone=lambda: roster.phone("leader", "backup"),
            is_tested=lambda line: talk_paths.test(line) is not None,
            code_of=self.dictations.code_of,
        )
        self.studio = Studio(
            store,
            clock,
            audit,
            prompts,
            plugins=self.plugins,
            dictations=self.dictations,
            office_name=settings.office.name,
            language=ground.language,
            lines=[modem.name for modem in settings.modems],
            forms=forms,
        )
        self.call_flow = FlowOffice(
            settings,
            store,
            clock,
            audit,
            feed=ground.feed,
            runner=self.runner,
            tickets=tickets,
            has_sound=lambda prompt: bool(prompts.clip(prompt)),
            plugins=self.plugins,
            forms=forms,
        )
        self.studio.connect(announcements=self.call_flow.announcements.words)
        self.transcriber = Transcriber(store, clock, self.plugins, recordings.files, add_note=tickets.add_note)
