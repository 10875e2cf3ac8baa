"""The OpenAPI 3.1 document of ``/api/v1``, made from the same declarations as the routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from backend.kernel.errors import RateLimited, ServiceError
from backend.kernel.operations import Operation

VERSION = "1.0.0"
_SCHEMAS = "#/components/schemas/"


class ErrorBody(BaseModel):
    """What went wrong; ``message`` is Vietnamese and may be shown to a citizen."""

    code: str
    message: str
    details: dict[str, Any]


class ErrorAnswer(BaseModel):
    """The shape of every error."""

    error: ErrorBody


def openapi_document(operations: Iterable[Operation], prefix: str) -> dict[str, Any]:
    """Return the document for ``operations``."""
    listed = list(operations)
    answers = {operation.answer for operation in listed}
    shapes: list[type[BaseModel]] = sorted([*answers, ErrorAnswer], key=lambda shape: shape.__name__)
    names, definitions = models_json_schema(
        [(shape, "serialization") for shape in shapes], ref_template=_SCHEMAS + "{model}"
    )
    paths: dict[str, Any] = {}
    for operation in listed:
        answer = names[(operation.answer, "serialization")]["$ref"]
        paths[prefix + operation.path] = {"get": _operation(operation, answer)}
    paths[f"{prefix}/openapi.json"] = {"get": _document_operation()}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": GenerateJsonSchema.schema_dialect,
        "info": {
            "title": "Online public-administration service centre",
            "summary": "Public look-ups: procedures, coarse dossier status, the centre",
            "version": VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": definitions["$defs"], "securitySchemes": _SECURITY},
    }


# The token is for our own processes; without it all routes work, with limits that count per address.
_SECURITY = {"serviceToken": {"type": "http", "scheme": "bearer"}}


def _operation(operation: Operation, answer: str) -> dict[str, Any]:
    path_parameters = [
        {"name": name, "in": "path", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in operation.path_parameters
    ]
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "security": [{}, {"serviceToken": []}],
        "parameters": path_parameters + _query_parameters(operation.parameters),
        "responses": {
            "200": {"description": "The answer", "content": {"application/json": {"schema": {"$ref": answer}}}},
            **_error_responses(operation.errors),
        },
    }


def _query_parameters(shape: type[BaseModel]) -> list[dict[str, Any]]:
    schema = shape.model_json_schema(ref_template=_SCHEMAS + "{model}")
    parameters = []
    for name, described in schema.get("properties", {}).items():
        description = described.pop("description", None)
        described.pop("title", None)
        inlined = _inline(described, schema.get("$defs", {}))
        parameter: dict[str, Any] = {"name": name, "in": "query", "required": name in schema.get("required", ())}
        parameters.append(parameter | ({"description": description} if description else {}) | {"schema": inlined})
    return parameters


def _inline(schema: Any, definitions: dict[str, Any]) -> Any:
    """Put definitions in the place of references: a parameter's enum is used in one place only."""
    if isinstance(schema, dict):
        if str(schema.get("$ref", "")).startswith(_SCHEMAS):
            return definitions[schema["$ref"].removeprefix(_SCHEMAS)]
        return {key: _inline(value, definitions) for key, value in schema.items()}
    return [_inline(value, definitions) for value in schema] if isinstance(schema, list) else schema


def _error_responses(errors: Iterable[type[ServiceError]]) -> dict[str, Any]:
    codes: dict[int, list[str]] = {}
    for error in errors:
        codes.setdefault(error.status, []).append(error.code)
    responses: dict[str, Any] = {}
    for status, names in sorted(codes.items()):
        responses[str(status)] = {
            "description": ", ".join(names),
            "content": {"application/json": {"schema": {"$ref": _SCHEMAS + ErrorAnswer.__name__}}},
        }
        if status == RateLimited.status:
            responses[str(status)]["headers"] = {
                "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}
            }
    return responses


def _document_operation() -> dict[str, Any]:
    return {
        "operationId": "getOpenApi",
        "summary": "This document",
        "security": [{}],
        "responses": {
            "200": {"description": "The document", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    }
