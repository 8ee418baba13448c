"""What a form made is remembered for this kind of form, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import tokens
from db.store import Store

AT = "2026-03-01T08:00:00.000Z"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "hotline.db")


def test_a_forms_token_answers_for_its_own_kind_of_form_alone(store: Store) -> None:
    with store.transaction() as tx:
        tokens.remember(tx, tokens.scoped("ticket", "t1"), AT, None, "4512")
        assert tokens.once(tx, tokens.scoped("ticket", "t1")) == "4512"
        assert tokens.once(tx, tokens.scoped("duty", "t1")) is None


def test_without_a_token_every_form_is_the_first(store: Store) -> None:
    with store.transaction() as tx:
        tokens.remember(tx, tokens.scoped("ticket", ""), AT, None, "4512")
        assert tokens.once(tx, tokens.scoped("ticket", "")) is None
        assert not tx.rows("SELECT 1 FROM form_token")
