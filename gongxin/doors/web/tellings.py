"""How one's own record is told to oneself (对本人的说明): kinds of look, acts, clocks, states, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongxin.doors.web import presenting
from gongxin.doors.web.templatetags.parts import left
from gongxin.law.consents import GROUND
from gongxin.law.lists import ITEM
from gongxin.law.standing import Act
from gongxin.rooms.disclosure.mine import Held
from gongxin.spine.clock import today

Words = tuple[Promise | str, str, str]

LOOK_KINDS: dict[str, Words] = {
    "duty": (gettext_lazy("依法履职"), "run", "landmark"),
    "consent": (gettext_lazy("您授权"), "grant", "key"),
    "casework": (gettext_lazy("办理案件"), "run", "tasks"),
    "supervision": (gettext_lazy("监督检查"), "run", "shield"),
    "submission": (gettext_lazy("核对报送数据"), "run", "database"),
    "own": (gettext_lazy("本人查看"), "off", "user"),
    "delegate": (gettext_lazy("受托人"), "off", "users"),
}
"""Kinds of look: word, tone, sign."""

ACT_WORDS: dict[str, Promise | str] = {
    "copy-json": gettext_lazy("下载副本（JSON）"),
    "copy-csv": gettext_lazy("下载副本（CSV）"),
    "consent-grant": gettext_lazy("给出授权"),
    "consent-refuse": gettext_lazy("不同意授权"),
    "consent-revoke": gettext_lazy("撤回授权"),
    "delegation-invite": gettext_lazy("发出委托"),
    "delegation-accept": gettext_lazy("接受委托"),
    "delegation-decline": gettext_lazy("谢绝委托"),
    "delegation-revoke": gettext_lazy("撤销委托"),
    "representing-confirm": gettext_lazy("窗口确认绑定单位"),
    "representing-refuse": gettext_lazy("窗口不予绑定单位"),
    "representing-object": gettext_lazy("不认可绑定的账号"),
    "representing-end": gettext_lazy("解除绑定单位"),
    "representing-withdraw": gettext_lazy("撤回绑定申请"),
    "record": gettext_lazy("归集"),
    "correction": gettext_lazy("更正"),
    "withdrawal": gettext_lazy("撤回"),
    "determination": gettext_lazy("认定程度"),
    "performance": gettext_lazy("义务履行完毕"),
    "removal": gettext_lazy("移出"),
    "repair": gettext_lazy("信用修复"),
    "repair-undone": gettext_lazy("撤销信用修复"),
    "objection": gettext_lazy("提出异议"),
    "objection-end": gettext_lazy("异议办结"),
    "suspension": gettext_lazy("暂停使用"),
    "release": gettext_lazy("恢复使用"),
    "statement": gettext_lazy("本人声明"),
    "progress": gettext_lazy("登记履行进展"),
    "finding": gettext_lazy("认定承诺履行"),
    "change": gettext_lazy("依法变更承诺"),
}
"""What was done, by oneself on one's record or by a body on an entry."""

CONSENT_STATES: dict[str, tuple[str, Promise | str]] = {
    "requested": ("warn", gettext_lazy("待您答复")),
    "lapsed": ("off", gettext_lazy("未答复，已失效")),
    "refused": ("off", gettext_lazy("您没有同意")),
    "active": ("grant", gettext_lazy("有效")),
    "revoked": ("off", gettext_lazy("已撤回")),
    "used-up": ("off", gettext_lazy("次数已用完")),
    "expired": ("off", gettext_lazy("已到期")),
    "unused": ("off", gettext_lazy("从未使用，已失效")),
}

DELEGATION_STATES: dict[str, tuple[str, Promise | str]] = {
    "invited": ("warn", gettext_lazy("待接受")),
    "active": ("good", gettext_lazy("有效")),
    "declined": ("off", gettext_lazy("已谢绝")),
    "revoked": ("off", gettext_lazy("已撤销")),
    "ended": ("off", gettext_lazy("已到期")),
}

CLAIM_STATES: dict[str, tuple[str, Promise | str]] = {
    "claimed": ("warn", gettext_lazy("待窗口核对")),
    "active": ("good", gettext_lazy("已绑定")),
    "refused": ("off", gettext_lazy("没有绑定")),
    "withdrawn": ("off", gettext_lazy("已撤回")),
    "objected": ("warn", gettext_lazy("有异议，已停用")),
    "ended": ("off", gettext_lazy("已解除")),
}

CLOCKS: dict[str, tuple[Promise | str, Promise | str]] = {
    "display_until": (gettext_lazy("公示"), gettext_lazy("这一天以后，公众看不到")),
    "share_until": (gettext_lazy("共享使用"), gettext_lazy("这一天以后，单位办事不再使用")),
    "retain_until": (gettext_lazy("保存内容"), gettext_lazy("这一天以后，不再保存内容")),
    "destroy_at": (gettext_lazy("销毁"), gettext_lazy("这一天销毁内容，只留编号")),
}


def history(acts: Iterable[Act]) -> list[tuple[Act, Promise | str]]:
    """Each act on an entry with its word (经过). An objection's later acts only move the last day for its answer."""
    told: list[tuple[Act, Promise | str]] = []
    objections: set[str] = set()
    for act in acts:
        word = ACT_WORDS.get(act.kind, act.kind)
        if act.kind == "objection":
            case = str(act.payload.get("case") or act.seq)
            if case in objections:
                word = _("答复期限改为 %(day)s") % {"day": act.payload.get("answer_by") or _("暂停计算")}
            objections.add(case)
        told.append((act, word))
    return told


def clock_rows(held: Held) -> list[dict[str, Any]]:
    """The four clocks, each with its day and what it means (四个期限)."""
    rows = []
    for name, day in held.clocks():
        word, means = CLOCKS[name]
        stopped = _stopped(held, name, day)
        rows.append(
            {"name": word, "means": "" if stopped else means, "day": day, "said": stopped or _end(held, name, day)}
        )
    return rows


def entry_state(held: Held) -> tuple[str, str]:
    """How an entry stands, as tone and word (记录状态)."""
    if held.state == "held":
        return "warn", _("异议处理中")
    if held.state == "suspended":
        return "warn", _("暂停使用")
    tone, word = presenting.STATES.get(held.state, ("off", held.state))
    severity = presenting.SEVERITIES.get(held.line.clocks.severity or "")
    if held.adverse and held.state == "effective" and severity:
        return severity[0], str(severity[1])
    return tone, str(word)


def visible_to(held: Held) -> list[str]:
    """To whom an entry is visible today (谁看得到)."""
    if held.only_you:
        return [_("仅您可见")]
    told = [_("公众")] if held.public else []
    if held.shared:
        matters = presenting.listed(
            presenting.own_name(matter) for matter, _effect in held.effects if matter.ground != GROUND
        )
        told.append(_("承办下列事项的单位：%(matters)s") % {"matters": matters} if matters else _("依法办事的单位"))
        if not held.item.confined:
            told.append(_("经您授权的单位，只看授权的内容"))
    told.append(_("您和报送单位"))
    return told


def outlook_words(held: Held) -> dict[str, Any]:
    """Whether and when an entry can be repaired, and what is missing (修复预告)."""
    outlook = held.outlook
    missing = {
        "duties": _("还没有义务履行完毕的记录。已经履行的，申请时附上凭证即可。"),
        "person": _("处罚单位还没有认定失信程度，认定以后才有期限。"),
    }
    if outlook.barred or (outlook.state in {"open", "later"} and held.line.item == ITEM):
        # What the law says of a bar, or of leaving a list, it says itself; a list has no shortest term of display.
        said = outlook.text_en if presenting.english() and outlook.text_en else outlook.text
    elif outlook.state == "open":
        said = _("现在就可以申请修复。")
        if outlook.opens is not None:
            said = _("%(day)s 起已过最短公示期，现在可以申请修复。") % {"day": outlook.opens}
    elif outlook.state == "later" and outlook.opens is not None:
        said = _("%(day)s 起可以申请修复，%(left)s。") % {"day": outlook.opens, "left": left(outlook.opens)}
    elif outlook.state == "later":
        said = _("还不能确定何时可以申请修复。")
    elif outlook.state == "ended":
        said = _("公示期已满，不再公示和使用，不需要修复。")
    else:
        said = ""
    return {
        "state": outlook.state,
        "said": said,
        "missing": [missing[each] for each in outlook.missing if each in missing],
        "clauses": outlook.clauses,
        "unverified": outlook.certainty == "unverified",
    }


def _stopped(held: Held, name: str, day: date | None) -> str:
    """What stopped before its last day (提前停止): an entry repaired, withdrawn or removed, or out of use for a while.

    The day the law would have allowed says nothing any more; beside it the reader would take the entry for public.
    """
    if name not in {"display_until", "share_until"}:
        return ""
    if held.only_you and (day is None or day >= today()):
        return _("已经停止")
    if name == "display_until" and held.line.clocks.audience == "public" and held.state == "suspended":
        return _("现在暂停公示")
    if name == "share_until" and held.state in {"suspended", "held"}:
        return _("现在暂停使用")
    return ""


def _end(held: Held, name: str, day: date | None) -> str:
    if day is not None:
        return f"{day.isoformat()}，{left(day)}" if not held.only_you else day.isoformat()
    if held.line.clocks.undecided:
        return _("待单位认定程度后确定")
    if name == "display_until" and held.line.clocks.audience != "public":
        return _("不公示")
    return _("法律没有规定截止日")
