"""The notice that goes with an adverse decision (两书同达): of which entries the one concerned is told how repair works."""

from __future__ import annotations

from datetime import date

from gongxin.law.book import Edition
from gongxin.law.clauses import clause

RULE = "repair.notice"
ADVERSE = "adverse"
MINOR = "minor"
PUBLIC = "public"


@clause("GBF-2025-22")
def notice_due(item: str, decided: date | None, severity: str | None, audience: str, *, law: Edition) -> bool:
    """Whether a notice of repair goes with an entry (是否应当送达信用修复告知书).

    Law:      国办发〔2025〕22号: decision and notice of repair arrive together; of decisions made since it is in force
    Facts:    the item, the day of the decision, grade and audience of the entry as it stands; the edition of today
    Returns:  bool; not for what is favourable or confined to its matters, and not for a minor entry that nobody is shown
    Refuses:  never
    """
    found = law.find_item(item)
    if found is None or found.polarity != ADVERSE or found.confined or (severity == MINOR and audience != PUBLIC):
        return False
    rule = law.book.on(decided or law.day).find_parameter(RULE)
    return rule is not None and rule.value is True
