"""A Monday after a storm, worked off by one person: 40 missed calls of 25 numbers, 60 texts of which 20 are one event.

Counted are the buttons pressed, the characters typed, and the minutes that this takes at the pace of a person who has
done it before. The numbers are held: whoever makes the way longer sees it here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from appliance.casework.routing_rules import Rule
from modem.commands import Dial
from modem.events import CallAnswered, CallDialing, EndReason
from tests.journeys.story import Story

SUNDAY_NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
READ_S, PRESS_S, TYPE_S, TALK_S = 6.0, 1.5, 0.35, 75.0  # one item, one button, one character, one call

WIRE = (
    "东街邮局门口电线被风刮断了掉在地上",
    "东街邮局门口电线刮断了没人管",
    "邮局门口的电线断了掉地上很危险",
    "东街电线被大风刮断掉在路上",
    "东街邮局门口电线断了快来人",
)
# What else people write after such a night: text, type, class, and whose duty it is.
OTHERS = (
    ("河东路一棵大树倒了挡住路", "help", "forest", "city"),
    ("西门小区地下车库进水了", "help", "property", "city"),
    ("人民路路灯坏了三盏", "complaint", "lamp", "city"),
    ("新村屋顶的广告牌松动", "help", "stalls", "city"),
    ("南关下水道堵了污水倒灌", "complaint", "pipes", "city"),
)
MOST_PRESSES, MOST_MINUTES = 70, 45  # one button for each matter, one for each call, one that joins


def test_one_person_works_it_off_and_everybody_is_answered(tmp_path: Path, tell: Callable[[str], None]) -> None:
    story = Story(tmp_path, now=SUNDAY_NIGHT)
    for category in ("power", *(other[2] for other in OTHERS)):
        story.office.routing.put(duty(category, story.small.department().id), story.small.lead)
    callers = storm(story)
    story.until(2026, 11, 23, 8, 30)
    drafts = open_drafts(story)
    assert len(drafts) == 60
    assert len(story.office.callbacks.rows()) == 25
    items = 0

    # The event first: sorted and sent out once, then everything that reads alike follows it.
    first = next(no for no in drafts if "电线" in title(story, no))
    sort_and_send(story, first, "help", "power")
    alike = story.office.joining.alike(first, story.small.li)
    assert len(alike) == 19, [each.title for each in alike]
    story.press(story.li, f"/tickets/{first}/alike", f"/tickets/{first}/alike", {"other": [each.no for each in alike]})
    items += 2

    # Then the others, one after the other.
    for no in open_drafts(story):
        kind = next(other for other in OTHERS if other[0] in title(story, no))
        sort_and_send(story, no, kind[1], kind[2])
        items += 1

    # Then everybody who rang: one press dials; whoever is reached is off the list by that.
    for row in story.office.callbacks.rows():
        story.press(story.li, f"/callbacks/{row.id}/call", "/callbacks")
        answers(story)
        items += 1

    minutes = (items * READ_S + story.presses * PRESS_S + story.typed * TYPE_S + 25 * TALK_S) / 60
    tell(f"{items} items: {story.presses} buttons, {story.typed} characters typed, {minutes:.0f} minutes of one person")
    assert open_drafts(story) == []
    assert story.office.callbacks.rows() == ()
    assert story.small.count("ticket WHERE status = 'merged'") == 19
    # One answer of the department reaches all twenty.
    story.move(first, "reply", text="电线已修复,现场已清理。", contacted="yes")
    story.move(first, "approve")
    story.minutes(60 * 24)
    answered = {number for _, number, text in story.small.on_air if "电线已修复" in text}
    assert len(answered) == 20
    assert len(callers) == 25
    assert story.presses <= MOST_PRESSES
    assert minutes <= MOST_MINUTES


def duty(category: str, department_id: int) -> Rule:
    """A row of the routing table, as every office has them after its first weeks."""
    return Rule(0, category, "", "", "", department_id, (), "职责清单", "table", "")


def storm(story: Story) -> set[str]:
    """The night: 40 calls that nobody takes, 60 texts, all mixed."""
    chance = random.Random(7)
    numbers = [f"1370000{number:04d}" for number in range(25)]
    calls = numbers + chance.choices(numbers, k=15)
    texts = [(f"1380000{n:04d}", chance.choice(WIRE)) for n in range(20)]
    texts += [(f"1390000{n:04d}", f"{OTHERS[n % 5][0]},{n}号楼附近") for n in range(40)]
    happenings: list[Callable[[], object]] = [lambda number=number: rings(story, number) for number in calls]  # type: ignore[misc]
    happenings += [lambda number=number, text=text: story.says(number, text) for number, text in texts]  # type: ignore[misc]
    chance.shuffle(happenings)
    for happening in happenings:
        happening()
        story.minutes(4, step=4)
    return set(calls)


def rings(story: Story, number: str) -> None:
    call = story.small.ring(from_=number)
    story.clock.advance(20)
    story.small.hang_up(call, EndReason.REMOTE)


def answers(story: Story) -> None:
    """The number that was dialled last answers, and they speak."""
    dial = next(command for _, command in reversed(story.small.commands) if isinstance(command, Dial))
    call = 9000 + dial.ref
    story.small.handle(CallDialing("line1", call, dial.ref, dial.number))
    story.small.handle(CallAnswered("line1", call))
    story.clock.advance(TALK_S)
    story.small.hang_up(call, EndReason.LOCAL)


def open_drafts(story: Story) -> list[int]:
    return [row["no"] for row in story.small.store.rows("SELECT no FROM ticket WHERE status = 'draft' ORDER BY no")]


def title(story: Story, no: int) -> str:
    return story.office.tickets.page(no, story.small.li).form.content


def sort_and_send(story: Story, no: int, type_: str, category: str) -> None:
    """What the operator types for one: its kind by the first letters, the place. The table knows where it goes."""
    story.type(2 + 3 + 3)
    page = f"/tickets/{no}/edit"
    content = title(story, no)
    fields = {"title": content[:20], "content": content, "place": "城关镇", "type": type_, "category": category}
    story.press(story.li, page, page, {**fields, "then": "send"})
    assert story.status(no) == "dispatched"
