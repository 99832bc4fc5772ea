"""What an entry costs the next visitor (首页和监督总览): the home page and the overview after one more record, in a demonstration.

    GONGXIN_HOME=FOLDER gongxin demo --subjects 40000 --no-serve
    GONGXIN_HOME=FOLDER python -m bench.figures [--entries N]

Each entry is a penalty more in the store, so the folder is one to be thrown away. Pages are asked for in this process, by
the supervisor's account; told is the processor's time, which others on the machine disturb less than the clock.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from datetime import UTC, datetime

PAGES = ("/", "/desk/overview/")
SUPERVISOR = "ducha"


def main() -> int:
    """Measure and tell: the first view, the same view again, and the median of the views after an entry each."""
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description="what an entry costs the next visitor")
    parser.add_argument("--entries", type=int, default=5)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    import django

    django.setup()
    from django.test import Client

    from gongxin.spine.access.models import Account
    from gongxin.spine.ledger.models import Entry

    client = Client(HTTP_HOST="localhost")
    client.force_login(Account.objects.get(username=SUPERVISOR))

    def seconds(page: str) -> float:
        began = time.process_time()
        answer = client.get(page)
        taken = time.process_time() - began
        if answer.status_code != 200:
            raise SystemExit(f"{page} answered {answer.status_code}")
        return taken

    print(f"{Entry.objects.count():,} entries")
    for page in PAGES:
        first, again, after = seconds(page), seconds(page), []
        for _ in range(args.entries):
            enter()
            after.append(seconds(page))
        print(
            f"{page:18} first {first:6.2f} s   again {again:6.2f} s   after an entry {statistics.median(after):6.2f} s"
        )
    return 0


def enter() -> None:
    """Enter the latest penalty once more, under another number and decided today."""
    from gongxin.spine import clock
    from gongxin.spine.ledger import payloads
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append
    from gongxin.spine.ledger.models import Entry

    last = Entry.objects.filter(kind="record", item="penalty").order_by("-seq").first()
    if last is None:
        raise SystemExit("there is no penalty in the store: make a demonstration first")
    (history,) = payloads.histories([last.seq])
    number = f"平测罚〔2026〕{datetime.now(UTC):%H%M%S%f}号"
    payload = {**history.acts[0].payload, "document_no": number, "decided_on": clock.today().isoformat()}
    append([NewAct("record", "penalty", last.subject, last.provider, payload, "bench")])


if __name__ == "__main__":
    raise SystemExit(main())
