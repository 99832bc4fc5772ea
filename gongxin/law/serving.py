"""Service of documents (文书送达): the ways the book lists, what each has to prove, and which day counts.

Nothing works against anybody before it was served: the terms for being heard and for remedies run from that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, listed, named, sentence
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.reading import Reader

PARAMETER = "service.methods"
PORTAL = "portal"
"""The way the platform proves by itself: the notice was opened by the one concerned (在本平台查收)."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way of serving (送达方式): whether it needs the party's consent, and what proves it; empty where we know ourselves."""

    id: str
    name: str
    name_en: str
    consent: bool
    proof: str
    proof_en: str
    source: ClauseRef | None
    certainty: Certainty


@clause("APL-2021", 61)
def methods_of(law: Edition) -> Mapping[str, Method]:
    """Return the ways of serving of an edition by id (送达方式).

    Law:      行政处罚法 61: handed over at once, else as the civil procedure law says; electronically where agreed
    Facts:    none
    Returns:  mapping from id to Method, in the order of the book; empty where the book has none
    Refuses:  never
    """
    return law.remember(PARAMETER, lambda: _read(law))


def check_service(
    method: str, on: date | None, proof: str, *, made_on: date, today: date, law: Edition
) -> Refusal | None:
    """Say what stands against an entry of service, or None (送达登记检查): an unknown way, no proof, an impossible day."""
    known = methods_of(law).get(method)
    if known is None:
        names = listed(named(each) for each in methods_of(law).values())
        return Refusal(
            "service.method", sentence("没有这种送达方式", "There is no such way of service"), None,
            sentence("可以是：{names}", "Choose from: {names}", names=names),
        )  # fmt: skip
    source = str(known.source) if known.source else None
    if on is None or not made_on <= on <= today:
        return Refusal(
            "service.day", sentence("送达日期不对", "The day of service is not right"), source,
            sentence("请写成 {today}，不早于文书制作日 {made_on}，不晚于今天",
                     "Write it like {today}; it lies between {made_on}, the day of the document, and today",
                     today=today, made_on=made_on),
        )  # fmt: skip
    if known.proof and not proof.strip():
        return Refusal(
            "service.proof", sentence("没有送达证明", "There is no proof of service"), source,
            sentence("请填写{proof}", "Give the {proof}", proof=Sentence(known.proof, known.proof_en or known.proof)),
        )  # fmt: skip
    return None


def _read(law: Edition) -> Mapping[str, Method]:
    value = law.find_parameter(PARAMETER)
    found = {}
    for body in value.table() if value is not None else ():
        row = Reader(body, f"parameters.{PARAMETER}", law.book.instruments)
        found[row.text("id", None)] = Method(
            row.text("id", None), row.text("name", None), row.text("name_en"), row.flag("consent"), row.text("proof"),
            row.text("proof_en"), row.find_ref("source"), row.certainty("unverified"),
        )  # fmt: skip
    return found
