from __future__ import annotations

from pathlib import Path

from modem.audio.cards import Card, cards, parse

CARDS = """\
 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xa1310000 irq 130
 1 [Headset        ]: USB-Audio - Acme Headset [mono]
                      Acme Acme Headset at usb-0000:01:00.0-1.2, full speed
12 [Android        ]: USB-Audio - Android
                      Android Android at usb-0000:01:00.0-1.4, high speed
"""
PCM = """\
00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1
00-03: HDMI 0 : HDMI 0 : playback 1
01-00: USB Audio : USB Audio : playback 1 : capture 1
12-00: USB Audio : capture box : capture 1
13-00: gone : gone : playback 1
"""


def test_cards_are_named_so_that_a_new_number_does_not_matter() -> None:
    assert parse(CARDS, PCM) == [
        Card("PCH", "plughw:CARD=PCH,DEV=0", "HDA Intel PCH", can_record=True, can_play=True),
        Card("PCH", "plughw:CARD=PCH,DEV=3", "HDA Intel PCH", can_record=False, can_play=True),
        Card("Headset", "plughw:CARD=Headset,DEV=0", "Acme Headset [mono]", can_record=True, can_play=True),
        Card("Android", "plughw:CARD=Android,DEV=0", "Android", can_record=True, can_play=False),
    ]


def test_a_box_without_cards_or_without_any_sound_has_none(tmp_path: Path) -> None:
    assert cards(tmp_path) == []
    (tmp_path / "cards").write_text("--- no soundcards ---\n")
    (tmp_path / "pcm").write_text("")
    assert cards(tmp_path) == []


def test_the_kernel_is_asked(tmp_path: Path) -> None:
    (tmp_path / "cards").write_text(CARDS)
    (tmp_path / "pcm").write_text(PCM)
    assert len(cards(tmp_path)) == 4
