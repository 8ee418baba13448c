"""Bugs to be put in on purpose: a fuzz run that does not find them proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modem import at, gsm_sms, gsm_status, gsm_stores, line_buffer, multipart, pdu, tpdu
from modem.at import Heard, State
from modem.events import Deliver

BAD_OCTET = 0x5A


def put(owner: Any, name: str, planted: Callable[..., Any]) -> None:
    setattr(owner, name, planted)


def _decode_fails_on_one_octet() -> None:
    alphabet_of = tpdu.alphabet_of

    def planted(data_coding: int) -> str:
        if data_coding == BAD_OCTET:
            raise IndexError(data_coding)
        return alphabet_of(data_coding)

    put(pdu, "alphabet_of", planted)


def _join_trusts_the_order() -> None:
    def planted(parts: Sequence[Deliver]) -> str:
        first = {part.part: part for part in reversed(parts)}
        return "".join(multipart.text_of(part) for part in reversed(first.values()))

    put(multipart, "join", planted)


def _parts_are_cut_anywhere() -> None:
    def planted(pieces: list[bytes], single: int, part: int) -> list[bytes]:
        whole = b"".join(pieces)
        return [whole] if len(whole) <= single else [whole[at : at + part] for at in range(0, len(whole), part)]

    put(pdu, "_filled", planted)


def _a_lost_prompt_is_waited_for_without_end() -> None:
    tick = at.AtEngine.tick

    def planted(engine: at.AtEngine, now_s: float) -> list[Heard]:
        return [] if engine._state is State.PROMPT_AWAITED else tick(engine, now_s)

    put(at.AtEngine, "tick", planted)


def _a_bell_is_looked_at_for_ever() -> None:
    next_line = line_buffer.LineBuffer.next_line

    def planted(buffer: line_buffer.LineBuffer) -> str | None:
        line = next_line(buffer)
        while line == "\x07":
            pass
        return line

    put(line_buffer.LineBuffer, "next_line", planted)


def _a_message_is_sent_again_after_an_error() -> None:
    done = gsm_sms.Outgoing.done

    def planted(outgoing: Any, ended: Any) -> Any:
        first = outgoing._queue[0]
        events = done(outgoing, ended)
        if ended.final.code == 500:
            outgoing._queue.appendleft(first)
            return []
        return events

    put(gsm_sms.Outgoing, "done", planted)


def _a_registration_without_number_is_a_crash() -> None:
    registration_in = gsm_status.registration_in

    def planted(line: str) -> int | None:
        assert registration_in(line) is not None, line
        return registration_in(line)

    put(gsm_status, "registration_in", planted)


def _a_slot_is_deleted_whose_message_nobody_has() -> None:
    def planted(stores: Any, slots: Any, now_s: float) -> None:
        for slot in slots:
            for entry in stores._stores[slot.store].entries.values() if slot.store in stores._stores else ():
                entry.is_committed = True

    put(gsm_stores.Stores, "delete", planted)


PLANTS: dict[str, tuple[str, Callable[[], None]]] = {
    "decode-fails-on-one-octet": ("pdu", _decode_fails_on_one_octet),
    "join-trusts-the-order": ("join", _join_trusts_the_order),
    "parts-are-cut-anywhere": ("submit", _parts_are_cut_anywhere),
    "lost-prompt-never-ends": ("engine", _a_lost_prompt_is_waited_for_without_end),
    "bell-never-ends": ("engine", _a_bell_is_looked_at_for_ever),
    "sent-again-after-an-error": ("conversation", _a_message_is_sent_again_after_an_error),
    "registration-without-number": ("conversation", _a_registration_without_number_is_a_crash),
    "deletes-what-nobody-has": ("conversation", _a_slot_is_deleted_whose_message_nobody_has),
}


def put_in(name: str) -> None:
    PLANTS[name][1]()
