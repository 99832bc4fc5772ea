"""Handling a complaint (投诉办理): classified and referred by the office, settled by the body above, rated by the complainant.

The body complained of has no side in it: what it must know is put to it in a case of its own (`orders`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import complaints
from gongxin.law.complaints import CATEGORIES, KIND, ORDER, OUTCOMES, RATINGS, Choice
from gongxin.law.facts import day_of
from gongxin.rooms.promises.complaints import identity
from gongxin.rooms.promises.complaints.filing import PROTECTED
from gongxin.rooms.promises.complaints.models import Docket
from gongxin.spine import records
from gongxin.spine.access.models import Role
from gongxin.spine.bodies import superiors
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.finding import said_first, said_of
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers
from gongxin.spine.ledger.acts import NewAct

MENDED = "mended"
TWINS = 10
"""Other complaints shown beside one, in case they are about the same matter."""
LATEST_SEQ = 2**63
ANSWERING = frozenset({Role.STEWARD, Role.OFFICER, Role.OPERATOR})
TEXTS = ("text", "requested", "reason", "findings", "note", "comment", "order")
"""Fields in which nobody's identity number may stand."""
TOLD_TO_OTHERS = ("order", "findings")
"""Fields that are read by others than those who handle the complaint: nothing in them may give the complainant away."""


def place(asked: Placing) -> Placing | Refusal:
    """Find the body complained of (被投诉单位): a public body the register knows. Who complains is nobody's key."""
    # Whoever is no more has a successor, and the successor answers for it.
    body = superiors.standing_of(superiors.bearer(asked.about.strip()))
    if body is None or body.code not in {each.code for each in superiors.public_bodies()}:
        return Refusal(
            "complaint.body",
            _("没有这个单位，或者它不是政府部门、事业单位"),
            None,
            _("请从单位名单中选择；找不到的写上级单位"),
        )
    return asked.placed(subject="", about=body.code, body="")


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查)."""
    clause = str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])
    no = unnamed(doing)
    for name in TEXTS:
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), clause)
    if no is None:
        hidden = identity.hidden_of(doing.case.number)
        told = " ".join(str(doing.fields.get(name) or "") for name in TOLD_TO_OTHERS)
        no = complaints.refused_identity(told, hidden)
    asked = _CHECKS.get(doing.verb)
    return no if no is not None or asked is None else asked(doing, clause)


def _unknown_promise(doing: Doing, clause: str) -> Refusal | None:
    """A promise named by its number must be that body's own (承诺须为该单位的)."""
    number = str(doing.fields.get("promise") or "").strip()
    if not number:
        return None
    found = records.find_place(promise_of(number))
    if found is not None and superiors.bearer(found.subject.removeprefix("uscc:")) == doing.case.about:
        return None
    return Refusal(
        "complaint.promise",
        _("这个单位没有这一条承诺记录"),
        clause,
        _("请从“政府承诺”页面进入，或者不填编号、在内容里写明"),
    )


def promise_of(text: str) -> int:
    """Return the number of a record as it was typed (记录号), or 0 for what is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < len(str(LATEST_SEQ)) else 0
    return number if number < LATEST_SEQ else 0


def _unfit_referral(doing: Doing, clause: str) -> Refusal | None:
    no = _strange(doing, CATEGORIES, "category", clause)
    if no is not None:
        return no
    handler = superiors.standing_of(str(doing.fields["handler"]).strip())
    against = superiors.standing_of(doing.case.about)
    if handler is None or against is None:
        return Refusal("complaint.body", _("没有这个单位"), clause, _("请从可承办的单位中选择"))
    before = [superiors.standing_of(code) for code in handled_by(doing.case)]
    return complaints.refused_handler(handler, against, [each for each in before if each is not None])


def _unfit_join(doing: Doing, clause: str) -> Refusal | None:
    wanted = str(doing.fields["main"]).strip().upper()
    main = Docket.objects.filter(case=wanted, against=doing.case.about, main="").exclude(case=doing.case.number).first()
    if main is not None and not Docket.objects.filter(main=doing.case.number).exists():
        return None
    return Refusal(
        "complaint.main",
        _("没有可以并入的这件投诉"),
        clause,
        _("请写同一单位同一事项的另一件投诉的案号；它不能已并入别的投诉"),
    )


def _unfit_extension(doing: Doing, _clause: str) -> Refusal | None:
    return None if doing.before is None else complaints.refused_extension(doing.before, law=doing.law)


def _unfit_answer(doing: Doing, clause: str) -> Refusal | None:
    no = _strange(doing, OUTCOMES, "outcome", clause)
    if no is None:
        no = refused_findings(raised_in(doing.case), str(doing.fields["findings"]), clause)
    if no is not None:
        return no
    mended = str(doing.fields.get("mended_on") or "")
    day = day_of(mended)
    if doing.fields["outcome"] == MENDED and day is None:
        return Refusal("complaint.day", _("没有写明哪天履行的"), clause, _("请填写履行日期，例如 2026-11-22"))
    if mended and (day is None or day > doing.today):
        return Refusal("complaint.day", _("履行日期不对"), clause, _("请写成 2026-11-22，不能晚于今天"))
    return None


def _unfit_rating(doing: Doing, clause: str) -> Refusal | None:
    return _strange(doing, RATINGS, "rating", clause)


def _early(doing: Doing, clause: str) -> Refusal | None:
    rating = doing.before.find_clock("rate") if doing.before is not None else None
    if rating is not None and rating.overdue_on(doing.today):
        return None
    return Refusal(
        "complaint.early", _("投诉人评价的期限还没有过"), clause,
        _("%(due)s 以后才能期满办结") % {"due": rating.due if rating is not None else "—"},
    )  # fmt: skip


def _strange(doing: Doing, parameter: str, name: str, clause: str) -> Refusal | None:
    if complaints.find_choice(parameter, str(doing.fields[name]), doing.law) is not None:
        return None
    names = "、".join(f"{each.id}（{each.name}）" for each in complaints.choices(parameter, doing.law))
    return Refusal("complaint.choice", _("没有这一项"), clause, _("可以是：%(names)s") % {"names": names})


_CHECKS = {
    "file": _unknown_promise, "refer": _unfit_referral, "join": _unfit_join, "extend": _unfit_extension,
    "answer": _unfit_answer, "confirm": _unfit_rating, "rate": _unfit_rating, "close": _early,
}  # fmt: skip


def handled_by(case: Case) -> tuple[str, ...]:
    """Return the bodies a complaint was referred to (历次承办单位), the first first."""
    return tuple(str(said["handler"]).strip() for done, said in said_of(case) if done.verb == "refer")


def raised_in(case: Case) -> tuple[str, ...]:
    """Return the points of a complaint (投诉要点), each of which the answer must meet; of a reopened one what was left open too."""
    found = list(points_of(str(said_first(case).get("text") or "")))
    for done, said in said_of(case):
        if done.verb == "not-solved":
            found += points_of(str(said.get("reason") or ""))
    return tuple(found)


def orders_of(case: Case) -> list[Case]:
    """Return the cases in which a complaint was put to the body complained of (交办案件), the latest first."""
    return list(Case.objects.filter(kind=ORDER, about=case.number).order_by("-opened_at"))


def twins_of(case: Case) -> list[Docket]:
    """Return other complaints about the same body that are not joined to any (可能重复的投诉): a person says whether they are."""
    return list(
        Docket.objects.filter(against=case.about, main="").exclude(case=case.number).order_by("-opened_on")[:TWINS]
    )


def main_of(case: Case) -> tuple[Case, str] | None:
    """Return the complaint another was joined to, with its answer (并入的投诉): what those joined are shown of it."""
    docket = Docket.objects.filter(case=case.number).exclude(main="").first()
    main = Case.objects.filter(number=docket.main).first() if docket is not None else None
    if main is None:
        return None
    answers = [str(said.get("findings") or "") for done, said in said_of(main) if done.verb == "answer"]
    return main, answers[-1] if answers else ""


def entries(doing: Doing) -> Sequence[NewAct]:
    """Hand the case to whom it was referred (移交承办单位), or back to the office; a complaint enters nothing in the ledger."""
    if doing.verb == "refer":
        doing.case.body = str(doing.fields["handler"]).strip()
    elif doing.verb == "not-solved":
        doing.case.body = ""
    return ()


def tellings(doing: Doing) -> Sequence[Telling]:
    """Tell the office how a complaint was taken (告知信用主管单位)."""
    if doing.verb not in {"confirm", "rate"}:
        return ()
    chosen: Choice | None = complaints.find_choice(RATINGS, str(doing.fields["rating"]), doing.law)
    words = {"kind": doing.rules.name, "text": _("投诉人评价：%(name)s") % {"name": chosen.name if chosen else "—"}}
    told = [Telling("role", Role.OPERATOR, "complaint.rated", words)]
    return [*told, Telling("body", doing.case.body, "complaint.rated", words)] if doing.case.body else told


def afterwards(doing: Doing) -> Refusal | None:
    """Keep the docket, and put the matter to the body complained of where that was done (登记和交办)."""
    if doing.before is None:
        body = superiors.standing_of(doing.case.about)
        Docket.objects.create(
            case=doing.case.number, against=doing.case.about, region=body.region if body is not None else "",
            promise=promise_of(str(doing.fields.get("promise") or "").strip()) or None, opened_on=doing.today,
        )  # fmt: skip
        return None
    Docket.objects.filter(case=doing.case.number).update(**_counted(doing))
    if doing.verb != "order":
        return None
    said = {"text": str(doing.fields["order"])}
    promise = str(said_first(doing.case).get("promise") or "")
    put = engine.open_case(
        doing.viewer,
        engine.Request(ORDER, "", {**said, **({"promise": promise} if promise else {})}, about=doing.case.number),
    )
    return put if isinstance(put, Refusal) else None


def _counted(doing: Doing) -> Mapping[str, Any]:
    fields, verb = doing.fields, doing.verb
    if verb == "refer":
        return {
            "category": fields["category"],
            "handler": doing.case.body,
            "referred_on": doing.today,
            "answered_on": None,
        }
    if verb == "answer":
        return {"answered_on": doing.today, "outcome": fields["outcome"]}
    if verb in {"rate", "confirm"}:
        return {"rating": fields["rating"]}
    if verb == "not-solved":
        return {"reopened": True}
    return {"main": str(fields["main"]).strip().upper()} if verb == "join" else {"case": doing.case.number}


register(
    Kind(
        KIND, place=place, check=check, entries=entries, tellings=tellings, afterwards=afterwards, raised=raised_in,
        answered_by=ANSWERING, protected=PROTECTED,
        hidden=lambda case: identity.hidden_of(case.number),
    )
)  # fmt: skip
