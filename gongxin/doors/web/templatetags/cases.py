"""Words of notices (告知文字): each template once; values come from the outbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongxin.doors.web import presenting
from gongxin.kernel.sentences import Sentence
from gongxin.law import casework
from gongxin.spine import shelf
from gongxin.spine.clock import ZONE, today
from gongxin.spine.outbox import subscribers
from gongxin.spine.outbox.models import Delivery

MEGABYTE = 1 << 20
_PLACE = re.compile(r"%\((\w+)\)s")
register = template.Library()

TEXTS = {
    "check.changed": gettext_lazy("办件 %(case_no)s 的核查 %(check)s，答复有变动。变动的内容请重新核查"),
    "check.doubt": gettext_lazy("%(body)s核查（%(check)s）后认为记录 %(records)s 可能有误，请核实：%(reason)s"),
    "case.turn": gettext_lazy("%(kind)s：轮到您办理，现在是“%(state)s”"),
    "case.done": gettext_lazy("%(kind)s：已“%(verb)s”，现在是“%(state)s”"),
    "case.due": gettext_lazy("%(kind)s：“%(clock)s”将于 %(due)s 到期"),
    "case.overdue": gettext_lazy("%(kind)s：“%(clock)s”已于 %(due)s 到期，还没有办理"),
    "case.handed-over": gettext_lazy("有一件案件移交给您办理"),
    "case.quarantined": gettext_lazy("一个附件没有通过查验，已经隔离。请换一个文件"),
    "case.copy": gettext_lazy("您要的副本已备好，请在“我的信用”下载"),
    "case.improper-look": gettext_lazy("查阅 %(look)s 被本单位确认为不当查阅"),
    "case.rejected": gettext_lazy("异议不成立，理由见案件。可以申请复核；%(ways)s"),
    "case.kept": gettext_lazy("复核维持原处理，理由见案件。%(ways)s"),
    "case.record-wrong": gettext_lazy("您单位用过的%(item)s记录（%(document)s）已%(outcome)s，请重新核查：%(looks)s"),
    "report.overtaken": gettext_lazy(
        "您单位取得的公开版信用报告（%(reports)s，共 %(count)s 份）载有的%(item)s记录（%(document)s）已%(outcome)s。"
        "请不再依据原报告，需要时重新出具"
    ),
    "case.users-told": gettext_lazy("记录已%(outcome)s。用过它的 %(bodies)s 个单位（%(looks)s 次查阅）都已告知"),
    "case.unused": gettext_lazy("记录已%(outcome)s。没有单位在办事中使用过它"),
    "repair.granted": gettext_lazy("%(document)s已准予修复。公示、共享、使用和惩戒同时终止，已通知所有使用单位"),
    "repair.shielded": gettext_lazy("%(document)s在重整、和解执行期间暂停公示和使用。执行完毕后请提交裁定书"),
    "identity.second": gettext_lazy("%(day)s 另一个账号 %(account)s 也核验为您本人。不是您的，请在“身份”页说明"),
    "identity.objected": gettext_lazy("有人对本账号的身份核验提出异议，核验已停用。请带身份证件到信用窗口"),
    "identity.disputed": gettext_lazy("账号 %(account)s 的身份核验有人提出异议，本人到窗口时请核对证件"),
    "password.issued": gettext_lazy(
        "%(day)s 信用窗口为账号 %(account)s 发出重设密码的链接。不是您去办的，请马上告诉信用窗口"
    ),
    "password.noted": gettext_lazy("%(day)s %(by)s在窗口核对证件，为账号 %(account)s 发出重设密码的链接"),
    "password.renewed": gettext_lazy(
        "%(day)s 账号 %(account)s 用窗口发的链接重设了密码。不是您办的，请马上告诉信用窗口"
    ),
    "representing.confirmed": gettext_lazy("绑定申请 %(number)s（%(code)s）窗口已确认，可以在“我的信用”切换办理身份"),
    "representing.refused": gettext_lazy("绑定申请 %(number)s（%(code)s）没有确认：%(reason)s。可以补齐材料重新申请"),
    "representing.second": gettext_lazy(
        "%(day)s 账号 %(account)s 绑定为 %(code)s 的账号（%(number)s）。不认可的，请在“身份”页说明"
    ),
    "representing.objected": gettext_lazy("绑定 %(number)s（%(code)s）有人提出异议，已停用。请带材料到信用窗口"),
    "representing.disputed": gettext_lazy("绑定 %(number)s（%(code)s）有人提出异议，请在“绑定单位”核对"),
    "withheld.ordered": gettext_lazy("%(body)s推迟告知查阅 %(look)s，%(day)s 自行告知本人"),
    "look.came": gettext_lazy("有单位查看了您的信息。谁、为什么、看了什么，都在“谁看过我”"),
    "repair.notice": gettext_lazy(
        "%(body)s报送了一条%(item)s（%(decided)s 决定，记录 %(record)s）。信用修复告知书写明何时、怎样修复，不收费"
    ),
    "restriction.notified": gettext_lazy(
        "拟对您采取“%(measure)s”，到 %(until)s 为止。依据：%(clause)s。理由：%(reason)s。怎样解除：%(cure)s。"
        "您有权陈述申辩；决定书送达以前没有任何限制"
    ),
    "restriction.served": gettext_lazy("“%(measure)s”告知书已登记送达，您可以在 %(due)s 前（含当日）陈述申辩"),
    "restriction.decided": gettext_lazy(
        "已决定采取“%(measure)s”，到 %(until)s 为止，自决定书送达之日起执行。依据：%(clause)s。怎样解除：%(cure)s。%(ways)s"
    ),
    "restriction.effective": gettext_lazy(
        "“%(measure)s”决定书已送达，执行到 %(until)s（含当日），到期自动结束。怎样解除：%(cure)s。%(ways)s"
    ),
    "restriction.lifted": gettext_lazy("“%(measure)s”已解除，当日起不再执行"),
    "restriction.annulled": gettext_lazy("“%(measure)s”采取有误，已撤销。实施单位须限期写明怎样补救"),
    "restriction.dropped": gettext_lazy("不采取“%(measure)s”，没有任何限制"),
    "restriction.over": gettext_lazy("“%(measure)s”已自行结束"),
    "restriction.kept": gettext_lazy("“%(measure)s”继续执行，理由见案件。%(ways)s"),
    "listing.noticed": gettext_lazy(
        "拟将您（单位）列入“%(list)s”。事实：%(facts)s。依据：%(basis)s。您有权陈述、申辩，也可以要求听证，"
        "期限自告知书送达之日起计算；决定送达以前没有任何效果"
    ),
    "listing.served": gettext_lazy("“%(list)s”告知书已登记送达，您可以在 %(due)s 前（含当日）陈述、申辩或者要求听证"),
    "listing.hearing": gettext_lazy("“%(list)s”的听证定在 %(day)s，地点：%(place)s。听证以前不作决定"),
    "listing.decided": gettext_lazy("已决定列入“%(list)s”，送达后才生效。移出条件：%(exit)s。%(ways)s"),
    "listing.effective": gettext_lazy(
        "决定书已送达，自 %(start)s 起列入“%(list)s”，至 %(until)s（含当日），期满自动移出"
    ),
    "listing.dropped": gettext_lazy("不予列入“%(list)s”，没有任何效果"),
    "list.body-found": gettext_lazy("%(who)s在“%(list)s”上。%(question)s。机器没有作任何记录"),
    "list.body-overdue": gettext_lazy("%(who)s在“%(list)s”上，应在 %(due)s 前写明核实结果，还没有写明"),
    "list.body-settled": gettext_lazy("名单比对的疑问（记录 %(record)s）已核实：%(found)s"),
    "commitment.fallen-due": gettext_lazy(
        "有 %(count)s 项信用承诺已过履行期限，还没有核查，最早的 %(due)s 到期。请在“待核查的承诺”核查：记录 %(records)s"
    ),
    "outcome.overdue": gettext_lazy("%(body)s核查 %(check)s 的处理结果应在 %(due)s 前登记，还没有登记"),
    "redress.overdue": gettext_lazy("%(body)s的限制措施 %(case)s 依据有误，应在 %(due)s 前写明怎样补救，还没有写明"),
    "bar.dropped": gettext_lazy("不予认定，申请信用修复不受影响"),
}
"""What each template says. A template that is not here is shown by its own words, so that nothing is lost."""

OUTCOMES = {
    "correction": gettext_lazy("更正"),
    "withdrawal": gettext_lazy("撤回"),
    "repair": gettext_lazy("准予信用修复"),
    "removal": gettext_lazy("移出名单"),
    "repair-undone": gettext_lazy("因撤销信用修复而恢复使用"),
}
LOOKS_NAMED = 10
NAMES = frozenset({"kind", "state", "verb", "clock", "item", "measure", "list"})
"""Values of a notice that are names of the law book; they were kept in Chinese, whoever reads them."""


class _Gentle(dict[str, object]):
    """A value that was not given shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


@register.simple_tag
def notice_text(notice: Any, words: Mapping[str, object]) -> str:
    """What a notice says (告知内容), in the reader's language."""
    # Of what is told once for each record, the record stands behind the template.
    text, said = TEXTS.get(notice.template.partition(":")[0]), str(words.get("text") or "")
    if text is None or (said and any(name not in words for name in _PLACE.findall(str(text)))):
        # One that was given before its values were kept apart says what it said.
        return said or _("有一项告知，详见案件")
    told = {name: _own(name, words) if presenting.english() else value for name, value in words.items()}
    return str(text) % _Gentle({name: _told(name, value) for name, value in told.items()})


def _own(name: str, words: Mapping[str, object]) -> object:
    """A value that was kept in both languages, in English (英文值); one kept in Chinese alone stands as it is."""
    return words.get(f"{name}_en") or words[name]


def _told(name: str, value: object) -> str:
    """A value as a sentence holds it (告知中的值): remedies by their text, looks by number, outcomes by their word."""
    if name == "ways" and isinstance(value, list):
        texts = [each["text_en" if presenting.english() else "text"].rstrip("。.") for each in value]
        return ("; " if presenting.english() else "；").join(texts)
    if isinstance(value, list):
        return presenting.listed(value[:LOOKS_NAMED])
    if name == "outcome":
        return str(OUTCOMES.get(str(value), value))
    return law_name(str(value)) if name in NAMES else str(value)


@register.filter
def law_name(name: str) -> str:
    """A name of the law book, kept by its Chinese word, in the reader's language (法规书中的名称).

    Kinds of case, their states, acts and clocks, catalogue items and their fields; other words come back as they are.
    """
    if isinstance(name, Sentence):
        return presenting.said(name)
    return _english_names(shelf.book().version, today()).get(name, name) if presenting.english() else name


@lru_cache(maxsize=2)
def _english_names(_digest: str, day: date) -> Mapping[str, str]:
    law = shelf.book().on(day)
    named: list[Any] = [*law.provisions(), *law.lists()]
    for item in law.items():
        named += [*item.fields, item]
    for entry in law.casework():
        rules = casework.rules_of(entry.id, law=law)
        named += [*rules.states.values(), *rules.acts.values(), *rules.clocks.values(), rules]
    return {each.name: each.name_en for each in named if each.name_en}


@register.simple_tag
def holders_told(record: int) -> list[dict[str, Any]]:
    """Who was told what became of a record (告知的使用单位), the latest first, with the days it has not answered."""
    return [
        {
            "it": each,
            "days": max(0, (today() - each.event.at.astimezone(ZONE).date()).days),
            "confirmed": each.state == Delivery.State.ACKNOWLEDGED,
        }
        for each in reversed(subscribers.of_record(record))
    ]


@register.filter
def size(count: int) -> str:
    """A file's size as people say it (文件大小)."""
    return f"{count / MEGABYTE:.1f} MB" if count >= MEGABYTE else f"{max(1, round(count / 1024))} KB"
