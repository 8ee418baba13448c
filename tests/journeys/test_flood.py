"""A hundred texts a minute for an hour, from one number and from twenty; a thousand rings of a prank caller.

Everything is stored, each number is one matter, answers stay within domain 0.1, and nobody else waits behind it.
In fake time over the wire, as fast as a module at 115200 baud takes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from appliance.clock import from_utc_text
from appliance.outreach.purposes import MOST_PER_NUMBER_AND_DAY
from tests import rounds
from tests.journeys.fast_office import FastOffice
from tests.journeys.seeded_box import BUGS

MINUTES = rounds.count(15, soak=60)
RINGS = 1000
A_MINUTE = 100
SOON_S = 60.0  # from a citizen's text until his telephone shows the receipt
CALM = "南门积水"
FLOODER, PRANKSTER = "13800009999", "13800008888"
# What a nuisance writes: matters, questions, call me, figures, nothing at all.
TEXTS = ("快来修路灯", "查", "回电", "5", "。。。", "查 000001", "我还要补充一下情况")


@pytest.mark.slow
@pytest.mark.parametrize("senders", [1, 20])
def test_a_flood_is_kept_grouped_and_holds_nobody_up(senders: int, tmp_path: Path, tell: Callable[[str], None]) -> None:
    tell(tell_flood(tmp_path, senders, MINUTES))


@pytest.mark.slow
@pytest.mark.parametrize("number", [PRANKSTER, ""], ids=["number", "withheld"])
def test_a_prank_caller_is_kept_grouped_and_piles_nothing_up(
    number: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    tell(tell_prank(tmp_path, number, RINGS))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "is_seen_as"),
    [
        ("every-text-a-matter", "tickets of one number"),
        ("no-limit-of-answers", "answers to one number"),
        ("answers-go-last-in-first", "waited"),
        ("each-text-a-row", "rows on the desk"),
    ],
)
def test_the_flood_fails_on_a_seeded_bug(
    bug: str, is_seen_as: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BUGS[bug](monkeypatch.setattr)
    with pytest.raises(AssertionError, match=is_seen_as):
        tell_flood(tmp_path, 1, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "number", "is_seen_as"),
    [
        ("every-ring-a-card", PRANKSTER, "cards"),
        ("every-ring-a-note", "", "notes on the desk"),
        ("every-ring-an-apology", PRANKSTER, "answers to one number"),
    ],
)
def test_the_prank_fails_on_a_seeded_bug(
    bug: str, number: str, is_seen_as: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BUGS[bug](monkeypatch.setattr)
    with pytest.raises(AssertionError, match=is_seen_as):
        tell_prank(tmp_path, number, 30)


def tell_flood(folder: Path, senders: int, minutes: int) -> str:
    """They write a hundred a minute; once a minute somebody else has a matter. Returns what was counted."""
    town = FastOffice(folder, look_every_s=5.0)
    sent: Counter[tuple[str, str]] = Counter()
    others: list[str] = []
    waits_s: list[float] = []
    for minute in range(minutes):
        for each in range(A_MINUTE):
            number, text = text_of(minute * A_MINUTE + each, senders)
            sent[number, text] += 1
            town.ask("sms", number=number, text=text)
            if each == A_MINUTE // 2:
                others.append(f"135{minute:08d}")
                sent[others[-1], CALM] += 1
                town.ask("sms", number=others[-1], text=CALM)
                wrote_s = town.now_s
            town.later(60 / A_MINUTE)
        waits_s.append(served_after_s(town, others[-1], wrote_s))
    town.settle(7200)
    kept = Counter((row["number"], row["text"]) for row in town.kept())
    assert kept == sent, "lost or doubled messages"
    grouped_as_allowed(town, [*{number_of(each, senders) for each in range(senders)}, *others])
    rows = town.small.office.messages.rows("desk", limit=10_000).rows
    assert max(Counter(row.number for row in rows).values()) <= 3, "rows on the desk for one number"
    tickets = town.small.count("ticket")
    return (
        f"flood from {senders}: {sent.total()} messages in {minutes} min, all kept; {tickets} tickets,"
        f" {len(rows)} rows on the desk, {len(town.sent())} answers; others served after {max(waits_s):.0f} s at most"
    )


def tell_prank(folder: Path, number: str, rings: int) -> str:
    """Rings and hangs up, every four seconds. Returns what was counted."""
    town = FastOffice(folder, look_every_s=5.0)
    office = town.small.office
    most_cards = 0
    for ring in range(rings):
        assert town.ask("ring", number=number)["state"] == "incoming"
        town.later(2.0)
        most_cards = max(most_cards, len(office.calls.board()))
        town.ask("hangup")
        town.later(2.0)
        if ring == rings // 2 and number:
            town.ask("sms", number=number, text="你们怎么不接电话")
    town.settle(3600)
    assert town.small.count("call WHERE outcome = 'missed'") == rings, "lost or doubled calls"
    assert most_cards == 1, f"{most_cards} cards for one caller"
    owed, notes = office.callbacks.rows(), [row for row in office.reminders.open() if row.kind == "withheld_missed"]
    assert [row.missed_calls for row in owed] == ([rings] if number else []), "call-backs for one caller"
    assert [row.times for row in notes] == ([] if number else [rings]), "notes on the desk for callers without a number"
    grouped_as_allowed(town, [number])
    return (
        f"prank caller ({'a number' if number else 'withheld'}): {rings} rings kept, {len(owed)} call-back,"
        f" {len(notes)} note, {town.small.count('ticket')} ticket, {len(town.sent())} answers, {most_cards} card"
    )


def number_of(serial: int, senders: int) -> str:
    return f"{int(FLOODER) - serial % senders}"


def text_of(serial: int, senders: int) -> tuple[str, str]:
    """Whom the flood's message so-and-so is from, and what it says."""
    word = TEXTS[serial // senders % len(TEXTS)]
    is_word = len(word) < 4 or "0" in word
    return number_of(serial, senders), word if is_word else f"{word}{serial // 2}"


def served_after_s(town: FastOffice, number: str, wrote_s: float) -> float:
    """How long it took from a citizen's text until the network had taken his receipt."""
    row = town.small.one(
        "SELECT o.sent_at FROM outbox o JOIN outbox_words w ON w.outbox_id = o.id WHERE w.number = ?",
        number,
    )
    sent_at = row["sent_at"] if row else None
    assert sent_at is not None, "somebody else waited behind the flood"
    waited_s = (from_utc_text(sent_at) - town.clock.now()).total_seconds() + town.now_s - wrote_s
    assert waited_s <= SOON_S, "somebody else waited behind the flood"
    return waited_s


def grouped_as_allowed(town: FastOffice, numbers: Sequence[str]) -> None:
    """One ticket and one receipt for each number that wrote; not more answers a day than allowed."""
    small = town.small
    tickets = [row["n"] for row in small.store.rows("SELECT count(*) AS n FROM ticket GROUP BY citizen_id")]
    assert max(tickets, default=0) <= 1, f"{max(tickets)} tickets of one number"
    receipts = Counter(row["number"] for row in town.sent() if row["purpose"] == "receipt")
    assert set(receipts.values()) <= {1}, "receipts for one matter"
    answers = Counter(message["to"] for message in town.shown())
    assert set(answers) <= set(numbers), "an answer to somebody else"
    assert max(answers.values(), default=0) <= MOST_PER_NUMBER_AND_DAY["answer"], "answers to one number in a day"
