"""Filing a complaint (提出投诉): by anybody, without an account; the receipt alone finds it again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.complaints import KIND, RETALIATION
from gongxin.rooms.promises.complaints.models import Complainant
from gongxin.spine import clock, secrets
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.models import Case, Channel

PROTECTED = "投诉人"
"""The word that stands for a complainant wherever somebody is named (投诉人)."""
NAME_LIMIT = 200


@dataclass(frozen=True)
class Complaint:
    """A complaint as it is handed in (投诉): about which body, what; perhaps the promise's record and who complains.

    `name` and `contact` are sealed apart from the case, and may stay empty: the receipt is enough.
    """

    against: str
    text: str
    requested: str = ""
    promise: str = ""
    contract: str = ""
    name: str = ""
    contact: str = ""


def anybody(via: str, account: int | None = None) -> Viewer:
    """Return somebody who complains (投诉人身份): without a name, whether or not an account stands behind."""
    return Viewer(account, PROTECTED, "", Role.SUBJECT.value, via)


def holder(number: str, receipt: str, via: str) -> Viewer | None:
    """Return who holds the receipt of a complaint (凭回执的投诉人), or None where number and code do not belong together."""
    case = Case.objects.filter(number=number.strip().upper(), kind__in=(KIND, RETALIATION)).first()
    digest = finding.receipt_digest(receipt)
    if case is None or case.receipt != digest:
        return None
    return Viewer(None, PROTECTED, "", Role.SUBJECT.value, via, receipt=digest)


def file(viewer: Viewer, complaint: Complaint, *, channel: str = Channel.ONLINE) -> Done | Refusal:
    """Take in a complaint (受理登记): the case, and who complains sealed apart from it, in one transaction.

    Args: `anybody(…)`, or an operator who enters it at the counter.
    """
    if max(len(complaint.name), len(complaint.contact)) > NAME_LIMIT:
        return Refusal(
            "case.long", _("姓名或者联系方式超过 %(n)d 字") % {"n": NAME_LIMIT}, None, _("请只写联系得到您的内容")
        )
    said = {
        "text": complaint.text,
        "requested": complaint.requested,
        "promise": complaint.promise,
        "contract": complaint.contract,
    }
    asked = engine.Request(
        KIND, "", {name: value.strip() for name, value in said.items() if value.strip()}, about=complaint.against.strip(),
        channel=channel, applicant=PROTECTED,
    )  # fmt: skip
    with transaction.atomic():
        done = engine.open_case(viewer, asked)
        if isinstance(done, Refusal):
            return done
        name, contact = complaint.name.strip(), complaint.contact.strip()
        Complainant.objects.create(
            case=done.case.number, name=secrets.seal(name) if name else "",
            contact=secrets.seal(contact) if contact else "", at=clock.now(),
        )  # fmt: skip
    return done


def report_retaliation(holder_: Viewer, complaint: str, text: str) -> Done | Refusal:
    """Report retaliation for a complaint (举报打击报复): by whoever holds its receipt; a case and a clock of its own."""
    return engine.open_case(
        holder_, engine.Request(RETALIATION, "", {"text": text.strip()}, about=complaint.strip().upper())
    )
