"""Puts the pipeline together: inbox, dispatcher, outbox and the channels."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import yaml

from backend.conversations.service import Conversations
from backend.kernel.announcements import Announcements
from backend.kernel.clock import Clock
from backend.kernel.database import Database
from backend.kernel.http_client import http_client
from backend.kernel.limits import RateLimiter
from backend.kernel.settings import PROJECT_ROOT, Settings
from backend.kernel.words import Words
from backend.learning.service import LearningQueue
from connectors.answering import Answerer
from connectors.channel import Channel
from connectors.dispatcher import Dispatcher
from connectors.inbox import Inbox
from connectors.messages import Message
from connectors.outbox import Outbox
from connectors.rasa_client import RasaClient
from connectors.webchat.acknowledgements import Acknowledgements
from connectors.webchat.connection import WebChat
from connectors.webchat.hub import WebChatHub
from connectors.webchat.session import SessionTokens

GREETING_FILE = PROJECT_ROOT / "data" / "messages" / "greeting.yml"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The running pipeline's parts that routes need."""

    web_chat: WebChat
    rasa: RasaClient
    inbox: Inbox


def load_message(path: Path) -> Message:
    """Return the message that a data file holds."""
    return Message.model_validate(yaml.safe_load(path.read_text("utf-8")))


@contextlib.asynccontextmanager
async def running_pipeline(
    *,
    settings: Settings,
    database: Database,
    clock: Clock,
    words: Words,
    rate_limiter: RateLimiter,
    human_contact: Callable[[], str],
) -> AsyncIterator[Pipeline]:
    """Run the pipeline while this context is open."""
    announcements = Announcements(database)
    conversations = Conversations(database)
    hub = WebChatHub(announcements)
    channels: dict[str, Channel] = {hub.name: hub}
    inbox = Inbox(
        database,
        conversations,
        announcements,
        clock,
        rasa_session_idle=timedelta(minutes=settings.rasa_session_idle_minutes),
    )
    outbox = Outbox(database, conversations, announcements, clock, channels)
    acknowledgements = Acknowledgements(database, outbox)
    learning = LearningQueue(database, clock, days=settings.learning_days)
    async with http_client(timeout_seconds=settings.rasa_timeout_seconds) as session:
        rasa = RasaClient(session, settings.rasa_url, settings.rasa_token.get_secret_value())
        answerer = Answerer(
            database=database,
            conversations=conversations,
            announcements=announcements,
            clock=clock,
            words=words,
            inbox=inbox,
            outbox=outbox,
            rasa=rasa,
            human_contact=human_contact,
            learning=learning,
        )
        dispatcher = Dispatcher(
            database=database,
            announcements=announcements,
            clock=clock,
            inbox=inbox,
            answerer=answerer,
            channels=channels,
            rasa=rasa,
        )
        web_chat = WebChat(
            settings=settings,
            database=database,
            conversations=conversations,
            clock=clock,
            words=words,
            rate_limiter=rate_limiter,
            inbox=inbox,
            hub=hub,
            acknowledgements=acknowledgements,
            tokens=SessionTokens(settings.secret_key.get_secret_value()),
            greeting=load_message(GREETING_FILE),
        )
        async with (
            announcements.running(),
            acknowledgements.running(),
            outbox.running(),
            learning.running(),
            dispatcher.running(),
        ):
            yield Pipeline(web_chat, rasa, inbox)
