"""The statements of conversations, built once: building one costs more than running it."""

from __future__ import annotations

from sqlalchemy import bindparam, case, insert, select, update

from backend.conversations.model import Conversation, Owner, Turn
from backend.kernel.database import table_of

conversations = table_of(Conversation)
turns = table_of(Turn)
_c = conversations.c
_t = turns.c

STATE_COLUMNS = (
    _c.id,
    _c.channel,
    _c.channel_account,
    _c.channel_user,
    _c.owner,
    _c.turn,
    _c.last_seq,
    _c.rasa_conversation_id,
    _c.slots,
    _c.offered,
)
_OF_PERSON = (
    _c.channel == bindparam("b_channel"),
    _c.channel_account == bindparam("b_account"),
    _c.channel_user == bindparam("b_user"),
)
FIND_CONVERSATION = select(*STATE_COLUMNS).where(*_OF_PERSON)
GET_CONVERSATION = select(*STATE_COLUMNS).where(_c.id == bindparam("b_id"))

_JSON = _c.slots.type
_went_silent = _c.last_activity_at < bindparam("b_silent_before", type_=_c.last_activity_at.type)
# After a long silence the dialogue starts afresh, in the same statement that numbers the message.
NUMBER_CITIZEN_TURN = (
    update(conversations)
    .where(*_OF_PERSON)
    .values(
        last_seq=_c.last_seq + 1,
        last_activity_at=bindparam("b_now"),
        rasa_conversation_id=case((_went_silent, bindparam("b_fresh_id")), else_=_c.rasa_conversation_id),
        slots=case((_went_silent, bindparam("b_no_slots", type_=_JSON)), else_=_c.slots),
        offered=case((_went_silent, bindparam("b_no_choices", type_=_JSON)), else_=_c.offered),
    )
    .returning(_c.id, _c.last_seq)
)
NUMBER_STAFF_TURN = (
    update(conversations)
    .where(_c.id == bindparam("b_id"), _c.owner == Owner.STAFF)
    .values(last_seq=_c.last_seq + 1)
    .returning(_c.last_seq)
)

# The check and the numbering are one statement, so a take-over cannot slip in between (chatwoot #13673, #15681).
_IF_BOT_STILL_OWNS = (
    update(conversations)
    .where(_c.id == bindparam("b_id"), _c.owner == Owner.BOT, _c.turn == bindparam("b_turn"))
    .values(last_seq=_c.last_seq + bindparam("b_count"))
    .returning(_c.last_seq)
)
NUMBER_REPLY = _IF_BOT_STILL_OWNS
NUMBER_REPLY_AND_REMEMBER = _IF_BOT_STILL_OWNS.values(
    slots=bindparam("b_slots", type_=_JSON), offered=bindparam("b_offered", type_=_JSON)
)

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
