"""Log files stay within their size, and the last ones are kept."""

from __future__ import annotations

from pathlib import Path

from commands.log_files import LogFile


def test_a_full_file_makes_way_for_a_new_one_and_only_the_last_are_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "rasa.log", largest=10)
    for number in range(8):
        log.write(f"line {number}\n".encode())
    log.close()
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert written == {
        "rasa.log": "line 7\n",
        "rasa.log.1": "line 6\n",
        "rasa.log.2": "line 5\n",
        "rasa.log.3": "line 4\n",
    }


def test_the_tail_is_what_was_written_last(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "rasa.log")
    log.write(b"a" * 100)
    log.write(b"the end")
    assert log.tail(10) == b"aaathe end"
    log.close()
