"""A knowledge base from a file: all rows or none, every wrong one told with its line; what is written can be read."""

from __future__ import annotations

import io
import json
from collections import Counter
from importlib import resources

import pytest

from appliance import exports
from appliance.casework import categories
from appliance.errors import FieldWrong
from appliance.knowledge.article import KINDS, LANGUAGES
from appliance.knowledge.columns import read
from appliance.knowledge.lists import MOST_TOLD, RowsWrong
from appliance.outreach.segments import segments
from tests.appliance.knowledge.shelf import Shelf

HEAD = "code,kind,title_zh,answer_zh,department,valid_to,public\n"
SHIPPED = resources.files("appliance").joinpath("sample_knowledge.csv").read_bytes()


def codes(shelf: Shelf) -> set[str]:
    return {row["code"] for row in shelf.office.store.rows("SELECT code FROM article WHERE retired_at IS NULL")}


def taken(shelf: Shelf, text: str) -> int:
    return shelf.lists.import_rows(read(text.encode()))


def test_a_list_is_taken_and_taken_again_changes_nothing(shelf: Shelf) -> None:
    text = HEAD + 'K1,guide,路灯,"记下\n杆号",CG,2026-12-31,no\nK2,contact,停水,打电话,ZL,,\n'
    assert taken(shelf, text) == 2
    assert taken(shelf, text) == 2
    lamp = shelf.articles.search(shelf.operator, "路灯")[0]
    assert (lamp.words("zh").answer, lamp.unit_code, lamp.draft.is_public, lamp.version) == (
        "记下\n杆号",
        "CG",
        False,
        1,
    )
    assert taken(shelf, HEAD + "K1,guide,路灯,今天修,CG,,yes\n") == 1
    assert shelf.get(lamp.id).version == 2


def test_every_wrong_row_is_told_with_line_column_and_cure_and_none_is_taken(shelf: Shelf) -> None:
    text = HEAD + (
        'K1,guide,"好的\n题目",答,CG,,\n'
        "K2,poem,题,答,CG,,\n"
        "K3,guide,题,,CG,,\n"
        "K4,guide,题,答,XX,,\n"
        "K5,guide,题,答,CG,31.12.2026,\n"
        "K6,guide,题,答,CG,,maybe\n"
        "k1,guide,题,答,CG,,\n"
        ",guide,题,答,CG,,\n"
    )
    with pytest.raises(RowsWrong) as wrong:
        taken(shelf, text)
    told = str(wrong.value).splitlines()
    assert told[0] == "7 rows are wrong, so nothing was taken:"
    assert told[1].startswith("Line 4, kind: Unknown kind. Use one of policy, guide")
    assert told[2] == "Line 5, answer_zh: Please fill in this field."
    assert told[3] == 'Line 6, department: No department has the code "XX". Import the departments first.'
    assert told[4] == "Line 7, valid_to: Write the day like 2026-12-01."
    assert told[5] == "Line 8, public: Write yes or no."
    assert told[6] == "Line 9, code: This code stands in line 2 already."
    assert told[7] == "Line 10, code: An article in a list needs a code, such as K001."
    assert codes(shelf) == set()


def test_of_very_many_wrong_rows_the_first_are_told(shelf: Shelf) -> None:
    with pytest.raises(RowsWrong) as wrong:
        taken(shelf, HEAD + "".join(f"K{n},poem,题,答,,,\n" for n in range(MOST_TOLD + 5)))
    assert str(wrong.value).splitlines()[-1] == "... and 5 more"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing: code, kind"),
        ("code,title_zh\nK1,题\n", "missing: kind"),
        ("code,kind,titel_zh\nK1,guide,题\n", "Unknown columns: titel_zh"),
        (HEAD + "K1,guide,题,答,,,,,多\n", "Line 2 has more cells"),
        (HEAD + 'K1,guide,"题,答\n', "Line 2 is not CSV"),
        ('{"code": "K1", "kind": "guide"}\n{"code"\n', "Line 2 is not a JSON object"),
        ('{"code": "K1", "kind": "guide"}\n[1]\n', "Line 2 is not a JSON object"),
        ('{"code": "K1", "kind": ' + "[" * 100_000, "Line 1 is not a JSON object"),
        ('{"code": "K1", "kind": "guide", "\\ud800": ""}', "Unknown columns: ?."),
    ],
)
def test_a_file_that_is_none_says_where(text: str, said: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        read(text.encode())
    assert wrong.value.field == "file"
    assert said in str(wrong.value)


def test_a_spreadsheet_may_save_it_with_semicolons_in_its_own_coding(shelf: Shelf) -> None:
    text = "code;kind;title_zh;answer_zh\n\nK1;guide;路灯;记下杆号\n"
    assert shelf.lists.import_rows(read(text.encode("gb18030"))) == 1
    assert shelf.titles("路灯") == ["路灯"]


def test_json_lines_are_taken_like_csv(shelf: Shelf) -> None:
    row = {
        "code": "K1",
        "kind": "guide",
        "title_en": "Lamps",
        "answer_en": "Note the pole.",
        "public": False,
        "fees_zh": None,
    }
    assert taken(shelf, json.dumps(row) + "\n\n") == 1
    article = shelf.articles.search(shelf.operator, "lamps")[0]
    assert (article.words("zh").title, article.draft.is_public) == ("Lamps", False)


@pytest.mark.parametrize("shape", ["csv", "jsonl"])
def test_what_is_exported_can_be_imported_and_is_the_same(shelf: Shelf, shape: str) -> None:
    shelf.write("=路灯", "+答", materials="身份证\n户口簿", department_id=shelf.city.id, code="K1", is_public=False)
    gone = shelf.write("没了", code="K2")
    shelf.articles.retire(gone.id, shelf.lead, version=1)
    out = io.StringIO()
    found = exports.read(shelf.office.store.reader(), "knowledge", "")
    assert {"csv": exports.write_csv, "jsonl": exports.write_jsonl}[shape](found, out) == 1
    assert shelf.lists.import_rows(read(out.getvalue().encode())) == 1
    kept = shelf.articles.search(shelf.operator, "路灯")[0]
    assert (kept.version, kept.words("zh").title, kept.words("zh").papers) == (1, "=路灯", ("身份证", "户口簿"))
    assert codes(shelf) == {"K1"}


def test_halves_of_characters_that_json_can_write_stop_nothing(shelf: Shelf) -> None:
    assert taken(shelf, '{"code": "K1\\ud800", "kind": "guide", "title_zh": "灯\\udfff", "answer_zh": "答"}') == 1
    assert codes(shelf) == {"K1?"}
    with pytest.raises(RowsWrong, match="No department has the code"):
        taken(shelf, '{"code": "K2", "kind": "guide", "department": "\\ud800"}')


# --- the sample county ---


def sample(shelf: Shelf) -> None:
    for code in ("GA", "SC", "ZJ", "ZR", "YB", "RS", "NY", "JY", "MZ", "HB", "GD"):
        shelf.office.departments.add(code, code, code, "bureau")
    assert shelf.lists.import_rows(read(SHIPPED)) == 60


def test_the_sample_county_has_sixty_articles_in_both_languages(shelf: Shelf) -> None:
    sample(shelf)
    articles = shelf.articles.of_class(shelf.operator)
    assert len(articles) == 60
    for article in articles:
        for language in LANGUAGES:
            words = getattr(article.draft, language)
            assert words.title, article.code
            assert words.answer, article.code
            assert segments(words.sms).parts == 1, article.code
    kinds = Counter(article.kind for article in articles)
    assert set(kinds) == set(KINDS)
    assert kinds["refusal"] >= 3
    assert kinds["emergency"] >= 3
    agency = [
        article for article in articles if article.kind == "checklist" and article.draft.zh.title.startswith("代办")
    ]
    assert len(agency) == 3
    assert all(len(article.draft.zh.papers) >= 3 for article in agency)
    assert not any(article.draft.is_public for article in articles if article.kind in {"refusal", "emergency"})


@pytest.mark.parametrize(
    "category",
    ["pension", "medical_refund", "allowance", "homestead", "subsidy", "enrolment", "residence", "licence",
     "unlicensed", "marriage", "water", "power", "wages", "noise", "irrigation", "forest"],
)  # fmt: skip
def test_the_sample_county_answers_what_a_county_is_asked(shelf: Shelf, category: str) -> None:
    sample(shelf)
    assert category in categories.keys_of("category")
    assert shelf.articles.offered(shelf.operator, category=category)
