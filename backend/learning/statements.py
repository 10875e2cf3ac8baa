"""The statements of the learning room, built once."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select, update

from backend.kernel.database import table_of
from backend.learning.model import Lesson, LessonStatus

lessons = table_of(Lesson)
_c = lessons.c

_SAME_SENTENCE = _c.folded == bindparam("b_folded")
_SEEN = {
    "reason": bindparam("b_reason"),
    "channel": bindparam("b_channel"),
    "last_day": bindparam("b_day", type_=_c.last_day.type),
    "count": _c.count + bindparam("b_more"),
}
SEE_AGAIN = update(lessons).where(_SAME_SENTENCE).values(_SEEN).returning(_c.id)
SEE_AGAIN_WITH_GUESSES = (
    update(lessons)
    .where(_SAME_SENTENCE)
    .values(
        _SEEN
        | {
            "guesses": bindparam("b_guesses", type_=_c.guesses.type),
            "found": bindparam("b_found", type_=_c.found.type),
        }
    )
    .returning(_c.id)
)

COUNT_ALL = select(func.count()).select_from(lessons)
# What somebody has decided on, and then what was written least often and longest ago, is missed least.
MAKE_ROOM = delete(lessons).where(
    _c.id.in_(
        select(_c.id)
        .order_by(_c.status == LessonStatus.WAITING, _c.count, _c.last_day, _c.id)
        .limit(bindparam("b_surplus"))
    )
)
FORGET_OLD = delete(lessons).where(_c.last_day < bindparam("b_day", type_=_c.last_day.type))

DECIDE = (
    update(lessons)
    .where(_c.id == bindparam("b_id"))
    .values(
        status=bindparam("b_status"),
        decision=bindparam("b_decision"),
        decided_by=bindparam("b_by"),
        decided_at=bindparam("b_at", type_=_c.decided_at.type),
    )
    .returning(_c.id)
)
