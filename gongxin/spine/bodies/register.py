"""The register of bodies (机关单位登记): what is so on a day, read from the events; and the entering of an event.

`access.Body` keeps what is so today, for the accounts and keys that hang on it; what was so on another day is folded.
Nothing here is about a person beyond the name of whoever holds a post, which is told inside the house alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import transaction

from gongxin.kernel.identifiers.uscc import check_uscc
from gongxin.kernel.issues import Refusal
from gongxin.kernel.names import comparison_form
from gongxin.kernel.sentences import sentence
from gongxin.law import succession
from gongxin.law.entries import EARLIEST
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body
from gongxin.spine.bodies.models import BodyEvent

RULE, UNKNOWN = "OBE-2019/31", "body.unknown"


@dataclass(frozen=True)
class Register:
    """All bodies with all events (登记簿), read once: every question of a page or an act is put to the same reading."""

    bodies: dict[str, Body]
    events: tuple[succession.BodyEvent, ...]
    _parents: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _own(self) -> dict[str, tuple[succession.BodyEvent, ...]]:
        found: dict[str, tuple[succession.BodyEvent, ...]] = {}
        for each in self.events:
            found[each.body] = (*found.get(each.body, ()), each)
        return found

    @cached_property
    def _endings(self) -> tuple[succession.BodyEvent, ...]:
        return tuple(each for each in self.events if each.verb in succession.ENDING)

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        """Codes by every name a body bears or bore, as names are compared (单位名称索引)."""
        found: dict[str, set[str]] = {}
        names = [(body.name, code) for code, body in self.bodies.items()]
        for name, code in (*names, *((each.name, each.body) for each in self.events if each.name)):
            found.setdefault(comparison_form(name), set()).add(code)
        return found

    def meant(self, code: str, name: str) -> set[str]:
        """Return the registered bodies that a code or a name means (所指单位), by any name they bear or bore."""
        return {code.strip().upper(), *self._by_name.get(comparison_form(name), ())} & self.bodies.keys()

    def name(self, code: str, as_of: date | None = None) -> str:
        """Return the name a body bore on a day (当日名称), or the code itself of one nobody registered."""
        known = self.bodies.get(code)
        present = known.name if known is not None else code
        return succession.name_of(code, present, self._own.get(code, ()), as_of=as_of or clock.today())

    def successor(self, code: str, as_of: date | None = None) -> str:
        """Return the body under which the open duties of a body stand (承继单位); itself while it goes on."""
        return succession.successor(code, self.events, parents=self._parents, as_of=as_of or clock.today())

    def predecessors(self, code: str, as_of: date | None = None) -> tuple[str, ...]:
        """Return the bodies whose open duties stand under this one (被承继单位), itself first."""
        return succession.predecessors(code, self.events, parents=self._parents, as_of=as_of or clock.today())

    def superior(self, code: str, as_of: date | None = None) -> str:
        """Return the code of the body directly above (上级单位), or an empty text."""
        # Nothing else bears on it than a body's own events and which bodies are no more.
        about = (*self._own.get(code, ()), *(each for each in self._endings if each.body != code))
        return succession.superior(code, about, parents=self._parents, as_of=as_of or clock.today())

    def above(self, code: str, as_of: date | None = None) -> tuple[str, ...]:
        """Return the bodies above one (各级上级单位), the nearest first; a circle ends where it closes."""
        found: list[str] = []
        superior = self.superior(code, as_of)
        while superior and superior not in found:
            found.append(superior)
            superior = self.superior(superior, as_of)
        return tuple(found)

    def ended_on(self, code: str, as_of: date | None = None) -> date | None:
        """Return since when a body is no more (停止存续日), or None."""
        return succession.ended_on(code, self._own.get(code, ()), as_of=as_of or clock.today())

    def subordinates(self, code: str, as_of: date | None = None) -> tuple[str, ...]:
        """Return the bodies directly below (下级单位), by code; those that are no more are left out."""
        day = as_of or clock.today()
        below = (each for each in sorted(self.bodies) if self.ended_on(each, day) is None)
        return tuple(each for each in below if each != code and self.superior(each, day) == code)

    def history(self, code: str) -> tuple[succession.BodyEvent, ...]:
        """Return what happened to a body (沿革), oldest first, without the entry it began with."""
        own = (each for each in self.events if each.body == code or code in each.to)
        return tuple(sorted((each for each in own if each.verb != "registered"), key=lambda each: (each.on, each.seq)))


def register() -> Register:
    """Read the register (读取登记簿): two queries, whatever is asked of it afterwards."""
    bodies = {body.code: body for body in Body.objects.all()}
    rows = BodyEvent.objects.order_by("id")
    events = tuple(
        succession.BodyEvent(row.pk, row.body, row.verb, row.on, row.name, tuple(str(each) for each in row.to))
        for row in rows
    )
    return Register(bodies, events, {code: body.parent_id or "" for code, body in bodies.items()})


@dataclass(frozen=True)
class Change:
    """An event about to be entered (拟登记的沿革事件)."""

    body: str
    verb: str
    on: date
    name: str = ""
    to: tuple[str, ...] = ()
    document: str = ""


def enter(change: Change, *, actor: str) -> BodyEvent | Refusal:
    """Enter an event (登记沿革): today's row follows in the same transaction; open duties stand under whoever goes on.

    Refuses what would leave a duty to nobody, an event without its document, one in the future, one about a body that
    is no more, and circles.
    """
    with transaction.atomic():
        known = register()
        refused = _unfit(change, known)
        if refused is not None:
            return refused
        now, body = clock.now(), known.bodies[change.body]
        if not BodyEvent.objects.filter(body=change.body, verb="registered").exists():
            # What was so before the first event: the row of today is about to say something else.
            BodyEvent.objects.create(
                body=change.body, verb="registered", on=EARLIEST, name=body.name, actor=actor[:100], at=now,
                to=[body.parent_id] if body.parent_id else [],
            )  # fmt: skip
        entered = BodyEvent.objects.create(
            body=change.body, verb=change.verb, on=change.on, name=change.name, to=list(change.to),
            document=change.document, actor=actor[:100], at=now,
        )  # fmt: skip
        fresh = register()
        Body.objects.filter(pk=change.body).update(
            name=fresh.name(change.body), parent=fresh.superior(change.body) or None
        )
    return entered


def borne_by(code: str) -> tuple[str, ...]:
    """Return the bodies for which a body acts today (所承继的单位), itself first: one query where no body has ended."""
    if not code or not BodyEvent.objects.filter(verb__in=sorted(succession.ENDING)).exists():
        return (code,)
    return register().predecessors(code)


def divisions() -> frozenset[str]:
    """Return the codes of all divisions known here (已知区划): of the national list, and those in which bodies are registered."""
    own = {body.region for body in register().bodies.values() if body.region}
    return frozenset(shelf.division_names()) | own


def place_name(region: str) -> str:
    """Return the name of a division down to the street and township (区划名称), or an empty text."""
    names = shelf.division_names()
    return shelf.township_names().get(region[:9]) or names.get(region[:6], "") if region else ""


def code_refused(code: str) -> Refusal | None:
    """Say why a code cannot be a body's (单位代码核对): one of eighteen characters must close, others are local."""
    if len(code) == 18 and not code.startswith("00000000000000") and not check_uscc(code).ok:
        return Refusal(
            "body.code",
            sentence("统一社会信用代码 {code} 校验不符", "The code {code} does not close", code=code),
            None,
            sentence("请核对后再登记", "Please check it and register again"),
        )
    return None


def _unfit(change: Change, known: Register) -> Refusal | None:
    checks = (_unknown(change, known), _undocumented(change), _misdated(change, known), _misdirected(change, known))
    return next((each for each in checks if each is not None), None)


def _unknown(change: Change, known: Register) -> Refusal | None:
    if change.verb not in succession.VERBS or change.verb == "registered":
        verbs = "renamed merged split placed abolished"
        return Refusal("body.verb", sentence("没有这种沿革事项", "There is no such event"), None, verbs)
    missing = [code for code in (change.body, *change.to) if code not in known.bodies]
    gone = [code for code in change.to if code != change.body and known.ended_on(code) is not None]
    if gone:
        return Refusal(
            "body.gone",
            sentence("{codes} 已停止存续，不能承继", "{codes} ended and cannot go on", codes="、".join(gone)),
            RULE,
            sentence("请写明它的承继单位", "Name the body that goes on for it"),
        )
    if not missing:
        return None
    return unregistered(*missing)


def unregistered(*codes: str) -> Refusal:
    """Return the refusal to enter something of bodies nobody registered (单位尚未登记)."""
    return Refusal(
        UNKNOWN, sentence("没有登记的单位：{codes}", "Not registered: {codes}", codes="、".join(codes)), None,
        sentence("请先用 gongxin staff add-body 登记", "Register it first with gongxin staff add-body"),
    )  # fmt: skip


def unknown(code: str) -> Refusal:
    """Return the refusal to tell of a body nobody registered (没有登记的单位): an empty list would say that it owes nothing."""
    return Refusal(
        UNKNOWN, sentence("没有登记的单位：{codes}", "Not registered: {codes}", codes=code), None,
        sentence("请核对代码；全部单位见“机关单位”", "Check the code; all bodies stand under “Public bodies”"),
    )  # fmt: skip


def _undocumented(change: Change) -> Refusal | None:
    if change.document.strip():
        return None
    return Refusal(
        "body.document",
        sentence("没有写明依据文件", "The document it rests on is missing"),
        RULE,
        sentence("请写明机构改革、更名的批准文件", "Name the document that approved the change"),
    )


def _misdated(change: Change, known: Register) -> Refusal | None:
    if change.on > clock.today():
        return Refusal(
            "body.future",
            sentence("生效日 {day} 还没有到", "{day} has not come yet", day=change.on),
            None,
            sentence("请在生效之日以后登记", "Enter it on or after that day"),
        )
    ended = known.ended_on(change.body)
    if ended is None:
        return None
    return Refusal(
        "body.ended",
        sentence("该单位已于 {day} 停止存续", "The body ended on {day}", day=ended),
        None,
        sentence("请登记在承继单位名下", "Enter it for the body that goes on"),
    )


def _misdirected(change: Change, known: Register) -> Refusal | None:
    needs = {"renamed": bool(change.name), "merged": len(change.to) == 1, "split": len(change.to) >= 2}
    if not needs.get(change.verb, True):
        return Refusal(
            "body.to",
            sentence("没有写明新名称或者去向", "The new name, or who goes on, is missing"),
            RULE,
            sentence(
                "更名写新名称；并入写一个单位；拆分写两个以上，第一个是总承继单位",
                "A new name; one body to merge into; two or more to split into, the general successor first",
            ),
        )
    if change.verb == "abolished" and not change.to and not known.superior(change.body):
        return Refusal(
            "body.heirless",
            sentence("撤销后没有单位承继其承诺和合同", "Nobody would go on with its promises and contracts"),
            RULE,
            sentence("请写明承继单位，或者先登记上级单位", "Name the successor, or enter its superior first"),
        )
    if change.verb in {"merged", "placed"} and _circular(change, known):
        return Refusal(
            "body.circle",
            sentence("去向又回到本单位", "It would lead back to the body itself"),
            None,
            sentence("请核对单位代码", "Please check the codes"),
        )
    return None


def _circular(change: Change, known: Register) -> bool:
    above: Sequence[str] = change.to
    seen = {change.body}
    while above:
        if above[0] in seen:
            return True
        seen.add(above[0])
        further = known.successor(above[0]) if change.verb == "merged" else known.superior(above[0])
        above = (further,) if further and further != above[0] else ()
    return False
