from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.people.keys import BoxKey
from db.store import Store, StoreError


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = BoxKey.load(tmp_path)
    path = tmp_path / "keys" / "box.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert BoxKey.load(tmp_path).phone_key("13800138000") == key.phone_key("13800138000")


def test_two_offices_find_the_same_number_by_different_keys(tmp_path: Path) -> None:
    assert BoxKey.load(tmp_path / "a").phone_key("110") != BoxKey.load(tmp_path / "b").phone_key("110")


def test_whoever_starts_at_the_same_moment_gets_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: BoxKey.load(tmp_path).phone_key("110"), range(24)))
    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["box.key"]


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 33, "no key at all"])
def test_a_damaged_key_is_an_error_and_is_not_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys" / "box.key"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(StoreError, match="is damaged"):
        BoxKey.load(tmp_path)
    assert path.read_text() == text


def test_a_database_of_another_key_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "hotline.db")
    key = BoxKey.load(tmp_path)
    key.check(store)
    key.check(store)
    with pytest.raises(StoreError, match="another box key"):
        BoxKey.load(tmp_path / "elsewhere").check(store)
    store.close()


def test_where_one_word_ends_is_part_of_the_digest() -> None:
    key = BoxKey(b"k" * 32)
    assert key.digest("p", "ab", "c") != key.digest("p", "a", "bc") != key.digest("p", "abc")
    assert key.digest("p", "a") != key.digest("q", "a")
    assert key.pdu_key("imsi:1", "00") != key.pdu_key("imsi:2", "00")
    assert key.digest("p", "\ud800")  # half a character in an SMS breaks nothing
