"""The facts a rule may look at (规则所看的事实): read from a record's fields, nothing that names the subject."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from gongxin.kernel.identifiers.citizen import is_citizen
from gongxin.kernel.identifiers.uscc import is_uscc
from gongxin.law.bans import BARRED, Ban, barred, read_ban
from gongxin.law.book import Edition
from gongxin.law.lists import NONE, ListTerm, Stated, carries_list, term_of
from gongxin.law.model import FieldSpec, Item

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?")
UNREAD = "unread"
CONFISCATIONS = frozenset({"confiscation", "confiscate-income", "confiscate-goods"})
_JOINTS = re.compile(r"[\s、，,；;/|+&。.（）()和及并处与\[\]\"'：:]+")
_PLACE = re.compile(r".{1,10}?[省市县区州盟旗]")
_CITIZEN_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
NO_BAN = Ban(None, None, None, None)
_CODES = ("uscc", "regno", "orgcode", "taxno", "institution_no", "society_no")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What the law looks at in a record (记录事实). Dates are days; amounts are brought to bands as well."""

    item: str
    subject_kind: str = "unknown"
    decided_on: date | None = None
    kinds: frozenset[str] = frozenset()
    fine: str = "none"
    fine_yuan: Decimal | None = None
    simple_procedure: bool | None = None
    severity: str | None = None
    publication: str | None = None
    sector: str | None = None
    long_minimum: bool = False
    ban_months: int | None = None
    ban_until: date | None = None
    ban_scope: str | None = None
    ban_region: str | None = None
    ban_undecided: str | None = None
    ban_note: str = ""
    valid_until: date | None = None
    removed_on: date | None = None
    performed_on: date | None = None
    announced_on: date | None = None
    due_on: date | None = None
    status: str | None = None
    performed: str | None = None
    listed: str | None = None
    """On which list of the book it stands (名单编号)."""
    list_end: str = NONE
    """known, open, none, or the reason why a person has to look at its end (列入期限状态)."""
    list_until: date | None = None


def facts_of(item: Item, payload: Mapping[str, str | None], *, law: Edition) -> RecordFacts:
    """Read a record's fields into facts (读取事实). Days are ISO days; enumerated fields are their values or names."""
    basis, authority = text_of(payload, "basis"), text_of(payload, "authority")
    kinds = read_kinds(item.find_field("penalty_kinds"), text_of(payload, "penalty_kinds"))
    fine_yuan = amount_of(payload.get("fine_wan"))
    kinds |= kinds_from_amounts(fine_yuan, amount_of(payload.get("confiscated_wan")))
    sector = sector_of(basis, law=law)
    decided_on = day_of(payload.get(item.dated_by))
    announced_on = day_of(payload.get("announced_on"))
    ban = NO_BAN
    if item.find_field("penalty_content") is not None:
        ban = read_ban(text_of(payload, "penalty_content"), basis, decided_on, law=law, announced_on=announced_on)
    ban = barred(item, day_of(payload.get(BARRED))) or ban
    listed = choice_of(item.find_field("list"), payload.get("list")) if carries_list(item) else None
    stands = list_term(listed, payload, decided_on, law=law) if carries_list(item) else ListTerm(NONE)
    return RecordFacts(
        item=item.id,
        subject_kind=subject_kind_of(item, payload),
        decided_on=decided_on,
        kinds=kinds,
        fine=fine_band(kinds, fine_yuan, sector, law=law),
        fine_yuan=fine_yuan,
        simple_procedure=is_simple(item, payload, law=law),
        sector=sector,
        long_minimum=has_marks(law, "grading.long-minimum.marks", basis, authority),
        valid_until=day_of(payload.get("valid_until")),
        removed_on=day_of(payload.get("removed_on")),
        performed_on=day_of(payload.get("performed_on")),
        announced_on=announced_on,
        due_on=day_of(payload.get("due_on")),
        status=choice_of(item.find_field("status"), payload.get("status")),
        performed=choice_of(item.find_field("performed"), payload.get("performed")),
        ban_months=ban.months,
        ban_until=ban.until,
        ban_scope=ban.scope,
        ban_region=_named_region(ban.region, authority),
        ban_undecided=ban.undecided,
        ban_note=ban.note,
        listed=listed,
        list_end=stands.state,
        list_until=stands.until,
    )


def list_term(
    listed: str | None, payload: Mapping[str, str | None], effective_on: date | None, *, law: Edition
) -> ListTerm:
    """Until when an entry stands on its list (列入期限), from the record's own fields."""
    served_on, ends_on = day_of(payload.get("served_on")), day_of(payload.get("ends_on"))
    stated = Stated(listed or "", effective_on, served_on, ends_on, day_of(payload.get("announced_on")))
    return term_of(stated, law=law)


def _named_region(region: str | None, authority: str) -> str | None:
    """本市 in a decision means the deciding authority's own city (本市即作出机关所在的市)."""
    if region is None or not region.startswith(("本", "全")):
        return region
    place = _PLACE.match(authority)
    return place[0] if place else region


def text_of(payload: Mapping[str, str | None], field_id: str) -> str:
    return (payload.get(field_id) or "").strip()


def day_of(text: str | None) -> date | None:
    """An ISO day, or nothing (日期): intake has already read what people write; the law does not guess."""
    said = (text or "").strip()
    if not ISO_DAY.fullmatch(said):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def amount_of(text: str | None) -> Decimal | None:
    """An amount given in 万元, in yuan (金额); nothing when there is none or it cannot be read."""
    said = (text or "").strip().replace(",", "").replace("，", "")
    return Decimal(said) * 10_000 if AMOUNT.fullmatch(said) else None


def kinds_from_amounts(fine_yuan: Decimal | None, confiscated_yuan: Decimal | None) -> frozenset[str]:
    """Kinds of penalty that an amount alone proves (由金额可知的种类)."""
    found = {"fine"} if fine_yuan else set()
    return frozenset(found | ({"confiscation"} if confiscated_yuan else set()))


def read_kinds(spec: FieldSpec | None, text: str) -> frozenset[str]:
    """The kinds of penalty a text names (处罚种类识别), the longest names first; what is left over is `unread`."""
    return _read_kinds(spec.names_longest_first, text) if spec is not None and text else frozenset()


@lru_cache(maxsize=65_536)
def _read_kinds(names: tuple[tuple[str, str], ...], text: str) -> frozenset[str]:
    found = set()
    rest = text
    for name, value in names:
        if name in rest:
            found.add(value)
            rest = rest.replace(name, " ")
    if _JOINTS.sub("", rest):
        found.add(UNREAD)
    return frozenset(found)


def choice_of(spec: FieldSpec | None, text: str | None) -> str | None:
    """The value of an enumerated field (枚举值), or the text itself when it is none of the choices."""
    said = (text or "").strip()
    if spec is None or not said:
        return None
    choice = spec.find_choice(said)
    return choice.value if choice is not None else said


def sector_of(basis: str, *, law: Edition) -> str | None:
    """The field a penalty belongs to (领域), recognised by the laws it rests on."""
    for name, marks in sectors(law):
        if any(mark in basis for mark in marks):
            return name
    return None


def sectors(law: Edition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The fields the book knows with the names of laws that mark them (领域与标志)."""
    return law.remember("sectors", lambda: _sectors(law))


def _sectors(law: Edition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    value = law.find_parameter("sectors")
    rows = value.table() if value is not None else ()
    return tuple((str(row["id"]), tuple(str(mark) for mark in row["marks"])) for row in rows)


def marks_of(law: Edition, parameter: str) -> tuple[str, ...]:
    value = law.find_parameter(parameter)
    return value.texts() if value is not None else ()


def has_marks(law: Edition, parameter: str, *texts: str) -> bool:
    return any(mark in text for mark in marks_of(law, parameter) for text in texts)


def fine_band(kinds: frozenset[str], fine_yuan: Decimal | None, sector: str | None, *, law: Edition) -> str:
    """A fine brought to its band (罚款档次): none, below, larger, huge – or unknown where no threshold is set."""
    if not fine_yuan:
        return "unknown" if "fine" in kinds else "none"
    larger, huge = thresholds(sector, law=law)
    if huge is not None and fine_yuan >= huge:
        return "huge"
    if larger is not None:
        return "larger" if fine_yuan >= larger else "below"
    return "unknown"


def thresholds(sector: str | None, *, law: Edition) -> tuple[Decimal | None, Decimal | None]:
    """The larger and the huge fine of a field in yuan (较大数额、巨额), as far as the book knows them."""
    if sector is None:
        return None, None
    larger, huge = law.find_parameter(f"fine.larger.{sector}"), law.find_parameter(f"fine.huge.{sector}")
    return (larger.amount() if larger else None), (huge.amount() if huge else None)


def is_simple(item: Item, payload: Mapping[str, str | None], *, law: Edition) -> bool | None:
    """Whether the summary procedure was used (简易程序), said by the field or by the name of the decision."""
    said = choice_of(item.find_field("procedure"), payload.get("procedure"))
    if said in ("simple", "ordinary"):
        return said == "simple"
    names = (text_of(payload, "document_name"), text_of(payload, "document_no"))
    return True if has_marks(law, "procedure.simple.marks", *names) else None


def subject_kind_of(item: Item, payload: Mapping[str, str | None]) -> str:
    """Organisation, sole trader or person (主体类别); `unknown` is treated as a person: never public."""
    codes = [text_of(payload, code) for code in _CODES]
    if any(is_person_code(code) for code in codes):
        return "person"
    said = choice_of(item.find_field("subject_kind"), payload.get("subject_kind"))
    if said in ("organisation", "sole-trader", "person"):
        return said
    if text_of(payload, "person_id"):
        return "person"
    # A sole trader's code begins 92; without any statement of the kind, a code is enough to know it is not a person.
    if text_of(payload, "uscc").startswith("92"):
        return "sole-trader"
    return "organisation" if any(codes) else "unknown"


def is_person_code(code: str) -> bool:
    """Whether a citizen's number was put where a code belongs (证件号填入代码栏)."""
    said = code.upper()
    return bool(_CITIZEN_SHAPE.fullmatch(said)) and is_citizen(said) and not is_uscc(said)
