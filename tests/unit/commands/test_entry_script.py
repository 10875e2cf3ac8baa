"""./hcc itself, on machines that lack things."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from commands.__main__ import main
from commands.layout import ROOT
from commands.table import COMMANDS

HCC = ROOT / "hcc"


def _tools(folder: Path) -> Path:
    """A PATH on which there is nothing but what a POSIX shell script may expect."""
    folder.mkdir()
    for name in ("dirname", "sh"):
        (folder / name).symlink_to(f"/usr/bin/{name}" if Path(f"/usr/bin/{name}").exists() else f"/bin/{name}")
    return folder


def _hcc(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(HCC), *arguments], env=environment, capture_output=True, text=True, timeout=60
    )


def test_without_python_and_uv_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    result = _hcc("up", PATH=str(_tools(tmp_path / "bin")), HOME=str(tmp_path))
    assert result.returncode != 0
    assert result.stderr.strip().count("\n") == 0
    assert "Python 3.11" in result.stderr and "uv" in result.stderr


def test_a_python_of_pyenv_is_enough(tmp_path: Path) -> None:
    python = tmp_path / ".pyenv/versions/3.12.1/bin/python3"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "ran with $*"\n')
    python.chmod(0o755)
    result = _hcc("up", "--port", "9", PATH=str(_tools(tmp_path / "bin")), HOME=str(tmp_path))
    assert result.stdout.strip() == "ran with -P -m commands.bootstrap up --port 9"


def test_a_python_that_uv_knows_is_enough(tmp_path: Path) -> None:
    tools = _tools(tmp_path / "bin")
    python = tools / "managed"
    python.write_text('#!/bin/sh\necho "ran with $*"\n')
    (tools / "uv").write_text(f'#!/bin/sh\n[ "$1 $2" != "python find" ] || echo {python}\n')
    for program in (python, tools / "uv"):
        program.chmod(0o755)
    result = _hcc("lint", PATH=str(tools), HOME=str(tmp_path))
    assert result.stdout.strip() == "ran with -P -m commands.bootstrap lint"


def test_an_older_python_is_passed_over(tmp_path: Path) -> None:
    tools = _tools(tmp_path / "bin")
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    assert "Python 3.11" in _hcc("up", PATH=str(tools), HOME=str(tmp_path)).stderr


def test_the_overview_needs_no_environment(tmp_path: Path) -> None:
    result = subprocess.run([HCC], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=60)
    assert result.returncode == 0
    for name in COMMANDS:
        assert f"  {name} " in result.stdout


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    result = subprocess.run([HCC, "uo"], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert "no command 'uo'" in result.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_about_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    assert f"usage: ./hcc {name}" in capsys.readouterr().out
