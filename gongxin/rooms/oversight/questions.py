"""How questions are worded (疑问表述): what was seen, what was usual, from what it was made; asked, never found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gongxin.kernel.sentences import Sentence, named, sentence
from gongxin.law.circumstances import RISE, SLOW
from gongxin.law.model import Item
from gongxin.law.monitoring import DROP, GAP, LATE, Alarm

SHOWN_GAPS = 6


def words(alarm: Alarm, item: Item | None) -> Sentence:
    """Return a question in words (疑问表述), as it is put to the body."""
    return _WORDS.get(alarm.signal.id, _standing)(
        alarm, named(item) if item is not None else Sentence(alarm.item, alarm.item)
    )


def _drop(alarm: Alarm, item: Sentence) -> Sentence:
    return sentence(
        "{month} 报送{item} {seen} 条，往常约 {usual} 条（此前 {past} 个月，少于 {limit} 条才提问，偶然误报率 {rate}）。请说明原因。",
        "{seen} of {item} were reported in {month}, usually about {usual} ({past} earlier months; asked below {limit}, by chance "
        "{rate}). Please say why.",
        **_counts(alarm), item=item,
    )  # fmt: skip


def _late(alarm: Alarm, item: Sentence) -> Sentence:
    shares = {"seen": f"{alarm.seen:.0%}", "usual": f"{alarm.usual or 0:.0%}", "limit": f"{alarm.limit or 0:.0%}"}
    return sentence(
        "{month} 报送的{item}有 {seen} 迟报，往常约 {usual}（此前 {past} 个月，超过 {limit} 才提问，偶然误报率 {rate}）。请说明原因。",
        "{seen} of {item} reported in {month} were late, usually about {usual} ({past} earlier months; asked above {limit}, by "
        "chance {rate}). Please say why.",
        **{**_counts(alarm), **shares}, item=item,
    )  # fmt: skip


def _gap(alarm: Alarm, item: Sentence) -> Sentence:
    if alarm.series is None:
        return _standing(alarm, item)
    return sentence(
        "{year} 年“{stem}”文书号已收到 {received} 个，最大号 {highest}，其中 {missing} 个号从未收到：{gaps}。"
        "请逐段说明：作废、涉密、未公示还是漏报。",
        "Of the {year} series “{stem}” {received} numbers came in, the highest is {highest}; {missing} never came: {gaps}. Please "
        "say for each run: void, secret, not to be published, or not reported.",
        year=alarm.series.year, stem=alarm.series.stem, received=alarm.series.received, highest=alarm.series.highest,
        missing=alarm.series.missing, gaps=_runs(alarm),
    )  # fmt: skip


def _rise(alarm: Alarm, _item: Sentence) -> Sentence:
    return sentence(
        "{month} 收到对本单位的投诉 {seen} 件，往常约 {usual} 件（此前 {past} 个月，超过 {limit} 件才提问，偶然误报率 {rate}）。"
        "请说明集中在哪些事项、怎样处理。",
        "Complaints about your body in {month}: {seen}, usually about {usual} ({past} earlier months; asked above {limit}, by "
        "chance {rate}). Please say which matters they gather about, and what is done.",
        **_counts(alarm),
    )  # fmt: skip


def _slow(alarm: Alarm, _item: Sentence) -> Sentence:
    return sentence(
        "{month} 答复的投诉 {count} 件，用时中位数 {seen} 天，往常 {usual} 天（此前 {past} 件；没有变慢时这样提问的机会不到 {rate}）。请说明原因。",
        "Complaints answered in {month}: {count}; days taken at the median: {seen}, usually {usual} ({past} earlier ones; asked "
        "so by chance at most {rate}). Please say why.",
        **_counts(alarm), count=len(alarm.rows),
    )  # fmt: skip


def _standing(alarm: Alarm, _item: Sentence) -> Sentence:
    return sentence(
        "{name}：{seen} 项，最早的已 {days} 天（逐项核对，不涉及概率；这是日期或者名单上的事实，不是认定）。请逐项说明原因和办理打算。",
        "{name}: {seen}; days the oldest has stood: {days} (each looked at, no chance in it; a fact by date or by list, no finding). "
        "Please say for each why, and what will be done.",
        name=alarm.signal, seen=f"{alarm.seen:.0f}", days=alarm.longest or 0,
    )  # fmt: skip


def _counts(alarm: Alarm) -> dict[str, object]:
    return {
        "month": f"{alarm.month:%Y-%m}", "seen": f"{alarm.seen:.0f}", "usual": f"{alarm.usual or 0:.0f}",
        "limit": f"{alarm.limit or 0:.0f}", "past": alarm.past, "rate": f"{alarm.signal.false_alarms:.1%}",
    }  # fmt: skip


def _runs(alarm: Alarm) -> str:
    gaps = alarm.series.gaps if alarm.series is not None else ()
    runs = [f"{first}" if first == last else f"{first}–{last}" for first, last in gaps]
    return "、".join(runs[:SHOWN_GAPS]) + ("……" if len(runs) > SHOWN_GAPS else "")


_WORDS: Mapping[str, Callable[[Alarm, Sentence], Sentence]] = {
    DROP: _drop, LATE: _late, GAP: _gap, RISE: _rise, SLOW: _slow,
}  # fmt: skip
