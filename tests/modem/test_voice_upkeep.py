"""What is done on a landline while nobody calls; its course is told in test_voice.py."""

from __future__ import annotations

from modem.gsm_picture import Picture
from modem.voice_landline import Landline
from modem.voice_profile import VoiceProfile
from modem.voice_upkeep import Upkeep


def test_before_start_up_went_through_there_is_nothing_to_do() -> None:
    land = Landline("land", VoiceProfile(), 1)
    assert Upkeep(land, Picture("land"), None, lambda identity: None).next_job() is None
