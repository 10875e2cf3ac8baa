"""Finding uv and Python 3.10, and knowing when an environment is in step with its lock."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from commands import environments, uv_tool
from commands.environments import Environment, find_python_310, is_in_step, rasa_environment, service_environment, sync
from commands.failure import PlainFailure

PATH = os.environ["PATH"]


def _script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def _python_310(path: Path) -> Path:
    """Something that answers the version check as a Python 3.10 does."""
    return _script(path, "exit 0")


def _broken_python(path: Path) -> Path:
    """What pyenv puts on PATH for a version that is installed but not chosen."""
    return _script(path, "echo 'pyenv: python3.10: command not found' >&2; exit 127")


@pytest.fixture
def uv_without_pythons(tmp_path: Path) -> list[str]:
    return [str(_script(tmp_path / "uv", "echo 'no such Python here' >&2; exit 2"))]


def test_python_310_that_uv_knows_is_taken(tmp_path: Path) -> None:
    python = _python_310(tmp_path / "managed" / "python3.10")
    uv = [str(_script(tmp_path / "uv", f"echo {python}"))]
    assert find_python_310(uv, {"PATH": PATH, "HOME": str(tmp_path)}) == str(python)


@pytest.mark.parametrize("place", ["PYENV_ROOT", "HOME"])
def test_python_310_of_pyenv_is_found_although_its_stand_in_on_the_path_is_broken(
    tmp_path: Path, uv_without_pythons: list[str], place: str
) -> None:
    stand_in = _broken_python(tmp_path / "shims" / "python3.10")
    pyenv = tmp_path / "root" if place == "PYENV_ROOT" else tmp_path / ".pyenv"
    _python_310(pyenv / "versions" / "3.10.9" / "bin" / "python3.10")
    newest = _python_310(pyenv / "versions" / "3.10.13" / "bin" / "python3.10")
    _python_310(pyenv / "versions" / "3.11.7" / "bin" / "python3.11")
    variables = {"PATH": f"{stand_in.parent}:{PATH}", "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path / "root")}
    assert find_python_310(uv_without_pythons, variables) == str(newest)


def test_python_310_is_fetched_when_there_is_none(tmp_path: Path) -> None:
    python = tmp_path / "fetched" / "python3.10"
    uv = _script(
        tmp_path / "uv",
        f'if [ "$2" = install ]; then mkdir -p {python.parent}; printf "#!/bin/sh\\n" > {python}; chmod +x {python};'
        f" elif [ -e {python} ]; then echo {python}; else exit 2; fi",
    )
    assert find_python_310([str(uv)], {"PATH": "/bin", "HOME": str(tmp_path)}) == str(python)


def test_no_python_310_at_all_is_one_sentence_that_says_what_to_install(
    tmp_path: Path, uv_without_pythons: list[str]
) -> None:
    with pytest.raises(PlainFailure, match=r"Python 3\.10.*uv python install 3\.10.*pyenv install 3\.10"):
        find_python_310(uv_without_pythons, {"PATH": "/bin", "HOME": str(tmp_path)})


def test_another_version_is_not_taken_for_python_310(tmp_path: Path, uv_without_pythons: list[str]) -> None:
    _script(tmp_path / ".pyenv/versions/3.10.2/bin/python3.10", "exit 1")
    with pytest.raises(PlainFailure):
        find_python_310(uv_without_pythons, {"PATH": "/bin", "HOME": str(tmp_path)})


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "bot").mkdir()
    for name in ("requirements.lock", "requirements-dev.lock", "bot/requirements.lock"):
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


@pytest.fixture
def recording_uv(tmp_path: Path) -> list[str]:
    """Makes what the real one would make, and writes down how it was called."""
    calls = tmp_path / "calls"
    made = 'for last; do :; done; mkdir -p "$last/bin"; touch "$last/bin/python"'
    return [str(_script(tmp_path / "uv", f'echo "$*" >> {calls}; if [ "$1" = venv ]; then {made}; fi'))]


def _sync(environment: Environment, uv: list[str]) -> None:
    if not is_in_step(environment):
        sync(environment, uv, "python3.11", {"PATH": PATH})


def _calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().splitlines()


def test_nothing_is_installed_twice_and_a_new_lock_is(checkout: Path, recording_uv: list[str]) -> None:
    environment = rasa_environment(checkout)
    _sync(environment, recording_uv)
    assert len(_calls(checkout)) == 2
    assert _calls(checkout)[1].startswith("pip sync") and "--require-hashes" in _calls(checkout)[1]
    _sync(environment, recording_uv)
    assert len(_calls(checkout)) == 2
    environment.locks[0].write_text("# newer\n")
    _sync(environment, recording_uv)
    assert len(_calls(checkout)) == 3


def test_an_installation_that_was_broken_off_is_repeated(checkout: Path, recording_uv: list[str]) -> None:
    environment = rasa_environment(checkout)
    failing = [str(_script(checkout / "failing", f'if [ "$1" = pip ]; then exit 1; fi; exec {recording_uv[0]} "$@"'))]
    with pytest.raises(PlainFailure, match=r"requirements\.lock could not be installed"):
        _sync(environment, failing)
    assert not is_in_step(environment)
    _sync(environment, recording_uv)
    assert is_in_step(environment)


def test_starting_the_service_leaves_the_tools_of_the_tests_installed(checkout: Path, recording_uv: list[str]) -> None:
    _sync(service_environment(checkout, dev=True), recording_uv)
    assert is_in_step(service_environment(checkout, dev=False))
    (checkout / "requirements-dev.lock").write_text("# newer\n")
    _sync(service_environment(checkout, dev=False), recording_uv)
    assert _calls(checkout)[-1].endswith("requirements-dev.lock")


def test_tests_are_not_run_in_an_environment_that_only_has_the_service(checkout: Path, recording_uv: list[str]) -> None:
    _sync(service_environment(checkout, dev=False), recording_uv)
    assert not is_in_step(service_environment(checkout, dev=True))


def test_a_checkout_that_was_moved_gets_new_environments(checkout: Path, recording_uv: list[str]) -> None:
    environment = rasa_environment(checkout)
    _sync(environment, recording_uv)
    stamp = environment.folder / "hcc-stamp.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "folder": "/elsewhere/bot/.venv"}))
    leftover = environment.folder / "leftover"
    leftover.touch()
    _sync(environment, recording_uv)
    assert not leftover.exists()


def test_a_full_disk_is_one_sentence(checkout: Path, recording_uv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path, mebibytes: int) -> None:
        raise PlainFailure("Only 3 MB are free")

    monkeypatch.setattr(environments, "check_disk", refuse)
    with pytest.raises(PlainFailure, match="Only 3 MB"):
        _sync(rasa_environment(checkout), recording_uv)
    assert not (checkout / "calls").exists()


def test_uv_is_found_in_the_home_folder_when_it_is_not_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HCC_VAR_DIR", str(tmp_path / "var"))
    uv = _script(tmp_path / ".local/bin/uv", "echo uv 9")
    assert uv_tool.find_uv({"PATH": "/nowhere", "HOME": str(tmp_path)}) == [str(uv)]


def test_a_uv_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HCC_VAR_DIR", str(tmp_path / "var"))
    _script(tmp_path / "broken" / "uv", "exit 127")
    own = _script(tmp_path / "var/tools/uv-venv/bin/uv", "echo uv 9")
    assert uv_tool.find_uv({"PATH": str(tmp_path / "broken"), "HOME": str(tmp_path)}) == [str(own)]


def test_without_uv_pip_and_ensurepip_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HCC_VAR_DIR", str(tmp_path))
    monkeypatch.setattr(uv_tool.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PlainFailure, match="install uv"):
        uv_tool.get_uv({"PATH": "/nowhere", "HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("listing", "given", "expected"),
    [
        ("global.index-url='https://mirror.example/simple'", {}, {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}),
        ("", {"PIP_INDEX_URL": "https://a.example"}, {"UV_DEFAULT_INDEX": "https://a.example"}),
        ("global.cert='/etc/ca.pem'", {}, {"SSL_CERT_FILE": "/etc/ca.pem"}),
        ("global.cert='/etc/ca.pem'", {"SSL_CERT_FILE": "/mine"}, {"SSL_CERT_FILE": "/mine"}),
        (
            "global.index-url='https://m.example'",
            {"UV_DEFAULT_INDEX": "https://b.example"},
            {"UV_DEFAULT_INDEX": "https://b.example"},
        ),
        ("global.timeout='60'", {}, {}),
    ],
)
def test_uv_uses_the_index_that_pip_was_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listing: str, given: dict[str, str], expected: dict[str, str]
) -> None:
    monkeypatch.setattr(uv_tool.sys, "executable", str(_script(tmp_path / "python", f'echo "{listing}"')))
    variables = {"PATH": PATH, **given}
    uv_tool.hand_pip_settings_to_uv(variables)
    assert {
        name: value for name, value in variables.items() if name in ("UV_DEFAULT_INDEX", "SSL_CERT_FILE")
    } == expected
