"""A danger in an office with one landline and a mobile line, in fake time; the leader's telephone stands in the town.

office = AlarmOffice(tmp_path)
no = office.danger(CHIEF_LANDLINE)            # the button; the chain begins
office.his_rings(); office.lifts(); office.hears_words(); office.presses("1")
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from appliance.callflow.alarm_call import AlarmCall
from appliance.casework.tickets import TicketForm
from modem.commands import Command, Dial, Listen
from modem.events import CallAnswered, CallDialing, CallEnded, EndReason, SoundEnded
from modem.simulator import tones
from modem.simulator.voice.calls import Stage
from modem.simulator.voice.hooks import MODEM
from tests.appliance.small_office import WANG
from tests.journeys.fast_landline_office import LINE, MOBILE, FastLandlineOffice
from tests.modem.simulator.voice.bench import write_wav

CHIEF, STAND_IN = "13800005555", "13800006666"
CHIEF_LANDLINE = "057185556666"
PATIENCE_S, MOBILE_CALL = 30.0, 901


class AlarmOffice(FastLandlineOffice):
    def __init__(self, folder: Path, profile: str = "standard") -> None:
        self.on_mobile: list[Command] = []
        self.held_s: list[float] = []  # the line, for each call of ours
        self._taken_s: float | None = None
        self._was_ours = False
        super().__init__(folder, profile)
        self.hello = write_wav(folder / "hello.wav", tones.sine(300, 1.5, -12))

    # --- the office ---

    def duty(self, role: str, phone: str) -> None:
        now, small = self.small.clock.now(), self.small
        ends_at = now + timedelta(days=2)
        small.office.roster.add(role, now - timedelta(hours=1), ends_at, small.lead, name=f"{role}人", phone=phone)

    def danger(self, *chain: str, content: str = "东街3号楼有异味", **form: Any) -> int:
        """Somebody presses the button: the first of the chain is told."""
        for phone, role in zip(chain, ("leader", "backup"), strict=False):
            self.duty(role, phone)
        values = {"place": "东街", "contact_phone": WANG, "type": "help", "category": "gas", **form}
        no = self.small.office.tickets.create(TicketForm(content, content, **values), self.small.li)
        self.small.office.follow_up.emergencies.start(no, "gas", self.small.li)
        return no

    def danger_is(self) -> str:
        return str(self.small.one("SELECT state FROM emergency ORDER BY id DESC")["state"])

    def calls(self) -> list[tuple[str, str]]:
        """(line, outcome) of each call that the box made about a danger."""
        rows = self.small.store.rows("SELECT * FROM emergency_call ORDER BY id")
        return [(row["line"], row["outcome"]) for row in rows]

    def dialled(self) -> list[str]:
        return [event.number for event in self.of(CallDialing)]

    def words_are_said(self) -> bool:
        flow: Any = self.small.office.calls._flow
        scripts = [script for line in flow._lines.values() for script in line.scripts]
        return any(isinstance(script, AlarmCall) and script.step == "alarm" for script in scripts)

    # --- the town ---

    def comes(self, what: Callable[[], object], within_s: float = PATIENCE_S) -> None:
        until_s = self.now_s + within_s
        while not what():
            assert self.now_s < until_s, f"not within {within_s:.0f} s; told {self.events[-20:]}"
            self.later(0.2)

    def his_rings(self, within_s: float = PATIENCE_S) -> None:
        """The telephone of whom the box calls."""
        self.comes(lambda: self.is_ours and self.town.line.stage is Stage.ALERTING, within_s)

    @property
    def is_ours(self) -> bool:
        return self.town.line.call is not None and self.town.line.call.outgoing

    def on_line(self) -> str:
        """Whose call is on the landline; "" if nobody's."""
        return self.town.line.call.number if self.town.line.call is not None else ""

    def lifts(self) -> None:
        self.ask("pickup", wav=str(self.hello))

    def hears_words(self) -> None:
        self.comes(self.words_are_said)

    def box_listens(self) -> None:
        """It waits for the key: not every modem hears one while it plays."""
        ended = {event.ref for event in self.of(SoundEnded)}
        seen = len(self.asked)
        self.comes(lambda: any(isinstance(each, Listen) for each in self.asked[seen:]) or self._listens(ended))
        self.later(0.5)

    def _listens(self, ended: set[int]) -> bool:
        return bool(self.asked) and isinstance(self.asked[-1], Listen) and self.asked[-1].ref not in ended

    def presses(self, key: str) -> None:
        self.ask("dtmf", digits=key)
        self.later(1.0)

    def call_is_over(self, within_s: float = 60.0) -> None:
        self.comes(lambda: self.calls() and self.calls()[-1][1], within_s)
        self.later(3.0)
        assert not self.town.ask("state")["off_hook"], "the line is held"

    def tell_mobile(self, *, answered: bool = False) -> None:
        """What the mobile line says of the call that it was asked to make."""
        dial = next(each for each in reversed(self.on_mobile) if isinstance(each, Dial))
        self._tell(CallDialing(MOBILE.name, MOBILE_CALL, dial.ref, dial.number))
        if answered:
            self._tell(CallAnswered(MOBILE.name, MOBILE_CALL))
        self.later(1.0)

    def tell_mobile_ended(self, reason: EndReason) -> None:
        self._tell(CallEnded(MOBILE.name, MOBILE_CALL, reason))
        self.later(2.0)

    def _take_command(self, command: Command) -> None:
        line = self.small.commands[-1][0]
        if line == LINE:
            super()._take_command(command)
            return
        self.small.commands.clear()
        self.on_mobile.append(command)

    def _watch(self) -> None:
        super()._watch()
        if MODEM in self.town.line.hooks.holders:
            self._taken_s = self.now_s if self._taken_s is None else self._taken_s
            self._was_ours = self._was_ours or self.is_ours
        elif self._taken_s is not None:
            self.held_s += [self.now_s - self._taken_s] if self._was_ours else []
            self._taken_s, self._was_ours = None, False
