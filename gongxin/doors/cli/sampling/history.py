"""The sample city's past (演示：往事): fifteen months of promises, payments and complaints, entered week by week as they came about.

What bodies promised, did and found goes into the ledger in one entering a week, so that a demonstration is soon ready.
The law is asked about every promise and every finding as it is everywhere; what it refuses stops the demonstration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from typing import Any

import yaml

from gongxin.doors.cli.sampling.casework import _ago, _done, _on, _viewer_of
from gongxin.doors.cli.sampling.city import sample_folder

ACTOR = "gongxin demo"
POST = "分管科室负责人"
KEPT, LATE, LEFT = "k", "l", "r"
WEEK = 7
"""What came about in a week is entered at its end (按周登记)."""
WORKS, CONTRACTS = (425, 62), (440, 150)
"""How many days ago the first and the last promise, and the first and the last contract, were made."""
TERM = 45
NODES = (40, 85, 130)
"""Days from the promise to its last day, and from the signing of a contract to its payments."""
EARLY, OVER, FOUND = 3, 12, 4
"""Days before the last day that something was done in time, after it where late, and from then to the finding."""
OUTCOMES = {"m": "mended", "g": "mending", "u": "untrue"}
RATINGS = {"c": "content", "f": "fair", "d": "discontent"}


@dataclass(frozen=True)
class Happened:
    """What befell a promise (承诺经过): so many days ago, by which act, with which words."""

    ago: int
    kind: str
    said: Mapping[str, str]


@dataclass
class Past:
    """One promise of the past with all that befell it (一件往事); its record once it was entered."""

    body: str
    item: str
    made: int
    said: dict[str, str]
    happened: list[Happened] = field(default_factory=list)
    record: int = 0


def settle() -> None:
    """Enter the past, where it was not entered yet (装入往事): first of all, since each edition of the law draws a full ledger anew."""
    from django.db import transaction

    from gongxin.doors.cli.sampling.promised import seat_bodies
    from gongxin.spine import records

    told = yaml.safe_load((sample_folder() / "history.yaml").read_text(encoding="utf-8"))
    with transaction.atomic():
        codes = seat_bodies()
        marked = codes[told["bodies"][0]["body"]]
        if records.places_of([f"uscc:{marked}"], items=["government-promise"]):
            return
        _enter(list(_pasts(told, codes)))
        for row in told["complaints"]:
            _complain(row, told, codes)


def _pasts(told: Mapping[str, Any], codes: Mapping[str, str]) -> Iterator[Past]:
    """Every promise and contract that the sample tells of (承诺和合同)."""
    for row in told["bodies"]:
        lines, course = told["works"][row["lines"]], cycle(row["course"])
        for n, made in enumerate(_spread(*WORKS, row["works"])):
            yield _work(codes[row["body"]], lines[n % len(lines)], n // len(lines) + 1, made, next(course))
        nodes = cycle(row["nodes"])
        for n, made in enumerate(_spread(*CONTRACTS, row["contracts"])):
            sold, ends = told["contracts"][n % len(told["contracts"])], list(islice(nodes, len(NODES)))
            yield _contract(codes[row["body"]], sold, n, made, ends)


def _spread(first: int, last: int, count: int) -> list[int]:
    """So many days ago each, evenly from the first to the last (均匀分布)."""
    return [round(first - (first - last) * n / max(1, count - 1)) for n in range(count)]


def _work(body: str, line: Mapping[str, str], part: int, made: int, end: str) -> Past:
    due, year = made - TERM, _ago(made).year
    said = {
        "promise_kind": line["kind"], "promise_title": f"{line['title']}（第 {part} 批）", "promise_content": line["content"],
        "due_on": str(_ago(due)), "beneficiary_kind": "public", "beneficiary": "本地居民和办事群众", "responsible_post": POST,
        "services": line.get("services", ""), "document_no": line.get("number", "").format(gov="平", year=year, n=made),
    }  # fmt: skip
    past = Past(body, "government-promise", made, said)
    if end != LEFT:
        done = due + EARLY if end == KEPT else due - OVER
        past.happened += [Happened(done, "progress", {"done_on": str(_ago(done)), "evidence": f"办结登记 {made}"})]
        past.happened += [_finding(done, end == LATE, f"办结登记 {made}")]
    return past


def _contract(body: str, sold: Mapping[str, Any], n: int, made: int, ends: list[str]) -> Past:
    amounts, year = sold["wan"], _ago(made).year
    plan = [
        f"{_ago(made - after)} {wan} 第 {k} 期款" for k, (after, wan) in enumerate(zip(NODES, amounts, strict=True), 1)
    ]
    said = {
        "promise_kind": "procurement", "promise_title": f"{sold['title']}（{year} 年第 {n + 1} 份）", "promise_content": sold["content"],
        "document_no": f"采〔{year}〕{made} 号", "amount_wan": f"{sum(map(float, amounts)):g}", "payments": "；".join(plan),
        "small_business": "yes", "beneficiary_kind": "organisation", "beneficiary": sold["to"], "responsible_post": POST,
    }  # fmt: skip
    past = Past(body, "government-contract", made, said)
    for k, (after, wan, end) in enumerate(zip(NODES, amounts, ends, strict=True), 1):
        if end == LEFT:
            return past
        paid = made - after + EARLY if end == KEPT else made - after - OVER
        words = {"paid_wan": wan, "done_on": str(_ago(paid)), "evidence": f"国库支付凭证 {made}-{k}"}
        past.happened.append(Happened(paid, "progress", words))
    last = past.happened[-1].ago
    past.happened.append(_finding(last, LATE in ends, f"三期支付凭证 {made}"))
    return past


def _finding(done: int, late: bool, evidence: str) -> Happened:
    words = {"outcome": "late" if late else "kept", "performed_on": str(_ago(done)), "evidence": evidence}
    words["findings"] = "晚于承诺的期限完成" if late else "各节点均在期限内完成"
    return Happened(done - FOUND, "finding", words)


def _enter(pasts: list[Past]) -> None:
    """Enter everything week by week, the records of a week before what befell (按周入账)."""
    from gongxin.spine.access.models import Body
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append

    names = dict(Body.objects.values_list("code", "name"))
    weeks: dict[int, tuple[list[Past], list[tuple[Past, Happened]]]] = defaultdict(lambda: ([], []))
    for past in pasts:
        own = {"authority": names[past.body], "authority_code": past.body}
        past.said = {
            name: value
            for name, value in {
                "subject_name": names[past.body], "uscc": past.body, "decided_on": str(_ago(past.made)), **own,
                "source": names[past.body], "source_code": past.body, **past.said,
            }.items()
            if value
        }  # fmt: skip
        past.happened = [replace(each, said={**each.said, **own}) for each in past.happened if each.ago >= 0]
        _asked_of_the_law(past)
        weeks[past.made // WEEK][0].append(past)
        for each in past.happened:
            weeks[each.ago // WEEK][1].append((past, each))
    for week, (made, befell) in sorted(weeks.items(), reverse=True):
        with _on(_ago(week * WEEK)):
            acts = [NewAct("record", each.item, f"uscc:{each.body}", each.body, each.said, ACTOR) for each in made]
            for past, record in zip(made, append(acts), strict=True):
                past.record = record
            append(
                [
                    NewAct(each.kind, past.item, f"uscc:{past.body}", past.body, each.said, ACTOR, record=past.record)
                    for past, each in befell
                ]
            )


def _asked_of_the_law(past: Past) -> None:
    """Ask the law about a promise and what was found of it, on the days of each (依法核对)."""
    from gongxin.kernel.issues import Refusal
    from gongxin.law import promisekinds, promises
    from gongxin.law.standing import Act, fold
    from gongxin.spine import shelf

    book = shelf.book()
    no: Refusal | None = next(iter(promisekinds.refusals(past.said, law=book.on(_ago(past.made)))), None)
    acts = [Act(1, "record", 1, past.item, f"uscc:{past.body}", _ago(past.made), ACTOR, past.said)]
    for seq, each in enumerate(past.happened, 2):
        day = _ago(each.ago)
        if each.kind == "finding" and no is None:
            line = fold(acts, book=book, as_of=day)
            assert line is not None
            held = promises.standing(line, book=book, calendar=shelf.calendar())
            no = promises.refused_finding(held, each.said)
        acts.append(Act(seq, each.kind, 1, past.item, f"uscc:{past.body}", day, ACTOR, each.said))
    if no is not None:
        raise ValueError(f"the sample's past {past.said['promise_title']!r} was refused: {no.message}")


def _complain(row: Mapping[str, Any], told: Mapping[str, Any], codes: Mapping[str, str]) -> None:
    """File the complaints of one line and let each be handled on its days, through the engine as everybody does (投诉往事)."""
    from gongxin.rooms.promises.complaints import filing, publishing
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.cases import engine

    matter, referred = told["matters"][row["matter"]], told["referred"]
    person = told["handlers"][row["handler"]]
    handler, office = Viewer(None, ACTOR, codes[row["handler"]], "steward", "cli"), _viewer_of("xinyong")
    cases = zip(row["came"], row["took"], row["ended"], row["rated"], strict=True)
    for n, (came, took, ended, rated) in enumerate(cases):
        text = matter["text"].format(year=_ago(came).year)
        with _on(_ago(came)):
            made = _done(
                filing.file(filing.anybody("web"), filing.Complaint(codes[row["against"]], text, matter["requested"]))
            )
        number, holder = made.case.number, filing.holder(made.case.number, made.receipt, "web")
        steps: list[tuple[int, Any, str, dict[str, str]]] = [
            (came - referred["after"], office, "refer",
             {"category": matter["category"], "handler": handler.body, "decided_by": referred["decided_by"]}),
            (came - took, handler, "answer",
             {"outcome": OUTCOMES[ended], "findings": matter[ended], "decided_by": person,
              **({"mended_on": str(_ago(came - took + 1))} if ended == "m" else {})}),
            (came - took - EARLY, holder, "rate" if rated == "d" else "confirm", {"rating": RATINGS[rated]}),
        ]  # fmt: skip
        for ago, who, verb, said in steps:
            with _on(_ago(ago)):
                _done(engine.act(who, number, verb, said))
        if n >= len(row["came"]) - told["published"]:
            with _on(_ago(came - took - WEEK)):
                _done(publishing.publish(office, number, text, matter[ended], referred["decided_by"]))
