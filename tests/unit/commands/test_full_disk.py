"""A full disk, a damaged file: one sentence, and no process that hangs for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import __main__, up
from commands.failure import PlainFailure
from commands.log_files import LogFile
from commands.run_settings import settings_from_environment, stored_secret_key


def test_that_a_log_on_a_full_disk_goes_on_when_there_is_space(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "rasa.log")
    usable = log._file
    with open("/dev/full", "ab", buffering=0) as log._file:
        for _ in range(3):
            log.write(b"lost\n")
    log._file = usable
    log.write(b"kept\n")
    assert log.tail() == b"kept\n"
    log.close()


def test_that_what_the_system_refuses_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(arguments: object) -> int:
        with open("/dev/full", "w") as file:
            file.write("x")
        return 0

    monkeypatch.setattr(up, "run", full)
    assert __main__.main(["up"]) == 1
    assert capsys.readouterr().err == "hcc: The system refused something that is needed: No space left on device.\n"


def test_that_half_a_secret_key_is_never_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full, pytest.raises(OSError, match="No space"):
        full.setattr(Path, "replace", fail)
        stored_secret_key(tmp_path)
    assert not (tmp_path / "secret_key").exists()
    key = stored_secret_key(tmp_path)
    assert len(key) == 64
    assert stored_secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_that_a_settings_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"HCC_PORT=\xff\xfe8080\n")
    with pytest.raises(PlainFailure, match="cannot be read as settings"):
        settings_from_environment(tmp_path / ".env")
