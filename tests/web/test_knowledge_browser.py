"""The knowledge base in a browser: offered while somebody types, beside the form, and never one Enter away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from appliance.knowledge.article import Draft, Words
from tests import chromium as chromium_of_tests
from tests.support import eventually
from tests.web.house import CITIZEN, House
from tests.web.test_browser import Office

pytestmark = pytest.mark.browser

ZH = Words("结婚登记地点", "在政务服务中心三楼。", "结婚登记在三楼。")
EN = Words("Registering a marriage", "Third floor of the service centre.", "Third floor.")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


@pytest.fixture
def office(chromium: Browser, house: House) -> Iterator[Office]:
    house.office.knowledge.articles.write(Draft(ZH, EN, category="marriage"), house.user("li"))
    office = Office(house, chromium)
    yield office
    office.close()
    assert office.troubles == []


def statuses(house: House) -> list[str]:
    return [row["status"] for row in house.store.rows("SELECT status FROM ticket ORDER BY id")]


def test_during_a_call_the_article_stands_beside_the_form_and_answers_it_in_one_press(office: Office) -> None:
    house, page = office.house, office.signed_in("/")
    house.rings()
    page.locator("#ringing").get_by_role("button", name="Answer").click()
    form = page.locator(".call-form")
    form.locator("[name=content]").fill("请问在哪里登记结婚")
    offer = form.locator(".offer")
    expect(offer).to_contain_text("Registering a marriage")
    offer.locator("summary").click()
    expect(offer).to_contain_text("Third floor of the service centre.")
    expect(form.locator("[name=content]")).to_have_value("请问在哪里登记结婚")
    offer.get_by_role("button", name="Answered, and text it").click()
    expect(page.locator(".call-saved")).to_be_visible()
    assert statuses(house) == ["closed"]
    sent = house.store.rows("SELECT number, text FROM outbox_words")
    assert [(row["number"], row["text"]) for row in sent] == [(CITIZEN, ZH.sms)]


def test_enter_in_a_field_saves_the_ticket_and_answers_nothing(office: Office) -> None:
    page = office.signed_in("/tickets/new")
    page.fill("#new-content", "请问在哪里登记结婚")
    page.locator("label[for$='-type-enquiry']").click()
    page.fill("#new-place", "无")
    page.fill("#new-category", "其他")
    expect(page.locator(".offer")).to_contain_text("Registering a marriage")
    page.press("#new-place", "Enter")
    eventually(lambda: statuses(office.house) == ["accepted"], within_s=90)
