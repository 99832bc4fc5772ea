"""Forbidden data (禁止采集的信息): recognised by its heading, refused as a column."""

from __future__ import annotations

import re
import unicodedata

from gongxin.law.book import Edition
from gongxin.law.clauses import clause
from gongxin.law.model import Forbidden

_NOISE = re.compile(r"[\s*＊（）()【】\[\]:：_/\\-]+")


@clause("CREDIT-631", 14, 1)
@clause("CREDIT-631", 14, 2)
@clause("PIPL-2021", 28)
def find_forbidden(heading: str, *, law: Edition) -> Forbidden | None:
    """The forbidden kind of data a heading names (表头是否属于禁止采集), or nothing.

    Law:      征信业管理条例 14: religion, genes, fingerprints, blood type, illness never; income, deposits, securities,
              commercial insurance, real estate, amount of tax only with written consent – and no item has a field for them
    Facts:    one heading of a column
    Returns:  Forbidden with its clause and the way forward, or None
    Refuses:  never; intake refuses the column
    """
    said = _plain(heading)
    if not said:
        return None
    for kind in law.forbidden():
        if any(_plain(word) in said for word in kind.except_for):
            continue
        if any(said == _plain(word) for word in kind.headings) or any(_plain(word) in said for word in kind.contains):
            return kind
    return None


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()
