"""Recording a prompt over the telephone: who knows the code may speak, for ten minutes and once."""

from __future__ import annotations

import pytest

from appliance.callflow.plan import HoursPlan
from appliance.people.user import User
from appliance.prompts.dictation import KEY_TAIL_BYTES, WITHIN_S, Dictation, Dictations, KeptAside
from modem.commands import HangUp, Listen
from tests.appliance.callflow.scripted_call import ScriptedCall
from tests.appliance.office_bed import Bed

FRAME = b"\x10\x20" * 160
NIGHT = HoursPlan(acts=True, rings=2)


def begun(dictations: Dictations, by: User, *, key: str = "thanks", on_line: str = "land") -> Dictation:
    return dictations.begin(key, "", on_line, by, most_s=10.0, words="谢谢")


def spoken(dictations: Dictations, frames: int, *, line: str = "land", ref: int = 9) -> list[bool]:
    dictations.expect(line, ref)
    tape = dictations.open(line, ref)
    assert tape is not None
    taken = [tape.write([FRAME]) for _ in range(frames)]
    tape.close()
    tape.close()
    return taken


# --- the code and the tape ---


def test_the_code_holds_for_ten_minutes_and_this_line_alone(office: Bed) -> None:
    dictations = Dictations(office.clock)
    code = begun(dictations, office.li).code

    assert dictations.code_of("land") == (code, 20.0)
    assert len(code) == 3
    assert dictations.code_of("line2") == ("", 0.0)
    office.clock.advance(WITHIN_S)
    assert dictations.code_of("land") == ("", 0.0)
    assert dictations.of("thanks", "") is None


def test_what_is_spoken_waits_for_the_page_without_the_tone_of_the_last_key(office: Bed) -> None:
    dictations = Dictations(office.clock)
    begun(dictations, office.li)

    assert dictations.take("thanks", "") is None
    spoken(dictations, 100)
    assert dictations.code_of("land") == ("", 0.0), "once is enough"
    office.clock.advance(hours=2)
    found = dictations.take("thanks", "")

    assert found is not None
    assert found.samples is not None
    assert len(found.samples) == 100 * len(FRAME) - KEY_TAIL_BYTES
    assert dictations.take("thanks", "") is None


def test_who_hangs_up_without_a_word_may_call_again(office: Bed) -> None:
    dictations = Dictations(office.clock)
    code = begun(dictations, office.li).code

    spoken(dictations, 5)

    assert dictations.take("thanks", "") is None
    assert dictations.code_of("land")[0] == code


def test_an_endless_word_fills_no_memory(office: Bed) -> None:
    dictations = Dictations(office.clock)
    begun(dictations, office.li)

    taken = spoken(dictations, 2000)

    assert taken.index(False) == pytest.approx(30 * 50, abs=2), "ten seconds and the silence around them"


def test_what_was_given_up_or_begun_anew_is_not_kept(office: Bed) -> None:
    dictations = Dictations(office.clock)
    begun(dictations, office.li)
    dictations.expect("land", 1)
    tape = dictations.open("land", 1)
    assert tape is not None
    begun(dictations, office.wang, key="goodbye")
    tape.write([FRAME] * 100)
    tape.close()

    assert dictations.take("thanks", "") is None
    assert dictations.take("goodbye", "") is None
    dictations.give_up("goodbye", "")
    assert dictations.code_of("land") == ("", 0.0)


def test_other_recordings_go_their_own_way(office: Bed) -> None:
    told: list[tuple[object, ...]] = []

    class Keeper:
        has_room = False

        def expect(self, line: str, ref: int, *, call_id: int, kind: str) -> None:
            told.append((line, ref, call_id, kind))

        def mark(self, call_id: int, kind: str, note: str = "") -> bool:
            told.append((call_id, kind, note))
            return True

    dictations = Dictations(office.clock)
    begun(dictations, office.li)
    aside = KeptAside(Keeper(), dictations)

    aside.expect("land", 3, call_id=7, kind="voicemail")
    aside.expect("land", 4, call_id=7, kind="prompt")
    assert aside.mark(7, "key", "1")
    assert not aside.has_room

    assert told == [("land", 3, 7, "voicemail"), (7, "key", "1")]
    assert dictations.open("land", 3) is None
    assert dictations.open("land", 4) is not None
    assert dictations.open("land", 4) is None


# --- in the call flow ---


def listens(call: ScriptedCall) -> list[Listen]:
    return [listen for listen in call.sent(Listen) if listen.keep]


def test_star_and_the_code_lead_to_the_tone_and_the_recording_is_no_voicemail() -> None:
    call = ScriptedCall(NIGHT, code="471").answered_by_box()
    call.passes(2.5)
    for key in "*471":
        call.press(key)
        call.passes(0.6)

    (listen,) = listens(call)
    assert (listen.beep, listen.until_keys, listen.most_s) == (True, "#", 20.0)
    assert call.script.keeping == "prompt"
    call.passes(4)
    call.press("#")
    call.passes(10)

    assert call.said == ["greeting_after_hours", "thanks", "goodbye"]
    assert len(call.sent(HangUp)) == 1
    assert call.script.result.dictated
    assert not call.script.result.left_message


def test_a_citizen_who_calls_meanwhile_is_served_as_ever() -> None:
    call = ScriptedCall(NIGHT, code="471").answered_by_box()
    call.passes(2.0 + 4.0 + 2.5)

    assert call.said == ["greeting_after_hours", "leave_message"]
    assert call.script.keeping == "voicemail"


def test_a_wrong_digit_leads_away_and_there_is_no_second_try() -> None:
    call = ScriptedCall(NIGHT, code="471").answered_by_box()
    call.passes(2.5)
    for key in "*48471":
        call.press(key)
        call.passes(0.6)

    assert call.script.keeping != "prompt"
    assert not call.script.result.dictated


def test_without_a_code_star_leads_nowhere() -> None:
    call = ScriptedCall(NIGHT).answered_by_box()
    call.passes(0.5)
    call.press("*")
    call.passes(3)

    assert call.script.step != "code_1"
