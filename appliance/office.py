"""The office as the pages see it: one frozen bundle of services, the only thing web/ is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from appliance.callflow.announcements import Announcements
from appliance.callflow.flows import CallFlows
from appliance.casework.agency import Agency
from appliance.casework.approvals import Approvals
from appliance.casework.asking_codes import AskingCodes
from appliance.casework.conference import Conferences
from appliance.casework.duplicates import Hints
from appliance.casework.duty_ledger import DutyLedger
from appliance.casework.joining import Joining
from appliance.casework.routing import Routing
from appliance.casework.sending_out import SendingOut
from appliance.casework.tickets import Tickets
from appliance.clock import Clock
from appliance.config import Settings
from appliance.feed import Feed
from appliance.follow_up_desk import FollowUpDesk
from appliance.forwarding import Forwarding
from appliance.intake.calls import Calls
from appliance.intake.during_calls import DuringCalls
from appliance.intake.messages import Messages
from appliance.intake.trial_calls import TrialCalls
from appliance.knowledge_desk import KnowledgeDesk
from appliance.limits_desk import LimitsDesk
from appliance.lines import Lines
from appliance.listening_in import ListeningIn
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.reminders import Reminders
from appliance.paper_desk import PaperDesk
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.handover import Handovers
from appliance.people.nuisance import Nuisance
from appliance.people.places import Places
from appliance.people.reveal import Reveal
from appliance.people.roster import Roster
from appliance.people.seats import Seats
from appliance.people.users import Users
from appliance.people.vault_ageing import VaultAgeing
from appliance.plugins import Plugins
from appliance.prompts.studio import Studio
from appliance.recordings.library import Library
from appliance.talk_paths import TalkPaths
from appliance.upkeep.audit import Audit
from appliance.upkeep.box_clock import BoxClock
from appliance.upkeep.health import Health
from appliance.upkeep.unattended import Unattended
from appliance.voice_profiles import VoiceProfiles
from appliance.words_desk import WordsDesk


class Town(Protocol):
    """The demo's telephone network: citizens who ring and text. Absent in a real office."""

    def ring(self, number: str) -> None: ...

    def ring_landline(self, number: str) -> None: ...

    def voices(self) -> tuple[str, ...]: ...

    def speak(self, voice: str) -> None: ...

    def press(self, keys: str) -> None: ...

    def heard(self) -> bytes: ...

    def lift(self) -> None: ...

    def put_down(self) -> None: ...

    def is_lifted(self) -> bool: ...

    def text(self, number: str, text: str) -> None: ...

    def hang_up(self) -> None: ...

    def pick_up(self) -> None: ...

    def phones(self) -> list[dict[str, object]]: ...

    def calls(self) -> list[dict[str, object]]: ...


@dataclass(frozen=True)
class Office:
    """All that a page may ask. Services are safe to call from any web thread."""

    settings: Settings
    clock: Clock
    feed: Feed
    audit: Audit
    limits: LimitsDesk
    users: Users
    departments: Departments
    paper: PaperDesk
    places: Places
    routing: Routing
    conferences: Conferences
    duty_ledger: DutyLedger
    citizens: Citizens
    reveal: Reveal
    vault_ageing: VaultAgeing
    asking_codes: AskingCodes
    hints: Hints
    joining: Joining
    sending_out: SendingOut
    knowledge: KnowledgeDesk
    nuisance: Nuisance
    tickets: Tickets
    approvals: Approvals
    calls: Calls
    during_calls: DuringCalls
    trial_calls: TrialCalls
    messages: Messages
    words: WordsDesk
    callbacks: Callbacks
    reminders: Reminders
    follow_up: FollowUpDesk
    lines: Lines
    talk_paths: TalkPaths
    forwarding: Forwarding
    voice_profiles: VoiceProfiles
    plugins: Plugins
    studio: Studio
    call_flows: CallFlows
    announcements: Announcements
    recordings: Library
    listening_in: ListeningIn
    health: Health
    box_clock: BoxClock
    roster: Roster
    handovers: Handovers
    seats: Seats
    unattended: Unattended
    agency: Agency
    town: Town | None = None

    @property
    def is_demo(self) -> bool:
        return self.town is not None
