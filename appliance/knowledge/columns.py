"""The file of a knowledge base: CSV as spreadsheets save it, or one JSON object a line. Reads it; takes nothing."""

from __future__ import annotations

import csv
import io
import json

from appliance import csv_lines
from appliance.errors import FieldWrong

COLUMNS = ("code", "kind")
MORE = (
    "category", "department", "valid_to", "public",
    "title_zh", "answer_zh", "sms_zh", "materials_zh", "fees_zh", "place_zh",
    "title_en", "answer_en", "sms_en", "materials_en", "fees_en", "place_en",
)  # fmt: skip
OF_EXPORTS = ("version", "changed_at")  # written by `hotline export knowledge`, and not read
LINE = "line"  # where in its file a row stands
FORMULA_GUARD = "'"  # what an export puts before a cell that a spreadsheet would run
Row = dict[str, str | None]


def read(raw: bytes) -> list[Row]:
    """The rows of a file, each with its line. Raises FieldWrong("file")."""
    text = "\n".join(csv_lines.lines_in(raw))
    found = _json_lines(text) if text.lstrip().startswith("{") else _csv(text)
    known = {*COLUMNS, *MORE, *OF_EXPORTS, LINE}
    unknown = sorted({name for row in found for name in row} - known)
    if unknown:
        raise FieldWrong("file", "Unknown columns: %(unknown)s. Known are %(known)s.",
                         unknown=", ".join(unknown), known=",".join((*COLUMNS, *MORE)))  # fmt: skip
    csv_lines.must_name(found[0] if found else (), COLUMNS)
    return found


def _csv(text: str) -> list[Row]:
    """Cells may hold several lines; a row's line is the one on which it begins."""
    between = csv_lines.between(text.partition("\n")[0])
    reader, begins = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=between), 1
    found: list[Row] = []
    names: list[str] = []
    try:
        for cells in reader:
            if not names:
                names = [name.strip() for name in cells]
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    raise FieldWrong("file", "Line %(line)d has more cells than the first line.", line=begins)
                found.append({**{n: _bare(c) for n, c in zip(names, cells, strict=False)}, LINE: str(begins)})
            begins = reader.line_num + 1
    except csv.Error as unreadable:
        raise FieldWrong(
            "file", "Line %(line)d is not CSV. Save the file again as CSV UTF-8.", line=begins
        ) from unreadable
    return found


def _json_lines(text: str) -> list[Row]:
    found: list[Row] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as unreadable:
            raise FieldWrong("file", "Line %(line)d is not a JSON object.", line=number) from unreadable
        if not isinstance(value, dict):
            raise FieldWrong("file", "Line %(line)d is not a JSON object.", line=number)
        found.append({**{_whole(name): _said(each) for name, each in value.items()}, LINE: str(number)})
    return found


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else _whole(str(value))


def _whole(text: str) -> str:
    """Without halves of characters, which JSON can write and neither a file nor the database holds."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _bare(cell: str) -> str:
    """Without the apostrophe that an export put before what looks like a formula."""
    return cell[1:] if cell.startswith(FORMULA_GUARD) and cell[1:2] in {"=", "+", "-", "@"} else cell
