"""The profile as it is stored: both ways, and what is none."""

from __future__ import annotations

import pytest

from modem.voice_profile import SampleFormat, VoiceProfile


def test_a_profile_is_stored_and_read_whole() -> None:
    profile = VoiceProfile().found(sample_format=SampleFormat.ALAW, vls_join=3, hears_while_playing=True)
    assert VoiceProfile.from_json(profile.as_json()) == profile
    assert profile.measured == ("sample_format", "vls_join", "hears_while_playing")


def test_what_was_found_again_is_named_once() -> None:
    assert VoiceProfile().found(vls_join=3).found(vls_join=5).measured == ("vls_join",)


def test_what_a_later_version_added_is_left_out() -> None:
    assert VoiceProfile.from_json('{"vls_line": 1, "smells": "of ozone"}') == VoiceProfile()


@pytest.mark.parametrize("text", ["", "[]", '"u-law"', '{"sample_format": "mp3"}'])
def test_what_is_no_profile_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        VoiceProfile.from_json(text)
