"""The lines of a list as the office's spreadsheets save it: every import and upload reads its file by this. Pure.

Office programs save CSV in UTF-8 with or without a mark, in GB18030 (the usual one of a Chinese Windows), or as
"Unicode text": UTF-16 with a mark and tabs between the columns. What is none of these is refused with its line.
"""

from __future__ import annotations

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterable, Sequence

from appliance.errors import FieldWrong

UTF8, UTF16, GB18030 = "UTF-8", "UTF-16", "GB18030"
LOST = "\N{REPLACEMENT CHARACTER}"
FIRST_OF_THREE = "\u0800"  # from here on a sign takes three bytes and more in UTF-8
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how files of .xlsx and .xls begin

REASONS = {
    "bytes": "Line %(line)d holds bytes that are no text in %(coding)s. Save the list again as CSV UTF-8.",
    "workbook": "This is a workbook, not a CSV file. Open it in the spreadsheet and save it as CSV UTF-8.",
    "binary": "Line %(line)d holds bytes that no text has: this is not a CSV file. Save the list again as CSV UTF-8.",
    "no_csv": "This is not a CSV file. Save it again as CSV UTF-8.",
    "columns": "The first line must name the columns %(columns)s; missing: %(missing)s.",
}


def lines_in(raw: bytes, field: str = "file") -> list[str]:
    """The file's lines, without what ends them. Raises FieldWrong with line and cure."""
    if raw.startswith(WORKBOOKS):
        raise FieldWrong(field, REASONS["workbook"])
    coding, body = coding_of(raw), raw.removeprefix(BOM_UTF8)
    try:
        text = body.decode(coding)
    except UnicodeDecodeError as wrong:
        line = body[: wrong.start].decode(coding, "replace").count("\n") + 1
        raise FieldWrong(field, REASONS["bytes"], line=line, coding=coding) from None
    if "\0" in text:
        raise FieldWrong(field, REASONS["binary"], line=text[: text.index("\0")].count("\n") + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def coding_of(raw: bytes) -> str:
    """How the file is written: by its mark; else UTF-8, unless it holds more that UTF-8 can't be than Chinese signs.

    A Chinese sign is three bytes in UTF-8. Read as UTF-8, one of GB18030 is broken, or looks like a foreign letter of
    two bytes, hardly ever like three. A file in UTF-8 with a broken sign stays one: read as GB18030 it would give wrong
    signs without a word.
    """
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return UTF16
    if raw.startswith(BOM_UTF8):
        return UTF8
    text = raw.decode(UTF8, "replace")
    lost = text.count(LOST)
    return GB18030 if lost > sum(sign >= FIRST_OF_THREE for sign in text) - lost else UTF8


def table(lines: Iterable[str]) -> csv.DictReader[str]:
    """The rows under the first line, which names the columns; commas between them, or tabs or semicolons.

    A cell may hold several lines. Raises csv.Error, here or while read, for a quotation mark that nothing closes:
    one cell would swallow all the rows behind it without a word.
    """
    kept = list(lines)
    reader = csv.DictReader((f"{line}\n" for line in kept), delimiter=between(kept[0] if kept else ""), strict=True)
    if reader.fieldnames is not None:
        reader.fieldnames = _stripped(reader.fieldnames)
    return reader


def between(first_line: str) -> str:
    """What stands between the columns: a comma, tab or semicolon, whichever the first line has most of."""
    return max((",", "\t", ";"), key=first_line.count)


def must_name(names: Collection[str], columns: Sequence[str], field: str = "file") -> None:
    """Raises FieldWrong unless the first line names all these columns; `names` are those it has."""
    missing = [name for name in columns if name not in names]
    if missing:
        raise FieldWrong(field, REASONS["columns"], columns=",".join(columns), missing=", ".join(missing))


def _stripped(names: Sequence[str]) -> list[str]:
    return [name.strip() for name in names]
