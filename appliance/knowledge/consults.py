"""A consult: somebody asks, an article is chosen, and with one key the ticket is written, accepted and answered.

What was typed stays; where nothing was typed the article says what it was about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from appliance.casework.tickets import Arrival, TicketForm, Tickets
from appliance.errors import FieldWrong, NeedsLead
from appliance.knowledge.article import Article
from appliance.knowledge.articles import Articles
from appliance.people.user import User

ENQUIRY = "enquiry"


@dataclass(frozen=True, slots=True)
class Consulted:
    no: int
    waits: NeedsLead | None = None  # the ticket stands, and a lead was asked whether it may be answered at once


class Consults:
    def __init__(self, tickets: Tickets, articles: Articles, language: str) -> None:
        """`language` is the office's: what was read out is kept, and may be texted, in it."""
        self._tickets, self._articles, self._language = tickets, articles, language

    def said(self, article_id: int, by: User) -> str:
        """What is read out of this article. Raises NotFound."""
        return self._articles.get(article_id, by).words(self._language).answer

    def answer(
        self,
        form: TicketForm,
        article_id: int,
        by: User,
        *,
        asked: str,
        call_id: int | None = None,
        arrival: Arrival | None = None,
        texts_it: bool = False,
        token: str = "",
    ) -> Consulted:
        """Write a ticket and answer it. `asked` is its content where nothing was typed.

        Raises FieldWrong, NotAllowed, NotFound; no ticket is written then.
        """
        article = self._articles.get(article_id, by)
        if article.is_retired:  # since it was offered
            raise FieldWrong("article_id", "There is no such article.")
        text = article.words(self._language).answer
        no = self._tickets.create(completed(form, article, asked), by, call_id=call_id, arrival=arrival, token=token)
        try:
            self._tickets.move(
                no,
                "answer",
                by,
                version=self._tickets.row(no, by).version,
                token=token,
                text=text,
                article_id=article_id,
                texts_article=texts_it,
            )
        except NeedsLead as needs:
            return Consulted(no, needs)
        return Consulted(no)


def completed(form: TicketForm, article: Article, asked: str) -> TicketForm:
    """The form with what the article knows, where nobody typed anything."""
    return replace(
        form,
        content=form.content or form.title or asked,
        type=form.type or ENQUIRY,
        category=form.category or article.category,
    )
