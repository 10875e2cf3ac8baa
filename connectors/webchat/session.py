"""Web-chat sessions: random names signed by the service, so that nobody can choose or guess another's."""

from __future__ import annotations

from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from backend.kernel.ids import new_opaque_id

SESSION_LIFETIME = timedelta(days=90)


class InvalidSession(Exception):
    """The token was not made by us, was changed, or is too old."""


class SessionTokens:
    """Makes and reads session tokens."""

    def __init__(self, secret_key: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret_key, salt="webchat-session")

    def issue(self, session_id: str) -> str:
        """Return a fresh token of a session."""
        return self._serializer.dumps(session_id)

    def new_session_id(self) -> str:
        """Return the name of a new session: 128 random bits."""
        return new_opaque_id()

    def read(self, token: str) -> str:
        """Return the session that a token names, or raise :class:`InvalidSession`."""
        try:
            session_id = self._serializer.loads(token, max_age=int(SESSION_LIFETIME.total_seconds()))
        except BadSignature:
            raise InvalidSession from None
        if not isinstance(session_id, str):
            raise InvalidSession
        return session_id
