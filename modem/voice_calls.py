"""The calls of a landline: what rings, moves and sounds on the line becomes one story; what is to be done, jobs.

The theory. A landline tells little. RING says that somebody calls; that it stopped says nothing about why, so the modem
looks: a free line has a dial tone. And the line is let go of when nothing plays or listens, when a tone of the exchange
says that the far side has hung up, or when the current was interrupted: a script may fail, the office's only line must
not stay busy.
"""

from __future__ import annotations

from modem.events import CallerKnown, CallRang, CallRinging, CallTone, SoundEnd, TelephoneMoved
from modem.events import EndReason as End
from modem.voice_landline import Call, CallState, Landline
from modem.voice_signs import Sign

RING_APART_S = 2.0  # China rings 1 s in 5; some chips tell both edges, some a word and an event
BEAT_S = (4.4, 5.6)  # from one ring's beginning to the next one's
RINGS_STOPPED_S = 7.0  # without a further one
STILL_RINGS_S = (1.0, 8.0)  # after OK: a RING before is the last one's end, one within says that it did not answer
OWN_HOOK_S = 0.8  # chips tell of their own hook as of a telephone's (USR: H after +VLS=1; modems.md 7.2)
SAME_DIGITS = 7  # of a number's end: the same telephone, whatever stands before (modems.md 7.4)
UNUSED_S = 5.0  # off the hook without playing or listening

_TONES = {Sign.BUSY: CallTone.BUSY, Sign.DIAL: CallTone.DIAL, Sign.RING_BACK: CallTone.RING_BACK}


class Calls:
    """The one call there may be: there is one line, and what waits in the exchange only clicks."""

    def __init__(self, land: Landline) -> None:
        self._land = land
        self.wants_look = False  # the rings have stopped, and nobody knows why
        self._unused_s: float | None = None  # since when nothing plays or listens

    # -- what the line tells

    def ring(self, number: str | None) -> None:
        """It rings. `number`: of a caller id that came before the first ring."""
        land, call = self._land, self._land.call
        if call is not None and call.state is CallState.DIALING and not land.is_off_hook:
            land.end(End.FAILED)  # somebody was faster than we: he comes first
            call = None
        if call is None:
            call = land.begin(CallState.RINGING, number)
            land.tell(CallRinging(land.line, call.serial, number))
        elif call.state is CallState.RINGING:
            if land.now_s - call.rang_s >= RING_APART_S:
                self._rings_on(call)
            call.rang_s = land.now_s
        elif call.state is CallState.UP and STILL_RINGS_S[0] <= land.now_s - call.up_s <= STILL_RINGS_S[1]:
            land.must_answer_again = True
            land.interrupt()

    def _rings_on(self, call: Call) -> None:
        """A further ring. One off the beat may be the next caller's first: it is not told, so that nobody answers
        before his number has come. One only: elsewhere the beat is another.
        """
        after_s = self._land.now_s - call.burst_s
        call.burst_s, call.bursts = self._land.now_s, call.bursts + 1
        if not call.is_off_beat and not BEAT_S[0] <= after_s <= BEAT_S[1]:
            call.is_off_beat = True
            return
        call.rings += 1
        self._land.tell(CallRang(self._land.line, call.serial, call.rings))

    def caller(self, number: str | None) -> None:
        """Who calls has become known; "" = withheld."""
        land, call = self._land, self._land.call
        if call is None or call.state is not CallState.RINGING or number is None or number == call.number:
            return
        if _is_anothers(number, call):
            land.end(End.ELSEWHERE if call.was_lifted else End.NO_ANSWER)
            last, call = call, land.begin(CallState.RINGING, number)
            call.rang_s, call.burst_s = last.rang_s, last.burst_s
            land.tell(CallRinging(land.line, call.serial, number))
            return
        call.number, call.named_at_burst = number, call.bursts
        land.tell(CallerKnown(land.line, call.serial, number))

    def sign(self, sign: Sign) -> None:
        """What the modem noticed by itself."""
        land, call = self._land, self._land.call
        is_own = land.now_s - land.moved_s < OWN_HOOK_S
        if sign in _TONES:
            self.tone(_TONES[sign])
        elif sign is Sign.BROKEN and not is_own and call is not None and call.state is not CallState.DIALING:
            self._hung_up()
        elif sign in (Sign.LIFTED, Sign.PUT_DOWN) and not is_own:
            self._moved(is_lifted=sign is Sign.LIFTED)

    def tone(self, tone: CallTone) -> None:
        """A tone of the exchange, by the modem or in the sound."""
        if self._land.on_tone is not None:
            self._land.on_tone(tone)
        elif tone in (CallTone.BUSY, CallTone.DIAL):
            self._hung_up()

    def _hung_up(self) -> None:
        if self._land.is_up:
            self._land.leave(End.REMOTE, SoundEnd.HUNG_UP)

    def _moved(self, *, is_lifted: bool) -> None:
        land, call = self._land, self._land.call
        if land.telephone_is_lifted is is_lifted:
            return
        land.telephone_is_lifted = is_lifted
        land.tell(TelephoneMoved(land.line, is_lifted))
        if call is None:
            return
        if call.state is CallState.RINGING:
            call.was_lifted = call.was_lifted or is_lifted
        elif call.state is CallState.UP and is_lifted:
            land.cut(SoundEnd.LIFTED)
        elif call.state is CallState.JOINED and not is_lifted:
            land.cut(SoundEnd.PUT_DOWN)

    # -- time

    def tick(self, *, is_busy: bool) -> None:
        """`is_busy`: something is asked, played or heard; else the line may be held for nothing."""
        land, call = self._land, self._land.call
        if is_busy or not land.is_off_hook or land.leaving is not None:
            self._unused_s = None
        elif self._unused_s is None:
            self._unused_s = land.now_s
        elif land.now_s >= self._unused_s + UNUSED_S:
            self._unused_s = None
            land.leave(End.LOCAL)
        if call is None:
            return
        if call.state is CallState.RINGING and not call.is_ending and land.now_s >= call.rang_s + RINGS_STOPPED_S:
            self._rings_stopped(call)
        elif call.state is CallState.UP and call.way and land.now_s - call.up_s > STILL_RINGS_S[1]:
            way, call.way = call.way, ""
            if way != land.profile.answers_by:
                land.found(answers_by=way)

    def next_deadline(self) -> float | None:
        call = self._land.call
        times = [] if self._unused_s is None else [self._unused_s + UNUSED_S]
        if call is not None and call.state is CallState.RINGING and not call.is_ending:
            times.append(call.rang_s + RINGS_STOPPED_S)
        return min(times, default=None)

    def lost(self) -> None:
        """The port or the modem is gone."""
        land = self._land
        self.wants_look, self._unused_s = False, None
        land.is_off_hook, land.on_tone, land.telephone_is_lifted = False, None, None
        land.end(End.LOST)

    def _rings_stopped(self, call: Call) -> None:
        call.is_ending = True
        if call.was_lifted:
            self._land.end(End.ELSEWHERE)
        elif not self._land.has_voice:
            self._land.end(End.UNSEEN)
        else:
            self.wants_look = True


def _is_anothers(number: str, call: Call) -> bool:
    """On a busy line the next caller gets through as soon as one gives up, and the rings seem to go on.

    But an exchange tells one number a call. The same one may come in two forms, with and without prefix.
    """
    is_other = call.number is not None and number[-SAME_DIGITS:] != call.number[-SAME_DIGITS:]
    return is_other and call.bursts > call.named_at_burst and not call.is_ending
