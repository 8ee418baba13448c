"""Every way through a call with the box, in fast time: no way leads to a held line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.callflow.plan import HoursPlan, Plan
from appliance.callflow.result import STEPS
from appliance.callflow.words import Enough, RateNow, TakenOver, TicketState, Told
from modem.commands import Answer, HandOver, HangUp, Join, Listen, Play, StopSound, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallRinging,
    CallSound,
    CommandRefused,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TimeUp,
)
from tests.appliance.callflow.scripted_call import CALL, LINE, ScriptedCall

NIGHT = HoursPlan(acts=True, rings=2)
MENU = HoursPlan(acts=True, rings=2, menu=("1", "2", "3", "0"))
NEWS = "announcement:4"


def steps(call: ScriptedCall) -> list[str]:
    return [step.step for step in call.script.result.steps]


def is_free(call: ScriptedCall) -> bool:
    """The line is not held: the script has hung up, once, and waits for nothing."""
    return call.script.is_over and call.is_ended and len(call.sent(HangUp)) == 1


# --- after so many rings ---


def test_the_box_answers_a_second_after_the_second_ring_and_never_before() -> None:
    call = ScriptedCall(NIGHT)
    call.passes(4.9)
    assert call.sent(Answer) == []
    call.rings(2)
    call.passes(0.9)
    assert call.sent(Answer) == []
    assert call.script.is_ringing
    call.passes(0.1)
    assert call.sent(Answer) == [Answer(CALL)]
    assert not call.script.is_ringing


def test_a_modem_that_loses_count_does_not_leave_the_caller_ringing() -> None:
    call = ScriptedCall(NIGHT)
    call.passes(16.9)
    assert call.sent(Answer) == []
    call.passes(0.1)
    assert call.sent(Answer) == [Answer(CALL)]


def test_a_gsm_line_counts_by_the_clock() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=3), is_landline=False)
    call.passes(10.9)
    assert call.sent(Answer) == []
    call.passes(0.1)
    assert call.sent(Answer) == [Answer(CALL)]


def test_a_caller_who_gives_up_before_is_left_alone() -> None:
    call = ScriptedCall(NIGHT)
    call.rings(2)
    call.hang_up()
    call.passes(60)
    assert call.script.is_over
    assert call.sent(Answer) == []
    assert call.script.result.was_answered is False


def test_a_person_who_is_faster_has_the_call() -> None:
    for word in (TakenOver(), CallAnswered(LINE, CALL)):
        call = ScriptedCall(NIGHT)
        call.rings(2)
        call.tell(word)
        call.passes(60)
        assert call.script.is_over
        assert {type(command) for command in call.commands} == {Wake}


def test_a_line_that_will_not_answer_is_left_to_ring() -> None:
    call = ScriptedCall(NIGHT)
    call.refuses = {Answer}
    call.rings(2)
    call.passes(1)
    assert call.script.is_over
    assert call.sent(HangUp) == []
    assert steps(call) == ["failed"]


def test_a_line_that_never_says_that_it_has_answered_is_hung_up() -> None:
    call = ScriptedCall(NIGHT)
    call.ignores = {Answer}
    call.rings(2)
    call.passes(31)
    assert call.sent(HangUp) == [HangUp(CALL)]
    assert call.script.is_over


def test_the_sound_of_a_gsm_module_is_waited_for_but_not_for_ever() -> None:
    call = ScriptedCall(NIGHT, is_landline=False, settles_s=3.0)
    call.passes(6)
    assert call.said == []
    call.tell(CallAnswered(LINE, CALL))  # said twice by some modules
    call.tell(CallSound(LINE, CALL, is_on=False))
    assert call.said == []
    call.tell(CallSound(LINE, CALL, is_on=True))
    assert call.said == ["greeting_after_hours"]
    call.tell(CallSound(LINE, CALL, is_on=True))
    assert call.said == ["greeting_after_hours"]
    mute = ScriptedCall(NIGHT, is_landline=False, settles_s=3.0)
    mute.passes(9)
    assert mute.said == ["greeting_after_hours"]


# --- a message ---


def test_a_caller_after_hours_is_greeted_and_leaves_a_message() -> None:
    call = ScriptedCall(NIGHT).answered_by_box()
    call.skip_words()
    listen = call.sound
    assert isinstance(listen, Listen)
    assert (listen.most_s, listen.until_keys, listen.quiet_s) == (120, "#", 6.0)
    assert listen.keep
    assert listen.beep
    assert call.script.keeping == "voicemail"
    assert call.script.step == "message"
    call.speak(20)
    call.until_quiet()
    assert call.said == ["greeting_after_hours", "leave_message", "message_kept", "goodbye"]
    assert is_free(call)
    result = call.script.result
    assert (result.was_answered, result.left_message, result.keys) == (True, True, "")
    assert steps(call) == ["answered", "greeting", "message", "recorded"]


def test_a_message_ends_with_the_hash_key_and_at_its_longest() -> None:
    for end in ("#", "time"):
        call = ScriptedCall(HoursPlan(acts=True, rings=2, message_s=30)).answered_by_box()
        call.skip_words()
        if end == "#":
            call.now_s += 12
            call.press("#")
        else:
            call.speak(100)
        call.until_quiet()
        assert call.said[-2:] == ["message_kept", "goodbye"]
        assert call.script.result.left_message
        assert is_free(call)


def test_a_caller_who_hangs_up_after_speaking_has_left_his_message() -> None:
    call = ScriptedCall(NIGHT).answered_by_box()
    call.skip_words()
    call.now_s += 9
    call.sound_ends(SoundEnd.HUNG_UP)
    assert call.script.result.left_message
    assert steps(call)[-2:] == ["recorded", "hung_up"]
    assert is_free(call)
    assert call.said[-1] == "leave_message"


def test_silence_is_asked_about_once_and_is_no_message() -> None:
    call = ScriptedCall(NIGHT).answered_by_box()
    call.until_quiet()
    assert call.said == ["greeting_after_hours", "leave_message", "message_empty", "leave_message", "goodbye"]
    assert not call.script.result.left_message
    assert is_free(call)


def test_a_full_disk_keeps_what_was_said_so_far() -> None:
    call = ScriptedCall(NIGHT).answered_by_box()
    call.skip_words()
    call.sound_ends(SoundEnd.FULL, 8.0)
    call.until_quiet()
    assert "message_kept" in call.said
    assert call.script.result.left_message
    assert is_free(call)


def test_nobody_is_asked_again_to_speak_to_a_full_disk() -> None:
    call = ScriptedCall(NIGHT).answered_by_box()
    call.skip_words()
    call.sound_ends(SoundEnd.FULL, 0.0)
    call.until_quiet()
    assert call.said == ["greeting_after_hours", "leave_message", "goodbye"]
    assert not call.script.result.left_message
    assert is_free(call)


@pytest.mark.parametrize("menu", [(), ("1",), ("1", "0")])
def test_no_message_is_asked_for_while_the_disk_has_no_room(menu: tuple[str, ...]) -> None:
    call = ScriptedCall(replace(NIGHT, menu=menu), has_room=False).answered_by_box()
    call.until_quiet()
    assert {"leave_message", "menu_message"}.isdisjoint(call.said)
    assert call.said[-1] == "goodbye"
    assert is_free(call)


def test_a_recording_that_fails_promises_nothing() -> None:
    call = ScriptedCall(NIGHT).answered_by_box()
    call.skip_words()
    call.sound_ends(SoundEnd.FAILED, 8.0)
    call.until_quiet()
    assert "message_kept" not in call.said
    assert not call.script.result.left_message
    assert is_free(call)


def test_a_line_without_messages_says_goodbye() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, takes_messages=False), is_open=True).answered_by_box()
    call.until_quiet()
    assert call.said == ["greeting_hours", "goodbye"]
    assert is_free(call)


def test_prompts_nobody_has_recorded_are_passed_over() -> None:
    silent = frozenset({"greeting_after_hours", "leave_message", "message_kept", "goodbye"})
    call = ScriptedCall(NIGHT, silent_prompts=silent).answered_by_box()
    assert isinstance(call.sound, Listen)
    call.speak(3)
    call.until_quiet()
    assert call.said == []
    assert is_free(call)


# --- waiting for somebody ---


def test_in_office_hours_the_box_can_ask_to_wait_until_somebody_takes_the_call() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, waits=True, wait_s=60), is_open=True, announcement=NEWS)
    call.answered_by_box()
    call.passes(30)
    assert call.said[:4] == ["waiting", NEWS, "hold", "hold"]
    assert call.script.step == "hold"
    call.tell(TakenOver())
    assert call.sent(HandOver) == [HandOver(CALL)]
    assert call.script.is_over
    assert call.script.result.was_handed_over
    assert call.script.result.heard_announcement
    assert call.sent(HangUp) == []


def test_a_gsm_line_is_left_to_the_operators_handset() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, waits=True), is_landline=False, is_open=True)
    call.passes(20)
    call.tell(TakenOver())
    assert call.commands[-1] == StopSound(CALL)
    assert call.sent(HandOver) == []
    assert call.sent(HangUp) == []
    assert call.script.is_over


def test_a_telephone_that_is_lifted_has_the_call() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, waits=True), is_open=True).answered_by_box()
    call.sound_ends(SoundEnd.LIFTED)
    assert call.sent(HandOver) == [HandOver(CALL)]
    assert call.script.result.was_handed_over


def test_who_waited_long_enough_is_greeted_and_may_leave_a_message() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, waits=True, wait_s=60), is_open=True).answered_by_box()
    begun_s = call.now_s
    while "greeting_hours" not in call.said:
        call.passes(1)
    assert call.now_s - begun_s == pytest.approx(60, abs=1)
    call.skip_words()
    call.speak(5)
    call.until_quiet()
    assert call.script.result.left_message
    assert is_free(call)


def test_who_does_not_want_to_wait_presses_any_key() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, waits=True, wait_s=60), is_open=True).answered_by_box()
    call.passes(5)
    call.press("9")
    assert call.said[-1] == "greeting_hours"
    call.passes(58)  # patience runs out somewhere else, where it means nothing
    assert call.said.count("greeting_hours") == 1
    call.until_quiet()
    assert is_free(call)


# --- the menu ---


def test_the_menu_offers_only_what_leads_somewhere() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.skip_words()
    assert call.said == ["greeting_after_hours", "menu_message", "menu_progress", "menu_urgent"]
    assert isinstance(call.sound, Listen)
    assert call.sound.until_keys == "130"
    news = ScriptedCall(MENU, announcement=NEWS).answered_by_box()
    news.skip_words()
    assert "menu_announcement" in news.said
    assert NEWS not in news.said  # offered, not forced on everybody


def test_without_a_menu_everybody_hears_the_announcement() -> None:
    call = ScriptedCall(NIGHT, announcement=NEWS).answered_by_box()
    call.skip_words()
    assert call.said == ["greeting_after_hours", NEWS, "leave_message"]
    assert call.script.result.heard_announcement


@pytest.mark.parametrize("moment", ["in the greeting", "in the menu", "in the window"])
def test_a_key_leads_on_at_once(moment: str) -> None:
    call = ScriptedCall(MENU).answered_by_box()
    if moment != "in the greeting":
        call.passes(2)
    if moment == "in the window":
        call.skip_words()
    call.passes(0.5)
    at_s = call.now_s
    call.press("1")
    assert call.said[-1] == "leave_message"
    assert call.now_s == at_s
    assert call.script.result.keys == "1"


def test_the_word_of_a_key_may_come_after_the_end_of_the_sound() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.skip_words()
    call.sound_ends(SoundEnd.KEY)
    assert call.sound is None
    call.tell(KeyPressed(LINE, CALL, "1"))
    assert call.said[-1] == "leave_message"


def test_a_key_that_is_never_told_costs_half_a_second() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.sound_ends(SoundEnd.KEY)
    call.passes(0.5)
    assert call.said[-3:] == ["menu_message", "menu_progress", "menu_urgent"]
    call.tell(KeyPressed(LINE, CALL, "9"))
    call.sound_ends(SoundEnd.KEY)
    assert isinstance(call.sound, Listen)
    call.sound_ends(SoundEnd.KEY)
    call.tell(KeyPressed(LINE, CALL, "9"))  # leads nowhere: the window is opened again
    assert isinstance(call.sound, Listen)
    call.passes(0.5)  # the half second of before has nothing to say any more
    assert isinstance(call.sound, Listen)


def test_two_keys_at_once_are_one_choice() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.tell(KeyPressed(LINE, CALL, "1"))
    call.tell(KeyPressed(LINE, CALL, "0"))
    call.sound_ends(SoundEnd.KEY)
    assert call.said[-1] == "leave_message"
    assert not call.script.result.urgent
    assert call.script.result.keys == "10"


def test_silence_in_the_menu_is_asked_twice_and_then_a_message_is_taken() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.until_quiet()
    assert call.said.count("menu_message") == 2
    assert call.said.count("leave_message") == 2
    assert is_free(call)


def test_a_key_that_the_modem_does_not_stop_for_is_followed_all_the_same() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.ignores = {Play, Listen}
    call.tell(KeyPressed(LINE, CALL, "0"))
    call.passes(2)
    assert call.sent(StopSound) == [StopSound(CALL)]
    assert call.script.step == "urgent"


def test_the_announcement_is_played_on_demand() -> None:
    call = ScriptedCall(MENU, announcement=NEWS).answered_by_box()
    call.press("2")
    assert call.said[-1] == NEWS
    assert call.script.result.heard_announcement
    call.passes(2)
    assert call.said[-4:] == ["menu_message", "menu_announcement", "menu_progress", "menu_urgent"]


def test_who_is_in_danger_hears_the_numbers_to_call() -> None:
    call = ScriptedCall(MENU, duty_phone="13800000009").answered_by_box()
    call.press("0")
    assert call.script.result.urgent
    call.skip_words()
    told = ["urgent", "duty_phone_is", "number:13800000009", "duty_phone_is", "number:13800000009", "leave_message"]
    assert call.said[-6:] == told
    plain = ScriptedCall(MENU).answered_by_box()
    plain.press("0")
    plain.skip_words()
    assert plain.said[-2:] == ["urgent", "leave_message"]


def test_a_caller_in_a_circle_is_let_out_in_the_end() -> None:
    call = ScriptedCall(MENU, announcement=NEWS).answered_by_box()
    for _ in range(30):
        if call.script.is_over or call.script.step == "message":
            break
        call.press("2")
        call.passes(2)
    call.until_quiet()
    assert call.said.count("menu_urgent") <= 8
    assert is_free(call)


# --- how a ticket stands ---


def asks(call: ScriptedCall, number: str = "004512#") -> None:
    call.press("3")
    call.skip_words()
    call.press(number)


def after_number(call: ScriptedCall) -> list[str]:
    """What was said after the number had been asked for."""
    return call.said[call.said.index("enter_number") + 1 :]


def test_anybody_who_knows_a_number_hears_how_the_ticket_stands() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    asks(call)
    assert [ask.no for ask in call.asked] == [4512]
    assert isinstance(call.sound, Listen)  # the line is never left without sound while the office looks
    call.tell(Told(call.asked[0].ref, TicketState(4512, "handling")))
    call.skip_words()
    assert after_number(call)[:3] == ["ticket_is", "number:004512", "status:handling"]
    assert "result_by_sms" not in call.said
    assert "rate" not in call.said
    assert call.script.step == "menu"
    assert call.script.result.asked == (4512,)


def test_its_citizen_hears_of_the_result_and_rates_it() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    asks(call)
    state = TicketState(4512, "survey", has_result=True, may_rate=True)
    call.tell(Told(call.asked[0].ref, state))
    call.skip_words()
    assert after_number(call) == ["ticket_is", "number:004512", "status:survey", "result_by_sms", "rate"]
    call.press("4")
    assert call.script.result.ticket_rating == (4512, 4)
    assert call.script.result.rating is None
    call.skip_words()
    assert "thanks" in call.said
    assert call.script.result.steps[-2].detail == "4"


def test_a_result_that_can_be_spoken_is_spoken() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    asks(call)
    call.tell(Told(call.asked[0].ref, TicketState(4512, "done", has_result=True, result=b"the lamp shines again")))
    assert call.said[-1] == "the lamp shines again"


def test_a_number_nobody_knows_is_asked_for_three_times() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.press("3")
    for attempt in range(3):
        call.skip_words()
        call.press("999999#")
        call.tell(Told(call.asked[attempt].ref, None))
    call.skip_words()
    assert call.said.count("not_found") == call.said.count("enter_number") == 3
    assert call.script.step == "menu"
    call.press("3")  # no fourth time, by whatever way
    call.skip_words()
    assert call.said.count("enter_number") == 3
    assert len(call.asked) == 3


def test_an_office_that_does_not_answer_keeps_nobody_waiting() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    asks(call)
    call.passes(4)
    assert call.said[-1] == "not_found"
    call.tell(Told(call.asked[0].ref, TicketState(4512, "done")))  # too late
    call.until_quiet()
    assert "status:done" not in call.said
    assert is_free(call)


def test_the_answer_to_another_question_is_no_answer() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    asks(call)
    call.tell(Told(call.asked[0].ref + 1, TicketState(1, "done")))
    assert isinstance(call.sound, Listen)
    call.tell(Told(call.asked[0].ref, None))
    call.tell(Told(call.asked[0].ref, TicketState(1, "done")))
    assert call.said[-1] == "not_found"


def test_a_number_ends_when_the_caller_stops_typing() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.press("3")
    call.press("45")  # in the midst of the prompt
    call.passes(7)
    call.press("12")
    call.passes(8)
    assert call.asked == []
    call.passes(8)
    assert [ask.no for ask in call.asked] == [4512]


def test_a_star_begins_the_number_anew() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.press("3")
    call.skip_words()
    call.press("99*4512#")
    assert [ask.no for ask in call.asked] == [4512]


def test_nothing_typed_is_asked_for_again_and_then_given_up() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    call.press("3")
    for _ in range(3):
        call.skip_words()
        call.press("#")
    call.skip_words()
    assert call.said.count("enter_number") == 3
    assert call.asked == []
    assert call.script.step == "menu"


def test_more_digits_than_any_ticket_has_are_left_out() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    asks(call, "123456789012#")
    assert [ask.no for ask in call.asked] == [123456789]
    zero = ScriptedCall(MENU).answered_by_box()
    asks(zero, "000#")
    assert [ask.no for ask in zero.asked] == [0]


# --- who calls ---


def test_a_caller_without_a_number_may_key_one_in() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, asks_number=True), has_number=False).answered_by_box()
    call.skip_words()
    assert call.said[-1] == "enter_callback_number"
    call.press("13800000001#")
    assert call.said[-2:] == ["number:13800000001", "thanks"]
    assert call.script.result.callback_number == "13800000001"
    assert "13800000001" not in repr(call.script.result.steps)
    call.skip_words()
    assert call.said[-1] == "leave_message"


def test_a_number_that_is_none_is_asked_for_twice_at_most() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, asks_number=True), has_number=False).answered_by_box()
    for _ in range(2):
        call.skip_words()
        call.press("123#")
    call.skip_words()
    assert call.said.count("enter_callback_number") == 2
    assert call.said[-1] == "leave_message"
    assert call.script.result.callback_number == ""


@pytest.mark.parametrize(("number", "is_asked"), [("13800000001", False), ("", True)])
def test_a_number_that_comes_after_the_first_ring_is_not_asked_for(number: str, is_asked: bool) -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, asks_number=True), has_number=False)
    call.tell(CallerKnown(LINE, CALL, number))
    call.answered_by_box()
    call.until_quiet()
    assert ("enter_callback_number" in call.said) is is_asked


def test_a_number_that_comes_while_it_is_typed_disturbs_nobody() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, asks_number=True), has_number=False).answered_by_box()
    call.skip_words()
    call.tell(CallerKnown(LINE, CALL, "13800000001"))
    call.press("05718888000#")
    assert call.script.result.callback_number == "05718888000"


# --- whatever goes wrong ---


@pytest.mark.parametrize("kind", [Play, Listen])
def test_a_line_that_refuses_every_sound_is_hung_up(kind: type) -> None:
    call = ScriptedCall(MENU)
    call.refuses = {kind}
    call.rings(2)
    call.passes(1)
    call.until_quiet()
    assert is_free(call)
    assert len(call.sent(kind)) <= 4


@pytest.mark.parametrize("kind", [Play, Listen])
def test_a_sound_that_never_ends_holds_no_line(kind: type) -> None:
    call = ScriptedCall(MENU)
    call.ignores = {kind, StopSound}
    call.rings(2)
    call.passes(1)
    call.until_quiet()
    assert is_free(call)
    assert call.now_s < 300


def test_a_line_that_does_not_hang_up_is_told_three_times() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, takes_messages=False)).answered_by_box()
    call.ignores = {HangUp}
    call.until_quiet()
    assert len(call.sent(HangUp)) == 3
    assert call.script.is_over


def test_ten_minutes_are_the_longest() -> None:
    call = ScriptedCall(MENU, announcement=NEWS).answered_by_box()
    call.script._walk._visits = dict.fromkeys(call.script._walk._visits, -1000)  # a caller who is never let out
    while not call.script.is_over and call.now_s < 700:
        call.press("2")
        call.passes(7)
    assert call.now_s < 620
    assert "too_long" in steps(call)
    assert call.said[-1] == "goodbye"
    assert is_free(call)


@pytest.mark.parametrize("after_s", range(0, 40, 3))
def test_the_caller_may_hang_up_at_any_moment(after_s: int) -> None:
    heard = ScriptedCall(MENU).answered_by_box()
    heard.passes(after_s)
    if heard.sound is not None:
        heard.sound_ends(SoundEnd.HUNG_UP)
    heard.until_quiet()
    assert heard.script.is_over
    told = ScriptedCall(MENU).answered_by_box()
    told.passes(after_s)
    told.hang_up()
    assert told.script.is_over
    told.tell(KeyPressed(LINE, CALL, "1"))
    assert told.script.hear(TimeUp(LINE, 1)) == []


def test_while_it_hangs_up_nothing_begins_any_more() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, takes_messages=False)).answered_by_box()
    call.ignores = {HangUp}
    call.passes(4)
    assert call.sent(HangUp)
    before = len(call.commands)
    for word in (TakenOver(), Enough(), RateNow(), KeyPressed(LINE, CALL, "1"), CallAnswered(LINE, CALL)):
        call.tell(word)
    call.tell(CallerKnown(LINE, CALL, "13800000001"))
    call.tell(CommandRefused(LINE, Play(CALL, 99, ()), "no"))
    assert len(call.commands) == before
    assert (call.script.step, call.script.keeping) == ("", "")
    call.end(EndReason.LOCAL)
    assert call.script.is_over


def test_the_ten_minutes_may_pass_while_it_hangs_up() -> None:
    call = ScriptedCall(HoursPlan(acts=True, rings=2, takes_messages=False)).answered_by_box()
    total = next(wake.ref for wake in call.sent(Wake) if wake.after_s > 500)
    call.ignores = {HangUp}
    call.passes(4)
    before = len(call.commands)
    call.tell(TimeUp(LINE, total))
    assert len(call.commands) == before
    assert "too_long" not in steps(call)


def test_another_call_of_the_line_is_another_matter() -> None:
    call = ScriptedCall(MENU).answered_by_box()
    assert isinstance(call.sound, Play)
    ref = call.sound.ref
    for event in (
        KeyPressed(LINE, CALL + 1, "1"),
        CallEnded(LINE, CALL + 1, EndReason.REMOTE),
        SoundEnded(LINE, CALL + 1, ref, SoundEnd.FAILED, 0.0),
        SoundEnded(LINE, CALL, ref + 1000, SoundEnd.FAILED, 0.0),
        CommandRefused(LINE, Play(CALL + 1, ref, ()), "no"),
        CommandRefused(LINE, Play(CALL, ref + 1000, ()), "no"),
        CommandRefused(LINE, HangUp(CALL), "no"),
        CommandRefused(LINE, Wake(1, 1.0), "no"),
        CallRinging(LINE, CALL + 1, None),
    ):
        assert call.script.hear(event) == []


# --- a conversation is recorded ---

TALK = Plan("land", records_talks=True, rates_talks=True)


def test_a_conversation_is_joined_announced_and_recorded_until_the_handset_lies() -> None:
    call = ScriptedCall(talk=Plan("land"))
    assert call.sent(Join) == [Join(CALL)]
    assert call.said == ["recorded_notice"]
    assert [play.until_key for play in call.sent(Play)] == [False]
    call.skip_words()
    assert isinstance(call.sound, Listen)
    assert call.sound.keep
    assert (call.sound.quiet_s, call.sound.beep, call.sound.until_keys) == (8.0, False, "")
    assert call.script.keeping == "talk"
    call.now_s += 90
    call.sound_ends(SoundEnd.PUT_DOWN)
    assert is_free(call)
    assert not call.script.result.left_message
    assert steps(call) == ["joined", "recording", "recorded"]


@pytest.mark.parametrize("how", ["refuses", "ignores"])
def test_a_joining_that_is_refused_or_never_comes_is_over(how: str) -> None:
    call = ScriptedCall(talk=TALK, **{how: {Join}})  # type: ignore[arg-type]
    call.until_quiet()
    assert call.script.is_over
    assert steps(call) == ["failed"]
    assert call.said == []


def test_nobody_is_recorded_without_having_been_told() -> None:
    for why in (SoundEnd.FAILED, SoundEnd.STOPPED):
        call = ScriptedCall(talk=TALK)
        call.sound_ends(why)
        assert call.sent(Listen) == []
        assert is_free(call)


@pytest.mark.parametrize("why", [why for why in SoundEnd if why not in (SoundEnd.PUT_DOWN, SoundEnd.LIFTED)])
def test_whatever_ends_a_recording_frees_the_line(why: SoundEnd) -> None:
    call = ScriptedCall(talk=TALK, first="record")
    call.sound_ends(why, 60.0)
    assert is_free(call)


def test_a_second_handset_that_is_lifted_is_recorded_too() -> None:
    call = ScriptedCall(talk=TALK, first="record")
    call.sound_ends(SoundEnd.LIFTED, 60.0)
    assert len(call.sent(Listen)) == 2
    assert call.script.keeping == "talk"


def test_when_the_handset_lies_the_caller_may_rate() -> None:
    call = ScriptedCall(talk=TALK, first="record")
    call.sound_ends(SoundEnd.PUT_DOWN, 60.0)
    call.skip_words()
    assert isinstance(call.sound, Listen)
    assert (call.sound.most_s, call.sound.until_keys, call.sound.keep) == (6.0, "12345", False)
    call.press("7")
    call.press("5")
    call.until_quiet()
    assert call.said == ["rate", "thanks"]
    assert call.script.result.rating == 5
    assert call.script.result.steps[-1].detail == "5"
    assert is_free(call)


def test_a_rating_nobody_gives_is_asked_for_twice() -> None:
    call = ScriptedCall(talk=TALK, first="record")
    call.sound_ends(SoundEnd.PUT_DOWN, 60.0)
    call.until_quiet()
    assert call.said == ["rate", "rate", "goodbye"]
    assert call.script.result.rating is None
    assert is_free(call)


def test_the_operator_ends_by_asking_for_a_rating() -> None:
    call = ScriptedCall(talk=TALK, first="record")
    call.tell(RateNow())
    assert call.sent(StopSound)
    call.passes(1)
    call.tell(RateNow())
    assert call.said == ["rate"]
    caller = ScriptedCall(NIGHT).answered_by_box()
    caller.tell(RateNow())  # nobody has served this one
    assert caller.said == ["greeting_after_hours"]


def test_the_latest_word_counts_while_a_sound_is_being_stopped() -> None:
    call = ScriptedCall(talk=TALK, first="record", ignores={StopSound})
    call.tell(RateNow())
    call.tell(RateNow())
    assert len(call.sent(StopSound)) == 1
    call.sound_ends(SoundEnd.STOPPED, 10.0)
    assert call.said == ["rate"]


def test_the_operator_may_end_the_recording() -> None:
    landline = ScriptedCall(talk=TALK, first="record")
    landline.tell(Enough())
    assert is_free(landline)
    gsm = ScriptedCall(talk=TALK, first="record", is_landline=False)
    gsm.tell(Enough())
    assert gsm.script.is_over
    assert gsm.sent(HangUp) == []  # they go on talking
    assert gsm.commands[-1] == StopSound(CALL)


def test_on_a_gsm_line_silence_ends_nothing_and_nobody_is_cut_off() -> None:
    call = ScriptedCall(talk=TALK, is_landline=False)
    assert call.sent(Join) == []
    call.skip_words()
    assert isinstance(call.sound, Listen)
    assert call.sound.quiet_s is None
    call.until_quiet(6 * 3600)
    assert call.script.is_over
    assert call.sent(HangUp) == []


def test_a_recording_of_four_hours_is_the_longest() -> None:
    call = ScriptedCall(talk=TALK, first="record", ignores={Listen, StopSound})
    call.until_quiet(6 * 3600)
    assert is_free(call)
    assert call.now_s <= 4 * 3600 + 60


def test_every_step_that_is_counted_has_a_name_for_it() -> None:
    assert {"answered", "handed_over", "recorded", "failed", "too_long", "hung_up"} <= set(STEPS)
