"""When a new model takes the place of the one in service, which one the product runs on, and the way back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commands import manifests, model_watch, models, promotion, serving, train
from commands.children import ChildSpec
from commands.failure import PlainFailure
from commands.manifests import Manifest, config_hash, data_hash, dialogue_hash, find_manifest, model_path
from commands.nlu_evaluation import Parsed
from commands.promotion import HELD_OUT, NO_DIACRITICS, REGRESSION, read_evaluation_sets, reasons_against
from commands.serving import put_in_service, read_serving

SOURCES = {
    "data/nlu/greet.yml": "nlu",
    "data/rules/greet.yml": "rules",
    "domain.yml": "intents",
    "config.yml": "pipeline",
    "bot/requirements.lock": "rasa==3.6.21 ; \\\nnumpy==1.23.5 \\\n",
    "tests/evaluation/held-out.tsv": "intent\ttext\nask_fee\tphí bao nhiêu\ngreet\tchào em\n",
    "tests/evaluation/nlu-more.tsv": "intent\ttext\tregister\nthank\tcảm ơn\tspoken\n",
    "tests/evaluation/regression.tsv": "intent\ttext\nask_place\tnộp ở đâu\nstop\tthôi khỏi\n",
}
RIGHT = {
    "phí bao nhiêu": "ask_fee",
    "chào em": "greet",
    "cảm ơn": "thank",
    "nộp ở đâu": "ask_place",
    "thôi khỏi": "stop",
}
UNACCENTED = {"phi bao nhieu": "ask_fee", "chao em": "greet", "cam on": "thank"}


class Checkout:
    """A checkout whose models are tables of what they take each sentence for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.models = root / "models"
        self.understands: dict[str, dict[str, str]] = {}
        self.broken: set[str] = set()
        self.measured: list[str] = []
        self.next: dict[str, str] = {}
        self.count = 0

    def edit(self, text: str, name: str = "data/nlu/greet.yml") -> None:
        (self.root / name).write_text(text)

    def will_learn(self, **mistakes: str) -> None:
        """Let the next model be right in all but these."""
        self.next = {**RIGHT, **UNACCENTED, **{text.replace("_", " "): intent for text, intent in mistakes.items()}}

    def trained(self) -> Manifest:
        self.count += 1
        name = f"model-{self.count}"
        self.understands[name] = dict(self.next)
        model_path(self.models, name).write_bytes(b"model")
        return Manifest(
            name,
            data_hash(self.root),
            config_hash(self.root),
            "3.6.21",
            f"2026-11-24T08:00:{self.count:02}+00:00",
            60.0,
            dialogue_hash=dialogue_hash(self.root),
            libraries=manifests.locked_versions(self.root),
        )

    def parse(self, texts: Sequence[str], model: Path) -> list[Parsed]:
        name = model.name.removesuffix(".tar.gz")
        self.measured.append(name)
        if name in self.broken:
            raise PlainFailure("Rasa could not parse the messages.")
        known = self.understands[name]
        return [Parsed(known.get(text, "greet"), ((known.get(text, "greet"), 0.9),), ()) for text in texts]

    def train(self, *options: str) -> int:
        parser = argparse.ArgumentParser()
        train.add_arguments(parser)
        return train.run(parser.parse_args(options))

    def command(self, *options: str) -> int:
        parser = argparse.ArgumentParser()
        models.add_arguments(parser)
        return models.run(parser.parse_args(options))

    def up(self) -> str:
        """The model that ``./hcc up`` would give Rasa."""
        return train.model_to_serve().name.removesuffix(".tar.gz")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "models").mkdir()
    made = Checkout(tmp_path)
    for module in (train, models):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "MODELS", tmp_path / "models")
        monkeypatch.setattr(module, "EVALUATION", tmp_path / "tests" / "evaluation")
    monkeypatch.setattr(train, "_trained", made.trained)
    for parser in (promotion, models):
        monkeypatch.setattr(parser, "parse_with_rasa", made.parse)
    made.will_learn()
    return made


def test_that_the_first_model_is_put_into_service_with_its_scores(checkout: Checkout) -> None:
    assert checkout.up() == "model-1"
    manifest = find_manifest(checkout.models, "model-1")
    assert manifest is not None and manifest.scores is not None
    assert manifest.libraries == {"rasa": "3.6.21", "numpy": "1.23.5"}
    assert manifest.scores[HELD_OUT]["n"] == 3 and manifest.scores[HELD_OUT]["macro_f1"] == 1
    assert manifest.scores[NO_DIACRITICS]["macro_f1"] == 1
    assert manifest.scores[REGRESSION]["wrong"] == []
    assert checkout.up() == "model-1" and checkout.measured == ["model-1"]


def test_that_a_model_that_is_no_worse_takes_over(checkout: Checkout) -> None:
    assert checkout.train() == 0
    checkout.edit("more")
    assert checkout.train() == 0
    assert checkout.up() == "model-2"
    # The old one's scores are known from its manifest.
    assert checkout.measured == ["model-1", "model-2"]


@pytest.mark.parametrize(
    ("mistakes", "seen"),
    [
        ({"phí_bao_nhiêu": "pay_fee"}, "macro-F1 on held-out falls from 1.0000"),
        ({"phi_bao_nhieu": "pay_fee"}, "macro-F1 on no-diacritics falls from 1.0000"),
        ({"thôi_khỏi": "deny"}, "“thôi khỏi”"),
    ],
)
def test_that_a_model_that_falls_stays_a_candidate_and_the_old_one_serves(
    checkout: Checkout, mistakes: Mapping[str, str], seen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.train()
    checkout.edit("worse")
    checkout.will_learn(**mistakes)
    assert checkout.train() == 1
    assert seen in capsys.readouterr().err
    assert checkout.up() == "model-1"
    assert "model-1 keeps serving" in capsys.readouterr().err
    assert checkout.count == 2, "up must not train again and again"
    refused = find_manifest(checkout.models, "model-2")
    assert refused is not None and seen in str(refused.refused)


def test_that_up_itself_refuses_a_worse_model_and_starts_with_the_old_one(checkout: Checkout) -> None:
    checkout.up()
    checkout.edit("worse")
    checkout.will_learn(thôi_khỏi="deny")
    assert checkout.up() == "model-1"
    assert checkout.count == 2


def test_that_regressions_can_be_accepted_but_not_a_fall(checkout: Checkout) -> None:
    checkout.train()
    checkout.will_learn(thôi_khỏi="deny")
    assert checkout.train("--accept-regressions") == 0
    checkout.will_learn(thôi_khỏi="deny", phí_bao_nhiêu="pay_fee")
    assert checkout.train("--accept-regressions") == 1


def test_that_what_was_wrong_before_may_stay_wrong(checkout: Checkout) -> None:
    checkout.will_learn(thôi_khỏi="deny")
    checkout.train()
    checkout.will_learn(thôi_khỏi="deny")
    assert checkout.train() == 0


def test_that_new_evaluation_rows_are_measured_on_both_models(checkout: Checkout) -> None:
    checkout.train()
    checkout.edit("intent\ttext\nbye\thẹn gặp lại\n", "tests/evaluation/nlu-new.tsv")
    assert checkout.train() == 0
    assert checkout.measured == ["model-1", "model-2", "model-1"]


def test_that_a_model_of_other_code_cannot_stand_in(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    checkout.train()
    checkout.edit("other rules", "data/rules/greet.yml")
    checkout.will_learn(phí_bao_nhiêu="pay_fee")
    assert checkout.up() == "model-2"
    assert "was refused: macro-F1" in capsys.readouterr().err


def test_that_a_model_that_cannot_be_loaded_any_more_is_no_hindrance(checkout: Checkout) -> None:
    checkout.train()
    checkout.edit("intent\ttext\nbye\thẹn gặp lại\n", "tests/evaluation/nlu-new.tsv")
    checkout.broken.add("model-1")
    assert checkout.train() == 0


def test_that_a_new_model_that_cannot_be_loaded_never_serves(checkout: Checkout) -> None:
    checkout.train()
    checkout.edit("broken")
    checkout.broken.add("model-2")
    with pytest.raises(PlainFailure):
        checkout.train()
    assert checkout.up() == "model-1"


def test_that_rolling_back_is_held_until_somebody_promotes(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.train()
    checkout.edit("more")
    checkout.train()
    assert checkout.command("rollback") == 0
    capsys.readouterr()
    assert checkout.up() == "model-1"
    assert "held at model-1" in capsys.readouterr().err
    checkout.edit("still more")
    assert checkout.up() == "model-1", "other data must not undo it"
    assert checkout.train() == 1
    assert checkout.up() == "model-1"
    checkout.command("promote", "model-3")
    assert checkout.up() == "model-3"
    state = read_serving(checkout.models)
    assert state is not None and not state.pinned


def test_that_rolling_back_twice_goes_back_further(checkout: Checkout) -> None:
    for text in "abc":
        checkout.edit(text)
        checkout.train()
    checkout.command("rollback")
    checkout.command("rollback")
    assert checkout.up() == "model-1"
    with pytest.raises(PlainFailure, match="no earlier model"):
        checkout.command("rollback")


def test_that_a_promoted_model_of_other_data_is_held(checkout: Checkout) -> None:
    checkout.train()
    checkout.edit("more")
    checkout.train()
    checkout.command("promote", "model-1")
    assert checkout.up() == "model-1"
    with pytest.raises(PlainFailure, match="no model 'nonsense'"):
        checkout.command("promote", "nonsense")


def test_that_a_model_that_does_not_load_is_not_gone_back_to(checkout: Checkout) -> None:
    checkout.train()
    checkout.edit("more")
    checkout.train()
    checkout.broken.add("model-1")
    with pytest.raises(PlainFailure, match="does not work"):
        checkout.command("rollback")
    assert checkout.up() == "model-2"


def test_that_a_held_model_that_is_gone_is_said(checkout: Checkout) -> None:
    checkout.train()
    checkout.edit("more")
    checkout.train()
    checkout.command("rollback")
    model_path(checkout.models, "model-1").unlink()
    with pytest.raises(PlainFailure, match="models promote"):
        checkout.up()


def test_that_the_model_to_go_back_to_is_never_removed(checkout: Checkout) -> None:
    for text in "ab":
        checkout.edit(text)
        checkout.train()
    for number in range(6):
        checkout.edit(f"worse {number}")
        checkout.will_learn(phí_bao_nhiêu="pay_fee")
        checkout.train()
    names = {manifest.name for manifest in manifests.all_manifests(checkout.models)}
    assert {"model-1", "model-2"} <= names and len(names) == 5


def test_that_models_of_the_release_before_go_on_serving(checkout: Checkout) -> None:
    old = replace(checkout.trained(), dialogue_hash="", libraries={})
    manifests.write_manifest(checkout.models, old)
    path = manifests.manifest_path(checkout.models, old.name)
    kept = {key: value for key, value in json.loads(path.read_text()).items() if key in _FIELDS_BEFORE}
    path.write_text(json.dumps(kept))
    assert checkout.up() == "model-1"
    assert read_serving(checkout.models) is not None
    checkout.will_learn(phí_bao_nhiêu="pay_fee")
    assert checkout.train() == 1, "it is measured, and compared with"


def test_that_there_is_a_way_back_to_a_model_from_before_there_was_a_record(checkout: Checkout) -> None:
    manifests.write_manifest(checkout.models, checkout.trained())
    checkout.edit("more")
    assert checkout.train() == 0
    checkout.command("rollback")
    assert checkout.up() == "model-1"


_FIELDS_BEFORE = ("name", "data_hash", "config_hash", "rasa_version", "created_at", "seconds", "scores")


def test_that_the_list_tells_what_serves_and_why_others_do_not(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.train()
    checkout.edit("worse")
    checkout.will_learn(thôi_khỏi="deny")
    checkout.train()
    capsys.readouterr()
    checkout.command("list")
    shown = capsys.readouterr().out
    assert "* model-1" in shown and "refused: wrong in the regression set" in shown
    checkout.command("list", "--json")
    listed: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert listed["serving"]["name"] == "model-1"
    assert [model["name"] for model in listed["models"]] == ["model-2", "model-1"]
    assert "measured on other sentences" not in shown
    checkout.edit("intent\ttext\nbye\thẹn gặp lại\n", "tests/evaluation/nlu-new.tsv")
    checkout.command("list")
    assert capsys.readouterr().out.count("measured on other sentences") == 2


def test_that_a_small_fall_is_tolerated() -> None:
    old = {HELD_OUT: {"macro_f1": 0.95}, NO_DIACRITICS: {"macro_f1": 0.94}}
    assert reasons_against({HELD_OUT: {"macro_f1": 0.945}, NO_DIACRITICS: {"macro_f1": 0.935}}, old) == []
    assert len(reasons_against({HELD_OUT: {"macro_f1": 0.9449}, NO_DIACRITICS: {"macro_f1": 0.9349}}, old)) == 2


def test_that_nothing_is_compared_where_there_are_no_sets(checkout: Checkout) -> None:
    assert read_evaluation_sets(checkout.root / "nowhere") is None


def test_that_a_running_product_changes_over(checkout: Checkout) -> None:
    checkout.train()
    asked: list[Path] = []

    def spec(model: Path) -> ChildSpec:
        asked.append(model)
        return ChildSpec("rasa", ("run", str(model)), {}, "http://127.0.0.1/")

    watch = model_watch.ModelWatch(checkout.models, model_path(checkout.models, "model-1"), spec)
    assert watch.changed() == []
    checkout.edit("more")
    checkout.train()
    (changed,) = watch.changed()
    assert changed.command[1].endswith("model-2.tar.gz")
    assert watch.changed() == []
    put_in_service(checkout.models, "model-2", pinned=True)
    assert watch.changed() == [], "the same model is no reason to restart"
    serving.serving_path(checkout.models).write_text("{")
    assert watch.changed() == [] and len(asked) == 1
