"""Plans, announcements and what callers did, in a whole office: saved, loaded into the lines, counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.callflow.announcements import IsOn, NothingRecorded
from appliance.callflow.loaded import Question
from appliance.callflow.plan_form import Typed
from appliance.callflow.result import FlowResult, FlowStep
from appliance.config import ModemSettings
from appliance.errors import FieldWrong, NotFound
from db import call_flow as rows
from modem.commands import Answer, HangUp, Listen, Play, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallRang,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TimeUp,
)
from tests.appliance.callflow.test_plan_form import GOOD
from tests.appliance.small_office import GSM, NIGHT, WANG, ZHAO, SmallOffice

LAND = ModemSettings("land", device="/dev/land", kind="voice", talk_path="parallel", number="057188881234")
MENU = {"after_acts": ["on"], "after_takes_messages": ["on"], "after_menu_on": ["on"], "after_menu": ["1", "2", "3"]}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    office = SmallOffice(tmp_path, LAND, GSM, now=NIGHT)
    yield office
    office.store.close()


class Caller:
    """Somebody rings at night, and the landline does what it is told."""

    def __init__(self, office: SmallOffice, number: str = WANG) -> None:
        self.office = office
        self.serial = office.ring(from_=number, line="land")
        self.tell(CallRang("land", self.serial, 2))
        self.wake()
        assert office.commands[-2] == ("land", Answer(self.serial))
        self.tell(CallAnswered("land", self.serial))

    def tell(self, event: object) -> None:
        self.office.handle(event)  # type: ignore[arg-type]

    def wake(self) -> None:
        ref = next(c.ref for _, c in reversed(self.office.commands) if isinstance(c, Wake))
        self.tell(TimeUp("land", ref))

    def sound(self) -> Play | Listen:
        return next(c for _, c in reversed(self.office.commands) if isinstance(c, Play | Listen))

    def sound_ends(self, why: SoundEnd = SoundEnd.PLAYED, seconds: float = 2.0) -> None:
        self.tell(SoundEnded("land", self.serial, self.sound().ref, why, seconds))

    def press(self, keys: str) -> None:
        for key in keys:
            sound = self.sound()
            ends = isinstance(sound, Play) or key in sound.until_keys
            self.tell(KeyPressed("land", self.serial, key))
            if ends:
                self.sound_ends(SoundEnd.KEY)

    def hears(self) -> list[bytes]:
        sound = self.sound()
        assert isinstance(sound, Play)
        return list(sound.clips)

    def hangs_up(self) -> None:
        self.tell(CallEnded("land", self.serial, EndReason.REMOTE))
        self.office.wait()


def prompt(office: SmallOffice, key: str) -> bytes:
    return office.services.office.studio._prompts.clip(key)


# --- plans ---


def test_a_saved_plan_holds_from_the_next_call_on(office: SmallOffice) -> None:
    flows = office.office.call_flows
    assert flows.line("land").is_default
    flows.save("land", Typed({**GOOD, "after_rings": "3"}, MENU), office.li)
    saved = flows.line("land")
    assert (saved.plan.after_hours.rings, saved.is_default, saved.changed_by) == (3, False, "李四")
    assert saved.changed_at == office.clock.now()
    serial = office.ring(from_=WANG, line="land")
    before = len(office.commands)
    office.handle(CallRang("land", serial, 2))
    assert len(office.commands) == before
    office.handle(CallRang("land", serial, 3))
    assert isinstance(office.commands[-1][1], Wake)
    actions = [row["action"] for row in office.store.rows("SELECT action FROM audit")]
    assert "call_flow_set" in actions


def test_a_plan_survives_the_end_of_the_program(office: SmallOffice) -> None:
    office.office.call_flows.save("land", Typed(GOOD, MENU), office.li)
    office.crash()
    assert office.office.call_flows.line("land").plan.after_hours.menu == ("1", "2", "3")


def test_what_cannot_be_changes_nothing(office: SmallOffice) -> None:
    flows = office.office.call_flows
    with pytest.raises(FieldWrong):
        flows.save("land", Typed({**GOOD, "in_rings": "1"}, {}), office.li)
    with pytest.raises(NotFound):
        flows.save("elsewhere", Typed(GOOD, {}), office.li)
    assert flows.line("land").is_default
    assert [line.plan.line for line in flows.lines()] == ["land", "line1"]
    gsm = flows.line("line1")
    assert (gsm.is_landline, gsm.has_sound, gsm.plan.after_hours.acts) == (False, False, False)


# --- the whole way ---


def test_a_caller_at_night_asks_how_his_ticket_stands(office: SmallOffice) -> None:
    office.office.call_flows.save("land", Typed(GOOD, MENU), office.li)
    no = _ticket(office)
    caller = Caller(office)
    caller.press("3")
    caller.sound_ends()
    caller.press(f"{no}#")
    office.wait()
    caller.sound_ends(SoundEnd.STOPPED)
    assert caller.hears()[0] == prompt(office, "ticket_is")
    assert caller.hears()[-1] == prompt(office, "status:waiting")
    caller.hangs_up()
    steps = [row["step"] for row in rows.steps_of(office.store, 1)]
    assert steps == ["answered", "greeting", "progress", "found"]
    result = office.services.office.calls._flow.result(1)
    assert result is not None
    assert result.asked == (no,)


def _ticket(office: SmallOffice) -> int:
    """A draft of this citizen's own."""
    office.text(from_=WANG, text="东街路灯不亮，已经三天了")
    return 1


def test_a_number_that_no_ticket_has_is_not_found(office: SmallOffice) -> None:
    office.office.call_flows.save("land", Typed(GOOD, MENU), office.li)
    caller = Caller(office)
    caller.press("3")
    caller.sound_ends()
    caller.press("777#")
    office.wait()
    caller.sound_ends(SoundEnd.STOPPED)
    assert caller.hears() == [prompt(office, "not_found")]


def state_for(office: SmallOffice, no: int, number: str) -> object:
    """What the office would tell this caller."""
    heard: list[object] = []
    runner = office.services.office.calls._flow
    runner.questions.append(Question("land", 1, 1, no, number))
    original, runner.tell = runner.tell, lambda question, told: heard.append(told.ticket)  # type: ignore[method-assign]
    office.wait()
    runner.tell = original  # type: ignore[method-assign]
    return heard[0]


def test_the_result_is_for_the_citizens_own_number_alone(office: SmallOffice) -> None:
    no = office.ticket_asked()
    own, other = state_for(office, no, WANG), state_for(office, no, ZHAO)
    assert (own.stage, own.has_result, own.may_rate) == ("survey", True, True)  # type: ignore[attr-defined]
    assert (other.stage, other.has_result, other.may_rate) == ("survey", False, False)  # type: ignore[attr-defined]
    nobody = state_for(office, no, "")
    assert not nobody.has_result  # type: ignore[attr-defined]


def test_a_rating_by_keypad_closes_the_ticket(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.office.call_flows.save("land", Typed(GOOD, MENU), office.li)
    caller = Caller(office)
    caller.press("3")
    caller.sound_ends()
    caller.press(f"{no}#")
    office.wait()
    caller.sound_ends(SoundEnd.STOPPED)  # the window in which the office was asked
    caller.sound_ends()  # how it stands
    assert caller.hears() == [prompt(office, "rate")]
    caller.press("5")
    caller.hangs_up()
    row = office.one("SELECT * FROM ticket WHERE no = ?", no)
    assert (row["status"], row["rating"]) == ("closed", 5)


def test_a_rating_that_comes_too_late_changes_nothing(office: SmallOffice) -> None:
    no = _ticket(office)
    Caller(office).hangs_up()
    runner = office.services.office.calls._flow
    runner.finished.append(FlowResult(1, (FlowStep("rated", "5"),), ticket_rating=(no, 5)))
    office.wait()
    assert office.office.tickets.row(no).status == "draft"
    assert not runner.finished


def test_what_cannot_be_written_yet_is_written_later(office: SmallOffice) -> None:
    runner = office.services.office.calls._flow
    runner.finished.append(FlowResult(1, (FlowStep("answered"),)))
    office.wait()
    assert len(runner.finished) == 1
    office.ring(from_=WANG, line="land")
    office.wait()
    assert not runner.finished
    assert [row["step"] for row in rows.steps_of(office.store, 1)] == ["answered"]


def test_a_full_disk_costs_nothing_of_what_callers_did(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    Caller(office).tell(CallEnded("land", office._serial, EndReason.REMOTE))

    def full(*args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(rows, "add_steps", full)
        office.wait()
    assert rows.steps_of(office.store, 1) == []
    office.wait()
    assert [row["step"] for row in rows.steps_of(office.store, 1)] == ["answered", "greeting"]


def test_steps_can_be_counted(office: SmallOffice) -> None:
    for _ in range(2):
        caller = Caller(office)
        caller.sound_ends()  # the greeting
        caller.sound_ends()  # leave a message
        caller.sound_ends(SoundEnd.HUNG_UP, 9.0)
        assert office.commands[-2] == ("land", HangUp(caller.serial))
        caller.hangs_up()
        office.clock.advance(60)
    counted = "(SELECT DISTINCT call_id FROM call_flow_step WHERE step = ? AND at >= ? AND at < ?)"
    assert office.count(counted, "recorded", "2026-01-01", "2027-01-01") == 2
    assert office.count(counted, "recorded", "2027-01-01", "2028-01-01") == 0


# --- announcements ---


def recorded(office: SmallOffice, title: str = "停水") -> int:
    """An announcement with a sound."""
    made = office.office.announcements.add(title, "东街今天停水，晚上八点恢复。", office.li)
    prompts = office.services.office.studio._prompts
    prompts.replace({**prompts._own, (f"announcement:{made}", ""): title.encode()})
    return made


def test_an_announcement_is_heard_from_the_next_call_on_and_no_longer_when_it_is_off(office: SmallOffice) -> None:
    made = recorded(office)
    office.office.announcements.switch_on(made, "", office.li)
    assert office.office.announcements.is_on() == ("停水",)
    caller = Caller(office)
    assert "停水".encode() in caller.hears()
    caller.hangs_up()
    assert [row["step"] for row in rows.steps_of(office.store, 1)] == ["answered", "greeting", "announcement"]
    office.office.announcements.switch_off("", office.lead)
    office.clock.advance(60)
    assert len(Caller(office).hears()) == 1
    period = office.office.announcements.periods()[0]
    assert (period.title, period.line, period.on_by, period.off_by) == ("停水", "", "李四", "班长")


def test_one_is_on_at_a_time_and_a_lines_own_goes_before(office: SmallOffice) -> None:
    water, road = recorded(office), recorded(office, "修路")
    announcements = office.office.announcements
    announcements.switch_on(water, "", office.li)
    announcements.switch_on(water, "", office.li)  # pressed twice
    announcements.switch_on(road, "", office.li)
    assert [period.title for period in announcements.periods()] == ["修路", "停水"]
    announcements.switch_on(water, "land", office.li)
    assert "停水".encode() in Caller(office).hears()
    assert [announcements.title_on(line) for line in announcements.lines] == ["停水", "修路"]
    assert {each.id: each.on_lines for each in announcements.all()} == {water: ("land",), road: ("",)}


def test_what_nobody_has_recorded_is_not_switched_on(office: SmallOffice) -> None:
    announcements = office.office.announcements
    made = announcements.add("停电", "", office.li)
    with pytest.raises(NothingRecorded):
        announcements.switch_on(made, "", office.li)
    assert announcements.words() == {made: "停电"}
    announcements.change(made, "停电", "西街今天停电。", office.li)
    assert announcements.words() == {made: "西街今天停电。"}
    assert not announcements.all()[0].has_sound
    assert announcements.all()[0].key == f"announcement:{made}"


def test_an_announcement_that_is_on_stays_on_the_list(office: SmallOffice) -> None:
    made, announcements = recorded(office), office.office.announcements
    announcements.switch_on(made, "land", office.li)
    with pytest.raises(IsOn):
        announcements.retire(made, office.li)
    announcements.switch_off("land", office.li)
    announcements.switch_off("land", office.li)
    announcements.retire(made, office.li)
    assert announcements.all() == ()
    for deed in (
        lambda: announcements.retire(made, office.li),
        lambda: announcements.switch_on(made, "", office.li),
        lambda: announcements.switch_off("elsewhere", office.li),
        lambda: announcements.change(99, "a", "b", office.li),
    ):
        with pytest.raises(NotFound):
            deed()


@pytest.mark.parametrize(
    ("title", "words", "field"), [("", "", "title"), ("x" * 41, "", "title"), ("x", "y" * 401, "words")]
)
def test_an_announcement_has_a_short_name_and_words_that_can_be_read_out(
    office: SmallOffice, title: str, words: str, field: str
) -> None:
    with pytest.raises(FieldWrong) as wrong:
        office.office.announcements.add(title, words, office.li)
    assert wrong.value.field == field


def test_its_effect_is_the_share_of_repeat_calls_before_and_after(office: SmallOffice) -> None:
    def calls(*numbers: str, every_s: float = 600) -> None:
        for number in numbers:
            office.hang_up(office.ring(from_=number, line="land"), EndReason.NO_ANSWER, line="land")
            office.clock.advance(every_s)

    made = recorded(office)
    calls(WANG)  # more than a day before the other
    office.clock.advance(hours=30)
    calls(WANG, ZHAO, WANG, WANG)  # four calls, two of them again
    office.office.announcements.switch_on(made, "land", office.li)
    calls(ZHAO, "13800009999", "")  # ZHAO again; the last one has no number, so nobody can know
    office.clock.advance(600)
    period = office.office.announcements.periods()[0]
    assert (period.before.calls, period.before.repeats, period.before.percent) == (4, 2, 50)
    assert (period.after.calls, period.after.repeats, period.after.percent) == (2, 1, 50)
    office.clock.advance(hours=24 * 30)
    later = office.office.announcements.periods()[0]
    assert later.after == period.after  # seven days are compared
    assert (later.before.calls, later.before.repeats) == (5, 2)


def test_nobody_called_is_no_share(office: SmallOffice) -> None:
    office.office.announcements.switch_on(recorded(office), "", office.li)
    assert office.office.announcements.periods()[0].after.percent is None
