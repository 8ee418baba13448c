"""What codes of the office are called on the screen, and with which icon. Message ids only; language.py says them.

Statuses, moves, roles and purposes bring their own labels in the office's tables; here stands what has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.casework import categories
from appliance.casework.categories import Choice
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
    "alarm_call": "telephone-outbound",
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
