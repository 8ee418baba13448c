"""Reads forms. Knows the fields' names and what a person means by what is typed; decides nothing."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import datetime, tzinfo

from werkzeug.datastructures import MultiDict

from appliance.casework import entry
from appliance.casework.ticket_no import parse_no
from appliance.casework.tickets import Arrival, TicketForm
from appliance.errors import FieldWrong
from appliance.plain import plain
from web import ids
from web.marks import N_

LONGEST_TEXT = 20_000  # more than any field of the office takes; the office says which one is too long


def new_token() -> str:
    """Goes into a form when it is drawn: the same form sent twice has one effect."""
    return secrets.token_urlsafe(18)


def text(values: MultiDict[str, str], name: str) -> str:
    """One field, without the spaces around it, with plain line ends and no control characters."""
    return plain(values.get(name, "")[:LONGEST_TEXT]).strip()


def ticket_form(values: MultiDict[str, str], meant: Mapping[str, Mapping[str, str]], *, prefix: str = "") -> TicketForm:
    """The ticket as it was typed, in the fields whose names begin with `prefix`.

    `meant` says for "category" and "town" which key a typed name means; the office refuses any other.
    """
    typed = {field.name: text(values, prefix + field.name) for field in fields(TicketForm)}
    for name, keys in meant.items():
        typed[name] = keys.get(typed[name].casefold(), typed[name])
    return TicketForm(**typed)


def arrival(values: MultiDict[str, str], sources: Collection[str]) -> Arrival:
    """How it came, as it was said on an empty form; by telephone if nothing was."""
    typed = {field.name: text(values, field.name) for field in fields(Arrival)}
    typed["source"] = typed["source"] if typed["source"] in sources else "call"
    return Arrival(**typed)


def moment(values: MultiDict[str, str], name: str, zone: tzinfo) -> datetime | None:
    """Day and time as a browser's field writes them, in the office's zone; None for nothing. Raises FieldWrong."""
    return entry.moment_of(name, text(values, name), zone, None)


def numbers(values: MultiDict[str, str], name: str) -> tuple[int, ...]:
    """Every whole number of a field that may be chosen several times."""
    found = (number(MultiDict({name: value}), name) for value in values.getlist(name))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def perhaps(values: MultiDict[str, str], name: str) -> bool | None:
    """One of two answers, or None where nobody gave one."""
    return {"yes": True, "no": False}.get(text(values, name))


def merged(mine: TicketForm, base: TicketForm, theirs: TicketForm) -> TicketForm:
    """What two people made of `base`: mine where I changed it, theirs everywhere else."""
    changed = {field.name for field in fields(TicketForm) if getattr(mine, field.name) != getattr(base, field.name)}
    return replace(theirs, **{name: getattr(mine, name) for name in changed})


def number(values: MultiDict[str, str], name: str) -> int | None:
    """A whole number, or None where the field is empty or something else was typed."""
    try:
        return ids.whole(values.get(name, "").strip())
    except ValueError:
        return None


def yes_or_no(values: MultiDict[str, str], name: str) -> bool:
    """One of two answers; none is not a no. Raises FieldWrong."""
    found = {"yes": True, "no": False}.get(text(values, name))
    if found is None:
        raise FieldWrong(name, N_("Choose yes or no."))
    return found


def ticket_no(values: MultiDict[str, str], name: str = "ticket_no") -> int:
    """A ticket number as people write it: 004512, 4512. Raises FieldWrong."""
    found = parse_no(text(values, name))
    if found is None:
        raise FieldWrong(name, N_("Write the number of a ticket, such as 004512."))
    return found
