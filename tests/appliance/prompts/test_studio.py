"""The office records what callers hear: listened to first, then used at once; the one before is kept; all audited."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.config import CommandsSettings
from appliance.errors import FieldWrong, NotFound
from appliance.plugins import NotPluggedIn, PluginFailed, Plugins
from appliance.prompts.dictation import Dictations
from appliance.prompts.prompts import Prompts
from appliance.prompts.studio import NoDraft, NoneBefore, NoSoundHere, Studio
from appliance.runtime import sound_forms
from db import prompts as rows
from tests.appliance.office_bed import Bed
from tests.appliance.prompts.waves import voice, wav

LONG, SHORT = wav(voice(2.0)), wav(voice(1.0))


class Booth:
    """The studio of an office, what its callers hear, and its people."""

    def __init__(self, office: Bed, *, speak: tuple[str, ...] = (), can_read: bool = True) -> None:
        self.office, self.prompts, self.dictations = office, Prompts("zh_CN"), Dictations(office.clock)
        self.studio = Studio(
            office.store,
            office.clock,
            office.audit,
            self.prompts,
            plugins=Plugins(CommandsSettings(speak_command=speak), RealClock()),
            dictations=self.dictations,
            office_name="青禾县12345热线",
            language="zh_CN",
            lines=("line1", "line2"),
            forms=sound_forms() if can_read else None,
        )

    def records(self, data: bytes = LONG, key: str = "greeting_hours", line: str = "") -> bytes:
        """Somebody records and uses it; what callers hear then."""
        self.studio.upload(key, line, data, self.office.wang)
        self.studio.use(key, line, self.office.wang)
        return self.prompts.clip(key, line)

    def deeds(self) -> list[str]:
        return [
            row["action"]
            for row in self.office.store.rows("SELECT action FROM audit WHERE entity = 'prompt' ORDER BY seq")
        ]


@pytest.fixture
def booth(office: Bed) -> Booth:
    office.staff()
    return Booth(office)


def test_a_recording_is_listened_to_before_callers_hear_it(booth: Booth) -> None:
    shipped = booth.prompts.clip("thanks")

    draft = booth.studio.upload("thanks", "", LONG, booth.office.wang, words="谢谢")

    assert booth.prompts.clip("thanks") == shipped
    assert draft.state == "draft"
    assert draft.made_by == "Wang"
    assert booth.studio.card("thanks").draft == draft
    assert booth.studio.wav("thanks", which="draft") != booth.studio.wav("thanks")

    booth.studio.use("thanks", "", booth.office.wang)

    assert booth.prompts.clip("thanks") != shipped
    card = booth.studio.card("thanks")
    assert card.draft is None
    assert card.used is not None
    assert (card.used.words, card.used.used_by) == ("谢谢", "Wang")


def test_what_is_played_for_listening_is_a_wav_as_the_telephone_carries_it(booth: Booth) -> None:
    booth.studio.upload("thanks", "", wav(voice(2.0, rate=48000), rate=48000, channels=2), booth.office.wang)

    heard = booth.studio.wav("thanks", which="draft")

    assert heard[:4] + heard[8:16] == b"RIFFWAVEfmt "
    assert int.from_bytes(heard[24:28], "little") == 8000
    sound = rows.sound_of(booth.office.store, "thanks", "", "draft")
    assert len(heard) == 44 + 2 * len(sound)


def test_a_second_recording_takes_the_place_of_the_one_that_waited(booth: Booth) -> None:
    booth.studio.upload("thanks", "", LONG, booth.office.wang)
    second = booth.studio.upload("thanks", "", SHORT, booth.office.wang)

    assert booth.studio.history("thanks") == [second]


def test_the_lines_own_is_heard_on_that_line_alone(booth: Booth) -> None:
    everywhere = booth.records(LONG)
    second = booth.records(SHORT, line="line2")

    assert booth.prompts.clip("greeting_hours", "line1") == everywhere
    assert booth.prompts.clip("greeting_hours", "line2") == second != everywhere
    assert booth.studio.card("greeting_hours").own_lines == ("line2",)

    booth.studio.back_to_shipped("greeting_hours", "line2", booth.office.wang)

    assert booth.prompts.clip("greeting_hours", "line2") == everywhere


def test_the_one_before_is_kept_until_it_is_replaced_again(booth: Booth) -> None:
    first, second = booth.records(LONG), booth.records(SHORT)

    booth.studio.back_to_former("greeting_hours", "", booth.office.wang)

    assert booth.prompts.clip("greeting_hours") == first

    booth.studio.back_to_former("greeting_hours", "", booth.office.wang)

    assert booth.prompts.clip("greeting_hours") == second
    kept = [take.has_sound for take in booth.studio.history("greeting_hours")]
    assert kept == [True, True, False, False]


def test_after_the_shipped_voice_the_own_one_can_come_back(booth: Booth) -> None:
    own = booth.records(LONG)

    booth.studio.back_to_shipped("greeting_hours", "", booth.office.wang)
    assert booth.prompts.clip("greeting_hours") == booth.prompts.shipped("greeting_hours")

    booth.studio.back_to_former("greeting_hours", "", booth.office.wang)
    assert booth.prompts.clip("greeting_hours") == own


def test_history_says_who_recorded_and_who_used_it_and_how_long(booth: Booth) -> None:
    booth.studio.upload("greeting_hours", "", LONG, booth.office.wang, source="browser")
    booth.office.clock.advance(minutes=5)
    booth.studio.use("greeting_hours", "", booth.office.li)
    booth.office.clock.advance(hours=1)
    booth.studio.back_to_shipped("greeting_hours", "", booth.office.wang)

    (take,) = booth.studio.history("greeting_hours")

    assert (take.made_by, take.used_by, take.source, take.state) == ("Wang", "Li", "browser", "former")
    assert take.used_at is not None
    assert take.ended_at is not None
    assert (take.used_at - take.made_at).total_seconds() == 300
    assert (take.ended_at - take.used_at).total_seconds() == 3600


def test_every_deed_is_in_the_audit_and_the_chain_is_whole(booth: Booth) -> None:
    booth.records()
    booth.studio.upload("greeting_hours", "", SHORT, booth.office.wang)
    booth.studio.discard("greeting_hours", "", booth.office.wang)
    booth.studio.back_to_shipped("greeting_hours", "", booth.office.wang)

    assert booth.deeds() == [
        "prompt_recorded", "prompt_used", "prompt_recorded", "prompt_draft_dropped", "prompt_ended",
    ]  # fmt: skip
    assert booth.office.audit.verify().is_whole


def test_after_a_restart_callers_hear_what_was_used_last(booth: Booth) -> None:
    own = booth.records(line="line1")
    booth.studio.upload("thanks", "", SHORT, booth.office.wang)

    again = Booth(booth.office)

    assert again.prompts.clip("greeting_hours", "line1") == own
    assert not again.prompts.is_own("thanks")


def test_a_refused_file_leaves_everything_as_it_was(booth: Booth) -> None:
    waiting = booth.studio.upload("thanks", "", LONG, booth.office.wang)

    with pytest.raises(FieldWrong):
        booth.studio.upload("thanks", "", b"just a text", booth.office.wang)

    assert booth.studio.card("thanks").draft == waiting
    assert booth.deeds() == ["prompt_recorded"]


def test_using_and_going_back_where_nothing_is_are_said(booth: Booth) -> None:
    with pytest.raises(NoDraft):
        booth.studio.use("thanks", "", booth.office.wang)
    with pytest.raises(NoneBefore):
        booth.studio.back_to_former("thanks", "", booth.office.wang)
    booth.studio.discard("thanks", "", booth.office.wang)
    booth.studio.back_to_shipped("thanks", "", booth.office.wang)

    assert booth.deeds() == []


def test_using_a_draft_that_is_gone_does_not_end_the_one_in_use(booth: Booth) -> None:
    own = booth.records()

    with pytest.raises(NoDraft):
        booth.studio.use("greeting_hours", "", booth.office.wang)

    assert Booth(booth.office).prompts.clip("greeting_hours") == own


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("nothing", ""),
        ("announcement:7", ""),
        ("announcement:x", ""),
        ("greeting_hours", "line9"),
        ("thanks", "line1"),  # the same voice on every line
        ("", ""),
    ],
)
def test_what_is_not_there_is_not_found(booth: Booth, key: str, line: str) -> None:
    with pytest.raises(NotFound):
        booth.studio.card(key, line)
    with pytest.raises(NotFound):
        booth.studio.upload(key, line, LONG, booth.office.wang)
    with pytest.raises(NotFound):
        booth.studio.wav(key, line)


@pytest.mark.parametrize("which", ["draft", "before", "", "../now"])
def test_a_sound_that_is_not_there_is_not_found(booth: Booth, which: str) -> None:
    with pytest.raises(NotFound):
        booth.studio.wav("thanks", which=which)


def test_an_announcement_has_its_own_sound(booth: Booth) -> None:
    booth.studio.connect(announcements=lambda: {7: "明天上午停水。"})

    own = booth.records(key="announcement:7")

    assert booth.prompts.clip("announcement:7", "line1") == own
    assert booth.studio.cards()[-1].script == "明天上午停水。"
    assert not booth.studio.card("announcement:7").is_shipped


def test_a_recording_over_the_telephone_goes_the_same_way(booth: Booth) -> None:
    booth.studio.by_telephone("thanks", "", "line1", booth.office.wang, words="谢谢")
    assert booth.studio.take_dictation("thanks") is None

    speaks(booth, sound_forms().read_wav(LONG, 10))
    take = booth.studio.take_dictation("thanks")

    assert take is not None
    assert (take.source, take.state, take.made_by, take.words) == ("telephone", "draft", "Wang", "谢谢")
    assert booth.studio.dictation("thanks") is None


def test_silence_over_the_telephone_is_refused_with_the_reason(booth: Booth) -> None:
    booth.studio.by_telephone("thanks", "", "line1", booth.office.wang)
    speaks(booth, bytes(32000))

    with pytest.raises(FieldWrong, match="Nobody speaks"):
        booth.studio.take_dictation("thanks")

    assert booth.studio.take_dictation("thanks") is None


def test_a_line_that_is_not_there_cannot_be_called(booth: Booth) -> None:
    with pytest.raises(FieldWrong, match="Choose the line"):
        booth.studio.by_telephone("thanks", "", "line9", booth.office.wang)


def speaks(booth: Booth, samples: bytes, line: str = "line1") -> None:
    """Somebody has called, pressed the code and speaks."""
    booth.dictations.expect(line, 5)
    tape = booth.dictations.open(line, 5)
    assert tape is not None
    tape.write([samples[at : at + 320] for at in range(0, len(samples), 320)])
    tape.close()


def test_a_quiet_a_loud_and_a_noisy_recording_are_remarked_on(booth: Booth) -> None:
    quiet = booth.studio.upload("thanks", "", wav(voice(2.0, amplitude=0.02)), booth.office.wang)
    loud = booth.studio.upload("thanks", "", wav(voice(2.0, amplitude=0.95)), booth.office.wang)
    hissing = [sample + (0.05 if n % 2 else -0.05) for n, sample in enumerate(voice(2.0, amplitude=0.2))]
    noisy = booth.studio.upload("thanks", "", wav(hissing), booth.office.wang)
    good = booth.studio.upload("thanks", "", wav(voice(2.0, amplitude=0.15)), booth.office.wang)

    assert quiet.remarks == ("quiet",)
    assert loud.remarks == ("loud",)
    assert noisy.remarks == ("noisy",)
    assert good.remarks == ()


def test_a_machine_makes_a_draft_that_says_so(office: Bed, tmp_path: Path) -> None:
    said = tmp_path / "said.wav"
    said.write_bytes(LONG)
    code = f"import sys; assert '您好' in sys.stdin.read(); sys.stdout.buffer.write(open({str(said)!r}, 'rb').read())"
    booth = Booth(office, speak=(sys.executable, "-c", code))

    take = booth.studio.speak("thanks", "", "您好", office.wang)

    assert take.is_machine
    assert take.program == Path(sys.executable).name
    assert take.words == "您好"
    assert not booth.prompts.is_own("thanks")


@pytest.mark.parametrize(
    ("code", "refused"),
    [("print('no sound at all')", FieldWrong), ("import sys; sys.exit(1)", PluginFailed), ("print()", PluginFailed)],
)
def test_a_machine_that_gives_no_sound_changes_nothing(office: Bed, code: str, refused: type[Exception]) -> None:
    booth = Booth(office, speak=(sys.executable, "-c", code))

    with pytest.raises(refused):
        booth.studio.speak("thanks", "", "hello", office.wang)

    assert booth.studio.history("thanks") == []


def test_without_a_machine_and_without_words_nothing_is_said(booth: Booth) -> None:
    with pytest.raises(NotPluggedIn):
        booth.studio.speak("thanks", "", "hello", booth.office.wang)
    with pytest.raises(FieldWrong, match="Write the words"):
        booth.studio.speak("thanks", "", "", booth.office.wang)
    with pytest.raises(FieldWrong, match="too long"):
        booth.studio.upload("thanks", "", LONG, booth.office.wang, words="x" * 1001)


def test_a_process_that_reads_no_sound_says_so(office: Bed) -> None:
    booth = Booth(office, can_read=False)

    with pytest.raises(NoSoundHere):
        booth.studio.upload("thanks", "", LONG, office.wang)
    with pytest.raises(NotFound):
        booth.studio.wav("thanks")
