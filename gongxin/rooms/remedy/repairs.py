"""Credit repair (信用修复): applied for here, decided by the body that decided; granted, everything ends at one instant.

What the law says of eligibility stands in `law.repair`; it is told in advance and checked here again. A machine never
decides against anybody: the one grant by rule is that of a minor entry whose performance is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import repair
from gongxin.law.book import Edition
from gongxin.law.facts import day_of
from gongxin.law.repair import Eligibility, Known
from gongxin.law.standing import Line, may_follow
from gongxin.spine import clock, shelf, users
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.deciding import decision_remedies, joined, unnamed
from gongxin.spine.cases.finding import last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.outbox import service
from gongxin.spine.projections import links

KIND = "repair"
REORGANISATION = "reorganisation"
RULE = "rule"
"""How a grant by rule came in: neither by page nor by interface (依规则)."""
AGAINST = frozenset({"refuse-acceptance", "refuse-repair", "release"})
MOST_NAMED = 10
"""Numbers of looks that a notice names; all of them stand in its words."""
NOT_PROMISED = frozenset({"no", "false", "0", "off", "否", "不"})
"""What a machine or a form may send for a commitment that was not made (没有承诺)."""


@dataclass(frozen=True)
class Applied:
    """A repair case as its decision needs it (修复申请): what was said in it, and what follows for eligibility."""

    case: Case
    ground: str
    known: Known


def outlook(line: Line, *, known: Known = repair.NOTHING) -> Eligibility:
    """Return whether and when an entry can be repaired, with everything this platform knows (修复预告).

    For the subject's own page, the counter and the notice; the subject's bar is looked up here.
    """
    today = clock.today()
    told = replace(known, barred_until=known.barred_until or service.barred_until(_keys(line.subject), today))
    return repair.eligibility(line, told, law=shelf.book().on(today), calendar=shelf.calendar(), today=today)


def applied(case: Case, fields: Mapping[str, Any] | None = None) -> Applied:
    """Return what a case has brought so far (申请所载), with the fields of the act that is about to be done."""
    first = said_first(case) or dict(fields or {})
    said = [first, last_said(case, "supply"), last_said(case, "confirm-performance"), dict(fields or {})]
    days = [day_of(str(each.get("performed_on") or "")) for each in said]
    performed_on = next((day for day in reversed(days) if day is not None), None)
    ground = str(first.get("ground") or "")
    if case.acts.filter(verb="report-completion").exists():
        ground = repair.REORGANISATION_DONE
    if ground == repair.REORGANISATION_DONE and performed_on is None:
        # The court's ruling says that what the plan asks for is done; no other proof is asked for.
        performed_on = case.opened_on
    known = Known(
        performed_on=performed_on, committed=bool(str(first.get("commitment") or "").strip()), ground=ground,
        applied_on=case.opened_on,
    )  # fmt: skip
    return Applied(case, ground, known)


def told_of(doing: Doing) -> Eligibility | None:
    """Return the eligibility of the entry of a case, as the act about to be done has it; None without the entry."""
    if doing.line is None:
        return None
    known = applied(doing.case, doing.fields).known
    if doing.verb == "release":
        # The plan has failed: what comes next is an application like any other, with its shortest term.
        known = replace(known, ground="performed")
    # A bar concerns new applications; one that was lodged before it is decided on its own facts.
    barred = service.barred_until(_keys(doing.line.subject), doing.today) if doing.before is None else None
    return repair.eligibility(
        doing.line, replace(known, barred_until=barred), law=doing.law, calendar=shelf.calendar(), today=doing.today
    )


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act on a repair, or None (办理前检查)."""
    told = told_of(doing)
    if told is None:
        return Refusal("case.record", _("没有这条记录，或者已经销毁"), str(doing.rules.bases[0]), _("请核对记录号"))
    no = unnamed(doing)
    if no is not None:
        return no
    if doing.before is None:
        return _refused_application(doing, told)
    if doing.verb in {"supply", "confirm-performance", "grant-repair"}:
        no = _wrong_day(doing)
    if no is None and doing.verb == "request-material":
        no = _asked_again(doing, told)
    if no is None and doing.verb == "grant-repair":
        no = _not_grantable(doing, told)
    if no is None and doing.verb == "shield" and applied(doing.case).ground != repair.REORGANISATION_PLAN:
        no = Refusal(
            "repair.ground", _("申请的理由不是重整、和解执行期间"), _act_clause(doing),
            _("请按申请的理由审核，准予或者不予修复"),
        )  # fmt: skip
    return no


def entries(doing: Doing) -> Sequence[NewAct]:
    """What an act on a repair does to its entry (对记录的影响): all of it in one transaction."""
    number = doing.case.number
    if doing.verb == "shield":
        return [engine.entry(doing, "suspension", {"case": number, "ground": REORGANISATION})]
    if doing.verb == "release":
        return [engine.entry(doing, "release", {"case": number})]
    if doing.verb == "confirm-performance":
        return _performed(doing)
    if doing.verb != "grant-repair":
        return ()
    told, line = told_of(doing), doing.line
    if told is None or line is None:
        return ()
    today, clause = doing.today.isoformat(), _act_clause(doing)
    if told.route == "removal":
        ending = engine.entry(doing, "removal", {"basis": clause, "removed_on": today})
    else:
        ending = engine.entry(doing, "repair", {"basis": clause, "repaired_on": today})
    shielded = doing.case.acts.filter(verb="shield").exists()
    freed = [engine.entry(doing, "release", {"case": number})] if shielded else []
    return [*_performed(doing), *freed, ending]


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom an act on a repair is told (告知): a refusal says what is missing, when to apply again, and where to go."""
    case, line = doing.case, doing.line
    if line is None:
        return ()
    words: dict[str, object] = {"record": line.record, "document": line.payload.get("document_no") or ""}
    if doing.verb == "grant-repair":
        return [*_users_told(line, words), Telling("subject", case.subject, "repair.granted", words)]
    if doing.verb == "shield":
        text = _("重整、和解执行期间，这条记录暂停公示和使用；执行完毕后请提交人民法院的裁定书。")
        return [Telling("subject", case.subject, "repair.shielded", {**words, "text": text})]
    if doing.verb in AGAINST:
        return [Telling("subject", case.subject, "repair.refused", {**words, **refusal_words(doing)})]
    if doing.verb == "extend":
        told = {**words, "text": _("办理期限已延长，理由：%(reason)s") % {"reason": doing.fields["reason"]}}
        return [Telling("subject", case.subject, "repair.extended", told)]
    return ()


def _users_told(line: Line, words: Mapping[str, object]) -> Iterator[Telling]:
    """Tell every body that used the record that it has ended (告知使用过的单位): subscribers learn of it by the event."""
    for body, looks in sorted(users.of_record(line, shelf.book()).by_body.items()):
        text = _("您单位曾使用的记录（%(document)s）已准予修复，不得再使用；涉及 %(n)d 次办理：%(looks)s") % {
            "document": words["document"], "n": len(looks), "looks": "、".join(looks[:MOST_NAMED]),
        }  # fmt: skip
        yield Telling("body", body, "repair.users-told", {**words, "looks": list(looks), "text": text})


def refusal_words(doing: Doing) -> dict[str, object]:
    """Return what a refusal must say (不予修复的告知内容): reason, what is missing, from when, which ways are open."""
    told, law = told_of(doing), doing.law
    ways = decision_remedies(law)
    missing = [each.name for each in told.missing] if told is not None else []
    parts = [_("理由：%(reason)s") % {"reason": doing.fields["reason"]}]
    if missing:
        parts.append(_("尚缺：%(names)s") % {"names": "、".join(missing)})
    if told is not None and told.from_day is not None:
        parts.append(_("%(day)s 起可以再次申请，不收费") % {"day": max(told.from_day, doing.today)})
    parts += [way.text for way in ways]
    return {
        "reason": doing.fields["reason"],
        "missing": missing,
        "again_from": max(told.from_day, doing.today) if told is not None and told.from_day is not None else None,
        "ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways],
        "clause": _act_clause(doing),
        "text": joined(*parts),
    }


def afterwards(doing: Doing) -> Refusal | None:
    """Grant at once, by rule, what is minor and performed on record (轻微信息履行即修复): in the subject's favour alone."""
    if doing.verb not in {"submit", "supply", "confirm-performance"} or doing.after.state.id == "material":
        return None
    case = doing.case
    said = applied(case)
    if said.ground != "performed":
        return None
    read = finding.read_line(rule_of(case), case)
    if isinstance(read, Refusal):
        return read
    line, _number = read
    if line is None or line.facts.performed_on is None:
        return None
    told = repair.eligibility(line, said.known, law=doing.law, calendar=shelf.calendar(), today=doing.today)
    if not (told.at_once and told.grantable):
        return None
    # The ledger keeps these words: they do not depend on the language of the page from which the case was opened.
    words = {"reason": told.text, "decided_by": "依规则即时修复"}
    done = engine.act(rule_of(case), case.number, "grant-repair", words)
    if isinstance(done, Refusal):
        return done
    case.refresh_from_db()
    return None


def rule_of(case: Case) -> Viewer:
    """Return in whose name a grant by rule is entered (依规则办理): the body that decided, and no person."""
    return Viewer(None, "依规则办理", case.body, Role.STEWARD, RULE)


def _performed(doing: Doing) -> list[NewAct]:
    """Enter the performance the body has confirmed, unless it is on record already: never asked for again."""
    if (
        doing.line is None
        or doing.line.facts.performed_on is not None
        or (doing.verb == "grant-repair" and _by_court(doing))
    ):
        return []
    on = applied(doing.case, doing.fields).known.performed_on
    if on is None or not may_follow("performance", doing.line.state):
        return []
    return [engine.entry(doing, "performance", {"performed_on": on.isoformat()})]


def _by_court(doing: Doing) -> bool:
    return applied(doing.case).ground == repair.REORGANISATION_DONE


def _refused_application(doing: Doing, told: Eligibility) -> Refusal | None:
    """Why an application cannot be lodged, with the day on which it can (不能提交的理由和日期)."""
    clause = str(told.refused_by or doing.rules.bases[0])
    if not told.possible:
        forward = (
            _("%(day)s 起可以申请；不收费，不必找中介") % {"day": told.from_day}
            if told.from_day is not None and told.from_day > doing.today
            else _("对记录本身有异议的，可以提出异议")
        )
        return Refusal(f"repair.{told.state}", told.text, clause, forward)
    if str(doing.fields.get("commitment") or "").strip().lower() in NOT_PROMISED:
        return Refusal(
            "repair.commitment", _("没有作出信用承诺"), clause, _("信用承诺是法定条件；同意的请勾选，承诺将公开")
        )
    ground = str(doing.fields.get("ground") or "")
    court = repair.court_document(ground, law=doing.law)
    if court is not None:
        if str(doing.fields.get("court_document") or "").strip():
            return None
        ref = court.find_ref("source")
        return Refusal(
            "repair.court", _("没有写明裁定书文号"), str(ref) if ref else clause,
            _("请填写%(name)s的文号，裁定书作为附件提交") % {"name": court.text("name")},
        )  # fmt: skip
    wrong = _wrong_day(doing)
    if wrong is not None:
        return wrong
    held = doing.line is not None and (doing.line.facts.performed_on is not None or doing.line.facts.performed == "yes")
    if held or (doing.fields.get("performed_on") and str(doing.fields.get("proof") or "").strip()):
        return None
    return Refusal(
        "repair.documents",
        _("缺少履行完毕的证明"),
        "；".join(str(each.clause) for each in told.to_bring if each.clause) or clause,
        _("平台还没有履行记录：请填写履行完毕日期和凭证（如缴款书编号），凭证作为附件提交；除此之外不再要其他材料"),
    )


def _wrong_day(doing: Doing) -> Refusal | None:
    said = str(doing.fields.get("performed_on") or "").strip()
    day = day_of(said)
    decided = doing.line.facts.decided_on if doing.line is not None else None
    if day is not None and decided is not None and day < decided:
        return Refusal(
            "repair.day", _("履行完毕日期早于作出决定的日期 %(day)s") % {"day": decided}, _act_clause(doing),
            _("请按凭证填写履行完毕的日期；决定日期写错的，请对记录提出异议"),
        )  # fmt: skip
    if not said or (day is not None and day <= doing.today):
        return None
    return Refusal("repair.day", _("履行完毕日期不对"), _act_clause(doing), _("请写成 2026-11-22，不能晚于今天"))


def _asked_again(doing: Doing, told: Eligibility) -> Refusal | None:
    asked = repair.asks_again(str(doing.fields.get("wanted") or ""), told)
    if asked is None:
        return None
    return Refusal(
        "repair.known", _("平台已经掌握%(name)s，不得再要") % {"name": asked.name},
        str(asked.clause) if asked.clause else None, _("请只要求确实缺少的材料；申请所附和台账所记的可以直接查看"),
    )  # fmt: skip


def _not_grantable(doing: Doing, told: Eligibility) -> Refusal | None:
    """Why a repair cannot be granted yet (不能准予的理由): the law's conditions bind the body that decides as well."""
    if applied(doing.case).ground == repair.REORGANISATION_PLAN:
        return Refusal(
            "repair.ground", _("重整、和解尚在执行，只能暂时屏蔽"), _act_clause(doing),
            _("请先办理暂时屏蔽；提交执行完毕裁定书后再修复"),
        )  # fmt: skip
    if told.state not in {"open", "barred"} or told.missing:
        names = "、".join(each.name for each in told.missing)
        forward = (
            _("%(day)s 起可以准予") % {"day": told.from_day}
            if told.from_day is not None and told.from_day > doing.today
            else _("履行完毕的，请先确认履行情况")
        )
        message = _("条件尚不具备：%(names)s") % {"names": names} if names else told.text
        return Refusal("repair.conditions", message, str(told.refused_by or doing.rules.bases[0]), forward)
    return None


def _act_clause(doing: Doing) -> str:
    clause = doing.rules.acts[doing.verb].clause
    return str(clause or doing.rules.bases[0])


def _keys(subject: str) -> Iterable[str]:
    return {subject, *links.resolve_keys(subject)}


def commitments(law: Edition | None = None) -> list[dict[str, Any]]:
    """Return the commitments that stand in public (公开的信用承诺): by whom and since when, in the words of the law book.

    Of organisations alone, and only while the application is open: once a repair is granted, nothing may tell the
    public any longer that there was something to repair. Neither the record nor the applicant's own words stand in it.
    """
    text = repair.commitment_text(law or shelf.book().on(clock.today()))
    open_ones = Case.objects.filter(kind=KIND, closed_on__isnull=True, subject__startswith="uscc:")
    return [
        {"code": subject.partition(":")[2], "since": since, "text": text}
        for subject, since in open_ones.order_by("-opened_on", "number").values_list("subject", "opened_on")
    ]


register(Kind(KIND, check=check, entries=entries, tellings=tellings, afterwards=afterwards))
