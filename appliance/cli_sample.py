"""`hotline sample-data`: an office full of invented casework, to see how the box does under its load.

Heavy parts are imported where they are used, so that small commands answer at once.
"""

from __future__ import annotations

import click

from appliance.reach import Chosen, fail, say

MOST = 2_000_000
TOLD_EVERY = 50_000


@click.command("sample-data")
@click.option("--tickets", type=click.IntRange(1, MOST), required=True, help="How many; a million is 22 busy years.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same tickets.")
@click.pass_obj
def sample_data(chosen: Chosen, tickets: int, seed: int) -> None:
    """Fill an empty database with invented tickets. The program must not be running."""
    from appliance.clock import RealClock
    from appliance.errors import OfficeError
    from appliance.gate import AlreadyRunning, ProcessLock
    from appliance.people.keys import BoxKey
    from appliance.sample_load import Loader, furnish
    from appliance.services import Services
    from db.store import Store, StoreError

    settings = chosen.settings()
    try:
        lock = ProcessLock(settings.data.directory)
        store = Store(settings.data.directory / "hotline.db")
    except (AlreadyRunning, StoreError, OSError) as trouble:
        fail(str(trouble))
    try:
        clock = RealClock()
        departments, towns = furnish(Services.for_command(settings, store, clock).office)
        key = BoxKey.load(settings.data.directory)
        loader = Loader(store, clock, key, departments=departments, towns=towns, seed=seed)
        done = loader.load(tickets, lambda so_far: say(f"{so_far} tickets") if so_far % TOLD_EVERY == 0 else None)
    except OfficeError as refused:
        fail(str(refused))
    finally:
        store.close()
        lock.release()
    say(f"{done} invented tickets are in {store.path}.")
