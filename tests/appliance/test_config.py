"""config.ini: every mistake names section, option, what is wrong and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance import config
from appliance.config import ConfigError, load, option_names, parse

ROOT = Path(__file__).parents[2]


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return caught.value.problems


def test_an_empty_file_gives_the_defaults() -> None:
    settings = parse("")
    assert settings.web.listen == ("127.0.0.1", 12345)
    assert settings.office.language == "zh_CN"
    assert settings.modems == ()


def test_a_modem_section_becomes_a_line() -> None:
    (modem,) = parse("[modem line1]\ndevice = /dev/ttyUSB7\nbaudrate = 9600\ntalk_path = headset\n").modems
    assert (modem.name, modem.device, modem.baudrate, modem.talk_path) == ("line1", "/dev/ttyUSB7", 9600, "headset")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "[offise]\nname = x\n",
            ("[offise]", "unknown section", "office, data, web, log, ports, commands or modem NAME"),
        ),
        ("[office]\nnam = x\n", ("[office] nam", "unknown option", "name, short_name, language")),
        ("[office]\nName = x\n", ("[office] Name", "unknown option")),
        ("[office]\nlanguage = de\n", ('[office] language: "de"', "zh_CN, en")),
        ("[office]\ntimezone = Mars/Base\n", ("[office] timezone", "Asia/Shanghai")),
        ("[office]\nhours = sometimes\n", ("[office] hours", "mon-fri 08:30-12:00")),
        ("[office]\nregion_code = 571\n", ("[office] region_code", "0571")),
        ("[web]\nlisten = 12345\n", ("[web] listen", "127.0.0.1:12345")),
        ("[web]\nlisten = here:99999\n", ("[web] listen", "127.0.0.1:12345")),
        ("[web]\ntrusted_proxy = maybe\n", ("[web] trusted_proxy", "yes or no")),
        ("[log]\nlevel = loud\n", ("[log] level", "debug, info, warning, error")),
        (
            "[modem line2]\ndevice = /dev/x\nbaudrate = 96OO\n",
            ('[modem line2] baudrate: "96OO"', "is not a number", "115200"),
        ),
        ("[modem line2]\ndevice = /dev/x\nbaudrate = 123\n", ("[modem line2] baudrate", "out of range", "9600")),
        ("[modem line2]\ndevice = /dev/x\nsms_per_day = -1\n", ("[modem line2] sms_per_day", "whole number from 0")),
        ("[modem line2]\ndevice = /dev/x\nkind = fax\n", ("[modem line2] kind", "auto, gsm")),
        (
            "[modem line2]\ndevice = /dev/x\ntalk_path = shout\n",
            ("[modem line2] talk_path", "none, parallel, headset, usb, forward"),
        ),
        ("[modem]\nkind = gsm\n", ("[modem]", "needs a name")),
        ("[modem a b/c]\nkind = gsm\n", ("[modem a b/c]", "needs a name")),
        ("name = x\n", ("line 1", "before any [section]")),
        ("[office]\nname = a\nname = b\n", ("[office] name", "twice", "line 3")),
        ("[office]\n[office]\n", ("[office]", "twice", "line 2")),
        ("[office]\njust words\n", ("line 2", "cannot be read")),
        ("[modem a]\ndevice = /dev/x\n[modem b]\ndevice = /dev/x\n", ("[modem b] device", "[modem a]")),
        ("[modem a]\ndevice = /dev/x\n[modem  a]\ndevice = /dev/y\n", ("[modem a]", "twice", "own name")),
        ("[modem a]\ndevice = /dev/x\n[modem b]\ndevice = /dev/../dev/x\n", ("[modem b] device", "[modem a]")),
        (
            "[modem a]\ndevice = imei:004999010640000\n[modem b]\ndevice = imei:004999010640000\n",
            ("[modem b] device", "belongs to [modem a]"),
        ),
        ("[modem a]\ndevice = /dev/x\n[modem A]\ndevice = /dev/y\n", ("[modem A]", "[modem a]", "capital letters")),
        ("[modem a]\nkind = gsm\n", ("[modem a] device", "is missing", "modem probe")),
        ("[modem a]\ndevice =\n", ("[modem a] device", "is empty", "Name the device")),
        ("[modem a]\ndevice = ttyUSB0\n", ("[modem a] device", "full path", "imei:", "auto")),
        ("[modem a]\ndevice = imei:12\n", ("[modem a] device", "15 digits")),
        ("[modem a]\ndevice = /dev\n", ("[modem a] device", "is a folder", "modem list")),
        ("[ports]\nsearch =\n", ("[ports] search", "/dev/ttyUSB*")),
        ("[ports]\nsearch = ttyUSB*\n", ("[ports] search", "/dev/ttyUSB*")),
        ("[commands]\nspeak_command = speak\n", ("[commands] speak_command", "full path")),
        ("[commands]\nspeak_command = /bin/a 'b\n", ("[commands] speak_command", "quotation mark")),
        ("[commands]\ntranscribe_command = /bin/a | /bin/b 2>&1\n", ("transcribe_command", "No shell", "| 2>&1")),
        ("[commands]\nspeak_command = /bin/a $(b)\n", ("speak_command", "No shell", "$(b)")),
        ("[commands]\nspeak_command = /" + "x" * 4001 + "\n", ("speak_command", "longer than 4000")),
        ("[commands]\nother_command = /bin/a\n", ("[commands] other_command", "unknown option", "speak_command")),
        ("[data]\ndirectory =\n", ("[data] directory", "is empty", "/var/lib/hotline")),
        ("[data]\ndirectory = data\n", ("[data] directory", "in full", "/var/lib/hotline")),
        ("[data]\ndirectory = ~/data\n", ("[data] directory", "in full")),
    ],
)
def test_a_mistake_names_its_place_and_what_is_allowed(text: str, named: tuple[str, ...]) -> None:
    found = "\n".join(problems_of(text))
    for part in named:
        assert part in found


@pytest.mark.parametrize("device", ["auto", "imei:004999010640000", "/dev/serial/by-path/x:1.2-port0"])
def test_a_device_is_a_path_or_a_module_wherever_it_is(device: str) -> None:
    (modem,) = parse(f"[modem a]\ndevice = {device}\n").modems
    assert modem.device == device


def test_several_lines_may_be_found_by_themselves() -> None:
    assert len(parse("[modem a]\ndevice = auto\n[modem b]\ndevice = auto\n").modems) == 2


def test_ports_are_searched_where_modems_usually_are() -> None:
    assert parse("").ports.search == ("/dev/serial/by-path/*", "/dev/ttyUSB*", "/dev/ttyACM*")
    assert parse("[ports]\nsearch = /a/* /b\n").ports.search == ("/a/*", "/b")


def test_two_names_of_one_device_are_told_and_no_reason_to_refuse_work(tmp_path: Path) -> None:
    (tmp_path / "node").touch()
    (tmp_path / "by-path").symlink_to(tmp_path / "node")
    settings = parse(f"[modem a]\ndevice = {tmp_path}/node\n[modem b]\ndevice = {tmp_path}/by-path\n")
    (sentence,) = config.on_one_node(settings)
    assert "[modem b] device" in sentence
    assert "[modem a]" in sentence
    assert config.on_one_node(parse("[modem a]\ndevice = auto\n[modem b]\ndevice = auto\n")) == []


def test_every_mistake_is_reported_not_only_the_first() -> None:
    assert len(problems_of("[office]\nnam = x\nlanguage = de\n[modem l]\ndevice = /dev/x\nbaudrate = x\n")) == 3


def test_a_setting_that_another_makes_useless_is_accepted_and_said_to_be_one() -> None:
    settings = parse("[modem a]\ndevice = /dev/x\nhandset_device = plughw:1\ntalk_path = headset\n")
    assert config.without_effect(settings) == [
        "[modem a] handset_device: has no effect, because talk_path is headset and not usb."
    ]
    usb = "[modem a]\ndevice = /dev/x\naudio_device = /dev/y\nhandset_device = plughw:1\ntalk_path = usb\n"
    assert config.without_effect(parse(usb)) == []


def test_a_program_that_cannot_be_run_is_said_before_it_is_needed(tmp_path: Path) -> None:
    program = tmp_path / "speak"
    settings = parse(f"[commands]\nspeak_command = {program} -v\ntranscribe_command = {tmp_path}\n")
    assert [sentence.split(" isn't")[0] for sentence in config.doubtful(settings)] == [
        f"[commands] speak_command: {program}",
        f"[commands] transcribe_command: {tmp_path}",
    ]
    program.write_text("#!/bin/sh\n")
    assert len(config.doubtful(settings)) == 2  # a file, and no program
    program.chmod(0o755)
    assert len(config.doubtful(settings)) == 1
    assert config.doubtful(parse("")) == []


def test_a_landline_on_a_slow_port_is_warned_of() -> None:
    line = "[modem a]\ndevice = /dev/x\nkind = {}\nbaudrate = {}\n"
    said = [len(config.doubtful(parse(line.format(*each)))) for each in (("voice", 57600), ("voice", 115200))]
    assert said == [1, 0]
    assert config.doubtful(parse(line.format("gsm", 9600))) == []


def test_a_landline_has_no_sim_and_no_sound_port() -> None:
    settings = parse("[modem a]\ndevice = /dev/x\nkind = voice\ntalk_path = parallel\nsms_per_day = 5\npin = 1234\n")
    assert [sentence.split(":")[0] for sentence in config.without_effect(settings)] == [
        "[modem a] pin",
        "[modem a] sms_per_day",
    ]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("device = auto", "device"),
        ("device = imei:004999010640000", "device"),
        ("device = /dev/x\ntalk_path = headset", "talk_path"),
        ("device = /dev/x\ntalk_path = forward", "talk_path"),
    ],
)
def test_a_landline_is_named_by_its_path_and_spoken_on_by_telephone(lines: str, named: str) -> None:
    (sentence,) = problems_of(f"[modem a]\nkind = voice\n{lines}\n")
    assert sentence.startswith(f"[modem a] {named}: a landline ")


@pytest.mark.parametrize("option", ["audio_device", "handset_device"])
def test_a_usb_handset_needs_both_ends(option: str) -> None:
    given = {"audio_device": "/dev/y", "handset_device": "plughw:1"}
    del given[option]
    lines = "".join(f"{name} = {value}\n" for name, value in given.items())
    with pytest.raises(ConfigError, match=rf"\[modem a\] {option}: is missing, and talk_path is usb"):
        parse(f"[modem a]\ndevice = /dev/x\ntalk_path = usb\n{lines}")


@pytest.mark.parametrize("name", ["asla:Headset", "Headset", "alsa:", "ttyUSB1", "imei:860000000000017"])
def test_sound_comes_from_a_path_or_a_card_by_name(name: str) -> None:
    (problem,) = problems_of(f"[modem a]\ndevice = auto\naudio_device = {name}\n")
    assert problem.startswith(f'[modem a] audio_device: "{name}" is not allowed. Use a full path')
    for right in ("", "/dev/ttyUSB1", "alsa:plughw:CARD=Headset"):
        assert parse(f"[modem a]\ndevice = auto\naudio_device = {right}\n").modems[0].audio_device == right


@pytest.mark.parametrize("sound", ["/dev/x", "/dev/../dev/x"])
def test_sound_never_comes_from_a_port_that_a_line_speaks_on(sound: str) -> None:
    own = problems_of(f"[modem a]\ndevice = /dev/x\naudio_device = {sound}\n")
    others = problems_of(f"[modem a]\ndevice = /dev/x\n[modem b]\ndevice = auto\naudio_device = {sound}\n")
    assert ["is the device of [modem a]" in problem for problem in (*own, *others)] == [True, True]


def test_a_wrong_pin_is_not_repeated_in_the_error() -> None:
    found = "\n".join(problems_of("[modem l]\npin = 12ab\n"))
    assert "[modem l] pin" in found
    assert "12ab" not in found


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    path.write_bytes("[office]\nname = 青禾\n".encode("gb18030"))
    with pytest.raises(ConfigError, match="line 2: is not UTF-8"):
        load(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    path.write_bytes("\ufeff[office]\nname = 青禾\n".encode())
    assert load(path).office.name == "青禾"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.ini"):
        load(tmp_path / "nowhere.ini")


def test_the_example_file_loads_and_shows_every_option_with_a_comment() -> None:
    text = (ROOT / "config.example.ini").read_text(encoding="utf-8")
    settings = parse(text)
    assert [modem.name for modem in settings.modems] == ["line1"]
    for section, options in option_names().items():
        header = "[modem line1]" if section == "modem" else f"[{section}]"
        body = text.split(header, 1)[1].split("\n[", 1)[0]
        for option in options:
            assert f"\n{option} =" in body, f"config.example.ini: {header} lacks {option}"


def test_the_example_file_shows_the_defaults() -> None:
    settings = parse((ROOT / "config.example.ini").read_text(encoding="utf-8"))
    for name, kind in config.SECTIONS.items():
        assert getattr(settings, name) == kind()
