"""The results of tickets as sound, for citizens who can't be texted and ask for them by telephone.

Made by the technician's own program ([commands] speak_command), one a minute, long before anybody calls: in a call
nobody waits for a program. Where none is plugged in, the caller is told to ask in office hours. What somebody
brought in confidence is never spoken.
"""

from __future__ import annotations

import logging

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong
from appliance.outreach.notices import is_secret
from appliance.people.numbers import may_text
from appliance.plugins import PluginBusy, PluginFailed, Plugins
from appliance.prompts import uploads
from appliance.prompts.sound import SoundForms
from db import call_flow as rows
from db.store import Store

log = logging.getLogger(__name__)

TOLD_IN = "survey"  # the status in which a citizen hears of the result
LOOKED_AT = 50
LONGEST_S = 120.0


class SpokenReplies:
    """`prepare` is for a thread that may wait half a minute; `sound` for the desk's."""

    def __init__(self, store: Store, clock: Clock, plugins: Plugins, forms: SoundForms | None) -> None:
        """`forms` is None in a process that runs no lines: nothing is spoken there."""
        self._store, self._clock, self._plugins, self._forms = store, clock, plugins, forms

    def sound(self, ticket_id: int) -> bytes:
        """G.711 u-law; empty where there is none."""
        return rows.spoken(self._store, ticket_id)

    def prepare(self) -> None:
        """Have the next one spoken. One that fails, or is not needed, has a row without sound: it is done with."""
        if self._forms is None or not self._plugins.can_speak:
            return
        for row in rows.to_be_spoken(self._store, TOLD_IN, LOOKED_AT):
            if not is_secret(row) and row["phone"] and not may_text(row["phone"]):
                self._speak(self._forms, row["note_id"], row["text"], row["no"])
                return
            self._keep(row["note_id"], b"")  # so that those nobody needs never hide one that somebody waits for

    def _speak(self, forms: SoundForms, note_id: int, text: str, no: int) -> None:
        sound = b""
        try:
            sound = forms.encode(uploads.take(self._plugins.speak(text).wav, forms, LONGEST_S).samples)
        except PluginBusy:
            return  # next minute
        except (PluginFailed, FieldWrong) as trouble:
            log.warning("the result of ticket %06d could not be spoken: %s", no, type(trouble).__name__)
        self._keep(note_id, sound)

    def _keep(self, note_id: int, sound: bytes) -> None:
        with self._store.transaction() as tx:
            rows.keep_spoken(tx, note_id, sound, utc_text(self._clock.now()))
