"""``./hcc learn``: goes through what the bot did not understand, and makes it training data or phrasings."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from backend.catalogue.files import read_catalogue
from backend.catalogue.problems import CatalogueFilesInvalid
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.words import Words
from backend.learning.model import Lesson, LessonStatus, Reason
from backend.learning.service import Decision, LearningQueue, LessonPage
from commands.failure import PlainFailure
from commands.layout import ROOT
from commands.progress import say
from commands.run_settings import apply_settings, decide_settings, settings_from_environment
from commands.teaching import Taught, Teaching
from service.migrations import is_current

_ALL = "all"
_LONGEST_SHOWN = 78

Result = TypeVar("Result")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="what", required=True)
    listing = actions.add_parser("list", help="show sentences, the most often written first")
    listing.add_argument("--status", choices=[*LessonStatus, _ALL], default=LessonStatus.WAITING.value)
    listing.add_argument("--reason", choices=list(Reason), help="only those queued for this reason")
    listing.add_argument("--limit", type=_positive, default=20, help="how many a page (default: 20)")
    listing.add_argument("--page", type=_positive, default=1, help="which page (default: 1)")
    showing = actions.add_parser("show", help="show one sentence with all that is known of it")
    assigning = actions.add_parser("assign", help="make it an example of an intent, in data/nlu/learned.yml")
    aliasing = actions.add_parser("alias", help="make it a phrasing, in data/catalogue/phrasings/learned.tsv")
    dismissing = actions.add_parser("dismiss", help="mark it as nothing to learn from")
    for action in (showing, assigning, aliasing, dismissing):
        action.add_argument("id", type=_positive, metavar="ID", help="the number that list shows")
    assigning.add_argument("intent", help="the intent's name in domain.yml")
    assigning.add_argument(
        "--entity", action="append", default=[], metavar="NAME=WORDS", help="words of the sentence that are an entity"
    )
    aliasing.add_argument("code", help="the procedure's code")
    for action in (assigning, aliasing):
        action.add_argument("--text", help="the sentence in other words than it was written in")
    for action in (assigning, aliasing, dismissing):
        action.add_argument("--by", default=None, help="who decides (default: the user of this machine)")
    for action in (listing, showing):
        action.add_argument("--json", action="store_true", help="print one JSON object")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def run(arguments: argparse.Namespace) -> int:
    settings = apply_settings(decide_settings(settings_from_environment()))
    match arguments.what:
        case "list":
            _list(settings, arguments)
        case "show":
            lesson = _lesson(settings, arguments.id)
            print(json.dumps(_described(lesson), ensure_ascii=False) if arguments.json else _whole(lesson))
        case "assign":
            lesson = _lesson(settings, arguments.id)
            taught = Teaching(ROOT).assign(arguments.text or lesson.text, arguments.intent, arguments.entity)
            _decide(settings, arguments, LessonStatus.DONE, f"intent {arguments.intent}")
            _tell(taught, "./hcc train makes a model of it")
        case "alias":
            lesson = _lesson(settings, arguments.id)
            codes = _known_codes(settings)
            taught = Teaching(ROOT).alias(arguments.text or lesson.text, arguments.code, codes)
            _decide(settings, arguments, LessonStatus.DONE, f"alias {arguments.code}")
            _tell(taught, "./hcc catalogue load puts it into use")
        case _:
            _lesson(settings, arguments.id)
            _decide(settings, arguments, LessonStatus.DISMISSED, "dismissed")
            say(f"- {arguments.id} is dismissed")
    return 0


def _with_queue(settings: Settings, use: Callable[[LearningQueue], Awaitable[Result]]) -> Result:
    async def work() -> Result:
        database = Database(settings.async_database_url)
        try:
            if not await is_current(database):
                raise PlainFailure("The database is not up to date; run ./hcc db migrate first.")
            return await use(LearningQueue(database, SystemClock(), days=settings.learning_days))
        finally:
            await database.close()

    return asyncio.run(work())


def _lesson(settings: Settings, lesson_id: int) -> Lesson:
    lesson = _with_queue(settings, lambda queue: queue.get(lesson_id))
    if lesson is None:
        raise PlainFailure(f"There is no sentence {lesson_id}; ./hcc learn list shows those that there are.")
    return lesson


def _decide(settings: Settings, arguments: argparse.Namespace, status: LessonStatus, what: str) -> None:
    decision = Decision(status, what[:120], (arguments.by or getpass.getuser())[:80], SystemClock().now())
    if not _with_queue(settings, lambda queue: queue.decide(arguments.id, decision)):
        raise PlainFailure(
            f"The sentence {arguments.id} has been forgotten meanwhile; the files keep what was decided."
        )


def _known_codes(settings: Settings) -> set[str]:
    try:
        files = read_catalogue(settings.catalogue_dir, Words(settings.words_dir))
    except CatalogueFilesInvalid as error:
        count = len(error.problems)
        raise PlainFailure(f"The catalogue's files have {count} mistakes; ./hcc catalogue check names them.") from error
    return {*files.records, *files.index}


def _tell(taught: Taught, next_step: str) -> None:
    if taught.was_there:
        say(f"- {taught.file} has this sentence already; nothing was written")
    else:
        say(f"- Written into {taught.file}; review it like any change, then {next_step}")


def _list(settings: Settings, arguments: argparse.Namespace) -> None:
    status = None if arguments.status == _ALL else LessonStatus(arguments.status)
    reason = Reason(arguments.reason) if arguments.reason else None
    offset = (arguments.page - 1) * arguments.limit
    page = _with_queue(
        settings, lambda queue: queue.page(status=status, reason=reason, offset=offset, limit=arguments.limit)
    )
    if arguments.json:
        values = {"total": page.total, "offset": offset, "items": [_described(lesson) for lesson in page.lessons]}
        print(json.dumps(values, ensure_ascii=False))
    else:
        print(_table(page, offset, arguments.page))


def _described(lesson: Lesson) -> dict[str, Any]:
    return {
        "id": lesson.id,
        "text": lesson.text,
        "reason": lesson.reason,
        "guesses": lesson.guesses,
        "found": lesson.found,
        "channel": lesson.channel,
        "count": lesson.count,
        "first_day": lesson.first_day.isoformat(),
        "last_day": lesson.last_day.isoformat(),
        "status": lesson.status,
        "decision": lesson.decision,
        "decided_by": lesson.decided_by,
        "decided_at": lesson.decided_at.isoformat() if lesson.decided_at else None,
    }


def _table(page: LessonPage, offset: int, number: int) -> str:
    if not page.lessons:
        return "There is nothing to show."
    lines = [f"{'id':>6} {'times':>5} {'last':<10} {'reason':<9} sentence"]
    for lesson in page.lessons:
        text = lesson.text if len(lesson.text) <= _LONGEST_SHOWN else f"{lesson.text[: _LONGEST_SHOWN - 2]} …"
        lines.append(f"{lesson.id:>6} {lesson.count:>5} {lesson.last_day.isoformat():<10} {lesson.reason:<9} {text}")
        lines.append(f"{'':>33}{_guessed(lesson)}")
    last = offset + len(page.lessons)
    more = f"; --page {number + 1} shows more" if last < page.total else ""
    return "\n".join([*lines, "", f"{offset + 1} to {last} of {page.total}{more}"])


def _guessed(lesson: Lesson) -> str:
    guesses = ", ".join(f"{guess['intent']} {guess['confidence']:.2f}" for guess in lesson.guesses)
    found = f"found {', '.join(lesson.found)}" if lesson.found else ""
    decided = f"{lesson.decision} by {lesson.decided_by}" if lesson.decision else ""
    return " · ".join(part for part in (guesses, found, decided) if part) or "no guess"


def _whole(lesson: Lesson) -> str:
    lines = []
    for name, value in _described(lesson).items():
        if name == "guesses":
            value = ", ".join(f"{guess['intent']} {guess['confidence']:.3f}" for guess in lesson.guesses)
        elif name == "found":
            value = ", ".join(lesson.found)
        lines.append(f"{name:<11} {value if value not in (None, '') else '–'}")
    return "\n".join(lines)
