"""How ``./hcc evaluate`` counts, and what it says to files that it cannot use."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from backend.catalogue.evaluation import Question, SearchEvaluation
from commands import evaluate, search_evaluation
from commands.failure import PlainFailure
from commands.layout import ROOT
from commands.nlu_evaluation import NEVER_SUGGESTED, Outcome, Parsed, nlu_report, outcome_of, score

CODE = "H32.15-251103-0012"


def parsed(intent: str, *ranking: tuple[str, float], codes: tuple[str, ...] = ()) -> Parsed:
    return Parsed(intent, ranking or ((intent, 0.9),), codes)


def row(intent: str, text: str = "một câu", receipt_code: str = "") -> dict[str, str]:
    return {"intent": intent, "text": text, "receipt_code": receipt_code}


def test_that_the_intent_acted_on_is_the_label() -> None:
    assert outcome_of("phí?", parsed("ask_fee")) == Outcome("ask_fee")


def test_that_the_first_suggestion_counts_where_the_bot_would_ask() -> None:
    unsure = parsed("nlu_fallback", ("greet", 0.3), ("ask_fee", 0.28), ("pay_fee", 0.2))
    assert outcome_of("phí?", unsure) == Outcome("ask_fee", asked=True)


def test_that_a_guess_without_weight_is_no_suggestion() -> None:
    assert outcome_of("xyz", parsed("nlu_fallback", ("ask_fee", 0.01))) == Outcome("find_procedure", asked=True)


def test_that_a_message_without_words_is_refused() -> None:
    assert outcome_of("👍", Parsed("nlu_fallback", (), ())) == Outcome("out_of_scope")


def test_that_all_figures_of_the_contract_are_counted() -> None:
    rows = [
        row("ask_fee"),
        row("ask_fee"),
        row("pay_fee"),
        row("out_of_scope"),
        row("out_of_scope"),
        row("check_dossier", receipt_code=CODE),
        row("inform", receipt_code=CODE),
    ]
    found = [
        parsed("ask_fee"),
        parsed("nlu_fallback", ("ask_fee", 0.2)),
        parsed("out_of_scope"),
        parsed("out_of_scope"),
        parsed("chitchat"),
        parsed("check_dossier", codes=(CODE,)),
        parsed("inform", codes=("H32.15-251103-0013",)),
    ]
    scores = score(rows, found)
    assert scores["n"] == 7
    assert scores["accuracy"] == pytest.approx(5 / 7)
    assert scores["receipt_code_exact"] == 0.5
    assert scores["out_of_scope_recall"] == 0.5
    assert scores["false_refusal_rate"] == pytest.approx(1 / 5)
    assert scores["asked_rate"] == pytest.approx(1 / 7)
    assert scores["per_intent"]["ask_fee"] == {"n": 2, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert scores["macro_f1"] == pytest.approx((1 + 0 + 0.5 + 1 + 1) / 5)
    assert len(scores["errors"]) == 3
    assert "pay_fee → out_of_scope" in nlu_report(scores)


def test_that_a_figure_without_rows_is_none() -> None:
    scores = score([row("ask_fee")], [parsed("ask_fee")])
    assert scores["receipt_code_exact"] is None
    assert scores["out_of_scope_recall"] is None
    assert nlu_report(scores)


def test_that_what_is_never_suggested_is_what_the_actions_cannot_perform() -> None:
    routing = (ROOT / "actions" / "routing.py").read_text("utf-8")
    suggestible = routing[routing.index("HANDLERS") : routing.index("SUGGESTIBLE")]
    assert not any(f'"{intent}"' in suggestible for intent in NEVER_SUGGESTED)


def arguments(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    evaluate.add_arguments(parser)
    return parser.parse_args(given)


def test_that_json_is_one_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text('intent\ttext\nask_fee\t"phí\n', encoding="utf-8")
    seen: list[dict[str, str]] = []

    def fake(rows: list[dict[str, str]], model: Path | None) -> dict[str, object]:
        seen.extend(rows)
        return score(rows, [parsed("ask_fee")])

    monkeypatch.setattr(evaluate, "evaluate_nlu", fake)
    assert evaluate.run(arguments("nlu", str(file), "--json")) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == 1
    assert seen == [row("ask_fee", '"phí')]


@pytest.mark.parametrize("content", ["", "intent\ttext\n", "text\n\n", "wrong\tcolumns\na\tb\n"])
def test_that_an_unusable_file_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PlainFailure):
        evaluate.run(arguments("nlu", str(file)))
    with pytest.raises(PlainFailure):
        evaluate.run(arguments("nlu", str(tmp_path / "missing.tsv")))


def test_that_registers_get_figures_of_their_own_beside_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text(
        "intent\ttext\treceipt_code\tregister\nask_fee\tphí\t\tspoken\nask_fee\tfi\t\tteencode\nstop\tthôi\t\tspoken\n",
        encoding="utf-8",
    )
    found = {"phí": parsed("ask_fee"), "fi": parsed("pay_fee"), "thôi": parsed("stop")}
    monkeypatch.setattr(evaluate, "parse_with_rasa", lambda texts, model: [found[text] for text in texts])
    model = str(tmp_path / "model.tar.gz")
    assert evaluate.run(arguments("nlu", str(file), "--json", "--model", model)) == 0
    scores = json.loads(capsys.readouterr().out)
    assert {"n", "accuracy", "macro_f1", "receipt_code_exact", "asked_rate", "per_intent", "errors"} <= set(scores)
    assert scores["n"] == 3
    assert scores["by_register"]["spoken"]["accuracy"] == 1
    assert scores["by_register"]["teencode"] == {
        "n": 1,
        "accuracy": 0,
        "macro_f1": 0,
        "receipt_code_exact": None,
        "out_of_scope_recall": None,
        "false_refusal_rate": 0,
        "asked_rate": 0,
    }
    evaluate.run(arguments("nlu", str(file), "--model", model))
    assert "teencode" in capsys.readouterr().out


def test_that_a_file_without_registers_gets_no_such_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text("intent\ttext\nask_fee\tphí\n", encoding="utf-8")
    monkeypatch.setattr(evaluate, "parse_with_rasa", lambda texts, model: [parsed("ask_fee")])
    evaluate.run(arguments("nlu", str(file), "--json", "--model", str(tmp_path)))
    assert "by_register" not in json.loads(capsys.readouterr().out)


def test_that_questions_to_the_search_get_figures_by_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "search.tsv"
    file.write_text(
        "kind\tgold_codes\tquery\tregister\nanswer\t1.1\tmột\tspoken\noos\t\thai\tspoken\nanswer\t1.3\tba\tteencode\n",
        encoding="utf-8",
    )

    async def no_search(settings: object) -> None:
        return None

    def figures(search: object, questions: list[Question]) -> SearchEvaluation:
        right = sum(question.query != "ba" for question in questions) / len(questions)
        return SearchEvaluation(len(questions), right, right, right, right, None, None, 1.0, 2.0, [])

    monkeypatch.setattr(search_evaluation, "search_of_settings", no_search)
    monkeypatch.setattr(search_evaluation, "evaluate_questions", figures)
    monkeypatch.setattr(search_evaluation, "apply_settings", lambda settings: settings)
    monkeypatch.setattr(search_evaluation, "bring_in_line", lambda settings: None)
    scores = search_evaluation.search_scores(file)
    assert scores["n"] == 3 and "errors" in scores
    assert scores["by_register"]["spoken"]["r_at_1"] == 1 and scores["by_register"]["teencode"]["r_at_1"] == 0
    assert scores["by_register"]["spoken"]["n"] == 2
    report = search_evaluation.search_report(scores)
    assert "teencode" in report and report.index("register") < report.index("not answered right")
