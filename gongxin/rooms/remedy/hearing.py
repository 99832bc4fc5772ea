"""Notice, hearing, decision, service (告知、听取、决定、送达): what every finding against somebody's application owes.

Kinds of case that are such findings share it: no decision before the hearing or its term, an answer to each point of
what was said.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.spine.cases import serving
from gongxin.spine.cases.deciding import decision_remedies
from gongxin.spine.cases.finding import last_said
from gongxin.spine.cases.kinds import Doing
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers
from gongxin.spine.cases.serving import Serving


def refused(doing: Doing, papers: Serving, deciding: str) -> Refusal | None:
    """Say what stands against a service, a hearing or the decision `deciding`, or None (送达、听取、决定前检查)."""
    clause = str(doing.rules.bases[-1])
    if doing.verb in papers:
        return serving.refused(doing, papers)
    if doing.verb == "hear":
        return refused_numbers(str(doing.fields["text"]), clause)
    if doing.verb != deciding or doing.before is None:
        return None
    term = doing.before.find_clock("hear")
    if doing.before.state.id == "served" and (term is None or not term.overdue_on(doing.today)):
        return Refusal(
            f"{doing.rules.id.removeprefix('repair-')}.early", _("陈述申辩的期限还没有过，当事人也还没有陈述"), clause,
            _("%(due)s 以后，或者当事人陈述申辩之后，才能认定") % {"due": term.due if term else "—"},
        )  # fmt: skip
    heard = points_of(str(last_said(doing.case, "hear").get("text") or ""))
    return refused_findings(heard, str(doing.fields["findings"]), clause) if heard else None


def ways(doing: Doing) -> tuple[list[str], list[dict[str, str]]]:
    """Return where one can go from the decision (救济途径): as sentences, and as a notice keeps them."""
    found = decision_remedies(doing.law)
    return [way.text for way in found], [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in found]
