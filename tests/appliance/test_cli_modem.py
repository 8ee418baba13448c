"""`hotline modem` and `hotline doctor` as a technician types them, without a running service."""

from __future__ import annotations

import json
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
from tests.support import Simulator

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
