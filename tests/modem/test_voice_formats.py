"""+VSM=? in its three shapes."""

from __future__ import annotations

import pytest

from modem.voice_formats import offers
from modem.voice_profile import SampleFormat as Form


@pytest.mark.parametrize(
    ("lines", "best"),
    [
        (['0,"SIGNED PCM",8,0,8000,0,0', '1,"UNSIGNED PCM",8,0,8000,0,0', '4,"G.711 ULAW",8,0,8000,0,0'],
         ("4,8000", Form.ULAW)),
        (['5,"G.711 ALAW",8,0,8000,0,0', '4,"G.711 U-LAW",8,0,8000,0,0'], ("4,8000", Form.ULAW)),
        (['1,"UNSIGNED PCM",8', '5,"A-Law"'], ("5,8000", Form.ALAW)),
        (["+VSM=0-1,8000-8000"], ("1,8000", Form.UNSIGNED)),
        (["+VSM: (0-1),(8000)"], ("1,8000", Form.UNSIGNED)),
        (['128,"8-BIT LINEAR",8,0,(8000)', '129,"4-BIT ADPCM"', '131,"IMA ADPCM"'], ("128,8000", Form.UNSIGNED)),
        (['130,"16-BIT LINEAR"', '1,"UNSIGNED PCM"'], ("130,8000", Form.LINEAR16)),
        (['0,"SIGNED PCM"'], ("0,8000", Form.SIGNED)),
        (['1,"something of its own"'], ("1,8000", Form.UNSIGNED)),
    ],
)  # fmt: skip
def test_the_best_of_what_is_offered(lines: list[str], best: tuple[str, Form]) -> None:
    first = offers(lines)[0]
    assert (first.vsm, first.form) == best


@pytest.mark.parametrize("lines", [[], ["ERROR?"], ['129,"IMA ADPCM"'], ["77"], ['2,"CELP"', '3,"G.723"']])
def test_what_cannot_be_read_is_no_offer(lines: list[str]) -> None:
    assert offers(lines) == []


def test_a_range_without_end_stays_short() -> None:
    assert len(offers(["0-999"])) == 4
