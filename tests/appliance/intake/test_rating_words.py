"""Which texts are a figure and nothing else. What becomes of them: tests/appliance/casework/test_survey.py."""

from __future__ import annotations

import pytest

from appliance.intake.rating_words import figure_alone


@pytest.mark.parametrize("text", ["6", " 10 ", "０", "六", "十分", "8分", "9 ", "7."])
def test_a_figure_alone_is_known(text: str) -> None:
    assert figure_alone(text)


@pytest.mark.parametrize("text", ["", "6号楼", "110火警", "100", "路灯6", "六天了"])
def test_a_figure_in_a_sentence_is_a_sentence(text: str) -> None:
    assert not figure_alone(text)
