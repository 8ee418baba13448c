"""Messages from citizens: stores, indications, a full SIM, and a service centre that forgets nothing."""

from __future__ import annotations

import pytest
from gsmmodem.pdu import decodeSmsPdu

from tests.modem.simulator.bench import CITIZEN, OTHER, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench(sim_slots=5, module_slots=4, report_slots=2)


def texts(answer: list[str]) -> list[str]:
    """Texts of a +CMGL or +CMGR answer in PDU mode."""
    return [decodeSmsPdu(line)["text"] for line in answer if line.startswith("08")]


def indices(answer: list[str]) -> list[int]:
    return [int(line.split()[1].split(",")[0]) for line in answer if line.startswith("+CMGL:")]


def test_a_message_is_stored_and_indicated(bench: Bench) -> None:
    assert bench.ask("sms", number=CITIZEN, text="路灯坏了") == {"ok": True, "id": 1, "parts": 1}
    assert bench.take() == b'\r\n+CMTI: "SM",1\r\n'
    header, pdu, final = bench.at("AT+CMGR=1")
    assert (header, final) == (f"+CMGR: 0,,{len(pdu) // 2 - 9}", "OK")
    read = decodeSmsPdu(pdu)
    assert (read["number"], read["text"]) == (CITIZEN, "路灯坏了")
    assert bench.at("AT+CMGR=1")[0].startswith("+CMGR: 1,,"), "read now"


def test_listing_tells_state_and_place_and_makes_messages_read(bench: Bench) -> None:
    for text in ("a", "b", "c"):
        bench.ask("sms", number=CITIZEN, text=text)
    bench.later(1)
    bench.take()
    bench.at("AT+CMGR=2")
    assert indices(bench.at("AT+CMGL=0")) == [1, 3]
    assert indices(bench.at("AT+CMGL=0")) == []
    assert indices(bench.at("AT+CMGL=1")) == [1, 2, 3]
    assert texts(bench.at("AT+CMGL=4")) == ["a", "b", "c"]
    assert bench.at("AT+CMGL") == ["OK"]
    assert bench.at("AT+CMGL=5") == ["+CMS ERROR: 302"]


def test_numbers_that_no_slot_has_are_refused_and_empty_ones_too(bench: Bench) -> None:
    assert bench.at("AT+CMGR=1") == ["+CMS ERROR: 321"]
    assert bench.at("AT+CMGR=6") == ["+CMS ERROR: 321"]
    assert bench.at("AT+CMGD=6") == ["+CMS ERROR: 321"]
    assert bench.at("AT+CMGD=1") == ["OK"]


@pytest.mark.parametrize(
    ("flag", "left"),
    [(1, {"unread", "sent", "unsent"}), (2, {"unread", "unsent"}), (3, {"unread"}), (4, set())],
)
def test_every_delete_flag_deletes_what_the_standard_says(bench: Bench, flag: int, left: set[str]) -> None:
    bench.ask("sms", number=CITIZEN, text="read")
    bench.at("AT+CMGR=1")
    draft = "0001000581" + "0100F0" + "0000" + "012D"
    for state in (2, 3):
        bench.raw(f"AT+CMGW=11,{state}\r{draft}\x1a".encode())
        bench.later(1)
    bench.ask("sms", number=CITIZEN, text="unread")
    bench.later(1)
    bench.take()
    assert bench.at(f"AT+CMGD=1,{flag}") == ["OK"]
    names = {"0": "unread", "1": "read", "2": "unsent", "3": "sent"}
    found = {names[line.split(",")[1]] for line in bench.at("AT+CMGL=4") if line.startswith("+CMGL")}
    assert found == left


def test_a_freed_slot_is_used_again_at_once(bench: Bench) -> None:
    for text in ("a", "b", "c"):
        bench.ask("sms", number=CITIZEN, text=text)
    bench.later(1)
    bench.take()
    bench.at("AT+CMGD=2")
    bench.ask("sms", number=CITIZEN, text="d")
    assert texts(bench.at("AT+CMGL=4")) == ["a", "d", "c"]


def test_a_full_sim_keeps_messages_in_the_service_centre_and_deleting_fetches_them_in_order(bench: Bench) -> None:
    for serial in range(9):
        bench.ask("sms", number=CITIZEN, text=f"{serial}")
    bench.later(1)
    bench.take()
    state = bench.ask("state")
    assert (state["handed_over"], state["on_sim"], state["waiting"]) == (5, 5, 4)
    assert '+CMTI: "SM",2' in bench.at("AT+CMGD=2"), "the next one is there before the OK"
    assert texts(bench.at("AT+CMGL=4")) == ["0", "5", "2", "3", "4"]
    bench.at("AT+CMGD=1,4")
    assert texts(bench.at("AT+CMGL=4")) == ["6", "7", "8"]
    state = bench.ask("state")
    assert (state["handed_over"], state["on_sim"], state["waiting"], state["deleted"]) == (9, 3, 0, 6)


def test_the_maker_may_say_that_the_store_is_full() -> None:
    bench = Bench("quectel", sim_slots=1)
    bench.at('AT+QINDCFG="smsfull",1')
    bench.ask("sms", number=CITIZEN, text="a")
    bench.ask("sms", number=CITIZEN, text="b")
    bench.later(1)
    assert b'+QIND: "smsfull","SM"' in bench.take()


def test_quectel_says_nothing_of_it_unless_asked_to() -> None:
    bench = Bench("quectel", sim_slots=1)
    bench.ask("sms", number=CITIZEN, text="a")
    bench.ask("sms", number=CITIZEN, text="b")
    bench.later(1)
    assert b"smsfull" not in bench.take()


def test_nothing_is_lost_when_nobody_asks_for_a_day(bench: Bench) -> None:
    for serial in range(8):
        bench.ask("sms", number=CITIZEN, text=f"{serial}")
    bench.later(86400)
    bench.take()
    seen = texts(bench.at("AT+CMGL=4"))
    bench.at("AT+CMGD=1,4")
    assert seen + texts(bench.at("AT+CMGL=4")) == [str(serial) for serial in range(8)]


def test_stores_are_chosen_by_cpms(bench: Bench) -> None:
    assert bench.at("AT+CPMS?") == ['+CPMS: "SM",0,5,"SM",0,5,"SM",0,5', "OK"]
    assert bench.at('AT+CPMS="ME"') == ["+CPMS: 0,4,0,5,0,5", "OK"]
    assert bench.at('AT+CPMS="ME","SM","ME"') == ["+CPMS: 0,4,0,5,0,4", "OK"]
    bench.ask("sms", number=CITIZEN, text="a")
    bench.later(1)
    assert b'+CMTI: "ME",1' in bench.take()
    assert texts(bench.at("AT+CMGL=4")) == ["a"]
    bench.at('AT+CPMS="SM"')
    assert texts(bench.at("AT+CMGL=4")) == []
    assert bench.at('AT+CPMS="XX"') == ["+CMS ERROR: 302"]
    assert bench.at('AT+CPMS="SM","SR"') == ["+CMS ERROR: 302"]


def test_mt_shows_sim_and_module_in_one_numbering_and_fills_the_sim_first(bench: Bench) -> None:
    bench.at('AT+CPMS="MT","MT","MT"')
    for serial in range(7):
        bench.ask("sms", number=CITIZEN, text=f"{serial}")
    bench.later(1)
    assert b'+CMTI: "ME",2' in bench.take(), "the store named is the one it lies in"
    assert indices(bench.at("AT+CMGL=4")) == [1, 2, 3, 4, 5, 6, 7]
    assert texts(bench.at("AT+CMGR=7")) == ["6"]
    bench.at("AT+CMGD=7")
    assert bench.at("AT+CPMS?")[0] == '+CPMS: "MT",6,9,"MT",6,9,"MT",6,9'


def test_another_receiving_store_fetches_what_waits(bench: Bench) -> None:
    for serial in range(6):
        bench.ask("sms", number=CITIZEN, text=f"{serial}")
    bench.at('AT+CPMS="SM","SM","ME"')
    assert bench.ask("state")["stores"] == {"SM": (5, 5), "ME": (1, 4), "SR": (0, 2)}


def test_indications_may_be_off_or_held_back(bench: Bench) -> None:
    bench.at("AT+CNMI=2,0")
    bench.ask("sms", number=CITIZEN, text="a")
    bench.later(1)
    assert bench.take() == b""
    bench.at("AT+CNMI=0,1,0,0,0")
    bench.ask("sms", number=CITIZEN, text="b")
    bench.later(1)
    assert bench.take() == b""
    assert sorted(bench.at("AT+CNMI=2,1,0,0,0")) == ['+CMTI: "SM",2', "OK"]
    assert bench.at("AT+CNMI?") == ["+CNMI: 2,1,0,0,0", "OK"]
    assert bench.at("AT+CNMI=9") == ["+CMS ERROR: 303"]


def test_held_back_indications_are_dropped_if_bfr_says_so(bench: Bench) -> None:
    bench.at("AT+CNMI=0,1,0,0,0")
    bench.ask("sms", number=CITIZEN, text="b")
    assert bench.at("AT+CNMI=2,1,0,0,1") == ["OK"]


def test_a_message_passed_on_directly_lies_in_no_store(bench: Bench) -> None:
    bench.at("AT+CNMI=2,2")
    bench.ask("sms", number=CITIZEN, text="路灯")
    bench.later(1)
    header, pdu = bench.take().decode().split("\r\n")[1:3]
    assert header == f"+CMT: ,{len(pdu) // 2 - 9}"
    assert decodeSmsPdu(pdu)["text"] == "路灯"
    assert bench.ask("state")["on_sim"] == 0


def test_a_direct_message_wants_its_acknowledgement_in_phase_2_plus(bench: Bench) -> None:
    bench.at("AT+CSMS=1;+CNMI=2,2")
    bench.ask("sms", number=CITIZEN, text="a")
    bench.ask("sms", number=CITIZEN, text="b")
    bench.later(1)
    assert bench.take().count(b"+CMT:") == 1
    answer = bench.at("AT+CNMA")
    assert sum(line.startswith("+CMT:") for line in answer) == 1, "the second one follows"
    bench.later(30)  # not acknowledged: it goes back, and nothing more is passed on
    assert bench.at("AT+CNMI?") == ["+CNMI: 2,0,0,0,0", "OK"]
    assert bench.at("AT+CNMA") == ["+CMS ERROR: 340"]
    bench.ask("sms", number=CITIZEN, text="c")
    assert texts(bench.at("AT+CMGL=4")) == ["b", "c"]


def test_class_2_goes_to_the_sim_whatever_the_settings_are(bench: Bench) -> None:
    bench.at('AT+CPMS="ME","ME","ME";+CNMI=2,2')
    bench.ask("sms", number=CITIZEN, text="a", **{"class": 2})
    bench.later(1)
    assert bench.take() == b'\r\n+CMTI: "SM",1\r\n'


def test_parts_come_in_order_or_shuffled_and_with_wide_references(bench: Bench) -> None:
    text = "".join(chr(0x4E00 + place) for place in range(200))
    assert bench.ask("sms", number=OTHER, text=text)["parts"] == 3
    assert "".join(texts(bench.at("AT+CMGL=4"))) == text
    bench.at("AT+CMGD=1,4")
    bench.ask("set", shuffle_parts=True, wide_references=True)
    orders = set()
    for _ in range(6):
        bench.ask("sms", number=OTHER, text=text)
        read = [decodeSmsPdu(line) for line in bench.at("AT+CMGL=4") if line.startswith("08")]
        orders.add(tuple(one["udh"][0].number for one in read))
        assert "".join(one["text"] for one in sorted(read, key=lambda one: one["udh"][0].number)) == text
        bench.at("AT+CMGD=1,4")
    assert len(orders) > 1


def test_a_raw_pdu_is_handed_over_as_it_is(bench: Bench) -> None:
    for pdu in ("00", "040BA1", "FF" * 20, "0400"):
        bench.ask("sms", pdu=pdu)
    answer = bench.at("AT+CMGL=4")
    assert [line for line in answer if not line.startswith("+CM")][:-1] == [
        "0891683108900905F0" + pdu for pdu in ("00", "040BA1", "FF" * 20, "0400")
    ]
    bench.at("AT+CMGF=1")
    assert bench.at('AT+CMGL="ALL"')[-1] == "OK"


def test_repeated_delivery_is_the_same_pdu_again() -> None:
    bench = Bench()
    bench.ask("set", redeliver_percent=100, redeliver_after_s=3)
    bench.ask("sms", number=CITIZEN, text="a")
    bench.later(10)
    bench.take()
    answer = bench.at("AT+CMGL=4")
    assert answer[1] == answer[3]
    state = bench.ask("state")
    assert (state["handed_over"], state["duplicated"], state["on_sim"]) == (1, 1, 2)


def test_so_many_percent_are_repeated() -> None:
    bench = Bench(sim_slots=2000)
    bench.ask("set", redeliver_percent=2)
    bench.ask("sms", messages=[{"number": CITIZEN, "text": str(serial)} for serial in range(1000)])
    bench.later(10)
    assert 5 <= bench.ask("state")["duplicated"] <= 40


def test_air_time_spreads_messages() -> None:
    bench = Bench()
    bench.ask("set", handover_s=2.0)
    bench.ask("sms", messages=[{"number": CITIZEN, "text": str(serial)} for serial in range(5)])
    assert bench.ask("state")["on_sim"] == 1
    bench.later(4.5)
    assert bench.ask("state")["on_sim"] == 3
    bench.later(20)
    assert bench.ask("state")["on_sim"] == 5


def test_held_messages_come_when_let_go() -> None:
    bench = Bench()
    bench.ask("set", hold_messages=True)
    bench.ask("sms", number=CITIZEN, text="a")
    assert bench.ask("state")["waiting"] == 1
    bench.ask("set", hold_messages=False)
    assert bench.ask("state")["on_sim"] == 1


def test_text_mode_shows_letters_or_hex(bench: Bench) -> None:
    bench.ask("sms", number=OTHER, text="Hello {}")
    bench.ask("sms", number="Hotline", text="路灯")
    bench.at("AT+CMGF=1")
    assert bench.at("AT+CMGR=1") == [
        f'+CMGR: "REC UNREAD","{OTHER}",,"26/11/22,10:13:40+32"',
        "Hello {}",
        "OK",
    ]
    bench.at("AT+CSDH=1")
    assert bench.at('AT+CMGL="ALL"') == [
        f'+CMGL: 1,"REC READ","{OTHER}",,"26/11/22,10:13:40+32",145,10',
        "Hello {}",
        '+CMGL: 2,"REC UNREAD","Hotline",,"26/11/22,10:13:40+32",129,4',
        "8DEF706F",
        "OK",
    ]
    bench.at('AT+CSCS="UCS2"')
    assert bench.at("AT+CMGR=1")[1] == "00480065006C006C006F0020007B007D"
    assert bench.at('AT+CMGL="NONSENSE"') == ["+CMS ERROR: 302"]
    assert bench.at("AT+CMGL=?")[0].startswith('+CMGL: ("REC UNREAD"')


def test_a_lost_indication_leaves_the_message_where_it_is(bench: Bench) -> None:
    bench.ask("fault", lose_next_indications=1)
    bench.ask("sms", number=CITIZEN, text="a")
    bench.ask("sms", number=CITIZEN, text="b")
    bench.later(1)
    assert bench.take() == b'\r\n+CMTI: "SM",2\r\n'
    assert texts(bench.at("AT+CMGL=4")) == ["a", "b"]
