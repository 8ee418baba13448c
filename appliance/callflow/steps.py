"""The steps of a call with the box, as tables made from a plan: what is said, what is listened for, where it leads.

Nothing here acts; appliance.callflow.script walks through it. Every circle of steps passes one that listens, so that
no walk turns without time passing, and every step that asks has an end to its asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.callflow.plan import HoursPlan, Plan
from appliance.callflow.words import TicketState
from appliance.casework.ticket_no import LONGEST, format_no
from modem.events import SoundEnd

# Where a walk ends.
HANG_UP = "hang_up"
LET_GO = "let_go"  # a person has the call: the landline's modem lets go of the line
LEAVE = "leave"  # the call goes on without the box
WAYS_OUT = frozenset({HANG_UP, LET_GO, LEAVE})

CHOICE_S = 6.0  # modems that hear no keys while they play hear them in this window
HOLD_S = 8.0  # between two times of "please hold the line"
TYPING_S = 8.0  # without a key
CODE_S = 4.0  # after the greeting, while somebody of the office wants to record a prompt
OFFICE_ANSWERS_S = 4.0
END_OF_MESSAGE_S = 6.0  # of silence
END_OF_TALK_S = 8.0  # of nothing at all, where both have hung up and the modem alone holds the line
LONGEST_TALK_S = 4 * 3600.0
MOST_WITH_BOX_S = 590.0  # then goodbye: ten minutes in all
LEAST_SPOKEN_S = 1.0
FEWEST_DIGITS, MOST_DIGITS = 7, 15  # of a telephone number; ITU-T E.164 6.1 ends at 15
RATINGS = "12345"
ANNOUNCEMENT = "announcement:"  # and its id: keys of prompts that the office recorded for a while


@dataclass(frozen=True, slots=True)
class Hear:
    """How long is listened, and what ends it besides the step's keys."""

    most_s: float
    quiet_s: float | None = None
    keeps: str = ""  # kind of recording: "voicemail", "talk", "prompt"


@dataclass(frozen=True, slots=True)
class Typing:
    """Digits are collected until # or until the caller stops pressing; * begins anew."""

    fewest: int
    most: int
    done: str  # the step that goes on with what was typed


@dataclass(frozen=True, slots=True)
class Step:
    """Say, then hear. A key of `keys` leads on at once, also in the midst of a word."""

    then: str  # after the last word and the last window, when no key led elsewhere
    note: str = ""  # what is counted: a key of result.STEPS
    say: tuple[str, ...] = ()  # keys of prompts; "number:004512" is read out, digit by digit
    again: tuple[str, ...] = ()  # said instead from the second time on
    hear: Hear | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[SoundEnd, str] = field(default_factory=dict)  # a way out that leads elsewhere than `then`
    tries: int = 1  # how often it is said and heard before `then`
    visits: int = 99  # in one call; then `then` at once
    typing: Typing | None = None
    asks: bool = False  # the office is asked for the ticket just typed, while the caller is listened to
    back: str = ""  # where it leads in the end, once the office has answered
    otherwise: str = ""  # where a step that keeps a voicemail leads when nobody spoke, or nothing can be kept
    patience_s: float = 0.0  # counted through neighbouring steps that have it; then `gives_up`
    gives_up: str = ""
    may_interrupt: bool = True  # any key ends the words
    rates: str = ""  # its keys are a rating: "rating" of the conversation, "ticket_rating" of the ticket just told


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else decides what a caller hears."""

    is_open: bool
    has_number: bool
    announcement: str = ""  # key of the prompt that is switched on; "" = none
    duty_phone: str = ""
    code: str = ""  # after a * it leads whoever knows it to where a prompt is recorded; "" = nobody waits for that
    code_s: float = 0.0  # how long that prompt may be
    has_room: bool = True  # on the disk, for what a caller would say


def first_step(hours: HoursPlan) -> str:
    return "waiting" if hours.waits else "greeting"


def caller_steps(hours: HoursPlan, now: Circumstances) -> dict[str, Step]:
    """The walk of a caller whom the box answers."""
    choices = _choices(hours, now)
    last = "message" if hours.takes_messages and now.has_room else "bye"
    main = "menu" if choices else last
    asks_number = hours.asks_number and not now.has_number
    is_offered = choices.get("2") == "announcement"
    news = (now.announcement,) if now.announcement and not is_offered else ()
    greeting = "greeting_hours" if now.is_open else "greeting_after_hours"
    any_key = dict.fromkeys("0123456789*#", "greeting")
    duty = ("duty_phone_is", f"number:{now.duty_phone}") * 2 if now.duty_phone else ()
    waits = {"patience_s": float(hours.wait_s), "gives_up": "greeting"}
    return {
        "waiting": Step("hold", "waiting", ("waiting", *news), **waits),  # type: ignore[arg-type]
        "hold": Step("hold", say=("hold",), hear=Hear(HOLD_S), keys=any_key, **waits),  # type: ignore[arg-type]
        "greeting": Step(
            "number" if asks_number else main,
            "greeting",
            (greeting, *(() if hours.waits else news)),
            keys=choices | ({"*": "code_1"} if now.code else {}),
            hear=Hear(CODE_S) if now.code else None,
        ),
        "number": Step(
            main,
            say=("enter_callback_number",),
            hear=Hear(TYPING_S),
            tries=2,
            typing=Typing(FEWEST_DIGITS, MOST_DIGITS, "number_typed"),
        ),
        "number_typed": Step(main, "number", ("number:{typed}", "thanks")),
        "menu": Step(
            last,
            "menu",
            tuple(f"menu_{name}" for name in choices.values()),
            hear=Hear(CHOICE_S),
            keys=choices,
            tries=2,
            visits=8,
        ),
        "announcement": Step(main, say=(now.announcement,), keys=choices),
        "progress": Step(
            main,
            say=("enter_number",),
            hear=Hear(TYPING_S),
            tries=3,
            visits=3,
            typing=Typing(1, LONGEST, "asking"),
        ),
        "asking": Step("not_found", "progress", hear=Hear(OFFICE_ANSWERS_S), asks=True, back=main),
        "not_found": Step("progress", "not_found", ("not_found",)),
        "urgent": Step(last, "urgent", ("urgent", *duty), keys=choices),
        "message": Step(
            "message_kept",
            "message",
            ("leave_message",),
            again=("message_empty", "leave_message"),
            hear=Hear(float(hours.message_s), END_OF_MESSAGE_S, "voicemail"),
            after={SoundEnd.FAILED: "bye", SoundEnd.STOPPED: "bye"},
            tries=2,
            visits=2,
            otherwise="bye",
        ),
        "message_kept": Step("bye", say=("message_kept",)),
        "bye": Step(HANG_UP, say=("goodbye",)),
        **_dictation(now, main),
    }


def _dictation(now: Circumstances, otherwise: str) -> dict[str, Step]:
    """A code, one digit after the other, then a prompt is recorded. One try in a call: a wrong digit leads away."""
    if not now.code:
        return {}
    steps = {}
    for at, digit in enumerate(now.code, start=1):
        wrong = dict.fromkeys("0123456789*#", otherwise)
        right = f"code_{at + 1}" if at < len(now.code) else "dictate"
        steps[f"code_{at}"] = Step(otherwise, hear=Hear(TYPING_S), keys=wrong | {digit: right}, visits=1)
    steps["dictate"] = Step(
        "dictated",
        "dictated",
        hear=Hear(now.code_s, END_OF_MESSAGE_S, "prompt"),
        after={SoundEnd.FAILED: "bye", SoundEnd.STOPPED: "bye"},
        visits=1,
        otherwise="bye",
    )
    steps["dictated"] = Step("bye", say=("thanks",))
    return steps


def ticket_steps(ticket: TicketState, back: str) -> dict[str, Step]:
    """How a ticket stands, said to whoever typed its number; the rest to its citizen alone."""
    say = ["ticket_is", f"number:{format_no(ticket.no)}", f"status:{ticket.stage}"]
    if ticket.has_result:
        say.append("result" if ticket.result else "result_by_sms")
    rates = dict.fromkeys(RATINGS, "ticket_rated")
    return {
        "found": Step("rate_ticket" if ticket.may_rate else back, "found", tuple(say)),
        "rate_ticket": Step(
            back, say=("rate",), hear=Hear(CHOICE_S), keys=rates, tries=2, visits=4, rates="ticket_rating"
        ),
        "ticket_rated": Step(back, "rated", ("thanks",)),
    }


def talk_steps(plan: Plan, *, is_landline: bool) -> dict[str, Step]:
    """A conversation of two people that is recorded, and what follows it.

    A landline's modem holds the line beside the telephone, so it hangs up whatever ends the recording. On a GSM line
    the call is the operator's own: the box leaves it alone.
    """
    done = HANG_UP if is_landline else LEAVE
    ends = dict.fromkeys(SoundEnd, done)
    if is_landline:
        ends |= {SoundEnd.LIFTED: "record", SoundEnd.PUT_DOWN: "rate" if plan.rates_talks else done}
    quiet_s = END_OF_TALK_S if is_landline else None
    return {
        "notice": Step(
            "record",
            say=("recorded_notice",),
            may_interrupt=False,
            # Never recorded in secret; nor is the line of two who have gone held.
            after={SoundEnd.FAILED: done, SoundEnd.STOPPED: done, SoundEnd.PUT_DOWN: done, SoundEnd.LIFTED: "record"},
        ),
        "record": Step(done, "recording", hear=Hear(LONGEST_TALK_S - 60.0, quiet_s, "talk"), after=ends, visits=20),
        "rate": Step(
            "bye",
            say=("rate",),
            hear=Hear(CHOICE_S),
            keys=dict.fromkeys(RATINGS, "rated"),
            rates="rating",
            tries=2,
            visits=2,
        ),
        "rated": Step(HANG_UP, "rated", ("thanks",)),
        "bye": Step(HANG_UP, say=("goodbye",)),
    }


def _choices(hours: HoursPlan, now: Circumstances) -> dict[str, str]:
    """Key -> step, of the entries that lead anywhere now."""
    steps = {"1": "message", "2": "announcement", "3": "progress", "0": "urgent"}
    leads = {"1": hours.takes_messages and now.has_room, "2": bool(now.announcement)}
    return {key: steps[key] for key in hours.menu if leads.get(key, True)}
