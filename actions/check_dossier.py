"""Dossier status by receipt code: at once when the message brings a code, else through a form of one slot."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.core_api import Answer, CoreRefused, RateLimited, ReceiptCodeInvalid, RecordNotFound
from actions.messages import Choice, Message, Step, clip
from actions.turn import DOSSIER_FORM, CapabilityAction, Turn
from actions.wording import say
from vietnamese.folding import fold, tokens
from vietnamese.receipt_codes import ReceiptCodeProblem, find_receipt_codes

CODES_AT_ONCE = 3
TRIES = 2
# What a person who means to type a code, and fails, has in the message; a question has fewer figures.
_FIGURES = re.compile(r"\d")
FIGURES_OF_AN_ATTEMPT = 4
# Viet Nam has had no summer time since 1979; the Rasa environment need not carry a time-zone database.
VIETNAM = timezone(timedelta(hours=7))

_CHOICE_OF_STATUS = {
    "supplement_requested": ("dossier.supplement", "supplement_dossier"),
    "payment_requested": ("dossier.pay", "pay_fee"),
    "finished": ("dossier.post", "use_postal_service"),
    "returned": ("dossier.rate", "rate_service"),
}


class ActionCheckDossier(CapabilityAction):
    """Answers ``check_dossier``; without a code it begins the form."""

    action_name = "action_check_dossier"
    keeps_form = True

    async def answer(self, turn: Turn) -> None:
        """Show the status, or ask for the code."""
        await check_dossier(turn)


class ValidateDossierForm(CapabilityAction):
    """Looks at what was written while the form waits for a code.

    A code fills the slot. Something that was meant as a code counts as a try; after the second the form ends without
    one. Anything else is left to the rules, so that a question is answered as a question.
    """

    action_name = "validate_dossier_form"
    keeps_form = True

    async def answer(self, turn: Turn) -> None:
        """Fill the slot, count a try, or step aside."""
        codes = receipt_codes_in(turn)
        if codes:
            turn.events += [SlotSet("receipt_code", codes[0]), SlotSet("dossier_tries", None)]
            return
        if not is_attempt(turn):
            return
        complaint = problem_of(turn)
        tries = int(turn.slots.get("dossier_tries") or 0) + 1
        turn.events += [SlotSet("receipt_code", None), SlotSet("dossier_tries", float(tries))]
        if tries < TRIES:
            turn.say(Message(complaint))
        else:
            turn.events.append(SlotSet("requested_slot", None))


class ActionAnswerDossier(CapabilityAction):
    """Answers after the form has ended, with a code or without."""

    action_name = "action_answer_dossier"

    async def answer(self, turn: Turn) -> None:
        """Show the status, or explain where codes are found and how to get out."""
        turn.remember(dossier_tries=None)
        codes = receipt_codes_in(turn)
        held = turn.slots.get("receipt_code")
        if not codes and held:
            codes = [str(held)]
        if codes:
            await show_statuses(turn, codes)
            return
        turn.say(
            Message(
                say("dossier.given_up"),
                choices=[
                    (say("dossier.try_again"), Step("check_dossier")),
                    (say("common.human_choice"), Step("talk_to_human")),
                    (say("dossier.leave"), Step("stop")),
                ],
                links=[(say("common.call_link"), say("common.hotline_url"))],
            )
        )


async def check_dossier(turn: Turn) -> None:
    """Show the status of the codes in the message; begin the form if there is none."""
    codes = receipt_codes_in(turn)
    if codes:
        leave_form(turn)
        await show_statuses(turn, codes)
        return
    last = turn.slots.get("last_receipt_code")
    if last and is_about_the_same(turn):
        leave_form(turn)
        await show_statuses(turn, [str(last)])
        return
    if is_attempt(turn):
        turn.say(Message(problem_of(turn)))
    turn.events += [ActiveLoop(DOSSIER_FORM), SlotSet("receipt_code", None), SlotSet("dossier_tries", None)]


async def show_statuses(turn: Turn, codes: list[str]) -> None:
    """Answer each code by itself, the first few of many."""
    for code in codes[:CODES_AT_ONCE]:
        try:
            status = await turn.core.dossier_status(code)
        except CoreRefused as error:
            turn.say(_refusal(code, error))
            if isinstance(error, RateLimited):
                break
        else:
            turn.say(_status(status, code))
            turn.remember(last_receipt_code=str(status.get("receipt_code") or code))
    faulty = date_problem_of(turn)
    if faulty:
        turn.say(Message(faulty))
    if len(codes) > CODES_AT_ONCE:
        turn.say(Message(say("dossier.too_many_codes", limit=CODES_AT_ONCE)))
    # The next question is about another code; what stays is which one was looked at last.
    turn.remember(receipt_code=None, offer=None)


def receipt_codes_in(turn: Turn) -> list[str]:
    """Return the receipt codes of the message in canonical form, each once."""
    today = datetime.now(VIETNAM).date()
    texts = [turn.text, *turn.entities.get("receipt_code", [])]
    found = [item.code.canonical for text in texts for item in find_receipt_codes(text, today) if item.code]
    return list(dict.fromkeys(found))


def is_attempt(turn: Turn) -> bool:
    """Tell whether the message was meant to be a code."""
    if turn.intent not in ("inform", "nlu_fallback", "check_dossier"):
        return False
    if find_receipt_codes(turn.text, datetime.now(VIETNAM).date()):
        return True
    return (turn.in_form and turn.intent == "inform") or len(_FIGURES.findall(turn.text)) >= FIGURES_OF_AN_ATTEMPT


def is_about_the_same(turn: Turn) -> bool:
    """Tell whether the message points back to the dossier that was looked up last ("hồ sơ đó", "mã lúc nãy")."""
    words = set(tokens(fold(turn.text)))
    return bool(words & set(say("dossier.pointing_words").split())) and not words & {"khac", "moi"}


def date_problem_of(turn: Turn) -> str | None:
    """Return what is wrong with the day in a code of the message, if something is."""
    for item in find_receipt_codes(turn.text, datetime.now(VIETNAM).date()):
        if item.problem in (ReceiptCodeProblem.IMPOSSIBLE_DATE, ReceiptCodeProblem.FUTURE_DATE):
            key = "dossier.bad_date" if item.problem is ReceiptCodeProblem.IMPOSSIBLE_DATE else "dossier.future_date"
            return say(key, code=clip(turn.text[item.start : item.end], 40))
    return None


def problem_of(turn: Turn) -> str:
    """Return what is wrong with the code that the message was meant to hold."""
    return date_problem_of(turn) or say("dossier.bad_format")


def leave_form(turn: Turn) -> None:
    """End the form if it is under way."""
    if turn.in_form:
        turn.events += [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("dossier_tries", None)]


def _status(status: Answer, asked: str) -> Message:
    code = str(status.get("receipt_code") or asked)
    lines = [
        say(
            "dossier.status",
            code=code,
            status=status.get("status_label", ""),
            explanation=status.get("explanation") or "",
        ).strip()
    ]
    if status.get("next_step"):
        lines.append(say("dossier.next", step=status["next_step"]))
    rows = [
        (say("dossier.row_status"), str(status.get("status_label") or "")),
        (say("dossier.row_agency"), str(status.get("agency") or "")),
        (say("dossier.row_due"), str(status.get("due_label") or "")),
    ]
    return Message(
        "\n".join(lines),
        title=say("dossier.card_title", code=code),
        rows=[row for row in rows if row[1]],
        note=say("dossier.note"),
        choices=[*_choice_of(str(status.get("status"))), *_usual_choices()],
    )


def _choice_of(status: str) -> list[Choice]:
    key_and_intent = _CHOICE_OF_STATUS.get(status)
    return [(say(key_and_intent[0]), Step(key_and_intent[1]))] if key_and_intent else []


def _usual_choices() -> list[Choice]:
    return [
        (say("dossier.another"), Step("check_dossier")),
        (say("common.human_choice"), Step("talk_to_human")),
    ]


def _refusal(code: str, error: CoreRefused) -> Message:
    if isinstance(error, RateLimited):
        return Message(
            say("dossier.rate_limited"),
            choices=[(say("common.human_choice"), Step("talk_to_human"))],
            links=[(say("common.call_link"), say("common.hotline_url"))],
        )
    if isinstance(error, ReceiptCodeInvalid):
        key = "dossier.bad_date" if error.reason == "date" else "dossier.bad_format"
    elif isinstance(error, RecordNotFound):
        key = "dossier.not_found"
    else:
        raise error
    return Message(say(key, code=clip(code, 40)), choices=_usual_choices())
