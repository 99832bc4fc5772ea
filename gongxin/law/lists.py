"""Lists of serious dishonesty (严重失信主体名单): who may be listed, from when an entry has effect, until when, who sees it.

The lists stand in the law book under `lists`. A list whose constituting clause is not in force, that lies outside the four
fields, rests on too low a rank or was read from memory alone has no effect on anybody: it takes no new entry, and its
entries are neither shown nor used. Nothing here looks at a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, joined, listed, named, sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef, weakest
from gongxin.law.clauses import clause
from gongxin.law.model import Entry, Item
from gongxin.law.reading import Reader

ITEM = "list-entry"
"""The one catalogue item under which entries of all lists are kept (严重失信主体名单)."""
RULE = "list-entry"
"""The publication rule of items whose entries stand on a list of the book."""
NATIONAL, LOCAL = "national", "local"
FIELDS, RANKS = "list.fields", "list.ranks"
ASKED, ALWAYS = "asked", "always"
"""When a hearing is held: where the party asks for one, or before every decision."""
HEARING_NOTICE = "list.hearing.notice"
MONTHS_OF_A_YEAR = 12
KNOWN, OPEN, NONE = "known", "open", "none"
"""How the end of an entry stands: a last day is known; it runs until it is put right; nothing was said of any list."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A case in which a subject must not be listed (不得列入的情形)."""

    id: str
    name: str
    name_en: str
    source: ClauseRef | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Hearing:
    """When a hearing is held before somebody is listed (听证): `asked`, where the party asks for one, or `always`."""

    when: str
    text: str
    text_en: str
    source: ClauseRef | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Publishing:
    """By when the authority must publish an entry (公布期限): the day of the so-manieth month after it took effect."""

    months: int
    day: int
    source: ClauseRef | None
    certainty: Certainty

    def last_day(self, effective_on: date) -> date:
        """Return the last day on which an entry may still be published in time (最晚公布日)."""
        return add_months(effective_on.replace(day=1), self.months).replace(day=self.day)


@dataclass(frozen=True)
class ListRule:
    """A list as an edition has it (一份名单的规则). Terms are months; `open`: it runs until it is put right."""

    id: str
    name: str
    name_en: str
    item: str
    scope: str
    jurisdiction: str
    """The beginning of the division code in which a local list holds; empty for a national one."""
    domain: str
    authority: Sentence
    marks: tuple[str, ...]
    """Words of which one stands in the name of every body that may list (认定单位名称标志)."""
    subject_kinds: tuple[str, ...]
    public_for: frozenset[str]
    criteria: Sentence
    excluded: tuple[Excluded, ...]
    hearing: Hearing
    months: int | None
    extend_months: int
    open: bool
    from_publication: bool
    """Whether the months are counted from the day the authority published the entry (自公布之日起算)."""
    publishing: Publishing | None
    term_text: Sentence
    exit_months: int | None
    exit_from_cure: bool
    cure: bool
    exit_text: Sentence
    watched: bool
    """Whether organs and institutions are looked for on it daily (每日比对机关事业单位)."""
    bases: tuple[ClauseRef, ...]
    certainty: Certainty
    term_certainty: Certainty

    @property
    def ground(self) -> ClauseRef:
        """The clause that sets the list up (设列依据)."""
        return self.bases[0]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the decision on an entry says (决定书所载): which list, from when, until when, served when."""

    list: str
    effective_on: date | None
    served_on: date | None
    ends_on: date | None = None
    announced_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListTerm:
    """Until when an entry stands (列入期限). `state`: known, open, or the reason why a person has to look at it."""

    state: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom somebody proposes to list (拟列入对象): kind of subject, day of birth of a person, who lists, what excludes."""

    kind: str
    born: date | None
    authority: str
    region: str = ""
    excluded: frozenset[str] = frozenset()
    """Ids of the list's excluded cases that apply (符合的排除情形)."""


def lists_of(law: Edition) -> Mapping[str, ListRule]:
    """Return the lists of an edition by id (名单), in the order of the book."""
    return law.remember("lists", lambda: {entry.id: _read(entry, law) for entry in law.lists()})


def find_list(list_id: str | None, law: Edition) -> ListRule | None:
    """Return a list by its id, or None when the edition has none such (按名单编号查找)."""
    return lists_of(law).get(list_id or "")


def carries_list(item: Item) -> bool:
    """Whether entries of an item stand on a list of the book (是否名单条目), as its publication rule says."""
    return item.publication_rule == RULE


@clause("GBF-2020-49", 3)
@clause("GF-2016-33", 9)
def faults_of(rule: ListRule, *, law: Edition) -> tuple[Refusal, ...]:
    """What makes a list unlawful (设列检查): the linter refuses such a book, and no rule gives the list effect.

    Law:      国办发〔2020〕49号（三）: four fields; national lists by law, regulation or central document, else by a rule;
              local ones by local regulation
    Facts:    the list as the book has it; the ranks of its bases
    Returns:  one Refusal for each fault, naming the rank needed; empty where there is none
    Refuses:  never
    """
    fields = law.parameter(FIELDS)
    found = []
    if rule.domain not in {str(row["name"]) for row in fields.table()}:
        found.append(
            Refusal(
                "list.field",
                sentence(
                    "“{domain}”不在可以设列名单的四类领域内",
                    "“{domain}” is none of the four fields in which a list may stand",
                    domain=rule.domain,
                ),
                str(fields.source),
                joined(Sentence(str(row["name"]), str(row.get("name_en") or row["name"])) for row in fields.table()),
            )
        )
    needed = next((row for row in law.parameter(RANKS).table() if row["id"] == rule.scope), None)
    ranks = {law.book.instruments[ref.instrument].rank for ref in rule.bases if ref.instrument in law.book.instruments}
    if needed is not None and not ranks & set(needed["ranks"]):
        kind = (
            sentence("全国名单", "a national list") if rule.scope == NATIONAL else sentence("地方名单", "a local list")
        )
        source = law.parameter(RANKS).source
        found.append(
            Refusal(
                "list.rank",
                sentence("{kind}的设列依据层级不够", "The basis of {kind} is of too low a rank", kind=kind),
                str(source),
                sentence(
                    "须以{needs}为依据",
                    "It must rest on {needs}",
                    needs=Sentence(str(needed["needs"]), str(needed.get("needs_en") or needed["needs"])),
                ),
            )
        )
    if rule.scope == LOCAL and not rule.jurisdiction:
        found.append(
            Refusal(
                "list.region",
                sentence("地方名单没有写明适用的区划", "The local list does not say for which division it stands"),
                None,
                sentence(
                    "请写 jurisdiction（区划代码的前几位）",
                    "Write its jurisdiction: the first digits of the division code",
                ),
            )
        )
    return tuple(found)


@clause("GBF-2020-49", 3)
def standing_of(rule: ListRule, *, law: Edition) -> Refusal | None:
    """Why a list has no effect on a day, or None where it stands (名单是否有效).

    Law:      国办发〔2020〕49号（三）; a list falls with the clause that sets it up
    Facts:    the list, the edition of the day
    Returns:  None, or the Refusal with the reason
    Refuses:  an unlawful list, one whose basis is not in force, one whose criteria nobody has verified
    """
    return law.remember(("list-standing", rule.id), lambda: _standing(rule, law))


def _standing(rule: ListRule, law: Edition) -> Refusal | None:
    faults = faults_of(rule, law=law)
    if faults:
        return faults[0]
    ground = law.cite(rule.ground)
    if not ground.in_force:
        return Refusal(
            "list.repealed",
            sentence("名单的设列依据（{ground}）现在不施行", "The basis of the list ({ground}) is not in force now", ground=str(ground)),
            str(rule.ground),
            sentence("不再列入；已有条目停止公示和使用", "Nobody is listed any more; entries are no longer shown or used"),
        )  # fmt: skip
    if rule.certainty == "unverified":
        return Refusal(
            "list.unverified",
            sentence("名单的认定标准待法制审核，确认以前不得列入", "The criteria of the list await legal review; nobody is listed before"),
            str(rule.ground),
            sentence("请法制机构在本级法典中确认该名单", "Let the legal office confirm the list in its own law book"),
        )  # fmt: skip
    return None


@clause("FS-2017-7", 3)
@clause("FS-2017-7", 4)
@clause("CC-2020", 17)
@clause("GBF-2020-49", 3)
def may_be_listed(list_id: str, whom: Candidate, *, law: Edition) -> Refusal | None:
    """Whether a subject may be listed by a body on the day of the edition (可否列入): None, or why not.

    Law:      the list's own row; 失信被执行人规定 3, 4; 民法典 17
    Facts:    Candidate; the day of the act is the edition asked for, and the age is told for `law_day`
    Returns:  None where nothing stands against it
    Refuses:  an unknown or ineffective list, another authority, another kind of subject, an excluded case
    """
    rule = find_list(list_id, law)
    if rule is None:
        names = listed(named(each) for each in lists_of(law).values())
        return Refusal(
            "list.unknown", sentence("法典中没有这份名单", "The law book has no such list"), "国办发〔2020〕49号",
            sentence("可以是：{names}", "Choose from: {names}", names=names),
        )  # fmt: skip
    no = standing_of(rule, law=law)
    if no is not None:
        return no
    if rule.marks and not any(mark in whom.authority for mark in rule.marks):
        return Refusal(
            "list.authority",
            sentence("“{rule}”由{authority}认定", "“{rule}” is for {authority} to find", rule=rule, authority=rule.authority),
            str(rule.ground), sentence("请移送有权认定的单位", "Hand it to the body that may find it"),
        )  # fmt: skip
    if rule.scope == LOCAL and not whom.region.startswith(rule.jurisdiction):
        return Refusal(
            "list.elsewhere", sentence("地方名单只在本地适用", "A local list stands in its own place alone"), str(rule.ground),
            sentence("适用区划：{division}", "It stands for division {division}", division=rule.jurisdiction),
        )  # fmt: skip
    if whom.kind not in rule.subject_kinds:
        return Refusal(
            "list.subject", sentence("“{rule}”不列入这类主体", "“{rule}” holds no subjects of this kind", rule=rule),
            str(rule.ground), sentence("请核对名单和主体类别", "Check the list and the kind of subject"),
        )  # fmt: skip
    case = next((each for each in rule.excluded if each.id in whom.excluded), None)
    if case is not None:
        return Refusal(
            "list.excluded", sentence("属于不得列入的情形：{case}", "This is a case in which nobody is listed: {case}", case=case),
            str(case.source or rule.ground), sentence("不予列入", "Do not list"),
        )  # fmt: skip
    return None


@clause("FS-2017-7", 4)
@clause("CC-2020", 17)
@clause("CC-2020", 201)
def refused_minor(born: date | None, on: date, *, law: Edition) -> Refusal | None:
    """Why a person may not be listed for their age, or None (未成年人不得列入).

    Law:      失信被执行人规定 4; 民法典 17 (under eighteen), 201 (the day on which a term begins is not counted: on the
              birthday itself the person still counts as a minor, which is the reading in the person's favour)
    Facts:    the day of birth, None for whoever is no person; the day of the act
    Returns:  None, or the Refusal
    Refuses:  a minor on that day
    """
    rule = law.find_parameter("list.minor.excluded")
    if born is None or rule is None or rule.value is not True:
        return None
    adult = law.parameter("list.adult")
    if on > add_months(born, adult.number() * MONTHS_OF_A_YEAR):
        return None
    return Refusal(
        "list.minor",
        sentence("未成年人不得列入严重失信主体名单", "A minor is put on no list of serious dishonesty"),
        f"{rule.source}；{adult.source}",
        sentence("不予列入；监护人的责任另行依法处理", "Do not list; what a guardian answers for is another matter of law"),
    )  # fmt: skip


@clause("GBF-2020-49", 3)
def effective_day(served_on: date, stated: date | None = None) -> date:
    """From which day an entry has effect (生效日): from service, or the later day that the decision names."""
    return served_on if stated is None or stated < served_on else stated


@clause("FS-2017-7", 2)
@clause("GBF-2020-49", 3)
@clause("CC-2020", 202)
def term_of(stated: Stated, *, law: Edition) -> ListTerm:
    """Until when an entry stands on its list (列入期限), both days inclusive.

    Law:      the list's own term; 失信被执行人规定 2 for an extension; a list that names no term has the prudent bound
              `list.unstated.max` and needs a last day in the decision
    Facts:    Stated
    Returns:  ListTerm
    Refuses:  never; what was not served, contradicts itself or exceeds the bound is left to a person
    """
    rule = find_list(stated.list, law)
    if rule is None:
        return ListTerm(
            sentence(
                "法典中没有这份名单，或者它已停止施行", "The law book has no such list, or it is no longer in force"
            )
        )
    start = stated.effective_on
    if stated.served_on is None:
        return ListTerm(
            sentence(
                "决定书没有送达日期，送达以前不发生效果",
                "The decision has no day of service; before service it has no effect",
            )
        )
    if start is None or start < stated.served_on:
        return ListTerm(sentence("生效日期早于决定书送达日期", "The effect begins before the decision was served"))
    if stated.ends_on is not None and stated.ends_on < start:
        return ListTerm(sentence("列入截止日期早于生效日期", "The last day lies before the effect begins"))
    if rule.from_publication and stated.announced_on is not None and stated.announced_on < start:
        return ListTerm(sentence("公布日期早于生效日期", "It was published before it had effect"))
    counted = counted_from(rule, start, stated.announced_on)
    longest = longest_end(rule, counted, law=law)
    if stated.ends_on is not None:
        if longest is not None and stated.ends_on > longest:
            return ListTerm(
                sentence("列入截止日期超过该名单的最长期限（{longest}）", "The last day lies beyond the longest term of the list ({longest})",
                         longest=longest)
            )  # fmt: skip
        return ListTerm(KNOWN, stated.ends_on)
    if rule.open:
        return ListTerm(OPEN)
    if rule.months is None:
        return ListTerm(
            sentence(
                "名单办法没有载明期限，决定书也没有写明截止日期",
                "Neither the list's rules nor the decision name a last day",
            )
        )
    return ListTerm(KNOWN, add_months(counted, rule.months))


@clause("SAT-54", 11)
@clause("SAT-54", 18)
def counted_from(rule: ListRule, effective_on: date, announced_on: date | None) -> date:
    """From which day the term of an entry is counted (期限起算日).

    Law:      税务总局令第54号 18: from the publication; 11: published by a certain day after it took effect. Who publishes
              late does not lengthen the entry: then it is counted from the last day in time
    Facts:    the list, from when the entry has effect, when its authority published it
    Returns:  the day of effect where the list counts from there, or where no publication is known: that is shorter
    Refuses:  never
    """
    if not rule.from_publication or announced_on is None:
        return effective_on
    in_time = rule.publishing.last_day(effective_on) if rule.publishing is not None else announced_on
    return max(effective_on, min(announced_on, in_time))


@clause("GBF-2020-49", 3)
def refused_unheard(rule: ListRule, *, held: bool) -> Refusal | None:
    """Why nobody may be put on a list without a hearing, or None (应当听证).

    Law:      国办发〔2020〕49号（三）: hear the subject before listing; in which lists a hearing is held unasked, the list's own row says
    Facts:    the list, whether a hearing was held in the case
    Returns:  None, or the Refusal
    Refuses:  a decision on a list that always needs a hearing, before one was held
    """
    if rule.hearing.when != ALWAYS or held:
        return None
    return Refusal(
        "list.hearing",
        sentence("“{rule}”须先举行听证才能决定", "“{rule}” is decided only after a hearing", rule=rule),
        str(rule.hearing.source or rule.ground),
        sentence("请先通知听证、登记听证，再作决定", "Give notice of the hearing, hold it and enter it; then decide"),
    )


@clause("APL-2021", 64)
def earliest_hearing(told_on: date, *, law: Edition) -> date:
    """The first day on which a hearing may be held that was told on a day (最早听证日): so many days' notice at least."""
    return told_on + timedelta(days=law.parameter(HEARING_NOTICE).number())


@clause("FS-2017-7", 2)
def longest_end(rule: ListRule, start: date, *, law: Edition) -> date | None:
    """The last day that a decision may name (最长截止日), extension included; None where the list runs until it is put right.

    `start` is the day from which the term is counted.
    """
    if rule.open:
        return None
    months = rule.months if rule.months is not None else law.parameter("list.unstated.max").number()
    return add_months(start, months + rule.extend_months)


@clause("MHRSS-45", 11)
@clause("MEM-11", 14)
@clause("FS-2017-7", 2)
def early_exit_day(rule: ListRule, effective_on: date, cured_on: date | None) -> date | None:
    """The first day of an early exit (最早可申请移出之日): None where it is not known yet, or where the list names none.

    Law:      the list's own row: 欠薪名单办法 11 counts from the day it was put right, 安全生产名单办法 14 from the listing
    Facts:    the list, from when the entry has effect, when its cause was put right
    Returns:  a day, or None
    Refuses:  never
    """
    if rule.exit_months is None:
        return cured_on if rule.cure and cured_on is not None else None
    if not rule.exit_from_cure:
        return add_months(effective_on, rule.exit_months)
    return None if cured_on is None else add_months(max(cured_on, effective_on), rule.exit_months)


def audience_of(rule: ListRule, kind: str) -> str:
    """Who may see an entry of a list (可见范围): `public` for organisations of public lists; a person's never is."""
    return "public" if kind != "person" and kind in rule.public_for else "government"


def certainty_of(rule: ListRule) -> Certainty:
    """How sure the book is of a list and its term together (把握程度)."""
    return weakest((rule.certainty, rule.term_certainty))


def _read(entry: Entry, law: Edition) -> ListRule:
    reader = Reader(entry.data, f"{entry.path} lists.{entry.id}", law.book.instruments)
    term, leave, publishing = _part(reader, "term"), _part(reader, "early_exit"), _part(reader, "publication")
    excluded = tuple(
        Excluded(row.text("id", None), row.text("name", None), row.text("name_en"), row.find_ref("source"), row.certainty("unverified"))
        for row in reader.rows("excluded_cases")
    )  # fmt: skip
    return ListRule(
        id=entry.id, name=entry.name, name_en=entry.name_en, item=reader.text("item") or ITEM,
        scope=reader.one_of("scope", (NATIONAL, LOCAL), NATIONAL), jurisdiction=reader.text("jurisdiction"),
        domain=reader.text("domain"), authority=_told(reader, "authority"), marks=reader.texts("authority_marks"),
        subject_kinds=reader.texts("subject_kinds"), public_for=frozenset(reader.texts("public_for")) - {"person"},
        criteria=_told(reader, "criteria"), excluded=excluded, hearing=_hearing(_part(reader, "hearing"), entry),
        months=term.number("months"), extend_months=term.number("extend_months") or 0, open=term.flag("open"),
        from_publication=term.text("from") == "publication", publishing=_publishing(publishing, entry),
        term_text=_told(term, "text"), exit_months=leave.number("after_months"), exit_from_cure=leave.text("from") == "cure",
        cure=leave.flag("cure"), exit_text=_told(leave, "text"), watched=bool(reader.text("watch")), bases=entry.bases, certainty=entry.certainty,
        term_certainty=term.certainty(entry.certainty),
    )  # fmt: skip


def _part(reader: Reader, key: str) -> Reader:
    body: Any = reader.body.get(key)
    return reader.part(body if isinstance(body, Mapping) else {}, key)


def _hearing(reader: Reader, entry: Entry) -> Hearing:
    """When a hearing is held; a list that says nothing of it holds one where the party asks."""
    return Hearing(
        reader.one_of("when", (ASKED, ALWAYS), ASKED), reader.text("text"), reader.text("text_en"),
        reader.find_ref("source"), reader.certainty(entry.certainty),
    )  # fmt: skip


def _publishing(reader: Reader, entry: Entry) -> Publishing | None:
    months, day = reader.number("months"), reader.number("day")
    if months is None or day is None:
        return None
    return Publishing(months, day, reader.find_ref("source"), reader.certainty(entry.certainty))


def _told(reader: Reader, key: str) -> Sentence:
    """A text in both languages; Chinese stands in where the book has no English."""
    chinese = reader.text(key)
    return Sentence(chinese, reader.text(f"{key}_en") or chinese)
