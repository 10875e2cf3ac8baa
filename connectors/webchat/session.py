"""Web-chat sessions: random names signed by the service, so that nobody can choose or guess another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from backend.kernel.ids import new_opaque_id

SESSION_LIFETIME = timedelta(days=90)
_RENEW_AFTER = timedelta(days=30)


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
        return self._read(token)[0]

    def renewed(self, token: str) -> str:
        """Return a valid token of the same session: the very same one until it is old.

        Tabs of one browser share a token; a new one for each would make them reload one another for ever.
        """
        session_id, issued_at = self._read(token)
        return token if datetime.now(UTC) - issued_at < _RENEW_AFTER else self.issue(session_id)

    def _read(self, token: str) -> tuple[str, datetime]:
        try:
            session_id, issued_at = self._serializer.loads(token, return_timestamp=True)
        except BadSignature:
            raise InvalidSession from None
        # Not left to the library's `max_age`: that also refuses a token from the future, and then a clock that is put
        # back by a second would cost everybody who has just come their conversation.
        if not isinstance(session_id, str) or datetime.now(UTC) - issued_at > SESSION_LIFETIME:
            raise InvalidSession
        return session_id, issued_at
