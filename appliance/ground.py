"""What every desk of the office stands on: its settings, its file, its clock and hours, who it is on this start."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from appliance import __version__
from appliance.casework.calendar import load_calendar
from appliance.casework.deadlines import load_preset
from appliance.clock import Clock, utc_text
from appliance.config import Settings
from appliance.feed import Feed
from appliance.limits.hours import OfficeHours
from appliance.people.keys import BoxKey
from appliance.upkeep.audit import Audit
from appliance.upkeep.box_clock import BoxClock
from db.store import Store


@dataclass(frozen=True, slots=True)
class Ground:
    """Nothing here knows a service of the office; every service may know all of it."""

    settings: Settings
    store: Store
    clock: Clock
    box_clock: BoxClock
    key: BoxKey
    audit: Audit
    feed: Feed
    zone: ZoneInfo
    hours: OfficeHours
    boot_id: int

    @classmethod
    def lay(cls, settings: Settings, store: Store, clock: Clock) -> Ground:
        """Check that file and key belong together, and note this start. Raises StoreError."""
        key = BoxKey.load(settings.data.directory)
        key.check(store)
        box_clock, zone, feed = BoxClock(store, clock), ZoneInfo(settings.office.timezone), Feed()
        with store.transaction() as tx:
            boot_id = tx.insert(
                "boot", started_at=utc_text(clock.now()), version=__version__, clock_ok=int(box_clock.is_ok())
            )
        store.on_commit(feed.announce_all)
        return cls(
            settings,
            store,
            clock,
            box_clock=box_clock,
            key=key,
            audit=Audit(store, clock, key),
            feed=feed,
            zone=zone,
            # Whoever holds them counts by what the office sets, from the moment it is set.
            hours=settings.office.hours.at(load_calendar(store), zone, load_preset(store)),
            boot_id=boot_id,
        )

    def clock_ok(self) -> bool:
        """Whether the box's time can be believed; nothing is decided while it can't."""
        return self.box_clock.is_ok()

    @property
    def region_code(self) -> str:
        return self.settings.office.region_code

    @property
    def language(self) -> str:
        return self.settings.office.language
