"""The law-book pages (法规与目录): instrument → article → what rests on it; item → fields, who, how long, why."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
from gongxin.law.book import Book
from gongxin.law.index import Index, Resting
from gongxin.law.model import Item, Value
from gongxin.spine import shelf
from gongxin.spine.clock import today

RANKS = {
    "law": _("法律"),
    "interpretation": _("司法解释"),
    "regulation": _("行政法规"),
    "rule": _("部门规章"),
    "central": _("中央文件"),
    "document": _("规范性文件"),
    "standard": _("标准"),
    "local": _("地方性法规和规章"),
}
KINDS = {
    "text": _("文字"),
    "longtext": _("长文字"),
    "date": _("日期"),
    "money": _("金额"),
    "enum": _("选项"),
    "uscc": _("统一社会信用代码"),
    "orgcode": _("组织机构代码"),
    "regno": _("工商注册号"),
    "taxno": _("税务登记号"),
    "citizen": _("身份证号"),
    "name": _("姓名或名称"),
    "body": _("单位"),
    "integer": _("整数"),
}
USES = {
    "parameters": _("期限和标准"),
    "catalogues": _("目录"),
    "items": _("目录事项"),
    "matters": _("核查事项"),
    "procedures": _("救济办法"),
    "forbidden": _("禁止采集的信息"),
    "lists": _("名单"),
    "measures": _("措施"),
    "indicators": _("指标"),
    "incentives": _("激励"),
    "promises": _("政府承诺种类"),
    "areas": _("政务诚信重点领域"),
    "plans": _("任务分工方案"),
}
AUDIENCES = {"organisation": _("单位"), "sole-trader": _("个体工商户"), "person": _("自然人")}
PARAMETERS = {
    "display.minor.public": _("轻微失信是否公示"),
    "display.minor.min": _("轻微失信最短公示"),
    "display.minor.max": _("轻微失信最长公示"),
    "display.general.min": _("一般失信最短公示"),
    "display.general.max": _("一般失信最长公示"),
    "display.serious.min": _("严重失信最短公示"),
    "display.serious.max": _("严重失信最长公示"),
    "display.other.max": _("其他信息最长公示"),
    "display.start": _("公示从哪天起算"),
    "display.end_rule": _("公示到哪天为止"),
    "display.stops_by_itself": _("到期是否自动停止"),
    "transition.stock": _("新旧规则怎么衔接"),
    "list.procurement.max": _("名单记录最长公示"),
    "ban.procurement.min": _("禁止参加政府采购最短"),
    "ban.procurement.max": _("禁止参加政府采购最长"),
    "report.workdays": _("应当报送的时限"),
    "share.rule": _("政务共享到哪天为止"),
    "retain.person": _("自然人信息留存"),
    "destroy.person": _("自然人信息销毁"),
    "licence.long-term": _("长期有效的许可"),
    "withdraw.workdays": _("撤回原处罚信息的时限"),
    "withdraw.workdays.market-regulation": _("市场监管领域撤回的时限"),
    "outcome.workdays": _("核查结果登记的时限"),
    "check.outcome.kinds": _("核查结果的种类"),
    "fine.larger.procurement": _("政府采购较大数额罚款"),
    "log.access.retain": _("查阅留痕保存"),
    "log.audit.online": _("审计日志在线保存"),
    "days.short-means-workdays": _("短期限是否按工作日算"),
    "procedure.simple.marks": _("简易程序的写法"),
    "sectors": _("严重失信的重点领域"),
    "ban.procurement-agency.min": _("禁止代理政府采购最短"),
    "ban.procurement-agency.max": _("禁止代理政府采购最长"),
    "ban.tendering.min": _("禁止参加招标投标最短"),
    "ban.tendering.max": _("禁止参加招标投标最长"),
    "ban.end_rule": _("禁止期限到哪天为止"),
    "ban.range.tolerance": _("禁止期限写成区间时"),
    "grading.tiers": _("失信程度分几类"),
    "grading.kinds.minor": _("轻微失信的处罚种类"),
    "grading.kinds.general": _("一般失信的处罚种类"),
    "grading.kinds.serious": _("严重失信的处罚种类"),
    "grading.kinds.serious-unsettled": _("可能严重的处罚种类"),
    "grading.kinds.undecided": _("由人认定的处罚种类"),
    "grading.long-minimum.marks": _("最短公示期较长的领域"),
    "report.special": _("特别报送时限"),
}
"""Plain names of the law book's parameters (参数名); one that is not here is shown by its identifier."""

PUBLICATION = {
    "penalty-tiers": ("display.", "transition."),
    "procurement-list": ("list.procurement.", "ban.procurement."),
    "while-valid": ("licence.", "display.start", "display.stops"),
}
"""Which parameters a publication rule reads (公示规则所用参数), so that the page can show their values and sources."""
WORDS = {
    "decision": _("从作出决定之日起"),
    "corresponding-day": _("到期月的对应日，当天仍算"),
    "follows-display": _("随公示期，不更长"),
    "day-after-retention": _("留存期满的次日"),
    "recompute": _("存量按新规则重新算"),
    "keep": _("施行前的仍按旧规则"),
    "three": _("轻微、一般、严重三类"),
    "displayed-or-not": _("只分公示和不公示"),
    "open": _("不设期限"),
}
"""Values that are words (文字值), as a reader understands them."""
KEEPING = ("share.", "retain.", "destroy.")

UNITS = {
    "months": _("个月"),
    "days": _("日"),
    "workdays": _("个工作日"),
    "years": _("年"),
    "yuan": _("元"),
    "wan": _("万元"),
}


@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """All instruments the platform rests on (法规条文), by rank."""
    edition = shelf.book().on(today())
    ranks = []
    for rank, label in RANKS.items():
        listed = sorted((one for one in edition.instruments() if one.rank == rank), key=lambda one: one.id)
        if listed:
            rows = [{"it": one, "in_force": one.in_force(today()), "articles": len(one.articles)} for one in listed]
            ranks.append({"id": rank, "label": label, "rows": rows})
    return render(request, "web/law/index.html", {"ranks": ranks, "version": shelf.book().version, "section": "law"})


@require_safe
def instrument(request: HttpRequest, instrument: str) -> HttpResponse:
    """One instrument with its articles (一部法规)."""
    found = shelf.book().instruments.get(instrument)
    if found is None:
        raise Http404
    edition = shelf.book().on(today())
    articles = []
    for number, article in found.articles.items():
        ref = edition.ref(instrument, number)
        found_uses = _uses(_index().find(instrument, number))
        count = len(found_uses["rules"]) + len(found_uses["data"])
        articles.append({"number": number, "name": ref.article_text() or number, "it": article, "uses": count})
    return render(
        request,
        "web/law/instrument.html",
        {
            "it": found,
            "rank": RANKS.get(found.rank, found.rank),
            "in_force": found.in_force(today()),
            "articles": articles,
            "uses": _uses(_index().find(instrument, "")),
            "section": "law",
        },
    )


@require_safe
def article(request: HttpRequest, instrument: str, article: str) -> HttpResponse:
    """One article and what in the platform rests on it (一条法规及其在平台中的用处)."""
    found = shelf.book().instruments.get(instrument)
    if found is None or article not in found.articles:
        raise Http404
    edition = shelf.book().on(today())
    return render(
        request,
        "web/law/article.html",
        {
            "it": found,
            "article": found.articles[article],
            "number": edition.ref(instrument, article).article_text(),
            "in_force": found.in_force(today()),
            "uses": _uses(_index().find(instrument, article)),
            "section": "law",
        },
    )


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue in force (信息目录): classes, and in each the items the platform takes in."""
    edition = shelf.book().on(today())
    current = edition.catalogue()
    classes: list[dict[str, Any]] = []
    for part in current.classes:
        classes.append({"it": part, "items": [item for item in edition.items() if item.category == part.code]})
    return render(request, "web/law/catalogue.html", {"catalogue": current, "classes": classes, "section": "law"})


@require_safe
def catalogue_item(request: HttpRequest, item: str) -> HttpResponse:
    """One item (目录事项): its fields, who provides it, who may see it, how long, and why."""
    edition = shelf.book().on(today())
    found = edition.find_item(item)
    if found is None:
        raise Http404
    periods = [_period(value) for value in edition.parameters() if _concerns(value, found)]
    matters = [
        {"it": matter, "triggers": [trigger for trigger in matter.triggers if trigger.item == found.id]}
        for matter in edition.matters()
        if found.id in matter.sees
    ]
    fields = [
        {
            "it": spec,
            "kind": KINDS.get(spec.kind, spec.kind),
            "name": presenting.own_name(spec),
            "unit": UNITS.get(spec.unit or "", ""),
        }
        for spec in found.fields
    ]
    return render(
        request,
        "web/law/item.html",
        {
            "it": found,
            "fields": fields,
            "periods": periods,
            "matters": matters,
            "audience": [AUDIENCES[kind] for kind in AUDIENCES if kind in found.public_for],
            "subjects": [AUDIENCES[kind] for kind in found.subject_kinds],
            "section": "law",
        },
    )


def _concerns(value: Value, item: Item) -> bool:
    """Whether a parameter has to do with how long an item is shown, shared and kept (期限参数)."""
    if value.unit == "list":
        return False
    wanted = PUBLICATION.get(item.publication_rule, ("display.other", "display.start", "display.stops")) + KEEPING
    return value.id == item.reporting_rule or value.id.startswith(wanted)


def _period(value: Value) -> dict[str, Any]:
    text = str(WORDS.get(value.value, value.value)) if isinstance(value.value, str) else str(value.value)
    if isinstance(value.value, bool):
        text = str(_("是")) if value.value else str(_("否"))
    elif isinstance(value.value, list):
        text = presenting.listed(value.value)
    return {"it": value, "name": PARAMETERS.get(value.id, value.id), "text": text, "unit": UNITS.get(value.unit, "")}


@lru_cache(maxsize=2)
def _index_of(version: str) -> Index:
    return Index(_book())


def _book() -> Book:
    return shelf.book()


def _index() -> Index:
    """The index of the present book (条文索引), made once for each version of it."""
    return _index_of(_book().version)


def _uses(found: list[Resting]) -> dict[str, list[Any]]:
    """What rests on these addresses, in words and with addresses of their own pages (条文之上)."""
    rules = [_rule(mark) for resting in found for mark in resting.rules]
    data = [_use(use) for resting in found for use in resting.data]
    excused = [resting.excused for resting in found if resting.excused]
    return {"rules": rules, "data": data, "excused": excused}


def _rule(mark: Any) -> dict[str, str]:
    """A rule by its Chinese term and its English sentence (判断规则): a docstring's first line carries both."""
    term = re.search(r"[（(]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]", mark.summary)
    return {"term": term.group(1) if term else "", "summary": mark.summary, "address": f"{mark.module}.{mark.rule}"}


def _use(use: Any) -> dict[str, Any]:
    book = _book()
    url = ""
    thing: Any = None
    if use.kind == "items":
        thing, url = book.items.get(use.id), reverse("web:catalogue-item", args=[use.id])
    elif use.kind == "procedures":
        thing, url = book.procedures.get(use.id), reverse("web:help-remedy") + "#procedure-" + use.id
    elif use.kind == "matters":
        thing = book.matters.get(use.id)
    elif use.kind == "catalogues":
        thing, url = book.catalogues.get(use.id), reverse("web:catalogue")
    elif use.kind == "forbidden":
        thing = book.forbidden.get(use.id)
    elif use.kind in book.entries:
        thing = book.entries[use.kind].get(use.id)
        url = reverse("web:lists") if use.kind == "lists" else ""
    name = presenting.own_name(thing) if thing is not None else str(PARAMETERS.get(use.id, use.id))
    return {"it": use, "kind": USES.get(use.kind, use.kind), "name": name, "url": url}
