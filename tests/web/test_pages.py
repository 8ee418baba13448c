"""Every page: drawn in both languages, well formed, usable by keyboard, and nothing fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from appliance.demo_town import SimulatedTown
from appliance.errors import NotFound
from appliance.intake.papers import PaperForm
from appliance.outreach.citizen_notices import CitizenNoticeForm
from appliance.outreach.notices_to_units import NoticeForm
from tests.appliance.attachments.pictures import pdf, png, upload
from tests.appliance.prompts.waves import voice, wav
from tests.web.house import CITIZEN, House, Seat, copy_of
from tests.web.taping import tape
from web import language
from web.keys import KEYS

CHINESE = re.compile(r"[\u4e00-\u9fff]")

# Who looks at what. Every GET page of the table in web/doors.py is opened in test_access; these are read closely.
PAGES = {
    "wang": (
        "/", "/desk/lines", "/desk/queue", "/desk/side", "/calls", "/calls?outcome=missed", "/calls/ringing",
        "/callbacks", "/callbacks/rows",
        "/survey", "/survey/rows", "/supervision", "/emergency", "/emergency/3", "/calls/rows", "/tickets/rows",
        "/tickets", "/tickets?stage=review", "/tickets?late=1", "/tickets/new", "/tickets/new?call=1", "/tickets/1",
        "/tickets/2", "/tickets/3", "/tickets/4", "/tickets/5", "/tickets/6", "/tickets/7", "/tickets/1/edit",
        "/tickets/4/timeline?version=1", "/search", "/search?q=路灯", "/search?q=zzzz", "/messages", "/messages?box=in",
        "/messages?box=out", "/messages?box=trouble", "/messages?box=adverts", "/messages/rows", "/messages/with/in/1",
        "/messages/with/out/1", "/lines", "/lines/cards", "/lines/line1/flow", "/announcements", "/settings",
        "/settings/password", "/settings/keys", "/town",
        "/town/phones", "/papers", "/tickets/4/paper", "/tasks", "/tasks/1", "/notices", "/notices/1",
    ),
    "li": ("/", "/settings/departments", "/settings/departments/1", "/settings/departments/places", "/settings/routing",
           "/settings/routing?try_category=ld", "/conferences", "/duty-ledger", "/settings/users", "/prompts",
           "/prompts/greeting_hours?line=line1", "/recordings", "/recordings/1"),
    "unit": ("/unit", "/unit/3", "/unit/rows", "/tickets", "/tickets/3", "/search?q=路灯", "/settings"),
    "tech": ("/lines", "/settings", "/prompts/thanks"),
}  # fmt: skip
CASES = [(name, path) for name, paths in PAGES.items() for path in paths]


@pytest.fixture(scope="module")
def busy(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A ticket of every status, a call of every kind, messages that came, went, failed and are not known."""
    house = House(copy_of(furnished, tmp_path_factory.mktemp("busy") / "data"), is_demo=True)
    house.ticket("draft")
    for status in ("accepted", "dispatched", "in_progress", "review", "survey", "closed"):
        house.ticket(status)
    house.texts("西街井盖破了一个口，请来看看")
    house.texts("恭喜您获得大奖", "10690001234")
    house.texts("请问几点下班", "13900010012")
    taped = house.rings(call=1)
    house.hangs_up(call=1)
    tape(house, bytes(16_000), call_id=taped, marks=((0.2, "key", "3"),))
    house.rings("", call=2)
    house.rings("13700002222", line="line2", call=3)
    with house.store.transaction() as tx:
        for state in ("failed", "unknown", "sent", "delivered"):
            tx.execute(
                "UPDATE outbox SET state = ? WHERE id = (SELECT min(id) FROM outbox WHERE state = 'queued')", (state,)
            )
    house.office.studio.upload("greeting_hours", "line1", wav(voice(1.0)), house.user("li"), words="您好")
    house.office.studio.use("greeting_hours", "line1", house.user("li"))
    house.office.studio.upload("greeting_hours", "line1", wav(voice(1.2)), house.user("li"), words="您好")
    paper(house)
    house.clock.advance(hours=1)
    house.office.reminders.sweep()
    yield house
    house.close()


def paper(house: House) -> None:
    """A task for all bureaus, a notice to citizens, a scan of a ticket."""
    desk, wang = house.office.paper, house.user("wang")
    task = NoticeForm("task", "冬季排查", "请排查消防通道。", due_at="2026-11-25T17:00", kinds=("bureau",))
    desk.unit_notices.send(task, wang)
    notice = CitizenNoticeForm("东街今晚停电检修。", category="lamp")
    desk.citizen_notices.send(notice, desk.citizen_notices.preview(notice, wang).citizens, wang)
    version = house.office.tickets.row(4).version
    desk.papers.enter(4, PaperForm("scan"), (upload(png()), upload(pdf(), "scan.pdf")), wang, version=version)


@pytest.fixture(scope="module")
def seats(busy: House) -> dict[tuple[str, str], Seat]:
    return {(name, tag): busy.seat(name, language=tag) for name in PAGES for tag in language.TAGS}


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}{case[1]}")
def drawn(request: pytest.FixtureRequest, seats: dict[tuple[str, str], Seat]) -> dict[str, str]:
    """One page in both languages."""
    name, path = request.param
    return {tag: seats[name, tag].html(path) for tag in language.TAGS}


class Reader(HTMLParser):
    """The elements of a page, with the labels and names that a person hears."""

    # What a browser takes for the end of a paragraph (HTML 4.13.2.5, "optional tags").
    BLOCKS = frozenset(
        {"p", "div", "form", "ul", "ol", "dl", "section", "article", "header", "table", "details", "h1", "h2"}
    )
    VOID = frozenset({"input", "meta", "link", "img", "br", "use"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        names = [name for name, _ in attrs]
        self.wrong += [f"<{tag}> has {name} twice" for name in set(names) if names.count(name) > 1]
        if tag in self.BLOCKS and "p" in self.open:
            self.wrong.append(f"<{tag}> inside of <p>")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def words_of(html: str) -> str:
    """What is read: no tags, no scripts, and without what people of the office and citizens wrote."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|datalist)\b.*?</\1>", " ", html))


def test_it_says_its_language_and_speaks_it(drawn: dict[str, str]) -> None:
    for tag, html in drawn.items():
        if "<html" in html:
            assert f'<html lang="{language.TAGS[tag]}"' in html
    # The same page without any of its own words in both languages would be a page that isn't translated.
    plain = {tag: re.sub(r"\s+", " ", words_of(html)).strip() for tag, html in drawn.items()}
    assert plain["en"] != plain["zh_CN"] or not re.search(r"[A-Za-z\u4e00-\u9fff]", plain["en"])


def test_its_html_is_well_formed_and_its_ids_are_its_own(drawn: dict[str, str]) -> None:
    reader = Reader(drawn["en"])
    assert reader.wrong == []
    assert reader.open == []
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_every_field_has_a_label_and_every_button_a_name(drawn: dict[str, str]) -> None:
    html = drawn["en"]
    reader = Reader(html)
    labelled = {attributes.get("for") for attributes in reader.all("label")}
    for attributes in reader.all("input", "textarea", "select"):
        if attributes.get("type") == "hidden":
            continue
        is_inside = re.search(rf'<label class="check"><input[^>]*name="{attributes.get("name")}"', html)
        assert attributes.get("id") in labelled or is_inside, attributes
    for body in re.findall(r"(?s)<button\b[^>]*>.*?</button>", html):
        assert words_of(body).strip() or "aria-label=" in body, body


def test_every_form_that_changes_something_has_its_token(drawn: dict[str, str]) -> None:
    for form in re.findall(r"(?s)<form\b.*?</form>", drawn["en"]):
        if 'method="post"' in form:
            assert 'name="csrf_token"' in form, form[:200]


def test_it_brings_no_script_or_style_in_itself_and_fetches_nothing_from_elsewhere(drawn: dict[str, str]) -> None:
    html = drawn["en"]
    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son\w+=", html)
    for attributes in [attributes for _, attributes in Reader(html).elements]:
        for name in ("src", "href", "action", "formaction", "hx-get", "hx-post"):
            assert not attributes.get(name, "").startswith(("http:", "https:", "//")), attributes


def test_its_keys_stand_in_the_help(drawn: dict[str, str]) -> None:
    known = {name for key in KEYS for name in key.keys}
    for attributes in [attributes for _, attributes in Reader(drawn["en"]).elements]:
        for name in attributes.get("data-key", "").split():
            assert name in known, attributes


def test_a_whole_page_has_one_title_one_heading_and_one_main_part(drawn: dict[str, str]) -> None:
    html = drawn["en"]
    if "<html" in html:
        reader = Reader(html)
        assert len(reader.all("h1")) == 1
        assert len(reader.all("main")) == 1
        title = re.search(r"<title>(.*?)</title>", html)
        assert title is not None
        assert title[1].split(" · ")[0].strip()


def test_no_template_names_a_status(busy: House) -> None:
    """Statuses are rows of lifecycle.py; a template that knew one would be a second place to change."""
    folder = Path(busy.app.root_path) / "templates"
    for path in folder.rglob("*.html"):
        assert not re.search(r"\bstatus\s*(?:==|!=|in\b)|stage\.key\s*(?:==|!=|in\b)", path.read_text("utf-8")), path


@pytest.mark.parametrize("tag", list(language.TAGS))
def test_the_door_speaks_both_languages(house: House, tag: str) -> None:
    html = house.stranger(language=tag).html("/login")
    assert f'<html lang="{language.TAGS[tag]}"' in html
    assert ("Sign in" in html) == (tag == "en")
    assert {attributes["name"] for attributes in Reader(html).all("input")} >= {"username", "password", "csrf_token"}


@pytest.mark.parametrize("tag", list(language.TAGS))
@pytest.mark.parametrize("path", ["/nothing-here", "/tickets/999", "/settings/users"])
def test_pages_that_are_not_there_or_not_allowed_say_so_in_both_languages(house: House, tag: str, path: str) -> None:
    answer = house.seat("wang", language=tag).get(path)
    assert answer.status_code in (403, 404)
    assert f'<html lang="{language.TAGS[tag]}"' in answer.text
    said = re.search(r"(?s)<h1>(.*?)</h1>", answer.text)
    assert said is not None
    assert bool(CHINESE.search(said[1])) == (tag == "zh_CN")


def test_the_language_is_the_users_then_the_browsers_then_the_offices(house: House) -> None:
    assert 'lang="zh-CN"' in house.stranger().html("/login")
    stranger = house.stranger()
    stranger.post("/language", {"language": "en", "next": "/login"}, page="/login")
    assert 'lang="en"' in stranger.html("/login")
    wang = house.seat("wang", language="en")
    assert 'lang="en"' in wang.html("/")
    wang.post("/settings/language", {"language": "zh_CN"})
    assert 'lang="zh-CN"' in wang.html("/")
    assert 'lang="zh-CN"' in house.seat("wang", language="en").html("/")


def test_the_language_can_be_nothing_that_is_not_there(house: House) -> None:
    stranger = house.stranger()
    stranger.post("/language", {"language": "../../x", "next": "/login"}, page="/login")
    assert 'lang="zh-CN"' in stranger.html("/login")
    stranger.client.set_cookie("hotline_language", "xx")
    assert 'lang="zh-CN"' in stranger.html("/login")


def test_look_and_size_are_kept_by_the_browser_without_javascript(house: House) -> None:
    wang = house.seat("wang")
    wang.post("/settings/look", {"theme": "dark", "size": "150"})
    html = wang.html("/")
    assert 'data-theme="dark" data-size="150" data-keys="off"' in html
    wang.client.set_cookie("hotline_look", "pink.9000.maybe")
    assert 'data-theme="system" data-size="100" data-keys="on"' in wang.html("/")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\x01\x02\x07", "𠮷😀" * 40, "{{ 7*7 }}%(x)s", '"><img src=x>']
)
def test_whatever_a_citizen_texts_is_shown_as_text(house: House, text: str) -> None:
    house.texts(text)
    house.texts(text, "10690001234")
    wang = house.seat("wang", language="en")
    made = [
        path for row in house.office.tickets.rows().rows for path in (f"/tickets/{row.no}", f"/tickets/{row.no}/edit")
    ]
    for path in ("/", "/messages", "/messages?box=in", "/messages?box=adverts", "/tickets", *made):
        html = wang.html(path)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert Reader(html).wrong == []


def test_our_own_mistake_is_logged_and_said_without_asking_the_office_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    wang = house.seat("wang", language="en")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    object.__setattr__(house.office.tickets, "rows", broken)
    object.__setattr__(house.office.calls, "board", broken)
    answer = wang.get("/tickets")
    assert answer.status_code == 500
    assert "Something went wrong in the box" in answer.text
    assert "the disk is gone" not in answer.text
    assert "the disk is gone" not in caplog.text  # it may be somebody's words
    assert "GET tickets.list_page failed: RuntimeError at test_pages.py:" in caplog.text


def test_health_is_open_and_names_lines_and_nobody(house: House) -> None:
    house.ticket()
    answer = house.stranger().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    assert {"name": "line1", "state": "ready"} in answer.json["lines"]
    assert CITIZEN not in answer.text


def test_health_is_503_when_a_vital_part_is_down(house: House) -> None:
    house.office.health._parts = {"desk": lambda: False}
    answer = house.stranger().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["status"] == "down"


def test_the_town_is_not_there_in_a_real_office(house: House) -> None:
    wang = house.seat("wang")
    assert wang.get("/town").status_code == 404
    assert wang.get("/town/phones").status_code == 404
    assert "/town" not in wang.html("/")


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ({"ok": False, "error": "number: hex is wanted"}, 409, "The simulated telephone network did not do that"),
        (OSError("no such socket"), 409, "The simulated telephone network does not answer."),
    ],
)
def test_what_the_town_cannot_do_is_said_in_a_sentence(
    demo: House, answer: dict[str, object] | OSError, status: int, said: str
) -> None:
    def ask(socket: Path, words: dict[str, object]) -> dict[str, object]:
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert demo.town is not None
    simulated = SimulatedTown(ask, {"line1": Path("line1.sock"), "land": Path("land.sock")}, "land", demo.folder)
    wang = demo.seat("wang", language="en")
    token = wang.token()
    object.__setattr__(demo.office, "town", simulated)
    refused = wang.send("/town/ring", {"csrf_token": token, "number": "abc"})
    assert (refused.status_code, said in refused.text, "hex" in refused.text) == (status, True, False)


@pytest.mark.parametrize("state", ["dialing", "alerting", "incoming", "waiting", "active", "held"])
def test_the_state_of_a_towns_call_is_said_in_chinese(demo: House, state: str) -> None:
    assert demo.town is not None
    demo.town.calls = lambda: [{"number": CITIZEN, "state": state}]  # type: ignore[method-assign]
    drawn = demo.seat("wang", language="zh_CN").fragment("/town/phones").text
    said = drawn[drawn.index("town-call") : drawn.index("<form", drawn.index("town-call"))]
    assert CHINESE.search(said)
    assert state not in said


def test_on_the_demos_landline_the_citizen_speaks_and_presses_and_the_telephone_is_lifted(demo: House) -> None:
    wang = demo.seat("wang")
    assert demo.town is not None
    wang.post("/town/ring-landline", {"number": CITIZEN}, page="/town")
    wang.post("/town/speak", {"voice": "lamp"}, page="/town")
    wang.post("/town/press", {"keys": "#"}, page="/town")
    wang.post("/town/lift", {}, page="/town")
    wang.post("/town/put-down", {}, page="/town")
    assert demo.town.done == [("ring_landline", CITIZEN), ("speak", "lamp"), ("press", "#"), ("lift",), ("put_down",)]
    heard = wang.get("/town/heard.wav")
    assert (heard.mimetype, heard.data, heard.headers["Cache-Control"]) == ("audio/wav", b"RIFF", "no-store")


def test_a_voice_of_the_town_that_is_not_there_is_not_found(demo: House) -> None:
    simulated = SimulatedTown(lambda socket, words: {"ok": True}, {"land": Path("land.sock")}, "land", demo.folder)
    assert simulated.voices() == ("hole", "lamp", "water")
    with pytest.raises(NotFound):
        simulated.speak("../lamp")


def test_in_the_demo_the_town_rings_texts_and_shows_what_its_telephones_got(demo: House) -> None:
    wang = demo.seat("wang")
    assert demo.town is not None
    page = wang.html("/town")
    assert "&lt;b&gt;您好&lt;/b&gt;" in page
    wang.post("/town/ring", {"number": CITIZEN}, page="/town")
    wang.post("/town/text", {"number": CITIZEN, "text": "路灯不亮"}, page="/town")
    wang.post("/town/hangup", {"number": CITIZEN}, page="/town")
    assert demo.town.done == [("ring", CITIZEN), ("text", CITIZEN, "路灯不亮"), ("hang_up",)]
    assert wang.post("/town/burn", {}, page="/town").status_code == 404
