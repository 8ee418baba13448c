"""`hotline modem` and `hotline doctor` as a technician types them, without a running service."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli import main
from appliance.clock import RealClock
from appliance.config import parse
from appliance.gate import Gate
from appliance.people.keys import BoxKey
from appliance.upkeep.pin_tries import PinTries
from db.store import Store
from tests.support import Simulator, VoiceSimulator

IMEI = "860000000000017"


def hotline(config: Path, *words: str) -> Result:
    done = CliRunner().invoke(main, ["--config", str(config), *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.ini"
    path.write_text(f"[data]\ndirectory = {tmp_path / 'data'}\n[ports]\nsearch = {tmp_path}/*.tty\n", encoding="utf-8")
    return path


def test_the_section_that_probe_shows_can_be_pasted(config: Path, tmp_path: Path) -> None:
    with Simulator(tmp_path, "usb0", "--profile", "quectel", "--imei", IMEI):
        done = hotline(config, "modem", "probe")
    assert done.exit_code == 0
    section = done.stdout.partition("For config.ini:")[2]
    (modem,) = parse("\n".join(line.strip() for line in section.splitlines())).modems
    assert (modem.name, modem.device) == ("line1", f"imei:{IMEI}")
    assert "Quectel EC25" in done.stdout
    assert "calls, text messages" in done.stdout


def test_a_name_that_is_taken_is_not_offered(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text() + "[modem line1]\ndevice = auto\n")
    with Simulator(tmp_path, "usb0", "--imei", IMEI):
        assert "[modem line2]" in hotline(config, "modem", "probe").stdout


def test_one_port_alone_can_be_asked_and_told_as_json(config: Path, tmp_path: Path) -> None:
    with Simulator(tmp_path, "usb0", "--imei", IMEI) as town, Simulator(tmp_path, "usb1"):
        (report,) = json.loads(hotline(config, "modem", "probe", str(town.link), "--json").stdout)
    assert (report["found"], report["imei"], report["name"]) == ("module", IMEI, str(town.link))


def test_the_port_of_a_lines_sound_is_not_asked(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text() + f"[modem line1]\ndevice = auto\naudio_device = {tmp_path}/usb0.tty\n")
    with Simulator(tmp_path, "usb0", "--imei", IMEI):
        assert "module" not in hotline(config, "modem", "probe").stdout


def test_nothing_found_and_nothing_there_are_said_with_where_it_was_looked(config: Path, tmp_path: Path) -> None:
    done = hotline(config, "modem", "probe")
    assert (done.exit_code, f"searched: {tmp_path}/*.tty" in done.stderr) == (3, True)
    missing = hotline(config, "modem", "probe", "/dev/no-such-port")
    assert (missing.exit_code, "modem list" in missing.stderr) == (1, True)


def test_a_port_that_no_module_answers_at_is_told_with_the_cure(config: Path, tmp_path: Path) -> None:
    with Simulator(tmp_path, "usb0") as town:
        town.ask("fault", mute=60)
        done = hotline(config, "modem", "probe")
    assert done.exit_code == 3
    assert "nobody answers" in done.stdout


def test_a_broken_configuration_does_not_keep_from_looking(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text() + "[modem line1]\ndevice = auto\nbaudrate = fast\n")
    with Simulator(tmp_path, "usb0", "--imei", IMEI) as town:
        done = hotline(config, "modem", "probe", str(town.link))
    assert done.exit_code == 0
    assert "left aside" in done.stderr
    assert IMEI in done.stdout


def test_a_pin_that_was_tried_in_vain_is_freed_by_name(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = Store(folder / "hotline.db")
    tries = PinTries(store, RealClock(), BoxKey.load(folder))
    assert tries.may_try("main", f"imei:{IMEI}", "1234")
    wrong = hotline(config, "modem", "pin-again", "line1")
    assert (wrong.exit_code, "Lines where one was: main." in wrong.stderr) == (1, True)
    assert tries.was_tried(f"imei:{IMEI}", "1234")
    done = hotline(config, "modem", "pin-again", "main")
    assert (done.exit_code, "tries its PIN once more" in done.stderr) == (0, True)
    assert not tries.was_tried(f"imei:{IMEI}", "1234")
    store.close()


def test_the_doctor_names_every_mistake_of_the_configuration(config: Path) -> None:
    config.write_text("[offise]\n[modem line1]\ndevice = nowhere\n")
    done = hotline(config, "doctor", "--json")
    assert done.exit_code == 1
    findings = json.loads(done.stdout)
    assert [(each["check"], each["level"]) for each in findings] == [("configuration", "problem")] * 2


def test_the_doctor_names_a_family_that_nobody_knows_as_the_service_would(config: Path) -> None:
    config.write_text(config.read_text() + "[modem line1]\ndevice = auto\ndialect = quektel\n")
    findings = json.loads(hotline(config, "doctor", "--json").stdout)
    (finding,) = [each for each in findings if each["check"] == "configuration"]
    assert '[modem line1] dialect: "quektel" is not allowed' in finding["what"]
    assert finding["what"] in hotline(config, "check-config").stderr


def test_the_doctor_tells_a_silent_service_from_none(config: Path, tmp_path: Path) -> None:
    def refuse(words: dict[str, Any]) -> dict[str, Any]:
        raise ValueError("the office is closing")

    (tmp_path / "data").mkdir(mode=0o700)
    gate = Gate(tmp_path / "data", {"checkup": refuse})
    gate.start()
    done = hotline(config, "doctor")
    gate.stop()
    gate.join()
    assert "The service runs and does not answer: the office is closing." in done.stdout
    assert "doesn't run" not in done.stdout


def test_the_doctor_without_any_configuration_says_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("appliance.reach.DEFAULT_PATHS", (Path("config.ini"),))
    done = CliRunner().invoke(main, ["doctor"])
    assert (done.exit_code, "config.example.ini" in done.stdout) == (1, True)


def test_the_doctor_finds_that_nothing_runs(config: Path) -> None:
    done = hotline(config, "doctor")
    assert done.exit_code == 1
    assert "problem: The service doesn't run.\n    sudo systemctl start hotline" in done.stdout
    assert "Problems:" in done.stderr


# -- landline modems


def test_a_voice_modem_is_known_and_measured_when_it_is_named(config: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with VoiceSimulator(tmp_path, "--profile", "mislabelled") as town:
        done = hotline(config, "modem", "probe", str(town.link), "--report", str(report))
        assert not town.state()["off_hook"]
    assert done.exit_code == 0
    assert "a landline voice modem" in done.stdout
    assert "Sample format: u-law AT+VSM=" in done.stdout
    assert "(measured)" in done.stdout
    section = done.stdout.partition("For config.ini:")[2].partition("Measured:")[0]
    (modem,) = parse("\n".join(line.strip() for line in section.splitlines())).modems
    assert (modem.kind, modem.device, modem.talk_path) == ("voice", str(town.link), "parallel")
    written = json.loads(report.read_text(encoding="utf-8"))
    assert written["profile"]["sample_format"] == "ulaw"
    assert ["AT+FCLASS=8", "OK"] in written["asked and answered"]


def test_without_a_name_nothing_is_measured(config: Path, tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path) as town:
        done = hotline(config, "modem", "probe")
        assert town.state()["off_hook_s"] == 0
    assert (done.exit_code, "Measured" in done.stdout) == (0, False)
    assert "kind = voice" in done.stdout


def test_a_modem_without_voice_is_said_to_be_good_for_caller_id_alone(config: Path, tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path, "--profile", "novoice") as town:
        done = hotline(config, "modem", "probe", str(town.link))
        refused = hotline(config, "modem", "probe", str(town.link), "--report", str(tmp_path / "r.json"))
    assert done.exit_code == 0
    assert "without voice (no class 8)" in done.stdout
    assert "Good for caller id only" in done.stdout
    assert (refused.exit_code, "a modem without voice has nothing to measure" in refused.stderr) == (1, True)
    assert refused.stdout == done.stdout


def test_there_is_no_report_file_of_a_module_or_of_all_ports(config: Path, tmp_path: Path) -> None:
    with Simulator(tmp_path) as town:
        named = hotline(config, "modem", "probe", str(town.link), "--report", str(tmp_path / "r.json"))
        every = hotline(config, "modem", "probe", "--report", str(tmp_path / "r.json"))
    for done in (named, every):
        assert (done.exit_code, "only a landline modem is measured" in done.stderr) == (1, True)
        assert "found       module" in done.stdout  # what was found is told all the same
    assert not (tmp_path / "r.json").exists()


def test_what_was_measured_is_told_as_json_too(config: Path, tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path, "--profile", "plain") as town:
        (report,) = json.loads(hotline(config, "modem", "probe", str(town.link), "--json").stdout)
    assert (report["found"], report["measured"]["profile"]["tone_shape"]) == ("voice", "")


def test_the_telephone_is_watched_when_that_is_asked_for(config: Path, tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path) as town:
        person = threading.Timer(4.0, lambda: town.ask("lift"))
        person.start()
        done = hotline(config, "modem", "probe", str(town.link), "--telephone")
        person.join()
    assert "Lift the telephone beside the modem now" in done.stderr
    assert "Sees the telephone beside it being lifted: yes pP (measured)" in done.stdout


def test_no_stream_of_sound_is_begun_by_hand(config: Path, tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path) as town:
        done = hotline(config, "modem", "at", str(town.link), "AT+VRX")
    assert (done.exit_code, "begins a stream of sound" in done.stderr) == (1, True)
