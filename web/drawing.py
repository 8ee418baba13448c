"""What templates may use: moments, numbers, words of the office, the state of the page. Filters and globals only."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, request
from markupsafe import Markup

from appliance.casework import categories, lifecycle
from appliance.casework.forms import LONGEST
from appliance.casework.requests import RequestView
from appliance.casework.tickets import TimelineItem
from appliance.errors import FieldWrong
from appliance.outreach import purposes
from appliance.people import roles
from appliance.people.user import User
from web import (
    access,
    current,
    doors,
    duty_words,
    follow_words,
    forms,
    hour_words,
    knowledge_words,
    language,
    message_words,
    moments,
    next_steps,
    speech,
    technical,
    telephone_words,
    words,
)
from web.notes import NOTES

RINGS_FOR = doors.DESK
LONGEST_SHOWN = 20  # characters of a number that a list shows whole; of a longer one it shows the beginning
BEATS_MISSED = 3.5  # so many beats of the stream missed, and the page says that the connection is lost


def install(app: Flask) -> None:
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        when=lambda moment: speech.speaker().when(moment),
        full=lambda moment: speech.speaker().full(moment),
        clock=lambda moment: speech.speaker().clock(moment),
        left=lambda moment: speech.speaker().left(moment),
        iso=lambda moment: moment.isoformat(timespec="seconds"),
        number=grouped,
        hours=hour_words.said,
        frozenset=frozenset,
        technical=technical.said,
    )
    environment.globals.update(
        words=words,
        follow_words=follow_words,
        message_words=message_words,
        telephone_words=telephone_words,
        word=words.word,
        lifecycle=lifecycle,
        longest=LONGEST,
        role_label=lambda role: roles.row(role).label,
        lasted=lambda start, end=None: speech.speaker().lasted(start, end),
        passed_percent=lambda start, due: moments.passed_percent(start, due, current.office().clock.now()),
        new_token=forms.new_token,
        ticket_types=categories.types,
        ticket_urgencies=categories.urgencies,
        ticket_categories=categories.categories,
        category_name=words.category_name,
        town_name=words.town_name,
        duty_words=duty_words,
        towns=words.towns,
        type_name=words.type_name,
        urgency_name=words.urgency_name,
        timeline_title=timeline_title,
        line_brand=line_brand,
        why=why,
        is_wrong=is_wrong,
        waits_for=waits_for,
        stages_for=stages_for,
        next_steps=next_steps,
        knowledge_words=knowledge_words,
        articles_for=knowledge_words.for_page,
        answered_with=knowledge_words.answered_with,
        may_decide=may_decide,
        is_provisional=is_provisional,
        is_simple_office=lambda: current.office().tickets.is_simple(),  # noqa: PLW0108 - known only with a request
    )
    app.context_processor(_page_words)


def is_provisional(due_at: datetime, urgency: str) -> bool:
    """Whether a due time may still move, because the holidays of its year are not published."""
    return current.office().tickets.is_provisional(due_at, urgency)


def grouped(number: str) -> Markup:
    """A number in readable groups. The gaps are drawn by the theme: copied, it is still one number."""
    if not (number.isascii() and number.isdecimal() and 7 <= len(number) <= LONGEST_SHOWN):
        title = Markup(' title="{}"').format(number) if len(number) > LONGEST_SHOWN else ""
        return Markup('<span class="num"{}>{}</span>').format(title, number)
    head = number[:3] if len(number) == 11 else number[:-8] if len(number) > 8 else ""
    rest = number[len(head) :]
    groups = [head, rest[:-4], rest[-4:]]
    pieces = Markup("").join(Markup("<i>{}</i>").format(group) for group in groups if group)
    return Markup('<span class="num" data-number="{}">{}</span>').format(number, pieces)


def timeline_title(item: TimelineItem) -> str:
    """What happened, in the words of the office's own tables."""
    if item.kind == "move":
        return language.gettext(lifecycle.move(item.key).label)
    if item.kind == "note":
        return language.gettext(words.NOTE_KINDS.get(item.key, item.key))
    if item.kind == "call":
        return language.gettext("Telephone call")
    if item.kind == "alarm_call":
        return language.gettext("The box called about the danger")
    if item.kind == "sms_out":
        return language.gettext("Text message: %(purpose)s", purpose=language.gettext(purposes.purpose(item.key).label))
    return language.gettext("Text message received")


def waits_for(status: str, clock: str) -> bool:
    """Whether a ticket of this status waits for this act of the office: "accept", "dispatch" or "review"."""
    return lifecycle.status(status).own_clock == lifecycle.OwnClock(clock)


def stages_for(user: User, *, only_open: bool = False) -> tuple[lifecycle.Stage, ...]:
    """The stages in which this user may see tickets: a department's own are those it has in hand."""
    is_own = roles.row(user.role).tickets is roles.Sight.OWN
    fitting = (
        row for row in lifecycle.STATUSES if (row.unit_clock_runs or not is_own) and (row.is_open or not only_open)
    )
    keys = {row.stage for row in fitting}
    return tuple(stage for stage in lifecycle.STAGES if stage.key in keys)


def may_decide(request_: RequestView) -> bool:
    """Whether this user decides what was asked for, or somebody else must."""
    user = current.user()
    if current.office().tickets.is_simple():
        return True
    is_leads = request_.needs_lead and user.role is not roles.Role.LEAD
    return not is_leads and request_.asked_by != user.id


def line_brand(line: str) -> str:
    """What this line is called, where it is another office's; nothing for our own."""
    return current.office().call_flows.brand(line)


def is_wrong(trouble: object, field: str) -> bool:
    """Whether this error speaks of this field."""
    return isinstance(trouble, FieldWrong) and trouble.field == field


def why(trouble: object) -> str:
    """An error of the office in the language of the page; nothing if there is none."""
    return speech.say(trouble) if trouble is not None else ""  # type: ignore[arg-type]


def _page_words() -> dict[str, object]:
    office, user = current.office(), current.user_or_none()
    tag = language.chosen()
    note = NOTES.get(request.args.get("done", ""), "")
    return {
        "office_name": office.settings.office.name,
        "office_short_name": office.settings.office.short_name,
        "is_demo": office.is_demo,
        "user": user,
        "look": current.look(),
        "html_lang": language.TAGS[tag],
        "language_now": tag,
        "languages": language.own_names(),
        "here": request.full_path.rstrip("?") if request.method in access.SAFE_METHODS else "/",
        "done": language.gettext(note) if note else "",
        "sent_draft": request.args.get("sent", ""),
        "hears_rings": user is not None and user.role in RINGS_FOR and not user.must_change,
        "quiet_ms": round(current.settings().beat_s * BEATS_MISSED * 1000),
        "board_now": lambda: office.calls.board(user),
        "alarms_now": office.health.alarms,
        "dangers_now": office.follow_up.emergency_views.unconfirmed,
    }
