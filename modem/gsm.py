"""The conversation with a GSM module: bytes, the office's commands and the time in; events and bytes out. Sans-I/O.

It owns the order of things. One command runs at a time; when it ends, the next is chosen: calls first, then
start-up, a technician's own, questions about the network, text messages in and out by turns. What each part asks,
and how it reads the answer, stands in gsm_calls, gsm_start, gsm_raw, gsm_status, gsm_stores and gsm_sms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modem.at import Ask, AtEngine, Done, Heard, InStep, Listed, News, Noise
from modem.at_words import FinalKind, name_of
from modem.commands import (
    Answer,
    AskForwarding,
    CallCommand,
    Command,
    DeleteSms,
    Dial,
    HangUp,
    RawCommand,
    ReadStores,
    SendKeys,
    SendSms,
    SetForwarding,
)
from modem.dialect import NEWS_WITH_PDU, Dialect, SoundWay, matches
from modem.events import CommandRefused, Event, LineState
from modem.gsm_cannot import refused
from modem.gsm_forwarding import Forwarding
from modem.gsm_mail import Mail
from modem.gsm_picture import Picture
from modem.gsm_pin import PinTries, SimPin
from modem.gsm_raw import RawCommands
from modem.gsm_rising import STATES, Rising
from modem.gsm_start import Outcome
from modem.gsm_status import DOMAINS, SIM_QUESTION, Status
from modem.gsm_talk import Talk
from modem.gsm_unasked import NoiseGate

UNANSWERED = (LineState.SILENT, LineState.GARBLED)
STRIKES = 3  # commands without any answer, nothing working in between: the port is opened again
ECHOES_BEFORE_ATE0 = 2  # of AT, and of ATE0 itself

Reader = Callable[[Done, float], Sequence[Event]]
Turn = tuple[Ask, Reader]  # what to ask, and who reads the answer


class GsmConversation:
    """One GSM module on one port. Lives over reconnects: call and session numbers go on."""

    def __init__(
        self,
        line: str,
        dialect: Dialect | None = None,
        *,
        pin: str | None = None,
        pin_tries: PinTries | None = None,
        has_sound: bool = False,
        sound_way: SoundWay = SoundWay.TTY,
        poll_stores_s: float = 30.0,
        first_call: int = 1,
        first_session: int = 1,
    ) -> None:
        """`dialect` None: chosen by what the module says of itself. `has_sound`: somebody listens, over `sound_way`.

        `pin_tries` None: the PIN is tried once in a process.
        """
        self._line = line
        self._named_dialect = dialect
        self._pin = SimPin(line, pin, pin_tries)
        self._poll_stores_s = poll_stores_s
        self._has_sound, self._sound_way = has_sound, sound_way
        self._rising = Rising(line, dialect, self._pin, self._speak)
        self._engine = AtEngine(self._rising.dialect.news_test(), NEWS_WITH_PDU)
        self._picture = Picture(line)
        self._talk = Talk(line, self._rising.dialect, first_call, sound_way if has_sound else None)
        self._mail = Mail(line, poll_stores_s, first_session - 1)
        self._status = Status(self._picture)
        self._forwarding = Forwarding(line)
        self._raw = RawCommands(line)
        self._echo_is_usual = False
        self._is_up = False  # start-up went through
        self._answered: Reader | None = None  # who reads the running command's answer
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
        before = self._picture.now
        self._begin_start_up(now_s, "")
        if before.state in UNANSWERED:  # so it stays until somebody answers
            self._picture.set(state=before.state, detail=before.detail)
        return self._told()

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        for heard in self._engine.receive(data, now_s):
            self._hear(heard, now_s)
        return self._go_on(now_s)

    def tick(self, now_s: float) -> list[Event]:
        for heard in self._engine.tick(now_s):
            self._hear(heard, now_s)
        self._events += self._talk.tick(now_s)
        return self._go_on(now_s)

    def send(self, command: Command, now_s: float) -> list[Event]:
        """Take a command of the office; carried out when its turn comes, or refused at once."""
        _COMMANDS.get(type(command), GsmConversation._cannot)(self, command, now_s)
        return self._go_on(now_s)

    def data_to_send(self) -> bytes:
        return self._engine.data_to_send()

    def next_deadline(self) -> float | None:
        """When `tick` has something to do, if no bytes come before."""
        if not self._engine.is_idle:
            return self._engine.next_deadline()
        times = [self._talk.next_deadline(), self._rising.next_deadline()]
        if self._is_up:
            times += [self._mail.next_deadline(), self._status.next_deadline()]
        return min((time for time in times if time is not None), default=None)

    def lost(self, reason: str, now_s: float, state: LineState = LineState.BROKEN) -> list[Event]:
        """The port is gone, or is not there: calls have ended, what was being sent has failed or is unclear."""
        for heard in self._engine.close():
            self._hear(heard, now_s)
        self._give_up(reason)
        self._picture.set(state=state, detail=reason, operator="", signal_dbm=None, imei="")
        return self._told()

    @property
    def is_sending(self) -> bool:
        """A text message is on its way to the network; a moment of patience makes its fate clear."""
        return self._answered == self._mail.done and self._mail.asks_to_send

    def successor(self) -> GsmConversation:
        """A new conversation for the same line, after a fault of ours made this one's state doubtful."""
        heir = GsmConversation(
            self._line, self._named_dialect, has_sound=self._has_sound, sound_way=self._sound_way,
            poll_stores_s=self._poll_stores_s, first_call=self._talk.next_serial, first_session=self._mail.session + 1,
        )  # fmt: skip
        heir._pin = heir._rising.pin = self._pin
        return heir

    # -- what the engine hears

    def _hear(self, heard: Heard, now_s: float) -> None:
        if isinstance(heard, News):
            self._news(heard, now_s)
        elif isinstance(heard, Listed):
            self._events += self._mail.listed(heard, now_s)
        elif isinstance(heard, Done):
            self._done(heard, now_s)
        elif isinstance(heard, Noise):
            self._events += self._noise.tell(heard.text, now_s)
        elif heard is InStep.GAVE_UP:
            self._fell_silent()
        elif not self._is_up:
            if self._picture.now.state in UNANSWERED:  # at last
                self._picture.set(state=LineState.STARTING, detail="")
        else:  # in step again after a time-out: nothing about the module is sure
            self._begin_start_up(now_s, "the module missed an answer")

    def _done(self, done: Done, now_s: float) -> None:
        answered, self._answered = self._answered, None
        if done.final.kind in (FinalKind.TIMEOUT, FinalKind.NO_PROMPT) and self._is_up:
            self._strikes += 1
        if answered is not None:
            self._events += answered(done, now_s)
        if done.ask != SIM_QUESTION:
            self._status.look_out(done.final)
        if answered == self._mail.done:
            self._picture.set(store_used=self._mail.usage)
            self._strikes = 0 if done.final.is_ok else self._strikes
            self._tell_state()
        if self._strikes >= STRIKES:
            self._fell_silent()
        elif self._is_up and self._engine.echoes and not self._echo_is_usual:
            self._module_restarted(now_s)  # echo was off: it has rebooted without a word and forgotten its settings

    def _news(self, news: News, now_s: float) -> None:
        line = news.text
        of_calls = self._talk.news(line, now_s)
        told = self._mail.news(news, now_s) if of_calls is None else of_calls
        if told is not None:
            self._events += told
            return
        name = name_of(line)
        if name in DOMAINS:
            self._status.news(line, now_s)
            self._tell_state()
        elif self._rising.dialect.is_started_anew(line):
            self._module_restarted(now_s)
        elif self._rising.dialect.is_became_ready(line):
            self._rising.soon(now_s)
        elif name == "+CPIN":
            self._sim_news(line, now_s)
        elif matches(self._rising.dialect.store_full, line):
            self._mail.store_is_full(now_s)

    def _sim_news(self, line: str, now_s: float) -> None:
        """+CPIN unasked. READY is small talk for a line that is up, and the end of waiting for one that is not."""
        is_ready = line.upper().endswith("READY") and "NOT" not in line.upper()
        if is_ready and (self._is_up or self._rising.is_running):
            return
        self._mail.end()  # perhaps another card: no slot is deleted before all are listed again
        self._rising.soon(now_s)

    # -- rise and fall

    def _begin_start_up(self, now_s: float, why: str) -> None:
        self._is_up = False
        self._mail.end()
        self._status.end()
        self._engine.echoes = 0
        self._rising.begin(now_s)
        self._picture.set(state=LineState.STARTING, detail=why)

    def _speak(self, dialect: Dialect) -> None:
        self._engine.is_news = dialect.news_test()
        self._talk.speak(dialect)

    def _start_up_ended(self, outcome: Outcome, now_s: float) -> None:
        module, identity = self._rising.module, self._rising.identity
        self._picture.set(maker=module.maker, model=module.model, firmware=module.firmware, identity=identity,
                          imei=module.imei)  # fmt: skip
        if outcome is not Outcome.READY:
            self._picture.set(state=STATES[outcome], detail=module.trouble)
            self._drop_waiting(module.trouble)
            self._rising.try_again(now_s)
            return
        self._is_up = True
        self._echo_is_usual = self._engine.echoes > ECHOES_BEFORE_ATE0
        self._engine.echoes = 0
        self._mail.begin(module.stores, identity, now_s, self._rising.dialect)
        self._picture.set(at_session=self._mail.session)
        self._status.begin(now_s)
        self._talk.module_is_ready()

    def _module_restarted(self, now_s: float) -> None:
        for heard in self._engine.break_off(now_s):
            self._hear(heard, now_s)
        self._answered = None  # an answer that came in the same burst belongs to the life before
        self._events += self._talk.lost()
        self._begin_start_up(now_s, "the module started anew")

    def _fell_silent(self) -> None:
        self._strikes = 0
        self._engine.close()  # nothing runs: a command has just ended without an answer
        self._give_up("the module does not answer")
        self._picture.set(state=LineState.SILENT, detail="the module does not answer")
        self.wants_reopen = True

    def _give_up(self, reason: str) -> None:
        self._is_up = False
        self._rising.stop()
        self._mail.end()
        self._status.end()
        self._events += self._talk.lost()
        self._drop_waiting(reason)
        self._events += self._raw.drop(reason)

    def _drop_waiting(self, reason: str) -> None:
        """What needs the network and has not begun."""
        self._events += [*self._mail.drop(reason), *self._forwarding.drop(reason)]

    # -- commands of the office

    def _dial(self, command: Dial, now_s: float) -> None:
        self._events += self._refusal(command) or self._talk.take(command, now_s)

    def _in_call(self, command: CallCommand, now_s: float) -> None:
        self._events += self._talk.take(command, now_s)
        if self._talk.is_dialing_now(command):
            self._engine.abort(now_s)
        elif self._talk.waits and self._answered != self._talk.done:
            self._engine.hurry(now_s)  # a citizen waits behind a message that gets no answer

    def _forward(self, command: SetForwarding | AskForwarding, _now_s: float) -> None:
        if not self._talk.is_quiet:
            self._events.append(CommandRefused(self._line, command, "the line is in a call; try again after it"))
        else:
            self._events += self._refusal(command) or self._forwarding.add(command)

    def _send_sms(self, command: SendSms, _now_s: float) -> None:
        self._events += self._refusal(command) or self._mail.send(command)

    def _delete_sms(self, command: DeleteSms, now_s: float) -> None:
        self._mail.delete(command.slots, now_s)

    def _read_stores(self, _command: ReadStores, _now_s: float) -> None:
        self._mail.list_all()

    def _raw_command(self, command: RawCommand, _now_s: float) -> None:
        if self._engine.is_idle or self._engine.running is not None:
            self._events += self._raw.add(command)
        else:
            self._events.append(CommandRefused(self._line, command, "the module does not answer"))

    def _cannot(self, command: Command, _now_s: float) -> None:
        self._events += refused(self._line, command)

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
        if ask := self._talk.next_ask(now_s):
            return ask, self._talk.done
        if self._rising.is_due(now_s):
            self._begin_start_up(now_s, "")
        if ask := self._rising.next_ask(now_s):
            return ask, self._rising.done
        if outcome := self._rising.take_outcome():
            self._start_up_ended(outcome, now_s)
            return self._next_turn(now_s)
        if self._rising.is_running:
            return None  # it pauses
        if ask := self._raw.next_ask():
            return ask, self._raw_done
        return self._network_turn(now_s) if self._is_up else None

    def _network_turn(self, now_s: float) -> Turn | None:
        if self._talk.is_quiet and (ask := self._forwarding.next_ask()):
            return ask, self._forwarding.done
        if ask := self._status.next_ask(now_s):
            return ask, self._status_done
        if ask := self._mail.next_ask(now_s):
            return ask, self._mail.done
        return None

    # -- answers

    def _status_done(self, done: Done, now_s: float) -> Sequence[Event]:
        self._status.done(done, now_s)
        self._tell_state()
        if self._status.is_sim_gone:
            self._mail.end()  # no slot is deleted before all are listed again
            self._rising.soon(now_s)
        return ()

    def _raw_done(self, done: Done, now_s: float) -> Sequence[Event]:
        answers, may_have_changed = self._raw.done(done)
        if may_have_changed and self._is_up and done.final.kind is not FinalKind.BROKEN_OFF:
            self._begin_start_up(now_s, "a technician's command may have changed settings")
        return answers

    # -- telling

    def _tell_state(self) -> None:
        if not self._is_up:
            return
        if self._status.is_registered:
            self._picture.set(state=LineState.READY, detail=self._mail.trouble)
        else:
            self._picture.set(state=LineState.NO_NETWORK, detail=self._status.detail)

    def _told(self) -> list[Event]:
        events, self._events = self._events, []
        return [*events, *self._picture.changed()]


_COMMANDS: dict[type, Callable[..., None]] = {
    SendSms: GsmConversation._send_sms,
    DeleteSms: GsmConversation._delete_sms,
    Answer: GsmConversation._in_call,
    HangUp: GsmConversation._in_call,
    SendKeys: GsmConversation._in_call,
    Dial: GsmConversation._dial,
    SetForwarding: GsmConversation._forward,
    AskForwarding: GsmConversation._forward,
    ReadStores: GsmConversation._read_stores,
    RawCommand: GsmConversation._raw_command,
}
