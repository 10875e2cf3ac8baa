"""The exceptions that callers of the core may see, and how they become answers.

::

    ServiceError                    500  internal_error
    ├── InvalidRequest              422  invalid_request
    │   └── ReceiptCodeInvalid      422  receipt_code_invalid
    ├── Unauthorised                401  unauthorised
    ├── Forbidden                   403  forbidden
    ├── NotFound                    404  not_found
    │   ├── ProcedureNotFound       404  procedure_not_found
    │   └── DossierNotFound         404  dossier_not_found
    ├── Conflict                    409  conflict
    └── RateLimited                 429  rate_limited

The sentence that a citizen reads for a code stands in ``data/words/errors.yml``; a structural test holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class ServiceError(Exception):
    """Base of all errors that have an answer of their own. ``details`` must never hold personal data."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"

    def __init__(self, details: Mapping[str, object] | None = None) -> None:
        super().__init__(self.code)
        self.details: dict[str, object] = dict(details or {})


class InvalidRequest(ServiceError):
    """The request's form or values are wrong; ``details`` says which."""

    status = 422
    code = "invalid_request"


class ReceiptCodeInvalid(InvalidRequest):
    """The text is no receipt code, or names an impossible date (``details.reason``)."""

    code = "receipt_code_invalid"


class Unauthorised(ServiceError):
    """A token is missing or wrong."""

    status = 401
    code = "unauthorised"


class Forbidden(ServiceError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"


class NotFound(ServiceError):
    """There is no such thing, or the caller may not know of it."""

    status = 404
    code = "not_found"


class ProcedureNotFound(NotFound):
    """No procedure has this code."""

    code = "procedure_not_found"


class DossierNotFound(NotFound):
    """No dossier with this code that the caller may see; unknown and not-yours are the same."""

    code = "dossier_not_found"


class Conflict(ServiceError):
    """The thing has changed since the caller looked at it."""

    status = 409
    code = "conflict"


class RateLimited(ServiceError):
    """Too many requests; ``details.retry_after_seconds`` says when to come back."""

    status = 429
    code = "rate_limited"
