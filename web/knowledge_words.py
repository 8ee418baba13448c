"""What the kinds of articles and the states of questions are called, and what pages ask of the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.casework.views import TicketPage
from appliance.knowledge.answering import AnsweredWith
from appliance.knowledge.article import Article
from web import current
from web.marks import N_


@dataclass(frozen=True, slots=True)
class Word:
    label: str  # message id
    icon: str
    colour: str


KINDS: Mapping[str, Word] = {
    "policy": Word(N_("Rule"), "shield-lock", "blue"),
    "guide": Word(N_("How it is done"), "list-task", "green"),
    "checklist": Word(N_("List of papers"), "clipboard-check", "green"),
    "contact": Word(N_("Number or place"), "telephone", "blue"),
    "notice": Word(N_("Of the season"), "megaphone", "amber"),
    "refusal": Word(N_("What we do not accept"), "arrow-return-left", "grey"),
    "emergency": Word(N_("In danger"), "exclamation-triangle", "red"),
}
STATES: Mapping[str, Word] = {
    "open": Word(N_("Waits for the department"), "hourglass-split", "amber"),
    "answered": Word(N_("The department wrote"), "reply", "blue"),
    "closed": Word(N_("An article answers it"), "check-circle", "green"),
    "dropped": Word(N_("Not needed any more"), "x-circle", "grey"),
}


def for_page(page: TicketPage) -> list[Article]:
    """The few articles with which this ticket may be answered."""
    form = page.form
    text = f"{form.title} {form.content}"
    return current.office().knowledge.articles.offered(current.user(), category=page.row.category, text=text)


def answered_with(no: int) -> tuple[AnsweredWith, ...]:
    """What a ticket was answered with, the latest first."""
    return current.office().knowledge.answering.of_ticket(no)
