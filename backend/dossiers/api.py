"""JSON routes of dossiers."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from aiohttp import web

from backend.centre.api import CENTRE
from backend.centre.service import Centre
from backend.dossiers.service import CoarseStatus, coarse_status
from backend.dossiers.statuses import AUTHORITY_IS_DONE, DossierStatus
from backend.kernel.clock import today_in_vietnam
from backend.kernel.errors import DossierNotFound, RateLimited, ReceiptCodeInvalid
from backend.kernel.operations import Answer, NoParameters, Operation
from backend.kernel.web import CLOCK, DATABASE, RATE_LIMITER, WORDS, bears_service_token, caller_address
from backend.kernel.words import Words
from vietnamese.receipt_codes import ReceiptCode, ReceiptCodeError, ReceiptCodeProblem, parse_receipt_code

logger = logging.getLogger(__name__)

# Codes can be guessed (unit, day, four digits), so three counters: who asks, which unit's day is asked for, and all.
# Through our own bot one person is one conversation; without a token an address may be a whole office or a café.
LIMIT_PER_CONVERSATION = "10/minute"
LIMIT_PER_CONVERSATION_AND_DAY = "60/day"
LIMIT_PER_ADDRESS = "20/minute"
LIMIT_PER_ADDRESS_AND_DAY = "300/day"
LIMIT_PER_UNIT_DAY = "60/minute"
LIMIT_GLOBAL = "1200/minute"

_LONGEST_TEXT = 80
_LONGEST_CONVERSATION_ID = 64


class DossierStatusAnswer(Answer):
    receipt_code: str
    status: DossierStatus
    status_label: str
    explanation: str
    next_step: str
    agency: str
    received_on: date | None
    due_on: date | None
    due_label: str | None
    updated_on: date
    is_overdue: bool


async def show_status(request: web.Request, _: NoParameters) -> DossierStatusAnswer:
    today = today_in_vietnam(request.app[CLOCK])
    code = _read_code(request.match_info["receipt_code"], today)
    _keep_limits(request, code)
    try:
        async with request.app[DATABASE].read() as session:
            status = await coarse_status(session, code.canonical, today=today)
    except DossierNotFound:
        logger.info("dossier status looked up", extra={"found": False})
        raise
    logger.info("dossier status looked up", extra={"found": True})
    return status_answer(status, today, request.app[WORDS], request.app[CENTRE])


def _read_code(text: str, today: date) -> ReceiptCode:
    if len(text) > _LONGEST_TEXT:
        raise ReceiptCodeInvalid({"reason": "format"})
    try:
        return parse_receipt_code(text, today)
    except ReceiptCodeError as error:
        reason = "format" if error.problem is ReceiptCodeProblem.FORMAT else "date"
        raise ReceiptCodeInvalid({"reason": reason}) from None


def _keep_limits(request: web.Request, code: ReceiptCode) -> None:
    limiter = request.app[RATE_LIMITER]
    conversation = request.headers.get("X-HCC-Conversation", "")[:_LONGEST_CONVERSATION_ID]
    if conversation and bears_service_token(request):
        limiter.require(LIMIT_PER_CONVERSATION, "dossier-status", "conversation", conversation)
        limiter.require(LIMIT_PER_CONVERSATION_AND_DAY, "dossier-status", "conversation", conversation)
    else:
        address = caller_address(request)
        limiter.require(LIMIT_PER_ADDRESS, "dossier-status", "address", address)
        limiter.require(LIMIT_PER_ADDRESS_AND_DAY, "dossier-status", "address", address)
    unit_day = f"{code.unit}-{code.received_on:%y%m%d}"
    limiter.require(LIMIT_PER_UNIT_DAY, "dossier-status", "unit-day", unit_day)
    limiter.require(LIMIT_GLOBAL, "dossier-status", "all")


def status_answer(status: CoarseStatus, today: date, words: Words, centre: Centre) -> DossierStatusAnswer:
    """Return a status in the words that people read."""
    is_running_late = status.is_overdue and status.status not in AUTHORITY_IS_DONE
    next_key = "processing_next_overdue" if is_running_late else f"{status.status}_next"
    return DossierStatusAnswer(
        receipt_code=status.receipt_code,
        status=status.status,
        status_label=words.say(f"dossiers.{status.status}_label"),
        explanation=words.say(f"dossiers.{status.status}_explanation"),
        next_step=words.say(f"dossiers.{next_key}", hotline=centre.contact.hotline),
        agency=status.agency_name,
        received_on=status.received_on,
        due_on=status.due_on,
        due_label=_due_label(status, today, words, centre),
        updated_on=status.updated_on,
        is_overdue=status.is_overdue,
    )


def _due_label(status: CoarseStatus, today: date, words: Words, centre: Centre) -> str | None:
    if status.due_on is None:
        return None
    day = centre.day_label(status.due_on)
    if status.status in AUTHORITY_IS_DONE:
        return words.say("dossiers.due_day", day=day)
    if status.is_overdue:
        return words.say("dossiers.due_overdue", day=day)
    if status.due_on == today:
        return words.say("dossiers.due_today")
    if status.due_on == today + timedelta(days=1):
        return words.say("dossiers.due_tomorrow")
    return words.say("dossiers.due_day", day=day)


OPERATIONS = (
    Operation(
        path="/dossiers/{receipt_code}/status",
        name="getDossierStatus",
        summary="The coarse status that anybody may see",
        handle=show_status,
        answer=DossierStatusAnswer,
        path_parameters=(("receipt_code", "The receipt code in any spelling, such as H32.15-251103-0012"),),
        errors=(DossierNotFound, ReceiptCodeInvalid, RateLimited),
    ),
)
