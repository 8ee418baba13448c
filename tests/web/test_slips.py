"""Printed slips and papers on the pages: black paper without a script, the way of a paper back, files handed out."""

from __future__ import annotations

import io
import re

import pytest

from tests.appliance.attachments import photos
from tests.appliance.attachments.pictures import jpeg, pdf, png
from tests.web import qr_reading
from tests.web.house import CITIZEN, House, Seat, form_fields
from web import qr, statics


def send_paper(seat: Seat, no: int, *files: tuple[bytes, str], **fields: str):
    path = f"/tickets/{no}/paper"
    hidden = form_fields(seat.html(path), path)
    data = {**hidden, "what": "reply", **fields, "files": [(io.BytesIO(words), name) for words, name in files]}
    return seat.client.post(path, data=data, base_url=seat.base, headers={"Origin": seat.base})


@pytest.mark.parametrize("size", ["a5", "a4"])
def test_a_slip_is_a_page_of_its_own_without_frame_and_inline_code(house: House, size: str) -> None:
    no = house.ticket("dispatched")
    html = house.seat("wang", language="en").html(f"/tickets/{no}/slip?size={size}")
    assert f"print-{size}.css" in html.replace(statics_mark(html), "")
    assert 'class="rail"' not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=", html)
    assert html.count("<svg") == 2  # on the slip and on the part that is torn off
    assert qr_reading.codes(html) == ["000001", "000001"]
    assert "000001" in html
    assert "东街邮局到小学门口的三盏路灯一周不亮。" in html


def statics_mark(html: str) -> str:
    found = re.search(r"/static/([0-9a-f]+)/print\.css", html)
    assert found is not None
    return found[1]


def test_nothing_but_black_and_white_stands_in_its_style() -> None:
    for name in ("print.css", "print-a5.css", "print-a4.css"):
        css = (statics.FOLDER / name).read_text()
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", css)) <= {"#000", "#fff"}
        assert not re.search(r"\b(?:rgb|hsl|var)\(", css)


@pytest.mark.parametrize("number", ["000001", "004512", "004513", "999999", "1000000", "31415926"])
def test_the_code_of_a_number_is_that_number(number: str) -> None:
    drawn = qr.svg(number)
    assert qr_reading.codes(drawn) == [number]
    assert "<script" not in drawn


def test_a_confidential_slip_names_nobody(house: House) -> None:
    no = house.ticket("dispatched", privacy="confidential")
    for name in ("wang", "unit"):
        html = house.seat(name, language="en").html(f"/tickets/{no}/slip")
        assert "Confidential." in html
        assert "Spoke with the citizen" not in html  # nobody there can, and the paper doesn't ask for it
        assert "speak with the citizen" not in html
        assert CITIZEN not in html
        assert "刘大爷" not in html


def test_the_paper_of_supervision_can_be_printed_when_the_department_has_replied_already(house: House) -> None:
    """Twice not satisfied: the department's task has ended, and the paper is about just that."""
    no = house.ticket("survey")
    tickets, wang = house.office.tickets, house.user("wang")
    words: tuple[tuple[str, dict[str, object]], ...] = (
        ("rate", {"rating": 2}), ("redo", {"reason": "灯还是不亮"}), ("reply", {"text": "又换了一次灯泡，已经亮了。"}),
        ("approve", {}), ("rate", {"rating": 1}),
    )  # fmt: skip
    for move, more in words:
        tickets.move(no, move, wang, version=tickets.row(no).version, **more)  # type: ignore[arg-type]
    house.office.follow_up.supervision.sweep()
    seat = house.seat("wang", language="en")
    link = f"/tickets/{no}/slip?form=supervision"
    assert link in seat.html("/supervision")
    assert link in seat.html(f"/tickets/{no}")
    html = seat.html(link)
    assert "City management" in html
    assert "Printed and handed over" not in html  # there is no task that could go by paper
    assert f'href="/tickets/{no}/slip"' not in seat.html(f"/tickets/{no}")


def test_odd_wishes_in_the_address_change_nothing(house: House) -> None:
    no = house.ticket("dispatched")
    seat = house.seat("wang")
    for odd in ("?size=../a3&form=xx", "?unit=abc", "?size=%00"):
        assert "print-a5.css" in seat.html(f"/tickets/{no}/slip{odd}")
    assert seat.get(f"/tickets/{no}/slip?form=supervision").status_code == 409
    assert seat.get(f"/tickets/{no}/slip?unit=99").status_code == 409
    assert seat.get(f"/tickets/{house.ticket('accepted')}/slip").status_code == 409
    assert seat.get("/tickets/99/slip").status_code == 404


def test_handed_over_is_noted(house: House) -> None:
    no = house.ticket("dispatched")
    seat = house.seat("wang", language="en")
    path = f"/tickets/{no}/slip"
    assert seat.post(path, page=path).status_code == 302
    assert "The printed slip was handed over" in seat.html(f"/tickets/{no}")


def test_a_paper_is_found_by_the_number_on_it(house: House) -> None:
    no = house.ticket("dispatched")
    seat = house.seat("wang", language="en")
    assert seat.get(f"/papers?ticket_no=00000{no}").headers["Location"] == f"/tickets/{no}/paper"
    assert "Write the number of a ticket" in seat.html("/papers?ticket_no=lamp")
    assert seat.get("/papers?ticket_no=000099").status_code == 404


def test_the_way_of_a_paper_back(house: House) -> None:
    no = house.ticket("in_progress")
    seat = house.seat("wang", language="en")
    answer = send_paper(
        seat, no, (jpeg(), "IMG 1.jpg"), (pdf(), "scan.pdf"), text="三盏路灯已全部修好。", result="solved"
    )
    assert answer.status_code == 302, answer.text[:500]
    assert house.office.tickets.row(no).status == "review"
    page = seat.html(f"/tickets/{no}/paper")
    assert "IMG 1.jpg" in page
    assert "scan.pdf" in page


def test_a_refused_paper_keeps_what_was_typed(house: House) -> None:
    no = house.ticket("in_progress")
    seat = house.seat("wang", language="en")
    answer = send_paper(seat, no, (b"MZ\x90", "tool.exe"), text="三盏路灯已全部修好。")
    assert answer.status_code == 422
    assert "Only photos (JPEG, PNG, WebP) and scans (PDF) are taken." in answer.text
    assert "三盏路灯已全部修好。" in answer.text
    assert house.office.tickets.row(no).status == "in_progress"


def test_a_large_photo_is_taken_and_a_huge_one_refused_in_words(house: House) -> None:
    no = house.ticket("in_progress")
    seat = house.seat("wang", language="en")
    huge = jpeg(bytes(8 * 1024 * 1024))
    answer = send_paper(seat, no, (huge, "huge.jpg"), text="三盏路灯已全部修好。")
    assert (answer.status_code, "8 MB at most" in answer.text) == (422, True)
    large = jpeg(bytes(8 * 1024 * 1024 - 4096))
    answer = send_paper(seat, no, (large, "large.jpg"), text="三盏路灯已全部修好。")
    assert answer.status_code == 302
    assert seat.get("/attachments/1").data == large


def test_an_upload_is_never_parked_on_the_disk_in_clear(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def parked(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", parked)
    monkeypatch.setattr("tempfile.TemporaryFile", parked)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", parked, raising=False)
    no = house.ticket("in_progress")
    answer = send_paper(house.seat("wang"), no, (jpeg(bytes(900_000)), "a.jpg"), text="三盏路灯已全部修好。")
    assert answer.status_code == 302


@pytest.mark.parametrize("photo", [photos.telephone_jpeg(6), photos.telephone_png(6), photos.telephone_webp(6)])
def test_what_a_telephone_wrote_into_a_photo_is_nowhere_on_the_page_that_hands_it_out(
    house: House, photo: bytes
) -> None:
    no = house.ticket("in_progress")
    seat = house.seat("wang", language="en")
    assert "Place, person and camera are taken out of photos; a PDF is kept as it came." in seat.html(
        f"/tickets/{no}/paper"
    )
    assert send_paper(seat, no, (photo, "IMG_0001"), text="三盏路灯已全部修好。").status_code == 302
    kept = seat.get("/attachments/1").data
    assert photos.CANARY in photo
    assert photos.CANARY not in kept
    assert photo[:4] == kept[:4]


@pytest.mark.parametrize(
    ("data", "content_type", "manner"),
    [
        (jpeg(), "image/jpeg", "inline"),
        (png(), "image/png", "inline"),
        (photos.LOSSY_WEBP, "image/webp", "inline"),
        (pdf(), "application/pdf", "attachment"),
    ],
)
def test_a_file_is_handed_out_as_what_it_is(house: House, data: bytes, content_type: str, manner: str) -> None:
    no = house.ticket("in_progress")
    seat = house.seat("wang")
    send_paper(seat, no, (data, '"><script>.html'), text="三盏路灯已全部修好。")
    answer = seat.get("/attachments/1")
    assert (answer.data, answer.headers["Content-Type"]) == (data, content_type)
    ending = content_type.split("/")[1].replace("jpeg", "jpg")
    assert answer.headers["Content-Disposition"] == f'{manner}; filename="{no:06}-1.{ending}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script>.html" not in seat.html(f"/tickets/{no}/paper")


def test_the_signed_paper_is_the_desks_alone(house: House) -> None:
    no = house.ticket("in_progress")
    send_paper(house.seat("wang"), no, (jpeg(), "a.jpg"), what="scan")
    assert house.seat("unit").get("/attachments/1").status_code == 404
    assert house.seat("tech").get("/attachments/1").status_code == 403
    assert house.seat("wang").get("/attachments/2").status_code == 404


def test_a_lead_erases_one_and_nobody_opens_it_again(house: House) -> None:
    no = house.ticket("in_progress")
    send_paper(house.seat("wang"), no, (jpeg(), "a.jpg"), what="scan")
    lead = house.seat("li", language="en")
    page = f"/tickets/{no}/paper"
    assert house.seat("wang").send("/attachments/1/erase", {"csrf_token": "x"}).status_code in (400, 403)
    assert lead.post("/attachments/1/erase", page=page).status_code == 302
    assert lead.get("/attachments/1").status_code == 409
    assert "Erased" in lead.html(page)
