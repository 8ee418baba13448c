"""Messages that the box sends: the prompt, what the citizen's telephone shows, status reports, and failures."""

from __future__ import annotations

import pytest
from gsmmodem.pdu import decodeSmsPdu, encodeSmsSubmitPdu

from tests.modem.simulator.bench import CITIZEN, Bench, lines


@pytest.fixture
def bench() -> Bench:
    return Bench()


def send(bench: Bench, text: str, *, report: bool = False, reference: int = 7) -> list[list[str]]:
    """Send every part; the answers."""
    pdus = encodeSmsSubmitPdu(CITIZEN, text, reference=reference, requestStatusReport=report)
    return [bench.send_pdu(pdu.tpduLength, str(pdu)) for pdu in pdus]


def shown(bench: Bench) -> list[str]:
    return [message["text"] for message in bench.ask("phones")["messages"]]


def test_a_message_reaches_the_telephone_and_gets_a_reference(bench: Bench) -> None:
    assert send(bench, "您好") == [["+CMGS: 0", "OK"]]
    assert send(bench, "Hello") == [["+CMGS: 1", "OK"]]
    (first, _) = bench.ask("phones")["messages"]
    assert first == {
        "id": 1,
        "from": "+8613800000001",
        "to": CITIZEN,
        "text": "您好",
        "parts": 1,
        "at": "2026-11-22T02:13:40.000Z",
        "references": (0,),
        "report": "none",
    }
    assert [message["id"] for message in bench.ask("phones", since=1)["messages"]] == [2]


def test_references_go_round_after_255(bench: Bench) -> None:
    bench.module.equipment.mail.reference = 255
    assert send(bench, "a") == [["+CMGS: 255", "OK"]]
    assert send(bench, "a") == [["+CMGS: 0", "OK"]]


def test_parts_are_joined_in_any_order_and_shown_when_all_are_there(bench: Bench) -> None:
    text = "很长的回复，" * 30 + "😀"
    pdus = encodeSmsSubmitPdu(CITIZEN, text.replace("😀", ""), reference=5)
    for pdu in reversed(pdus):
        assert shown(bench) == []
        bench.send_pdu(pdu.tpduLength, str(pdu))
    assert shown(bench) == [text.replace("😀", "")]
    assert bench.ask("phones")["messages"][0]["parts"] == 3


def test_a_lacking_part_shows_as_incomplete_and_a_repeated_one_is_counted(bench: Bench) -> None:
    first, second = encodeSmsSubmitPdu(CITIZEN, "长" * 100, reference=5)
    bench.send_pdu(first.tpduLength, str(first))
    bench.send_pdu(first.tpduLength, str(first))
    assert bench.ask("phones") == {
        "ok": True,
        "messages": [],
        "incomplete": [{"to": CITIZEN, "reference": 5, "total": 2, "have": [1]}],
        "forwarded": [],
    }
    assert bench.ask("state")["parts_repeated"] == 1
    bench.send_pdu(second.tpduLength, str(second))
    assert shown(bench) == ["长" * 100]


def test_a_message_sent_twice_shows_twice(bench: Bench) -> None:
    send(bench, "长" * 100)
    send(bench, "长" * 100)
    assert shown(bench) == ["长" * 100] * 2
    assert bench.ask("state")["sent"] == 4


def test_a_wrong_length_or_a_broken_pdu_is_refused(bench: Bench) -> None:
    pdu = str(encodeSmsSubmitPdu(CITIZEN, "a")[0])
    length = len(pdu) // 2 - 1
    assert bench.send_pdu(length + 1, pdu) == ["+CMS ERROR: 304"]
    assert bench.send_pdu(length, pdu[:-2]) == ["+CMS ERROR: 304"]
    assert bench.send_pdu(length, "nonsense") == ["+CMS ERROR: 304"]
    assert bench.at("AT+CMGS=3") == ["+CMS ERROR: 304"]
    assert bench.at("AT+CMGS=300") == ["+CMS ERROR: 304"]
    assert shown(bench) == []


def test_the_body_is_echoed_while_echo_is_on() -> None:
    bench = Bench(echo=True)
    pdu = encodeSmsSubmitPdu(CITIZEN, "a")[0]
    bench.raw(f"AT+CMGS={pdu.tpduLength}\r".encode())
    bench.take()
    bench.raw(f"{pdu}\x1a".encode())
    assert bench.take() == str(pdu).encode() + b"\r\n+CMGS: 0\r\n\r\nOK\r\n"


def test_a_body_written_before_the_prompt_is_taken_all_the_same(bench: Bench) -> None:
    pdu = encodeSmsSubmitPdu(CITIZEN, "a")[0]
    bench.raw(f"AT+CMGS={pdu.tpduLength}\r{pdu}\x1a".encode())
    assert lines(bench.take())[1:] == ["+CMGS: 0", "OK"]


def test_the_network_takes_its_time_and_a_module_that_dies_before_has_not_sent() -> None:
    bench = Bench("real")
    pdu = encodeSmsSubmitPdu(CITIZEN, "a")[0]
    bench.raw(f"AT+CMGS={pdu.tpduLength}\r{pdu}\x1a".encode())
    bench.later(2.4)
    assert lines(bench.take()) == ["> "]
    bench.ask("fault", reset=True)
    bench.later(60)
    assert shown(bench) == []
    assert b"+CMGS" not in bench.take()


def test_the_time_of_sending_can_be_set(bench: Bench) -> None:
    bench.ask("set", cmgs_delay_s=30)
    begun_s = bench.clock.at_s
    send(bench, "a")
    assert bench.clock.at_s - begun_s == pytest.approx(30)


# status reports


def report(bench: Bench) -> dict[str, object]:
    """The report that came directly."""
    header, pdu = lines(bench.take())
    assert header == f"+CDS: {len(pdu) // 2 - 9}"
    found: dict[str, object] = decodeSmsPdu(pdu)
    return found


def test_a_report_comes_directly_with_ds_1(bench: Bench) -> None:
    bench.at("AT+CNMI=2,1,0,1,0")
    send(bench, "a", report=True)
    bench.later(1)
    found = report(bench)
    assert (found["reference"], found["number"], found["status"]) == (0, CITIZEN, 0)
    assert bench.ask("phones")["messages"][0]["report"] == "delivered"


def test_a_report_is_stored_in_sr_with_ds_2(bench: Bench) -> None:
    bench.at("AT+CNMI=2,1,0,2,0")
    send(bench, "长" * 100, report=True)
    bench.later(1)
    assert sorted(lines(bench.take())) == ['+CDSI: "SR",1', '+CDSI: "SR",2']
    bench.at('AT+CPMS="SR"')
    answer = bench.at("AT+CMGL=4")
    assert [decodeSmsPdu(line)["reference"] for line in answer if line.startswith("08")] == [0, 1]
    bench.at("AT+CMGF=1")
    assert bench.at("AT+CMGR=2")[0].startswith(f'+CMGR: "REC READ",6,1,"{CITIZEN}",129,"26/11/22,10:13:')


def test_a_report_store_that_is_full_keeps_reports_in_the_network() -> None:
    bench = Bench(report_slots=1)
    bench.at("AT+CNMI=2,1,0,2,0")
    send(bench, "长" * 100, report=True)
    bench.later(1)
    assert bench.ask("state")["waiting_reports"] == 1
    bench.at('AT+CPMS="SR"')
    assert '+CDSI: "SR",1' in bench.at("AT+CMGD=1")
    assert bench.ask("state")["waiting_reports"] == 0


def test_nobody_hears_of_a_report_with_ds_0(bench: Bench) -> None:
    send(bench, "a", report=True)
    bench.later(10)
    assert bench.take() == b""
    assert bench.ask("state")["reports_unheard"] == 1


def test_no_report_without_asking_for_one(bench: Bench) -> None:
    bench.at("AT+CNMI=2,1,0,1,0")
    send(bench, "a")
    bench.later(10)
    assert bench.take() == b""


def test_reports_may_say_still_trying_first_come_late_repeated_and_fail(bench: Bench) -> None:
    bench.at("AT+CNMI=2,1,0,1,0")
    bench.ask("set", report_trying=True, report_delay_s=60, report_status=0x46, report_copies=2)
    send(bench, "a", report=True)
    bench.later(61)
    found = [decodeSmsPdu(line)["status"] for line in lines(bench.take()) if line.startswith("08")]
    assert found == [0x30, 0x30]
    assert bench.ask("phones")["messages"][0]["report"] == "trying"
    bench.later(60)
    found = [decodeSmsPdu(line)["status"] for line in lines(bench.take()) if line.startswith("08")]
    assert found == [0x46, 0x46]
    assert bench.ask("phones")["messages"][0]["report"] == "failed"


def test_what_is_set_after_a_message_went_is_for_the_next_one(bench: Bench) -> None:
    bench.at("AT+CNMI=2,1,0,1,0")
    bench.ask("set", report_delay_s=60, report_copies=2)
    send(bench, "a", report=True)
    bench.ask("set", report_copies=0)
    send(bench, "b", report=True)
    bench.later(61)
    assert len([line for line in lines(bench.take()) if line.startswith("08")]) == 2


def test_reports_wait_for_the_network(bench: Bench) -> None:
    bench.at("AT+CNMI=2,1,0,1,0")
    send(bench, "a", report=True)
    bench.ask("fault", no_network=True)
    bench.later(3600)
    assert b"+CDS" not in bench.take()
    bench.ask("fault", no_network=False)
    bench.later(5)
    assert b"+CDS" in bench.take()


# failures


def test_failures_come_in_the_order_asked_for_and_send_nothing(bench: Bench) -> None:
    bench.ask("fault", fail_next_sends=[38, {"code": 500}])
    assert [send(bench, "a") for _ in range(3)] == [
        [["+CMS ERROR: 38"]],
        [["+CMS ERROR: 500"]],
        [["+CMGS: 0", "OK"]],
    ]
    assert shown(bench) == ["a"]


def test_an_error_may_lie(bench: Bench) -> None:
    bench.ask("fault", fail_next_sends=[{"code": 500, "taken": True}])
    assert send(bench, "a") == [["+CMS ERROR: 500"]]
    assert shown(bench) == ["a"]


def test_a_swallowed_result_leaves_the_message_sent_and_the_module_alive(bench: Bench) -> None:
    bench.ask("fault", swallow_next_send_result=1)
    assert send(bench, "a") == [[]]
    assert shown(bench) == ["a"]
    assert bench.at("AT") == ["OK"]


def test_an_ignored_send_neither_sends_nor_answers(bench: Bench) -> None:
    bench.ask("fault", ignore_next_sends=1)
    assert send(bench, "a") == [[]]
    assert shown(bench) == []
    assert bench.at("AT") == ["OK"]


def test_nothing_can_be_sent_without_network(bench: Bench) -> None:
    bench.ask("fault", no_network=True)
    assert send(bench, "a")[0][-1] == "+CMS ERROR: 331"
    assert shown(bench) == []


# the SIM as a writing pad, and text mode


def test_a_draft_is_written_read_and_sent(bench: Bench) -> None:
    pdu = encodeSmsSubmitPdu(CITIZEN, "Draft")[0]
    bench.raw(f"AT+CMGW={pdu.tpduLength}\r{pdu}\x1a".encode())
    assert lines(bench.take())[1:] == ["+CMGW: 1", "OK"]
    assert bench.at("AT+CMGR=1")[1] == str(pdu)
    assert bench.at("AT+CMSS=1") == ["+CMSS: 0", "OK"]
    assert bench.at("AT+CMGL=3")[0].startswith("+CMGL: 1,3,,")
    assert shown(bench) == ["Draft"]
    assert bench.at("AT+CMSS=2") == ["+CMS ERROR: 321"]
    bench.at("AT+CMGF=1")
    assert bench.at("AT+CMGR=1") == [f'+CMGR: "STO SENT","{CITIZEN}",', "Draft", "OK"]


def test_a_full_store_takes_no_draft() -> None:
    bench = Bench(sim_slots=1)
    bench.ask("sms", number=CITIZEN, text="a")
    bench.later(1)
    bench.take()
    pdu = encodeSmsSubmitPdu(CITIZEN, "Draft")[0]
    bench.raw(f"AT+CMGW={pdu.tpduLength}\r{pdu}\x1a".encode())
    assert lines(bench.take())[1:] == ["+CMS ERROR: 322"]


def test_text_mode_sends_letters_and_with_ucs2_hex(bench: Bench) -> None:
    bench.at("AT+CMGF=1")
    bench.raw(f'AT+CMGS="{CITIZEN}"\rHello {{}} there\x1a'.encode())
    bench.at('AT+CSCS="UCS2";+CSMP=49,167,0,8')
    number = CITIZEN.encode("utf-16-be").hex().upper()
    bench.raw(f'AT+CMGS="{number}"\r60A8597D\x1a'.encode())
    bench.later(1)
    bench.take()
    assert shown(bench) == ["Hello {} there", "您好"]
    assert bench.ask("phones")["messages"][1]["report"] == "delivered"
    assert bench.at('AT+CMGS=""') == ["+CMS ERROR: 305"]


@pytest.mark.parametrize("body", ["路灯".encode(), b"a" * 161])
def test_text_mode_refuses_what_does_not_fit(bench: Bench, body: bytes) -> None:
    bench.at("AT+CMGF=1")
    bench.raw(b'AT+CMGS="10086"\r' + body + b"\x1a")
    assert lines(bench.take())[1:] == ["+CMS ERROR: 305"]
