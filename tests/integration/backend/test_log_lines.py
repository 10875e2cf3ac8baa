"""What an exception may leave in the log."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.kernel.database import Database
from backend.kernel.logs import JsonFormatter


def line_of(error: Exception) -> str:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "frame failed", None, (type(error), error, None))
    return JsonFormatter().format(record)


async def test_that_a_failing_statement_does_not_quote_what_a_person_wrote(database: Database) -> None:
    with pytest.raises(SQLAlchemyError) as caught:
        async with database.transaction() as transaction:
            await transaction.execute(text("SELECT :said FROM nowhere"), {"said": "so dien thoai 0905123456"})
    assert "0905123456" not in str(caught.value)
    line = json.loads(line_of(caught.value))
    assert "0905123456" not in json.dumps(line)
    assert "nowhere" not in json.dumps(line)
    assert {"sqlite_errorname", "sqlstate"} & {name for error in line["exception"] for name in error}


def test_that_no_exception_brings_its_message_along() -> None:
    try:
        try:
            raise ValueError("H32.15-251103-0012")
        except ValueError as cause:
            raise RuntimeError("H32.15-251103-0012") from cause
    except RuntimeError as error:
        caught = error
    line = line_of(caught)
    assert "H32.15" not in line
    described = json.loads(line)["exception"]
    assert [error["type"] for error in described] == ["RuntimeError", "ValueError"]
    assert "test_that_no_exception_brings_its_message_along" in described[0]["at"][-1]


def test_that_the_systems_own_words_stay() -> None:
    assert json.loads(line_of(OSError(28, "No space left on device")))["exception"][0]["strerror"] == (
        "No space left on device"
    )
