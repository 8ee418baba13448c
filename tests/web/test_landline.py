"""The landline's wizard, worked by somebody without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.voice_profiles import MEASURED_WITHIN_S
from modem.commands import Measure
from modem.events import CallerKnown, CallRang, CommandRefused, ProfileMeasured
from modem.voice_profile import SampleFormat, VoiceProfile
from tests.web.house import CITIZEN, House, copy_of
from tests.web.test_pages import Reader, words_of
from web import language

PAGE = "/lines/land/landline"
WHOLE = VoiceProfile(has_duplex=True).found(sample_format=SampleFormat.ULAW, vsm="4,8000", hears_while_playing=True)


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    made = House(copy_of(furnished, tmp_path / "data"), has_landline=True)
    yield made
    made.close()


def measured(house: House, profile: VoiceProfile = WHOLE, *, stopped: str = "", ref: int | None = None) -> None:
    evidence = (("ATI3", "Example 56K; OK"),)
    house.services.desk.handle(ProfileMeasured("land", "Example 56K", profile.as_json(), evidence, stopped, ref))


def test_what_was_measured_is_shown_in_plain_words(house: House) -> None:
    tech = house.seat("tech", language="en")
    assert "Not measured yet" in tech.html(PAGE)
    measured(house)
    page = words_of(tech.html(PAGE))
    assert "Voice modem" in page
    assert re.search(r"Sample format\s+u-law\s+AT\+VSM=4,8000\s+\(measured\)", page)
    assert re.search(r"Plays and records at the same time\s+yes\s+\(assumed\)", page)
    assert "Example 56K" in page


def test_it_is_measured_again_on_demand_and_the_page_says_that_it_is(house: House) -> None:
    tech = house.seat("tech", language="en")
    tech.post(f"{PAGE}/measure", page=PAGE)
    assert house.sent[-1] == ("land", Measure(1))
    page = tech.html(f"{PAGE}/state")
    assert "Being measured" in page
    assert page.count("disabled") == 2
    measured(house, ref=1)
    assert "Being measured" not in tech.html(PAGE)


def test_why_it_was_not_measured_is_said(house: House) -> None:
    tech = house.seat("tech", language="en")
    tech.post(f"{PAGE}/measure", page=PAGE)
    house.services.desk.handle(CommandRefused("land", Measure(1), "the line is in a call; try again after it"))
    assert "It was not measured: the line is in a call; try again after it" in tech.html(PAGE)
    tech.post(f"{PAGE}/measure", page=PAGE)
    house.clock.advance(MEASURED_WITHIN_S + 1)
    assert "the modem did not end its measurement in time" in tech.html(PAGE)
    li = house.seat("li", language="zh_CN")
    assert "measurement" not in words_of(li.html(PAGE))


@pytest.mark.parametrize(
    ("sees", "said"), [("pP", "the modem told the event P"), ("", "No event came when it was lifted")]
)
def test_the_step_with_the_telephone_records_which_event_came_or_that_none_did(
    house: House, sees: str, said: str
) -> None:
    measured(house)
    wang = house.seat("wang", language="en")
    wang.post(f"{PAGE}/telephone", page=PAGE)
    assert house.sent[-1] == ("land", Measure(1, with_telephone=True))
    assert "Lift the telephone now" in wang.html(PAGE)
    measured(house, WHOLE.found(sees_telephone=sees, vls_join=3), ref=1)
    page = wang.html(PAGE)
    assert said in page
    assert "Lift the telephone now" not in page
    assert ("does not see the telephone being lifted" in page) is (sees == "")


def test_the_step_with_the_call_shows_rings_and_whether_the_number_came(house: House) -> None:
    tech = house.seat("tech", language="en")
    tech.post(f"{PAGE}/call", page=PAGE)
    assert "let it ring four times" in tech.html(PAGE)
    house.rings(None, line="land", call=9)
    assert "It has rung once. No number yet." in tech.html(PAGE)
    house.services.desk.handle(CallerKnown("land", 9, CITIZEN))
    house.services.desk.handle(CallRang("land", 9, 2))
    page = tech.html(PAGE)
    assert f"It has rung 2 times. The number came; it ends in {CITIZEN[-2:]}." in page
    assert CITIZEN not in page
    house.hangs_up(line="land", call=9)
    assert "The call has ended." in tech.html(PAGE)
    house.clock.advance(3600)
    assert "The last test call rang 2 times." in tech.html(PAGE)


@pytest.mark.parametrize(("number", "said"), [(None, "Ask the carrier to switch on"), ("", "The number was withheld.")])
def test_a_call_without_number_says_what_to_ask_the_carrier(house: House, number: str | None, said: str) -> None:
    tech = house.seat("tech", language="en")
    tech.post(f"{PAGE}/call", page=PAGE)
    house.rings(number, line="land", call=9)
    house.hangs_up(line="land", call=9)
    assert said in tech.html(PAGE)


def test_waiting_for_a_call_can_be_given_up(house: House) -> None:
    tech = house.seat("tech", language="en")
    tech.post(f"{PAGE}/call", page=PAGE)
    tech.post(f"{PAGE}/give-up", page=PAGE)
    assert "let it ring four times" not in tech.html(PAGE)


def test_a_modem_without_voice_is_said_to_be_for_caller_id_only(house: House) -> None:
    measured(house, VoiceProfile().found(has_voice=False))
    tech = house.seat("tech", language="en")
    page = tech.html(PAGE)
    assert "Caller id only" in page
    assert "This modem has no voice." in page
    assert "telephone beside it?" not in page
    assert "Caller id only" in tech.html("/lines")


def test_the_report_is_a_file_to_download(house: House) -> None:
    measured(house)
    answer = house.seat("tech").get(f"{PAGE}/report")
    assert "landline-modem.json" in answer.headers["Content-Disposition"]
    assert json.loads(answer.text)["profile"]["sample_format"] == "ulaw"


def test_only_the_card_of_a_landline_leads_there_and_shows_nothing_of_mobile_networks(house: House) -> None:
    page = house.seat("tech", language="en").html("/lines")
    assert re.findall(r'href="(/lines/[^"]*/landline)"', page) == [PAGE]
    card = next(card for card in page.split("<article") if PAGE in card)
    assert not any(word in card for word in ("Signal", "Network", "Forwarding", "Waiting to be sent"))
    assert page.count("<dt>Signal") == 2


def test_a_mobile_line_has_no_such_page(house: House) -> None:
    assert house.seat("tech").get("/lines/line1/landline").status_code == 404


@pytest.mark.parametrize("tag", language.TAGS)
def test_the_page_is_whole_in_both_languages(house: House, tag: str) -> None:
    for profile, stopped in ((WHOLE, ""), (VoiceProfile(), "rang"), (VoiceProfile().found(has_voice=False), "")):
        measured(house, profile, stopped=stopped)
        html = house.seat("tech", language=tag).html(PAGE)
        assert Reader(html).wrong == []
        main = words_of(html[html.index("<main") : html.index("</main>")])
        assert bool(re.search(r"[\u4e00-\u9fff]", main)) is (tag == "zh_CN")
        if tag == "zh_CN":
            english = re.findall(r"[a-z]{3,} [a-z]{3,}", main)
            assert english == []
