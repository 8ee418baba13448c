"""The table of prompts: both languages whole, nothing dangerous promised, a shipped sound for each."""

from __future__ import annotations

import re

import pytest

from appliance.casework.lifecycle import STAGES
from appliance.prompts import shipped
from appliance.prompts.table import ANNOUNCEMENT_MOST_S, DIGITS, LANGUAGES, Prompt, is_announcement, table
from tools import make_prompts

EMERGENCY = ("110", "119", "120")
CALL_FLOW_KEYS = [
    "greeting_hours",
    "greeting_after_hours",
    "waiting",
    "hold",
    "menu_message",
    "menu_announcement",
    "menu_progress",
    "menu_urgent",
    "urgent",
    "leave_message",
    "message_kept",
    "message_empty",
    "enter_number",
    "not_found",
    "recorded_notice",
    "rate",
    "thanks",
    "goodbye",
    "enter_callback_number",
    "ticket_is",
    "result_by_sms",
    "duty_phone_is",
    "alarm",
    "alarm_confirm",
]
ROWS = list(table().values())


def test_every_key_of_the_call_flow_is_there() -> None:
    wanted = {*CALL_FLOW_KEYS, *(f"digit:{digit}" for digit in DIGITS), *(f"status:{stage.key}" for stage in STAGES)}

    assert set(table()) == wanted


@pytest.mark.parametrize("prompt", ROWS, ids=lambda prompt: prompt.key)
def test_every_prompt_has_its_words_in_both_languages_and_a_sensible_length(prompt: Prompt) -> None:
    assert all(prompt.texts[language].strip() for language in LANGUAGES)
    assert 1 <= prompt.most_s <= ANNOUNCEMENT_MOST_S


@pytest.mark.parametrize("prompt", ROWS, ids=lambda prompt: prompt.key)
def test_both_languages_have_the_same_gaps(prompt: Prompt) -> None:
    gaps = {language: set(re.findall(r"{\w*}", prompt.texts[language])) for language in LANGUAGES}

    assert gaps["zh_CN"] == gaps["en"] <= {"{office}"}


@pytest.mark.parametrize("prompt", ROWS, ids=lambda prompt: prompt.key)
def test_pinyin_gives_every_syllable_its_tone_and_has_as_many_as_the_chinese(prompt: Prompt) -> None:
    syllables = re.findall(r"[a-zü]+[1-5]?", prompt.pinyin)
    written = prompt.texts["zh_CN"].replace("{office}", "便民热线")
    characters = re.findall(r"[\u4e00-\u9fff0-9]", written)

    assert all(syllable[-1].isdigit() for syllable in syllables)
    assert len(syllables) == len(characters)


@pytest.mark.parametrize("key", ["greeting_hours", "greeting_after_hours", "urgent"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_in_danger_is_told_whom_to_call(key: str, language: str) -> None:
    assert all(number in table()[key].texts[language] for number in EMERGENCY)


def test_the_script_names_the_office() -> None:
    assert "Green River" in table()["waiting"].script("en", "Green River")
    assert "{" not in table()["waiting"].script("zh_CN", "青禾县 {x}").replace("{x}", "")


def test_a_shipped_sound_stands_for_every_prompt_and_none_is_left_over() -> None:
    assert make_prompts.problems() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_sounds_are_found_where_the_product_looks(language: str) -> None:
    assert set(shipped.load(language)) == set(table())


def test_a_missing_sound_and_one_too_many_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "nobody.ulaw").write_bytes(b"\xff")
    (tmp_path / "en" / "thanks.ulaw").write_bytes(b"\xff" * 80_001)
    monkeypatch.setattr(make_prompts, "FOLDER", tmp_path)

    found = make_prompts.problems()

    assert "en/nobody.ulaw belongs to no prompt" in found
    assert "en/thanks.ulaw is longer than 10 s" in found
    assert "zh_CN/thanks.ulaw is missing" in found


@pytest.mark.parametrize("key", ["announcement:1", "announcement:904"])
def test_an_announcement_is_a_prompt(key: str) -> None:
    assert is_announcement(key)


@pytest.mark.parametrize("key", ["announcement:", "announcement:0", "announcement:1x", "announcement:1\n", "thanks"])
def test_other_keys_are_no_announcement(key: str) -> None:
    assert not is_announcement(key)
