"""What is generated, what is kept, and which process may see which secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.kernel.settings import Settings
from commands import database_state
from commands.database_state import DemoMark, decide_demo
from commands.failure import PlainFailure
from commands.run_settings import apply_settings, decide_settings, settings_from_environment, stored_secret_key


@pytest.fixture(autouse=True)
def var_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HCC_VAR_DIR", str(tmp_path))
    return tmp_path


def test_a_fresh_machine_needs_no_settings(var_folder: Path) -> None:
    first, second = decide_settings({}), decide_settings({})
    assert first.own_url == "http://127.0.0.1:8080"
    assert first.environment["HCC_DATABASE_URL"] == f"sqlite:///{var_folder}/hcc.sqlite3"
    assert len({first.port, first.rasa_port, first.actions_port}) == 3
    for name in ("HCC_RASA_TOKEN", "HCC_SERVICE_TOKEN"):
        assert len(first.environment[name]) >= 32
        assert first.environment[name] != second.environment[name]


def test_the_key_of_the_web_chat_survives_a_restart_and_is_nobody_elses_to_read(var_folder: Path) -> None:
    key = decide_settings({}).environment["HCC_SECRET_KEY"]
    assert len(key) >= 32
    assert decide_settings({}).environment["HCC_SECRET_KEY"] == key == stored_secret_key(var_folder)
    assert (var_folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_what_the_operator_set_is_left_alone(var_folder: Path) -> None:
    given = {
        "HCC_PORT": "9000",
        "HCC_RASA_PORT": "9001",
        "HCC_ACTIONS_PORT": "9002",
        "HCC_RASA_TOKEN": "r",
        "HCC_SERVICE_TOKEN": "s",
        "HCC_SECRET_KEY": "k" * 32,
        "HCC_DATABASE_URL": "postgresql://db/hcc",
    }
    settings = decide_settings(given)
    assert given.items() <= settings.environment.items()
    assert settings.environment["HCC_RASA_URL"] == "http://127.0.0.1:9001"
    assert settings.environment["HCC_ACTIONS_URL"] == "http://127.0.0.1:9002/webhook"
    assert not (var_folder / "secret_key").exists()
    assert decide_settings(given, port=9100).own_url == "http://127.0.0.1:9100"


def test_rasa_and_the_action_server_see_no_secret_that_they_do_not_need() -> None:
    settings = decide_settings({"HCC_ZALO_SECRET": "z", "HCC_SECRET_KEY": "k" * 32, "PATH": "/bin"})
    rasa, actions, service = settings.for_rasa(), settings.for_actions(), settings.for_service()
    assert {"HCC_RASA_TOKEN", "HCC_ACTIONS_URL", "PATH"} <= rasa.keys()
    assert {"HCC_SERVICE_TOKEN", "HCC_CORE_URL", "PATH"} <= actions.keys()
    assert {"HCC_RASA_TOKEN", "HCC_SERVICE_TOKEN", "HCC_SECRET_KEY", "HCC_ZALO_SECRET"} <= service.keys()
    for name in ("HCC_SECRET_KEY", "HCC_DATABASE_URL", "HCC_ZALO_SECRET"):
        assert name not in rasa and name not in actions
    assert "HCC_SERVICE_TOKEN" not in rasa and "HCC_RASA_TOKEN" not in actions


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"HCC_PORT": "eighty"}, "HCC_PORT must be a port number"),
        ({"HCC_RASA_PORT": "70000"}, "HCC_RASA_PORT must be a port number"),
        ({"HCC_RASA_PORT": "8080"}, "must differ"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(PlainFailure, match=sentence):
        decide_settings(given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"HCC_LOG_LEVEL": "LOUD"}, "HCC_LOG_LEVEL is not right"),
        ({"HCC_SECRET_KEY": "short"}, "HCC_SECRET_KEY is not right"),
        ({"HCC_DATABASE_URL": "mysql://db/hcc"}, "HCC_DATABASE_URL must be the address of"),
        ({"HCC_DATABASE_URL": "no address at all"}, "HCC_DATABASE_URL must be the address of"),
    ],
)
def test_what_the_service_would_refuse_is_named_before_anything_is_started(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    with pytest.raises(PlainFailure, match=sentence) as caught:
        apply_settings(decide_settings(given))
    assert "short" not in str(caught.value)


def test_the_environment_wins_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("HCC_PORT=9000\nHCC_HOST='0.0.0.0'\n")
    monkeypatch.setenv("HCC_PORT", "9100")
    settings = settings_from_environment(tmp_path / ".env")
    assert settings["HCC_PORT"] == "9100"
    assert settings["HCC_HOST"] == "0.0.0.0"
    assert decide_settings(settings).own_url == "http://127.0.0.1:9100"


def _settings() -> Settings:
    return Settings(secret_key="k" * 32, service_token="s", rasa_token="r", database_url="sqlite://")


@pytest.mark.parametrize(
    ("option", "given", "is_new", "remembered", "expected"),
    [
        (None, {}, True, None, True),
        (None, {}, False, None, False),
        (None, {}, False, True, True),
        (None, {}, False, False, False),
        (None, {"HCC_DEMO": "false"}, True, None, False),
        (None, {"HCC_DEMO": "1"}, False, None, True),
        (False, {"HCC_DEMO": "true"}, True, True, False),
        (True, {"HCC_DEMO": "false"}, False, False, True),
    ],
)
def test_demo_data_are_shown_exactly_when_the_database_is_new_and_no_setting_says_otherwise(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: bool | None,
    given: dict[str, str],
    is_new: bool,
    remembered: bool | None,
    expected: bool,
) -> None:
    monkeypatch.setattr(database_state, "database_is_new", lambda settings: is_new)
    mark = DemoMark(tmp_path, "sqlite://")
    if remembered is not None:
        mark.remember(remembered)
    assert decide_demo(option, given, _settings(), mark) is expected


def test_what_was_decided_for_one_database_says_nothing_about_another(tmp_path: Path) -> None:
    DemoMark(tmp_path, "sqlite:///one").remember(True)
    assert DemoMark(tmp_path, "sqlite:///one").recall() is True
    assert DemoMark(tmp_path, "postgresql://user:secret@db/two").recall() is None
    assert "secret" not in (tmp_path / "demo.json").read_text()


def test_a_database_is_new_until_it_has_tables(tmp_path: Path) -> None:
    import sqlite3

    settings = _settings().model_copy(update={"database_url": f"sqlite:///{tmp_path}/x.sqlite3"})
    assert database_state.database_is_new(settings)
    connection = sqlite3.connect(tmp_path / "x.sqlite3")
    connection.execute("create table procedures (code text)")
    connection.close()
    assert not database_state.database_is_new(settings)


def test_a_database_that_cannot_be_reached_is_a_sentence_without_its_password() -> None:
    url = "postgresql://hcc:secret@127.0.0.1:1/hcc"
    with pytest.raises(PlainFailure, match="cannot be reached") as caught:
        database_state.database_is_new(_settings().model_copy(update={"database_url": url}))
    assert "secret" not in str(caught.value)
