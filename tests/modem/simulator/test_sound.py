"""The PCM port in fake time: what the office hears, what the far party hears, and the makers' traps."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from modem.simulator import tones
from modem.simulator.main import NoPcm, build_line
from modem.simulator.tones import FRAME_BYTES
from tests.modem.simulator.bench import CITIZEN, OTHER, Bench, HandClock

ON = {"quectel": "AT+QPCMV=1,0", "simcom": "AT+CPCMREG=1", "huawei": "AT^DDSETEX=2"}
OFF = {"quectel": "AT+QPCMV=0", "simcom": "AT+CPCMREG=0", "huawei": "AT^DDSETEX=0"}
SILENCE = bytes(FRAME_BYTES)


class Computer:
    """Reads every frame and answers it with one of its own: silence, or a tone."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.speech = bytearray()
        self.is_there = True

    def __call__(self, spoken: bytes) -> bytes:
        self.heard += spoken
        if not self.is_there:
            return b""
        size = len(spoken)
        words = bytes(self.speech[:size])
        del self.speech[:size]
        return words.ljust(size, b"\0")

    def take(self) -> tones.Samples:
        data = bytes(self.heard)
        self.heard.clear()
        return tones.to_samples(data)


def talking(make: str = "quectel", *, pcm_on: bool = True) -> tuple[Bench, Computer]:
    """A citizen called, the office answered and switched the sound on."""
    bench, computer = Bench(make, pcm=True), Computer()
    bench.computer = computer
    call(bench)
    if pcm_on:
        assert bench.at(ON[make])[-1] == "OK"
    return bench, computer


def call(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    assert "OK" in bench.at("ATA")
    bench.later(0.01)


def level(samples: tones.Samples) -> float:
    return tones.level_dbfs(tones.energy(samples), len(samples))


@pytest.mark.parametrize("make", sorted(ON))
def test_sound_flows_both_ways_while_it_is_on(make: str) -> None:
    bench, computer = talking(make)
    computer.speech += tones.to_bytes(tones.sine(440, 3.0, -20))
    bench.ask("tone", hz=1000, seconds=3, dbfs=-12)
    bench.later(2.0)
    samples = computer.take()
    assert len(samples) == pytest.approx(2.0 * tones.RATE_HZ, abs=2 * tones.FRAME_SAMPLES)
    assert tones.strongest_hz(samples[4000:]) == pytest.approx(1000, abs=2)
    assert level(samples) == pytest.approx(-12, abs=0.5)
    heard = bench.ask("heard", seconds=1)
    assert heard["hz"] == pytest.approx(440, abs=2)
    assert heard["level_dbfs"] == pytest.approx(-20, abs=0.5)
    assert heard["seconds"] == pytest.approx(1.0)
    assert heard["underruns"] == 1, "the computer answers the first frame, and playing starts with two"
    assert heard["flowing"] is True


def test_one_frame_comes_every_20_ms() -> None:
    bench, computer = talking()
    for _ in range(10):
        computer.heard.clear()
        bench.later(0.02)
        assert len(computer.heard) == FRAME_BYTES


@pytest.mark.parametrize("make", sorted(ON))
def test_nothing_flows_before_it_is_switched_on_after_it_is_off_and_after_the_call(make: str) -> None:
    bench, computer = talking(make, pcm_on=False)
    bench.later(1)
    assert not computer.heard
    assert bench.ask("heard")["flowing"] is False
    bench.at(ON[make])
    bench.later(1)
    assert computer.take()
    bench.at(OFF[make])
    computer.take()
    bench.later(1)
    assert not computer.heard
    bench.at(ON[make])
    bench.ask("hangup")
    computer.take()
    bench.later(1)
    assert not computer.heard


def test_sound_switched_on_before_the_call_flows_with_it() -> None:
    bench, computer = Bench("quectel", pcm=True), Computer()
    bench.computer = computer
    assert bench.at("AT+QPCMV=1,0") == ["OK"]
    assert bench.at("AT+QPCMV?") == ["+QPCMV: 1,0", "OK"]
    bench.later(1)
    assert not computer.heard
    call(bench)
    bench.later(1)
    assert computer.heard


def test_simcom_wants_a_call_first() -> None:
    bench = Bench("simcom", pcm=True)
    assert bench.at("AT+CPCMREG=1") == ["ERROR"]
    assert bench.at("AT+CPCMREG?") == ["+CPCMREG: 0", "OK"]


def test_quectel_may_send_the_sound_elsewhere() -> None:
    bench, computer = talking(pcm_on=False)
    assert bench.at("AT+QPCMV=1,2") == ["OK"]
    bench.later(1)
    assert not computer.heard
    assert bench.at("AT+QPCMV=1,7") == ["+CME ERROR: 50"]


def test_huawei_tells_its_frames() -> None:
    assert Bench("huawei").at("AT^CVOICE?") == ["^CVOICE: 0,8000,16,20", "OK"]


# the computer


def test_a_computer_that_is_late_makes_silence_that_is_counted() -> None:
    bench, computer = talking()
    computer.speech += tones.to_bytes(tones.sine(440, 9.0, -20))
    bench.later(1)
    before = bench.ask("heard")["underruns"]
    computer.is_there = False
    bench.later(0.5)
    computer.is_there = True
    bench.later(1)
    heard = bench.ask("heard", seconds=2)
    assert heard["underruns"] - before == pytest.approx(25, abs=2)
    assert heard["seconds"] == pytest.approx(1.5, abs=0.05)


def test_a_computer_that_never_writes_is_not_heard() -> None:
    bench, computer = talking()
    computer.is_there = False
    bench.later(1)
    assert bench.ask("heard") == {
        "ok": True,
        "seconds": 0.0,
        "level_dbfs": None,
        "hz": None,
        "frames": 0,
        "underruns": 0,
        "waiting_s": 0.0,
        "flowing": True,
    }


def test_silence_is_sound_without_a_frequency() -> None:
    bench, _ = talking()
    bench.later(1)
    heard = bench.ask("heard")
    assert (heard["level_dbfs"], heard["hz"]) == (tones.QUIETEST_DBFS, None)
    assert heard["seconds"] > 0.9


def test_a_computer_that_writes_too_fast_has_to_wait() -> None:
    bench, _ = talking()
    bench.computer = None
    sound = bench.module.equipment.sound
    sound.write(bytes(sound.room()))
    assert sound.room() == 0
    bench.later(0.06)
    assert sound.room() == 3 * FRAME_BYTES
    assert bench.ask("heard")["waiting_s"] == pytest.approx(0.14)


def test_what_a_computer_does_not_read_is_lost_not_hoarded() -> None:
    bench, _ = talking()
    bench.computer = None
    bench.later(60)
    assert len(bench.module.equipment.sound.read()) <= 50 * FRAME_BYTES


def test_a_simulator_that_slept_leaves_the_missed_frames_out() -> None:
    bench, computer = talking()
    bench.clock.at_s += 30
    bench.later(0)
    assert len(computer.heard) < 5 * FRAME_BYTES


def test_a_hung_module_gives_no_sound() -> None:
    bench, computer = talking()
    bench.ask("fault", mute=5)
    computer.take()
    bench.later(2)
    assert not computer.heard


# the far party's telephone


def wav(path: Path, samples: tones.Samples, rate: int = 8000) -> str:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(tones.to_bytes(samples))
    return str(path)


def test_a_wav_file_is_played_bit_by_bit_to_the_office(tmp_path: Path) -> None:
    bench, computer = talking()
    samples = tones.sine(700, 0.5, -6)
    assert bench.ask("say", wav=wav(tmp_path / "a.wav", samples))["seconds"] == 0.5
    bench.later(1)
    assert tones.to_bytes(samples) in bytes(computer.heard)


def test_sounds_are_played_one_after_the_other() -> None:
    bench, computer = talking()
    start_s = bench.clock.at_s
    assert bench.ask("tone", hz=500, seconds=1)["until_s"] == pytest.approx(start_s + 1)
    assert bench.ask("tone", hz=900, seconds=1)["until_s"] == pytest.approx(start_s + 2)
    bench.later(2.5)
    samples = computer.take()
    assert tones.strongest_hz(samples[2000:]) == pytest.approx(500, abs=2)
    assert tones.strongest_hz(samples[10000:]) == pytest.approx(900, abs=2)


def test_a_wav_file_of_another_shape_is_refused_with_its_shape(tmp_path: Path) -> None:
    bench, _ = talking()
    path = wav(tmp_path / "a.wav", tones.sine(700, 0.5, -6), rate=16000)
    assert "16000 Hz, 16 bit, 1 channels" in bench.say("say", wav=path)["error"]
    (tmp_path / "b.wav").write_bytes(b"RIFF")
    for name in ("b.wav", "none.wav"):
        assert "cannot be read" in bench.say("say", wav=str(tmp_path / name))["error"]


@pytest.mark.parametrize(
    "fields", [{}, {"hz": 0}, {"hz": 5000}, {"hz": "x"}, {"hz": 400, "seconds": -1}, {"hz": 400, "dbfs": 6}]
)
def test_an_impossible_tone_is_refused(fields: dict[str, object]) -> None:
    bench, _ = talking()
    assert bench.say("tone", **fields)["ok"] is False


def test_keys_are_real_tones_besides_the_modules_words() -> None:
    bench, computer = talking()
    bench.at("AT+QTONEDET=1")
    bench.ask("tone", hz=300, seconds=2)
    computer.take()
    assert bench.ask("dtmf", digits="5#") == {"ok": True, "heard": True, "played": True}
    bench.later(0.3)
    assert bench.take() == b"\r\n+QTONEDET: 53\r\n\r\n+QTONEDET: 35\r\n"
    first = computer.take()[160:800]
    assert tones.strongest_hz(first) in (pytest.approx(770, abs=6), pytest.approx(1336, abs=6))
    assert level(first) == pytest.approx(-9, abs=0.7)
    bench.later(0.5)
    assert tones.strongest_hz(computer.take()[800:]) == pytest.approx(300, abs=2), "the voice goes on"


def test_without_a_pcm_tty_keys_are_words_alone() -> None:
    bench = Bench("quectel")
    call(bench)
    assert bench.ask("dtmf", digits="5")["played"] is False


def test_what_was_heard_can_be_kept(tmp_path: Path) -> None:
    bench, computer = talking()
    computer.speech += tones.to_bytes(tones.sine(440, 3.0, -20))
    bench.later(1.5)
    bench.ask("hangup")
    bench.later(5)
    assert bench.ask("record", wav=str(tmp_path / "heard.wav"))["seconds"] == pytest.approx(1.5, abs=0.05)
    with wave.open(str(tmp_path / "heard.wav")) as file:
        samples = tones.to_samples(file.readframes(file.getnframes()))
    assert tones.strongest_hz(samples[4000:]) == pytest.approx(440, abs=2)
    assert bench.ask("heard")["hz"] == pytest.approx(440, abs=2), "heard last, not heard now"
    assert bench.say("record", wav=str(tmp_path / "no" / "folder.wav"))["ok"] is False


def test_a_new_call_finds_the_telephone_silent_and_forgetful() -> None:
    bench, computer = talking()
    computer.speech += tones.to_bytes(tones.sine(440, 1.0, -20))
    bench.ask("tone", hz=1000, seconds=60)
    bench.later(1)
    bench.at("AT+QPCMV=0")
    bench.ask("hangup")
    call(bench)
    bench.at("AT+QPCMV=1,0")
    computer.take()
    computer.speech.clear()
    bench.later(1)
    assert not any(computer.take())
    assert bench.ask("heard")["hz"] is None


def test_sound_words_say_why_they_cannot() -> None:
    assert "gives no sound to the computer" in Bench().say("say", wav="x")["error"]
    assert "--pcm-link" in Bench("quectel").say("tone", hz=400)["error"]
    assert "no call that was answered" in Bench("quectel", pcm=True).say("tone", hz=400)["error"]
    assert Bench("quectel", pcm=True).ask("heard")["seconds"] == 0.0


def test_a_pcm_tty_needs_a_make_that_has_one() -> None:
    with pytest.raises(NoPcm, match="--pcm-link"):
        build_line(HandClock(), has_pcm_port=True)


# traps


def next_call_is_mute(bench: Bench, computer: Computer, make: str) -> bool:
    call(bench)
    bench.at(ON[make])
    bench.ask("tone", hz=1000, seconds=1)
    computer.take()
    computer.speech[:] = tones.to_bytes(tones.sine(440, 1.0, -20))
    bench.later(0.9)
    is_deaf = not any(computer.take())
    assert is_deaf == (bench.ask("heard")["hz"] is None), "mute both ways or not at all"
    return is_deaf


def test_quectel_left_on_makes_the_next_call_mute_and_only_that() -> None:
    bench, computer = talking()
    bench.ask("hangup")
    assert next_call_is_mute(bench, computer, "quectel")
    bench.at("AT+QPCMV=0")
    bench.at("AT+QPCMV=1,0")
    bench.at("AT+CHUP")
    bench.at("AT+QPCMV=0")
    assert not next_call_is_mute(bench, computer, "quectel")


def test_quectel_switched_off_after_the_call_has_the_next_one_sound() -> None:
    bench, computer = talking()
    bench.at("AT+CHUP")
    bench.at("AT+QPCMV=0")
    assert not next_call_is_mute(bench, computer, "quectel")


def test_quectel_left_on_is_healed_by_off_and_on_again_in_the_next_call() -> None:
    bench, computer = talking()
    bench.ask("hangup")
    call(bench)
    bench.at("AT+QPCMV=0")
    bench.at("AT+QPCMV=1,0")
    bench.ask("tone", hz=1000, seconds=1)
    computer.take()
    bench.later(0.9)
    assert any(computer.take())


def test_simcom_spoilt_is_not_healed_by_off_and_on_again() -> None:
    bench, computer = talking("simcom")
    bench.at("AT+CHUP")
    call(bench)
    bench.at("AT+CPCMREG=0")
    assert bench.at("AT+CPCMREG=1") == ["OK"]
    bench.ask("tone", hz=1000, seconds=1)
    computer.take()
    bench.later(0.9)
    samples = computer.take()
    assert samples
    assert not any(samples)


def test_simcom_hung_up_while_on_makes_the_next_call_mute_whatever_comes_after() -> None:
    bench, computer = talking("simcom")
    bench.at("AT+CHUP")
    bench.at("AT+CPCMREG=0")
    assert next_call_is_mute(bench, computer, "simcom")
    bench.at("AT+CPCMREG=0")
    bench.at("AT+CHUP")
    assert not next_call_is_mute(bench, computer, "simcom")


def test_simcom_is_not_to_blame_when_the_far_party_hangs_up() -> None:
    bench, computer = talking("simcom")
    bench.ask("hangup")
    bench.at("AT+CPCMREG=0")
    assert not next_call_is_mute(bench, computer, "simcom")


def test_huawei_goes_off_by_itself() -> None:
    bench, computer = talking("huawei")
    bench.at("AT+CHUP")
    assert not next_call_is_mute(bench, computer, "huawei")


def test_a_restart_heals() -> None:
    bench, computer = talking()
    bench.at("AT+CHUP")
    bench.ask("fault", reset=True)
    bench.later(3)
    bench.at("ATE0")
    assert not next_call_is_mute(bench, computer, "quectel")


def test_a_second_caller_is_heard_after_the_first() -> None:
    bench, computer = talking()
    bench.ask("set", call_waiting=True)
    bench.ask("ring", number=OTHER)
    bench.at("AT+CHLD=1")
    bench.ask("tone", hz=1000, seconds=1)
    computer.take()
    bench.later(0.5)
    assert any(computer.take())
