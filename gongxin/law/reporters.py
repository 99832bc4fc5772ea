"""Who hands in what was decided (由谁报送): whoever decided, goes on for it or stands above it, or the office of credit.

A record that counts against somebody rests on a decision in force. Whoever could hand in another body's decisions in that
body's name could put anybody on record, and no notice or remedy would have come before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law.clauses import clause
from gongxin.law.complaints import Standing, stem
from gongxin.law.model import Item

OTHERS = "report.decider"
PRIVATE = "report.private"


@dataclass(frozen=True, slots=True)
class Reporter:
    """The body that hands in (报送单位): where it stands, and whether it is a public body."""

    stands: Standing
    public: bool


@clause("GBF-2020-49", 2)
def refused_reporter(item: Item, decider: Standing | None, reporter: Reporter, *, heir: str = "") -> Refusal | None:
    """Say why a body may not hand a row in, or None (能否报送).

    Law:      国办发〔2020〕49号 2: what counts against somebody is recorded by a document in force alone, and within what
              the catalogue says of its sources
    Facts:    the item; the registered body the row names as the one that decided, None where it names none; who hands in;
              the code of the body that goes on for the one that decided
    Returns:  Refusal | None
    Refuses:  a private body, unless the row is not adverse and its own; of adverse items whoever neither decided, goes on
              for the one that did, stands above it, nor is the office of credit of a division that holds it
    """
    adverse, own = item.polarity == "adverse", reporter.stands.code
    if not reporter.public:
        if decider is not None and decider.code == own and not adverse:
            return None
        return Refusal(
            PRIVATE, sentence("“{item}”由作出决定的机关报送", "“{item}” is handed in by the authority that decided", item=item.name),
            "GBF-2020-49/2", sentence("请由该机关报送", "Let that authority hand it in"),
        )  # fmt: skip
    if not adverse or decider is None or own in {decider.code, heir, *decider.above}:
        return None
    if reporter.stands.office and stem(decider.region).startswith(stem(reporter.stands.region)):
        return None
    return Refusal(
        OTHERS, sentence("“{item}”由作出决定的单位报送", "“{item}” is handed in by the body that decided", item=item.name),
        "GBF-2020-49/2",
        sentence("请由 {code}、它的上级或者信用主管单位报送", "Let {code}, one above it or the office of credit hand it in", code=decider.code),
    )  # fmt: skip
