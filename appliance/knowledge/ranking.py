"""Which articles fit best: what a search shows first, and what is offered beside a form. Pure.

What is expired comes behind everything that is not. In a search an article whose title has the words stands before
one that only mentions them. Beside a form whole sentences are typed: a word counts the more the fewer articles have
it, and more in a title than in an answer; the class that was chosen weighs as much as a word that one title alone has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from appliance.knowledge.article import Article

SAME_CLASS = 1.0
IN_ANSWER = 0.15  # of what a word counts in a title
LEAST_FIT = 0.3
MOST_OFFERED = 4
LONGEST = 600  # characters looked at: what it is about stands at the beginning
_RUNS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
LEAST_LETTERS = 4  # of a word in Latin letters: shorter ones say little


def of_search(found: Iterable[Article], in_title: Collection[int]) -> list[Article]:
    """`in_title` are the ids of those whose title has all the words."""

    def rank(article: Article) -> tuple[bool, bool, int, str]:
        return article.is_expired, article.id not in in_title, -article.used, article.code

    return sorted(found, key=rank)


def of_form(found: Sequence[Article], *, category: str, text: str) -> list[Article]:
    """The few that fit a form with this class chosen and this text typed."""
    said = words_of(text[:LONGEST])
    titles = {article.id: _of(article, "title") & said for article in found}
    answers = {article.id: _of(article, "answer") & said for article in found}
    known = Counter(word for article in found for word in titles[article.id] | answers[article.id])

    def fit(article: Article) -> float:
        same = SAME_CLASS if category and article.category == category else 0.0
        title, answer = titles[article.id], answers[article.id] - titles[article.id]
        return same + sum(1 / known[word] for word in title) + IN_ANSWER * sum(1 / known[word] for word in answer)

    fits = {article.id: fit(article) for article in found}
    fitting = [article for article in found if fits[article.id] >= LEAST_FIT]
    fitting.sort(key=lambda article: (article.is_expired, -fits[article.id], -article.used, article.code))
    return fitting[:MOST_OFFERED]


def words_of(text: str) -> frozenset[str]:
    """Words as far as letters tell them: of Latin ones whole words, of others all overlapping pairs of characters."""
    found: set[str] = set()
    for run in _RUNS.findall(text.casefold()):
        if run.isascii():
            found |= {run} if len(run) >= LEAST_LETTERS else set()
        else:
            found |= {run[at : at + 2] for at in range(len(run) - 1)}
    return frozenset(found)


def _of(article: Article, name: str) -> frozenset[str]:
    return frozenset().union(*(words_of(getattr(words, name)) for words in (article.draft.zh, article.draft.en)))
