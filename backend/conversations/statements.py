"""The statements of conversations, built once: building one costs more than running it."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from backend.conversations.model import Author, Conversation, Owner, Turn
from backend.kernel.database import table_of

conversations = table_of(Conversation)
turns = table_of(Turn)
_c = conversations.c
_t = turns.c

_STATE = select(
    _c.id,
    _c.channel,
    _c.channel_account,
    _c.channel_user,
    _c.owner,
    _c.turn,
    _c.last_seq,
    _c.rasa_conversation_id,
    _c.last_activity_at,
    _c.slots,
)
FIND_CONVERSATION = _STATE.where(
    _c.channel == bindparam("b_channel"),
    _c.channel_account == bindparam("b_account"),
    _c.channel_user == bindparam("b_user"),
)
GET_CONVERSATION = _STATE.where(_c.id == bindparam("b_id"))

_ONE_MORE = update(conversations).where(_c.id == bindparam("b_id")).values(last_seq=_c.last_seq + 1)
NUMBER_CITIZEN_TURN = _ONE_MORE.values(last_activity_at=bindparam("b_now")).returning(_c.last_seq)
NUMBER_FIRST_TURN_AFTER_SILENCE = _ONE_MORE.values(
    last_activity_at=bindparam("b_now"),
    rasa_conversation_id=bindparam("b_rasa_conversation_id"),
    slots=bindparam("b_slots", type_=_c.slots.type),
).returning(_c.last_seq)
NUMBER_STAFF_TURN = _ONE_MORE.where(_c.owner == Owner.STAFF).returning(_c.last_seq)

# The check and the numbering are one statement, so a take-over cannot slip in between (chatwoot #13673, #15681).
_IF_BOT_STILL_OWNS = (
    update(conversations)
    .where(_c.id == bindparam("b_id"), _c.owner == Owner.BOT, _c.turn == bindparam("b_turn"))
    .values(last_seq=_c.last_seq + bindparam("b_count"))
    .returning(_c.last_seq)
)
NUMBER_REPLY = _IF_BOT_STILL_OWNS
NUMBER_REPLY_AND_REMEMBER = _IF_BOT_STILL_OWNS.values(slots=bindparam("b_slots", type_=_c.slots.type))

CHANGE_OWNER = (
    update(conversations)
    .where(_c.id == bindparam("b_id"), _c.owner != bindparam("b_owner"))
    .values(owner=bindparam("b_owner"), turn=_c.turn + 1)
    .returning(_c.turn)
)

INSERT_TURN = insert(turns)

_VIEW = select(_t.seq, _t.author, _t.content, _t.client_id, _t.created_at)
_OF_CONVERSATION = _t.conversation_id == bindparam("b_id")
TURNS_AFTER = _VIEW.where(_OF_CONVERSATION, _t.seq > bindparam("b_seq")).order_by(_t.seq)
LATEST_TURNS_AFTER = (
    _VIEW.where(_OF_CONVERSATION, _t.seq > bindparam("b_seq")).order_by(_t.seq.desc()).limit(bindparam("b_limit"))
)
ONE_TURN = _VIEW.where(_OF_CONVERSATION, _t.seq == bindparam("b_seq"))
LATEST_OFFER = (
    select(_t.content)
    .where(_OF_CONVERSATION, _t.seq < bindparam("b_seq"), _t.author != Author.CITIZEN)
    .order_by(_t.seq.desc())
    .limit(1)
)
