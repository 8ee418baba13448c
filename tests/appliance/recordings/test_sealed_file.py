"""The sealed file: what is written is read again, from any place, and nothing that was changed goes unnoticed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.recordings.layout import (
    MOST_SOUND_BYTES,
    RECORD_HEAD,
    Header,
    Mark,
    NotARecording,
    RecordingBroken,
    is_name,
    parse_preamble,
    preamble,
)
from appliance.recordings.reader import SealedReader
from appliance.recordings.sealing import Sealer
from appliance.recordings.writer import SealedWriter
from tests.appliance.recordings.sounds import NAME, SEALER, header, heard, recorded, sound

PIECES = (500, MOST_SOUND_BYTES, 12_345, 16_000)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A recording of four sealed pieces and a mark."""
    writer = SealedWriter(tmp_path, header(), SEALER)
    words, at = sound(20), 0
    for size in PIECES:
        writer.sound(words[at : at + size])
        at += size
    writer.mark(Mark(1.5, "key", "3"))
    writer.close()
    return tmp_path / f"{NAME}.raw"


def records(path: Path) -> tuple[bytes, list[bytes]]:
    """The beginning of the file, and each of its records."""
    data = path.read_bytes()
    at = len(preamble(header())) + 60
    beginning, found = data[:at], []
    while at < len(data):
        _, length = RECORD_HEAD.unpack_from(data, at)
        found.append(data[at : at + RECORD_HEAD.size + length])
        at += RECORD_HEAD.size + length
    return beginning, found


def test_what_was_written_is_read_again_with_its_marks(whole: Path) -> None:
    assert heard(whole) == sound(20)[: sum(PIECES)]
    with SealedReader(whole, SEALER) as reader:
        assert reader.header == header()
        assert reader.marks() == (Mark(1.5, "key", "3"),)
        assert reader.seconds == sum(PIECES) / 16_000


@given(start=st.integers(0, sum(PIECES) + 10), length=st.integers(0, sum(PIECES)))
def test_any_part_of_it_is_read_like_a_part_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "parts"
    path = folder / f"{NAME}.raw"
    if not path.exists():
        recorded(folder, sum(PIECES) / 16_000)
    words = sound(20)[: sum(PIECES) // 320 * 320 + 320]
    with SealedReader(path, SEALER) as reader:
        assert b"".join(reader.read(start, length)) == words[: reader.sound_bytes][start : start + length]


def test_nothing_that_was_said_stands_in_the_file(whole: Path) -> None:
    data = whole.read_bytes()
    words = sound(20)
    assert words[:16] not in data
    assert not any(words[at : at + 8] in data for at in range(0, sum(PIECES), 4000))
    assert b'"call_id":7' in data  # what it is about does, so that a file without a row gets one


def test_the_row_has_the_digest_of_the_very_file(tmp_path: Path) -> None:
    finished = recorded(tmp_path, 5)
    data = (tmp_path / f"{NAME}.raw").read_bytes()
    assert (finished.sha256, finished.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert finished.seconds == 5


def test_the_same_sound_twice_makes_two_files_that_have_nothing_in_common(tmp_path: Path) -> None:
    recorded(tmp_path, 2)
    recorded(tmp_path, 2, name="f" * 32)
    one, other = sorted(tmp_path.iterdir())
    assert one.read_bytes()[300:] != other.read_bytes()[300:]


@pytest.mark.parametrize(
    "bug", ["swapped", "left out", "repeated", "cut off", "appended", "end twice", "mark as sound"]
)
def test_whoever_moves_a_record_is_found_out(whole: Path, bug: str) -> None:
    beginning, parts = records(whole)
    changed = {
        "swapped": [parts[1], parts[0], *parts[2:]],
        "left out": [parts[0], *parts[2:]],
        "repeated": [parts[0], parts[0], *parts[1:]],
        "cut off": parts[:-1],
        "appended": [*parts, parts[0]],
        "end twice": [*parts, parts[-1]],
        "mark as sound": [*parts[:4], b"S" + parts[4][1:], parts[5]],
    }[bug]
    whole.write_bytes(beginning + b"".join(changed))
    with pytest.raises(RecordingBroken):
        heard(whole)


def test_one_flipped_bit_anywhere_is_noticed(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path, header(), SEALER)
    writer.sound(sound(0.02))
    writer.mark(Mark(0, "key"))
    writer.close()
    path = tmp_path / f"{NAME}.raw"
    good = path.read_bytes()
    unnoticed = []
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        try:
            heard(path)
            unnoticed.append(at)
        except RecordingBroken:
            pass
    assert unnoticed == []


def test_every_shorter_file_is_noticed(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path, header(), SEALER)
    writer.sound(sound(0.02))
    writer.close()
    path = tmp_path / f"{NAME}.raw"
    good = path.read_bytes()
    for size in range(len(good)):
        path.write_bytes(good[:size])
        with pytest.raises(RecordingBroken):
            heard(path)


def test_a_piece_of_another_recording_does_not_fit(whole: Path, tmp_path: Path) -> None:
    beginning, parts = records(whole)
    recorded(tmp_path, 0.02, name="f" * 32)
    _, foreign = records(tmp_path / ("f" * 32 + ".raw"))
    whole.write_bytes(beginning + foreign[0] + b"".join(parts[1:]))
    with pytest.raises(RecordingBroken):
        heard(whole)


def test_another_box_opens_nothing(whole: Path) -> None:
    with pytest.raises(RecordingBroken, match="does not fit this box"):
        SealedReader(whole, Sealer(bytes(32)))


def test_without_its_key_it_is_erased(whole: Path) -> None:
    with pytest.raises(RecordingBroken):
        SealedReader(whole, SEALER, b"")
    with pytest.raises(RecordingBroken):
        SealedReader(whole, SEALER, bytes(60))


def test_a_link_in_the_folder_leads_nowhere(whole: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.raw"
    link.symlink_to(whole)
    with pytest.raises(OSError, match="symbolic"):
        SealedReader(link, SEALER)


@given(beginning=st.binary(max_size=300))
def test_no_beginning_is_too_odd_to_be_refused_politely(beginning: bytes) -> None:
    for data in (beginning, b"hotline-recording 1\n" + beginning, b"hotline-recording 1\n" + beginning + b"\n" * 61):
        with pytest.raises(NotARecording):
            parse_preamble(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../../etc/passwd"},
        {"name": "A" * 32},
        {"format": "exe"},
        {"call_id": "7"},
        {"clock_ok": 1},
        {"kind": 5},
    ],
)
def test_a_header_that_names_another_place_is_no_header(changes: dict[str, Any]) -> None:
    with pytest.raises(NotARecording):
        parse_preamble(preamble(header(**changes)) + bytes(60))
    assert parse_preamble(preamble(header()) + bytes(60))[0] == header()


def test_only_the_box_itself_may_read_the_file(whole: Path) -> None:
    assert whole.stat().st_mode & 0o777 == 0o600


def test_names_are_names_and_no_paths() -> None:
    assert is_name("0" * 32)
    assert not any(is_name(each) for each in ("", "0" * 31, "0" * 33, "../" + "0" * 29, "0" * 31 + "G", None, 7))


def test_where_the_disk_takes_half_a_record_none_of_it_stays(tmp_path: Path) -> None:
    """A pipe cannot be cut, a limited file can: the limit is on this process's own file, in a child."""
    script = f"""
import resource, signal, sys
from pathlib import Path
from appliance.recordings.writer import SealedWriter
from tests.appliance.recordings.sounds import SEALER, header, sound
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = SealedWriter(Path({str(tmp_path)!r}), header(), SEALER)
writer.sound(sound(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
try:
    writer.sound(sound(3))
except OSError:
    print(writer.close(ending="full").seconds)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "1.0"
    assert heard(tmp_path / f"{NAME}.raw") == sound(1)
    assert [path.name for path in tmp_path.iterdir()] == [f"{NAME}.raw"]


def test_a_header_is_no_longer_than_what_is_read_of_it() -> None:
    longest = Header("0" * 32, 2**63 - 1, "voicemail", "2026-11-23T01:30:00.000Z", False, "opus")
    assert len(preamble(longest)) + 60 < 1024
