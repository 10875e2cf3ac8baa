"""Words the ways to a person, for citizens who ask for one."""

from __future__ import annotations

from backend.centre.service import CentreToday
from backend.kernel.words import Words


def human_contact_sentence(words: Words, today: CentreToday) -> str:
    """Return the sentence for this moment: hotline, Zalo, fan page, and whether somebody is there."""
    if today.open_now is None:
        opening = words.say("chat.human_open_today")
    elif today.open_now:
        opening = words.say("chat.human_open_now")
    else:
        opening = words.say("chat.human_closed", next_opening=today.next_opening_label)
    contact = today.contact
    return words.say(
        "chat.human_contact",
        hotline=contact.hotline,
        hours=today.hours_text,
        opening=opening,
        zalo=contact.zalo,
    )
