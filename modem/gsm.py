"""The conversation with a GSM module: bytes, the office's commands and the time in; events and bytes out. Sans-I/O.

It owns the order of things. One command runs at a time; when it ends, the next is chosen: calls first, then
start-up, a technician's own, questions about the network, text messages in and out by turns. What each part asks,
and how it reads the answer, stands in gsm_calls, gsm_start, gsm_raw, gsm_status, gsm_stores and gsm_sms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modem.at import Ask, AtEngine, Done, Heard, InStep, Listed, News, Noise
from modem.at_words import FinalKind, fields_of, name_of, number_in
from modem.commands import Answer, Command, DeleteSms, Dial, HangUp, RawCommand, ReadStores, SendSms
from modem.dialect import NEWS_WITH_PDU, Dialect, choose, matches
from modem.dialects import all_dialects
from modem.events import CommandRefused, Event, LineState
from modem.gsm_calls import Calls
from modem.gsm_dialogue import DialogueRunner
from modem.gsm_picture import Picture
from modem.gsm_pin import SimPin
from modem.gsm_raw import RawCommands
from modem.gsm_sms import Outgoing
from modem.gsm_start import Module, Outcome, start_up
from modem.gsm_status import DOMAINS, Status
from modem.gsm_stores import Stores
from modem.gsm_unasked import NoiseGate, came_directly

TRY_AGAIN_S = 30.0  # no SIM, locked, refused: asked again, because a card can be put in
SETTLE_S = 1.0  # "SMS READY" and its like come in threes
RESTART_LEAST_S = 10.0  # between two start-ups that such words caused
STRIKES = 3  # commands without any answer, nothing working in between: the port is opened again
ECHOES_BEFORE_ATE0 = 2  # of AT, and of ATE0 itself

Turn = tuple[Ask, Callable[[Done, float], None]]  # what to ask, and who reads the answer


class GsmConversation:
    """One GSM module on one port. Lives over reconnects: call and session numbers go on."""

    def __init__(
        self,
        line: str,
        dialect: Dialect | None = None,
        *,
        pin: str | None = None,
        may_try_pin: Callable[[str], bool] = lambda _holder: True,
        pin_was_right: Callable[[str], None] = lambda _holder: None,
        poll_stores_s: float = 30.0,
        first_call: int = 1,
        first_session: int = 1,
    ) -> None:
        """`dialect` None: chosen by what the module says of itself. About the PIN see gsm_pin.SimPin."""
        self._line = line
        self._named_dialect = dialect
        self._pin = SimPin(pin, may_try_pin, pin_was_right)
        self._poll_stores_s = poll_stores_s
        self._dialects = all_dialects()
        self._dialect = dialect or choose(self._dialects, "", "")
        self._engine = AtEngine(self._dialect.news_test(), NEWS_WITH_PDU)
        self._picture = Picture(line)
        self._module = Module()
        self._calls = Calls(line, self._dialect, first_call)
        self._stores = Stores(line, poll_stores_s, first_session - 1)
        self._outgoing = Outgoing(line)
        self._status = Status(self._picture)
        self._raw = RawCommands(line)
        self._dialogue = DialogueRunner()
        self._start_at_s: float | None = None  # start-up is to run (again) then
        self._started_at_s = 0.0
        self._echo_is_usual = False
        self._is_up = False  # start-up went through
        self._answered: Callable[[Done, float], None] | None = None  # who reads the running command's answer
        self._stores_turn = True
        self._strikes = 0
        self._noise = NoiseGate(line)
        self._events: list[Event] = []
        self.wants_reopen = False

    # -- what the port calls

    def start(self, now_s: float) -> list[Event]:
        """The port was just opened."""
        self.wants_reopen = False
        self._strikes = 0
        self._engine.open(now_s)
        self._begin_start_up(now_s, "")
        return self._told()

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        for heard in self._engine.receive(data, now_s):
            self._hear(heard, now_s)
        return self._go_on(now_s)

    def tick(self, now_s: float) -> list[Event]:
        for heard in self._engine.tick(now_s):
            self._hear(heard, now_s)
        self._events += self._calls.tick(now_s)
        return self._go_on(now_s)

    def send(self, command: Command, now_s: float) -> list[Event]:
        """Take a command of the office; carried out when its turn comes, or refused at once."""
        _COMMANDS[type(command)](self, command, now_s)
        return self._go_on(now_s)

    def data_to_send(self) -> bytes:
        return self._engine.data_to_send()

    def next_deadline(self) -> float | None:
        """When `tick` has something to do, if no bytes come before."""
        if not self._engine.is_idle:
            return self._engine.next_deadline()
        times = [self._calls.next_deadline(), self._dialogue.next_deadline()]
        if not self._dialogue.is_running:
            times.append(self._start_at_s)
        if self._is_up:
            times += [self._stores.next_deadline(), self._status.next_deadline()]
        return min((time for time in times if time is not None), default=None)

    def lost(self, reason: str, now_s: float, state: LineState = LineState.BROKEN) -> list[Event]:
        """The port is gone, or is not there: calls have ended, what was being sent has failed or is unclear."""
        for heard in self._engine.close():
            self._hear(heard, now_s)
        self._give_up(reason)
        self._start_at_s = None
        self._picture.set(state=state, detail=reason, operator="", signal_dbm=None)
        return self._told()

    @property
    def is_sending(self) -> bool:
        """A text message is on its way to the network; a moment of patience makes its fate clear."""
        return self._answered == self._part_sent

    def successor(self) -> GsmConversation:
        """A new conversation for the same line, after a fault of ours made this one's state doubtful."""
        heir = GsmConversation(
            self._line, self._named_dialect, poll_stores_s=self._poll_stores_s,
            first_call=self._calls.next_serial, first_session=self._stores.session + 1,
        )  # fmt: skip
        heir._pin = self._pin
        return heir

    # -- what the engine hears

    def _hear(self, heard: Heard, now_s: float) -> None:
        if isinstance(heard, News):
            self._news(heard, now_s)
        elif isinstance(heard, Listed):
            self._events += self._stores.listed(heard, now_s)
        elif isinstance(heard, Done):
            self._done(heard, now_s)
        elif isinstance(heard, Noise):
            self._events += self._noise.tell(heard.text, now_s)
        elif heard is InStep.GAVE_UP:
            self._fell_silent()
        elif self._is_up:  # in step again after a time-out: nothing about the module is sure
            self._begin_start_up(now_s, "the module missed an answer")

    def _done(self, done: Done, now_s: float) -> None:
        answered, self._answered = self._answered, None
        if done.final.kind in (FinalKind.TIMEOUT, FinalKind.NO_PROMPT) and self._is_up:
            self._strikes += 1
        if answered is not None:
            answered(done, now_s)
        if self._strikes >= STRIKES:
            self._fell_silent()
        elif self._is_up and self._engine.echoes and not self._echo_is_usual:
            self._module_restarted(now_s)  # echo was off: it has rebooted without a word and forgotten its settings

    def _news(self, news: News, now_s: float) -> None:
        line = news.text
        of_calls = self._calls.news(line, now_s)
        if of_calls is not None:
            self._events += of_calls
            return
        name = name_of(line)
        if name in NEWS_WITH_PDU:
            identity, session = self._stores.identity, self._stores.session
            self._events += came_directly(self._line, identity, session, name, news.pdu)
        elif name in ("+CMTI", "+CDSI"):
            fields = fields_of(line)
            self._stores.arrived(fields[0].upper() if fields else "", number_in(fields, 1), now_s)
        elif name in DOMAINS:
            self._status.news(line, now_s)
            self._tell_state()
        elif self._dialect.is_started_anew(line):
            self._module_restarted(now_s)
        elif self._dialect.is_became_ready(line):
            self._start_soon(now_s)
        elif name == "+CPIN":
            self._sim_news(line, now_s)
        elif matches(self._dialect.store_full, line):
            self._stores.look_for_new()

    def _sim_news(self, line: str, now_s: float) -> None:
        """+CPIN unasked. READY is small talk for a line that is up, and the end of waiting for one that is not."""
        is_ready = line.upper().endswith("READY") and "NOT" not in line.upper()
        if is_ready and (self._is_up or self._dialogue.is_running):
            return
        self._stores.end()  # perhaps another card: no slot is deleted before all are listed again
        self._start_soon(now_s)

    # -- rise and fall

    def _begin_start_up(self, now_s: float, why: str) -> None:
        self._is_up = False
        self._stores.end()
        self._status.end()
        self._start_at_s = None
        self._started_at_s = now_s
        self._engine.echoes = 0
        self._dialogue.begin(start_up(self._line, self._module, self._pin, self._choose_dialect))
        self._picture.set(state=LineState.STARTING, detail=why)

    def _choose_dialect(self, maker: str, model: str) -> Dialect:
        self._dialect = self._named_dialect or choose(self._dialects, maker, model)
        self._engine.is_news = self._dialect.news_test()
        self._calls.dialect = self._dialect
        return self._dialect

    def _read_dialogue(self, done: Done, _now_s: float) -> None:
        if done.final.kind is not FinalKind.BROKEN_OFF:
            self._dialogue.answered(done)

    def _start_up_ended(self, outcome: Outcome, now_s: float) -> None:
        module = self._module
        identity = module.identity(self._line)
        self._picture.set(maker=module.maker, model=module.model, firmware=module.firmware, identity=identity)
        if outcome is not Outcome.READY:
            self._picture.set(state=_STATES[outcome], detail=module.trouble)
            self._events += self._outgoing.drop(module.trouble)
            self._start_at_s = now_s + TRY_AGAIN_S
            return
        self._is_up = True
        self._echo_is_usual = self._engine.echoes > ECHOES_BEFORE_ATE0
        self._engine.echoes = 0
        self._stores.begin(module.stores, identity, now_s, batch_works=self._dialect.batch_delete)
        self._picture.set(at_session=self._stores.session)
        self._status.begin(now_s)

    def _start_soon(self, now_s: float) -> None:
        self._start_at_s = max(now_s + SETTLE_S, self._started_at_s + RESTART_LEAST_S)

    def _module_restarted(self, now_s: float) -> None:
        for heard in self._engine.break_off(now_s):
            self._hear(heard, now_s)
        self._answered = None  # an answer that came in the same burst belongs to the life before
        self._events += self._calls.lost()
        self._begin_start_up(now_s, "the module started anew")

    def _fell_silent(self) -> None:
        self._strikes = 0
        self._engine.close()  # nothing runs: a command has just ended without an answer
        self._give_up("the module does not answer")
        self._picture.set(state=LineState.SILENT, detail="the module does not answer")
        self.wants_reopen = True

    def _give_up(self, reason: str) -> None:
        self._is_up = False
        self._dialogue.drop()
        self._stores.end()
        self._status.end()
        self._events += self._calls.lost()
        self._events += self._outgoing.drop(reason)
        self._events += self._raw.drop(reason)

    # -- commands of the office

    def _dial(self, command: Dial, now_s: float) -> None:
        refusal = self._refusal(command)
        self._events += refusal or self._calls.dial(command, now_s)

    def _answer(self, command: Answer, _now_s: float) -> None:
        self._events += self._calls.answer(command)

    def _hang_up(self, command: HangUp, now_s: float) -> None:
        self._events += self._calls.hang_up(command)
        if self._calls.dialing_now == command.call:
            self._engine.abort(now_s)

    def _send_sms(self, command: SendSms, _now_s: float) -> None:
        refusal = self._refusal(command)
        self._events += refusal or self._outgoing.add(command)

    def _delete_sms(self, command: DeleteSms, now_s: float) -> None:
        self._stores.delete(command.slots, now_s)

    def _read_stores(self, _command: ReadStores, _now_s: float) -> None:
        self._stores.list_all()

    def _raw_command(self, command: RawCommand, _now_s: float) -> None:
        if self._engine.is_idle or self._engine.running is not None:
            self._events += self._raw.add(command)
        else:
            self._events.append(CommandRefused(self._line, command, "the module does not answer"))

    def _refusal(self, command: Command) -> Sequence[Event]:
        if self._is_up and self._status.is_registered:
            return ()
        return (CommandRefused(self._line, command, f"the line is not ready: {self._picture.now.state}"),)

    # -- whose turn it is

    def _go_on(self, now_s: float) -> list[Event]:
        """Start the next command if none runs; give away the events."""
        while self._engine.is_idle:
            turn = self._next_turn(now_s)
            if turn is None:
                break
            ask, self._answered = turn
            self._engine.run(ask, now_s)
        return self._told()

    def _next_turn(self, now_s: float) -> Turn | None:
        if ask := self._calls.next_ask(now_s):
            return ask, self._call_done
        if not self._dialogue.is_running and self._start_at_s is not None and now_s >= self._start_at_s:
            self._begin_start_up(now_s, "")
        if ask := self._dialogue.next_ask(now_s):
            return ask, self._read_dialogue
        if outcome := self._dialogue.take_outcome():
            self._start_up_ended(outcome, now_s)
        if self._dialogue.is_running:
            return None  # it pauses
        if ask := self._raw.next_ask():
            return ask, self._raw_done
        if not self._is_up:
            return None
        return self._status_turn(now_s) or self._message_turn(now_s)

    def _message_turn(self, now_s: float) -> Turn | None:
        """In and out by turns: a flood of either does not stop the other."""
        incoming = self._stores.next_ask(now_s) if self._stores_turn or not len(self._outgoing) else None
        if incoming is not None:
            # The turn passes after a listing, not between selecting, listing and deleting.
            self._stores_turn = not incoming.is_listing
            return incoming, self._stores_done
        if ask := self._outgoing.next_ask():
            self._stores_turn = True
            return ask, self._part_sent
        return None

    def _status_turn(self, now_s: float) -> Turn | None:
        ask = self._status.next_ask(now_s)
        return (ask, self._status_done) if ask else None

    # -- answers

    def _call_done(self, done: Done, now_s: float) -> None:
        self._events += self._calls.done(done, now_s)

    def _stores_done(self, done: Done, now_s: float) -> None:
        self._stores.done(done, now_s)
        if done.final.is_ok:
            self._strikes = 0
        self._picture.set(store_used=self._stores.usage)

    def _part_sent(self, done: Done, _now_s: float) -> None:
        self._events += self._outgoing.done(done)
        if done.final.is_ok:
            self._strikes = 0

    def _status_done(self, done: Done, now_s: float) -> None:
        self._status.done(done, now_s)
        self._tell_state()

    def _raw_done(self, done: Done, now_s: float) -> None:
        answers, may_have_changed = self._raw.done(done)
        self._events += answers
        if may_have_changed and self._is_up and done.final.kind is not FinalKind.BROKEN_OFF:
            self._begin_start_up(now_s, "a technician's command may have changed settings")

    # -- telling

    def _tell_state(self) -> None:
        if not self._is_up:
            return
        if self._status.is_registered:
            self._picture.set(state=LineState.READY, detail="")
        else:
            self._picture.set(state=LineState.NO_NETWORK, detail=self._status.detail)

    def _told(self) -> list[Event]:
        events, self._events = self._events, []
        return [*events, *self._picture.changed()]


_STATES = {
    Outcome.NO_SIM: LineState.NO_SIM,
    Outcome.SIM_LOCKED: LineState.SIM_LOCKED,
    Outcome.FAILED: LineState.BROKEN,
}

_COMMANDS: dict[type, Callable[..., None]] = {
    SendSms: GsmConversation._send_sms,
    DeleteSms: GsmConversation._delete_sms,
    Answer: GsmConversation._answer,
    HangUp: GsmConversation._hang_up,
    Dial: GsmConversation._dial,
    ReadStores: GsmConversation._read_stores,
    RawCommand: GsmConversation._raw_command,
}
