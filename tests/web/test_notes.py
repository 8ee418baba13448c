"""What a page says after something was done, in the language of the page."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from tests.web.house import PASSWORDS, House
from web.notes import NOTES

ENGLISH = re.compile(r"[A-Za-z]{2,} +[A-Za-z]{2,}|\b[A-Z][a-z]+\.")


def test_every_note_is_chinese_on_a_chinese_page(house: House) -> None:
    wang = house.seat("wang", language="zh_CN")
    for done, message in NOTES.items():
        html = wang.html(f"/settings?done={done}")
        said = re.search(r'(?s)class="bar bar-good" role="status">.*?<span>(.*?)</span>', html)
        assert said is not None, done
        assert re.search(r"[一-鿿]", said[1]), message
        assert not ENGLISH.search(said[1]), said[1]


def test_every_note_is_english_on_an_english_page_and_another_word_is_ignored(house: House) -> None:
    wang = house.seat("wang", language="en")
    for done, message in NOTES.items():
        assert f"<span>{escape(message)}</span>" in wang.html(f"/settings?done={done}")
    assert 'class="bar bar-good"' not in wang.html("/settings?done=<b>hello</b>")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The two new passwords differ."), ("zh_CN", "两次输入的新密码不一致。")]
)
def test_two_new_passwords_that_differ_are_told_in_the_language_of_the_page(
    house: House, language: str, said: str
) -> None:
    words = {"old": PASSWORDS["wang"], "new": "quiet-river-12", "again": "quiet-river-13"}
    answer = house.seat("wang", language=language).post("/settings/password", words, page="/settings/password")
    assert answer.status_code == 422
    assert said in answer.text
