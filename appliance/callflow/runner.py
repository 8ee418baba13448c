"""Runs the scripts of the call flow, each on its own line's thread, with data that was loaded before the call.

It never waits: not for the desk thread, not for the disk, not for another thread of its line. Whoever brings an event
puts it down at its line; if somebody is at work there already, that one takes it up too. So events are worked off one
by one in the order they came, and commands go out in the order they were decided. What happened is written afterwards,
by the desk thread.

The refs of Play, Listen and Wake are given out here, and nowhere else.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from appliance.callflow.alarm_call import AlarmCall
from appliance.callflow.in_hand import Opening
from appliance.callflow.loaded import FlowData, Prompts, Question, Recorder
from appliance.callflow.making import SOUND_WITHIN_S, for_caller, for_talk
from appliance.callflow.plan import HELD_OFF, Plan
from appliance.callflow.result import FlowResult, joined
from appliance.callflow.results import Results
from appliance.callflow.script import Script
from appliance.callflow.steps import Circumstances
from appliance.callflow.walk import Voice
from appliance.callflow.words import CONCERNS, GONE, Ask, Deed, Enough, Heard, RateNow, TakenOver, Told
from appliance.callflow.work import Work
from appliance.clock import Clock
from appliance.errors import LineBusy, NotFound
from appliance.feed import Feed
from appliance.intake.board import ENDED, TALKING, Board, BoardCall
from appliance.people.user import User
from modem.commands import Answer, Command, HandOver, Listen, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallRinging,
    CommandRefused,
    EndReason,
    Event,
    KeyPressed,
    LineChanged,
)

CallScript = Script | AlarmCall
MOST_QUESTIONS = 32
NUMBER = "number:"


@dataclass(eq=False)
class _Line:
    name: str
    is_landline: bool
    work: Work = field(default_factory=Work)
    scripts: tuple[CallScript, ...] = ()  # replaced whole: others look at it
    judged: int = 0  # the modem's call whose caller is known as one who is held off


class Runner:
    """`at_once` is for the lines' threads; `tell`, `questions` and `finished` for the desk's; the rest for anybody."""

    def __init__(
        self,
        clock: Clock,
        feed: Feed,
        board: Board,
        *,
        lines: Mapping[str, bool],
        send: Callable[[str, Command], bool],
        prompts: Prompts,
        recorder: Recorder,
        is_open: Callable[[], bool],
        is_tested: Callable[[str], bool],
        code_of: Callable[[str], tuple[str, float]] = lambda line: ("", 0.0),
        duty_phone: Callable[[], str] = lambda: "",
    ) -> None:
        """`lines` says of each line whether it is a landline. `is_tested`: somebody makes a test call there now.

        `code_of`: what leads to a prompt being recorded over this line, and how long it may be; "" = nobody waits.
        `duty_phone`: of whom the roster names now; it comes before the one of the line's plan.
        """
        self._clock, self._feed, self._board, self._send = clock, feed, board, send
        self._prompts, self._recorder = prompts, recorder
        self._is_open, self._is_tested, self._code_of = is_open, is_tested, code_of
        self._duty_phone = duty_phone
        self._lines = {name: _Line(name, is_landline) for name, is_landline in lines.items()}
        self._refs: Iterator[int] = itertools.count(1)
        self._data = FlowData()
        self._results = Results()
        self.questions: deque[Question] = deque(maxlen=MOST_QUESTIONS)
        self.finished = self._results.finished

    def load(self, data: FlowData) -> None:
        """From the next call on this holds."""
        self._data = data

    # --- for the lines --------------------------------------------------------------------------------------------

    def at_once(self, event: Event) -> None:
        """What a line tells, right after the board has heard it and before the desk thread does. Never raises."""
        line = self._lines.get(event.line)
        if line is not None and isinstance(event, CONCERNS):
            line.work.put(partial(self._take, line, event=event))

    # --- for the desk thread --------------------------------------------------------------------------------------

    def result(self, call_id: int) -> FlowResult | None:
        """What the caller did with the box; None where it had no part in the call."""
        found = self._results.get(call_id)
        for script in self._scripts_of(call_id):
            found = joined(found, script.result)
        return found

    def tell(self, question: Question, told: Told) -> None:
        """The office's answer."""
        line = self._lines[question.line]
        line.work.put(partial(self._say, line, call=question.call, word=told))

    def call_out(self, line: str, make: Callable[[Voice, Iterator[int]], AlarmCall]) -> None:
        """The box itself begins a call, which stands on the board."""
        own = self._lines[line]
        own.work.put(lambda: self._begin(own, make(self._voice(line), self._refs)))

    # --- for the pages ----------------------------------------------------------------------------------------------

    def take_over(self, call_id: int) -> bool:
        """A person takes this call ("I have it", F2), ringing or with the box. True if the box had answered it.

        A landline's telephone must be lifted by now: the modem lets go of the line (HandOver).
        """
        call = self._board.get(call_id)
        for line, script in self._with_line(call_id):
            if script.setting.opening is Opening.RING:
                line.work.put(partial(self._say, line, call=script.setting.call, word=TakenOver()))
                return call is not None and call.by_box
        return False

    def hand_over(self, call_id: int) -> bool:
        """The handset is lifted for a call that the box dialled: let go of the line. False if there is none."""
        call = self._board.get(call_id)
        line = self._lines.get(call.line) if call else None
        if call is None or line is None or call.modem_call is None or not line.is_landline:
            return False
        line.work.put(partial(self._command, line, command=HandOver(call.modem_call)))
        return True

    def record(self, call_id: int, by: User | None) -> None:
        """Record this conversation from now on (F4), the notice first where the plan says so.

        Raises NotFound, LineBusy. Pressed twice it is one recording.
        """
        self._begin_talk(call_id, "")

    def stop_recording(self, call_id: int) -> bool:
        """No longer (F8). The people go on talking. True if it was being recorded, or about to be."""
        return self._tell_talk(call_id, Enough())

    def rate(self, call_id: int) -> None:
        """Ask the caller for 1-5 now, then hang up. Raises NotFound, LineBusy."""
        if not self._tell_talk(call_id, RateNow()):
            self._begin_talk(call_id, "rate")

    def rates(self, line: str) -> bool:
        """Whether callers of this line are asked for 1-5 at the end of a conversation."""
        plan = self._data.plans.get(line)
        return plan is not None and plan.rates_talks

    def is_with_box(self, call_id: int) -> bool:
        """Whether the box speaks with this caller now, or holds the line for somebody to take."""
        return any(s.setting.opening is Opening.RING and not s.is_ringing for s in self._scripts_of(call_id))

    # --- one after the other ----------------------------------------------------------------------------------------

    def _take(self, line: _Line, event: Event) -> None:
        if isinstance(event, CallRinging):
            for script in line.scripts:
                if isinstance(script, AlarmCall):
                    self._hear(line, script, event)
            self._rings(line, event)
            return
        if isinstance(event, CallerKnown):
            self._named(line, event)
        if isinstance(event, LineChanged):
            if event.state in GONE:
                for script in line.scripts:
                    self._hear(line, script, CallEnded(line.name, script.setting.call, EndReason.LOST))
            return
        for script in line.scripts:
            self._mark(script, event)
            self._hear(line, script, event)
        self._two_speak(line, event)

    def _hear(self, line: _Line, script: CallScript, word: Heard) -> None:
        self._do(line, script, script.hear(word))

    def _say(self, line: _Line, call: int, word: Heard) -> None:
        for script in line.scripts:
            if script.setting.call == call:
                self._hear(line, script, word)

    def _do(self, line: _Line, script: CallScript, deeds: list[Deed]) -> None:
        for deed in deeds:
            if isinstance(deed, Ask):
                self._ask(line, script, deed)
                continue
            if isinstance(deed, Answer) and not self._board.let_box_answer(script.setting.call_id):
                self._hear(line, script, CallEnded(line.name, script.setting.call, EndReason.LOCAL))
                break
            if isinstance(deed, Listen) and deed.keep:
                self._recorder.expect(line.name, deed.ref, call_id=script.setting.call_id, kind=script.keeping)
            self._command(line, deed, script)
        self._show(script)
        if script.is_over and script in line.scripts:
            self._results.add(script.result)  # first: somebody may ask at this very moment
            line.scripts = tuple(other for other in line.scripts if other is not script)
            if script.result.was_handed_over and not line.is_landline:  # a landline tells when its modem has let go
                self._record_by_itself(line, script.setting.call_id)

    def _command(self, line: _Line, command: Command, script: CallScript | None = None) -> None:
        if self._send(line.name, command):
            return
        if isinstance(command, Wake) and script is not None:  # nobody is left to wake anybody
            line.work.put(partial(self._hear_later, line, script))
            return
        refused = CommandRefused(line.name, command, "it takes no commands")
        line.work.put(partial(self._take, line, refused))

    def _hear_later(self, line: _Line, script: CallScript) -> None:
        self._hear(line, script, CallEnded(line.name, script.setting.call, EndReason.LOST))

    # --- beginnings -------------------------------------------------------------------------------------------------

    def _rings(self, line: _Line, event: CallRinging) -> None:
        data, call = self._data, self._board.of_modem(line.name, event.call)
        plan, is_open = data.plans.get(line.name), self._is_open()
        if call is None or plan is None or call.is_taken or self._is_tested(line.name):
            return
        hours = plan.for_caller(call.level, is_open=is_open)
        line.judged = event.call if call.level in HELD_OFF else 0
        if not hours.acts:
            return
        code, code_s = self._code_of(line.name)
        now = Circumstances(
            is_open,
            has_number=bool(call.number),
            announcement=data.announcements.get(line.name, ""),
            duty_phone=self._duty_phone() or plan.duty_phone,
            code=code,
            code_s=code_s,
            has_room=self._recorder.has_room,
        )
        script = for_caller(
            hours,
            now,
            call=event.call,
            call_id=call.call_id,
            is_landline=line.is_landline,
            voice=self._voice(line.name),
            refs=self._refs,
        )
        self._begin(line, script)

    def _named(self, line: _Line, event: CallerKnown) -> None:
        """The number came after the ring: of a caller who is held off, the box lets go, or answers for the desk."""
        call = self._board.of_modem(line.name, event.call)
        if call is None or call.level not in HELD_OFF or line.judged == event.call:
            return
        begun = [script for script in line.scripts if script.setting.call == event.call]
        if any(not script.is_ringing for script in begun):
            return  # it speaks with him already
        for script in begun:
            self._hear(line, script, CallEnded(line.name, event.call, EndReason.LOCAL))
        self._rings(line, CallRinging(line.name, event.call, event.number))

    def _begin_talk(self, call_id: int, first: str) -> None:
        call = self._board.get(call_id)
        if call is None or call.state == ENDED:
            raise NotFound
        line, plan = self._lines.get(call.line), self._data.plans.get(call.line)
        if line is None or plan is None or call.modem_call is None or call.state != TALKING:
            raise LineBusy(line=call.line, reason="no call is up")
        if self.is_with_box(call_id):
            raise LineBusy(line=call.line, reason="the box itself speaks with the caller")
        line.work.put(partial(self._talk, line, call=call, plan=plan, first=first))

    def _talk(self, line: _Line, call: BoardCall, plan: Plan, first: str, settles_s: float = 0.0) -> None:
        if call.modem_call is None or any(script.setting.call_id == call.call_id for script in line.scripts):
            return
        script = for_talk(
            plan,
            call=call.modem_call,
            call_id=call.call_id,
            is_landline=line.is_landline,
            voice=self._voice(line.name),
            refs=self._refs,
            first=first,
            settles_s=settles_s,
        )
        self._begin(line, script)

    def _two_speak(self, line: _Line, event: Event) -> None:
        """The beginning of a conversation: the operator has answered, or the office's telephone has the call."""
        if not isinstance(event, CallEnded if line.is_landline else CallAnswered):
            return
        call = self._board.of_modem(line.name, event.call)
        if call is None or (isinstance(event, CallEnded) and not _went_to_telephone(event.reason, call)):
            return
        if not call.by_box and not line.scripts and self._has_not_joined(call):
            self._record_by_itself(line, call.call_id)

    def _record_by_itself(self, line: _Line, call_id: int) -> None:
        plan, call = self._data.plans.get(line.name), self._board.get(call_id)
        if plan is not None and plan.records_talks and call is not None and call.state != ENDED:
            self._talk(line, call, plan, "", settles_s=0.0 if line.is_landline else SOUND_WITHIN_S)

    def _has_not_joined(self, call: BoardCall) -> bool:
        """Not once more after a recording that somebody ended, or that failed."""
        found = self.result(call.call_id)
        return found is None or not any(step.step in ("joined", "failed") for step in found.steps)

    def _begin(self, line: _Line, script: CallScript) -> None:
        line.scripts = (*line.scripts, script)
        self._do(line, script, script.begin())

    # --- small things -----------------------------------------------------------------------------------------------

    def _show(self, script: CallScript) -> None:
        """The card says what the box does."""
        call = self._board.get(script.setting.call_id)
        if call is None:
            return
        is_ours = script.setting.opening is Opening.RING
        shown: dict[str, Any] = {}
        if is_ours and call.box_step != script.step:
            shown |= {"box_step": script.step, "box_step_at": self._clock.now() if script.step else None}
        result = script.result
        if is_ours and call.by_box and script.is_over and (result.was_handed_over or not result.was_answered):
            shown["by_box"] = False
        if (call.recording_since is not None) != bool(script.keeping):
            shown["recording_since"] = self._clock.now() if script.keeping else None
        if shown:
            self._board.change(call.call_id, **shown)
            self._feed.announce("call", call.call_id)

    def _mark(self, script: CallScript, event: Event) -> None:
        if isinstance(event, KeyPressed) and script.keeping and event.call == script.setting.call:
            self._recorder.mark(script.setting.call_id, "key", event.key)

    def _ask(self, line: _Line, script: CallScript, ask: Ask) -> None:
        call = self._board.get(script.setting.call_id)
        number = (call.number or "") if call is not None else ""
        self.questions.append(Question(line.name, script.setting.call, ask.ref, ask.no, number))

    def _voice(self, line: str) -> Callable[[str], tuple[bytes, ...]]:
        def voice(word: str) -> tuple[bytes, ...]:
            if word.startswith(NUMBER):
                return self._prompts.number(word.removeprefix(NUMBER), line)
            return (self._prompts.clip(word, line),)

        return voice

    def _tell_talk(self, call_id: int, word: Heard) -> bool:
        for line, script in self._with_line(call_id):
            if script.setting.opening is not Opening.RING:
                line.work.put(partial(self._say, line, call=script.setting.call, word=word))
                return True
        return False

    def _scripts_of(self, call_id: int) -> list[CallScript]:
        return [script for _, script in self._with_line(call_id)]

    def _with_line(self, call_id: int) -> list[tuple[_Line, CallScript]]:
        return [
            (line, script)
            for line in self._lines.values()
            for script in line.scripts
            if script.setting.call_id == call_id
        ]


def _went_to_telephone(reason: EndReason, call: BoardCall) -> bool:
    """Whether the office's own telephone has this call for certain: the modem saw it, or somebody said so."""
    return reason is EndReason.ELSEWHERE or (reason is EndReason.UNSEEN and call.is_taken and not call.said_missed)
