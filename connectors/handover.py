"""Recognises the wish for a person by plain rules, so that it works when no model does."""

from __future__ import annotations

import re

from vietnamese.folding import fold, tokens

_PERSON = (
    "can bo|nhan vien|nguoi that|tong dai vien|tu van vien|chuyen vien|nguoi ho tro|nguoi tu van|nhan vien ho tro|"
    "can bo ho tro|nguoi truc|tong dai"
)
_WISH = r"(?:cho |xin )?(?:toi |em |minh |tui |con |chau )?(?:muon |can |xin |duoc |hay )*"
_WANTS_PERSON = re.compile(
    rf"^{_WISH}(?:gap|noi chuyen voi|noi chuyen|chat voi|ket noi voi|ket noi|chuyen cho|chuyen sang|chuyen toi) "
    rf"(?:voi |toi |den |mot |1 |cac )*(?:{_PERSON})(?: (?:ho tro|tu van|truc|that|di|nhe|nha|a|voi|duoc khong|ngay))*$"
)


def wants_person(text: str) -> bool:
    """Tell whether the whole message plainly asks for a person: "Gặp cán bộ", "cho em gặp nhân viên với ạ"."""
    return len(text) <= 200 and _WANTS_PERSON.match(" ".join(tokens(fold(text)))) is not None
