"""What an operator typed, made fit to be kept: cleaned, and refused field by field where it cannot be."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, replace

from appliance.casework import categories
from appliance.casework.views import PRIVACY, Arrival, TicketForm
from appliance.errors import FieldWrong

LONGEST = {"title": 100, "content": 5000, "place": 200, "contact_name": 60, "contact_phone": 40, "wish": 500,
           "town": 12, "upper_no": 40}  # fmt: skip
TITLE_FROM_CONTENT = 30
LONGEST_TEXT = 5000
REQUIRED = "Please fill in this field."
TOO_LONG = "At most %(longest)d characters."
UNKNOWN = "Please choose one of the list."
NO_CATEGORY = 'Please choose a category: "Other", if no other fits.'
# Unicode Standard Annex 9: embeddings, overrides and isolates reorder what follows them, other people's words too.
# With them go the blanks of no width; joiners stay, because emoji and some scripts are written with them.
_UNSEEN = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x2060, 0xFEFF))


def clean(text: str) -> str:
    """Text that every screen, paper and file can hold: no control characters but line ends, no halves of characters,
    nothing that turns the words around it. What shows nothing at all is nothing.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    kept = (sign if sign == "\n" or unicodedata.category(sign) != "Cc" else " " for sign in plain.translate(_UNSEEN))
    words = "".join(kept).strip()
    return words if any(unicodedata.category(sign)[0] not in "CZ" for sign in words) else ""


def title_of(content: str) -> str:
    """A title for a text that has none: how it begins."""
    first = next((line.strip() for line in content.splitlines() if line.strip()), "")
    return first if len(first) <= TITLE_FROM_CONTENT else first[: TITLE_FROM_CONTENT - 1] + "…"


def checked(form: TicketForm) -> TicketForm:
    """The form cleaned, its title filled in from the content. Raises FieldWrong for the first field that is wrong."""
    words = {name: clean(value) for name, value in asdict(form).items()}
    for name, longest in LONGEST.items():
        if len(words.get(name, "")) > longest:
            raise FieldWrong(name, TOO_LONG, longest=longest)
    for name in ("type", "category", "urgency"):
        if words[name]:
            known(name, words[name])
    if words["privacy"] and words["privacy"] not in PRIVACY:
        raise FieldWrong("privacy", UNKNOWN)
    return replace(
        TicketForm(**words),
        title=words["title"] or title_of(words["content"]),
        urgency=words["urgency"] or "normal",
    )


def arrival_checked(arrival: Arrival | None) -> Arrival | None:
    """The same cleaned. Raises FieldWrong."""
    if arrival is None:
        return None
    found = Arrival(**{name: clean(value) for name, value in asdict(arrival).items()})
    if len(found.upper_no) > LONGEST["upper_no"]:
        raise FieldWrong("upper_no", TOO_LONG, longest=LONGEST["upper_no"])
    return found


def known(table: str, key: str) -> str:
    """A key of categories.toml. Raises FieldWrong."""
    if key not in categories.keys_of(table):
        raise FieldWrong(table, UNKNOWN)
    return key


def ready_to_accept(form: TicketForm) -> TicketForm:
    """What every ticket needs before it can be worked on: what it is about, of which type, and a leaf of the tree.

    Who wrote one line into the title has said it; nobody types it twice.
    """
    if not form.title:
        raise FieldWrong("content", REQUIRED)
    if not form.type:
        raise FieldWrong("type", REQUIRED)
    if not form.category:
        raise FieldWrong("category", NO_CATEGORY)
    return replace(form, content=form.content or form.title)


def text_given(field: str, text: str) -> str:
    """A text that a step needs. Raises FieldWrong."""
    plain = clean(text)
    if not plain:
        raise FieldWrong(field, REQUIRED)
    return short_enough(field, plain)


def short_enough(field: str, text: str) -> str:
    """The text, tidied; it may be empty. Raises FieldWrong for `field` beyond LONGEST_TEXT characters."""
    plain = clean(text)
    if len(plain) > LONGEST_TEXT:
        raise FieldWrong(field, TOO_LONG, longest=LONGEST_TEXT)
    return plain
