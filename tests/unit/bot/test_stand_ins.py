"""Large libraries stay out of the process exactly when the model does not need them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from bot.stand_ins import is_light, newest_model

OURS = [
    "bot.components.intent_classifier.VietnameseIntentClassifier",
    "rasa.nlu.classifiers.fallback_classifier.FallbackClassifier",
    "rasa.core.policies.rule_policy.RulePolicy",
    "rasa.graph_components.providers.domain_provider.DomainProvider",
]


def model_of(folder: Path, components: list[str], name: str = "model.tar.gz") -> Path:
    schema = {"predict_schema": {"nodes": {str(number): {"uses": used} for number, used in enumerate(components)}}}
    content = json.dumps(schema).encode()
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return path


def test_that_a_model_of_ours_is_light(tmp_path: Path) -> None:
    assert is_light(model_of(tmp_path, OURS))


@pytest.mark.parametrize(
    "heavy",
    [
        "rasa.nlu.classifiers.diet_classifier.DIETClassifier",
        "rasa.core.policies.ted_policy.TEDPolicy",
        "rasa.nlu.classifiers.logistic_regression_classifier.LogisticRegressionClassifier",
        "somebody.elses.Component",
    ],
)
def test_that_any_other_component_keeps_the_libraries(tmp_path: Path, heavy: str) -> None:
    assert not is_light(model_of(tmp_path, [*OURS, heavy]))


def test_that_what_is_no_model_keeps_the_libraries(tmp_path: Path) -> None:
    assert not is_light(tmp_path)
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    assert not is_light(tmp_path / "broken.tar.gz")
    assert not is_light(model_of(tmp_path, []))


def test_that_the_newest_model_of_a_folder_is_taken(tmp_path: Path) -> None:
    import os

    older, newer = model_of(tmp_path, OURS, "b.tar.gz"), model_of(tmp_path, OURS, "a.tar.gz")
    os.utime(older, (1, 1))
    assert newest_model(tmp_path) == newer
    assert newest_model(tmp_path / "nothing") is None


def test_that_rasa_imports_without_them_and_that_computing_with_them_is_an_error(tmp_path: Path) -> None:
    model = model_of(tmp_path, OURS)
    code = f"""
import sys
from pathlib import Path
from bot.stand_ins import forbid_computing, leave_out_unused_libraries
assert leave_out_unused_libraries(Path({str(model)!r}))
import rasa.core.agent, rasa.core.run, rasa.core.policies.rule_policy, bot.components.intent_classifier
forbid_computing()
import tensorflow
assert not hasattr(tensorflow, "__file__")
try:
    tensorflow.constant(1)
except RuntimeError as error:
    assert "left out" in str(error)
else:
    raise AssertionError("a stand-in computed something")
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
