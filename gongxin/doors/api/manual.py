"""The interface's manual (接口说明): one reading of the OpenAPI document, as a page without any script and as docs/api.md.

The page asks nothing of another host and needs no script, so it stands under the same content security policy as the
portal. `docs/api.md` is made by `markdown()`; a test holds the file and the interface together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Place:
    """One value that goes in or comes out: its name, kind, whether it must be given, and what it says."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Call:
    """One address with one verb."""

    method: str
    path: str
    title: str
    text: str
    scope: str
    group: str
    parameters: tuple[Place, ...] = ()
    body: tuple[Place, ...] = ()
    body_kind: str = ""
    answer: tuple[Place, ...] = ()
    anchor: str = field(default="")


def calls(schema: Mapping[str, Any]) -> Iterator[Call]:
    """Read the OpenAPI document into what a person needs to know."""
    for path, verbs in schema["paths"].items():
        for method, operation in verbs.items():
            body: tuple[Place, ...] = ()
            body_kind = ""
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                body_kind, body = kind, tuple(_places(schema, content["schema"]))
            answer: tuple[Place, ...] = ()
            for status, response in operation.get("responses", {}).items():
                if str(status).startswith("2"):
                    for content in response.get("content", {}).values():
                        answer = tuple(_places(schema, content["schema"]))
            yield Call(
                method.upper(),
                path,
                operation.get("summary", ""),
                operation.get("description", ""),
                operation.get("x-scope", ""),
                (operation.get("tags") or ["其他"])[0],
                tuple(
                    Place(
                        parameter["name"],
                        _kind(schema, parameter["schema"]),
                        bool(parameter.get("required")),
                        parameter.get("description") or parameter["schema"].get("description", ""),
                    )
                    for parameter in operation.get("parameters", ())
                ),
                body,
                body_kind,
                answer,
                operation["operationId"].replace("_", "-"),
            )


def _resolve(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = part.get("$ref")
    if reference is None:
        return part
    found: Any = schema
    for step in reference.lstrip("#/").split("/"):
        found = found[step]
    return found  # type: ignore[no-any-return]


def _places(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Iterator[Place]:
    whole = _resolve(schema, part)
    if whole.get("type") == "array":
        whole = _resolve(schema, whole.get("items", {}))
    required = set(whole.get("required", ()))
    for name, value in whole.get("properties", {}).items():
        yield Place(name, _kind(schema, value), name in required, _resolve(schema, value).get("description", ""))


def _kind(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    part = _resolve(schema, part)
    if "anyOf" in part:
        return " | ".join(dict.fromkeys(_kind(schema, option) for option in part["anyOf"]))
    kind = part.get("type", "any")
    if kind == "array":
        return f"{_kind(schema, part.get('items', {}))}[]"
    return str(part.get("format") or kind)


def groups(api: NinjaAPI) -> list[tuple[str, list[Call]]]:
    """Return the calls by group, in the order in which they were declared."""
    sorted_calls: dict[str, list[Call]] = {}
    for call in calls(api.get_openapi_schema(path_prefix="/api/v1/")):
        sorted_calls.setdefault(call.group, []).append(call)
    return list(sorted_calls.items())


class Manual(DocsBase):
    """The manual as a page, for NinjaAPI's `docs` address."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        template = Engine(dirs=[PAGES]).get_template("manual.html")
        page = template.render(
            Context({"groups": groups(api), "api": api, "introduction": (api.description or "").split("\n\n")})
        )
        return HttpResponse(page)


def stylesheet(_request: HttpRequest) -> HttpResponse:
    """Serve the manual's style from this host."""
    return HttpResponse((PAGES / "manual.css").read_bytes(), content_type="text/css; charset=utf-8")


def markdown(api: NinjaAPI) -> str:
    """Return docs/api.md."""
    lines = [
        "<!-- Made from the interface itself by gongxin.doors.api.manual; edit the endpoints, not this file. -->",
        "",
        f"# {api.title}",
        "",
        api.description or "",
        "",
    ]
    for group, members in groups(api):
        lines += [f"## {group}", ""]
        for call in members:
            lines += [f"### `{call.method} {call.path}`", "", f"{call.title}", ""]
            if call.scope:
                lines += [f"权限：`{call.scope}`", ""]
            if call.text:
                lines += [call.text, ""]
            for title, places in (("参数", call.parameters), ("请求内容", call.body), ("答复", call.answer)):
                if places:
                    kind = f"（{call.body_kind}）" if title == "请求内容" else ""
                    lines += [f"{title}{kind}：", "", "| 名称 | 类型 | 必填 | 说明 |", "|---|---|---|---|"]
                    lines += [
                        f"| `{place.name}` | {place.kind.replace('|', chr(92) + '|')} "
                        f"| {'是' if place.required else ''} | {place.text} |"
                        for place in places
                    ]
                    lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def openapi_bytes(api: NinjaAPI) -> bytes:
    """Return the OpenAPI document, keys in a steady order."""
    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=1).encode()
