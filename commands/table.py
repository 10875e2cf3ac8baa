"""Which commands there are, and which environments each of them needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command; its module has ``add_arguments(parser)`` and ``run(arguments) -> int``."""

    summary: str
    service: bool = True
    dev: bool = False
    rasa: bool = False
    passes_arguments_on: bool = False
    """Its arguments are another program's and are not looked at here."""

    def module(self, name: str) -> str:
        return f"commands.{name}"


COMMANDS: dict[str, Command] = {
    "up": Command("prepare everything, start all processes, stop them on Ctrl-C", rasa=True),
    "test": Command(
        "run all tests, or those that the pytest arguments name", dev=True, rasa=True, passes_arguments_on=True
    ),
    "train": Command("train the model into models/, with its manifest", rasa=True),
    "models": Command("list models, promote one, or roll back to the one before", rasa=True),
    "learn": Command("go through what the bot did not understand, and teach it"),
    "evaluate": Command("measure intents (nlu) or search (search) on a file", rasa=True),
    "catalogue": Command("import procedures from the national database's formats"),
    "bench": Command("run the benchmarks, each beside its baseline", rasa=True),
    "db": Command("bring the database's tables up to date (migrate)"),
    "lint": Command("check style and types", dev=True),
    "lock": Command("resolve the dependencies anew and write the lock files", service=False),
}


def overview() -> str:
    """What ``./hcc`` without a command says."""
    lines = ["usage: ./hcc COMMAND [ARGUMENTS]", ""]
    lines += [f"  {name:<10} {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join([*lines, "", "./hcc COMMAND --help tells more about one command."])
