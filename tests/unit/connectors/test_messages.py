"""What may be said to a citizen."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from connectors.messages import Link, Message, for_recipient


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "//evil.example/x", "data:text/html,x", "ftp://x", "http://", " https://x.vn", "/a b"],
)
def test_that_only_web_pages_and_own_paths_can_be_linked(url: str) -> None:
    with pytest.raises(ValidationError):
        Link(label="x", url=url)


@pytest.mark.parametrize("url", ["https://dichvucong.gov.vn/a?b=c", "/thu-tuc/1.001193", "/", "tel:1900 1023"])
def test_that_good_addresses_can_be_linked(url: str) -> None:
    assert Link(label="x", url=url).url == url


def test_that_payloads_stay_behind() -> None:
    message = Message.model_validate({"text": "?", "choices": [{"label": "Có", "payload": "/affirm"}]})
    assert for_recipient(message.stored()) == {"text": "?", "choices": [{"label": "Có"}]}
    assert message.stored()["choices"][0]["payload"] == "/affirm"
