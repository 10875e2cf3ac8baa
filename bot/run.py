"""Starts one Rasa process for the service: ``python -m bot.run --port 5005 --model models``.

Listens on loopback only, with our channel and nothing else: no HTTP API of Rasa, no other channel, no telemetry.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from pathlib import Path

from bot.stand_ins import newest_model

LOOPBACK = "127.0.0.1"
DEFAULT_ACTIONS_URL = "http://127.0.0.1:5055/webhook"

logger = logging.getLogger("bot.run")


def main(arguments: list[str] | None = None) -> int:
    """Load the model and serve until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m bot.run", description=__doc__)
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--model", type=Path, default=Path("models"), help="a model file, or a folder: its newest")
    parser.add_argument("--actions-url", default=os.environ.get("HCC_ACTIONS_URL", DEFAULT_ACTIONS_URL))
    options = parser.parse_args(arguments)
    if not os.environ.get("HCC_RASA_TOKEN"):
        parser.error("HCC_RASA_TOKEN is not set; without it nobody could talk to Rasa")
    if newest_model(options.model) is None:
        parser.error(f"there is no model at {options.model}")
    serve(options.port, options.model, options.actions_url)
    return 0


def quieten_environment() -> None:
    """Set what the libraries read when they are imported."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    # Another thread for each core in each numeric library buys nothing for vectors of this size.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        os.environ.setdefault(name, "1")
    warnings.simplefilter("ignore")


def serve(port: int, model: Path, actions_url: str) -> None:
    """Run the server; returns when it has been stopped."""
    started = time.monotonic()
    quieten_environment()
    from bot.stand_ins import forbid_computing, leave_out_unused_libraries

    without_libraries = leave_out_unused_libraries(model)

    from bot.logs import configure_logging

    configure_logging(os.environ.get("HCC_LOG_LEVEL", "INFO"))

    from bot.rasa_patches import apply_patches

    apply_patches()

    from rasa.core.run import close_resources, configure_app, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    from bot.channel import ServiceChannel

    endpoints = AvailableEndpoints(
        action=EndpointConfig(url=actions_url, enable_selective_domain=True),
        tracker_store=EndpointConfig(store_type="bot.tracker_store.BoundedTrackerStore", max_conversations=5000),
    )
    app = configure_app(
        input_channels=[ServiceChannel.from_credentials(None)],
        enable_api=False,
        port=port,
        endpoints=endpoints,
    )

    async def load(app, loop) -> None:  # type: ignore[no-untyped-def]
        agent = await load_agent_on_start(str(model), endpoints, None, app, loop)
        if not agent.is_ready():
            logger.error("model could not be loaded", extra={"model": model.name})
            app.stop()

    app.register_listener(load, "before_server_start")

    async def announce(app, loop) -> None:  # type: ignore[no-untyped-def]
        if without_libraries:
            forbid_computing()
        logger.info(
            "ready",
            extra={
                "port": port,
                "seconds": round(time.monotonic() - started, 1),
                "without_unused_libraries": without_libraries,
            },
        )

    app.register_listener(announce, "after_server_start")
    app.register_listener(close_resources, "after_server_stop")
    app.run(host=LOOPBACK, port=port, access_log=False, workers=1, motd=False, debug=False)


if __name__ == "__main__":
    sys.exit(main())
