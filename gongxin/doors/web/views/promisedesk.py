"""The promise desk (承诺工作台): a body's promises, due ones first; what became of them; the list that is handed over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting, promising
from gongxin.doors.web.casefields import Field
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law import promises as rules
from gongxin.rooms.promises import acting, handing_over, handover, listing, tracing
from gongxin.rooms.promises.findings import FINDING
from gongxin.spine import duties, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies import register as bodies
from gongxin.spine.cases import engine
from gongxin.spine.clock import today
from gongxin.spine.duties import Duty

ACTS = {"progress": acting.progress, "find": acting.find, "change": acting.change}
FIELDS = {
    "progress": (
        Field("node", gettext_lazy("进度节点"), gettext_lazy("登记付款、交付的不选"), "choice"),
        Field("paid_wan", gettext_lazy("付款金额（万元）"), gettext_lazy("登记付款时填，例如 12.5")),
        Field("done_on", gettext_lazy("完成或者付款日期"), gettext_lazy("例如：2026-11-22"), "day"),
        Field("delivered_on", gettext_lazy("交付日期"), gettext_lazy("付款期限自交付之日起算"), "day"),
        Field("accepted_on", gettext_lazy("验收合格日期"), gettext_lazy("合同约定以验收为付款条件的填写"), "day"),
        Field("evidence", gettext_lazy("证明材料"), gettext_lazy("写明凭证名称、编号和存放处；不写证件号码"), "long", required=True),
    ),
    "find": (
        Field("outcome", gettext_lazy("认定结果"), "", "choice", (
            ("kept", gettext_lazy("已兑现：全部在期限内履行")), ("late", gettext_lazy("迟延兑现：全部履行，但有逾期")),
            ("partly", gettext_lazy("部分兑现：还有没有履行的")),
        ), required=True),
        Field("performed_on", gettext_lazy("履行日期"), gettext_lazy("例如：2026-11-22"), "day", required=True),
        Field("evidence", gettext_lazy("证明材料"), gettext_lazy("没有证明材料不能认定"), "long", required=True),
        Field("findings", gettext_lazy("认定说明"), gettext_lazy("公开显示；写明怎样履行的"), "long", required=True),
    ),
    "change": (
        Field("ground", gettext_lazy("变更理由"), gettext_lazy("换届、机构调整、人员更替不是理由"), "choice", required=True),
        Field("effect", gettext_lazy("变更结果"), "", "choice", (
            ("amended", gettext_lazy("变更后继续履行")), ("ended", gettext_lazy("终止，不再履行")),
        ), required=True),
        Field("reason", gettext_lazy("事实和理由"), gettext_lazy("公开显示"), "long", required=True),
        Field("procedure", gettext_lazy("变更程序"), gettext_lazy("例如：听取意见、合法性审查、集体讨论决定"), "long", required=True),
        Field("authority", gettext_lazy("批准机关"), "", required=True),
        Field("document_no", gettext_lazy("批准文件号"), "", required=True),
        Field("compensation", gettext_lazy("补偿情况"), gettext_lazy("没有损失、不需要补偿的，写明理由"), "long", required=True),
        Field("promise_content", gettext_lazy("新的承诺内容"), "", "long"),
        Field("due_on", gettext_lazy("新的履行期限"), "", "day"),
        Field("amount_wan", gettext_lazy("新的金额（万元）")),
        Field("payments", gettext_lazy("新的付款计划"), gettext_lazy("例如：2026-06-30 120 预付款；交付后30日 80 尾款"), "long"),
        Field("milestones", gettext_lazy("新的进度安排"), gettext_lazy("例如：2026-06-30 完成选址；2026-12-20 开业"), "long"),
    ),
}  # fmt: skip
TITLES = {
    "progress": gettext_lazy("登记进展"),
    "find": gettext_lazy("凭证据认定履行"),
    "change": gettext_lazy("依法变更"),
}

DONE = {
    "progress": gettext_lazy("进展已登记。全部履行以后，请凭证据认定履行。"),
    "find": gettext_lazy("认定已登记，公开页同时更新。对认定有异议的，由上级复核。"),
    "change": gettext_lazy("变更已登记，公开页同时显示变更前后。"),
}
"""What is said once it is entered, and what comes next (办理结果)."""


@needs("promises")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What a body owes, the next due first, and what is settled (本单位承诺)."""
    who, known = viewer(request), bodies.register()
    code = promising.asked_body(request, who, known)
    found = duties.inside(who, code, today())
    if isinstance(found, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": found, "menu": "web:desk-promises"}, status=403)
    ordered = sorted(found, key=listing.urgent_first)
    context = {
        "menu": "web:desk-promises", "code": code, "name": known.name(code), "choices": promising.choices(who, known),
        "open": [promising.row(each, known) for each in ordered if each.standing.open],
        "settled": [promising.row(each, known) for each in ordered if not each.standing.open],
        "figures": listing.figures(found), "as_of": today(),
    }  # fmt: skip
    return render(request, "web/promises/desk.html", context)


@needs("promises")
@require_safe
def handing(request: HttpRequest) -> HttpResponse:
    """What whoever comes takes over (移交清单): the same for whoever leaves; prints on A4."""
    who, known = viewer(request), bodies.register()
    code = promising.asked_body(request, who, known)
    told = handover.listing(who, code)
    if isinstance(told, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": told, "menu": "web:desk-promises"}, status=403)
    context = {
        "menu": "web:desk-handover", "told": told, "name": known.name(code), "code": code,
        "inherited": [known.name(each) for each in told.inherited], "clause": promising.clause(handover.RULE),
        "rows": [promising.row(each, known) for each in told.open], "overdue": sum(each.standing.overdue for each in told.open),
        "papers": handing_over.of_body(who, code), "passed": bool(told.changes or told.inherited),
    }  # fmt: skip
    return render(request, "web/promises/handover.html", context)


@needs("promises")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, record: int) -> HttpResponse:
    """One promise with its forms (办理承诺): progress, a finding on evidence, a lawful change; verifying for the one above."""
    who, known = viewer(request), bodies.register()
    duty = duties.whole(record, today()) if record < 2**63 else None
    if duty is None or duties.refused_reader(who, duty.bearer, known) is not None:
        raise Http404
    asked, problem, given = request.POST.get("act", ""), "", {}
    if request.method == "POST":
        done, given = _do(request, who, duty, asked)
        if isinstance(done, str):
            if asked in DONE:
                messages.add_message(request, messages.SUCCESS, DONE[asked], extra_tags="good")
            return redirect(done)
        problem = presenting.in_words(done)
    above = who.body != duty.bearer and duty.standing.overdue
    # Where nobody named a post, nothing is traced back to anybody.
    staged = duty.of("milestones") and any(part.post for part in duty.standing.parts)
    traced = tracing.trace(who, record) if staged else None
    context = {
        "menu": "web:desk-promises", "it": promising.row(duty, known), "duty": duty,
        "parts": [promising.part(each, duty) for each in duty.standing.parts], "decided": promising.decided(duty),
        "forms": [_form(act, duty, given if act == asked else {}) for act in ACTS] if duty.standing.open else [],
        "traced": traced.stages if isinstance(traced, tracing.Trace) else (), "rule": promising.clause(tracing.RULE),
        "asked": asked, "problem": problem, "above": above, "evidence": request.POST.get("evidence", ""),
    }  # fmt: skip
    return render(request, "web/promises/act.html", context, status=422 if problem else 200)


def _do(request: HttpRequest, who: Viewer, duty: Duty, asked: str) -> tuple[str | Refusal, dict[str, str]]:
    """Do what was asked: the address to go to, or the refusal with what had been filled in."""
    if asked == "verify":
        said = {"evidence": request.POST.get("evidence", "").strip()}
        opened = engine.open_case(who, engine.Request(FINDING, "", said, about=str(duty.record)))
        return (opened if isinstance(opened, Refusal) else reverse("web:case", args=[opened.case.number])), said
    if asked not in ACTS:
        raise Http404
    given = {field.id: request.POST.get(field.id, "").strip() for field in FIELDS[asked]}
    done = ACTS[asked](who, duty.record, {name: value for name, value in given.items() if value})
    return (done if isinstance(done, Refusal) else reverse("web:desk-promise", args=[duty.record])), given


def _form(act: str, duty: Duty, given: dict[str, str]) -> dict[str, Any]:
    law = shelf.book().on(today())
    nodes = [(stage, stage or _("整项承诺")) for stage in acting.stages_left(duty)]
    choices = {
        "node": tuple(nodes),
        "ground": tuple((name, presenting.said(word)) for name, word in rules.change_grounds(law).items()),
    }
    said = _entered(duty) if act == "find" else {}
    paying = any(part.kind == "payment" for part in duty.standing.parts)
    fields = []
    for field in FIELDS[act]:
        if field.id in {"paid_wan", "delivered_on", "accepted_on", "payments"} and not paying:
            continue
        if field.id == "node" and not nodes:
            continue
        value = given.get(field.id, "") if given else said.get(field.id, "")
        fields.append(replace(field, value=value, choices=choices.get(field.id, field.choices)))
    return {"act": act, "title": TITLES[act], "fields": fields, "prefix": f"{act}-"}


def _entered(duty: Duty) -> dict[str, str]:
    """What is known once everything is done (已登记的履行日期): the day of the last part, to be put right or left."""
    days = [part.done_on for part in duty.standing.parts]
    done = [day for day in days if day is not None]
    return {"performed_on": max(done).isoformat()} if done and len(done) == len(days) else {}
