"""The process itself: refuses what it must, stops cleanly, and says what is wrong in plain words."""

from __future__ import annotations

import functools
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db.store import Store
from tests.journeys.box import ROOT, Box
from tests.support import Simulator, eventually


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """An office whose only modem isn't plugged in."""
    return Box(tmp_path, {"line1": tmp_path / "nothing-here"})


def test_a_missing_device_is_shown_and_everything_else_runs(box: Box) -> None:
    with box:
        eventually(lambda: json.load(urllib.request.urlopen(box.url + "/healthz"))["lines"][0]["state"] == "missing")
        assert json.load(urllib.request.urlopen(box.url + "/healthz"))["status"] == "degraded"
        status = json.loads(box.hotline("status", "--json", check=False).stdout)
        assert status["lines"] == [{"name": "line1", "state": "missing"}]
        assert box.stop() == 0


def test_a_line_that_appears_later_is_picked_up(tmp_path: Path) -> None:
    box = Box(tmp_path, {"line1": tmp_path / "gsm.tty"})
    with box, Simulator(tmp_path, "gsm"):
        box.ready("line1")


def test_a_clean_stop_takes_less_than_five_seconds_even_with_open_streams(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm") as town:
        box = Box(tmp_path, {"line1": town.link})
        box.staff()
        with box:
            box.ready("line1")
            streams = [box.seat("wang").events(), box.seat("li").events()]
            begun = time.monotonic()
            assert box.stop() == 0
            assert time.monotonic() - begun < 5
            eventually(lambda: not any(stream.is_open for stream in streams), 5)


def test_systemd_hears_ready_and_stopping(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "1000000")
        with box:
            assert b"READY=1" in systemd.recv(1000)
            assert systemd.recv(1000) == b"WATCHDOG=1"
            box.stop()
            said = systemd.recv(1000)
            while said == b"WATCHDOG=1":
                said = systemd.recv(1000)
            assert said == b"STOPPING=1"


def test_a_second_process_on_the_same_folder_is_refused(box: Box) -> None:
    with box:
        second = box.hotline("run", check=False)
        assert second.returncode == 1
        assert "in use" in second.stderr


def test_the_demos_database_is_never_served_by_run(tmp_path: Path) -> None:
    box = Box(tmp_path, {})
    box.data.mkdir()
    Store(box.data / "hotline.db", kind="demo").close()
    refused = box.hotline("run", check=False)
    assert refused.returncode == 1
    assert "database of the demo" in refused.stderr


def test_a_mistake_in_the_configuration_names_section_and_option(box: Box) -> None:
    box.config.write_text(box.config.read_text() + "[modem line2]\ndevice = /dev/x\nbaudrate = 96OO\n[ofice]\n")
    for command in ("check-config", "run"):
        refused = box.hotline(command, check=False)
        assert refused.returncode == 1
        assert '[modem line2] baudrate: "96OO" is not a number' in refused.stderr
        assert "[ofice]: unknown section" in refused.stderr


def test_an_unknown_dialect_is_refused_with_those_that_there_are(box: Box) -> None:
    box.config.write_text(box.config.read_text() + "dialect = klingon\n")
    for command in ("check-config", "run"):
        refused = box.hotline(command, check=False)
        assert refused.returncode == 1
        assert '[modem line1] dialect: "klingon"' in refused.stderr
        assert "generic" in refused.stderr


def test_a_list_without_its_columns_and_a_date_that_is_none_get_plain_sentences(box: Box, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes("code,name_zh\nCG,城管局\n".encode("gb18030"))
    refused = box.hotline("import", "departments", str(tmp_path / "units.csv"), check=False)
    assert (refused.returncode, "missing: name_en, kind, handler, phone" in refused.stderr) == (1, True)
    refused = box.hotline("export", "messages", "--since", "yesterday", check=False)
    assert (refused.returncode, "is not a date" in refused.stderr) == (2, True)
    assert "Traceback" not in refused.stderr


def test_a_day_of_an_export_begins_at_the_offices_midnight(tmp_path: Path) -> None:
    """In Kiritimati it is tomorrow for most of the day in Greenwich: its date must count, not Greenwich's."""
    box = Box(tmp_path, {})
    box.config.write_text(re.sub("timezone = .*", "timezone = Pacific/Kiritimati", box.config.read_text()))
    box.hotline("sms", "send", "13812349876", "hello")
    there = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    assert len(box.hotline("export", "messages", "--since", str(there)).stdout.splitlines()) == 1
    assert box.hotline("export", "messages", "--since", str(there + timedelta(days=1))).stdout == ""


def test_there_is_no_default_password(box: Box) -> None:
    with box:
        eventually(lambda: "Nobody can sign in yet" in box.log.read_text())
        for name in ("admin", "operator", "wang", "hotline"):
            seat = box.seat_of_a_stranger()
            with pytest.raises(urllib.error.HTTPError) as refused:
                seat.sign_in(name, name)
            assert refused.value.code in {401, 403, 422}


def test_users_are_added_while_the_process_runs_and_while_it_does_not(box: Box) -> None:
    box.hotline("user", "add", "before", "--role", "lead", "--password-stdin", stdin="quiet-river-5\n")
    with box:
        box.hotline("user", "add", "during", "--role", "operator", "--password-stdin", stdin="quiet-river-6\n")
        listed = json.loads(box.hotline("user", "list", "--json").stdout)
        assert {user["name"] for user in listed} == {"before", "during"}
        short = box.hotline("user", "add", "x", "--role", "lead", "--password-stdin", stdin="123\n", check=False)
        assert short.returncode == 1
        assert short.stderr.strip()


def test_logs_hold_neither_message_text_nor_whole_numbers(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm") as town:
        box = Box(tmp_path, {"line1": town.link})
        box.staff()
        with box:
            box.ready("line1")
            town.ask("sms", number="13812349876", text="煤气泄漏 canary-words")
            town.ask("ring", number="13812349876")
            eventually(lambda: len(box.export("tickets")) == 1)
            eventually(lambda: len(box.export("calls")) == 1)
            town.ask("hangup")
            box.hotline("sms", "send", "13812349876", "canary-answer")
            eventually(lambda: any("canary-answer" in each["text"] for each in town.ask("phones")["messages"]))
            box.stop()
        log = box.log.read_text()
        assert "line1" in log
        for secret in ("canary", "煤气", "13812349876"):
            assert secret not in log


def test_a_ring_pops_up_while_the_card_still_writes(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm") as town:
        box = Box(tmp_path, {"line1": town.link})
        box.staff()
        with box:
            box.ready("line1")
            events = box.seat("wang").events()
            slow_card = sqlite3.connect(box.data / "hotline.db", isolation_level=None)
            slow_card.execute("BEGIN IMMEDIATE")  # whoever writes now waits, as for a card that takes its time
            town.ask("sms", number="13812349876", text="您好")
            eventually(lambda: town.ask("state")["on_sim"] == 1)
            town.ask("ring", number="13812340000")
            events.wait_for("ring", number="13812340000", within_s=4)
            assert slow_card.in_transaction
            slow_card.execute("ROLLBACK")
            slow_card.close()
            eventually(lambda: len(box.export("calls")) == 1)
            eventually(lambda: len(box.export("tickets")) == 1)


def test_a_message_without_a_working_modem_is_queued_and_goes_out_later(tmp_path: Path) -> None:
    box = Box(tmp_path, {"line1": tmp_path / "gsm.tty"})
    box.hotline("sms", "send", "13812349876", "您好")
    assert [row["state"] for row in box.export("messages")] == ["queued"]
    with box, Simulator(tmp_path, "gsm") as town:
        eventually(lambda: [each["text"] for each in town.ask("phones")["messages"]] == ["您好"])


@pytest.mark.slow
def test_messages_under_way_at_every_clean_stop_arrive_once_and_none_is_in_doubt(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm") as town:
        town.ask("set", cmgs_delay_s=0.2, report_delay_s=86400)  # no report may tell what a stop forgot
        box = Box(tmp_path, {"line1": town.link})
        box.staff()
        texts = {f"138123499{turn:02}": f"第{turn}件" for turn in range(20)}
        for number, text in texts.items():
            box.hotline("sms", "send", number, text)
        for turn in range(5):
            shown = len(town.texts_shown())
            with box:
                eventually(functools.partial(_shows_more_than, shown, town), 90)
                time.sleep(0.07 * turn)  # each stop in another moment of a message's way
                assert box.stop() == 0
            assert {row["state"] for row in box.export("messages")} <= {"queued", "sent"}
        with box:
            eventually(lambda: all(row["state"] == "sent" for row in box.export("messages")), 120, every_s=1)
            assert box.stop() == 0
        assert Counter(message["to"] for message in town.ask("phones")["messages"]) == Counter(texts.keys())


def _shows_more_than(count: int, town: Simulator) -> bool:
    return len(town.texts_shown()) > count


def test_the_demo_serves_its_sample_county_on_loopback_and_ends_with_its_modems(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "appliance", "demo", "--port", "0", "--data", str(tmp_path / "demo")]
    with (tmp_path / "out").open("w") as out:
        demo = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT)
    try:
        said = eventually(
            lambda: (tmp_path / "out").read_text() if "http://" in (tmp_path / "out").read_text() else "", 90
        )
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found is not None
        url = found[0]
        assert "demo-operator" in said
        assert "simulate ring" in said
        eventually(lambda: _is_well(url), 90)
    finally:
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(60) == 0
    assert not (tmp_path / "demo" / "mobile1.tty").exists(), "its modems outlived it"
    (tmp_path / "office").mkdir()
    Store(tmp_path / "office" / "hotline.db").close()
    elsewhere = [*command[:-1], str(tmp_path / "office")]
    refused = subprocess.run(elsewhere, capture_output=True, text=True, cwd=ROOT, timeout=90, check=False)
    assert refused.returncode == 1
    assert "database of the office" in refused.stderr


def _is_well(url: str) -> bool:
    """Down (503) until every part has begun."""
    try:
        with urllib.request.urlopen(url + "healthz") as answer:
            return bool(json.load(answer)["status"] == "ok")
    except OSError:
        return False
