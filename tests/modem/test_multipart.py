"""Joining parts: UTF-16 before decoding, any order, repeats once, mixed alphabets."""

from __future__ import annotations

from modem import multipart
from modem.events import Deliver


def part(number: int, body: bytes, alphabet: str = "ucs2") -> Deliver:
    return Deliver("+8613800138000", body, alphabet, None, 7, 3, number)


def test_a_sign_cut_in_two_by_the_sender_is_whole_again() -> None:
    face = "😀".encode("utf-16-be")
    assert multipart.join([part(1, b"\x4f\x60" + face[:2]), part(2, face[2:] + b"\x59\x7d")]) == "你😀好"


def test_parts_in_any_order_and_twice_are_joined_in_their_own_order() -> None:
    parts = [part(3, b"\0c"), part(1, b"\0a"), part(2, b"\0b"), part(1, b"\0x")]
    assert multipart.join(parts) == "abc"


def test_half_a_sign_that_stays_alone_becomes_a_replacement_sign() -> None:
    assert multipart.join([part(1, b"\xd8\x42"), part(2, b"\0a")]) == "\ufffda"


def test_a_message_may_change_its_alphabet_between_parts() -> None:
    parts = [part(1, b"Hi ", "gsm7"), part(2, "你好".encode("utf-16-be")), part(3, b"\x00\xff", "8bit")]
    assert multipart.join(parts) == "Hi 你好00 FF"


def test_no_parts_are_no_text() -> None:
    assert multipart.join([]) == ""
