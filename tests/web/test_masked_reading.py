"""County leaders and auditors read every ticket, and nowhere a citizen's name or number (domain 4.4, 'R m')."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from tests.web.house import House, Seat, copy_of

NAME, PHONE = "欧阳惠兰", "13877660431"
OLD_NAME, LANDLINE = "钱多多", "057188887766"
JOINED_NAME, JOINED_PHONE = "Anna Petrova", "13877660999"
NEIGHBOUR = "15966554433"  # of somebody whom no row knows
SECRET_NAME, SECRET_PHONE = "司马守正", "13877660777"
GAPS = ("", " ", "-", " - ", ".", "\u00b7")
PASSWORD = "tall-bridge-55"
LEAVES = frozenset({"/logout"})


def forms_of(canary: str) -> Iterator[str]:
    """As people write it: plain, with blanks, with dashes."""
    yield from (gap.join(canary.replace(" ", "")) for gap in GAPS)
    yield canary
    if canary.isdecimal():
        yield from (f"{canary[:3]}{gap}{canary[3:7]}{gap}{canary[7:]}" for gap in GAPS)


CANARIES = tuple(
    dict.fromkeys(
        form
        for canary in (NAME, PHONE, OLD_NAME, LANDLINE, JOINED_NAME, JOINED_PHONE, NEIGHBOUR, SECRET_NAME, SECRET_PHONE)
        for form in forms_of(canary)
    )
)
EVERY_FORM = "\uff0c".join(form for canary in (NAME, PHONE, OLD_NAME, JOINED_NAME, JOINED_PHONE, NEIGHBOUR)
                           for form in forms_of(canary))  # fmt: skip
TITLE = f"{NAME}家门口路灯不亮，电话{PHONE}"


def seat_of(house: House, role: str) -> Seat:
    if role not in {user.name for user in house.office.users.all()}:
        house.office.users.add(role, role, PASSWORD, display_name="周主任")
    seat = house.stranger(language="en")
    assert seat.sign_in(role, PASSWORD).status_code == 302
    return seat


@pytest.fixture(scope="module")
def told(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An office where names and numbers stand in everything that can be written."""
    house = House(copy_of(furnished, tmp_path_factory.mktemp("masked") / "data"))
    wang, li, tickets = house.user("wang"), house.user("li"), house.office.tickets
    city = next(unit for unit in house.office.departments.all() if unit.code == "CG")
    about = {"contact_name": NAME, "contact_phone": PHONE}
    house.rings(PHONE)
    house.ticket("closed", contact_name=OLD_NAME, contact_phone=PHONE, title=f"{OLD_NAME}问{LANDLINE}")
    no = house.ticket(
        "accepted", **about, title=TITLE, content=f"请联系：{EVERY_FORM}。", place=f"东街{NAME}家", wish=f"回电{PHONE}"
    )
    joined = house.ticket(
        "accepted", contact_name=JOINED_NAME, contact_phone=JOINED_PHONE, title=f"{JOINED_NAME}也说路灯不亮"
    )
    tickets.move(joined, "merge", wang, version=tickets.row(joined).version, other_no=no)
    for key, given in (
        ("dispatch", {"department_id": city.id, "text": EVERY_FORM}),
        ("sign", {}),
        ("ask_extension", {"days": 2, "reason": f"等{EVERY_FORM}"}),
        ("reply", {"text": f"已答复{EVERY_FORM}。", "contacted": True}),
        ("send_back", {"reason": f"请再联系{EVERY_FORM}"}),
        ("reply", {"text": f"已再次答复{EVERY_FORM}，路灯全部修好。", "contacted": True}),
    ):
        house.clock.advance(minutes=10)
        tickets.move(no, key, li, version=tickets.row(no).version, **given)
    tickets.note(no, EVERY_FORM, wang)
    house.texts(f"我是{NAME}，电话{PHONE}", PHONE)
    house.office.messages.write(PHONE, f"{NAME}您好，{PHONE}", wang, ticket_no=no)
    house.ticket(
        "dispatched", contact_name=SECRET_NAME, contact_phone=SECRET_PHONE, privacy="confidential", type="report",
        title="举报采砂", content=f"{SECRET_NAME}举报夜间采砂，{SECRET_PHONE}。",
    )  # fmt: skip
    yield house
    house.close()


def crawled(seat: Seat, *first: str) -> dict[str, str]:
    """Every page that can be reached by links from these, each once, as it reads."""
    waiting, found = list(first), dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path in found or path in LEAVES or len(found) > 300:
            continue
        answer = seat.get(path)
        assert answer.status_code in (200, 302), f"{path}: {answer.status_code}: a link leads where nobody may go"
        if answer.status_code == 302:
            found[path] = ""
            waiting.append(answer.headers["Location"])
            continue
        found[path] = unescape(answer.text)
        links = re.findall(r'(?:href|data-fresh|hx-get|src)="(/[^"#]*)', answer.text)
        waiting += [unescape(link) for link in links if not link.startswith("/static")]
    return found


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_no_page_that_they_reach_shows_a_name_or_number_in_any_form(told: House, role: str) -> None:
    seat = seat_of(told, role)
    pages = crawled(seat, "/", "/tickets", "/tickets/rows", "/search?q=000002", "/search?q=路灯", "/settings")
    numbers = [path for path in pages if re.fullmatch(r"/tickets/\d+", path)]
    assert len(numbers) >= 4, sorted(pages)
    assert any("/timeline" in path for path in pages)
    for (path, html), canary in product(pages.items(), CANARIES):
        assert canary not in html, f"{role}: {path} shows {canary!r}"


def test_the_same_pages_show_them_to_the_desk_so_that_the_search_above_can_fail(told: House) -> None:
    pages = {path: unescape(told.seat("wang").html(path)) for path in ("/tickets", "/tickets/2", "/tickets/3")}
    for canary in (NAME, PHONE, JOINED_NAME, NEIGHBOUR):
        assert any(canary in html for html in pages.values()), canary


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_they_read_what_happened_and_find_nothing_to_press(house: House, role: str) -> None:
    no = house.ticket("review")
    house.office.tickets.note(no, "已电话核实", house.user("wang"))
    seat = seat_of(house, role)
    assert seat.get("/").headers["Location"] == "/tickets"
    page = seat.html(f"/tickets/{no}")
    for shown in ("东街路灯不亮", "三盏路灯一周不亮", "城管局", "已电话核实", "控制箱进水，已更换"):
        assert shown in page, shown
    main = page.split('<main', 1)[1]  # fmt: skip
    assert "<form" not in main
    assert "<button" not in main
    assert "<audio" not in main
    for path in (f"/tickets/{no}/edit", f"/tickets/{no}/slip", "/tickets/new", "/messages", "/calls", "/callbacks"):
        assert seat.get(path).status_code == 403, path
    for path in (f"/tickets/{no}/move", f"/tickets/{no}/note", f"/tickets/{no}/text", f"/tickets/{no}/decide"):
        assert seat.send(path, {"csrf_token": seat.token()}).status_code == 403, path


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_no_search_tells_them_whose_number_or_name_it_is(told: House, role: str) -> None:
    seat = seat_of(told, role)
    for asked in (NAME, PHONE, PHONE[-4:], OLD_NAME, "欧阳", "Petrova", NEIGHBOUR):
        assert "row-link" not in seat.html(f"/search?q={asked}"), asked
    assert "row-link" in seat.html("/search?q=路灯")
    assert "row-link" in seat.html("/search?q=000002")
    assert "row-link" in told.seat("wang").html(f"/search?q={PHONE}")


def test_beside_a_confidential_ticket_stands_no_other_of_its_citizen(house: House) -> None:
    """A department sees its own tickets alone there, so a leader sees none."""
    about = {"contact_name": SECRET_NAME, "contact_phone": SECRET_PHONE, "type": "report", "privacy": "confidential"}
    first = house.ticket("accepted", **about, title="举报采砂一")
    second = house.ticket("accepted", **about, title="举报采砂二")
    assert "举报采砂一" in house.seat("wang").html(f"/tickets/{second}")
    seat = seat_of(house, "leader")
    for no, other in ((first, "举报采砂二"), (second, "举报采砂一")):
        assert other not in seat.html(f"/tickets/{no}")
