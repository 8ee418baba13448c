"""What a landline with one cheap voice modem gives an office: each story on every kind of modem at once, over ptys."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.journeys.landlines import MENU, SPEECH, Landline, landlines, on_each, samples_of_wav
from tests.support import Simulator, eventually

pytestmark = pytest.mark.slow

Town = tuple[list[Landline], Simulator]
LOUD = 300  # of 32,767: what a telephone line never has by itself
LINEAR, LINEAR_STEP = frozenset({"usr", "conexant"}), 256  # chips with 8-bit linear samples


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One office for all the stories: its modems are measured once."""
    with landlines(tmp_path_factory.mktemp("landlines")) as opened:
        yield opened


def test_after_hours_a_caller_leaves_a_message_that_is_a_draft_ticket(town: Town) -> None:
    lines, mobile = town

    def story(line: Landline) -> None:
        before = line.calls()
        line.ring()
        line.says("leaves a message")
        line.until_recording()
        line.speak()
        line.town.ask("hangup")
        call = line.next_ended(before)
        assert (call["outcome"], call["number"]) == ("voicemail", line.citizen)
        (ticket,) = eventually(line.tickets)
        assert (ticket["status"], ticket["source"]) == ("draft", "voicemail")
        (recording,) = line.recordings(call["id"])
        assert recording["kind"] == "voicemail"
        assert recording["seconds"] > 6
        assert eventually(lambda: line.texts_to(mobile)), "a mobile caller gets a receipt"
        line.until_on_hook()
        assert line.held_too_long_s() <= 10

    on_each(lines, story)


def test_a_menu_is_answered_with_keys_and_a_message_ends_with_the_hash_key(town: Town) -> None:
    def story(line: Landline) -> None:
        before, citizen = line.calls(), f"137{line.citizen[3:]}"
        line.set_flow(*MENU)
        line.ring(citizen)
        line.says("is in the menu")
        line.town.ask("dtmf", digits="1")
        line.says("leaves a message")
        line.until_recording()
        line.speak()
        line.town.ask("dtmf", digits="#")
        line.says("has left a message", "says goodbye", "ended")
        assert line.next_ended(before)["outcome"] == "voicemail"
        assert len(eventually(lambda: line.tickets(citizen))) == 1
        line.until_on_hook()
        line.town.say("hangup")
        assert line.held_too_long_s() <= 10

    on_each(town[0], story)


def test_a_caller_hears_how_a_ticket_stands_by_its_number(town: Town) -> None:
    lines, mobile = town
    mobile.ask("sms", number="13900000099", text="东街路灯不亮")
    no = eventually(lambda: lines[0].tickets("13900000099"))[0]["no"]

    def story(line: Landline) -> None:
        before = line.calls()
        line.set_flow(*MENU)
        line.ring(f"136{line.citizen[3:]}")
        line.says("is in the menu")
        line.town.ask("dtmf", digits="3")
        line.says("asks for a ticket")
        line.until_recording()
        line.town.ask("dtmf", digits=f"{no}#")
        assert line.next_ended(before)["outcome"] == "self_served"
        line.until_on_hook()
        line.town.say("hangup")
        assert line.held_too_long_s() <= 10

    on_each(town[0], story)


def test_an_answered_call_is_recorded_and_the_line_is_let_go(town: Town) -> None:
    def story(line: Landline) -> None:
        before = line.calls()
        line.ring()
        line.says('data-state="ringing"')
        line.town.ask("lift")
        line.press("take")
        line.press("record")
        line.says("being recorded")
        time.sleep(3)  # the notice is over: both speak
        line.town.ask("near_say", wav=str(SPEECH))
        line.speak()
        line.town.ask("put_down")
        line.town.say("hangup")  # the exchange may have ended the call by then
        line.until_on_hook(30)
        assert line.next_ended(before)["outcome"] == "answered"
        call = line.calls()[-1]
        (recording,) = eventually(lambda: line.recordings(call["id"]))
        assert recording["kind"] == "talk"
        assert recording["seconds"] > 6
        assert line.held_too_long_s() <= 10

    on_each(town[0], story)


def test_a_missed_caller_is_texted_and_called_back_with_one_click(town: Town) -> None:
    lines, mobile = town

    def story(line: Landline) -> None:
        before, citizen = line.calls(), f"135{line.citizen[3:]}"
        line.ring(citizen)
        line.says(citizen[-4:])  # the number came after the first ring
        line.town.ask("hangup")
        assert line.next_ended(before)["outcome"] == "missed"
        assert eventually(lambda: line.texts_to(mobile, citizen), 60)
        line.wang.post("/calls/dial", {"number": citizen}, page="/callbacks")
        eventually(lambda: _is_dialling(line, citizen), 40)  # on the line that the citizen had called
        line.town.ask("pickup")
        line.town.ask("say", wav=str(SPEECH))
        eventually(lambda: "Lift the handset now" in line.card(), 40, every_s=0.2)
        line.town.ask("lift")
        line.press("lifted")
        line.until_on_hook(15)
        assert line.town.ask("calls")["current"], "the call goes on on the telephone"
        time.sleep(2)
        line.town.ask("put_down")
        line.town.say("hangup")
        line.press("release")
        shown = f"{citizen[:3]} {citizen[3:7]} {citizen[7:]}"
        eventually(lambda: shown not in line.wang.get("/callbacks"), 30)
        assert line.held_too_long_s() <= 10

    on_each(lines, story)


def _is_dialling(line: Landline, number: str) -> bool:
    current = line.town.ask("calls")["current"]
    return any(call["direction"] == "out" and call["number"] == number for call in current)


def test_a_call_without_a_number_is_a_card_and_the_caller_types_one(town: Town) -> None:
    def story(line: Landline) -> None:
        before, citizen = line.calls(), f"134{line.citizen[3:]}"
        line.set_flow("acts", "takes_messages", "asks_number")
        line.ring("", id="none")
        line.says("Number not known yet", "Number withheld")
        line.says("types a number")
        line.until_recording()
        line.town.ask("dtmf", digits=f"{citizen}#")
        line.says("leaves a message")
        line.until_recording()
        line.speak()
        line.town.ask("hangup")
        assert line.next_ended(before)["outcome"] == "voicemail"
        assert len(eventually(lambda: line.tickets(citizen))) == 1
        line.until_on_hook()
        assert line.held_too_long_s() <= 10

    on_each(town[0], story)


def test_who_was_served_on_a_telephone_that_the_modem_cannot_see_gets_no_apology(town: Town) -> None:
    lines, mobile = town

    def story(line: Landline) -> None:
        before, citizen = line.calls(), f"133{line.citizen[3:]}"
        line.ring(citizen)
        line.says(citizen[-4:])
        line.town.ask("lift")  # nobody touches the computer
        line.speak()
        line.town.ask("near_say", wav=str(SPEECH))
        line.speak()
        line.town.ask("put_down")
        line.town.say("hangup")  # the exchange may have ended the call by then
        line.says("on the telephone", "Answered")
        line.until_on_hook()
        if "on the telephone" in line.card():  # the modem cannot see that it is over
            line.press("release")
        assert line.next_ended(before)["outcome"] == "answered"
        assert line.texts_to(mobile, citizen) == []

    on_each(lines, story)


def test_the_box_rings_who_is_on_duty_about_a_danger_and_he_presses_1(town: Town) -> None:
    lines, mobile = town
    chief = "057185559999"
    lines[0].box.seat("li").post(
        "/emergency/contacts", {"role": "leader", "name": "带班主任", "phone": chief}, page="/emergency"
    )
    wang, citizen = lines[0].wang, "13700007777"
    mobile.ask("sms", number=citizen, text="东街3号楼有一股怪味")
    (ticket,) = eventually(lambda: lines[0].tickets(citizen))
    one = f"/emergency/{int(ticket['no'])}"
    wang.post(f"{one}/start", {"kind": "gas"}, page=one)
    line = eventually(lambda: next((each for each in lines if _is_dialling(each, chief)), None), 60)
    line.town.ask("pickup")
    line.town.ask("say", wav=str(SPEECH))

    def has_confirmed() -> bool:
        line.town.say("dtmf", digits="1")  # again where the modem was deaf while it spoke
        time.sleep(2)
        return "confirmed by pressing 1" in wang.get(one)

    eventually(has_confirmed, 60)
    assert "Pressed 1: confirmed" in wang.get(f"/tickets/{int(ticket['no'])}")
    line.until_on_hook()
    assert line.held_too_long_s() <= 10
    wang.post(f"{one}/end", {"end": "险情解除"}, page=one)


def test_a_message_is_kept_exactly_as_it_was_spoken(town: Town, tmp_path: Path) -> None:
    """Sample by sample, within what the modem's own coding makes of it; the sound is to be kept as it was."""
    lines, _mobile = town
    lead = lines[0].box.seat("li")
    lead.post("/recordings/keep", {"keep_days": "180", "betters_sound": "no"}, page="/recordings")

    def story(line: Landline) -> None:
        before = line.calls()
        line.set_flow("acts", "takes_messages")
        line.ring(f"132{line.citizen[3:]}")
        line.says("leaves a message")
        line.until_recording()
        line.speak()
        time.sleep(0.5)
        spoken_file = tmp_path / f"{line.profile}.wav"
        line.town.ask("spoken", wav=str(spoken_file))
        line.town.ask("hangup", loop=True)  # without a tone
        call = line.next_ended(before)
        (recording,) = line.recordings(call["id"])
        kept = samples_of_wav(line.wang.get_bytes(f"/recordings/{recording['id']}/sound"))
        is_the_same(samples_of_wav(spoken_file.read_bytes()), kept, LINEAR_STEP if line.profile in LINEAR else 0)
        line.until_on_hook()
        line.town.say("hangup")

    on_each(lines, story)


def is_the_same(spoken: Sequence[int], kept: Sequence[int], step: int) -> None:
    """What was spoken is all there, in its place, each sample as near as its coding can be."""
    loud = [place for place, sample in enumerate(spoken) if abs(sample) > LOUD]
    begin, end = loud[0], loud[-1]
    first = next(place for place, sample in enumerate(kept) if abs(sample) > LOUD)

    def distance(shift: int) -> int:
        return sum(abs(spoken[begin + place] - kept[shift + place]) for place in range(0, 12000, 7))

    shift = min(range(max(0, first - 160), first + 160), key=distance)
    assert shift + end - begin <= len(kept), "the end of what was spoken is missing"
    for place in range(end - begin + 1):
        said, heard = spoken[begin + place], kept[shift + place]
        # G.711: a step is 1/16 of its segment, 16 near zero; an 8-bit linear modem has one step for all.
        assert abs(said - heard) <= max(step, abs(said) / 16 + 16), f"sample {place}: {said} was kept as {heard}"
    rest = [*kept[: max(0, shift - 8)], *kept[shift + end - begin + 8 :]]
    assert max(map(abs, rest), default=0) <= max(step, LOUD), "something is in it that nobody said"
