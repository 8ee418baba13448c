"""Every sentence of the product in both languages: nothing missing, nothing fuzzy, nothing left over."""

from __future__ import annotations

import shutil
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from appliance import errors
from appliance.casework import lifecycle
from appliance.lines import ADVICE
from appliance.outreach.callbacks import REASONS
from appliance.outreach.purposes import PURPOSES
from appliance.outreach.reminders import LABELS
from appliance.people import roles
from appliance.talk_paths import TALK_PATHS
from tests.web.house import House
from tools import catalogues
from web import catalogue, language, message_words, speech, telephone_words, words
from web.keys import KEYS
from web.notes import NOTES

ROOT = Path(__file__).parents[2]


def test_both_catalogues_hold_every_message_and_no_other() -> None:
    assert catalogues.complaints() == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small product with one sentence of each kind, and catalogues that hold them all."""
    (tmp_path / "web" / "translations").mkdir(parents=True)
    (tmp_path / "appliance").mkdir()
    (tmp_path / "web" / "page.html").write_text(
        "{{ _('Hello %(name)s', name=x) }}{{ ngettext('%(num)d day', '%(num)d days', n) }}"
    )
    (tmp_path / "web" / "page.py").write_text("gettext('From code')\nX = N_('Marked')\n")
    (tmp_path / "appliance" / "errors.py").write_text(
        "TOO = 'Too long'\nclass Refused(OfficeError):\n    message = 'Refused'\nraise FieldWrong('x', TOO)\n"
        "reason = 'busy' if x else 'gone'\nraise LineBusy(line=1, reason=reason)\nADVICE = {1: 'Plug it in'}\n"
    )
    for name in catalogues.LANGUAGES:
        (tmp_path / "web" / "translations" / f"{name}.po").write_text("")
    catalogues.update(tmp_path)
    shutil.copy(tmp_path / "web" / "translations" / "en.po", tmp_path / "web" / "translations" / "zh_CN.po")
    return tmp_path


ALL = {
    "Hello %(name)s",
    ("%(num)d day", "%(num)d days"),
    "From code",
    "Marked",
    "Too long",
    "Refused",
    "busy",
    "gone",
    "Plug it in",
}


def test_messages_are_found_wherever_they_stand(tree: Path) -> None:
    assert set(catalogues.messages(tree)) == ALL
    assert catalogues.complaints(tree) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('msgstr "Refused"', 'msgstr ""', "is missing"),
        ('msgid "Refused"', '#, fuzzy\nmsgid "Refused"', "is fuzzy"),
        ('msgstr "Hello %(name)s"', 'msgstr "Hello %(nme)s"', "has other gaps"),
        ('msgid "Marked"', 'msgid "Formerly"', "nobody says it any more"),
    ],
)
def test_a_broken_catalogue_is_found(tree: Path, old: str, new: str, complaint: str) -> None:
    path = tree / "web" / "translations" / "zh_CN.po"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(complaint in each for each in catalogues.complaints(tree))


def test_a_new_sentence_without_a_translation_is_found(tree: Path) -> None:
    (tree / "web" / "new.html").write_text("{{ _('Nobody translated this') }}")
    assert [each.split(":")[0] for each in catalogues.complaints(tree)] == ["zh_CN", "en"]


@pytest.mark.parametrize("name", list(language.TAGS))
def test_our_reader_reads_what_gettexts_own_format_says(name: str) -> None:
    ours = catalogue.read(language.FOLDER / f"{name}.po", language.FORMS[name])
    for entry in catalogues.read(name):
        if not entry.id:
            continue
        one = entry.id if isinstance(entry.id, str) else entry.id[0]
        wanted = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        assert ours.messages[one] == wanted


def test_fuzzy_empty_and_former_entries_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain\\n"\n\n#, fuzzy\nmsgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr ""\n\n'
        '#~ msgid "c"\n#~ msgstr "C"\n\nmsgid ""\n"long "\n"one\\n"\nmsgstr "L\\"x\\""\n'
    )
    assert catalogue.read(path, lambda count: 0).messages == {"long one\n": ('L"x"',)}


@pytest.mark.parametrize("line", ['msgid "open', "nonsense", 'msgstr "a" + "b"'])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.po"
    path.write_text(f'msgid "a"\n{line}\n')
    with pytest.raises(catalogue.CatalogueError, match="line 2"):
        catalogue.read(path, lambda count: 0)


def test_what_the_offices_tables_say_is_in_both_catalogues() -> None:
    """The extraction knows places in the source; this looks at the tables themselves."""
    said = {row.label for row in (*lifecycle.STAGES, *lifecycle.STATUSES, *lifecycle.MOVES, *PURPOSES, *roles.ROLES)}
    said |= set(ADVICE.values()) | set(LABELS.values()) | set(REASONS.values())
    said |= {kind.message for kind in every_error()} | set(NOTES.values()) | {key.does for key in KEYS}
    said |= {*words.NOTE_KINDS.values(), *words.ACTORS.values(), *words.RATINGS.values()}
    said |= {*message_words.WHY_AT_DESK.values(), *message_words.EMPTY_BOXES.values()}
    for table in (*vars(words).values(), *vars(telephone_words).values()):
        if isinstance(table, dict):
            for row in table.values():
                if is_dataclass(row):
                    said |= {getattr(row, each.name) for each in fields(row) if each.name in ("label", "advice")}
    for name in language.TAGS:
        known = catalogue.read(language.FOLDER / f"{name}.po", language.FORMS[name]).messages
        assert sorted(said - {""} - known.keys()) == []


def every_error() -> list[type[errors.OfficeError]]:
    found, new = [], [errors.OfficeError]
    while new:
        kind = new.pop()
        found.append(kind)
        new += kind.__subclasses__()
    return found


def test_every_code_the_office_uses_has_its_word_and_icon() -> None:
    for stage in lifecycle.STAGES:
        assert stage.key in words.STAGE_ICONS
    for move in lifecycle.MOVES:
        assert move.key in words.MOVE_ICONS or move.key in ("open", "dissatisfied")
    assert set(telephone_words.CALLBACK_SIGNS) == set(REASONS)
    assert set(telephone_words.TALK_PATHS) == set(TALK_PATHS)
    assert set(telephone_words.LINE_STATES) == {str(state) for state in ADVICE}


def test_an_error_is_said_whole_in_the_language_of_the_request(house: House) -> None:
    at = house.clock.now()
    troubles = {
        "李建国 saved ticket 004512 at 09:00, while you were writing.": errors.TicketChanged(
            no="004512", who="李建国", at=at
        ),
        "Line line1 cannot do this now: another call is on it.": errors.LineBusy(
            line="line1", reason="another call is on it"
        ),
        "At most 100 characters.": errors.FieldWrong("title", "At most %(longest)d characters.", longest=100),
    }
    for sentence, trouble in troubles.items():
        for tag in language.TAGS:
            with house.app.test_request_context(headers={"Cookie": f"hotline_language={tag}"}):
                said = speech.say(trouble)
            assert (said == sentence) == (tag == "en")
            assert "%(" not in said


def test_a_translated_sentence_is_never_taken_for_html(house: House) -> None:
    with house.app.test_request_context(headers={"Cookie": "hotline_language=en"}):
        drawn = house.app.jinja_env.from_string("{{ _(x) }}{{ _('Ticket %(number)s', number=x) }}").render(x="<b>")
    assert "<b>" not in drawn
