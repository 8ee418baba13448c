"""Casework over a file of a million tickets: a move, the minute's look, suggestions and hints.

HOTLINE_BENCH_TICKETS sets another size. The file is made by `hotline sample-data`; what is timed runs in this process,
over the real services and the real disk.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.casework.tickets import TicketForm
from appliance.clock import RealClock
from appliance.config import DataSettings, ModemSettings, OfficeSettings, Settings
from appliance.people.keys import BoxKey
from appliance.sample_load import Loader, furnish
from appliance.services import Services
from db.store import Store
from tests.bench.figure import Figure, percentile

TICKETS = int(os.environ.get("HOTLINE_BENCH_TICKETS", "1000000"))
MATTERS, LOOKS, ASKED = 60, 30, 200
PHRASES = ("东街小学门口路灯不亮", "人民路菜市场污水横流", "学府街三号楼停水两天", "新村村委会旁垃圾没人清运")


def measure(folder: Path) -> list[Figure]:
    settings = Settings(
        office=OfficeSettings(name="青禾县12345", short_name="青禾12345", region_code="0571"),
        data=DataSettings(directory=folder),
        modems=(ModemSettings("line1"),),
    )
    store, clock = Store(folder / "hotline.db"), RealClock()
    try:
        services = Services.for_command(settings, store, clock)
        departments, towns = furnish(services.office)
        user = services.office.users.add("bench", "operator", "a-bench-needs-nobody-7", "Bench")
        begun = time.monotonic()
        key = BoxKey.load(folder)
        Loader(store, clock, key, departments=departments, towns=towns, seed=1).load(TICKETS)
        loaded_s = time.monotonic() - begun
        return [
            Figure("tickets in the file", TICKETS, "", note=f"made in {loaded_s:.0f} s, {_size_mb(folder):.0f} MB"),
            *_moves(services, user, departments, towns),
            *_looks(services, store),
            *_asked(services, user, towns),
        ]
    finally:
        store.close()


def _moves(services: Services, user: Any, departments: list[int], towns: list[str]) -> list[Figure]:
    """Ordinary tickets from their first word to the citizen's rating, by one operator."""
    tickets, chance = services.office.tickets, random.Random(1)
    taken_ms: list[float] = []
    made_ms: list[float] = []
    for number in range(MATTERS):
        form = TicketForm(
            title=chance.choice(PHRASES), content=f"{chance.choice(PHRASES)},请处理({number})", place="东街",
            contact_name="张三", contact_phone=f"1380000{number:04d}", type="complaint", category="lamp",
            town=chance.choice(towns),
        )  # fmt: skip
        no = _timed(made_ms, lambda form=form: tickets.create(form, user))  # type: ignore[misc]
        for key, given in (
            ("dispatch", {"department_id": chance.choice(departments)}),
            ("sign", {}),
            ("reply", {"text": "三盏路灯已更换,今晚已亮。"}),
            ("approve", {}),
            ("rate", {"rating": 5}),
        ):
            version = tickets.row(no).version
            _timed(
                taken_ms,
                lambda no=no, key=key, given=given, version=version: tickets.move(  # type: ignore[misc]
                    no, key, user, version=version, **given
                ),
            )
    p95, worst = percentile(taken_ms, 95), max(taken_ms)
    return [
        Figure("a new ticket is accepted, p95", percentile(made_ms, 95), "ms", note=f"{len(made_ms)} of them"),
        Figure("a move commits, p95", p95, "ms", "<= 25 ms", p95 <= 25, f"{len(taken_ms)} moves, worst {worst:.1f} ms"),
    ]


def _looks(services: Services, store: Store) -> list[Figure]:
    """The minute's look, first while it still finds what was left over, then when nothing is due any more."""
    reminders = services.office.reminders
    for _ in range(50):
        if not reminders.sweep():
            break
    writes = _written(store)
    taken: list[float] = []
    for _ in range(LOOKS):
        _timed(taken, reminders.sweep)
    idle_writes = _written(store) - writes
    for look in services.every_minute.values():
        look()
    whole: list[float] = []
    for _ in range(LOOKS):
        _timed(whole, lambda: [look() for look in services.every_minute.values()])
    worst = max(taken)
    return [
        Figure("the sweep finds that nothing is due, worst", worst, "ms", "<= 50 ms", worst <= 50, f"{LOOKS} looks"),
        Figure("rows it wrote meanwhile", idle_writes, "", "0", idle_writes == 0),
        Figure("everything of a minute together, worst", max(whole), "ms", note=", ".join(services.every_minute)),
    ]


def _asked(services: Services, user: Any, towns: list[str]) -> list[Figure]:
    """What stands beside the form while somebody types."""
    chance, office = random.Random(2), services.office
    suggested: list[float] = []
    hinted: list[float] = []
    for _ in range(ASKED):
        town, text = chance.choice(towns), chance.choice(PHRASES)
        category = chance.choice(("lamp", "waste", "water", "noise", "wages", "subsidy"))
        _timed(suggested, lambda c=category, t=town, x=text: office.routing.suggest(c, t, x))  # type: ignore[misc]
        phone = f"1700{chance.randrange(TICKETS // 5) * 7919 % 10_000_000:07d}"
        _timed(hinted, lambda c=category, t=town, x=text, p=phone: office.hints.of(  # type: ignore[misc]
            user, phone=p, category=c, town=t, text=x))  # fmt: skip
    one, other = percentile(suggested, 95), percentile(hinted, 95)
    return [
        Figure("suggested departments, p95", one, "ms", "<= 50 ms", one <= 50, f"worst {max(suggested):.1f} ms"),
        Figure("hints of the same matter, p95", other, "ms", "<= 50 ms", other <= 50, f"worst {max(hinted):.1f} ms"),
    ]


def _timed(taken_ms: list[float], deed: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    found = deed()
    taken_ms.append((time.perf_counter() - begun) * 1000)
    return found


def _written(store: Store) -> int:
    return store._writer.total_changes


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
