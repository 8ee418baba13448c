"""What codes of the office are called on the screen, and with which icon. Message ids only; language.py says them.

Statuses, moves, roles and purposes bring their own labels in the office's tables; here stands what has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.casework import categories
from appliance.casework.categories import Choice
from appliance.lines import WARNINGS
from appliance.people.places import Place
from web import current, language
from web.marks import N_


@dataclass(frozen=True, slots=True)
class Word:
    """A code as it is shown: its name, its icon in the sprite and its colour in the theme."""

    label: str
    icon: str = "dash-circle"
    colour: str = "grey"
    advice: str = ""


SMS_STATES: Mapping[str, Word] = {
    "new": Word(N_("New"), "chat-dots", "amber"),
    "handled": Word(N_("Handled"), "check-lg", "grey"),
    "waiting": Word(N_("Waiting for the rest of it"), "hourglass-split", "grey"),
    "queued": Word(N_("Waiting to be sent"), "clock", "blue"),
    "sending": Word(N_("Being sent"), "send", "blue"),
    "sent": Word(N_("Sent; no delivery report yet"), "send", "grey"),
    "delivered": Word(N_("Delivered"), "check-lg", "green"),
    "failed": Word(N_("Not sent"), "x-circle", "red", N_("The network refused it. Send it again, or call the number.")),
    "unknown": Word(
        N_("Not known whether it went"),
        "question-circle",
        "amber",
        N_("The box or the modem stopped while it was being sent. If you send it again, it may arrive twice."),
    ),
}

BOXES: Mapping[str, Word] = {
    "desk": Word(N_("To do"), "inbox"),
    "in": Word(N_("Received"), "chat-left-text"),
    "out": Word(N_("Sent"), "send"),
    "trouble": Word(N_("Not sent"), "exclamation-triangle"),
    "adverts": Word(N_("Advertising"), "megaphone"),
}

URGENCY_COLOURS: Mapping[str, str] = {"urgent": "amber", "critical": "red"}

SOURCES: Mapping[str, Word] = {
    "call": Word(N_("By telephone"), "telephone"),
    "sms": Word(N_("By text message"), "chat-dots"),
    "voicemail": Word(N_("By voice message"), "chat-left-text"),
    "visit": Word(N_("In person"), "person"),
    "letter": Word(N_("By letter"), "envelope"),
    "leader": Word(N_("From a leader"), "person"),
    "upper": Word(N_("From the office above"), "building"),
    "web": Word(N_("By web"), "wifi-off"),
}
HAND_SOURCES = ("call", "visit", "letter", "leader", "upper")  # what an operator may choose on an empty form

# Who may know whose ticket it is (appliance.casework.views.PRIVACY).
PRIVACY: Mapping[str, Word] = {
    "open": Word(N_("With name"), "person"),
    "confidential": Word(N_("Confidential"), "shield-lock", "violet"),
    "anonymous": Word(N_("Anonymous"), "eye", "violet"),
}

OUTCOMES: Mapping[str, Word] = {
    "": Word(N_("Not finished"), "telephone", "blue"),
    "answered": Word(N_("Answered"), "check-lg", "green"),
    "missed": Word(N_("Missed"), "telephone-x", "red"),
    "refused": Word(N_("Not taken"), "telephone-minus", "amber"),
    "interrupted": Word(N_("Interrupted"), "exclamation-triangle", "red"),
    "no_answer": Word(N_("No answer"), "telephone-minus", "amber"),
    "busy": Word(N_("Busy"), "telephone-minus", "amber"),
    "cancelled": Word(N_("Broken off"), "x-circle", "grey"),
    "failed": Word(N_("Did not work"), "telephone-x", "red"),
    "voicemail": Word(N_("Left a message"), "chat-left-text", "blue"),
    "blocked": Word(N_("Held off"), "telephone-minus", "grey"),
    "self_served": Word(N_("Heard what they wanted"), "volume-up", "grey"),
    "unclear": Word(N_("Not known whether anybody spoke"), "question-circle", "amber"),
}

# What the card of a nuisance caller says (appliance.intake.board.BoardCall.level): the level, and what to do.
HELD: Mapping[str, Word] = {
    "watch": Word(N_("Watched"), "eye", "amber"),
    "warn": Word(N_("Warned"), "exclamation-triangle", "amber"),
    "limit": Word(N_("Limited"), "hourglass-split", "amber"),
    "over": Word(N_("Beyond the calls of today"), "hourglass-split", "red"),
    "block": Word(N_("Blocked"), "x-circle", "red"),
}
HELD_SCRIPTS: Mapping[str, str] = {
    "watch": N_("Serve this caller as anybody, and note what the call was about."),
    "warn": N_(
        "Ask what it is about. If it is nothing, say: this line is for everybody; calls without a matter keep others"
        " from help, and if they go on, only some of your calls a day will be answered."
    ),
    "limit": N_(
        "This call counts. Take the matter up if there is one, and say that only some calls a day are answered."
    ),
    "over": N_(
        "The box takes this call to the voicemail where the line has one. If you answer: only a danger is taken up now;"
        " everything else tomorrow, or by text."
    ),
    "block": N_("Only a danger is taken up from this caller."),
}

# What the box does while it speaks with a caller: the steps of its script (appliance.callflow.steps).
_WAITS = Word(N_("The box asks the caller to wait"), "hourglass-split")
_NUMBER = Word(N_("The caller types a number"), "keyboard")
_PROGRESS = Word(N_("The caller asks for a ticket's progress"), "search")
_RATES = Word(N_("The caller is asked for a rating"), "star")
_DICTATES = Word(N_("Somebody of the office records a prompt"), "chat-left-text")
BOX_STEPS: Mapping[str, Word] = {
    "": Word(N_("The box has answered"), "volume-up"),
    "waiting": _WAITS,
    "hold": _WAITS,
    "greeting": Word(N_("The box greets the caller"), "volume-up"),
    "announcement": Word(N_("The caller hears an announcement"), "megaphone"),
    "menu": Word(N_("The caller is in the menu"), "list-task"),
    "asks_message": Word(N_("The box asks for a message"), "volume-up"),  # until the tone
    "message": Word(N_("The caller leaves a message"), "chat-left-text"),
    "message_kept": Word(N_("The caller has left a message"), "chat-left-text"),
    "number": _NUMBER,
    "number_typed": _NUMBER,
    "progress": _PROGRESS,
    "asking": _PROGRESS,
    "found": _PROGRESS,
    "not_found": _PROGRESS,
    "urgent": Word(N_("The caller pressed 0: urgent"), "exclamation-triangle"),
    "rate": _RATES,
    "rated": _RATES,
    "rate_ticket": _RATES,
    "ticket_rated": _RATES,
    "bye": Word(N_("The box says goodbye"), "volume-up"),
    **dict.fromkeys(("code_1", "code_2", "code_3", "dictate", "dictated"), _DICTATES),
}

# How far a call of ours on a landline is.
DIALLED: Mapping[str, Word] = {
    "dialling": Word(N_("dialling"), "telephone-outbound"),
    "dial": Word(N_("dialling"), "telephone-outbound"),
    "ring_back": Word(N_("it rings at the other end"), "telephone-outbound"),
    "busy": Word(N_("busy"), "telephone-minus"),
    "voice": Word(N_("somebody speaks"), "telephone"),
}

RESULTS: Mapping[str, Word] = {
    "reached": Word(N_("Reached"), "check-lg", "green"),
    "no_answer": Word(N_("No answer"), "telephone-minus", "amber"),
    "wrong": Word(N_("Wrong number"), "x-circle", "red"),
    "dropped": Word(N_("No longer needed"), "archive", "grey"),
}
SERVED = Word(N_("Was spoken with"), "check-circle", "green")  # offered where an entry asks whether somebody was

# Their words stand with the reasons (appliance.outreach.callbacks): icon and colour.
CALLBACK_SIGNS: Mapping[str, tuple[str, str]] = {
    "missed": ("telephone-x", "red"),
    "unclear": ("question-circle", "amber"),
    "urgent": ("exclamation-triangle", "red"),
    "voicemail": ("chat-left-text", "blue"),
    "interrupted": ("exclamation-triangle", "red"),
    "asked": ("telephone-forward", "blue"),
    "unsent": ("send", "amber"),
    "tell": ("phone", "grey"),
    "dissatisfied": ("star", "amber"),
}

# States of a call as the demo's telephones name them.
TOWN_CALLS: Mapping[str, Word] = {
    "dialing": Word(N_("is being called"), "telephone-inbound", "blue"),
    "alerting": Word(N_("ringing"), "telephone", "amber"),
    "incoming": Word(N_("ringing"), "telephone", "amber"),
    "waiting": Word(N_("waits in line"), "telephone", "amber"),
    "active": Word(N_("talking"), "telephone", "green"),
    "held": Word(N_("on hold"), "telephone", "grey"),
    "ringing": Word(N_("ringing"), "telephone", "amber"),  # from here the landline's
    "talking": Word(N_("talking"), "telephone", "green"),
}

TOWN_VOICES: Mapping[str, Word] = {
    "hole": Word(N_("A hole in the road (English)"), "chat-dots", "grey"),
    "lamp": Word(N_("The street lamp is out"), "chat-dots", "grey"),
    "water": Word(N_("No water in the village"), "chat-dots", "grey"),
}

LINE_STATES: Mapping[str, Word] = {
    "missing": Word(N_("Missing"), "x-circle", "red"),
    "starting": Word(N_("Starting"), "hourglass-split", "amber"),
    "ready": Word(N_("Ready"), "check-circle", "green"),
    "no_network": Word(N_("No network"), "wifi-off", "red"),
    "no_sim": Word(N_("No SIM card"), "sim", "red"),
    "sim_locked": Word(N_("SIM card locked"), "shield-lock", "red"),
    "silent": Word(N_("The modem does not answer"), "exclamation-triangle", "red"),
    "garbled": Word(N_("Not a modem"), "exclamation-triangle", "red"),
    "in_use": Word(N_("Used by another program"), "exclamation-triangle", "red"),
    "not_allowed": Word(N_("No permission"), "shield-lock", "red"),
    "broken": Word(N_("Connection broken"), "exclamation-triangle", "red"),
    "stopped": Word(N_("Stopped"), "dash-circle", "grey"),
}

TALK_PATHS: Mapping[str, Word] = {
    "none": Word(N_("Nobody can speak on this line yet; the box does not answer it.")),
    "parallel": Word(N_("Speak on the telephone beside this line.")),
    "headset": Word(N_("Speak with the headset on this modem.")),
    "usb": Word(N_("Speak with the USB handset on the box.")),
    "forward": Word(N_("Calls are forwarded to a telephone.")),
}

LINE_WARNINGS: Mapping[str, Word] = {
    "full": Word(N_("Message store full"), "exclamation-triangle", "amber", WARNINGS["full"]),
    "forwarded": Word(N_("Forwarded"), "telephone-forward", "amber", WARNINGS["forwarded"]),
    "untested": Word(N_("Test call missing"), "question-circle", "amber", WARNINGS["untested"]),
}

# When the network forwards a call, in the order of the page.
FORWARD_REASONS: Mapping[str, str] = {
    "always": N_("Always"),
    "no_reply": N_("When nobody answers"),
    "busy": N_("When the line is busy"),
    "unreachable": N_("When the line is off or out of the network"),
}

STAGE_ICONS: Mapping[str, str] = {
    "waiting": "inbox",
    "handling": "building",
    "review": "eye",
    "survey": "star",
    "done": "check-circle",
}

# What a list of tickets may be narrowed to (appliance.casework.ticket_views.FLAGS).
FLAGS: Mapping[str, Word] = {
    "requests": Word(N_("To decide"), "question-circle"),
    "supervised": Word(N_("Supervised"), "bell"),
    "returned": Word(N_("Returned once"), "arrow-return-left"),
    "repeats": Word(N_("Repeated"), "arrow-repeat"),
    "paused": Word(N_("Paused"), "hourglass-split"),
}

TIMELINE_ICONS: Mapping[str, str] = {
    "move": "arrow-left-right",
    "note": "pencil",
    "sms_in": "chat-left-text",
    "sms_out": "send",
    "call": "telephone",
}

MOVE_ICONS: Mapping[str, str] = {
    "accept": "check-lg",
    "void": "trash",
    "reject": "x-circle",
    "answer": "chat-left-text",
    "dispatch": "send",
    "sign": "clipboard-check",
    "return": "arrow-return-left",
    "take_back": "arrow-return-left",
    "reply": "reply",
    "approve": "check-lg",
    "send_back": "arrow-return-left",
    "rate": "star",
    "redo": "arrow-repeat",
    "close": "archive",
    "withdraw": "x-lg",
    "reopen": "arrow-repeat",
    "parent_answered": "chat-left-text",
    "co_sign": "clipboard-check",
    "co_reply": "reply",
    "co_return": "arrow-return-left",
    "confer": "people",
    "decide": "send",
    "approve_return": "arrow-return-left",
    "refuse_return": "x-circle",
    "ask_extension": "clock",
    "extend": "clock-history",
    "refuse_extension": "x-circle",
    "pause": "hourglass-split",
    "resume": "arrow-repeat",
    "dissatisfied": "star",
    "explain": "chat-left-text",
    "supervise": "bell",
    "merge": "arrow-left-right",
    "unmerge": "arrow-left-right",
    "transfer": "telephone-forward",
    "archive": "archive",
    "open": "plus-lg",
}

# How far a department is with its task.
TASK_STATES: Mapping[str, Word] = {
    "sent": Word(N_("Not signed yet"), "hourglass-split", "amber"),
    "signed": Word(N_("Signed, at work"), "clipboard-check", "blue"),
    "replied": Word(N_("Replied"), "reply", "violet"),
    "approved": Word(N_("Reply accepted"), "check-lg", "green"),
    "returned": Word(N_("Given back"), "arrow-return-left", "grey"),
    "withdrawn": Word(N_("Taken out of its hands"), "x-lg", "grey"),
}

CHANNELS: Mapping[str, Word] = {
    "web": Word(N_("on its own page"), "house"),
    "sms": Word(N_("by text message"), "chat-dots"),
    "paper": Word(N_("on paper"), "clipboard-check"),
    "phone": Word(N_("by telephone"), "telephone"),
}

# What a note on a ticket is; a move and a message bring their own words.
NOTE_KINDS: Mapping[str, str] = {
    "note": N_("Note"),
    "supplement": N_("The citizen adds"),
    "slip": N_("The printed slip was handed over"),
    "progress": N_("Progress"),
    "reply": N_("Reply of the department"),
    "answer": N_("Answer to the citizen"),
    "reason": N_("Reason"),
    "request": N_("Asked for"),
    "decision": N_("Decision"),
    "where": N_("Passed on to"),
    "minutes": N_("Minutes"),
    "opinion": N_("Opinion of a department"),
    "proposal": N_("The department asks"),
    "instruction": N_("Leader's instruction"),
    "transcript": N_("What the caller said, as a machine wrote it down (machine draft, not checked)"),
}

ACTORS: Mapping[str, str] = {
    "operator": N_("The desk"),
    "lead": N_("The desk"),
    "unit": N_("The department"),
    "handler": N_("The department"),
    "citizen": N_("The citizen"),
    "leader": N_("A leader"),
    "system": N_("The box"),
}

RATINGS: Mapping[int, str] = {
    5: N_("5 very satisfied"),
    4: N_("4 satisfied"),
    3: N_("3 rather satisfied"),
    2: N_("2 not satisfied"),
    1: N_("1 not satisfied at all"),
}


def word(table: Mapping[str, Word], code: object) -> Word:
    """The row of this code; a code nobody has named yet is shown as it is."""
    return table.get(str(code), Word(str(code)))


def typed_keys() -> dict[str, dict[str, str]]:
    """What may be typed for a category or a town -> its key. A village means its town."""
    places = current.office().places.all()
    towns = {place.initials.casefold(): place.town for place in places if not place.parent and place.initials}
    for place in reversed(places):  # towns stand first, and win where a village is called the same
        towns |= dict.fromkeys((place.name_zh.casefold(), place.name_en.casefold()), place.town)
    return {"category": categories.keys_typed(), "town": towns | {p.code.casefold(): p.code for p in places}}


def towns() -> tuple[Place, ...]:
    return current.office().places.towns()


def town_name(code: str) -> str:
    return current.office().places.name(code, language.chosen())


def privacy_name(key: str) -> str:
    return language.gettext(PRIVACY[key].label) if key in PRIVACY else "–"


def name_of(choices: Iterable[Choice], key: str) -> str:
    """What a key of categories.toml is called in the language of this request; the key itself if nobody knows it."""
    return next((row.name(language.chosen()) for row in choices if row.key == key), key)


def category_name(key: str) -> str:
    return name_of(categories.categories(), key)


def type_name(key: str) -> str:
    return name_of(categories.types(), key)


def urgency_name(key: str) -> str:
    return name_of(categories.urgencies(), key)
