"""What prompts are called on their page, in which order they stand, and what is said of a recording."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.prompts.table import STATUS_KEYS, is_announcement
from web import language
from web.marks import N_
from web.words import Word

TITLES: Mapping[str, str] = {
    "greeting_hours": N_("Greeting in office hours, when nobody answers"),
    "greeting_after_hours": N_("Greeting after hours"),
    "waiting": N_("While the caller waits for an operator"),
    "hold": N_("Please hold the line"),
    "menu_message": N_("Menu, key 1: leave a message"),
    "menu_announcement": N_("Menu, key 2: hear an announcement"),
    "menu_progress": N_("Menu, key 3: how a matter stands"),
    "menu_urgent": N_("Menu, key 0: urgent"),
    "urgent": N_("Emergency numbers"),
    "duty_phone_is": N_("Before the duty telephone's number"),
    "alarm": N_("Call about a danger, before the ticket's number"),
    "alarm_confirm": N_("Call about a danger: press 1"),
    "leave_message": N_("Please leave a message"),
    "message_kept": N_("The message has been received"),
    "message_empty": N_("No voice was heard"),
    "enter_number": N_("Please key in the ticket number"),
    "enter_callback_number": N_("Please key in a telephone number"),
    "not_found": N_("The number was not found"),
    "ticket_is": N_("Before the ticket's number"),
    "status:waiting": N_("The ticket is waiting"),
    "status:handling": N_("The ticket is in progress"),
    "status:review": N_("The ticket is in review"),
    "status:survey": N_("The ticket waits for a rating"),
    "status:done": N_("The ticket is finished"),
    "result_by_sms": N_("Where the result can be read"),
    "recorded_notice": N_("This call is recorded"),
    "rate": N_("Please rate us"),
    "thanks": N_("Thank you"),
    "goodbye": N_("Goodbye"),
}

DIGITS = tuple(f"digit:{digit}" for digit in range(10))
GROUPS: Mapping[str, tuple[str, ...]] = {
    N_("Greetings"): ("greeting_hours", "greeting_after_hours", "waiting", "hold"),
    N_("Leaving a message"): ("leave_message", "message_kept", "message_empty", "enter_callback_number"),
    N_("Menu"): ("menu_message", "menu_announcement", "menu_progress", "menu_urgent", "urgent", "duty_phone_is"),
    N_("Calls about a danger"): ("alarm", "alarm_confirm"),
    N_("How a matter stands"): ("enter_number", "not_found", "ticket_is", *STATUS_KEYS, "result_by_sms"),
    N_("End of a call, and recordings"): ("recorded_notice", "rate", "thanks", "goodbye"),
    N_("Digits"): DIGITS,
}
OTHERS = N_("Announcements")

SOURCES: Mapping[str, str] = {
    "file": N_("from a file"),
    "browser": N_("recorded in the browser"),
    "telephone": N_("recorded over the telephone"),
    "machine": N_("machine draft"),
}

STATES: Mapping[str, Word] = {
    "shipped": Word(N_("Shipped voice"), "dash-circle", "grey"),
    "used": Word(N_("Own recording"), "check-circle", "green"),
    "machine": Word(N_("Machine draft in use"), "gear", "amber"),
    "draft": Word(N_("Waiting to be listened to"), "hourglass-split", "amber"),
    "missing": Word(N_("No sound yet"), "exclamation-triangle", "red"),
    "former": Word(N_("No longer used"), "archive", "grey"),
}

REMARKS: Mapping[str, str] = {
    "quiet": N_("The voice was quiet and has been raised: callers may hear noise. Speak closer to the microphone."),
    "noisy": N_("The room can be heard between the words. Close windows and doors, or record when it is quiet."),
    "loud": N_("The voice was very loud and has been lowered. Keep a hand's breadth more away from the microphone."),
}


def title(key: str) -> str:
    """What this prompt is called, in the language of the page."""
    kind, _, rest = key.partition(":")
    if kind == "digit":
        return language.gettext("Digit %(digit)s", digit=rest)
    if is_announcement(key):
        return language.gettext("Announcement %(number)s", number=rest)
    return language.gettext(TITLES[key])
