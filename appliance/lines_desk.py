"""Builds what belongs to the lines themselves: their state, what they may still send, where their calls go."""

from __future__ import annotations

from collections.abc import Callable

from appliance.config import VOICE
from appliance.forwarding import Forwarding
from appliance.ground import Ground
from appliance.lines import Lines
from appliance.outreach.budget import SmsBudget
from appliance.talk_paths import SoundLevels, TalkPaths
from appliance.voice_profiles import VoiceProfiles
from modem.commands import Command


class LinesDesk:
    """`send` takes a line's name and a command, `sound_of` tells how loud the call is that the box carries there."""

    def __init__(
        self,
        ground: Ground,
        *,
        send: Callable[[str, Command], bool],
        sound_of: Callable[[str], SoundLevels | None],
    ) -> None:
        modems, store, clock, feed, audit = (
            ground.settings.modems,
            ground.store,
            ground.clock,
            ground.feed,
            ground.audit,
        )
        self.budget = SmsBudget(modems, store, clock, ground.zone)
        self.forwarding = Forwarding(
            store,
            clock,
            feed,
            audit,
            send=send,
            own_numbers=[modem.number for modem in modems],
            region_code=ground.region_code,
        )
        self.talk_paths = TalkPaths(
            modems,
            store,
            clock,
            audit,
            feed,
            is_forwarded=lambda line: bool(self.forwarding.of(line).active),
            sound_of=sound_of,
        )
        self.lines = Lines(
            modems, store, clock, feed, self.budget, talk_paths=self.talk_paths, forwarding=self.forwarding
        )
        self.voice_profiles = VoiceProfiles(modems, store, clock, feed, audit, send=send)
        self.with_sound = frozenset(modem.name for modem in modems if modem.audio_device or modem.kind == VOICE)
