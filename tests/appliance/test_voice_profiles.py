"""What a landline modem does is measured once, kept over restarts, and found out anew when somebody asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.config import ModemSettings
from appliance.errors import LineBusy, NotFound
from appliance.voice_profiles import CALL_WITHIN_S, MEASURED_WITHIN_S, NO_ANSWER, Landline
from modem.commands import Measure
from modem.events import CallEnded, CallerKnown, CallRang, CallRinging, CommandRefused, EndReason, ProfileMeasured
from modem.voice_profile import SampleFormat, VoiceProfile
from tests.appliance.small_office import GSM, SmallOffice

MODEM = "Example 56K"
FOUND = VoiceProfile().found(sample_format=SampleFormat.ALAW, vsm="5,8000", stop_recording="^")
EVIDENCE = (("ATI0", "56K; OK"), ("AT+VSM=?", "5; OK"))


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path, ModemSettings("town hall", kind="voice", talk_path="parallel"), GSM)


def now(office: SmallOffice) -> Landline:
    return office.office.voice_profiles.of("town hall")


def measured(
    office: SmallOffice,
    profile: VoiceProfile = FOUND,
    *,
    ref: int | None = None,
    identity: str = MODEM,
    evidence: tuple[tuple[str, str], ...] = EVIDENCE,
    stopped: str = "",
) -> None:
    office.handle(ProfileMeasured("town hall", identity, profile.as_json(), evidence, stopped, ref))


def handed_over(office: SmallOffice, identity: str = MODEM) -> str:
    return office.office.voice_profiles.profile_of("town hall", identity)


def test_what_was_measured_is_handed_to_the_line_again_after_a_restart(office: SmallOffice) -> None:
    assert handed_over(office) == ""
    measured(office)
    assert VoiceProfile.from_json(handed_over(office)) == FOUND
    office.crash()
    assert VoiceProfile.from_json(handed_over(office)) == FOUND


def test_another_modem_on_the_line_is_another_profile(office: SmallOffice) -> None:
    measured(office)
    assert handed_over(office, "another") == ""
    assert now(office).profile == {}  # the page speaks of the modem that is there
    measured(office, VoiceProfile(), identity="another")
    assert VoiceProfile.from_json(handed_over(office)) == FOUND
    assert now(office).profile["sample_format"] == "alaw"


def test_the_newest_modem_counts_until_one_is_there(office: SmallOffice) -> None:
    measured(office)
    office.clock.advance(60)
    measured(office, VoiceProfile().found(has_duplex=True), identity="another")
    office.crash()
    assert now(office).identity == "another"


def test_measuring_is_asked_of_the_line_once_and_its_answer_ends_the_wait(office: SmallOffice) -> None:
    profiles = office.office.voice_profiles
    profiles.measure("town hall", office.li)
    profiles.measure("town hall", office.li)
    assert office.commands == [("town hall", Measure(1))]
    assert now(office).is_measuring
    measured(office, ref=1)
    known = now(office)
    assert (known.is_measuring, known.refused, known.identity) == (False, "", MODEM)
    assert known.evidence == EVIDENCE
    assert known.measured_at == office.clock.now()
    assert [row.value for row in known.words if row.key == "sample_format"] == ["A-law"]


def test_a_call_that_teaches_something_keeps_the_evidence_and_ends_no_wait(office: SmallOffice) -> None:
    measured(office)
    office.office.voice_profiles.measure("town hall", office.li)
    measured(office, FOUND.found(hears_while_playing=True), evidence=())
    known = now(office)
    assert (known.evidence, known.is_measuring) == (EVIDENCE, True)
    assert known.profile["hears_while_playing"] is True


def test_the_telephone_is_watched_apart_from_the_rest(office: SmallOffice) -> None:
    measured(office)
    office.office.voice_profiles.measure("town hall", office.li, with_telephone=True)
    assert office.commands == [("town hall", Measure(1, with_telephone=True))]
    assert (now(office).is_watching, now(office).is_measuring) == (True, False)
    office.clock.advance(20)
    measured(office, FOUND.found(sees_telephone="pP"), ref=1, evidence=(("telephone lifted", "P"),))
    known = now(office)
    assert (known.sees_telephone, known.is_watching, known.evidence) == ("P", False, EVIDENCE)
    assert known.telephone_evidence == (("telephone lifted", "P"),)
    assert known.telephone_at == office.clock.now() != known.measured_at


def test_a_refusal_is_shown_with_its_reason_until_the_next_try(office: SmallOffice) -> None:
    profiles = office.office.voice_profiles
    profiles.measure("town hall", office.li)
    office.handle(CommandRefused("town hall", Measure(9), "of another time"))
    assert now(office).is_measuring
    office.handle(CommandRefused("town hall", Measure(1), "the line is in a call; try again after it"))
    assert (now(office).is_measuring, now(office).refused) == (False, "the line is in a call; try again after it")
    profiles.measure("town hall", office.li)
    assert now(office).refused == ""


def test_a_line_that_never_answers_is_waited_for_no_longer(office: SmallOffice) -> None:
    office.office.voice_profiles.measure("town hall", office.li)
    office.clock.advance(MEASURED_WITHIN_S + 1)
    assert (now(office).is_measuring, now(office).refused) == (False, NO_ANSWER)


def test_a_line_that_does_not_run_cannot_be_measured(office: SmallOffice) -> None:
    office.takes_commands = False
    with pytest.raises(LineBusy):
        office.office.voice_profiles.measure("town hall", office.li)
    assert not now(office).is_measuring


def test_only_landlines_are_measured(office: SmallOffice) -> None:
    profiles = office.office.voice_profiles
    assert (profiles.is_landline("town hall"), profiles.is_landline("line1")) == (True, False)
    for ask in (profiles.of, profiles.report, profiles.give_up_call):
        with pytest.raises(NotFound):
            ask("line1")
    with pytest.raises(NotFound):
        profiles.measure("line1", office.li)
    with pytest.raises(NotFound):
        profiles.await_call("nowhere", office.li)


# -- the test call


def rings(office: SmallOffice, number: str | None, *, times: int = 1, call: int = 5, line: str = "town hall") -> None:
    office.handle(CallRinging(line, call, number))
    for count in range(2, times + 1):
        office.handle(CallRang(line, call, count))


def ends(office: SmallOffice, call: int = 5) -> None:
    office.handle(CallEnded("town hall", call, EndReason.NO_ANSWER))


def test_a_test_call_shows_whether_its_number_came_and_nobody_elses_digits(office: SmallOffice) -> None:
    office.office.voice_profiles.await_call("town hall", office.li)
    rings(office, None)
    office.handle(CallerKnown("town hall", 5, "13900001234"))
    office.handle(CallRang("town hall", 5, 2))
    trial = now(office).trial
    assert trial is not None
    assert (trial.rings, trial.caller_id, trial.ending, trial.is_over) == (2, "number", "34", False)
    ends(office)
    trial, tested = now(office).trial, now(office).tested
    assert trial is not None
    assert trial.is_over
    assert tested is not None
    assert (tested.rings, tested.caller_id) == (2, "number")
    office.crash()
    assert now(office).tested == tested


@pytest.mark.parametrize(("number", "caller_id", "advice"), [(None, "none", "no_id"), ("", "withheld", "withheld")])
def test_a_test_call_without_number_says_what_to_do(
    office: SmallOffice, number: str | None, caller_id: str, advice: str
) -> None:
    office.office.voice_profiles.await_call("town hall", office.li)
    rings(office, number, times=4)
    ends(office)
    tested = now(office).tested
    assert tested is not None
    assert (tested.rings, tested.caller_id) == (4, caller_id)
    assert advice in now(office).advice


def test_other_calls_are_no_test(office: SmallOffice) -> None:
    rings(office, "13900001234")
    ends(office)
    assert now(office).tested is None
    office.office.voice_profiles.await_call("town hall", office.li)
    rings(office, "13900001234", line="line1")
    rings(office, None, call=6)
    office.handle(CallerKnown("town hall", 7, "13900005678"))
    office.handle(CallEnded("town hall", 7, EndReason.REMOTE))
    trial = now(office).trial
    assert trial is not None
    assert (trial.call, trial.caller_id, trial.is_over) == (6, "none", False)


def test_a_test_call_is_given_up_or_forgotten_after_a_while(office: SmallOffice) -> None:
    profiles = office.office.voice_profiles
    profiles.await_call("town hall", office.li)
    profiles.give_up_call("town hall")
    assert now(office).trial is None
    profiles.await_call("town hall", office.li)
    office.clock.advance(CALL_WITHIN_S + 1)
    assert now(office).trial is None
    rings(office, "13900001234")
    assert now(office).tested is None


def test_the_report_tells_of_the_modem_and_of_nobody(office: SmallOffice) -> None:
    measured(office, FOUND.found(sees_telephone="hH"))
    office.office.voice_profiles.await_call("town hall", office.li)
    rings(office, "13900001234", times=3)
    ends(office)
    report = office.office.voice_profiles.report("town hall")
    assert report["modem"] == MODEM
    assert report["profile"]["sample_format"] == "alaw"
    assert report["caller id test"] == {"rings": 3, "number": "number"}
    assert "Sample format: A-law AT+VSM=5,8000 (measured)" in report["in words"]
    assert not any(private in str(report) for private in ("13900001234", "34'", "town hall", office.li.display_name))


def test_that_it_was_measured_is_in_the_audit(office: SmallOffice) -> None:
    before = office.office.audit.head().seq
    office.office.voice_profiles.measure("town hall", office.li)
    assert office.office.audit.head().seq == before + 1
