"""Every transcript, line by line, byte by byte and in bursts: the same sent, the same told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modem.transcript import BYTE_BY_BYTE, IN_BURSTS, LINE_BY_LINE, WAYS, Player, transcripts


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
def test_transcript(path: Path, way: str) -> None:
    Player(path, way).play()


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
def test_a_transcript_tells_the_same_however_its_bytes_arrive(path: Path) -> None:
    told = {way: Player(path, way).play() for way in WAYS}
    assert told[LINE_BY_LINE] == told[BYTE_BY_BYTE] == told[IN_BURSTS]


def test_a_transcript_that_is_wrong_is_noticed(tmp_path: Path) -> None:
    """The player itself: a missing event, a missing command and a wrong field all fail."""
    good = tmp_path / "good.txt"
    good.write_text("> ^[\n> AT\n< RING\n@ CallRinging call=1 number=None\n")
    Player(good, LINE_BY_LINE).play()
    for number, wrong in enumerate(
        ["> ^[\n> AT\n< RING\n", "> AT\n", "> ^[\n> AT\n< RING\n@ CallRinging call=2\n", "> ^[\n> AT\n+ 2\n",
         "> ^[\n> AT\n@ CallRinging\n", "> ^[\n> AT\n@ LineChanged state='ready'\n"]
    ):  # fmt: skip
        path = tmp_path / f"{number}.txt"
        path.write_text(wrong)
        with pytest.raises(AssertionError):
            Player(path, LINE_BY_LINE).play()
