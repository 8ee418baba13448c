"""What codes of calls, call-backs, lines and the demo's telephones are called, and their icons. Message ids only."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.lines import WARNINGS
from web.marks import N_
from web.words import Word

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
