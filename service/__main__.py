"""``python -m service``: runs the service until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import fcntl
import sys
from contextlib import ExitStack

from aiohttp import web
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from backend.kernel.logs import configure_logging
from backend.kernel.settings import Settings
from service.app import DatabaseNotMigrated, build_app


class AnotherServiceRuns(Exception):
    """An SQLite file belongs to one service process: its conversation locks are in memory."""


def _claim_sqlite(settings: Settings, stack: ExitStack) -> None:
    path = settings.async_database_url.database
    if settings.async_database_url.get_backend_name() != "sqlite" or path is None:
        return
    lock = stack.enter_context(open(f"{path}.service-lock", "w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AnotherServiceRuns from None


def main() -> int:
    """Run the service; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m service")
    parser.add_argument("--port", type=int, help="port to listen on (default: HCC_PORT, else 8080)")
    arguments = parser.parse_args()
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = "_".join(map(str, problem["loc"])).upper()
            print(f"HCC_{name}: {problem['msg']}", file=sys.stderr)  # noqa: T201
        return 2
    configure_logging(settings.log_level)
    with ExitStack() as stack:
        try:
            _claim_sqlite(settings, stack)
        except AnotherServiceRuns:
            print("Another service already uses this SQLite file; stop it, or use PostgreSQL.", file=sys.stderr)  # noqa: T201
            return 2
        port = arguments.port or settings.port
        try:
            web.run_app(
                build_app(settings), host=settings.host, port=port, access_log=None, print=None, shutdown_timeout=5.0
            )
        except DatabaseNotMigrated:
            print("The database is not up to date; run ./hcc db migrate first.", file=sys.stderr)  # noqa: T201
            return 1
        except (SQLAlchemyError, OSError) as error:
            # The message may hold the database's address, and that a password.
            reason = getattr(error, "strerror", None) or type(error).__name__
            print(f"The service cannot run on port {port} with its database: {reason}", file=sys.stderr)  # noqa: T201
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
