"""A line is answered by the software only after a test call in which both sides heard each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config import ModemSettings
from appliance.errors import LineBusy, NotFound, NotProven
from appliance.intake.trial_calls import CallInTest
from appliance.talk_paths import (
    TAKE_OVER_AFTER_S,
    TALK_PATHS,
    TEST_WITHIN_S,
    BeingTested,
    NoTestCall,
    NoTestRing,
    NotForwarded,
    NothingToTest,
    NothingWasHeard,
    SoundLevels,
)
from modem.commands import Answer, HangUp
from modem.events import CallAnswered, CallEnded, CallRinging, EndReason, ForwardingTold, ForwardReason, ForwardRule
from tests.appliance.small_office import GSM, WANG, SmallOffice

USB = ModemSettings("line1", talk_path="usb", audio_device="/dev/pcm", handset_device="plughw:CARD=Headset")


def unproven(folder: Path, *modems: ModemSettings) -> SmallOffice:
    return SmallOffice(folder, *modems, are_proven=False)


def rings(office: SmallOffice, call: int = 1) -> int:
    office.handle(CallRinging("line1", call, WANG))
    return office.office.calls.board()[-1].call_id


def picks_up(office: SmallOffice, call: int = 1) -> None:
    """The operator presses the button of the test; the module says that the call is up."""
    office.office.calls.take(rings(office, call), office.li)
    office.handle(CallAnswered("line1", call))


def test_without_a_proof_taking_a_call_does_not_answer_it(tmp_path: Path) -> None:
    office = unproven(tmp_path)
    card = office.office.calls.take(rings(office), office.li)
    assert office.commands == []
    assert (card.can_answer, card.needs_test) == (False, True)


def test_without_a_proof_nobody_is_dialled_but_by_the_technician(tmp_path: Path) -> None:
    office = unproven(tmp_path)
    with pytest.raises(NotProven):
        office.office.calls.dial(WANG, office.li)
    assert office.office.calls.dial(WANG, None) > 0


def test_a_test_call_heard_by_both_proves_the_path_over_a_restart(tmp_path: Path) -> None:
    office = unproven(tmp_path)
    paths = office.office.talk_paths
    paths.begin("line1", office.li)
    picks_up(office)
    assert office.commands == [("line1", Answer(1))]
    assert paths.judge("line1", office.li, caller_hears=True, office_hears=True).is_proven
    assert office.office.lines.cards()[0].needs_test is False
    office.handle(CallEnded("line1", 1, EndReason.REMOTE))
    office.crash()
    result = office.office.talk_paths.result("line1")
    assert result is not None
    assert (result.is_proven, result.tested_by, office.office.talk_paths.may_answer("line1")) == (True, "李四", True)


@pytest.mark.parametrize(("caller", "desk"), [(True, False), (False, True), (False, False)])
def test_one_deaf_side_proves_nothing_and_takes_an_older_proof_away(tmp_path: Path, caller: bool, desk: bool) -> None:
    office = SmallOffice(tmp_path)
    paths = office.office.talk_paths
    paths.begin("line1", office.li)
    picks_up(office)
    assert not paths.judge("line1", office.li, caller_hears=caller, office_hears=desk).is_proven
    assert not paths.may_answer("line1")


def test_a_result_needs_a_call_that_was_picked_up_during_the_test(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    picks_up(office)
    paths = office.office.talk_paths
    with pytest.raises(NoTestCall):
        paths.judge("line1", office.li, caller_hears=True, office_hears=True)  # no test at all
    paths.begin("line1", office.li)
    with pytest.raises(NoTestCall):
        paths.judge("line1", office.li, caller_hears=True, office_hears=True)  # the call was before


def test_a_forwarded_line_is_proven_without_a_call_that_we_could_see(tmp_path: Path) -> None:
    office = unproven(tmp_path, ModemSettings("line1", talk_path="forward"))
    paths = office.office.talk_paths
    paths.begin("line1", office.li)
    for is_active in (None, False):
        if is_active is not None:
            tells_forwarding(office, is_active=is_active)
        with pytest.raises(NotForwarded):
            paths.judge("line1", office.li, caller_hears=True, office_hears=True)
    tells_forwarding(office, is_active=True)
    assert paths.judge("line1", office.li, caller_hears=True, office_hears=True).is_proven
    assert (paths.may_answer("line1"), paths.may_dial("line1")) == (False, False)


def tells_forwarding(office: SmallOffice, *, is_active: bool) -> None:
    rule = ForwardRule(ForwardReason.NO_REPLY, is_active=is_active, number=WANG)
    office.handle(ForwardingTold("line1", 1, (rule,)))


def test_a_telephone_beside_the_line_is_proven_only_by_a_call_that_rang_on_it(tmp_path: Path) -> None:
    office = unproven(tmp_path, ModemSettings("line1", talk_path="parallel"))
    paths = office.office.talk_paths
    office.hang_up(office.ring(from_=WANG))
    paths.begin("line1", office.li)
    with pytest.raises(NoTestRing):  # the call was before
        paths.judge("line1", office.li, caller_hears=True, office_hears=True)
    call = office.ring(from_=WANG)
    assert office.office.trial_calls.on_line("line1", office.li).state == "ringing"
    office.hang_up(call)
    assert office.office.trial_calls.on_line("line1", office.li).state == "ended"
    assert paths.judge("line1", office.li, caller_hears=True, office_hears=True).is_proven


def test_nobody_ruins_the_test_of_somebody_else_in_silence(tmp_path: Path) -> None:
    office = unproven(tmp_path)
    paths = office.office.talk_paths
    test = paths.begin("line1", office.li)
    picks_up(office)
    for deed in (
        lambda: paths.begin("line1", office.lead),
        lambda: paths.give_up("line1", office.lead),
        lambda: paths.judge("line1", office.lead, caller_hears=False, office_hears=False),
    ):
        with pytest.raises(BeingTested) as refused:
            deed()
        assert (refused.value.fields["who"], refused.value.fields["since"]) == ("李四", test.since)
    assert paths.begin("line1", office.li).call_id is not None, "begun twice by the same person it is one"
    assert paths.judge("line1", office.li, caller_hears=True, office_hears=True).is_proven


def test_a_test_left_behind_may_be_given_up_by_anybody_after_five_minutes(tmp_path: Path) -> None:
    office = unproven(tmp_path)
    paths = office.office.talk_paths
    paths.begin("line1", office.li)
    office.clock.advance(TAKE_OVER_AFTER_S + 1)
    with pytest.raises(BeingTested):
        paths.begin("line1", office.lead)
    paths.give_up("line1", office.lead)
    assert paths.begin("line1", office.lead).by == "班长"
    paths.give_up("line1", office.lead)
    paths.give_up("line1", office.li)  # there is none
    assert paths.test("line1") is None


def test_who_picked_the_test_call_up_hangs_it_up_and_nobody_else(tmp_path: Path) -> None:
    office = unproven(tmp_path)
    trials = office.office.trial_calls
    with pytest.raises(NoTestCall):
        trials.hang_up("line1", office.li)  # no test
    office.office.talk_paths.begin("line1", office.li)
    call = office.ring(from_=WANG)
    with pytest.raises(NoTestCall):
        trials.hang_up("line1", office.li)  # it only rings
    trials.pick_up("line1", office.li)
    office.connected(call)
    assert trials.on_line("line1", office.li) == CallInTest("talking", is_mine=True)
    assert trials.on_line("line1", office.lead) == CallInTest("talking")
    office.commands.clear()
    with pytest.raises(NoTestCall):
        trials.hang_up("line1", office.lead)
    assert office.commands == []
    trials.hang_up("line1", office.li)
    assert office.commands == [("line1", HangUp(call))]
    office.hang_up(call, EndReason.LOCAL)
    assert trials.on_line("line1", office.li).state == "ended"
    office.wait(120)
    assert trials.on_line("line1", office.li).state == "ended", "also once the call is off the board"


def test_sound_that_was_missing_during_the_call_is_remembered_after_it(tmp_path: Path) -> None:
    office = unproven(tmp_path, USB)
    paths, now = office.office.talk_paths, [SoundLevels(-96.0, -96.0, "there is no device /dev/pcm")]
    paths._sound_of = lambda line: now[0] if now else None
    paths.begin("line1", office.li)
    picks_up(office)
    assert paths.levels("line1") == now.pop()
    with pytest.raises(NothingWasHeard):
        paths.judge("line1", office.li, caller_hears=True, office_hears=True)


def test_a_test_ends_by_itself_or_when_it_is_given_up(tmp_path: Path) -> None:
    office = unproven(tmp_path)
    paths = office.office.talk_paths
    paths.begin("line1", office.li)
    office.clock.advance(TEST_WITHIN_S + 1)
    assert paths.test("line1") is None
    assert not paths.may_answer("line1")
    paths.begin("line1", office.li)
    paths.give_up("line1", office.li)
    assert not paths.may_dial("line1")


def test_a_proof_holds_only_for_the_path_and_devices_it_was_made_with(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, USB)
    assert office.office.talk_paths.may_answer("line1")
    office.store.close()
    other = SmallOffice(tmp_path, replace(USB, handset_device="plughw:CARD=Other"), are_proven=False)
    assert not other.office.talk_paths.may_answer("line1")


def test_there_is_nothing_to_test_on_a_line_without_a_path_or_on_no_line(tmp_path: Path) -> None:
    office = unproven(tmp_path, replace(GSM, talk_path="none"))
    paths = office.office.talk_paths
    with pytest.raises(NothingToTest):
        paths.begin("line1", office.li)
    with pytest.raises(NotFound):
        paths.begin("ghost", office.li)
    with pytest.raises(NotFound):
        paths.judge("ghost", office.li, caller_hears=True, office_hears=True)
    assert paths.path("ghost") is TALK_PATHS["none"]


def test_keys_go_into_a_call_that_is_up_and_into_no_other(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    call_id = rings(office)
    with pytest.raises(LineBusy):
        office.office.during_calls.press(call_id, "1", office.li)


def test_nobody_can_have_heard_anything_where_the_box_carries_no_sound(tmp_path: Path) -> None:
    office = unproven(tmp_path, USB)
    office.office.talk_paths._sound_of = lambda line: SoundLevels(-96.0, -96.0, "there is no device /dev/pcm")
    paths = office.office.talk_paths
    paths.begin("line1", office.li)
    picks_up(office)
    with pytest.raises(NothingWasHeard):
        paths.judge("line1", office.li, caller_hears=True, office_hears=True)
    assert not paths.judge("line1", office.li, caller_hears=False, office_hears=False).is_proven
