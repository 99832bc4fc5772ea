"""The handover on paper (移交清单文书): the list as it stood, signed by the platform, signed for by who leaves and who comes.

It changes nothing about what is owed: whoever comes owes it with or without a signature. It only proves that the list
was given, in these words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises import handover
from gongxin.rooms.promises.handover import RULE, Handover
from gongxin.rooms.promises.models import HandoverPaper, HandoverSignature
from gongxin.spine import clock, duties, secrets
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies.register import register
from gongxin.spine.cases.numbering import next_number
from gongxin.spine.outbox import notices

NOTE = b"gongxin handover\n"
"""What goes before the words in the signature, so that it proves nothing but a handover."""
TEMPLATE = "promise.handover"
CAPACITIES = ("from", "to", "witness")
"""Who signs: who leaves 移交人, who comes 接任人, who sees to it 监交人."""


@dataclass(frozen=True)
class Paper:
    """A list as it was handed over (移交清单文书), with who has signed it."""

    row: HandoverPaper
    content: Mapping[str, Any]
    signatures: tuple[HandoverSignature, ...]

    @property
    def genuine(self) -> bool:
        """Whether the words are those that were signed (是否原件)."""
        text = secrets.unseal(self.row.content).encode()
        same = hashlib.sha256(text).hexdigest() == self.row.digest
        return same and secrets.verify(NOTE + text, bytes.fromhex(self.row.signature), self.row.key)


def issue(viewer: Viewer, code: str) -> Paper | Refusal:
    """Make the list of today a signed document and tell whoever comes (出具移交清单文书).

    Refused: who may not read the list; a body in which nothing passed from anybody to anybody.
    """
    told = handover.listing(viewer, code)
    if isinstance(told, Refusal):
        return told
    if not told.changes and not told.inherited:
        return Refusal(
            "handover.nobody", _("没有登记岗位任免，也没有承继其他单位，没有可以移交的对象"), RULE,
            _("先由信用主管单位在“机构和岗位”登记到任；移交清单本身随时可以查看"),
        )  # fmt: skip
    return signed(viewer, told)


def signed(viewer: Viewer, told: Handover) -> Paper:
    """Make a list that was read a signed document (签名出具): kept in its words, and told to whoever comes."""
    text = json.dumps(handover.as_dict(told), ensure_ascii=False, sort_keys=True, default=str)
    with transaction.atomic():
        row = HandoverPaper.objects.create(
            number=_next_number(), body=told.body, as_of=told.as_of, content=secrets.seal(text),
            digest=hashlib.sha256(text.encode()).hexdigest(), signature=secrets.sign(NOTE + text.encode()).hex(),
            key=secrets.signing_key_id(), actor=f"{viewer.name}@{viewer.body}"[:100], at=clock.now(),
        )  # fmt: skip
        _tell(row, told)
    return Paper(row, json.loads(text), ())


def read(viewer: Viewer, number: str) -> Paper | Refusal:
    """Return a handed-over list for whoever may read the body's promises (查看移交清单文书)."""
    row = HandoverPaper.objects.filter(number=number.strip().upper()).first()
    if row is None or duties.refused_reader(viewer, _bearer(row.body), register()) is not None:
        # One answer for a number that is not there and for one of another body.
        return Refusal("handover.none", _("没有这份移交清单"), None, _("请核对编号"))
    signed = HandoverSignature.objects.filter(number=row.number).order_by("id")
    return Paper(row, json.loads(secrets.unseal(row.content)), tuple(signed))


def sign(viewer: Viewer, number: str, capacity: str, name: str) -> Paper | Refusal:
    """Enter that somebody signed for the list (移交签收): each capacity once, by name, with the digest that was seen."""
    paper = read(viewer, number)
    if isinstance(paper, Refusal):
        return paper
    if capacity not in CAPACITIES or not name.strip():
        return Refusal(
            "handover.sign", _("没有写明谁以什么身份签收"), RULE,
            _("身份写 from（移交人）、to（接任人）或者 witness（监交人），并写姓名和职务"),
        )  # fmt: skip
    try:
        with transaction.atomic():
            HandoverSignature.objects.create(
                number=paper.row.number, capacity=capacity, name=name.strip()[:100], digest=paper.row.digest,
                account=viewer.account_id, at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        return Refusal("handover.signed", _("这个身份已经签收过"), RULE, _("签收不改；有误的重新出具一份"))
    return read(viewer, number)


def of_body(viewer: Viewer, code: str) -> list[HandoverPaper]:
    """Return the lists handed over in a body, the latest first (本单位移交清单文书); nothing for who may not read them."""
    known = register()
    if duties.refused_reader(viewer, code, known) is not None:
        return []
    return list(HandoverPaper.objects.filter(body__in=known.predecessors(code, clock.today())).order_by("-id"))


def unsigned_count(body: str) -> int:
    """Return how many lists wait for whoever came to sign for them (待签收的移交清单数), with what the body goes on for."""
    known = register()
    papers = HandoverPaper.objects.filter(body__in=known.predecessors(body, clock.today()))
    taken = HandoverSignature.objects.filter(capacity="to").values("number")
    return papers.exclude(number__in=taken).count()


def as_dict(paper: Paper) -> dict[str, Any]:
    """Return it as interface and command give it (移交清单文书数据)."""
    row = paper.row
    return {
        "number": row.number, "body": row.body, "as_of": row.as_of, "issued_at": row.at.isoformat(timespec="seconds"),
        "digest": row.digest, "signature": row.signature, "key": row.key, "genuine": paper.genuine,
        "signatures": [
            {"capacity": each.capacity, "name": each.name, "at": each.at.isoformat(timespec="seconds")}
            for each in paper.signatures
        ],
        "content": dict(paper.content),
    }  # fmt: skip


def _tell(row: HandoverPaper, told: Handover) -> None:
    """Tell whoever holds a post now, by the account the register names, and the body as a whole (告知接任者)."""
    text = _("移交清单 %(number)s 已出具：截至 %(day)s 仍须履行 %(n)d 项，其中逾期 %(late)d 项。换届、换人不改变任何一项；请核对签收") % {
        "number": row.number, "day": row.as_of, "n": len(told.open), "late": sum(each.standing.overdue for each in told.open),
    }  # fmt: skip
    words = {"number": row.number, "text": text, "clause": RULE}
    notices.tell("body", told.body, TEMPLATE, words=words)
    for _post, _before, after in told.changes:
        # Whoever comes answers for these duties in person, so the list is given to them as well as to their body.
        if after.until is None and after.account is not None:
            notices.tell("account", str(after.account), TEMPLATE, words=words)


def _bearer(code: str) -> str:
    known = register()
    return known.successor(code, clock.today()) or code


def _next_number() -> str:
    year = clock.today().year
    before = HandoverPaper.objects.filter(number__startswith=f"YJ-{year}-").count()
    return next_number("handover", "YJ", year, before=before)
