"""The benchmarks' results as tables for people."""

from __future__ import annotations

from typing import Any


def table_of(results: dict[str, Any]) -> str:
    """Return the results as Markdown tables."""
    lines = [
        f"{results['machine']['cores']} cores, {results['machine']['machine']}, Python {results['machine']['python']}"
    ]
    loads = [
        ("citizen's text → answer, at a fixed rate", "latency"),
        ("saturation, the product over WebSocket", "saturation"),
        ("saturation, stock `rasa run` over REST", "saturation_stock_rasa"),
    ]
    shown = [(title, results[key]) for title, key in loads if key in results]
    if shown:
        lines += [
            "",
            "| load | turns/s | p50 ms | p95 ms | p99 ms | turns | failures |",
            "|---|---|---|---|---|---|---|",
        ]
        for title, load in shown:
            figures = [load[key] for key in ("turns_per_second", "p50", "p95", "p99", "n", "failures")]
            lines.append(f"| {title} | {' | '.join(map(str, figures))} |")
    if "saturation_ratio" in results:
        lines += ["", f"The product answers {results['saturation_ratio']} times as many turns a second as stock Rasa."]
    if "search" in results:
        lines += _search(results["search"])
    if "import" in results:
        lines += _import(results["import"])
    if "start" in results:
        start = results["start"]
        memory = results["memory_mib"]
        parts = ", ".join(f"{name} {mib:.0f}" for name, mib in memory.items())
        lines += [
            "",
            f"Ready in {start['first_seconds']} s with an empty folder, {start['second_seconds']} s the second time.",
            f"Memory of all processes {sum(memory.values()):.0f} MiB ({parts}).",
        ]
    return "\n".join(lines)


def _search(search: dict[str, Any]) -> list[str]:
    lines = [
        "",
        "| search | procedures | questions | p50 ms | p95 ms | p99 ms | right first |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, key in (("ours", "ours"), ("baseline: names by fuzzy matching", "baseline")):
        row = search[key]
        figures = [search["procedures"], row["n"], row["p50"], row["p95"], row["p99"], row["right_first"]]
        lines.append(f"| {title} | {' | '.join(map(str, figures))} |")
    return lines


def _import(figures: dict[str, Any]) -> list[str]:
    pages = f"{figures['pages']:,} {'made-up ' if figures['made_up'] else ''}pages"
    return [
        "",
        f"| import of {pages}, process start included | seconds |",
        "|---|---|",
        f"| ours, into an empty database | {figures['first_seconds']} |",
        f"| ours, a second time | {figures['again_seconds']} |",
        f"| baseline: the same lines written to SQLite as they are | {figures['baseline_seconds']} |",
    ]
