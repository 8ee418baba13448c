"""AT commands of the voice modem: V.250 basics, classes, settings, tones, and what chips refuse."""

from __future__ import annotations

import pytest

from modem.simulator import tones
from modem.simulator.voice.chips import CHIPS, UnknownChip, chip
from tests.modem.simulator.bench import lines
from tests.modem.simulator.voice.bench import CITIZEN, VoiceBench


def test_echo_verbose_and_quiet() -> None:
    bench = VoiceBench(echo=True, voice=False)
    bench.write(b"AT\r")
    assert bench.until(b"OK\r\n") == b"AT\r\r\nOK\r\n"
    bench.write(b"ATE0\r")
    bench.until(b"OK\r\n")
    bench.write(b"AT\r")
    assert bench.until(b"OK\r\n") == b"\r\nOK\r\n"
    bench.write(b"ATV0\r")
    assert bench.until(b"0\r") == b"0\r"
    bench.write(b"AT+VLS=9999\r")
    assert bench.until(b"4\r") == b"4\r"
    bench.write(b"ATQ1\r")
    bench.later(1.0)
    assert bench.take() == b""
    bench.write(b"ATQ0V1\r")
    assert bench.until(b"OK\r\n") == b"\r\nOK\r\n"
    assert bench.at("ATV7") == ["ERROR"]


def test_several_commands_in_one_line_end_at_the_first_error() -> None:
    bench = VoiceBench()
    assert bench.at("AT+VRA=70;+VRN=10") == ["OK"]
    assert bench.at("AT+VRA?;+VRN?") == ["70", "10", "OK"]
    assert bench.at("AT+VRA=20;+NONSENSE;+VRN=5") == ["ERROR"]
    assert bench.at("AT+VRA?;+VRN?") == ["20", "10", "OK"]
    assert bench.at("AT?!") == ["ERROR"]
    assert bench.at("at+vra?") == ["20", "OK"]
    bench.write(b"A/")
    bench.later(0.1)
    assert lines(bench.take()) == ["20", "OK"]


@pytest.mark.parametrize(
    "command", ["+VSD=300,0", "+VSD=1,2,3", "+VSD=x", "+VCID=3", "S0=256", "+FCLASS=2", "I9", "+VSD"]
)
def test_what_cannot_be_is_an_error(command: str) -> None:
    assert VoiceBench().at(f"AT{command}") == ["ERROR"]


def test_settings_can_be_read_and_asked_for() -> None:
    bench = VoiceBench()
    assert bench.at("AT+VSD=100,50") == ["OK"]
    assert bench.at("AT+VSD?") == ["100,50", "OK"]
    assert bench.at("AT+VSD=,30") == ["OK"]
    assert bench.at("AT+VSD?") == ["100,30", "OK"]
    assert bench.at("AT+VSD=?") == ["(0-255),(0-255)", "OK"]
    assert bench.at("AT+GCI=26") == ["OK"]
    assert bench.at("AT+GCI?") == [str(0x26), "OK"]
    assert bench.at("ATS0=3S7?") == ["050", "OK"]
    assert bench.at("ATS0?") == ["003", "OK"]
    assert bench.at("AT+FCLASS?") == ["8", "OK"]
    assert bench.at("AT+VCID=?") == ["(0-2)", "OK"]
    assert bench.at("AT+VLS?") == ["0", "OK"]
    assert bench.at("ATS0;+GMM=?") == ["OK"]


def test_a_reset_brings_back_what_was_saved() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1;+VGT=99")
    bench.at("ATZ")
    assert bench.at("ATE0+VCID?;+VGT?")[-3:] == ["0", "128", "OK"]
    bench.at("AT+FCLASS=8;+VCID=1;+VGT=99;&W0")
    bench.at("AT+VGT=1;+VSM=1,8000")
    bench.at("AT+VLS=1")
    bench.at("ATZ")
    state = bench.state()
    assert (state["off_hook"], state["class"], state["format"]) == (False, 0, "ulaw")
    assert bench.at("AT+VCID?;+VGT?") == ["1", "99", "OK"]
    assert bench.at("AT&F+VGT?")[-2:] == ["128", "OK"]
    assert bench.state()["saved"] is True
    assert "S07:050" in " ".join(bench.at("AT&V"))


def test_who_it_is() -> None:
    assert VoiceBench("usr").at("ATI0") == ["5601", "OK"]
    assert VoiceBench("conexant").at("ATI0") == ["56000", "OK"]
    bench = VoiceBench()
    assert bench.at("AT+GMM") == ["VOICE MODEM", "OK"]
    assert bench.at("AT+GMI?") == ["SIMULATED", "OK"]
    assert bench.at("ATI3") == ["SIMULATED VOICE MODEM V1.0", "OK"]
    assert len({chip(name).model for name in CHIPS}) == len(CHIPS)  # a profile measured on one is not another's


@pytest.mark.parametrize(
    ("profile", "offered"),
    [
        ("standard", '4,"G.711 ULAW",8,0,8000,0,0'),
        ("mislabelled", "+VSM=0-1,8000-8000"),
        ("usr", '128,"8-BIT LINEAR",(8000)'),
        ("conexant", '1,"UNSIGNED PCM",8,0,8000,0,0'),
        ("lucent", '130,"16-BIT LINEAR",16,0,8000,0,0'),
    ],
)
def test_formats_are_listed_in_three_shapes(profile: str, offered: str) -> None:
    assert VoiceBench(profile).at("AT+VSM=?")[0] == offered


def test_formats_that_are_refused() -> None:
    assert VoiceBench("conexant").at("AT+VSM=1,8000") == ["ERROR"]
    assert VoiceBench("conexant").at("AT+VSM=1,8000,0,0") == ["OK"]
    assert VoiceBench("usr").at("AT+VSM=129,8000") == ["ERROR"]  # ADPCM is offered and not to be had
    bench = VoiceBench()
    assert bench.at("AT+VSM=4,11025") == ["ERROR"]
    assert bench.at("AT+VSM=77,8000") == ["ERROR"]
    assert bench.at("AT+VSM=5,8000") == ["OK"]
    assert bench.at("AT+VSM?") == ["5,8000,0,0", "OK"]


def test_voice_wants_class_8() -> None:
    bench = VoiceBench(voice=False)
    for command in ("AT+VLS=1", "AT+VTX", "AT+VRX", "AT+VTR", "AT+VTS=5", "AT+VSM=4,8000"):
        assert bench.at(command) == ["ERROR"], command
    classy = VoiceBench("classy", voice=False)
    assert classy.at("AT+VSM=?") == ["ERROR"]
    assert classy.at("AT+VGT=1") == ["ERROR"]
    assert classy.at("AT+FCLASS=8;+VGT=1") == ["OK"]
    assert VoiceBench().at("AT+VTX=?;+VTR=?") == ["OK"]


def test_what_it_can_be_connected_to() -> None:
    bench = VoiceBench()
    rows = bench.at("AT+VLS=?")
    assert rows[0].startswith('0,"",')
    assert rows[1].startswith('1,"T",')
    assert bench.at("AT+VLS=2;+VLS?") == ["2", "OK"]  # its own handset: not on the line
    assert bench.state()["off_hook"] is False
    assert bench.at("AT+VLS=10") == ["ERROR"]
    assert VoiceBench("plain").at("AT+VLS=4") == ["ERROR"]


@pytest.mark.parametrize(
    ("profile", "command", "seconds"),
    [
        ("standard", "[933,,100]", 1.0),
        ("standard", "[933,933,50]", 0.5),
        ("standard", "[900,0,120]", 1.2),
        ("standard", "5", 1.0),
        ("standard", "{5,12},{6,12}", 0.24),
        ("usr", "[900,900,120]", 1.2),
    ],
)
def test_tones_last_as_long_as_they_were_asked_for(profile: str, command: str, seconds: float) -> None:
    bench = VoiceBench(profile)
    bench.answered()
    start_s = bench.clock.at_s
    assert bench.at(f"AT+VTS={command}")[-1] == "OK"
    assert bench.clock.at_s - start_s == pytest.approx(seconds + 0.02, abs=0.01)
    assert bench.ask("heard", seconds=seconds)["seconds"] == pytest.approx(seconds, abs=0.03)


def test_tones_are_heard_at_their_pitch() -> None:
    bench = VoiceBench()
    bench.answered()
    bench.at("AT+VTS=[933,,50]")
    assert bench.ask("heard")["hz"] == pytest.approx(933, abs=2)


@pytest.mark.parametrize(
    ("profile", "command"),
    [
        ("usr", "[900,0,120]"),
        ("usr", "[900,,120]"),
        ("plain", "[900,900,120]"),
        ("plain", "5"),
        ("standard", ""),
        ("standard", "x"),
        ("standard", "[9000,,5]"),
        ("standard", "[900,,9999999]"),
        ("standard", ",".join(["[900,,2500]"] * 3)),
    ],
)
def test_tones_that_are_refused(profile: str, command: str) -> None:
    bench = VoiceBench(profile)
    bench.at("AT+VLS=1")
    assert bench.at(f"AT+VTS={command}")[-1] == "ERROR"


def test_one_maker_says_nothing_at_all_to_keys() -> None:
    bench = VoiceBench("usr")
    bench.at("AT+VLS=1")
    assert bench.at("AT+VTS=5", within_s=5.0) == []
    assert bench.at("AT") == ["OK"]


def test_duplex_is_not_everywhere() -> None:
    assert VoiceBench("plain").at("AT+VTR") == ["ERROR"]
    assert VoiceBench().at("AT+VTR") == ["CONNECT"]


# answering and dialling as a data modem


def test_in_class_0_ata_whistles_and_waits_for_a_carrier_that_never_comes() -> None:
    bench = VoiceBench(voice=False)
    bench.ask("ring", number=CITIZEN)
    bench.until(b"RING")
    start_s = bench.clock.at_s
    bench.write(b"ATS7=5A\r")
    bench.later(2.0)
    assert bench.ask("heard")["hz"] == pytest.approx(2100, abs=2)
    assert bench.until(b"NO CARRIER\r\n")
    assert bench.clock.at_s - start_s == pytest.approx(5.0, abs=0.2)
    assert bench.ask("calls")["past"][0]["answered"] is True
    assert bench.state()["off_hook"] is False


def test_any_byte_breaks_the_waiting_off() -> None:
    bench = VoiceBench(voice=False)
    bench.ask("ring", number=CITIZEN)
    bench.until(b"RING")
    bench.write(b"ATA\r\n")
    bench.later(1.0)
    assert bench.state()["off_hook"] is True
    bench.write(b"A")
    assert bench.until(b"NO CARRIER\r\n")
    assert bench.state()["off_hook"] is False


def test_in_class_8_ata_answers() -> None:
    bench = VoiceBench()
    bench.ask("ring", number=CITIZEN)
    bench.until(b"RING")
    assert bench.at("ATA")[-1] == "OK"
    assert bench.state()["line"] == "talking"


def test_chips_that_dial_for_data_only_find_no_carrier() -> None:
    bench = VoiceBench("plain")
    bench.at("ATS7=10")
    assert bench.at(f"ATDT{CITIZEN}") == ["NO CARRIER"]
    bench.write(b"ATD T 88-12,3;\r")
    bench.later(8.5)
    bench.ask("refuse")
    assert lines(bench.until(b"BUSY\r\n")) == ["BUSY"]
    assert [call["number"] for call in bench.ask("calls")["past"]] == [CITIZEN, "88123"]


def test_without_dial_tone_nothing_is_dialled() -> None:
    bench = VoiceBench()
    bench.ask("fault", no_dial_tone=True)
    assert bench.at(f"ATDT{CITIZEN}") == ["NO DIALTONE"]
    bench.ask("fault", no_dial_tone=False)
    bench.ask("ring", number=CITIZEN)
    bench.later(1.0)
    bench.ask("lift")  # the line is in use
    assert bench.at(f"ATDT{CITIZEN}")[-1] == "NO DIALTONE"
    assert bench.at("ATDTx") == ["ERROR"]


def test_ath1_lifts_and_ath_puts_down() -> None:
    bench = VoiceBench()
    bench.at("ATH1")
    assert bench.state()["off_hook"] is True
    bench.at("ATH")
    assert bench.state()["off_hook"] is False


def test_a_profile_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownChip, match="standard"):
        chip("nothing")


def test_conexant_has_commands_of_its_own() -> None:
    assert VoiceBench("conexant", voice=False).at("AT-SCID=1;+VCID=1;-STE=3") == ["OK"]
    assert VoiceBench("conexant").at("AT-PV") == ["PATCH 1", "OK"]
    assert VoiceBench().at("AT-STE=7") == ["ERROR"]


def test_keys_that_were_asked_for_are_the_keys_that_sound() -> None:
    bench = VoiceBench()
    bench.answered()
    for key in tones.KEY_TONES_HZ:
        bench.at(f"AT+VTS={{{key},8}},[0,0,8]")
    assert bench.ask("calls")["current"][0]["keys_heard"] == "".join(tones.KEY_TONES_HZ)
