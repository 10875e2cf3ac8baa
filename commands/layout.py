"""Where things lie in the checkout."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "models"
EVALUATION = ROOT / "tests" / "evaluation"
CHATBOX_UI = ROOT / "connectors" / "webchat" / "ui"
CHATBOX_STATIC = ROOT / "connectors" / "webchat" / "static"
SERVICE_PYTHON = ROOT / ".venv" / "bin" / "python"
RASA_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"


def var_folder() -> Path:
    """Everything that is written while running; ``HCC_VAR_DIR`` moves it."""
    return Path(os.environ.get("HCC_VAR_DIR") or ROOT / "var").absolute()


def environment_without_settings() -> dict[str, str]:
    """The environment for tools that have no business with our settings, least of all with the secrets among them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HCC_")}


def log_folder() -> Path:
    return var_folder() / "log"
