"""The doctor: each kind of trouble is found on a box that has it, and a healthy box is left in peace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.config import Settings, parse
from appliance.lines import ADVICE
from appliance.upkeep import doctor
from appliance.upkeep.doctor import CHECKS, Box, Finding, Level, examine
from db import voice_profiles
from db.store import Store
from modem.events import LineState
from modem.voice_profile import SampleFormat, VoiceProfile

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
USER, OTHER = 990, 1000

LINE = {
    "line": "line1", "state": "ready", "advice": ADVICE[LineState.READY], "detail": "", "node": "/dev/null",
    "imei": "860000000000017", "imsi": "46099****0001", "maker": "Quectel", "model": "EC25", "firmware": "",
    "operator": "CMCC", "signal_dbm": -71, "roaming": False, "stores": [["SM", 2, 30]],
}  # fmt: skip

Make = Callable[..., Box]


def line(**changed: Any) -> dict[str, Any]:
    return LINE | changed


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Make]:
    """A healthy box; words change what is wrong with it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    store = Store(folder / "hotline.db")

    def make(modem: str = "device = imei:860000000000017\n", lines: list[Any] | None = None, **changed: Any) -> Box:
        settings = parse(f"[data]\ndirectory = {folder}\n" + (f"[modem line1]\n{modem}" if modem else ""))
        healthy = Box(
            settings=settings,
            now=NOW,
            checkup={
                "clock_ok": True,
                "report": {"parts": {"desk": True, "database": True}},
                "lines": [line()] if lines is None else lines,
            },
            processes=["systemd", "hotline"],
            holders=lambda path: "hotline (process 7)" if path else "",
            may_read=lambda path: True,
            owner_of=lambda path: USER,
            groups_of=lambda user: frozenset({"hotline", "dialout"}),
            user_name=lambda user: "hotline",
            free_bytes=lambda path: 10 * 1024**3,
            has_program=lambda name: True,
            sound_cards=["Headset"],
            rule_folders=(tmp_path / "rules.d",),
        )
        return replace(healthy, **changed)

    yield make
    store.close()


def found(box: Box, check: str) -> list[Finding]:
    """What this check found, and that no other found anything."""
    findings = examine(box)
    assert {finding.check for finding in findings} <= {check}, findings
    return findings


def only(box: Box, check: str) -> Finding:
    (finding,) = found(box, check)
    assert finding.do
    return finding


def test_a_healthy_box_has_no_findings(box: Make) -> None:
    assert examine(box()) == []


def test_every_finding_of_every_check_says_what_to_do(box: Make, tmp_path: Path) -> None:
    sick = box(
        checkup=None, processes=["ModemManager"], groups_of=lambda user: frozenset(), free_bytes=lambda path: 0,
        now=datetime(1970, 1, 1, tzinfo=UTC),
        settings=parse(
            f"[data]\ndirectory = {tmp_path / 'data'}\n[modem a]\ndevice = /no/such\naudio_device = /no/sound\n"
            "talk_path = usb\nhandset_device = plughw:CARD=Gone\n"
        ),
    )  # fmt: skip
    findings = examine(sick)
    assert {finding.check for finding in findings} == {
        "service", "disk space", "clock", "ports", "ModemManager", "permission", "sound",
    }  # fmt: skip
    assert all(finding.what and finding.do for finding in findings)


def test_a_service_that_does_not_run_is_told(box: Make) -> None:
    assert "systemctl start" in only(box(checkup=None), "service").do


def test_a_service_that_runs_and_is_silent_is_not_said_to_be_down(box: Make) -> None:
    finding = only(box(checkup=None, silence="the running process gave no answer within 15 s; see its log"), "service")
    assert "runs and does not answer: the running process gave no answer" in finding.what
    assert "journalctl" in finding.do


def test_nobody_is_asked_who_holds_a_port_that_no_line_has(box: Make) -> None:
    asked: list[str] = []

    def holders(path: str) -> str:
        asked.append(path)
        return "gammu-smsd (process 812)"

    assert examine(box(lines=[line(node="", state="starting")], holders=holders))[0].check == "lines"
    assert asked == []


def test_a_service_nobody_may_ask_is_no_service_that_does_not_run(box: Make) -> None:
    finding = only(box(checkup=None, may_read=lambda path: False), "data folder")
    assert (finding.level, "sudo hotline doctor" in finding.do) == (Level.WARNING, True)


def test_a_part_that_does_not_answer_is_named(box: Make) -> None:
    checkup = {"clock_ok": True, "report": {"parts": {"desk": False, "database": True}}, "lines": [line()]}
    assert "desk" in only(box(checkup=checkup), "service").what


@pytest.mark.parametrize("state", sorted(set(LineState) - {LineState.READY}))
def test_a_line_that_is_not_ready_is_told_with_its_advice(box: Make, state: LineState) -> None:
    sick = line(state=str(state), detail="why it is so", advice=ADVICE[state])
    finding = only(box(lines=[sick]), "lines")
    assert finding.level is (Level.WARNING if state is LineState.STARTING else Level.PROBLEM)
    assert "line1" in finding.what
    assert "why it is so" in finding.what
    assert finding.do == ADVICE[state]


def test_a_box_without_lines_is_told(box: Make) -> None:
    assert "modem probe" in only(box(modem="", lines=[]), "lines").do


def test_a_weak_signal_is_told_with_its_strength(box: Make) -> None:
    assert "-105 dBm" in only(box(lines=[line(signal_dbm=-105)]), "signal").what
    assert examine(box(lines=[line(signal_dbm=None)])) == []


def test_a_foreign_network_is_told(box: Make) -> None:
    assert "may cost more" in only(box(lines=[line(roaming=True)]), "signal").what


@pytest.mark.parametrize(("used", "is_full"), [(23, False), (24, True), (30, True)])
def test_a_message_store_is_told_at_four_fifths(box: Make, used: int, is_full: bool) -> None:
    findings = found(box(lines=[line(stores=[["SM", used, 30], ["ME", 0, 0]])]), "message stores")
    assert [f"{used} of 30" in finding.what for finding in findings] == [True] * is_full


def test_a_clock_that_cannot_be_right_is_told(box: Make) -> None:
    checkup = {"clock_ok": False, "report": {"parts": {}}, "lines": [line()]}
    assert "2026-11-22 04:00" in only(box(checkup=checkup), "clock").what
    idle = examine(box(checkup=None, now=datetime(1970, 1, 1, tzinfo=UTC)))
    assert {finding.check for finding in idle} == {"service", "clock"}


def test_a_clock_behind_what_the_office_lived_through_is_told(box: Make, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "data" / "hotline.db") as connection:
        connection.execute("INSERT INTO meta VALUES ('last_seen_at', '2027-01-01T00:00:00.000Z')")
    assert {finding.check for finding in examine(box(checkup=None))} == {"service", "clock"}


def test_little_space_is_a_warning_and_none_a_problem(box: Make) -> None:
    assert only(box(free_bytes=lambda path: 400 * 1024**2), "disk space").level is Level.WARNING
    assert only(box(free_bytes=lambda path: 10 * 1024**2), "disk space").level is Level.PROBLEM


def test_a_folder_that_others_can_look_into_is_told(box: Make, tmp_path: Path) -> None:
    (tmp_path / "data").chmod(0o755)
    assert "chmod 700" in only(box(), "data folder").do


def test_files_of_another_user_are_told(box: Make, tmp_path: Path) -> None:
    owners = {"hotline.db": OTHER}
    finding = only(box(owner_of=lambda path: owners.get(path.name, USER)), "data folder")
    assert "hotline.db" in finding.what
    assert "chown -R hotline:" in finding.do


def settings_at(folder: Path) -> Settings:
    return parse(f"[data]\ndirectory = {folder}\n[modem line1]\ndevice = imei:860000000000017\n")


def test_a_folder_that_is_not_there_is_told(box: Make, tmp_path: Path) -> None:
    away = {finding.check for finding in examine(box(settings=settings_at(tmp_path / "away"), checkup=None))}
    assert away == {"data folder", "service"}
    (tmp_path / "file").touch()
    assert "is no folder" in only(box(settings=settings_at(tmp_path / "file")), "data folder").what


def test_a_damaged_database_is_told(box: Make, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    Store(folder / "hotline.db").close()
    whole = (folder / "hotline.db").read_bytes()
    (folder / "hotline.db").write_bytes(whole[:8192] + bytes(len(whole) - 8192))
    findings = {finding.check: finding for finding in examine(box(settings=settings_at(folder)))}
    assert "is damaged" in findings["database"].what
    assert "restore the last backup" in findings["database"].do
    (folder / "hotline.db").write_bytes(b"no database at all" * 500)
    findings = {finding.check: finding for finding in examine(box(settings=settings_at(folder)))}
    assert "is damaged" in findings["database"].what


def test_what_cannot_be_looked_at_is_said_and_stops_no_other_check(box: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> int:
        raise PermissionError(13, "Permission denied")

    findings = examine(box(free_bytes=refused, lines=[line(roaming=True)]))
    assert [(finding.check, finding.level) for finding in findings] == [
        ("disk space", Level.WARNING),
        ("signal", Level.WARNING),
    ]
    assert "sudo" in findings[0].do


def test_messages_that_nobody_decided_about_are_counted(box: Make, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "data" / "hotline.db") as connection:
        connection.execute("INSERT INTO boot VALUES (1, '2026-11-22T00:00:00.000Z', '0', 1)")
        for number, state in enumerate(("failed", "failed", "unknown", "delivered")):
            connection.execute(
                "INSERT INTO outbox (idem_key, purpose, rank, state, created_at, not_before_at, boot_id, clock_ok)"
                " VALUES (?, 'note', 1, ?, '2026-11-22T00:00:00.000Z', '2026-11-22T00:00:00.000Z', 1, 1)",
                (str(number), state),
            )
    failed, unknown = found(box(), "messages out")
    assert (failed.what[:2], unknown.what[:5]) == ("2 ", "Of 1 ")


def test_two_names_for_one_device_and_a_name_that_will_not_stay_are_told(box: Make, tmp_path: Path) -> None:
    (tmp_path / "by-path").symlink_to("/dev/null")
    lines = f"[modem a]\ndevice = /dev/null\n[modem b]\ndevice = {tmp_path}/by-path\n"
    settings = parse(f"[data]\ndirectory = {tmp_path / 'data'}\n{lines}")
    (finding,) = found(box(settings=settings), "ports")
    assert "[modem a]" in finding.what
    assert only(box(modem="device = /dev/tty\n", lines=[line(node="/dev/tty")]), "ports").level is Level.WARNING


def test_a_device_that_is_not_there_is_told_while_no_service_says_so(box: Make) -> None:
    findings = examine(box(modem="device = /no/such\n", checkup=None))
    assert [finding.check for finding in findings] == ["service", "ports"]


def test_a_stranger_at_the_port_is_named_and_we_are_no_stranger(box: Make) -> None:
    finding = only(box(holders=lambda path: "hotline (process 7), gammu-smsd (process 812)"), "ports")
    assert "gammu-smsd (process 812)" in finding.what
    assert "hotline" not in finding.what


def test_modem_manager_is_told_until_the_rule_is_installed(box: Make, tmp_path: Path) -> None:
    running = box(processes=["ModemManager"])
    assert doctor.RULE in only(running, "ModemManager").do
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / doctor.RULE).touch()
    assert examine(running) == []


def test_a_user_outside_dialout_is_told_unless_it_is_root_or_has_no_lines(box: Make) -> None:
    finding = only(box(groups_of=lambda user: frozenset({"hotline"})), "permission")
    assert "usermod -aG dialout hotline" in finding.do
    assert examine(box(groups_of=lambda user: frozenset(), owner_of=lambda path: 0)) == []


@pytest.mark.parametrize(
    ("modem", "said"),
    [
        ("audio_device = /no/such/port\n", "/no/such/port isn't there"),
        ("audio_device = alsa:plughw:CARD=Quectel\n", "Quectel isn't plugged in (there: Headset)"),
        ("audio_device = alsa:plughw:CARD=Headset,DEV=0\nhandset_device = plughw:CARD=Away\n", "Away isn't plugged in"),
    ],
)
def test_sound_that_cannot_work_is_told(box: Make, modem: str, said: str) -> None:
    assert said in only(box(modem="device = auto\n" + modem), "sound").what


def test_missing_sound_programs_are_told_where_they_are_needed(box: Make) -> None:
    usb = "device = auto\ntalk_path = usb\naudio_device = /dev/null\nhandset_device = plughw:CARD=Headset\n"
    assert examine(box(modem=usb)) == []
    assert "apt-get install alsa-utils" in only(box(modem=usb, has_program=lambda name: name != "aplay"), "sound").do
    assert examine(box(has_program=lambda name: False)) == []


@pytest.mark.parametrize("missing", ["opusenc", "opusdec"])
@pytest.mark.parametrize("modem", ["device = auto\naudio_device = /dev/null\n", ""])
def test_a_box_that_records_without_opus_tools_is_told_what_it_costs(box: Make, modem: str, missing: str) -> None:
    records = landline(box, WHOLE) if not modem else box(modem=modem)
    told = only(replace(records, has_program=lambda name: name != missing), "sound")
    assert (told.level, told.do) == (Level.WARNING, "sudo apt-get install opus-tools")


VOICE = "kind = voice\ndevice = /dev/serial/by-id/usb-56K\ntalk_path = parallel\n"
WHOLE = VoiceProfile().found(sample_format=SampleFormat.ULAW)


def landline(box: Make, profile: VoiceProfile | None, *, caller_id: str = "", stopped: str = "") -> Box:
    """A box with a landline whose modem was found to be like this."""
    made = box(modem=VOICE)
    store = Store(made.database)
    if profile is not None:
        with store.transaction() as tx:
            voice_profiles.keep(tx, "line1", "56K", profile.as_json(), "2026-11-22T04:00:00.000Z")
            voice_profiles.measured(tx, "line1", "56K", evidence="[]", stopped=stopped, at="2026-11-22T04:00:00.000Z")
    if caller_id:
        with store.transaction() as tx:
            voice_profiles.tested(tx, "line1", rings=3, caller_id=caller_id, at="2026-11-22T04:00:00.000Z", by=None)
    store.close()
    return made


@pytest.mark.parametrize(
    ("profile", "caller_id", "stopped", "said"),
    [
        (None, "", "", "was not measured yet"),
        (VoiceProfile(has_voice=False), "", "", "has no voice"),
        (VoiceProfile(), "", "", "how its modem writes sound is not known"),
        (WHOLE, "none", "", "no number came"),
        (WHOLE, "number", "silent", "stopped answering"),
        (WHOLE, "", "time", "too slow"),
    ],
)
def test_what_a_landline_cannot_do_is_told_in_plain_words(
    box: Make, profile: VoiceProfile | None, caller_id: str, stopped: str, said: str
) -> None:
    assert said in only(landline(box, profile, caller_id=caller_id, stopped=stopped), "landlines").what


@pytest.mark.parametrize("caller_id", ["", "number", "withheld"])
def test_a_landline_that_does_all_it_can_is_left_in_peace(box: Make, caller_id: str) -> None:
    assert examine(landline(box, WHOLE, caller_id=caller_id)) == []


def test_a_landlines_device_is_named_by_what_stays(box: Make) -> None:
    said = examine(
        box(modem="kind = voice\ndevice = /dev/ttyACM0\ntalk_path = parallel\n", lines=[line(node="/dev/ttyACM0")])
    )
    assert any("/dev/serial/by-path/" in finding.do for finding in said if finding.check == "ports")


def test_problems_come_before_warnings(box: Make) -> None:
    findings = examine(box(lines=[line(state="missing", roaming=False)], free_bytes=lambda path: 400 * 1024**2))
    assert [finding.level for finding in findings] == [Level.PROBLEM, Level.WARNING]
    assert len(CHECKS) == 14
