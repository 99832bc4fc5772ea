"""Judgements (主体判断): a named person says same, different or unsure; another judgement takes it back.

The ledger keeps each record under the identity as reported. A judgement only joins two keys for whoever reads, so
undoing it parts them again and leaves every other standing as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.identifiers.uscc import is_uscc
from gongxin.kernel.issues import Refusal
from gongxin.rooms.resolve import mentions
from gongxin.rooms.resolve.acts import actor_of, first, may_act, reason_missing
from gongxin.rooms.resolve.mentions import PREFIX, Reported
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.ledger.acts import IDENTITY, NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import links
from gongxin.spine.projections.lens import JUDGEMENTS, Contradiction
from gongxin.spine.projections.models import Link, Mention, Subject
from gongxin.spine.records import numbers_of

ORGANISATION = "uscc:"


@dataclass(frozen=True)
class Judged:
    """What a judgement did (判断结果): its number, the record entered with it if there was one, and the two sides."""

    judgement: str
    left: str
    right: str
    seqs: tuple[int, ...]
    records: tuple[int, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settled:
    """What became of mentions that were not joined to anybody (其他处理结果)."""

    mentions: tuple[int, ...]
    records: tuple[int, ...]


def judge(viewer: Viewer, left: str, right: str, judgement: str, reason: str) -> Judged | Refusal:
    """Say that two sides are the same, different, or that one cannot tell (同一、不同、不能确定).

    A side is a subject key, or `mention:<id>` for a waiting row. `same` settles the row: its record and the judgement
    enter the ledger in one transaction. `different` and `unsure` enter the judgement alone, and the row goes on waiting.
    """
    if left.startswith(PREFIX):
        return judge_mentions(viewer, [int(left.removeprefix(PREFIX))], right, judgement, reason)
    if right.startswith(PREFIX):
        return judge_mentions(viewer, [int(right.removeprefix(PREFIX))], left, judgement, reason)
    refused = first(may_act(viewer, _providers_of(left, right)), reason_missing(reason), _unfit(left, right, judgement))
    if refused is not None:
        return refused
    try:
        with transaction.atomic():
            seqs = append([_judgement_act(viewer, (left, right), judgement, reason)])
            if judgement == "same":
                _settle_entered(viewer, (left, right), reason)
    except Contradiction as fault:
        return _contradiction(fault)
    return Judged(judgement, left, right, tuple(seqs), (), _warnings(left, right, judgement))


def judge_mentions(viewer: Viewer, ids: Sequence[int], right: str, judgement: str, reason: str) -> Judged | Refusal:
    """Judge several waiting rows of one name and code at once (成组判断): all of them in one transaction, or none."""
    refused = reason_missing(reason)
    if refused is not None:
        return refused
    try:
        with transaction.atomic():
            waiting = _open_mentions(ids)
            if isinstance(waiting, Refusal):
                return waiting
            refused = first(_may_settle(viewer, waiting), _unfit_for_row(waiting, right, judgement))
            if refused is not None:
                return refused
            records: list[int] = []
            if judgement == "same":
                records = [_entered(viewer, each) for each in waiting]
            pairs = dict.fromkeys(each.key for each in waiting)
            seqs = append([_judgement_act(viewer, (key, right), judgement, reason) for key in pairs])
            if judgement == "same":
                _settle(viewer, waiting, records, reason)
    except Contradiction as fault:
        return _contradiction(fault)
    return Judged(judgement, waiting[0].key, right, tuple(seqs), tuple(records))


def keep_unresolved(viewer: Viewer, ids: Sequence[int], reason: str) -> Settled | Refusal:
    """Enter rows whose subject stays unknown (存为未识别主体): kept under their own row keys, without effect on anyone."""
    refused = reason_missing(reason)
    if refused is not None:
        return refused
    with transaction.atomic():
        waiting = _open_mentions(ids)
        if isinstance(waiting, Refusal):
            return waiting
        refused = first(_may_settle(viewer, waiting), _person_refused(waiting))
        if refused is not None:
            return refused
        records = [_entered(viewer, each) for each in waiting]
        _settle(viewer, waiting, records, reason)
    return Settled(tuple(ids), tuple(records))


def give_back(viewer: Viewer, ids: Sequence[int], reason: str) -> Settled | Refusal:
    """Refuse rows back to their department with a reason (退回报送单位): nothing of them enters the ledger.

    The department reads the reason beside the row and reports it again, corrected.
    """
    refused = reason_missing(reason)
    if refused is not None:
        return refused
    with transaction.atomic():
        waiting = _open_mentions(ids)
        if isinstance(waiting, Refusal):
            return waiting
        refused = _may_settle(viewer, waiting)
        if refused is not None:
            return refused
        entered = [each.mention.pk for each in waiting if each.mention.settled_seq is not None]
        if entered:
            return Refusal(
                "resolve.entered",
                _("这一行已经入账，不能退回"),
                None,
                _("可以另作判断；文书本身有误的，由作出单位撤回"),
            )
        _settle(viewer, waiting, [None] * len(waiting), reason)
    return Settled(tuple(ids), ())


def undo(viewer: Viewer, seq: int, reason: str) -> Judged | Refusal:
    """Take a judgement back (撤销判断) by another judgement; what it joined stands apart again, as it did before.

    A row settled by it waits again; its record stays in the ledger under its own row key and acts on nobody.
    """
    refused = reason_missing(reason)
    if refused is not None:
        return refused
    held = Link.objects.filter(seq=seq, origin="judgement").first()
    if held is None:
        return Refusal(
            "resolve.no_judgement", _("没有这个判断，或它已被撤销、被后来的判断取代"), None, _("请刷新判断记录")
        )
    refused = may_act(viewer, _providers_of(held.key_a, held.key_b))
    if refused is not None:
        return refused
    try:
        with transaction.atomic():
            act = _judgement_act(viewer, (held.key_a, held.key_b), held.judgement, reason)
            seqs = append([replace(act, payload={**act.payload, "undoes": seq})])
            _reopen([held.key_a, held.key_b])
    except Contradiction as fault:
        return _contradiction(fault)
    return Judged("undone", held.key_a, held.key_b, tuple(seqs), ())


def _judgement_act(viewer: Viewer, pair: tuple[str, str], judgement: str, reason: str) -> NewAct:
    payload = {"left": pair[0], "right": pair[1], "judgement": judgement, "reason": reason.strip()}
    return NewAct("judgement", IDENTITY, pair[0], viewer.body, payload, actor_of(viewer))


def _may_settle(viewer: Viewer, waiting: Sequence[Reported]) -> Refusal | None:
    return may_act(viewer, {each.mention.provider for each in waiting})


def _entered(viewer: Viewer, reported: Reported) -> int:
    """Return the record of a row, entering it under its row key unless an earlier judgement already did.

    The row key is made from the row's content, so that a row which waits again after an undoing, or the same row
    handed in twice, does not make a second record.
    """
    mention = reported.mention
    if mention.settled_seq is not None:
        return int(mention.settled_seq)
    earlier = Entry.objects.filter(subject=reported.key, kind="record", item=mention.item).order_by("seq").first()
    if earlier is not None:
        return int(earlier.seq)
    act = NewAct(
        "record",
        mention.item,
        reported.key,
        mention.provider,
        reported.payload,
        actor_of(viewer),
        batch=mention.batch,
        document=mention.document,
        content=mention.content,
        paper=mention.paper,
    )
    return append([act])[0]


def _open_mentions(ids: Sequence[int]) -> list[Reported] | Refusal:
    found = list(Mention.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk"))
    if not found or len(found) != len(set(ids)):
        return Refusal("resolve.no_mention", _("没有这一行待认数据"), None, _("请刷新待认列表"))
    if any(mention.state != Mention.State.OPEN for mention in found):
        return Refusal("resolve.settled", _("这一行已经处理过"), None, _("要改变处理结果，请先撤销原来的判断"))
    return [mentions.read(mention) for mention in found]


def _settle(viewer: Viewer, waiting: Sequence[Reported], records: Sequence[int | None], reason: str) -> None:
    for reported, record in zip(waiting, records, strict=True):
        mention = reported.mention
        mention.state = Mention.State.SETTLED
        mention.settled = clock.now()
        mention.settled_by = actor_of(viewer)
        mention.settled_seq = record
        mention.reason = reason.strip()
        mention.save(update_fields=["state", "settled", "settled_by", "settled_seq", "reason"])


def _settle_entered(viewer: Viewer, keys: Sequence[str], reason: str) -> None:
    """Settle rows that waited again behind these row keys: judged by their key, they wait no longer."""
    rows = [key for key in keys if key.startswith("row:")]
    again = Mention.objects.select_for_update().filter(settled_seq__in=numbers_of(rows), state=Mention.State.OPEN)
    waiting = [mentions.read(mention) for mention in again]
    _settle(viewer, waiting, [each.mention.settled_seq for each in waiting], reason)


def _reopen(keys: Sequence[str]) -> None:
    """Let the rows behind these row keys wait again, unless something else says by now whose they are.

    That may be another judgement, or the record itself: where its department has corrected it and named the subject by
    its code, there is nothing left to decide; nor is there where the record was withdrawn.
    """
    for key in keys:
        if not key.startswith("row:") or len(links.resolve_keys(key)) > 1:
            continue
        for mention in Mention.objects.filter(settled_seq__in=numbers_of([key], withdrawn=False)):
            mention.state, mention.settled, mention.settled_by, mention.reason = Mention.State.OPEN, None, "", ""
            # One by one, so that the row's own batch hears of it.
            mention.save(update_fields=["state", "settled", "settled_by", "reason"])


def _providers_of(*keys: str) -> set[str]:
    """Return who provided the rows behind row keys; a judgement between two codes is a matter of the office."""
    rows = [key for key in keys if key.startswith("row:")]
    if not rows:
        return {""}
    said = Entry.objects.filter(subject__in=rows, kind__in=("record", "correction"))
    records = Entry.objects.filter(seq__in=said.values("record"))
    return set(records.values_list("provider", flat=True)) or {""}


def _unfit(left: str, right: str, judgement: str) -> Refusal | None:
    """Return why these sides cannot be judged so, or None."""
    if judgement not in JUDGEMENTS:
        return Refusal("resolve.judgement", _("只能判断为同一、不同或不能确定"), None, _("请重新选择"))
    if left == right:
        return Refusal("resolve.itself", _("两边是同一个主体"), None, _("请另选一个主体"))
    if left.startswith("row:") and right.startswith("row:"):
        return Refusal("resolve.rows", _("两行都没有认出主体，不能互相认作同一"), None, _("请分别认定它们属于哪个单位"))
    if any(key.startswith("person:") for key in (left, right)):
        return Refusal(
            "resolve.person", _("自然人只按有效证件号识别，不作名称判断"), None, _("请退回报送单位补正证件号")
        )
    return None


def _unfit_for_row(waiting: Sequence[Reported], right: str, judgement: str) -> Refusal | None:
    refused = first(_unfit(waiting[0].key, right, judgement), _person_refused(waiting))
    if refused is not None or judgement != "same":
        return refused
    known = Subject.objects.filter(key=right).exists()
    if not known and not (right.startswith(ORGANISATION) and is_uscc(right.removeprefix(ORGANISATION))):
        return Refusal(
            "resolve.no_subject",
            _("没有这个主体，代码也不是有效的统一社会信用代码"),
            None,
            _("请核对文书上的代码，或退回报送单位补正"),
        )
    return None


def _person_refused(waiting: Sequence[Reported]) -> Refusal | None:
    if not any(reported.natural_person for reported in waiting):
        return None
    return Refusal("resolve.person", _("自然人只按有效证件号识别，不作名称判断"), None, _("请退回报送单位补正证件号"))


def _contradiction(fault: Contradiction) -> Refusal:
    one, other = fault.pair
    return Refusal(
        "resolve.contradiction",
        _("%(one)s 与 %(other)s 已被判断为不同主体，不能因此并为一个") % {"one": one, "other": other},
        None,
        _("请先核对并撤销其中不成立的判断"),
    )


def _warnings(left: str, right: str, judgement: str) -> tuple[str, ...]:
    codes = [key for key in (left, right) if key.startswith(ORGANISATION)]
    if judgement == "same" and len(codes) == 2:
        return (_("两个都是有效的统一社会信用代码，只在赋码重复或更换代码时才会属于同一主体，请核对登记机关的文书"),)
    return ()
