"""The drawing of a ticket's life in the documents is the table of moves, and nothing else."""

from __future__ import annotations

import pytest

from appliance.casework.lifecycle import MOVES, STATUSES
from tools import lifecycle_diagram as diagram


def test_the_drawing_in_the_documents_is_current() -> None:
    book = diagram.BOOK.read_text(encoding="utf-8")
    assert diagram.updated(book) == book, "python tools/lifecycle_diagram.py update"


def test_every_status_and_every_move_is_in_it() -> None:
    drawn = diagram.drawing()
    for status in STATUSES:
        assert f"        {status.key}: {status.label}\n" in drawn
    for move in MOVES:
        assert f"| `{move.key}` |" in drawn


def test_an_old_drawing_is_noticed_and_made_anew() -> None:
    old = f"# Book\n{diagram.BEGIN}\nan old drawing\n{diagram.END}\n## Next\n"
    new = diagram.updated(old)
    assert new != old
    assert new.startswith("# Book\n")
    assert new.endswith("\n## Next\n")
    assert diagram.updated(new) == new


def test_a_book_without_the_marks_is_told() -> None:
    with pytest.raises(ValueError, match="missing"):
        diagram.updated("# Book\n")
