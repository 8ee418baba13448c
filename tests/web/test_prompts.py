"""The page of what callers hear: listening, uploading, using, going back; what is refused, and who may do what."""

from __future__ import annotations

import html
import io
import re
import struct
import wave
from typing import Any

import pytest
from werkzeug.test import TestResponse

from appliance.prompts.table import table
from appliance.prompts.uploads import MOST_BYTES
from appliance.runtime import sound_forms
from tests.appliance.prompts.waves import voice, wav
from tests.web.house import PASSWORDS, House, Seat
from web import prompt_words

THANKS = "/prompts/thanks"
GREETING = "/prompts/greeting_hours"
VOICE = wav(voice(1.5))


def upload(seat: Seat, page: str, data: bytes, **fields: Any) -> TestResponse:
    """Choose a file on this page and send its form."""
    path = page.partition("?")[0] + "/upload"
    return seat.post(path, {"sound": (io.BytesIO(data), "voice.wav"), **fields}, page=page)


def follow(seat: Seat, answer: TestResponse) -> str:
    assert answer.status_code == 302, answer.text
    return seat.html(answer.headers["Location"])


def test_every_prompt_stands_on_the_page_once_with_its_name_and_its_sound(house: House) -> None:
    page = house.seat("wang", language="en").html("/prompts")

    for key in table():
        assert page.count(f'href="/prompts/{key}"') == 1
        assert page.count(f'src="/prompts/{key}/now.wav"') == 1
    assert page.count("Shipped voice") == len(table())


def test_every_prompt_of_the_table_has_a_name_and_a_place_on_the_page() -> None:
    placed = [key for keys in prompt_words.GROUPS.values() for key in keys]

    assert sorted(placed) == sorted(table())
    assert set(prompt_words.TITLES) == {key for key in table() if not key.startswith("digit:")}


def test_what_is_played_is_what_callers_hear_and_can_be_sought_in(house: House) -> None:
    seat = house.seat("wang")

    whole = seat.get(f"{THANKS}/now.wav")
    piece = seat.get(f"{THANKS}/now.wav", headers={"Range": "bytes=44-143"})

    assert whole.content_type == "audio/wav"
    with wave.open(io.BytesIO(whole.data)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.getnframes() > 4000
    assert piece.status_code == 206
    assert piece.data == whole.data[44:144]


@pytest.mark.parametrize(
    "path",
    [
        "/prompts/nothing",
        "/prompts/thanks?line=line1",
        "/prompts/greeting_hours?line=x",
        "/prompts/announcement:5",
        "/prompts/thanks/draft.wav",
        "/prompts/thanks/x.wav",
    ],
)
def test_what_is_not_there_is_not_found(house: House, path: str) -> None:
    assert house.seat("li").get(path).status_code == 404


def test_a_recording_is_uploaded_listened_to_and_used_without_javascript(house: House) -> None:
    li = house.seat("li", language="en")
    before = li.get(f"{THANKS}/now.wav").data

    heard = follow(li, upload(li, THANKS, VOICE, words="谢谢您的来电"))

    assert "Recorded. Listen to it, then use it." in heard
    assert f'src="{THANKS}/draft.wav"' in heard
    assert "The level is good." in heard
    assert "李建国, from a file" in heard
    assert "谢谢您的来电" in heard
    assert li.get(f"{THANKS}/now.wav").data == before
    draft = li.get(f"{THANKS}/draft.wav").data

    used = follow(li, li.post(f"{THANKS}/use", page=THANKS))

    assert "Callers hear the new recording from now on." in used
    assert "Own recording" in used
    assert li.get(f"{THANKS}/now.wav").data == draft

    follow(li, li.post(f"{THANKS}/shipped", page=THANKS))
    assert li.get(f"{THANKS}/now.wav").data == before

    follow(li, li.post(f"{THANKS}/before", page=THANKS))
    assert li.get(f"{THANKS}/now.wav").data == draft


def test_a_recording_can_be_thrown_away(house: House) -> None:
    tech = house.seat("tech", language="en")
    upload(tech, THANKS, VOICE)

    page = follow(tech, tech.post(f"{THANKS}/discard", page=THANKS))

    assert "Callers hear what they heard before." in page
    assert "draft.wav" not in page


def test_one_line_has_its_own_greeting_and_the_others_do_not(house: House) -> None:
    li = house.seat("li", language="en")
    page = f"{GREETING}?line=line2"
    assert "This line has no recording of its own" in li.html(page)
    shipped = li.get(f"{GREETING}/now.wav").data

    answer = upload(li, page, VOICE)
    assert answer.headers["Location"].startswith(page)
    li.post(f"{GREETING}/use", page=page)

    assert li.get(f"{GREETING}/now.wav?line=line2").data != shipped
    assert li.get(f"{GREETING}/now.wav?line=line1").data == li.get(f"{GREETING}/now.wav").data == shipped
    assert '<span class="chip chip-blue"><span>line2</span></span>' in li.html("/prompts")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Choose a WAV file; this one is empty."),
        ("您好，这里是热线".encode(), "This is a text, not a sound."),
        (b"ID3\x03" + bytes(100), "This is no WAV file but MP3."),
        (VOICE[:500], "broken or cut off"),
        (wav(voice(15.0)), "This lasts 15 seconds, and 10 are allowed here."),
        (wav(voice(1.0, amplitude=0.003)), "This is too quiet"),
        (wav(voice(1.0, amplitude=5.0)), "This is distorted"),
    ],
)
def test_what_cannot_be_used_is_refused_on_the_page_and_the_words_stay(
    house: House, data: bytes, sentence: str
) -> None:
    li = house.seat("li", language="en")

    answer = upload(li, THANKS, data, words="我的话 <b>")

    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)
    assert 'aria-describedby="sound-file-wrong"' in answer.text
    assert "我的话 &lt;b&gt;</textarea>" in answer.text
    assert house.office.studio.history("thanks") == []


def test_a_form_without_any_file_is_told_to_choose_one(house: House) -> None:
    li = house.seat("li", language="en")

    assert "Choose a WAV file" in li.post(f"{THANKS}/upload", page=THANKS).text


def test_a_minute_of_studio_sound_comes_through_and_more_is_refused(house: House) -> None:
    li = house.seat("li", language="en")
    large = wav([0.0] * 48000 * 2, rate=48000, channels=2) + bytes(3_000_000)
    hidden = {"csrf_token": li.token(THANKS), "line": "", "source": "file"}

    come = li.send(f"{THANKS}/upload", {**hidden, "sound": (io.BytesIO(large), "a.wav")})
    over = li.send(f"{THANKS}/upload", {**hidden, "sound": (io.BytesIO(bytes(MOST_BYTES + 100_000)), "a.wav")})

    assert come.status_code == 422, "read, and nobody speaks in it"
    assert over.status_code == 413
    other = li.send(f"{THANKS}/use", {**hidden, "sound": (io.BytesIO(large), "a.wav")})
    assert other.status_code == 413, "no other form may be so large"


def test_what_was_typed_is_offered_again_for_the_next_recording(house: House) -> None:
    li = house.seat("li", language="en")
    upload(li, THANKS, VOICE, words="新的词句")
    li.post(f"{THANKS}/use", page=THANKS)

    assert "新的词句</textarea>" in li.html(THANKS)


def test_the_script_names_the_office_and_speaks_the_callers_language(house: House) -> None:
    page = house.seat("li", language="en").html(GREETING)

    assert re.search(r'<textarea[^>]*lang="zh-CN"[^>]*>您好，这里是青禾县12345热线', page)


def test_operators_listen_and_cannot_record(house: House) -> None:
    wang = house.seat("wang", language="en")
    page = wang.html(THANKS)

    assert "<audio" in page
    assert "Leads and technicians record it." in page
    assert 'type="file"' not in page
    for deed in ("upload", "speak", "use", "discard", "shipped", "before"):
        assert wang.send(f"{THANKS}/{deed}", {"csrf_token": wang.token()}).status_code == 403


def test_a_stranger_and_a_department_hear_nothing(house: House) -> None:
    assert house.stranger().get(THANKS).headers["Location"].startswith("/login")
    assert house.stranger().get(f"{THANKS}/now.wav").status_code == 302
    assert house.seat("unit").get("/prompts").status_code == 403


def test_the_microphone_is_allowed_on_this_page_alone(house: House) -> None:
    li = house.seat("li")

    assert "microphone=(self)" in li.get(THANKS).headers["Permissions-Policy"]
    assert "microphone=()" in li.get("/settings").headers["Permissions-Policy"]


def test_the_browser_records_at_the_box_or_over_https_and_elsewhere_the_page_says_why_not(house: House) -> None:
    li, over_tls = house.seat("li", language="en"), house.seat("li", language="en", is_secure=True)
    far = house.stranger()
    far.client.set_cookie("hotline_language", "en", domain="192.168.1.20")
    far.base = "http://192.168.1.20:12345"
    far.sign_in("li", PASSWORDS["li"])
    page = far.html(THANKS)

    assert 'id="recorder"' in li.html(THANKS)
    assert 'id="recorder"' in over_tls.html(THANKS)
    assert 'id="recorder"' not in page
    assert "The browser gives the microphone only to a page with https" in page


def test_a_recording_of_the_browser_is_marked_as_one(house: House) -> None:
    li = house.seat("li", language="en")

    assert "recorded in the browser" in follow(li, upload(li, THANKS, VOICE, source="browser"))


def test_without_a_program_no_machine_is_offered_and_asking_for_it_is_answered(house: House) -> None:
    li = house.seat("li", language="en")

    assert "Have the machine say it" not in li.html(THANKS)
    answer = li.send(f"{THANKS}/speak", {"csrf_token": li.token(THANKS), "line": "", "words": "您好"})
    assert answer.status_code == 409
    assert "No program for this stands in config.ini" in answer.text


def test_the_page_carries_the_worklet_and_the_recorder_makes_the_very_wav_that_is_read(house: House) -> None:
    """What recorder.js writes: 44 bytes of head, then 16 bit. The box reads exactly that."""
    worklet = re.search(r'data-worklet="([^"]+)"', house.seat("li").html(THANKS))
    assert worklet is not None
    assert house.stranger().get(worklet[1]).status_code == 200
    samples = [round(32767 * sample) for sample in voice(1.0, rate=44100)]
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 2 * len(samples), b"WAVE", b"fmt ", 16, 1, 1, 44100, 88200,
                       2, 16, b"data", 2 * len(samples))  # fmt: skip
    li = house.seat("li")

    assert upload(li, THANKS, head + struct.pack(f"<{len(samples)}h", *samples)).status_code == 302


def speaks(house: House, code: str, samples: bytes, line: str = "line1") -> None:
    """Somebody has called this line and pressed the code that holds there."""
    dictations = house.services.dictations
    assert dictations.code_of(line)[0] == code
    dictations.expect(line, 7)
    tape = dictations.open(line, 7)
    assert tape is not None
    tape.write([samples])
    tape.close()


def code_on(page: str) -> str:
    found = re.search(r"<b>\* (\d) (\d) (\d)</b>", page)
    assert found is not None, page
    return "".join(found.groups())


def test_a_prompt_is_spoken_over_the_telephone_with_the_code_of_the_page(house: House) -> None:
    li = house.seat("li", language="en")
    begun = {"on_line": "line1", "do": "begin"}

    page = follow(li, li.post(f"{GREETING}/telephone", begun, page=GREETING))
    assert "Call line line1 within ten minutes" in page
    speaks(house, code_on(page), sound_forms().read_wav(VOICE, 10))
    assert "Spoken. Listen to it" in li.fragment(f"{GREETING}/telephone").text

    heard = li.html(GREETING)
    assert "recorded over the telephone" in heard
    assert f'src="{GREETING}/draft.wav"' in heard
    assert "Get a code" in heard


def test_what_was_spoken_too_softly_is_said_on_the_page(house: House) -> None:
    li = house.seat("li", language="en")
    page = follow(li, li.post(f"{THANKS}/telephone", {"on_line": "line2", "do": "begin"}, page=THANKS))
    speaks(house, code_on(page), bytes(32000), line="line2")

    assert "Nobody speaks in this recording." in li.html(THANKS)
    assert "Nobody speaks in this recording." not in li.html(THANKS)


def test_the_code_is_given_up_and_a_wrong_line_refused(house: House) -> None:
    li = house.seat("li", language="en")
    li.post(f"{THANKS}/telephone", {"on_line": "line1", "do": "begin"}, page=THANKS)

    page = follow(li, li.post(f"{THANKS}/telephone", {"do": "stop"}, page=THANKS))

    assert "Get a code" in page
    assert house.services.dictations.code_of("line1") == ("", 0.0)
    wrong = li.post(f"{THANKS}/telephone", {"on_line": "line7", "do": "begin"}, page=THANKS)
    assert wrong.status_code == 422
    assert "Choose the line that you will call." in wrong.text
