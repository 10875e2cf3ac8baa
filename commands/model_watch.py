"""Lets a running product change over when another model is put into service."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from commands.children import ChildSpec
from commands.manifests import model_path
from commands.progress import say
from commands.serving import read_serving, serving_path


class ModelWatch:
    """Asked again and again by the supervision; answers with Rasa's new command when there is one."""

    def __init__(self, models: Path, model: Path, change_to: Callable[[Path], ChildSpec]) -> None:
        self._models = models
        self._model = model
        self._change_to = change_to
        self._seen = self._mark()

    def _mark(self) -> tuple[int, int] | None:
        try:
            state = os.stat(serving_path(self._models))
        except OSError:
            return None
        return state.st_ino, state.st_mtime_ns

    def changed(self) -> list[ChildSpec]:
        mark = self._mark()
        if mark == self._seen:
            return []
        self._seen = mark
        serving = read_serving(self._models)
        model = model_path(self._models, serving.name) if serving else self._model
        if model == self._model or not model.is_file():
            return []
        self._model = model
        say(f"- Changing over to the model {model.name}; messages wait until Rasa is back")
        return [self._change_to(model)]
