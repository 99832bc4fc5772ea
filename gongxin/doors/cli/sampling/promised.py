"""The sample city's promises (演示：政府承诺): governments down to the townships, posts and who held them, contracts with plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import yaml

from gongxin.doors.cli.sampling.city import sample_folder

ACTOR = "gongxin demo"


def settle(password: str) -> list[dict[str, str]]:
    """Let the city's bodies promise, where they have not; returns the accounts to print."""
    from django.db import transaction

    from gongxin.spine import records

    told = yaml.safe_load((sample_folder() / "promises.yaml").read_text(encoding="utf-8"))
    with transaction.atomic():
        codes = seat_bodies()
        listed = _accounts(told, codes, password)
        first = told["records"][0]
        if not records.places_of([f"uscc:{codes[first['body']]}"], items=[first["item"]]):
            _posts(told, codes)
            for row in told["promises"]:
                _promise(row, codes)
            for row in told["records"]:
                _record(row, codes)
            _events(told, codes)
            _debt(told["debt"], codes)
    return listed


def seat_bodies() -> dict[str, str]:
    """Make the governments, streets and townships, and place the city's departments under it; return codes by their ids."""
    from gongxin.spine.access.models import Body

    told = yaml.safe_load((sample_folder() / "promises.yaml").read_text(encoding="utf-8"))
    city = yaml.safe_load((sample_folder() / "departments.yaml").read_text(encoding="utf-8"))
    codes = {row["id"]: row["code"] for row in (*city["bodies"], *told["bodies"])}
    for row in told["bodies"]:
        given = {key: row[key] for key in ("name", "name_en", "region", "kind")}
        parent = codes.get(row.get("parent", ""))
        Body.objects.get_or_create(code=row["code"], defaults={**given, "parent_id": parent})
    government = codes[told["bodies"][0]["id"]]
    under = [codes[each] for each in told["under_city"]]
    Body.objects.filter(code__in=under, parent=None).update(parent=government)
    return codes


def _accounts(told: Mapping[str, Any], codes: Mapping[str, str], password: str) -> list[dict[str, str]]:
    from gongxin.doors.cli.sampling.rights import _account
    from gongxin.spine.access.models import Body

    listed = []
    for row in told["accounts"]:
        body = Body.objects.get(code=codes[row["body"]])
        _account(row, body, password)
        listed.append({"username": row["username"], "name": row["name"], "post": row["post"], "body": body.name})
    return listed


def _posts(told: Mapping[str, Any], codes: Mapping[str, str]) -> None:
    from gongxin.spine.bodies import posts

    for row in told["posts"]:
        first = row["held"][0]
        posts.establish(row["id"], codes[row["body"]], row["name"], on=_day(first["ago"]), actor=ACTOR)
        for each in row["held"]:
            posts.appoint(posts.Appointing(row["id"], _day(each["ago"]), each["holder"]), actor=ACTOR)


def _promise(row: Mapping[str, Any], codes: Mapping[str, str]) -> None:
    """Enter one promise as its body sent it, and what became of it; what the law refuses stops the demonstration."""
    from gongxin.kernel.issues import Refusal
    from gongxin.law import promisekinds
    from gongxin.spine import clock, shelf
    from gongxin.spine.access.models import Body
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append

    code = codes[row["body"]]
    name = Body.objects.get(code=code).name
    said = {
        "subject_name": name, "uscc": code, "promise_kind": row["kind"], "promise_title": row["title"],
        "promise_content": row["content"], "decided_on": str(_day(row["made"])), "responsible_post": row["post"],
        "authority": name, "authority_code": code, "source": name, "source_code": code,
        "payments": "；".join(_node(each) for each in row.get("payments", ())),
        "milestones": "；".join(_milestone(each) for each in row.get("milestones", ())),
        "due_on": str(_day(row["due"])) if "due" in row else "",
        **{key: str(row[key]) for key in COPIED if key in row},
    }  # fmt: skip
    said = {key: value for key, value in said.items() if value}
    for no in promisekinds.refusals(said, law=shelf.book().on(clock.today())):
        raise ValueError(f"the sample's promise {row['title']!r} was refused: {no.message}")
    record = append([NewAct("record", row["item"], f"uscc:{code}", code, said, ACTOR)])[0]
    for each in row.get("acts", ()):
        done = _act(record, code, each)
        if isinstance(done, Refusal):
            raise ValueError(f"the sample's {each['act']} of {row['title']!r} was refused: {done.message}")


def _record(row: Mapping[str, Any], codes: Mapping[str, str]) -> None:
    """Enter something an area shows beside its promises: what a township opened, what is known of an agency."""
    from gongxin.spine.access.models import Body
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append

    provider = codes[row["by"]]
    authority, code = Body.objects.get(code=provider).name, codes.get(row.get("body", ""), row.get("code", ""))
    name = row.get("name") or Body.objects.get(code=code).name
    days = {key: str(_day(ago)) for key, ago in row["days"].items()}
    said = {
        "subject_name": name,
        "uscc": code,
        "authority": authority,
        "authority_code": provider,
        **row["said"],
        **days,
    }
    append([NewAct("record", row["item"], f"uscc:{code}", provider, said, ACTOR)])


def _debt(told: Mapping[str, Any], codes: Mapping[str, str]) -> None:
    """Take in a stock of bonds and let the finance bureau publish it, as it would by its own account."""
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import debt
    from gongxin.rooms.oversight.debtbook import authorities, publishing
    from gongxin.spine.access.gate import Viewer

    head = "代码,名称,债务主体,发行总额（亿元）,债券余额,到期日期,主体地区"
    rows = [f"{n}.PL,{each['name']},{told['debtor']},{each['issued']},{each['balance']},{_day(each['matures'])},{told['region']}"
            for n, each in enumerate(told["bonds"], 1)]  # fmt: skip
    body = codes[told["authority"]]
    acts: tuple[Callable[[], Any], ...] = (
        lambda: debt.take_in("\n".join([head, *rows]), stock_day=_day(told["ago"]), source="演示"),
        lambda: authorities.enter(Viewer(None, ACTOR, "", "operator", "cli"), told["region"], body, told["named_by"]),
        lambda: publishing.publish(
            Viewer(None, ACTOR, body, "steward", "cli"), told["region"], None, told["document"], told["by"]
        ),
    )
    for act in acts:
        done = act()
        if isinstance(done, Refusal):
            raise ValueError(f"the sample's debt was refused: {done.message}")


COPIED = (
    "document_no", "beneficiary_kind", "beneficiary", "amount_wan", "small_business", "fair_review_no", "services",
)  # fmt: skip


def _act(record: int, code: str, each: Mapping[str, Any]) -> Any:
    from gongxin.rooms.promises import acting
    from gongxin.spine.access.gate import Viewer

    viewer = Viewer(None, ACTOR, code, "steward", "cli")
    on = str(_day(each["ago"]))
    said = {
        key: str(value) for key, value in each.items() if key not in {"act", "ago", "delivered", "performed", "due"}
    }
    if each["act"] == "progress":
        said["delivered_on" if each.get("delivered") else "done_on"] = on
        return acting.progress(viewer, record, said)
    if each["act"] == "find":
        return acting.find(viewer, record, {**said, "performed_on": str(_day(each["performed"]))})
    if "due" in each:
        said["due_on"] = str(_day(each["due"]))
    return acting.change(viewer, record, said)


def _events(told: Mapping[str, Any], codes: Mapping[str, str]) -> None:
    from gongxin.spine.bodies import register

    for row in told["events"]:
        to = tuple(codes[each] for each in row["to"])
        register.enter(
            register.Change(codes[row["body"]], row["verb"], _day(row["ago"]), to=to, document=row["document"]),
            actor=ACTOR,
        )


def _node(each: Mapping[str, Any]) -> str:
    when = each["after"] if "after" in each else str(_day(each["ago"]))
    return f"{when} {each['wan']} {each['what']}"


def _milestone(each: Mapping[str, Any]) -> str:
    return f"{_day(each['ago'])} {each['what']}（责任岗位：{each['post']}）"


def _day(ago: int) -> Any:
    from gongxin.spine import clock

    return clock.today() - timedelta(days=ago)
