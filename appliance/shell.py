"""What the `hotline` command may change, as one table of verbs.

The same functions serve the running process (over its unix socket) and a command that holds the process lock itself.
Words in and out are plain JSON values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance import exports
from appliance.limits import notice
from appliance.office import Office
from appliance.people.users import User
from appliance.upkeep import pin_tries
from modem.events import masked_imsi

Words = dict[str, Any]


def _user_row(user: User) -> Words:
    return {"name": user.name, "role": str(user.role), "display_name": user.display_name}


def user_add(office: Office, words: Words) -> Words:
    code = words.get("department", "")
    units = {each.code: each.id for each in office.departments.all()}
    if code and code not in units:
        raise ValueError(f"no department has the code {code}; known: {', '.join(units) or 'none'}")
    user = office.users.add(
        words["name"],
        words["role"],
        words["password"],
        display_name=words.get("display_name", ""),
        department_id=units.get(code),
    )
    return {"user": _user_row(user)}


def user_list(office: Office, words: Words) -> Words:
    return {"users": [_user_row(user) for user in office.users.all()]}


def user_disable(office: Office, words: Words) -> Words:
    office.users.disable(words["name"], by=None)
    return {}


def user_reset(office: Office, words: Words) -> Words:
    office.users.reset(words["name"], words["password"], by=None)
    return {}


def sms_send(office: Office, words: Words) -> Words:
    message_id = office.messages.write(words["number"], words["text"], None, token=words.get("token", ""))
    return {"id": message_id}


def call_dial(office: Office, words: Words) -> Words:
    return {"ref": office.calls.dial(words["number"], None, line=words.get("line") or None)}


def call_hang_up(office: Office, words: Words) -> Words:
    ended = 0
    for card in office.calls.board():
        if card.state != "ended":
            office.calls.release(card.call_id, None)
            ended += 1
    return {"ended": ended}


def status(office: Office, words: Words) -> Words:
    report = office.health.report()
    return {
        "running": True,
        **report,
        "queues": {card.name: card.queue for card in office.lines.cards()},
        "due": office.tickets.counts(),
        "callbacks": len(office.callbacks.rows()),
    }


def lines(office: Office, words: Words) -> Words:
    """Each line with all that is known of its module: for `modem probe` and `doctor`, which leave its port alone."""
    return {
        "lines": [
            {
                "line": card.name, "state": str(card.state), "advice": card.advice, "detail": card.detail,
                "node": picture.node, "imei": picture.imei, "imsi": masked_imsi(picture.identity.removeprefix("imsi:")),
                "maker": picture.maker, "model": picture.model, "firmware": picture.firmware,
                "operator": picture.operator, "signal_dbm": picture.signal_dbm, "roaming": picture.roaming,
                "stores": [list(store) for store in picture.store_used],
            }
            for card, picture in zip(office.lines.cards(), office.lines.pictures(), strict=True)
        ]
    }  # fmt: skip


def checkup(office: Office, words: Words) -> Words:
    """What `doctor` wants to know of the running process besides its lines."""
    return {"report": office.health.report(), "clock_ok": office.box_clock.is_ok(), **lines(office, words)}


def export_noted(office: Office, words: Words) -> Words:
    """A complete export leaves the box: that alone is written into the audit, by whom the shell cannot know."""
    exports.note(office, words["what"])
    return {}


def search_rebuild(office: Office, words: Words) -> Words:
    return {"tickets": office.tickets.rebuild_search(), "articles": office.knowledge.articles.rebuild_search()}


def import_departments(office: Office, words: Words) -> Words:
    return {"departments": office.departments.import_rows(words["rows"])}


def import_holidays(office: Office, words: Words) -> Words:
    """A year's notice: what it would change, and with `enter` the change itself. Raises NoticeWrong, a ValueError."""
    year, days = notice.read_csv(words["lines"])
    holidays = office.limits.holidays
    preview = holidays.preview_notice(year, days)
    if words.get("enter"):
        holidays.enter_notice(year, days, None)
    return {
        "year": year,
        "count": preview.count,
        "doubts": [doubt.reason % doubt.fields for doubt in preview.doubts],
        "moves": [
            {"no": row.no, "what": row.what, "was": row.was.isoformat(), "becomes": row.becomes.isoformat()}
            for row in preview.moves
        ],
    }


def import_places(office: Office, words: Words) -> Words:
    return {"places": office.places.import_rows(words["rows"])}


def import_routing(office: Office, words: Words) -> Words:
    return {"routing": office.routing.import_rows(words["rows"])}


def import_knowledge(office: Office, words: Words) -> Words:
    return {"knowledge": office.knowledge.lists.import_rows(words["rows"])}


def handler_list(office: Office, words: Words) -> Words:
    return {
        "handlers": [
            {"department": unit.code, "name": handler.name, "phone": handler.phone}
            for unit in office.departments.all()
            for handler in office.departments.handlers(unit.id)
        ]
    }


def handler_disable(office: Office, words: Words) -> Words:
    handler = office.departments.handler_by_number(words["phone"])
    if handler is None:
        raise ValueError("no handler has this number; see: hotline handler list")
    office.departments.disable_handler(handler.id, by=None)
    return {"name": handler.name}


def clock_trust(office: Office, words: Words) -> Words:
    return {"now": office.box_clock.trust(office.audit).isoformat(timespec="seconds")}


def pin_again(office: Office, words: Words) -> Words:
    pin_tries.free(office.audit, words["line"])
    return {}


TABLE: dict[str, Callable[[Office, Words], Words]] = {
    "user add": user_add,
    "user list": user_list,
    "user disable": user_disable,
    "user reset": user_reset,
    "sms send": sms_send,
    "call dial": call_dial,
    "call hangup": call_hang_up,
    "status": status,
    "lines": lines,
    "checkup": checkup,
    "export": export_noted,
    "search rebuild": search_rebuild,
    "import departments": import_departments,
    "import places": import_places,
    "import routing": import_routing,
    "import knowledge": import_knowledge,
    "import holidays": import_holidays,
    "handler list": handler_list,
    "handler disable": handler_disable,
    "clock trust": clock_trust,
    "modem pin-again": pin_again,
}
