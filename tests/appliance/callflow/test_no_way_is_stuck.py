"""Whatever comes, in whatever order: a script that is not over has something that is still to be answered."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.callflow.in_hand import Opening, Setting
from appliance.callflow.plan import MENU_KEYS, HoursPlan, Plan
from appliance.callflow.script import Script
from appliance.callflow.steps import (
    HANG_UP,
    LEAVE,
    LONGEST_TALK_S,
    MOST_WITH_BOX_S,
    WAYS_OUT,
    Circumstances,
    Step,
    caller_steps,
    first_step,
    talk_steps,
    ticket_steps,
)
from appliance.callflow.words import Ask, Deed, Enough, RateNow, TakenOver, TicketState, Told
from modem.commands import Answer, HandOver, HangUp, Join, Listen, Play, StopSound, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallRang,
    CallSound,
    CommandRefused,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TimeUp,
)

LINE, CALL = "land", 3

hours_plans = st.builds(
    HoursPlan,
    acts=st.just(True),
    rings=st.integers(2, 12),
    waits=st.booleans(),
    wait_s=st.sampled_from((15, 60, 300)),
    menu=st.lists(st.sampled_from(MENU_KEYS), unique=True).map(tuple),
    takes_messages=st.booleans(),
    message_s=st.sampled_from((10, 120)),
    asks_number=st.booleans(),
)
circumstances = st.builds(
    Circumstances,
    is_open=st.booleans(),
    has_number=st.booleans(),
    announcement=st.sampled_from(("", "announcement:1")),
    duty_phone=st.sampled_from(("", "13800000009")),
    code=st.sampled_from(("", "471")),
    code_s=st.just(20.0),
)
talks = st.builds(Plan, line=st.just(LINE), rates_talks=st.booleans())
tickets = st.builds(
    TicketState, no=st.integers(0, 999), stage=st.just("survey"), has_result=st.booleans(), may_rate=st.booleans()
)


class Watched:
    """A script, and what it still waits for."""

    def __init__(self, script: Script) -> None:
        self.script, self.sound, self.asked = script, 0, 0
        self.wakes: list[int] = []
        self.hang_ups, self.is_told_to_stop = 0, False
        self.take(script.begin())

    def take(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            match deed:
                case Play() | Listen():
                    assert not self.sound or self.is_told_to_stop, "two sounds at once"
                    self.sound, self.is_told_to_stop = deed.ref, False
                case Wake():
                    assert deed.after_s > 0
                    self.wakes.append(deed.ref)
                case Ask():
                    self.asked = deed.ref
                case HangUp():
                    self.hang_ups += 1
                case StopSound():
                    self.is_told_to_stop = True  # a modem that doesn't is given up after a while
                case HandOver() | Answer() | Join():
                    pass
        assert self.script.is_over or self.wakes, "nothing will ever wake it"
        assert self.hang_ups <= 3

    def hear(self, event: object) -> None:
        self.take(self.script.hear(event))  # type: ignore[arg-type]

    def sound_ends(self, why: SoundEnd, seconds: float) -> None:
        ref, self.sound = self.sound, 0
        self.hear(SoundEnded(LINE, CALL, ref, why, seconds))

    def refuse(self, kind: int) -> None:
        if kind == 0 and self.sound:
            ref, self.sound = self.sound, 0
            self.hear(CommandRefused(LINE, Play(CALL, ref, ()), "no"))
        self.hear(CommandRefused(LINE, (Answer(CALL), Join(CALL), HangUp(CALL))[kind % 3], "no"))

    def wake(self, which: int) -> None:
        if self.wakes:
            ref = self.wakes.pop(which % len(self.wakes))
            self.hear(TimeUp(LINE, ref))


happenings = st.one_of(
    st.tuples(st.just("key"), st.sampled_from("0123456789*#ABCD")),
    st.tuples(st.just("sound"), st.sampled_from(list(SoundEnd)), st.floats(0, 200)),
    st.tuples(st.just("wake"), st.integers(0, 50)),
    st.tuples(st.just("refuse"), st.integers(0, 2)),
    st.tuples(st.just("told"), st.one_of(st.none(), tickets)),
    st.tuples(st.just("word"), st.sampled_from((TakenOver(), Enough(), RateNow()))),
    st.tuples(st.just("ring"), st.integers(2, 12)),
    st.tuples(st.just("answered")),
    st.tuples(st.just("known"), st.sampled_from(("", "13800000001"))),
    st.tuples(st.just("sound_on"), st.booleans()),
    st.tuples(st.just("ended")),
)


def happen(call: Watched, what: tuple) -> None:
    match what:
        case ("key", key):
            call.hear(KeyPressed(LINE, CALL, key))
        case ("sound", why, seconds) if call.sound:
            call.sound_ends(why, seconds)
        case ("wake", which):
            call.wake(which)
        case ("refuse", kind):
            call.refuse(kind)
        case ("told", ticket):
            call.hear(Told(call.asked, ticket))
        case ("word", word):
            call.hear(word)
        case ("ring", rings):
            call.hear(CallRang(LINE, CALL, rings))
        case ("answered",):
            call.hear(CallAnswered(LINE, CALL))
        case ("known", number):
            call.hear(CallerKnown(LINE, CALL, number))
        case ("sound_on", is_on):
            call.hear(CallSound(LINE, CALL, is_on))
        case ("ended",):
            call.hear(CallEnded(LINE, CALL, EndReason.REMOTE))


def ends_by_itself(call: Watched) -> None:
    """From here on nothing comes but the time, and the ends of sounds: it is over before long."""
    for _ in range(600):
        if call.script.is_over:
            return
        if call.sound:
            call.sound_ends(SoundEnd.TIME, 1.0)
        else:
            call.wake(0)
    raise AssertionError("still going on")


FAST = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FAST
@given(hours_plans, circumstances, st.booleans(), st.sampled_from((0.0, 3.0)), st.lists(happenings, max_size=60))
def test_a_caller_with_the_box_never_gets_stuck(
    hours: HoursPlan, now: Circumstances, is_landline: bool, settles_s: float, story: list[tuple]
) -> None:
    setting = Setting(
        CALL,
        1,
        Opening.RING,
        is_landline=is_landline,
        first=first_step(hours),
        most_s=MOST_WITH_BOX_S,
        at_last="bye",
        rings=hours.rings,
        settles_s=settles_s,
    )
    call = Watched(Script(setting, caller_steps(hours, now), lambda word: (word.encode(),), itertools.count(1)))
    for what in story:
        happen(call, what)
    ends_by_itself(call)


@FAST
@given(talks, st.booleans(), st.sampled_from(("notice", "record", "rate")), st.lists(happenings, max_size=60))
def test_a_recorded_conversation_never_gets_stuck(
    plan: Plan, is_landline: bool, first: str, story: list[tuple]
) -> None:
    setting = Setting(
        CALL,
        1,
        Opening.JOIN if is_landline else Opening.NONE,
        is_landline=is_landline,
        first=first,
        most_s=LONGEST_TALK_S,
        at_last=HANG_UP if is_landline else LEAVE,
    )
    steps = talk_steps(plan, is_landline=is_landline)
    call = Watched(Script(setting, steps, lambda word: (word.encode(),), itertools.count(1)))
    for what in story:
        happen(call, what)
    ends_by_itself(call)


def ways_on(step: Step) -> set[str]:
    """Every step that this one may lead to without a sound between: all that it has, once nothing is heard."""
    typed = {step.typing.done} if step.typing else set()
    return {step.then, step.gives_up, step.otherwise, *step.keys.values(), *step.after.values(), *typed} - {""}


def every_table() -> list[dict[str, Step]]:
    tables = []
    for bits in itertools.product((False, True), repeat=5):
        for size in range(len(MENU_KEYS) + 1):
            for menu in itertools.combinations(MENU_KEYS, size):
                hours = HoursPlan(True, waits=bits[0], takes_messages=bits[1], asks_number=bits[2], menu=menu)
                news = "announcement:1" if bits[3] else ""
                tables.append(caller_steps(hours, Circumstances(bits[4], has_number=False, announcement=news)))
    tables += [talk_steps(Plan("x", rates_talks=rates), is_landline=land) for rates in (0, 1) for land in (0, 1)]  # type: ignore[arg-type]
    return tables


def test_every_way_leads_to_a_step_or_out() -> None:
    for table in every_table():
        told = ticket_steps(TicketState(1, "done", has_result=True, may_rate=True), "bye")
        for step in table.values():
            assert ways_on(step) <= {*table, *WAYS_OUT}, step
        for step in told.values():
            assert ways_on(step) <= {*told, "bye"}


def test_every_circle_of_steps_takes_time() -> None:
    """Else a prompt that nobody has recorded would make it turn for ever at once."""
    for table in every_table():
        at_once = {name: step.then for name, step in table.items() if step.hear is None}
        for first, then in at_once.items():
            seen, name = {first}, then
            while name in at_once:
                assert name not in seen, seen
                seen.add(name)
                name = at_once[name]


def test_the_check_would_find_a_stuck_script() -> None:
    class Forgetful(Script):
        def hear(self, event: object) -> list[Deed]:
            return [deed for deed in super().hear(event) if not isinstance(deed, Wake)]  # type: ignore[arg-type]

    setting = Setting(CALL, 1, Opening.RING, True, "greeting", MOST_WITH_BOX_S, "bye", rings=2)
    steps = caller_steps(HoursPlan(True), Circumstances(is_open=True, has_number=True))
    call = Watched(Forgetful(setting, steps, lambda word: (word.encode(),), itertools.count(1)))
    call.hear(CallRang(LINE, CALL, 2))
    with pytest.raises(AssertionError, match="nothing will ever wake it"):
        call.wake(0)
