"""Articles on a real database: `shelf.write("路灯报修")`, `shelf.titles("路灯")`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from appliance.knowledge.article import Article, Draft, Words
from appliance.knowledge.articles import Articles
from appliance.knowledge.gaps import Gaps
from appliance.knowledge.lists import ArticleLists
from appliance.people.roles import Role
from appliance.people.user import User
from tests.appliance.office_bed import HOURS, Bed


class Shelf:
    """`lead` writes, `operator` reads, `unit` is of the department CG."""

    def __init__(self, folder: Path) -> None:
        self.office = Bed(folder)
        bed = self.office
        self.articles = Articles(bed.store, bed.clock, bed.audit, today=self.today)
        self.gaps = Gaps(bed.store, bed.clock, bed.audit, hours=HOURS, today=self.today)
        self.lists = ArticleLists(bed.store, self.articles)
        self.city, self.water = bed.city, bed.departments.add("ZL", "自来水公司", "Water", "utility")
        self.lead, self.operator = bed.user("wang", Role.LEAD), bed.user("li")
        self.unit = bed.user("chen", Role.UNIT, self.city)

    def today(self) -> date | None:
        return HOURS.local_date(self.office.clock.now()) if self.office.is_clock_ok else None

    def draft(self, title: str = "路灯报修", answer: str = "记下路名和杆号。", **facts: Any) -> Draft:
        words = {name: facts.pop(name) for name in ("sms", "materials", "fees", "place") if name in facts}
        return Draft(zh=Words(title, answer, **words), **facts)

    def write(self, title: str = "路灯报修", answer: str = "记下路名和杆号。", **facts: Any) -> Article:
        made = self.articles.write(self.draft(title, answer, **facts), self.lead)
        return self.get(made)

    def rewrite(self, article: Article, *, by: User | None = None, **words: str) -> Article:
        draft = replace(article.draft, zh=replace(article.draft.zh, **words))
        self.articles.write(draft, by or self.lead, article_id=article.id, version=article.version)
        return self.get(article.id)

    def get(self, article_id: int) -> Article:
        return self.articles.get(article_id, self.lead)

    def titles(self, query: str, user: User | None = None, **narrowed: str) -> list[str]:
        found = self.articles.search(user or self.operator, query, **narrowed)
        return [article.words("zh").title for article in found]
