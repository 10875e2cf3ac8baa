"""What stops ./hcc up before anything slow, each in one sentence."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from commands.checks import check_disk, check_port, check_writable, free_loopback_ports
from commands.failure import PlainFailure


def test_a_port_in_use_is_named_together_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PlainFailure, match=rf"^Port {port} is already in use .*--port\.$"):
            check_port("127.0.0.1", port, "--port")
    check_port("127.0.0.1", port, "--port")


def test_a_folder_that_cannot_be_written_to_is_named() -> None:
    # Not even root may create files there, which no permission bit says.
    with pytest.raises(PlainFailure, match=r"^The folder /proc cannot be written to \(.+\); please"):
        check_writable(Path("/proc"))


def test_a_file_in_the_place_of_a_folder_is_a_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with pytest.raises(PlainFailure, match="cannot be written to"):
        check_writable(tmp_path / "var" / "log")


def test_a_missing_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    check_writable(tmp_path / "var" / "log")
    assert list((tmp_path / "var" / "log").iterdir()) == []


def test_a_full_disk_says_how_much_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=12 * 1024 * 1024))
    with pytest.raises(PlainFailure, match=r"Only 12 MB are free .* 500 MB are needed"):
        check_disk(tmp_path, 500)


def test_free_ports_differ_and_can_be_used() -> None:
    ports = free_loopback_ports(3)
    assert len(set(ports)) == 3
    for port in ports:
        check_port("127.0.0.1", port, "--port")
