"""Builds the office's services over one store: used by the running process, by commands, and by tests with a fast clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from appliance import __version__
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, utc_text
from appliance.config import Settings
from appliance.desk import Desk
from appliance.feed import Feed
from appliance.intake.calls import Calls
from appliance.intake.messages import Messages
from appliance.limits.workdays import WorkCalendar
from appliance.lines import Lines
from appliance.office import Office, Town
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.notices import Notices
from appliance.outreach.outbox import Outbox
from appliance.outreach.reminders import Reminders
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.people.keys import BoxKey
from appliance.people.users import Users
from appliance.upkeep.audit import Audit
from appliance.upkeep.box_clock import BoxClock
from appliance.upkeep.health import Health
from db.store import Store
from modem.commands import Command
from modem.events import Deliver

Send = Callable[[str, Command], bool]
