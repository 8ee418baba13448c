"""Three years after its matter was closed nobody can say any more who reported it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from appliance.errors import FieldWrong, NotAllowed
from appliance.people.vault_ageing import VaultAgeing
from tests.appliance.people.reporter import NUMBER, Reporter, office_with_reporter
from tests.appliance.small_office import SmallOffice

YEAR_S = 365.25 * 86400


@pytest.fixture
def protected(tmp_path: Path) -> tuple[SmallOffice, int]:
    office, reporter = office_with_reporter(tmp_path)
    no = reporter.comes()
    reporter.is_protected(no)
    return office, no


def ageing(office: SmallOffice, *, is_clock_ok: bool = True) -> VaultAgeing:
    return VaultAgeing(office.store, office.clock, office.office.audit, clock_ok=lambda: is_clock_ok)


def close(office: SmallOffice, no: int) -> None:
    office.move(no, "withdraw", reason="本人要求撤销")


def who(office: SmallOffice, no: int) -> Any:
    citizens: Any = office.office.citizens
    kept = office.one("SELECT citizen_id FROM ticket WHERE no = ?", no)
    return citizens.vault.identity(office.store, kept["citizen_id"]).numbers


def test_it_is_forgotten_three_years_after_closing_and_not_a_day_before(protected: tuple[SmallOffice, int]) -> None:
    office, no = protected
    close(office, no)
    office.clock.advance(3 * YEAR_S - 86400)
    assert ageing(office).sweep() == 0
    assert who(office, no) == (NUMBER,)
    office.clock.advance(2 * 86400)
    assert ageing(office).sweep() == 1
    assert who(office, no) == ()
    assert office.count("identity_vault WHERE wrapped_key IS NOT NULL") == 0
    assert office.count("identity_number") == 0
    assert office.count("audit WHERE action = 'identity_forgotten'") == 1
    assert ageing(office).sweep() == 0


def test_the_key_stands_nowhere_in_the_files_afterwards(protected: tuple[SmallOffice, int]) -> None:
    office, no = protected
    close(office, no)
    key = bytes(office.one("SELECT wrapped_key FROM identity_vault")["wrapped_key"])
    held = [path for path in office.folder.glob("hotline.db*") if key in path.read_bytes()]
    assert held
    office.clock.advance(4 * YEAR_S)
    assert ageing(office).sweep() == 1
    assert [path for path in office.folder.glob("hotline.db*") if key in path.read_bytes()] == []


def test_what_is_still_open_is_never_forgotten(protected: tuple[SmallOffice, int]) -> None:
    office, no = protected
    office.clock.advance(10 * YEAR_S)
    assert ageing(office).sweep() == 0
    assert who(office, no) == (NUMBER,)


def test_a_later_matter_of_the_same_person_keeps_it(protected: tuple[SmallOffice, int]) -> None:
    office, no = protected
    office.clock.advance(2 * YEAR_S)
    Reporter(office).office.text(from_=NUMBER, text="举报李科长又来要钱")
    close(office, no)
    office.clock.advance(2 * YEAR_S)
    assert ageing(office).sweep() == 0


def test_a_wrong_clock_forgets_nobody(protected: tuple[SmallOffice, int]) -> None:
    office, no = protected
    close(office, no)
    office.clock.advance(4 * YEAR_S)
    assert ageing(office, is_clock_ok=False).sweep() == 0
    assert who(office, no) == (NUMBER,)


def test_the_night_does_it(protected: tuple[SmallOffice, int]) -> None:
    office, no = protected
    close(office, no)
    office.clock.advance(4 * YEAR_S)
    for _ in range(24 * 2):
        office.services.every_minute["night"]()
        office.clock.advance(1800)
    assert who(office, no) == ()


def test_a_lead_sets_the_years(protected: tuple[SmallOffice, int]) -> None:
    office, no = protected
    keeps = ageing(office)
    for years in (None, 0, 31):
        with pytest.raises(FieldWrong):
            keeps.change(years, office.lead)
    with pytest.raises(NotAllowed):
        keeps.change(5, office.li)
    keeps.change(5, office.lead)
    keeps.change(5, office.lead)
    assert (keeps.keep_years(), office.count("audit WHERE action = 'vault_keep_years'")) == (5, 1)
    close(office, no)
    office.clock.advance(4 * YEAR_S)
    assert keeps.sweep() == 0
