"""The bulletin as a paper (监督月报排版): every word of it in one language, set as PDF/A by the form beside this file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from gongxin.kernel.sentences import Sentence, in_english, named, sentence
from gongxin.law import gauges as law_of
from gongxin.law.gauges import SHARE, Figure, Gauge
from gongxin.rooms.oversight import monitoring
from gongxin.rooms.oversight.bulletin import Bulletin
from gongxin.rooms.oversight.overview import Overview
from gongxin.spine import faces

FORM = Path(__file__).with_name("bulletin.typ")
STANDARD = "a-3b"
SHOWN_QUESTIONS = 40
"""Questions written out in the paper; the data have all."""
Say = Callable[[str], str]


def pdf(bulletin: Bulletin, *, english: bool = False) -> bytes:
    """Return a bulletin as PDF/A (月报文件), in Chinese or in English."""
    words = json.dumps(filled(bulletin, english=english), ensure_ascii=False).replace("\\", "\\\\").replace('"', '\\"')
    document = f'#import "{FORM.name}": bulletin\n#bulletin(json(bytes("{words}")))\n'.encode()
    at = int(bulletin.made.timestamp())
    made = faces.compiler(FORM, document).compile(format="pdf", pdf_standards=[STANDARD], timestamp=at)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single document")
    return made


def filled(bulletin: Bulletin, *, english: bool = False) -> dict[str, Any]:
    """Return what the form is filled with (填表内容): every word and number the paper says."""
    told, month, at = bulletin.overview, bulletin.overview.month, bulletin.made.astimezone(UTC)

    def say(words: str) -> str:
        return in_english(words) if english else str(words)

    running = sentence("（本月未结束）", " (the month is not over)") if month.running else Sentence("", "")
    subtitle = sentence(
        "{month}　数据截至 {until}{running}", "{month}, data up to {until}{running}", month=month, until=month.until, running=running
    )  # fmt: skip
    lede = sentence(
        "各项指标由明细相加，可以逐项查到；不排名。预警是向单位提出的疑问，不是结论。",
        "Every figure is the sum of rows that can be read; nobody is ranked. A question is no finding.",
    )
    known = sentence(
        "法规库版本 {book}　台账 {size} 条，根 {root}", "Law book {book}; ledger of {size} entries, root {root}",
        book=bulletin.book[:16], size=bulletin.size, root=bulletin.root[:32],
    )  # fmt: skip
    return {
        "lang": "en" if english else "zh", "made_parts": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "title": say(sentence("{region}公共信用监督月报", "Monthly bulletin of supervision, {region}", region=told.name)),
        "subtitle": say(subtitle), "lede": say(lede), "known": say(known), "figures": _figures(told, say),
        "places": _places(told, say), "questions": _questions(told, say), "promises": _promises(told, say),
        "coverage": {"title": say(sentence("覆盖范围", "What is covered")), "rows": [say(each) for each in told.coverage()]},
        "methods": _methods(told, say),
    }  # fmt: skip


def _figures(told: Overview, say: Say) -> dict[str, Any]:
    rows = []
    for gauge in told.gauges():
        now, before = told.figure(gauge.id), told.figure(gauge.id, told.month.before)
        missed = f"{now.count - now.good:,} / {now.count:,}" if gauge.kind == SHARE else "—"
        unit = Sentence(gauge.unit, gauge.unit_en)
        name = sentence("{name}（{unit}）", "{name} ({unit})", name=named(gauge), unit=unit)
        rows.append([say(name), _text(gauge, now), _text(gauge, before), missed])
    heads = (
        sentence("指标", "Gauge"), sentence("本月", "This month"), sentence("上月", "Month before"), sentence("未达成", "Missed"),
    )  # fmt: skip
    return {"title": say(sentence("指标", "Figures")), "heads": [say(each) for each in heads], "rows": rows}


def _places(told: Overview, say: Say) -> dict[str, Any]:
    heads = [each for each in told.gauges() if each.head]
    by_gauge = [(each, told.places(each.id)) for each in heads]
    rows = [
        [
            say(place.division.said), *(_text(each, places[n].figure) for each, places in by_gauge),
            str(place.overdue_tasks), str(place.questions),
        ]
        for n, place in enumerate(by_gauge[0][1] if by_gauge else ())
    ]  # fmt: skip
    names = (
        sentence("区划", "Division"), *(named(each) for each in heads), sentence("逾期任务", "Tasks overdue"),
        sentence("预警", "Questions"),
    )  # fmt: skip
    return {"title": say(sentence("各区划", "By division")), "heads": [say(each) for each in names], "rows": rows}


def _questions(told: Overview, say: Say) -> dict[str, Any]:
    left = len(told.questions) - SHOWN_QUESTIONS
    more = sentence("另有 {n} 项，见数据", "{n} more in the data", n=left) if left > 0 else ""
    unasked = sentence("未提出", "not asked")
    rows = [
        [
            say(_body(told, each)),
            say(Sentence(each["text"], each["text_en"])),
            say(_put(each)) if each["case"] else say(unasked),
        ]
        for each in told.questions[:SHOWN_QUESTIONS]
    ]
    heads = (sentence("单位", "Body"), sentence("疑问", "Question"), sentence("办理和单位说明", "Case and answer"))
    return {
        "title": say(sentence("预警", "Questions")), "heads": [say(each) for each in heads], "rows": rows,
        "none": say(sentence("没有疑问", "No questions")), "more": say(more),
    }  # fmt: skip


def _put(question: dict[str, Any]) -> Sentence:
    """What became of a question (办理): its case, how it stands, and what the body answered."""
    state = Sentence(question["state_name"], question["state_name_en"])
    if question["answer"] is None:
        return sentence(
            "{case}　{state}，{due} 前说明",
            "{case} {state}, by {due}",
            case=question["case"],
            state=state,
            due=question["due"] or "—",
        )
    answer = question["answer"]
    return sentence(
        "{case}　{state}。{on} {by}：{text}", "{case} {state}. {on} {by}: {text}",
        case=question["case"], state=state, on=answer["on"], by=answer["by"], text=answer["text"],
    )  # fmt: skip


def _promises(told: Overview, say: Say) -> dict[str, Any]:
    heads = (sentence("月份", "Month"), sentence("新过期", "Fallen overdue"), sentence("过期后补上", "Made good"))
    title = sentence("承诺和付款：过期与补上", "Promises and payments: fallen overdue and made good")
    rows = [[f"{first:%Y-%m}", str(fallen), str(mended)] for first, fallen, mended in told.kept_words()]
    return {"title": say(title), "heads": [say(each) for each in heads], "rows": rows}


def _methods(told: Overview, say: Say) -> dict[str, Any]:
    signals = [
        [say(named(each)), say(Sentence(each.method, each.method_en)), rate]
        for each, rate in monitoring.methods(told.month.until)
    ]
    waiting = sentence(
        "基线月数、误报率、分档为建议值，待法制审核", "Months, rates and bands are proposals that wait for legal review"
    )
    return {
        "title": say(sentence("怎样计算", "How it is counted")),
        "rows": [[say(named(each)), say(Sentence(each.method, each.method_en))] for each in told.gauges()],
        "signals": say(sentence("预警的方法和误报率", "Methods of questions and their rate of false alarms")),
        "signal_rows": signals, "waiting": say(waiting),
    }  # fmt: skip


def _text(gauge: Gauge, told: Figure) -> str:
    return f"{law_of.written(gauge, told)}{'%' if gauge.kind == SHARE and told.count else ''}"


def _body(told: Overview, question: dict[str, Any]) -> Sentence:
    body = told.known.bodies.get(str(question["body"]))
    return named(body) if body is not None else Sentence(question["body_name"], question["body_name"])
