"""``./hcc learn`` as a trainer uses it, on both databases."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.learning.model import Reason
from backend.learning.service import Guess, LearningQueue, Misunderstanding
from commands import learn
from commands.__main__ import main
from commands.layout import ROOT

Hcc = Callable[..., int]


@pytest.fixture
async def waiting(database: Database) -> None:
    queue = LearningQueue(database, SystemClock(), days=90)
    for _ in range(2):
        await queue.add(Misunderstanding("mần răng chừ hè", Reason.ASKED, "webchat", [Guess("help", 0.21)]))
    await queue.add(Misunderstanding("em tên Lan coi giấy chi mô", Reason.GAVE_UP, "webchat", [], ["1.001193"]))
    await queue.add(Misunderstanding("xin giấy con một cho thằng cu", Reason.NOT_FOUND, "webchat"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with the real domain and nothing learned yet."""
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "catalogue" / "phrasings").mkdir(parents=True)
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


@pytest.fixture
def hcc(waiting: None, database_url: URL, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hcc:
    monkeypatch.setenv("HCC_DATABASE_URL", database_url.render_as_string(hide_password=False))
    monkeypatch.setenv("HCC_VAR_DIR", str(tmp_path / "var"))
    for name in ("HCC_SECRET_KEY", "HCC_SERVICE_TOKEN", "HCC_RASA_TOKEN"):
        monkeypatch.setenv(name, "k" * 40)
    monkeypatch.setattr(learn, "ROOT", root)
    monkeypatch.setattr(learn, "_known_codes", lambda settings: {"1.001193"})

    def run(*arguments: str) -> int:
        from concurrent.futures import ThreadPoolExecutor

        # The command has an event loop of its own.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(learn_in_thread, arguments).result()

    return run


def learn_in_thread(arguments: tuple[str, ...]) -> int:
    import signal
    from unittest.mock import patch

    # Signals belong to the main thread.
    with patch.object(signal, "signal"):
        return main(["learn", *arguments])


def listed(hcc: Hcc, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capsys.readouterr()
    assert hcc("list", "--json", *options) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_that_what_many_wrote_comes_first_and_pages_go_on(hcc: Hcc, capsys: pytest.CaptureFixture[str]) -> None:
    first = listed(hcc, capsys, "--limit", "2")
    assert first["total"] == 3
    assert (first["items"][0]["text"], first["items"][0]["count"]) == ("mần răng chừ hè", 2)
    assert len(listed(hcc, capsys, "--limit", "2", "--page", "2")["items"]) == 1
    assert [item["text"] for item in listed(hcc, capsys, "--reason", "gave_up")["items"]] == [
        "em tên [tên] coi giấy chi mô"
    ]
    assert hcc("list", "--limit", "2") == 0
    shown = capsys.readouterr().out
    assert "help 0.21" in shown and "1 to 2 of 3; --page 2 shows more" in shown


def test_that_one_sentence_is_shown_whole(hcc: Hcc, capsys: pytest.CaptureFixture[str]) -> None:
    number = listed(hcc, capsys, "--reason", "gave_up")["items"][0]["id"]
    assert hcc("show", str(number)) == 0
    assert "1.001193" in capsys.readouterr().out


def test_that_an_assigned_sentence_is_training_data_and_done(
    hcc: Hcc, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = str(listed(hcc, capsys)["items"][0]["id"])
    assert hcc("assign", number, "help", "--by", "chị Hoa") == 0
    assert "mần răng chừ hè" in (root / "data" / "nlu" / "learned.yml").read_text("utf-8")
    assert listed(hcc, capsys)["total"] == 2
    (done,) = listed(hcc, capsys, "--status", "done")["items"]
    assert (done["decision"], done["decided_by"]) == ("intent help", "chị Hoa") and done["decided_at"]
    assert hcc("assign", number, "help") == 0, "a second time changes nothing"
    assert "already" in capsys.readouterr().err


def test_that_a_masked_sentence_needs_other_words(hcc: Hcc, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = str(listed(hcc, capsys, "--reason", "gave_up")["items"][0]["id"])
    assert hcc("assign", number, "ask_documents") == 1
    assert "masked" in capsys.readouterr().err
    assert listed(hcc, capsys)["total"] == 3
    assert hcc("assign", number, "ask_documents", "--text", "coi giấy tờ chi mô") == 0
    assert "- coi giấy tờ chi mô" in (root / "data" / "nlu" / "learned.yml").read_text("utf-8")


def test_that_an_alias_is_a_phrasing_and_done(hcc: Hcc, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = str(listed(hcc, capsys, "--reason", "not_found")["items"][0]["id"])
    assert hcc("alias", number, "9.999999") == 1
    assert "no procedure" in capsys.readouterr().err
    assert hcc("alias", number, "1.001193") == 0
    learned = root / "data" / "catalogue" / "phrasings" / "learned.tsv"
    assert learned.read_text("utf-8") == "code\tphrasing\n1.001193\txin giấy con một cho thằng cu\n"
    assert listed(hcc, capsys, "--status", "done")["items"][0]["decision"] == "alias 1.001193"


def test_that_a_dismissed_sentence_waits_no_more(hcc: Hcc, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = str(listed(hcc, capsys)["items"][0]["id"])
    assert hcc("dismiss", number) == 0
    assert listed(hcc, capsys)["total"] == 2
    assert listed(hcc, capsys, "--status", "dismissed")["total"] == 1
    assert not (root / "data" / "nlu" / "learned.yml").exists()


@pytest.mark.parametrize("command", [("show", "999"), ("assign", "999", "help"), ("dismiss", "999")])
def test_that_a_number_that_is_none_is_said(hcc: Hcc, command: tuple[str, ...], capsys: Any) -> None:
    assert hcc(*command) == 1
    assert "There is no sentence 999" in capsys.readouterr().err
