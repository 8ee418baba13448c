from __future__ import annotations

import pytest

from appliance.errors import FieldWrong
from appliance.people.lists import lines_of, read_lines

COLUMNS = ("code", "name")


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_list_is_read_however_the_spreadsheet_saved_it(coding: str) -> None:
    assert lines_of("code,name\r\nLH,柳河镇\r\n".encode(coding), COLUMNS) == [{"code": "LH", "name": "柳河镇"}]


@pytest.mark.parametrize("raw", [b"", b"code\nLH\n", b"\xff\xfe", b"code,name\n"])
def test_a_list_without_its_columns_or_rows_is_refused(raw: bytes) -> None:
    with pytest.raises(FieldWrong, match="first line"):
        lines_of(raw, COLUMNS)


def test_a_cell_of_several_lines_keeps_them() -> None:
    assert lines_of('code,name\nLH,"柳河\n镇"\n'.encode(), COLUMNS) == [{"code": "LH", "name": "柳河\n镇"}]


def test_a_cell_that_never_ends_swallows_no_rows() -> None:
    with pytest.raises(FieldWrong, match="not a CSV file"):
        lines_of('code,name\nLH,"柳河镇\nCG,城关镇\n'.encode(), COLUMNS)


def test_a_wrong_line_is_named_with_its_column_and_the_cure() -> None:
    def take(line: dict[str, str]) -> None:
        if line["name"] == "":
            raise FieldWrong("name", "Write a name.")

    assert read_lines([{"code": " LH ", "name": "x"}], COLUMNS, take) == 1
    with pytest.raises(FieldWrong, match=r"Line 3, name: Write a name\."):
        read_lines([{"code": "LH", "name": "x"}, {"code": "XX", "name": None}], COLUMNS, take)
