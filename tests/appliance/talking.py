"""Talk paths that a test takes for proven, as after a test call in which both sides heard each other."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.clock import utc_text
from appliance.config import ModemSettings
from db import talk_paths
from db.store import Store


def prove(store: Store, *modems: ModemSettings) -> None:
    """Write the row that a test call leaves; before the services are built."""
    with store.transaction() as tx:
        for modem in modems:
            talk_paths.add(
                tx,
                line=modem.name,
                talk_path=modem.talk_path,
                audio_device=modem.audio_device,
                handset_device=modem.handset_device,
                call_id=None,
                caller_hears=1,
                office_hears=1,
                tested_at=utc_text(datetime(2026, 11, 1, tzinfo=UTC)),
                tested_by=None,
            )
