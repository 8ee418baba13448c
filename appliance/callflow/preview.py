"""A plan as a list of sentences, in the order a caller meets them. Pure: message ids with gaps, said by the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from appliance.callflow.plan import HoursPlan, Plan

LABELS = {
    "rings_on": "It rings until somebody picks up.",
    "rings": "It rings %(rings)d times. Whoever picks up the telephone has the call.",
    "waiting": "The box answers and asks the caller to wait, for %(seconds)d seconds at most. Take the call at any "
    "moment: lift the handset, then press F2.",
    "greeting": "The box greets the caller.",
    "announcement": "It plays the announcement that is on: %(title)s.",
    "number": "A caller whose number did not come along may key it in.",
    "menu": "It reads out the menu. Every key works at once, also in the midst of the greeting.",
    "key_1": "Key 1: leave a message.",
    "key_2": "Key 2: hear the announcement. Said only while one is on.",
    "key_3": "Key 3: how a ticket stands, by its number. The result and the rating are for the citizen's own "
    "telephone number alone.",
    "key_0": "Key 0: the numbers for emergencies.",
    "key_0_duty": "Key 0: the numbers for emergencies, and the duty telephone %(number)s.",
    "no_key": "Who presses nothing goes on.",
    "message": "The caller leaves a message of %(seconds)d seconds at most; the hash key, silence or hanging up ends "
    "it. It becomes a draft ticket.",
    "goodbye": "The box says goodbye and hangs up.",
    "records": "Every conversation is recorded.",
    "records_notice": "Every conversation is recorded; the caller is told before.",
    "rates": "When the handset has been put down, the caller may rate from 1 to 5.",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A key of LABELS with what stands in its gaps."""

    key: str
    gaps: dict[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message id."""
        return LABELS[self.key]

    @property
    def is_part(self) -> bool:
        """It belongs to the sentence before."""
        return self.key.startswith("key_")


@dataclass(frozen=True, slots=True)
class Previews:
    in_hours: tuple[Sentence, ...]
    after_hours: tuple[Sentence, ...]


def previews(plan: Plan, announcement: str) -> Previews:
    """Both halves of a plan."""
    in_hours, after_hours = preview(plan, plan.in_hours, announcement), preview(plan, plan.after_hours, announcement)
    return Previews(tuple(in_hours), tuple(after_hours))


def preview(plan: Plan, hours: HoursPlan, announcement: str) -> list[Sentence]:
    """What happens to a call. `announcement` is the title of the one that is on; "" = none."""
    return [*(_with_box(plan, hours, announcement) if hours.acts else [Sentence("rings_on")]), *_of_people(plan)]


def _with_box(plan: Plan, hours: HoursPlan, announcement: str) -> Iterator[Sentence]:
    yield Sentence("rings", {"rings": hours.rings})
    is_offered = "2" in hours.menu
    news = [Sentence("announcement", {"title": announcement})] if announcement and not is_offered else []
    if hours.waits:
        yield Sentence("waiting", {"seconds": hours.wait_s})
        yield from news
    yield Sentence("greeting")
    if not hours.waits:
        yield from news
    if hours.asks_number:
        yield Sentence("number")
    if hours.menu:
        yield Sentence("menu")
        for key in hours.menu:
            has_duty = key == "0" and plan.duty_phone
            yield Sentence("key_0_duty", {"number": plan.duty_phone}) if has_duty else Sentence(f"key_{key}")
        yield Sentence("no_key")
    if hours.takes_messages:
        yield Sentence("message", {"seconds": hours.message_s})
    yield Sentence("goodbye")


def _of_people(plan: Plan) -> Iterator[Sentence]:
    if plan.records_talks:
        yield Sentence("records_notice" if plan.plays_notice else "records")
    if plan.rates_talks:
        yield Sentence("rates")
