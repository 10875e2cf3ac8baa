"""The centre itself: how to reach it, whether it is open, and people instead of a machine."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from actions.core_api import Answer, CoreError
from actions.dates import days_in
from actions.messages import Message, Step
from actions.turn import CapabilityAction, Turn
from actions.wording import say
from vietnamese.folding import fold, tokens

VIETNAM = timezone(timedelta(hours=7))


class ActionShowContact(CapabilityAction):
    """Answers ``ask_contact``; what the citizen's guide names is known even when the core is down."""

    action_name = "action_show_contact"
    keeps_form = True

    async def answer(self, turn: Turn) -> None:
        """Show every way to reach the centre."""
        await show_contact(turn)


class ActionShowWorkingHours(CapabilityAction):
    """Answers ``ask_working_hours``, for today and for the days that the question names."""

    action_name = "action_show_working_hours"
    keeps_form = True

    async def answer(self, turn: Turn) -> None:
        """Show the hours."""
        await show_working_hours(turn)


class ActionTalkToHuman(CapabilityAction):
    """Answers ``talk_to_human``."""

    action_name = "action_talk_to_human"

    async def answer(self, turn: Turn) -> None:
        """Say where people are to be reached, and whether they are there now."""
        await talk_to_human(turn)


async def show_contact(turn: Turn) -> None:
    """Show every way to reach the centre."""
    centre = await centre_or_none(turn)
    if centre is None:
        turn.say(Message(say("centre.contact_static"), choices=[_help_choice()], links=contact_links()))
        return
    name = str(centre.get("name") or say("centre.centre_name"))
    text = say("centre.contact", name=name, state=opening_state(centre))
    if not centre.get("address"):
        text += "\n" + say("centre.no_address")
    rows = [
        (say("centre.row_hotline"), str(centre.get("hotline") or say("common.hotline"))),
        (say("centre.row_hours"), str(centre.get("hours_text") or "")),
        (say("centre.row_address"), str(centre.get("address") or "")),
        (say("centre.row_email"), str(centre.get("email") or "")),
        (say("centre.row_zalo"), say("centre.zalo_name")),
        (say("centre.row_facebook"), say("centre.facebook_name")),
        (say("centre.row_website"), say("common.portal")),
    ]
    turn.say(
        Message(
            text,
            title=name,
            rows=[row for row in rows if row[1]],
            choices=[(say("centre.hours_choice"), Step("ask_working_hours")), _human_choice()],
            links=contact_links(),
        )
    )


async def show_working_hours(turn: Turn) -> None:
    """Show the hours: of the named days, else now and in general."""
    centre = await turn.core.centre()
    hours = str(centre.get("hours_text") or "")
    today = datetime.now(VIETNAM).date()
    days = days_in(turn.text, today)
    if days:
        lines = [_day_line(await turn.core.centre_day(day.isoformat()), hours) for day in days]
    elif "tet" in tokens(fold(turn.text)):
        lines = [say("centre.tet")]
    else:
        state = opening_state(centre)
        lines = [say("centre.hours", state=state, hours=hours) if hours else say("centre.hours_no_text", state=state)]
        if centre.get("today_label"):
            lines.append(say("centre.today", today=centre["today_label"]))
    lines.append(say("centre.hours_note"))
    turn.say(
        Message(
            "\n".join(lines),
            choices=[(say("centre.contact_choice"), Step("ask_contact")), _human_choice()],
            links=[(say("common.call_link"), say("common.hotline_url"))],
        )
    )


async def talk_to_human(turn: Turn) -> None:
    """Say where people are to be reached; there is no staff console behind this chat yet."""
    turn.remember(offer=None)
    turn.say(Message(await human_text(turn), choices=[_help_choice()], links=contact_links()))


async def human_text(turn: Turn) -> str:
    """Return the ways to a person, with the opening state if it is known."""
    centre = await centre_or_none(turn)
    if centre is None:
        return say("centre.human", state=say("centre.state_unknown"))
    text = say("centre.human", state=opening_state(centre))
    is_closed = centre.get("open_now") is False
    return text + "\n" + say("centre.human_closed_hint") if is_closed else text


async def centre_or_none(turn: Turn) -> Answer | None:
    """Return the centre's record; the ways to people must be named even when the core is down."""
    try:
        return await turn.core.centre()
    except CoreError:
        return None


def opening_state(centre: dict[str, Any]) -> str:
    """Return whether the centre is open now, and if not, when again."""
    if centre.get("open_now"):
        return say("centre.state_open")
    if centre.get("open_now") is None and centre.get("is_working_day"):
        # The core knows the day, not the clock times.
        return say("centre.state_working_day")
    following, reason = centre.get("next_opening_label"), centre.get("closed_reason")
    if not following:
        return say("centre.state_closed_unknown")
    if reason:
        return say("centre.state_closed_because", reason=reason, next=following)
    return say("centre.state_closed", next=following)


def contact_links() -> list[tuple[str, str]]:
    """Return the links to the hotline, the fan page and the portal."""
    return [
        (say("common.call_link"), say("common.hotline_url")),
        (say("centre.facebook_link"), say("centre.facebook_url")),
        (say("common.portal_link"), say("common.portal")),
    ]


def _day_line(day: Answer, hours: str) -> str:
    label = str(day.get("label") or day.get("date"))
    if day.get("is_working_day"):
        return say("centre.day_open", day=label, hours=hours) if hours else say("centre.day_open_no_hours", day=label)
    if day.get("reason"):
        return say("centre.day_closed", day=label, reason=day["reason"])
    return say("centre.day_closed_no_reason", day=label)


def _human_choice() -> tuple[str, Step]:
    return say("common.human_choice"), Step("talk_to_human")


def _help_choice() -> tuple[str, Step]:
    return say("common.help_choice"), Step("help")
