from __future__ import annotations

import pytest

from modem.audio.key_merge import KeyMerge


@pytest.mark.parametrize(("first", "second"), [("module", "sound"), ("sound", "module")])
def test_a_key_told_by_both_counts_once(first: str, second: str) -> None:
    keys = KeyMerge()
    assert keys.is_new(first, 1, "5", 10.0)
    assert not keys.is_new(second, 1, "5", 10.4)


def test_the_same_key_pressed_twice_counts_twice_however_the_telling_overlaps() -> None:
    keys = KeyMerge()
    told = [("sound", 10.0), ("sound", 10.2), ("module", 10.3), ("module", 10.45)]
    assert [keys.is_new(source, 1, "5", at) for source, at in told] == [True, True, False, False]


def test_a_key_told_much_later_is_another_press() -> None:
    keys = KeyMerge()
    assert keys.is_new("sound", 1, "5", 10.0)
    assert keys.is_new("module", 1, "5", 10.6)


@pytest.mark.parametrize(("call", "key"), [(2, "5"), (1, "6")])
def test_another_key_or_another_call_is_new(call: int, key: str) -> None:
    keys = KeyMerge()
    assert keys.is_new("sound", 1, "5", 10.0)
    assert keys.is_new("module", call, key, 10.1)


def test_a_source_alone_is_believed_each_time() -> None:
    keys = KeyMerge()
    assert all(keys.is_new("sound", 1, "5", 10 + n * 0.1) for n in range(1000))
