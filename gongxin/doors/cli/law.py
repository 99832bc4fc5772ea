"""`gongxin law` (法典): from an article to what rests on it, what changes between editions, what waits for a lawyer."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import lawpages, usage
from gongxin.doors.cli.language import english
from gongxin.kernel.sentences import in_english
from gongxin.law import lint as linting
from gongxin.law.book import Book, BookFault, ClauseRef, Instrument, parse_document
from gongxin.law.comparison import Difference, between_books, between_days
from gongxin.law.index import Case, Index, Resting, Use, cases_in
from gongxin.spine import clock, shelf

NAME = "law"
HELP = gettext_noop("法典：按条文查规则、数据和案例，检查法典，比较版本（不需要数据库）")

CASES = Path(__file__).resolve().parents[3] / "tests" / "law"
"""The golden cases stand beside the code; an installed package has none, and the index then shows none."""

CERTAINTY = {
    "verified": gettext_noop("已核"), "secondary": gettext_noop("二手"), "unverified": gettext_noop("待法制审核"),
}  # fmt: skip
SEVERITY = {"error": gettext_noop("错误"), "warning": gettext_noop("注意"), "notice": gettext_noop("提示")}
SIGN = {"added": "+", "removed": "−", "changed": "~"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    tasks = parser.add_subparsers(dest="task", metavar="TASK", required=True)
    where = tasks.add_parser("where", help=_("条文 → 规则、数据、案例"))
    where.add_argument(
        "instrument",
        metavar="INSTRUMENT",
        help=_("编号、简称、题名或文号，如 APL-2021、行政处罚法、令36；也可连条号写 APL-2021/48"),
    )
    where.add_argument(
        "article", metavar="ARTICLE", nargs="?", help=_("条号，如 48、第四十八条、（十八）；不写则列出全部")
    )
    tasks.add_parser("lint", help=_("检查全部法典：格式、引用、冲突、覆盖、待审核"))
    diff = tasks.add_parser("diff", help=_("两日之间，或两部法典之间有什么不同"))
    diff.add_argument("days", metavar="DAY", nargs="*", type=usage.day, help=_("两个日期"))
    diff.add_argument("--books", nargs=2, metavar=("A", "B"), help=_("两部法典的目录，各可用冒号叠加"))
    for name, words in (("items", _("列出目录事项")), ("matters", _("列出查询事项"))):
        listing = tasks.add_parser(name, help=words)
        listing.add_argument("--on", type=usage.day, metavar="DAY", help=_("按哪一天的版本，默认今天"))
    show = tasks.add_parser("show", help=_("一个事项、查询事项、参数、名单、措施或程序的全部内容"))
    show.add_argument("id", metavar="ID")
    show.add_argument("--on", type=usage.day, metavar="DAY", help=_("按哪一天的版本，默认今天"))
    index = tasks.add_parser("index", help=_("生成条文索引（docs/law-index.md）"))
    index.add_argument("--out", type=Path, metavar="FILE", help=_("写入文件，默认打印"))
    for task in tasks.choices.values():
        task.add_argument("--json", action="store_true", help=_("输出 JSON"))


def run(arguments: argparse.Namespace) -> int:
    """Do the task; 0 done, 1 a faulty book, 2 a question that names nothing in the book."""
    try:
        return _TASKS[arguments.task](arguments)
    except BookFault as fault:
        _report([linting.Finding("error", "book.faulty", fault.place, fault.message)], [], arguments.json)
        return 1


def _where(arguments: argparse.Namespace) -> int:
    book = shelf.book()
    if arguments.article is None and "/" in arguments.instrument:
        # As the law book and the addresses of its pages write it: APL-2021/48, APL-2021/48/1.
        arguments.instrument, _slash, rest = arguments.instrument.partition("/")
        arguments.article = rest.strip("/").partition("/")[0] or None
    found = _instruments(book, arguments.instrument)
    if len(found) != 1:
        near = found or get_close_matches(arguments.instrument.upper(), list(book.instruments), n=5)
        return _unknown(
            arguments.instrument, [each if isinstance(each, str) else f"{each.id} {each.short}" for each in near]
        )
    instrument = found[0]
    index = Index(book, golden_cases(book))
    resting = index.find(instrument.id)
    if arguments.article is not None:
        resting = [entry for entry in resting if _same_article(instrument, entry, arguments.article)]
        if not resting:
            return _unknown(f"{instrument.short} {arguments.article}", list(instrument.articles))
    if arguments.json:
        return _json(
            {"instrument": lawpages.instrument(instrument), "articles": [lawpages.resting(e) for e in resting]}
        )
    title = (english() and instrument.title_en) or f"《{instrument.title}》"
    print(f"{title} {instrument.number}".rstrip(), f"[{_(CERTAINTY[instrument.certainty])}]")
    until = f"—{instrument.until}" if instrument.until else ""
    print(
        instrument.id,
        "·",
        _("施行 %(since)s") % {"since": f"{instrument.since or _('日期未载')}{until}"},
        f"· {instrument.note}" if instrument.note else "",
    )
    for entry in resting:
        _print_resting(entry, book)
    return 0


def _print_resting(entry: Resting, book: Book) -> None:
    print()
    certainty = entry.article.certainty if entry.article and entry.article.certainty else None
    print(entry.label(), f"[{_(CERTAINTY[certainty])}]" if certainty else "")
    if entry.article is not None and entry.article.text:
        print("  " + (_("摘要：") if entry.article.summary else "") + entry.article.text)
    for mark in entry.rules:
        print("  " + _("规则") + f"  {mark.module}.{mark.rule}  {mark.summary}")
    for use in entry.data:
        part = " ".join(word for word in (use.part, _value(book, use)) if word)
        print(
            "  " + _("数据") + f"  {use.kind}.{use.id} {part}".rstrip(), f" {use.path}  [{_(CERTAINTY[use.certainty])}]"
        )
    for case in entry.cases:
        print("  " + _("案例") + f"  {case.path}: {case.name}")
    if not entry.covered:
        print("  " + _("未引用：%(why)s") % {"why": entry.excused or _("没有写明理由")})


def _value(book: Book, use: Use) -> str:
    """A parameter's value where it is one number or word: who asks for the article mostly asks for this."""
    if use.kind != "parameters":
        return ""
    for value in book.values[use.id]:
        if use.part == f"from {value.since}" and isinstance(value.value, int | str):
            return f"= {value.value} {value.unit}"
    return ""


def _lint(arguments: argparse.Namespace) -> int:
    book = shelf.book()
    index = Index(book, golden_cases(book))
    findings = linting.lint(book, index)
    _report(findings, linting.unverified(book), arguments.json, book)
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _report(
    findings: Sequence[linting.Finding],
    waiting: Sequence[tuple[str, str, str, str]],
    as_json: bool,
    book: Book | None = None,
) -> None:
    if as_json:
        document = {
            "book": book.version if book else None,
            "layers": list(book.layers) if book else [],
            "findings": [finding.as_dict() for finding in findings],
            "unverified": [dict(zip(("kind", "id", "part", "clause"), row, strict=True)) for row in waiting],
        }
        _json(document)
        return
    for finding in findings:
        print(
            f"{_(SEVERITY[finding.severity])}  {finding.code}  {finding.place}: {in_english(finding.message) if english() else finding.message}"
        )
    if waiting:
        print("\n" + _("待法制审核 %(n)d 处：") % {"n": len(waiting)})
        for kind, entry_id, part, clause in waiting:
            print(f"  {kind}.{entry_id} {part}".rstrip(), f"  {clause}" if clause else "")
    levels = Counter(finding.severity for finding in findings)
    if book is not None:
        said = _(
            "法典 %(version)s（%(layers)s）：文件 %(files)d 部，事项 %(items)d 个，查询事项 %(matters)d 个，参数 %(values)d 个"
        )
        told = {
            "version": book.version, "layers": "、".join(book.layers), "files": len(book.instruments),
            "items": len(book.items), "matters": len(book.matters), "values": len(book.values),
        }  # fmt: skip
        print("\n" + said % told)
    print(_("，").join(f"{_(word)} {levels[severity]}" for severity, word in SEVERITY.items()))


def _diff(arguments: argparse.Namespace) -> int:
    if bool(arguments.books) == bool(arguments.days) or (arguments.days and len(arguments.days) != 2):
        print(_("用法：gongxin law diff DAY1 DAY2，或 gongxin law diff --books A B"), file=sys.stderr)
        return 2
    if arguments.books:
        before, after = (shelf.book_at(place.split(":")) for place in arguments.books)
        differences, names = between_books(before, after), list(arguments.books)
    else:
        book = shelf.book()
        differences = between_days(book, *sorted(arguments.days))
        names = [day.isoformat() for day in sorted(arguments.days)]
    if arguments.json:
        return _json({"before": names[0], "after": names[1], "differences": [d.as_dict() for d in differences]})
    for difference in differences:
        print(_difference(difference))
    counts = Counter(difference.change for difference in differences)
    said = _("%(before)s → %(after)s：新增 %(added)d，失效 %(removed)d，改变 %(changed)d")
    told = {change: counts[change] for change in SIGN}
    print(said % {"before": names[0], "after": names[1], **told})
    return 0


def _difference(difference: Difference) -> str:
    sides = [part for part in (difference.before, difference.after) if part is not None]
    change = (
        _("%(value)s（出处或确信度改变）") % {"value": sides[0]} if len(set(sides)) < len(sides) else " → ".join(sides)
    )
    source = f"  〔{difference.source}〕" if difference.source else ""
    certainty = f" [{_(CERTAINTY[difference.certainty])}]" if difference.certainty in CERTAINTY else ""
    return f"{SIGN[difference.change]} {difference.kind}.{difference.id}: {change}{source}{certainty}"


def _items(arguments: argparse.Namespace) -> int:
    edition = shelf.book().on(arguments.on or clock.today())
    rows = [lawpages.item(item, edition, short=True) for item in edition.items()]
    if arguments.json:
        return _json({"items": rows})
    for row in rows:
        kind = _("目录第 %(category)s 类") % {"category": row["category"]}
        print(f"{row['id']:<24}{_named(row)}  {kind}  [{_(CERTAINTY[row['certainty']])}]")
        print(f"{'':<24}{_('依据')} {'、'.join(row['bases'])}")
    return 0


def _matters(arguments: argparse.Namespace) -> int:
    edition = shelf.book().on(arguments.on or clock.today())
    rows = [lawpages.matter(matter, short=True) for matter in edition.matters()]
    if arguments.json:
        return _json({"matters": rows})
    for row in rows:
        print(f"{row['id']:<24}{_named(row)}  {row['clause']}  [{_(CERTAINTY[row['certainty']])}]")
    return 0


def _named(row: dict[str, Any]) -> str:
    return str((english() and row["name_en"]) or row["name"])


def _show(arguments: argparse.Namespace) -> int:
    book = shelf.book()
    shown = lawpages.show(book, book.on(arguments.on or clock.today()), arguments.id)
    if not shown:
        found = _instruments(book, arguments.id)
        if len(found) != 1:
            return _unknown(arguments.id, lawpages.close_ids(book, arguments.id))
        shown = [lawpages.instrument(found[0])]
    if arguments.json:
        return _json(shown[0] if len(shown) == 1 else {"found": shown})
    for entry in shown:
        print(lawpages.outline(entry))
    return 0


def _index(arguments: argparse.Namespace) -> int:
    book = shelf.book()
    index = Index(book, golden_cases(book))
    if arguments.json:
        return _json({"articles": [lawpages.resting(entry) for entry in index]})
    page = lawpages.index_page(book, index)
    if arguments.out is None:
        print(page, end="")
        return 0
    arguments.out.write_text(page, encoding="utf-8")
    print(_("已写入 %(place)s") % {"place": arguments.out}, file=sys.stderr)
    return 0


def golden_cases(book: Book) -> list[Case]:
    """The golden cases of a checkout (案例): every YAML file beside the law's tests."""
    cases: list[Case] = []
    for path in sorted(CASES.rglob("*.yaml")) if CASES.is_dir() else []:
        name = str(path.relative_to(CASES.parent.parent))
        text = path.read_text(encoding="utf-8")
        # A file of cases is often a bare list; the reader of law books takes mappings alone.
        wrapped = text if "cases:" in text.split("\n- ", 1)[0] else "cases:\n" + text
        cases += cases_in(name, parse_document(wrapped, name), book)
    return cases


def _instruments(book: Book, asked: str) -> list[Instrument]:
    """By id, short name, title or number, exactly; else every one whose names contain the words asked for."""
    wanted = asked.strip().strip("《》")
    exact = [
        entry
        for entry in book.instruments.values()
        if wanted.casefold() == entry.id.casefold() or wanted in (entry.short, entry.title, entry.number)
    ]
    if exact:
        return exact
    digits = "".join(letter for letter in wanted if letter.isdigit())
    if digits and wanted.strip("第号令") == digits:
        numbered = [e for e in book.instruments.values() if f"令第{digits}号" in e.number]
        return [entry for entry in numbered if entry.number.startswith("国家发展改革委")] or numbered
    return [
        entry
        for entry in book.instruments.values()
        if wanted and any(wanted in text for text in (entry.short, entry.title, entry.number))
    ]


def _same_article(instrument: Instrument, entry: Resting, asked: str) -> bool:
    number = entry.address[1]
    printed = ClauseRef(instrument.id, number or None, numbering=instrument.numbering).article_text()
    wanted = asked.strip()
    bare = wanted.strip("第条（）()")
    return number != "" and (
        wanted in (number, printed)
        or bare == number
        or bare == printed.strip("第条（）()")
        or wanted.startswith(printed)
    )


def _unknown(asked: str, candidates: Sequence[str]) -> int:
    print(_("法典中没有唯一的“%(asked)s”") % {"asked": asked}, file=sys.stderr)
    if candidates:
        print(_("可选：%(names)s") % {"names": _("；").join(candidates[:20])}, file=sys.stderr)
    else:
        print(_("请写编号、简称或文号，条号另写，例如：gongxin law where 行政处罚法 48"), file=sys.stderr)
    return 2


def _json(document: Any) -> int:
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))
    return 0


_TASKS = {
    "where": _where,
    "lint": _lint,
    "diff": _diff,
    "items": _items,
    "matters": _matters,
    "show": _show,
    "index": _index,
}
