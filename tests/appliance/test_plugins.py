"""Programs plugged in by config.ini: what they may do, and what they can't do to us."""

from __future__ import annotations

import logging
import shlex
import sys
import threading
from pathlib import Path

import pytest

from appliance import bounded_program, plugins
from appliance.bounded_program import ProgramFailed, run
from appliance.clock import RealClock
from appliance.config import CommandsSettings, parse
from appliance.plugins import NotPluggedIn, PluginBusy, PluginFailed, Plugins
from tests.support import eventually

CLOCK = RealClock()
SECRET = "what the citizen said"


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def ran(code: str, given: bytes = b"", *, within_s: float = 20.0, most_bytes: int = 1000) -> bytes:
    return run(
        python(code), given, within_s=within_s, most_bytes=most_bytes, clock=CLOCK, stop=threading.Event()
    )  # fmt: skip


def refusal(code: str, given: bytes = b"", *, within_s: float = 20.0) -> str:
    with pytest.raises(ProgramFailed) as failed:
        ran(code, given, within_s=within_s)
    return failed.value.reason


def office(*, speak: tuple[str, ...] = (), transcribe: tuple[str, ...] = ()) -> Plugins:
    return Plugins(CommandsSettings(speak, transcribe), CLOCK)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] in "ZX"
    except FileNotFoundError:
        return True


# --- within bounds ---


def test_what_it_is_given_and_what_it_answers_come_whole() -> None:
    given = bytes(range(256)) * 4000
    code = "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data[::-1])"

    assert ran(code, given, most_bytes=len(given)) == given[::-1]


def test_it_has_the_lowest_priority_and_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/x")
    monkeypatch.setenv("SECRET_TOKEN", "x")

    told = ran("import os; print(os.nice(0), os.getcwd(), sorted(os.environ))").decode()

    assert told.startswith("19 / ")
    assert "NOTIFY_SOCKET" not in told
    assert "SECRET" not in told
    assert "PATH" in told


def test_when_memory_runs_out_it_goes_first() -> None:
    assert ran("import time; time.sleep(0.5); print(open('/proc/self/oom_score_adj').read())").strip() == b"1000"


def test_it_need_not_read_what_it_is_given() -> None:
    assert ran("print('done')", b"x" * 5_000_000) == b"done\n"


def test_one_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)"
    )

    assert refusal(code, within_s=3.0) == "it took too long"
    assert len(pids.read_text().split()) == 2
    eventually(lambda: all(is_gone(int(pid)) for pid in pids.read_text().split()))


def test_one_that_closes_its_output_and_stays_is_ended_too() -> None:
    assert refusal("import os, time; os.close(1); os.close(2); time.sleep(600)", within_s=1.0) == "it took too long"


def test_a_child_that_keeps_the_output_open_is_not_waited_for() -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"

    assert refusal(code, within_s=1.5) == "it took too long"


def test_one_that_floods_its_output_is_ended() -> None:
    assert refusal("while True: print('x' * 1000)") == "it wrote more than it may"


def test_one_that_floods_its_complaints_is_heard_out_and_they_are_cut() -> None:
    with pytest.raises(ProgramFailed) as failed:
        ran("import sys; sys.stderr.write('x' * 3_000_000 + 'the end'); sys.exit(3)")

    assert (failed.value.reason, failed.value.code) == ("it ended with an error", 3)
    assert failed.value.complaint.endswith("the end")
    assert len(failed.value.complaint) <= bounded_program.MOST_COMPLAINT_BYTES


@pytest.mark.parametrize(
    ("code", "ended"), [("import sys; sys.exit(7)", 7), ("import os; os.kill(os.getpid(), 11)", -11)]
)
def test_one_that_fails_is_named_by_how_it_ended(code: str, ended: int) -> None:
    with pytest.raises(ProgramFailed) as failed:
        ran(code)

    assert (failed.value.reason, failed.value.code) == ("it ended with an error", ended)


def test_a_missing_program_is_said() -> None:
    with pytest.raises(ProgramFailed) as failed:
        run(("/nowhere/speak",), b"", within_s=9, most_bytes=9, clock=CLOCK, stop=threading.Event())

    assert failed.value.code == 127
    assert "/nowhere/speak" in failed.value.complaint


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    argv = ("/bin/echo", f"$(touch {trap}) `touch {trap}`; touch {trap}")

    written = run(argv, b"", within_s=9, most_bytes=900, clock=CLOCK, stop=threading.Event())

    assert written.decode().strip() == argv[1]
    assert not trap.exists()


def test_no_process_and_no_file_is_left_behind() -> None:
    files = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        ran("print(1)")
        refusal("import time; time.sleep(600)", within_s=0.2)

    assert len(list(Path("/proc/self/fd").iterdir())) == files


def test_when_the_box_stops_it_is_not_waited_for() -> None:
    plugged = office(transcribe=python("import time; time.sleep(600)"))
    given: list[object] = []
    thread = threading.Thread(target=lambda: given.append(plugged.transcribe(b"RIFF")))
    thread.start()

    plugged.stop()
    thread.join(20)

    assert not thread.is_alive()
    assert given == [None]


# --- what the office makes of it ---


def test_both_are_off_by_default() -> None:
    plugged = Plugins(parse("").commands, CLOCK)

    assert not plugged.can_speak
    assert not plugged.can_transcribe
    assert plugged.transcribe(b"RIFF") is None
    with pytest.raises(NotPluggedIn):
        plugged.speak("hello")


def test_the_text_goes_in_and_the_sound_comes_out_with_the_name_of_the_machine() -> None:
    spoken = office(speak=python("import sys; sys.stdout.write('RIFF' + sys.stdin.read())")).speak("您好\x07")

    assert spoken.wav.decode() == "RIFF您好\n"
    assert spoken.program == Path(sys.executable).name


def test_a_speaker_that_fails_says_why_on_the_page() -> None:
    plugged = office(speak=python("import sys; sys.stderr.write('first\\nno voice zh'); sys.exit(2)"))

    with pytest.raises(PluginFailed, match=r"it ended with an error\. no voice zh"):
        plugged.speak("hello")


def test_a_silent_speaker_has_failed() -> None:
    with pytest.raises(PluginFailed, match="it wrote nothing"):
        office(speak=python("print()")).speak("hello")


def test_two_people_do_not_make_it_speak_at_once(tmp_path: Path) -> None:
    go = tmp_path / "go"
    code = f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)\nprint('RIFF')"
    plugged = office(speak=python(code))
    first = threading.Thread(target=plugged.speak, args=("hello",))
    first.start()
    eventually(plugged._speaking.locked)

    with pytest.raises(PluginBusy):
        plugged.speak("hello")

    go.touch()
    first.join(20)
    assert plugged.speak("hello").wav == b"RIFF\n"


def test_a_recording_becomes_text_without_control_characters() -> None:
    code = "import sys; n = len(sys.stdin.buffer.read()); print('\\ufeff  three lamps \\x1b[31m', n, flush=True)"
    draft = office(transcribe=python(code)).transcribe(b"R" * 100_000)

    assert draft is not None
    assert draft.text == "three lamps [31m 100000"
    assert draft.program == Path(sys.executable).name


@pytest.mark.parametrize(
    "code",
    [
        f"import sys; print({SECRET!r}, file=sys.stderr); sys.exit(1)",
        f"import sys; print({SECRET!r}); sys.exit(1)",
        "import sys; sys.stdout.buffer.write(b'\\xff\\xfe\\x00')",
        "while True: print('x' * 10000)",
        "print(' ')",
    ],
)
def test_a_bad_transcriber_gives_nothing_and_the_log_holds_no_word_of_the_citizen(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert office(transcribe=python(code)).transcribe(b"RIFF") is None

    assert "gave nothing that can be used" in caplog.text
    assert SECRET not in caplog.text


def test_an_endless_text_is_cut() -> None:
    draft = office(transcribe=python("print('x' * 20000)")).transcribe(b"RIFF")

    assert draft is not None
    assert len(draft.text) == plugins.LONGEST_TEXT


# --- config.ini ---


def test_arguments_are_split_as_a_shell_splits_them() -> None:
    line = "/usr/bin/speak -v 'cmn latn' \"two words\" back\\ slash"

    assert parse(f"[commands]\nspeak_command = {line}\n").commands.speak_command == tuple(shlex.split(line))
    assert parse("[commands]\ntranscribe_command =\n").commands.transcribe_command == ()
