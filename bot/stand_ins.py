"""Leaves large libraries out of the serving process that the loaded model does not use.

Rasa imports TensorFlow, scikit-learn and matplotlib whatever a model consists of: 12 of 21 seconds of processor time at
every start and 330 of 520 MiB for as long as the process lives. Ours is a linear model in NumPy. So, before Rasa is
imported, these libraries are replaced by modules whose attributes are empty classes: enough for Rasa's class
definitions and decorators, and an error as soon as anything would really compute with them.

It happens only if the model consists of nothing but components that are known not to need them; a model with, say,
DIETClassifier gets the real libraries. Training is not touched.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import logging
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

logger = logging.getLogger(__name__)

LEFT_OUT = frozenset(
    ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "sklearn", "matplotlib")
)
_LIGHT_COMPONENTS = (
    "bot.components.",
    "rasa.core.policies.ensemble.",
    "rasa.core.policies.memoization.",
    "rasa.core.policies.rule_policy.",
    "rasa.graph_components.",
    "rasa.nlu.classifiers.fallback_classifier.",
    "rasa.nlu.classifiers.regex_message_handler.",
)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for every module of the libraries that are left out."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in LEFT_OUT:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__version__ = "0"  # type: ignore[attr-defined]


class _StandInModule(ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        stand_in = _StandIn(name, (), {"__module__": self.__name__, "is_stand_in": True})
        setattr(self, name, stand_in)
        return stand_in


class _StandIn(type):
    """A class that can be inherited from, subscripted, and called as long as Rasa is being imported."""

    importing = True

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn(name, (), {"__module__": cls.__module__, "is_stand_in": True})

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if not cls.__dict__.get("is_stand_in"):
            return super().__call__(*arguments, **named)
        if not _StandIn.importing:
            raise RuntimeError(f"{cls.__module__}.{cls.__name__} is left out of this process (bot/stand_ins.py)")
        return cls

    def __getitem__(cls, _: Any) -> Any:
        return cls


def leave_out_unused_libraries(model: Path) -> bool:
    """Put stand-ins in place if ``model`` allows it; to be called before Rasa is imported."""
    if any(name in sys.modules for name in LEFT_OUT) or not is_light(model):
        return False
    sys.meta_path.insert(0, _Finder())
    return True


def forbid_computing() -> None:
    """From now on a stand-in that is called raises: to be called when everything has been imported."""
    _StandIn.importing = False


def newest_model(path: Path) -> Path | None:
    """Return the model file that ``path`` means: itself, or the newest of a folder."""
    if path.is_file():
        return path
    return max(path.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime, default=None)


def is_light(path: Path) -> bool:
    """Tell whether all components of a model are known to do without the libraries."""
    model = newest_model(path)
    if model is None:
        return False
    try:
        with tarfile.open(model, "r:gz") as archive:
            member = archive.extractfile("metadata.json")
            schema = json.load(member)["predict_schema"] if member else {}
        used = [node["uses"] for node in schema["nodes"].values()]
    except (OSError, tarfile.TarError, KeyError, ValueError):
        return False
    return bool(used) and all(component.startswith(_LIGHT_COMPONENTS) for component in used)
