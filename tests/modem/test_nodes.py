"""Device nodes: each once, in the order of sockets, with what belongs together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from modem.nodes import Node, find_nodes, node_at, stable_name, stable_ports
from tests.support import eventually


@pytest.fixture
def ptys() -> Iterator[list[str]]:
    """Two device nodes."""
    pairs = [os.openpty() for _ in range(2)]
    yield [os.ttyname(slave) for _, slave in pairs]
    for pair in pairs:
        for descriptor in pair:
            os.close(descriptor)


class Sysfs:
    """A folder that looks like /sys, with USB devices as the kernel shows them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def plug(self, socket: str, interface: int, tty: str, vendor: str = "2c7c", product: str = "0125") -> None:
        device = self.root / "devices" / "usb1" / socket
        folder = device / f"{socket}:1.{interface}"
        (folder / tty).mkdir(parents=True)
        (device / "idVendor").write_text(vendor + "\n")
        (device / "idProduct").write_text(product + "\n")
        (folder / "bInterfaceNumber").write_text(f"{interface:02x}\n")
        link = self.root / "class" / "tty" / tty
        link.mkdir(parents=True)
        (link / "device").symlink_to(folder / tty)


def test_a_node_found_by_two_names_is_one_and_keeps_the_first(tmp_path: Path, ptys: list[str]) -> None:
    (tmp_path / "by-path").mkdir()
    (tmp_path / "by-path" / "socket:1.2").symlink_to(ptys[0])
    (tmp_path / "ttyUSB0").symlink_to(ptys[0])
    (tmp_path / "ttyUSB1").symlink_to(ptys[1])
    found = find_nodes([f"{tmp_path}/by-path/*", f"{tmp_path}/ttyUSB*"])
    assert [(node.path, Path(node.name).name) for node in found] == [(ptys[0], "socket:1.2"), (ptys[1], "ttyUSB1")]


def test_ports_come_in_the_order_of_sockets_not_of_letters(tmp_path: Path, ptys: list[str]) -> None:
    (tmp_path / "usb-0:10:1.2").symlink_to(ptys[0])
    (tmp_path / "usb-0:9:1.2").symlink_to(ptys[1])
    assert [node.path for node in find_nodes([f"{tmp_path}/*"])] == [ptys[1], ptys[0]]


def test_what_is_no_device_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    assert find_nodes([f"{tmp_path}/*", "/no/such/folder/*"]) == []


def made_and_gone() -> Node:
    master, slave = os.openpty()
    node = node_at(os.ttyname(slave))
    os.close(slave)
    os.close(master)
    assert node is not None
    return node


def test_a_node_that_was_made_again_has_another_key() -> None:
    before = made_and_gone()
    eventually(lambda: (again := made_and_gone()).path == before.path and again.key != before.key)  # its clock ticks
    assert node_at(before.path) is None


def test_ports_of_one_usb_device_are_known_to_belong_together(tmp_path: Path, ptys: list[str]) -> None:
    sysfs = Sysfs(tmp_path / "sys")
    names = [Path(path).name for path in ptys]
    sysfs.plug("1-2", 2, names[0])
    sysfs.plug("1-2", 3, names[1])
    first, second = (node_at(path, sysfs.root) for path in ptys)
    assert first is not None
    assert second is not None
    assert first.usb == second.usb != ""
    assert (first.interface, second.interface) == (2, 3)
    assert (first.vendor, first.product) == ("2c7c", "0125")


def test_each_port_of_a_serial_adapter_stands_for_itself(tmp_path: Path, ptys: list[str]) -> None:
    sysfs = Sysfs(tmp_path / "sys")
    sysfs.plug("1-3", 0, Path(ptys[0]).name, vendor="0403", product="6011")
    node = node_at(ptys[0], sysfs.root)
    assert node is not None
    assert (node.usb, node.vendor) == ("", "0403")


def test_a_node_that_is_no_usb_device_has_no_facts(tmp_path: Path, ptys: list[str]) -> None:
    node = node_at(ptys[0], tmp_path)
    assert node is not None
    assert (node.usb, node.interface, node.vendor) == ("", None, "")


def test_names_that_stay_are_found_for_a_node(tmp_path: Path, ptys: list[str]) -> None:
    by_id, by_path = tmp_path / "by-id", tmp_path / "by-path"
    for folder in (by_id, by_path):
        folder.mkdir()
        (folder / "one").symlink_to(ptys[0])
    folders = (by_id, by_path, tmp_path / "nothing")
    assert stable_ports(folders) == [(str(by_id / "one"), ptys[0]), (str(by_path / "one"), ptys[0])]
    assert stable_name(ptys[0], folders) == str(by_path / "one")
    assert stable_name(ptys[1], folders) == ptys[1]
