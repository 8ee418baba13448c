"""What the office wants of a landline's call: checked, then carried out one after the other. Jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from modem.commands import Answer, Dial, HandOver, HangUp, Join, SendKeys
from modem.events import CallAnswered, CallDialing, CallTone, SoundEnd
from modem.events import EndReason as End
from modem.voice_calls import Calls
from modem.voice_dialing import KEYS, NUMBER_TO_DIAL, Dialing
from modem.voice_hook import WAYS, Hook
from modem.voice_landline import Call, CallState, Landline
from modem.voice_steps import Job, Pause

REFUSE_S = 1.0  # off and on the hook: the exchange takes it for an answer and a hang-up
LINE_LOOK_S = 1.5  # for the dial tone of a line that may be free
NO_VOICE = "this modem has no voice: it tells rings and numbers only"
NO_SUCH_CALL, NO_CALL_UP, NO_CALL_RINGS = "no such call", "no such call is up", "no such call rings"

Wish = Callable[[], Job[None]]


class Wishes:
    """Of calls. Sounds have their own."""

    def __init__(self, land: Landline, calls: Calls, hook: Hook) -> None:
        self._land, self._calls, self._hook = land, calls, hook
        self._dialing = Dialing(land, hook)
        self._waiting: deque[Wish] = deque()

    # -- commands

    def answer(self, command: Answer) -> None:
        call = self._land.call
        if call is None or call.serial != command.call or call.state is not CallState.RINGING or call.is_ending:
            self._land.refuse(command, NO_CALL_RINGS)
        elif self._can(command):
            call.is_ending = True
            self._waiting.append(lambda: self._answer(command, call))

    def hang_up(self, command: HangUp) -> None:
        land, call = self._land, self._land.call
        if call is None or call.serial != command.call:
            land.refuse(command, NO_SUCH_CALL)
        elif call.state is not CallState.RINGING or call.is_ending:
            land.leave(End.LOCAL)
        elif self._can(command):
            call.is_ending = True
            self._waiting.append(self._refuse)

    def hand_over(self, command: HandOver) -> None:
        land, call = self._land, self._land.call
        if call is None or call.serial != command.call or call.state is CallState.RINGING:
            land.refuse(command, NO_CALL_UP)
        else:
            land.leave(End.ELSEWHERE)

    def join(self, command: Join) -> None:
        """Also a call that has ended for us because it went elsewhere: that is where it is."""
        land, call = self._land, self._land.call
        if call is None:
            is_there = command.call == land.next_serial - 1 and not land.is_off_hook
        else:
            is_there = call.serial == command.call and call.state is CallState.RINGING and not call.is_ending
        if not is_there:
            land.refuse(command, NO_SUCH_CALL)
        elif self._can(command):
            joined = call or land.begin_again(command.call)
            joined.is_ending = True
            self._waiting.append(lambda: self._join(command, joined))

    def dial(self, command: Dial) -> None:
        land = self._land
        if not NUMBER_TO_DIAL.fullmatch(command.number):
            land.refuse(command, "this is no number to dial")
        elif land.call is not None or land.is_off_hook:
            land.refuse(command, "the line is in use")
        elif command.speaks and land.telephone_is_lifted:
            land.refuse(command, "the telephone beside the modem is lifted")
        elif self._can(command):
            call = land.begin(CallState.DIALING, command.number)
            land.tell(CallDialing(land.line, call.serial, command.ref, command.number))
            self._waiting.append(lambda: self._dialing.dial(command))

    def press(self, command: SendKeys) -> None:
        call = self._land.call
        if not self._land.is_up or call is None or call.serial != command.call:
            self._land.refuse(command, NO_CALL_UP)
        elif not KEYS.fullmatch(command.keys):
            self._land.refuse(command, "keys are 0-9, *, # and A-D, 40 at most")
        else:
            self._waiting.append(lambda: self._dialing.press(command))

    def _can(self, command: Answer | HangUp | Join | Dial) -> bool:
        if not self._land.has_voice:
            self._land.refuse(command, NO_VOICE)
        return self._land.has_voice

    # -- jobs

    def next_job(self) -> Job[None] | None:
        land = self._land
        if land.leaving is not None:
            self._waiting.clear()
            self._calls.wants_look = False
            return self._hook.release(land.leaving)
        if self._waiting:
            return self._waiting.popleft()()
        if self._calls.wants_look:
            self._calls.wants_look = False
            return self._look_at_line()
        return self.answer_again() if land.must_answer_again else None

    def lost(self) -> None:
        self._waiting.clear()

    def answer_again(self) -> Job[None]:
        """It said OK and goes on ringing: the other ways (thess/callattendant#11)."""
        land, call = self._land, self._land.call
        land.must_answer_again = False
        if call is None or (yield from self._lift(call)) or land.leaving is not None:
            return
        land.refuse(Answer(call.serial), "the modem says that it answers, and the line goes on ringing")
        land.leave(End.FAILED, SoundEnd.FAILED)

    def _lift(self, call: Call) -> Job[bool]:
        """By the first of the ways that are left which the modem accepts."""
        land = self._land
        while call.ways_left and land.leaving is None:
            call.way, call.ways_left = call.ways_left[0], call.ways_left[1:]
            if (yield from self._hook.lift(call.way, land.profile.vls_line)):
                call.up_s = land.now_s
                return True
        return False

    def _answer(self, command: Answer, call: Call) -> Job[None]:
        land = self._land
        known = land.profile.answers_by
        call.ways_left = (known, *(way for way in WAYS if way != known))
        if (yield from self._lift(call)):
            call.state, call.is_ending = CallState.UP, False
            land.tell(CallAnswered(land.line, call.serial))
        elif land.leaving is None:
            land.refuse(command, "the modem did not answer the call")
            land.leave(End.FAILED)

    def _join(self, command: Join, call: Call) -> Job[None]:
        land = self._land
        for vls in dict.fromkeys((land.profile.vls_join, land.profile.vls_line)):
            if land.leaving is None and (yield from self._hook.lift("+VLS", vls)):
                call.state, call.is_ending, call.up_s, call.vls = CallState.JOINED, False, land.now_s, vls
                land.telephone_is_lifted = True
                land.tell(CallAnswered(land.line, call.serial))
                return
        if land.leaving is None:
            land.refuse(command, "the modem did not go off the hook")
        land.leave(End.ELSEWHERE)

    def _refuse(self) -> Job[None]:
        if (yield from self._hook.lift_somehow(self._land.profile.vls_line)):
            yield Pause(REFUSE_S)
        self._land.leave(End.LOCAL)

    def _look_at_line(self) -> Job[None]:
        """The rings have stopped: a free line has a dial tone, one on which the office's telephone talks has none."""
        is_free: bool | None = None
        if (yield from self._hook.lift_somehow(self._land.profile.vls_line)):
            is_free = yield from self._hook.look(CallTone.DIAL, LINE_LOOK_S)
        self._land.leave({True: End.NO_ANSWER, False: End.ELSEWHERE, None: End.UNSEEN}[is_free])
