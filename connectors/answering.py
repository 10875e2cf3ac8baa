"""Finds the answer to one message and stores it with the closing of the message, in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

from backend.conversations.model import Author, Owner
from backend.conversations.service import Conversations, ConversationState, Reply
from backend.kernel.announcements import Announcements
from backend.kernel.clock import Clock
from backend.kernel.database import Database
from backend.kernel.ids import new_reference
from backend.kernel.words import Words
from backend.learning.service import LearningQueue
from connectors.choices import match_choice
from connectors.handover import wants_person
from connectors.inbox import TURNS_TOPIC, Inbox, WaitingMessage
from connectors.lessons import learn_from
from connectors.messages import Message
from connectors.model import InboxStatus
from connectors.outbox import Outbox
from connectors.rasa_client import RasaClient, RasaFailed, RasaTurn, RasaUnavailable

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""A message over which a healthy Rasa stumbles this often is given up, with an apology and a reference."""
_UNAVAILABLE_DELAY = timedelta(seconds=30)
"""The wait if nobody wakes the message earlier; Rasa's return does."""
RASA_TURNS_AT_ONCE = 16


class Postponed(Exception):
    """The message stays in the inbox and is tried again later."""


class Answerer:
    """Answers messages. ``human_contact`` words the ways to a person at this moment."""

    def __init__(
        self,
        *,
        database: Database,
        conversations: Conversations,
        announcements: Announcements,
        clock: Clock,
        words: Words,
        inbox: Inbox,
        outbox: Outbox,
        rasa: RasaClient,
        human_contact: Callable[[], str],
        learning: LearningQueue,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._announcements = announcements
        self._clock = clock
        self._words = words
        self._inbox = inbox
        self._outbox = outbox
        self._rasa = rasa
        self._human_contact = human_contact
        self._learning = learning
        self._rasa_places = asyncio.Semaphore(RASA_TURNS_AT_ONCE)
        self.rasa_is_missing = asyncio.Event()
        """Set while Rasa does not answer; nobody calls it until the dispatcher has seen it ready again."""

    async def answer(self, conversation: ConversationState, message: WaitingMessage) -> None:
        """Answer one message, or raise :class:`Postponed`."""
        if conversation.owner is not Owner.BOT:
            await self._close(conversation, message, None)
        elif message.payload is None and wants_person(message.text):
            text = self._human_contact()
            await self._close(conversation, message, self._say(text, intent="talk_to_human"))
        else:
            await self._ask_rasa(
                conversation, message, message.payload or match_choice(message.text, conversation.offered)
            )

    async def _ask_rasa(self, conversation: ConversationState, message: WaitingMessage, payload: str | None) -> None:
        if self.rasa_is_missing.is_set():
            await self._keep(conversation, message)
        try:
            async with self._rasa_places:
                answer = await self._rasa.turn(
                    RasaTurn(
                        conversation_id=conversation.rasa_conversation_id,
                        message_id=str(message.id),
                        text=payload or message.text,
                        is_payload=payload is not None,
                        channel=conversation.channel,
                        slots=conversation.slots,
                    )
                )
        except RasaUnavailable as problem:
            logger.warning("rasa did not answer", extra={"inbox": message.id, "problem": str(problem)})
            self.rasa_is_missing.set()
            await self._keep(conversation, message)
        except RasaFailed as problem:
            await self._stumble(conversation, message, str(problem))
        else:
            contents = [said.stored() for said in answer.messages]
            reply = Reply(contents, Author.BOT, answer.intent, answer.confidence, answer.slots)
            await self._close(conversation, message, reply)
            await learn_from(answer, conversation.channel, self._learning)

    async def _close(
        self,
        conversation: ConversationState,
        message: WaitingMessage,
        reply: Reply | None,
        status: InboxStatus = InboxStatus.PROCESSED,
        reference: str | None = None,
    ) -> None:
        async with self._database.transaction() as transaction:
            if reply is not None and reply.contents:
                now = self._clock.now()
                turns = await self._conversations.append_reply(
                    transaction, conversation.id, reply, seen_turn=conversation.turn, now=now
                )
                if turns is None:
                    logger.info("reply dropped after a take-over", extra={"inbox": message.id})
                else:
                    await self._outbox.add(transaction, conversation, turns, key=f"inbox:{message.id}")
                    await self._announcements.announce(transaction, TURNS_TOPIC, conversation.id, turns)
            await self._inbox.finish(transaction, message.id, status, reference=reference)

    async def _keep(self, conversation: ConversationState, message: WaitingMessage) -> NoReturn:
        """Leave the message for later and tell the citizen so, once."""
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            if not message.is_kept:
                reply = self._say(self._words.say("chat.message_kept"), author=Author.SYSTEM)
                turns = await self._conversations.append_reply(
                    transaction, conversation.id, reply, seen_turn=conversation.turn, now=now
                )
                if turns is not None:
                    await self._outbox.add(transaction, conversation, turns, key=f"kept:{message.id}")
                    await self._announcements.announce(transaction, TURNS_TOPIC, conversation.id, turns)
            await self._inbox.keep(transaction, message.id, now=now, until=now + _UNAVAILABLE_DELAY)
        raise Postponed

    async def _stumble(self, conversation: ConversationState, message: WaitingMessage, problem: str) -> None:
        attempts = message.attempts + 1
        if attempts < MAX_ATTEMPTS:
            logger.warning("rasa stumbled", extra={"inbox": message.id, "attempts": attempts, "problem": problem})
            async with self._database.transaction() as transaction:
                until = self._clock.now() + timedelta(seconds=2 ** (attempts - 1))
                await self._inbox.count_failure(transaction, message.id, until=until)
            raise Postponed
        reference = new_reference()
        logger.error("message given up", extra={"inbox": message.id, "reference": reference, "problem": problem})
        apology = self._say(self._words.say("chat.could_not_answer", reference=reference), author=Author.SYSTEM)
        await self._close(conversation, message, apology, InboxStatus.FAILED, reference)

    def _say(self, text: str, *, author: Author = Author.BOT, intent: str | None = None) -> Reply:
        content: dict[str, Any] = Message(text=text).stored()
        return Reply([content], author, intent)
