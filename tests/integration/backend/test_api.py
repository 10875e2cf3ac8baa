"""The JSON routes keep the contract, and the OpenAPI document tells the truth about them."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from backend.api.routes import routes
from backend.dossiers.service import NewDossier, register_dossier
from backend.kernel.database import Database
from tests.integration.backend.conftest import NOW, Client
from tests.integration.backend.test_dossiers import CODE, STAFF

REAL_ANSWERS = {
    "/procedures": ("/procedures?q=khai sinh", "/procedures?q=", "/procedures?level=commune&field=ho-tich&offset=1"),
    "/procedures/{code}": ("/procedures/1.001193", "/procedures/1.000656"),
    "/dossiers/{receipt_code}/status": (f"/dossiers/{CODE}/status",),
    "/centre": ("/centre",),
    "/centre/day": ("/centre/day?date=2027-02-06", "/centre/day?date=2026-11-27"),
    "/fields": ("/fields",),
    "/agencies": ("/agencies",),
    "/communes": ("/communes", "/communes?q=loc tho"),
    "/openapi.json": ("/openapi.json",),
}
REFUSALS = {
    "/procedures/9.999999": (404, "procedure_not_found"),
    "/procedures/%00": (404, "procedure_not_found"),
    "/procedures?limit=0": (422, "invalid_request"),
    "/procedures?limit=51": (422, "invalid_request"),
    "/procedures?limit=abc": (422, "invalid_request"),
    "/procedures?offset=-1": (422, "invalid_request"),
    "/procedures?level=huyen": (422, "invalid_request"),
    "/procedures?field=%27%3B--": (422, "invalid_request"),
    "/procedures?q=" + "a" * 501: (422, "invalid_request"),
    "/centre/day": (422, "invalid_request"),
    "/centre/day?date=2027-02-30": (422, "invalid_request"),
    "/centre/day?date=0001-01-01": (422, "invalid_request"),
    "/nothing": (404, "not_found"),
}


async def document(api: Client) -> Any:
    return await (await api.get("/api/v1/openapi.json")).json()


async def test_that_the_document_is_valid_and_names_every_route(api: Client) -> None:
    described = await document(api)
    OpenAPIV31SpecValidator(described).validate()
    served = {route.path for route in routes if route.method == "GET"}
    assert set(described["paths"]) == served
    assert served == {f"/api/v1{path}" for path in REAL_ANSWERS}


async def test_that_real_answers_are_as_the_document_says(api: Client, loaded_database: Database) -> None:
    async with loaded_database.write() as session:
        await register_dossier(session, NewDossier(CODE, "1.001193", "ubnd-cap-xa"), actor=STAFF, now=NOW)
    described = await document(api)
    for path, addresses in REAL_ANSWERS.items():
        content = described["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]["content"]
        schema = {**content["application/json"]["schema"], "components": described["components"]}
        for address in addresses:
            response = await api.get(f"/api/v1{address}")
            assert (response.status, response.content_type) == (200, "application/json"), address
            Draft202012Validator(schema).validate(await response.json())


@pytest.mark.parametrize("address", REFUSALS)
async def test_that_bad_input_is_refused_in_the_one_error_shape(api: Client, address: str) -> None:
    response = await api.get(f"/api/v1{address}")
    error = (await response.json())["error"]
    assert (response.status, error["code"]) == REFUSALS[address]
    assert set(error) == {"code", "message", "details"}


async def test_that_a_search_answers_with_verdict_subject_and_filters(api: Client) -> None:
    answer = await (await api.get("/api/v1/procedures", params={"q": "lam khai sinh can giay to gi"})).json()
    assert answer["items"][0] == {
        "code": "1.001193",
        "name": "Thủ tục đăng ký khai sinh",
        "short_name": "Đăng ký khai sinh",
        "agency": "Ủy ban nhân dân cấp xã",
        "field": "Hộ tịch",
        "level": "Cấp xã",
        "score": 1.0,
        "has_record": True,
    }
    assert (answer["verdict"], answer["subject"]) == ("one", "lam khai sinh")
    assert answer["filters"] == {"level": None, "field": None, "agency": None}
    assert answer["took_ms"] >= 0


async def test_that_a_procedure_is_told_whole_with_labels(api: Client) -> None:
    answer = await (await api.get("/api/v1/procedures/1.001193")).json()
    assert answer["field"] == {"id": "ho-tich", "name": "Hộ tịch"}
    assert answer["level_labels"] == ["Cấp xã"]
    assert [fee["label"] for fee in answer["fees"]] == ["Miễn phí", "8.000 đồng"]
    assert answer["durations"][0]["label"] == "1 ngày làm việc"
    assert (answer["way_labels"], answer["online_label"]) == (["trực tiếp", "trực tuyến"], "Toàn trình")
    assert answer["source"]["checked_label"] == "tháng 7/2026"
    assert answer["page_url"] == "/thu-tuc/1.001193"


async def test_that_a_procedure_known_by_name_only_says_so(api: Client) -> None:
    answer = await (await api.get("/api/v1/procedures/1.000656")).json()
    assert (answer["has_record"], answer["papers"], answer["fees"]) == (False, [], [])
    assert answer["source"]["url"] == "https://example.org/2"


async def test_that_a_commune_is_found_by_a_former_name_without_diacritics(api: Client) -> None:
    answer = await (await api.get("/api/v1/communes", params={"q": "loc tho"})).json()
    assert [item["name"] for item in answer["items"]] == ["Phường Nha Trang"]


async def test_that_the_day_of_tet_is_named(api: Client) -> None:
    answer = await (await api.get("/api/v1/centre/day", params={"date": "2027-02-06"})).json()
    assert (answer["label"], answer["is_working_day"]) == ("thứ Bảy, 6/2/2027", False)
    assert "Tết" in answer["reason"]
