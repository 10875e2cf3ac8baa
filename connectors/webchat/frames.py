"""The frames of the web chat (``docs/protocols.md``, section 4): a browser's, checked at the edge, and a turn's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from backend.conversations.service import TurnView
from connectors.messages import for_recipient

FRAME_LIMIT_BYTES = 1_048_576
"""Above this the connection is closed; below it a text that is too long is refused in words."""

MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Hello(_Frame):
    """Opens or resumes a session."""

    type: Literal["hello"]
    session: Annotated[str, StringConstraints(max_length=400)] | None = None
    last_seq: Seq = 0


class TypedMessage(_Frame):
    """A typed text."""

    type: Literal["message"]
    id: MessageId
    text: str


class ChoiceTaken(_Frame):
    """A quick reply of message ``seq``."""

    type: Literal["choice"]
    id: MessageId
    seq: Seq
    index: Annotated[int, Field(ge=0, le=50)]


class Acknowledgement(_Frame):
    """Everything up to ``seq`` has been shown."""

    type: Literal["ack"]
    seq: Seq


class Ping(_Frame):
    """Is anybody there?"""

    type: Literal["ping"]


Frame = Hello | TypedMessage | ChoiceTaken | Acknowledgement | Ping
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


class BadFrame(Exception):
    """The frame cannot be used; ``code`` is ``bad_json`` or ``unknown_frame``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_frame(data: str) -> Frame:
    """Return the frame in ``data`` or raise :class:`BadFrame`."""
    try:
        return _FRAME.validate_json(data)
    except ValidationError as error:
        kinds = {problem["type"] for problem in error.errors(include_input=False, include_url=False)}
        raise BadFrame("bad_json" if "json_invalid" in kinds else "unknown_frame") from None


def frame_of(turn: TurnView) -> dict[str, Any]:
    """Return the frame that shows a turn."""
    frame: dict[str, Any] = {
        "type": "message",
        "seq": turn.seq,
        "author": turn.author,
        "at": turn.created_at.isoformat(),
        "content": for_recipient(turn.content),
    }
    if turn.client_id is not None:
        frame["id"] = turn.client_id
    return frame
