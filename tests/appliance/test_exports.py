"""Complete exports: one JSON object a line, or CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from appliance import exports


def test_jsonl_keeps_every_character() -> None:
    out = io.StringIO()
    rows: list[dict[str, object]] = [{"id": 1, "text": "路灯\n不亮 😀 \u2028\u0085 <script>"}, {"id": 2, "text": None}]
    assert exports.write_jsonl(iter(rows), out) == 2
    assert [json.loads(line) for line in out.getvalue().splitlines() if line] == rows


@pytest.mark.parametrize("text", ["=1+1", "+86138", "-2", "@SUM(A1)", "\tx", "\rx", "  =cmd|'/C calc'!A1"])
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    out = io.StringIO()
    exports.write_csv(iter([{"text": text}]), out)
    (cell,) = [row["text"] for row in csv.DictReader(io.StringIO(out.getvalue().lstrip("\ufeff"), newline=""))]
    assert cell == "'" + text


def test_csv_starts_with_a_byte_order_mark_for_the_offices_spreadsheet() -> None:
    out = io.StringIO()
    assert exports.write_csv(iter([{"text": "路灯", "no": 7}]), out) == 1
    assert out.getvalue() == "\ufefftext,no\r\n路灯,7\r\n"
