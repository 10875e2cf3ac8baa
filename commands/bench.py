"""``./hcc bench``: the project's benchmarks, each beside its baseline in the same run."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import platform
import tempfile
from pathlib import Path
from typing import Any

from commands.benchmarks.chat_load import Measured, RestCitizen, WebChatCitizen, at_rate, at_saturation
from commands.benchmarks.figures import times_of
from commands.benchmarks.importing import measure_import
from commands.benchmarks.processes import memory_mib
from commands.benchmarks.report import table_of
from commands.benchmarks.search import measure_search
from commands.benchmarks.stock_rasa import running_stock_rasa
from commands.failure import PlainFailure
from commands.progress import say
from commands.started_product import DidNotStart, StartedProduct, start_product
from commands.train import ensure_model

# One visitor's limits stay as they are; only the limit per address must let all of the load through.
_SETTINGS = {"HCC_CHAT_MESSAGES_LIMIT": "1000000/minute", "HCC_CHAT_NEW_SESSIONS_LIMIT": "1000000/minute"}
_CHAT = ("latency", "saturation")
_ALL = (*_CHAT, "search", "import")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "only", nargs="*", type=benchmark_name, metavar="|".join(_ALL), help="which benchmarks (default: all)"
    )
    parser.add_argument("--seconds", type=positive_number, default=20.0, help="length of each load (default: 20)")
    parser.add_argument("--rate", type=positive_number, default=20.0, help="turns per second of the latency load")
    parser.add_argument("--citizens", type=int, default=48, help="how many ask at once at saturation")
    parser.add_argument(
        "--procedures", type=Path, help="a JSON-lines file of the national database for the search and the import"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")


def benchmark_name(text: str) -> str:
    """Read the name of a benchmark."""
    if text not in _ALL:
        raise argparse.ArgumentTypeError(f"there is no benchmark {text!r}")
    return text


def positive_number(text: str) -> float:
    """Read a number above zero."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be above zero")
    return value


def run(arguments: argparse.Namespace) -> int:
    wanted = set(arguments.only or _ALL)
    results: dict[str, Any] = {"machine": _machine()}
    if wanted & set(_CHAT):
        results |= _measure_chat(arguments, wanted)
    if "search" in wanted:
        _progress("Search: the questions of tests/evaluation/search-questions.tsv")
        results["search"] = measure_search(arguments.procedures)
    if "import" in wanted:
        _progress("Importing the pages of a whole national database")
        results["import"] = measure_import(arguments.procedures)
    print(json.dumps(results, ensure_ascii=False, indent=2) if arguments.json else table_of(results))
    return 0


def _progress(line: str) -> None:
    say(f"- {line}")


def _machine() -> dict[str, Any]:
    import psutil

    return {"cores": psutil.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}


def _measure_chat(arguments: argparse.Namespace, wanted: set[str]) -> dict[str, Any]:
    model = ensure_model()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="hcc-bench-") as name:
        folder = Path(name)
        try:
            _progress("Starting the product, for the first time in an empty folder")
            first = start_product(folder, **_SETTINGS)
            first.stop()
            _progress("Starting it again")
            product = start_product(folder, **_SETTINGS)
        except DidNotStart as failure:
            raise PlainFailure(f"The product did not start:\n{failure}") from failure
        try:
            results["start"] = {
                "first_seconds": round(first.seconds_to_ready, 1),
                "second_seconds": round(product.seconds_to_ready, 1),
            }
            _measure_loads(arguments, wanted, product, results)
            results["memory_mib"] = memory_mib(product.state["pids"])
            if "saturation" in wanted:
                _progress("The same questions to a stock Rasa with the same model and action server")
                with running_stock_rasa(model, product.state["actions_url"], folder) as url:
                    asyncio.run(at_saturation(RestCitizen.arrive, url, citizens=4, seconds=3))
                    stock = asyncio.run(
                        at_saturation(RestCitizen.arrive, url, citizens=arguments.citizens, seconds=arguments.seconds)
                    )
                results["saturation_stock_rasa"] = _load(stock)
                results["saturation_ratio"] = round(
                    results["saturation"]["turns_per_second"] / results["saturation_stock_rasa"]["turns_per_second"], 2
                )
        finally:
            product.stop()
    return results


def _measure_loads(
    arguments: argparse.Namespace, wanted: set[str], product: StartedProduct, results: dict[str, Any]
) -> None:
    asyncio.run(at_saturation(WebChatCitizen.arrive, product.url, citizens=4, seconds=3))
    if "latency" in wanted:
        _progress(f"{arguments.rate:g} questions a second for {arguments.seconds:g} s")
        at_given_rate = at_rate(
            WebChatCitizen.arrive, product.url, turns_per_second=arguments.rate, seconds=arguments.seconds
        )
        results["latency"] = _load(asyncio.run(at_given_rate))
    if "saturation" in wanted:
        _progress(f"{arguments.citizens} citizens as fast as they are answered for {arguments.seconds:g} s")
        saturated = at_saturation(
            WebChatCitizen.arrive, product.url, citizens=arguments.citizens, seconds=arguments.seconds
        )
        results["saturation"] = _load(asyncio.run(saturated))


def _load(measured: Measured) -> dict[str, Any]:
    return {
        "turns_per_second": round(measured.turns_per_second, 1),
        "failures": measured.failures,
        **dataclasses.asdict(times_of(measured.seconds)),
    }
