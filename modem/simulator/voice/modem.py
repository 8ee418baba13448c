"""The voice modem's AT line, sans I/O: bytes and the time in; bytes and the next deadline out.

Bytes are commands until a command begins a stream, and sound from its CONNECT to its end: what comes after the end
is taken for commands again, junk and all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from modem.simulator import answers
from modem.simulator.answers import Answer, AtError, Later, NoAnswer
from modem.simulator.command_line import BadLine, Request, parse
from modem.simulator.editor import CR, Editor, Repeat
from modem.simulator.voice import shield
from modem.simulator.voice.commands import handler_of
from modem.simulator.voice.hardware import Hardware
from modem.simulator.voice.replies import Begin, Reply, Wait
from modem.simulator.voice.stream import PLAY, Stream
from modem.simulator.voice.stream_ends import ETX, Effect, effect_of_code, effect_of_text

ANSWER_S = 0.005
TYPING_S = 0.5  # so long after its last byte an unfinished command line still keeps RING and events back
INPUT_ROOM = 4096


class VoiceModem:
    """One AT line in front of one Hardware."""

    def __init__(self, hardware: Hardware) -> None:
        self.hardware = hardware
        self._editor = Editor()
        self._input = bytearray()  # not looked at yet
        self._out = bytearray()
        self._requests: deque[Request] = deque()
        self._step: tuple[float, Callable[[float], None]] | None = None  # what the running command does next
        self._wait: Wait | None = None
        self._is_busy = False
        self._last_line = ""
        self._typed_at_s = float("-inf")
        self._now_s = float("-inf")
        self.lines_carried_out = 0

    # the four of sans-I/O

    def receive(self, data: bytes, now_s: float) -> None:
        hardware = self.hardware
        if hardware.is_running and not hardware.is_mute(now_s):
            self._input += hardware.faults.drop_sent(data) if hardware.stream else data
            self._typed_at_s = now_s
        self.tick(now_s)

    def tick(self, now_s: float) -> None:
        """Do everything that is due, in order."""
        self._now_s = now_s
        while self._advance(now_s) or self._run_one(now_s):
            pass

    def data_to_send(self) -> bytes:
        hardware = self.hardware
        if hardware.is_mute(self._now_s) or not hardware.is_running:
            hardware.sound.clear()
            hardware.codes.clear()
            self._out.clear()
            return b""
        if not self._is_busy:
            self._tell()
        data = bytes(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        due = [self.hardware.line.town.timers.next_deadline(), self.hardware.next_frame_s]
        if self._step is not None:
            due.append(self._step[0])
        if self._has_news and not self._is_busy and self._editor.is_typing:
            due.append(self._typed_at_s + TYPING_S)
        return min((due_s for due_s in due if due_s is not None), default=None)

    def line_busy_until(self, due_s: float) -> None:
        self.hardware.line_free_s = due_s

    def room(self) -> int:
        """Bytes the modem takes now: in a stream its clear-to-send goes away when the buffer is full."""
        stream = self.hardware.stream
        if stream is not None and stream.plays:
            return max(0, stream.room - len(self._input))
        return max(0, INPUT_ROOM - len(self._input))

    # power and cable

    def is_mute(self, now_s: float) -> bool:
        return self.hardware.is_mute(now_s)

    def power_off(self, now_s: float) -> None:
        self._forget()
        self.hardware.power_off(now_s)

    def restart(self, now_s: float) -> None:
        self._forget()
        self.hardware.restart(now_s)

    def client_left(self, now_s: float) -> None:
        """The port was closed: DTR drops, and with &D2 the modem hangs up and takes commands again (V.250 6.2.9)."""
        if self.hardware.settings.basic["&D"]:
            self._forget()
            self.hardware.hang_up(now_s)
        self.hardware.codes.clear()

    def _forget(self) -> None:
        self._editor.forget()
        self._input.clear()
        self._out.clear()
        self._requests.clear()
        self._step = self._wait = None
        self._is_busy = False
        self._last_line = ""

    # time

    def _run_one(self, now_s: float) -> bool:
        """The first thing that is due; False if nothing is."""
        hardware, timers = self.hardware, self.hardware.line.town.timers
        timer_s, frame_s = timers.next_deadline(), hardware.next_frame_s
        step_s = self._step[0] if self._step is not None else None
        first_s = min((due_s for due_s in (timer_s, frame_s, step_s) if due_s is not None), default=None)
        if first_s is None or first_s > now_s:
            return False
        if first_s == timer_s:
            timers.run_one(now_s)
            hardware.wake(first_s)
        elif first_s == frame_s:
            hardware.frame(now_s)
            self._end_playing()
        elif self._step is not None:
            act, self._step = self._step[1], None
            act(max(first_s, now_s))
        return True

    def _after(self, due_s: float, act: Callable[[float], None]) -> None:
        self._step = (due_s, act)

    # bytes

    def _advance(self, now_s: float) -> bool:
        """Look at the next piece of input; False if there is none that can be looked at now."""
        if not self.hardware.is_running or self.hardware.is_mute(now_s):
            return False
        if self._wait is not None and self._input.strip(b"\r\n"):
            self._break_off(now_s)
            return True
        if self._step is not None:
            return False
        if self._requests:
            self._carry_out(self._requests.popleft(), now_s)
            return True
        if self.hardware.stream is not None:
            return self._hear_stream(self.hardware.stream, now_s)
        return self._hear_commands(now_s)

    def _hear_commands(self, now_s: float) -> bool:
        if not self._input:
            return False
        end = self._input.find(CR) + 1 or len(self._input)
        typed = bytes(self._input[:end])
        del self._input[:end]
        had = self._editor.is_typing or bool(typed.strip())
        self._editor.feed(typed)
        unit = self._editor.next_command(echo=bool(self.hardware.settings.basic["E"]))
        self._out += self._editor.echo
        self._editor.echo.clear()
        if unit is None:
            if had and typed[-1] == CR and self.hardware.chip.junk_is_error:
                self._finish(answers.ERROR)
            return True
        self._last_line = self._last_line if isinstance(unit, Repeat) else unit.text
        self._is_busy = True
        self.lines_carried_out += 1
        try:
            self._requests.extend(parse(self._last_line))
        except BadLine:
            self._finish(answers.ERROR)
            return True
        if not self._requests:
            self._finish(answers.OK)
        return True

    def _hear_stream(self, stream: Stream, now_s: float) -> bool:
        if stream.is_ending:
            return False  # what comes now is for after the stream
        if stream.plays and not stream.room and self._input[:1] != b"\x10":
            return False
        piece = shield.take(self._input, max(1, stream.room))
        if piece is None:
            return False
        if isinstance(piece, int):
            stream.hear_code(chr(piece))
            effect = effect_of_code(chr(piece), stream, self.hardware.chip, self.hardware.faults)
        elif stream.plays:
            stream.put(piece)
            effect = Effect.NONE
        else:
            stream.hear_sound(piece)
            effect = effect_of_text(stream, self.hardware.faults)
        self._suffer(effect, stream, now_s)
        return True

    # ends of streams

    def _suffer(self, effect: Effect, stream: Stream, now_s: float) -> None:
        if effect is Effect.LAST:
            stream.is_ending = True
            self._end_playing()
        elif effect is not Effect.NONE:
            self._leave_stream(b"" if effect is Effect.OVER else shield.event(ETX))
        if effect is Effect.HUNG_UP:
            self.hardware.hang_up(now_s)

    def _end_playing(self) -> None:
        stream = self.hardware.stream
        if stream is not None and stream.kind == PLAY and stream.is_played_out:
            self._leave_stream(b"")

    def _leave_stream(self, mark: bytes) -> None:
        hardware = self.hardware
        self._out += hardware.sound + hardware.codes + mark
        hardware.codes.clear()
        hardware.end_stream()
        self._finish(answers.OK)

    # commands

    def _carry_out(self, request: Request, now_s: float) -> None:
        handler = handler_of(self.hardware, request)
        if handler is None:
            self._end_of_request(answers.ERROR)
            return
        found = handler
        self._attempt(lambda at_s: found(self.hardware, request, at_s), now_s)

    def _attempt(self, action: Callable[[float], Reply], now_s: float) -> None:
        try:
            reply = action(now_s)
        except (AtError, LookupError, ValueError):
            reply = Answer(final=answers.ERROR)
        self._plan(reply, now_s)

    def _plan(self, reply: Reply, now_s: float) -> None:
        if isinstance(reply, Later):
            later = reply
            self._after(now_s + later.after_s, lambda at_s: self._attempt(later.finish, at_s))  # type: ignore[arg-type]
        elif isinstance(reply, Wait):
            self._wait = reply
            self._look(reply, now_s)
        elif isinstance(reply, Begin):
            kind = reply.kind
            self._after(now_s + ANSWER_S, lambda at_s: self._connect(kind, at_s))
        elif isinstance(reply, NoAnswer):
            self._requests.clear()
            self._is_busy = False
        else:
            answer = reply
            wait_s = ANSWER_S if answer.first_s is None else answer.first_s
            self._after(now_s + wait_s, lambda at_s: self._say(answer))

    def _look(self, wait: Wait, now_s: float) -> None:
        reply = wait.look(now_s)
        if reply is None:
            self._after(now_s + wait.every_s, lambda at_s: self._look(wait, at_s))
            return
        self._wait = None
        self._plan(reply, now_s)

    def _break_off(self, now_s: float) -> None:
        """A byte while the modem dials or waits for a carrier (V.250 5.6.1)."""
        self._input.clear()
        self._wait = self._step = None
        self.hardware.hang_up(now_s)
        self._end_of_request("NO CARRIER")

    def _connect(self, kind: str, now_s: float) -> None:
        self._requests.clear()
        self._finish("CONNECT")
        self.hardware.begin_stream(kind, now_s)

    def _say(self, answer: Answer) -> None:
        for item in answer.items:
            self._out += answers.line(item, verbose=self._verbose)
        self._end_of_request(answer.final)

    def _end_of_request(self, final: str) -> None:
        if final == answers.OK and self._requests:
            return
        self._requests.clear()
        self._finish(final)

    def _finish(self, final: str) -> None:
        faults = self.hardware.faults
        if faults.late_result_s:
            late_s, faults.late_result_s = faults.late_result_s, 0.0
            self._after(self._now_s + late_s, lambda at_s: self._finish(final))
            return
        if faults.swallowed_results:
            faults.swallowed_results -= 1
        elif not self.hardware.settings.basic["Q"]:
            self._out += answers.result(final, verbose=self._verbose)
        self._is_busy = False

    @property
    def _verbose(self) -> bool:
        return bool(self.hardware.settings.basic["V"])

    # what comes unasked

    @property
    def _has_news(self) -> bool:
        return bool(self.hardware.news or self.hardware.codes)

    def _tell(self) -> None:
        """Sound, events, RING and caller ids; the latter two never inside a stream or a half typed line."""
        hardware = self.hardware
        if hardware.stream is not None:
            self._out += hardware.sound + hardware.codes
            hardware.sound.clear()
            hardware.codes.clear()
            return
        if self._editor.is_typing and self._now_s < self._typed_at_s + TYPING_S:
            return
        self._out += hardware.codes
        hardware.codes.clear()
        while hardware.news:
            text = hardware.news.popleft()
            frame = answers.result if text in answers.NUMERIC_RESULTS else answers.line
            self._out += frame(text, verbose=self._verbose)
