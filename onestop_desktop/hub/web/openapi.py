"""The OpenAPI document, from the same table that the routes come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from onestop_desktop import __version__
from onestop_desktop.hub.web.operations import BINARY, JSON, Access, Operation

_REF = "#/components/schemas/{name}"
_SECURITY: dict[Access, list[dict[str, list[str]]]] = {
    Access.ANYBODY: [],
    Access.DESK: [{"desk": []}],
    Access.VIEWER: [{"session": []}],
    Access.DISTRICT: [{"session": []}],
    Access.ADMIN: [{"session": []}],
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "facts", "message"],
            "properties": {
                "code": {"type": "string"},
                "facts": {"type": "object"},
                "message": {"type": "string"},
            },
        }
    },
}
_REFUSALS = {
    "400": "Not understood",
    "401": "Nobody is named",
    "403": "A rule or a right says no",
    "404": "Not here",
    "408": "Too slow",
    "409": "Not in this state",
    "412": "Another version of tus",
    "413": "Too long",
    "415": "Another kind of body",
    "429": "Later",
    "460": "The hash does not fit",
    "503": "Not ready; try later",
}


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document of the listed operations."""
    listed = [one for one in operations if one.listed]
    types = _json_types(listed)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    schemas, components = _in_hex(schemas), _in_hex(components)
    schema_of = dict(zip(map(_key, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in listed:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schema_of)
    schemes = {
        "desk": {"type": "apiKey", "in": "header", "name": "authorization",
                 "description": "`OneStop <token>` from the answer to a greeting"},
        "session": {"type": "apiKey", "in": "header", "name": "authorization", "description": "`Session <token>`"},
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "OneStop hub", "version": __version__},
        "paths": paths,
        "components": {"schemas": components | {"Error": _ERROR}, "securitySchemes": schemes},
    }


def _in_hex(schema: Any) -> Any:
    """Say of bytes what is true here: they are written in hex."""
    if isinstance(schema, dict):
        if schema.get("contentEncoding") == "base64":
            return {"type": "string", "pattern": "^([0-9a-f]{2})*$"}
        return {name: _in_hex(value) for name, value in schema.items()}
    return [_in_hex(one) for one in schema] if isinstance(schema, list | tuple) else schema


def _key(kind: Any) -> str:
    return repr(kind)


def _json_types(operations: Sequence[Operation]) -> list[Any]:
    kinds: dict[str, Any] = {}
    for one in operations:
        for kind in (one.body, one.answer):
            if kind is not None and kind is not bytes:
                kinds[_key(kind)] = kind
    return list(kinds.values())


def _content(kind: Any, schema_of: dict[str, Any]) -> dict[str, Any]:
    if kind is bytes:
        return {BINARY: {"schema": {"type": "string", "format": "binary"}}}
    return {JSON: {"schema": schema_of[_key(kind)]}}


def _operation(one: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": one.name, "summary": one.summary, "security": _SECURITY[one.access]}
    parameters = [_parameter(name, "path") for name in _names(one.path)]
    parameters += [_parameter(name, "query") for name in one.query]
    parameters += [_parameter(name, "header") for name in one.headers]
    if parameters:
        made["parameters"] = parameters
    if one.body is not None:
        kind = "application/offset+octet-stream" if one.method == "PATCH" else ""
        content = _content(one.body, schema_of)
        made["requestBody"] = {"required": True, "content": {kind: content[BINARY]} if kind else content}
    error = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    answers: dict[str, Any] = {}
    for status in one.statuses:
        answers[str(status)] = {"description": one.summary}
        if one.answer is not None and status != 202:
            answers[str(status)]["content"] = _content(one.answer, schema_of)
    refusal: dict[str, Any] = {} if one.method == "HEAD" else {"content": error}
    answers |= {status: {"description": why} | refusal for status, why in _REFUSALS.items()}
    return made | {"responses": answers}


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
