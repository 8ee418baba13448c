"""The module's AT line, sans I/O: bytes and the time in; bytes and the next deadline out.

How answers and unsolicited lines share the line, the part that clients get wrong most: an unsolicited line never
waits for silence. While a command line is being typed or carried out it is kept, and comes out in the middle of
the answer: before an information item, between two, or between the last and the final result, a different gap
each time. Right after an answer the module keeps it for HIDE_S, because in a running dialogue the next command
comes at once. Only calls (RING, NO CARRIER ...) are told at once between commands. No switch turns this off.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from modem.simulator import answers
from modem.simulator.answers import Answer, AtError, Later, News, NoAnswer, Prompt, Reply
from modem.simulator.command_line import BadLine, Request, parse
from modem.simulator.commands import COMMANDS
from modem.simulator.commands.table import Handler, has
from modem.simulator.editor import Cancelled, Editor, Repeat
from modem.simulator.equipment import Equipment

HIDE_S = 0.030  # so long after an answer news waits for the next command to come out in its middle
TYPING_S = 0.5  # so long after its last byte an unfinished command line still keeps news back


@dataclass(slots=True)
class _Step:
    """Something the running command will do at `due_s`."""

    due_s: float
    act: Callable[[float], None]


class Module:
    """One AT line in front of one Equipment."""

    def __init__(self, equipment: Equipment) -> None:
        self.equipment = equipment
        self._editor = Editor()
        self._out = bytearray()
        self._requests: deque[Request] = deque()  # of the line being carried out
        self._steps: deque[_Step] = deque()
        self._prompt: Prompt | None = None
        self._busy = False  # from a command line until its final result
        self._last_line = ""
        self._quiet_at_s = float("-inf")  # when the last answer had gone out
        self._gap = 0  # turns with every news told, so that all places in an answer have their turn
        self._life = equipment.life
        self._typed_at_s = float("-inf")
        self.lines_carried_out = 0
        self.news_told = 0
        self.news_in_answers = 0  # of these, so many came out between a command and its final result

    # the four of sans-I/O

    def receive(self, data: bytes, now_s: float) -> None:
        if self.equipment.is_running and not self.equipment.is_mute:
            self._editor.feed(data)
            self._typed_at_s = now_s
        self.tick(now_s)

    def tick(self, now_s: float) -> None:
        """Do everything that is due."""
        equipment = self.equipment
        while equipment.timers.run_one(now_s) or equipment.network.tick(now_s) or self._advance(now_s):
            pass
        equipment.sound.tick(now_s)
        if equipment.is_mute:
            return
        self._tell_idle_news(now_s)

    def data_to_send(self) -> bytes:
        if not self._out:
            return b""
        data = bytes(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        equipment = self.equipment
        deadlines = [each.next_deadline() for each in (equipment.timers, equipment.network, equipment.sound)]
        if not self.equipment.is_mute:
            if self._steps:
                deadlines.append(self._steps[0].due_s)
            elif self.equipment.news and not self._busy:
                deadlines.append(self._news_due_s())
        return min((due_s for due_s in deadlines if due_s is not None), default=None)

    def line_busy_until(self, due_s: float) -> None:
        """The serial line will have carried everything out then: the client cannot have read the answer before."""
        self._quiet_at_s = max(self._quiet_at_s, due_s)

    def room(self) -> None:
        """It never makes the client wait."""

    def is_mute(self, now_s: float) -> bool:
        return self.equipment.is_mute

    def power_off(self, now_s: float) -> None:
        self.equipment.power_off(now_s)

    def restart(self, now_s: float) -> None:
        self.equipment.restart(now_s)

    def client_left(self, now_s: float) -> None:
        """Calls and prompts outlive the client: a prompt is left to the next one."""

    # steps

    def _advance(self, now_s: float) -> bool:
        """One step of the dialogue; False if there is none now."""
        if self._life != self.equipment.life:
            self._life = self.equipment.life
            self._forget()
        if not self.equipment.is_running:
            return False
        if self.equipment.is_mute:
            return False
        if self._steps:
            if self._steps[0].due_s > now_s:
                return False
            step = self._steps.popleft()
            step.act(max(step.due_s, now_s))
            return True
        if self._prompt is not None:
            return self._listen_for_body(self._prompt, now_s)
        if self._requests:
            self._carry_out(self._requests.popleft(), now_s)
            return True
        return self._listen(now_s)

    def _forget(self) -> None:
        """No power: the dialogue is as if it had never been."""
        self._editor.forget()
        self._requests.clear()
        self._steps.clear()
        self._prompt = None
        self._busy = False
        self._last_line = ""

    def _listen(self, now_s: float) -> bool:
        unit = self._editor.next_command(echo=self._echoes())
        self._flush_echo()
        if unit is None:
            return False
        self._last_line = self._last_line if isinstance(unit, Repeat) else unit.text
        self._busy = True
        self.lines_carried_out += 1
        try:
            self._requests.extend(parse(self._last_line))
        except BadLine:
            self._finish(answers.ERROR, now_s)
            return True
        if not self._requests:
            self._finish(answers.OK, now_s)
        return True

    def _listen_for_body(self, prompt: Prompt, now_s: float) -> bool:
        unit = self._editor.next_body(echo=self._echoes())
        self._flush_echo()
        if unit is None:
            return False
        self._prompt = None
        if isinstance(unit, Cancelled):
            self._end_of_request(answers.OK, now_s)
            return True
        self._attempt(lambda at_s: prompt.take(unit.octets, at_s), now_s)
        return True

    def _carry_out(self, request: Request, now_s: float) -> None:
        handler = self._handler(request)
        if handler is None:
            self._end_of_request(self.equipment.profile.make.unknown_result, now_s)
            return
        self._attempt(lambda at_s: handler(self.equipment, request, at_s), now_s)

    def _handler(self, request: Request) -> Handler | None:
        command = COMMANDS.get(request.name)
        if command is None or not has(self.equipment.profile.make, request.name, command):
            return None
        return command.handler(request.kind)

    def _attempt(self, action: Callable[[float], Reply], now_s: float) -> None:
        try:
            reply = action(now_s)
        except AtError as error:
            reply = Answer(final=error.result(self.equipment.settings["+CMEE"]))
        except ValueError:
            reply = Answer(final=answers.ERROR)
        self._plan(reply, now_s)

    def _plan(self, reply: Reply, now_s: float) -> None:
        """Lay out what a command does next."""
        if isinstance(reply, Prompt):
            self._prompt = reply
            self._out += b"\r\n> "
            return
        if isinstance(reply, Later):
            later = reply
            self._steps.append(_Step(now_s + later.after_s, lambda at_s: self._attempt(later.finish, at_s)))
            return
        if isinstance(reply, NoAnswer):
            self._requests.clear()
            self._busy = False
            return
        first_s = self.equipment.profile.pace.answer_s if reply.first_s is None else reply.first_s
        gap = self._gap % (len(reply.items) + 1)
        due_s = now_s + first_s
        for place, item in enumerate(reply.items):
            due_s += reply.each_s
            self._steps.append(_Step(due_s, self._item_step(item, news_first=place >= gap)))
        final = reply.final
        self._steps.append(_Step(due_s, lambda at_s: self._end_of_request(final, at_s)))

    def _item_step(self, item: str, *, news_first: bool) -> Callable[[float], None]:
        def step(now_s: float) -> None:
            if news_first:
                self._tell_news()
            self._out += answers.line(item, verbose=self._verbose())

        return step

    def _end_of_request(self, final: str, now_s: float) -> None:
        """The line goes on after OK, ends with anything else."""
        if final == answers.OK and self._requests:
            return
        self._requests.clear()
        self._finish(final, now_s)

    def _finish(self, final: str, now_s: float) -> None:
        self._tell_news()
        if not self.equipment.settings.basic["Q"]:
            self._out += answers.result(final, verbose=self._verbose())
        self._busy = False
        self._quiet_at_s = now_s

    # news

    def _tell_idle_news(self, now_s: float) -> None:
        """Between commands: calls at once, the rest when nobody speaks."""
        if self._busy or not self.equipment.news:
            return
        if now_s >= self._news_due_s():
            self._tell_news()
        elif not self._is_typing(now_s):
            self._tell_news(urgent_only=True)

    def _is_typing(self, now_s: float) -> bool:
        """Half a command line lies there, and not just since somebody went away in the middle of it."""
        return self._editor.is_typing and now_s < self._typed_at_s + TYPING_S

    def _news_due_s(self) -> float:
        due_s = self._quiet_at_s + HIDE_S
        return max(due_s, self._typed_at_s + TYPING_S) if self._editor.is_typing else due_s

    def _tell_news(self, *, urgent_only: bool = False) -> None:
        waiting = self.equipment.news
        told = [news for news in waiting if news.urgent or not urgent_only]
        if not told:
            return
        self.equipment.news = deque(news for news in waiting if urgent_only and not news.urgent)
        self._gap += 1
        self.news_told += len(told)
        self.news_in_answers += len(told) if self._busy else 0
        for news in told:
            self._out += self._framed(news)

    def _framed(self, news: News) -> bytes:
        frame = answers.result if news.text in answers.NUMERIC_RESULTS else answers.line
        return frame(news.text, verbose=self._verbose())

    # settings that shape the line

    def _verbose(self) -> bool:
        return bool(self.equipment.settings.basic["V"])

    def _echoes(self) -> bool:
        return bool(self.equipment.settings.basic["E"]) or self.equipment.faults.echo_stuck

    def _flush_echo(self) -> None:
        if self._editor.echo:
            self._out += self._editor.echo
            self._editor.echo.clear()
