"""The benchmarks' command line, figures and tables."""

from __future__ import annotations

import argparse

import pytest

from commands import bench
from commands.benchmarks.figures import times_of
from commands.benchmarks.report import table_of


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize("arguments", [[], ["search"], ["latency", "saturation", "--seconds", "5"]])
def test_that_benchmarks_can_be_chosen(arguments: list[str]) -> None:
    assert parse(*arguments).only == [name for name in arguments if name in ("search", "latency", "saturation")]


@pytest.mark.parametrize("arguments", [["speed"], ["--seconds", "0"], ["--rate", "-1"]])
def test_that_nonsense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse(*arguments)


def test_that_figures_are_in_milliseconds() -> None:
    times = times_of([number / 1000 for number in range(1, 101)])
    assert (times.n, times.p50, times.p95, times.p99) == (100, 51.0, 96.0, 100.0)


def test_that_the_ratio_is_told_beside_both_loads() -> None:
    load = {"turns_per_second": 80.0, "failures": 0, "n": 10, "p50": 1.0, "p95": 2.0, "p99": 3.0}
    results = {
        "machine": {"cores": 2, "machine": "x86_64", "python": "3.12"},
        "saturation": load,
        "saturation_stock_rasa": {**load, "turns_per_second": 10.0},
        "saturation_ratio": 8.0,
    }
    table = table_of(results)
    assert "| 80.0 |" in table and "| 10.0 |" in table and "8.0 times" in table


def test_that_the_import_is_told_beside_its_baseline() -> None:
    figures = {"pages": 2642, "made_up": False, "first_seconds": 8.1, "again_seconds": 7.2, "baseline_seconds": 0.4}
    table = table_of({"machine": {"cores": 2, "machine": "x86_64", "python": "3.12"}, "import": figures})
    assert "import of 2,642 pages" in table
    assert "empty database | 8.1 |" in table and "as they are | 0.4 |" in table
