"""Real notices against a whole real register (真实登记库与真实公告): every row accounted for, every defect noticed."""

from __future__ import annotations

import csv
import gzip
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongxin.kernel.identifiers import check_uscc
from gongxin.rooms.intake import batches, held
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.spine.projections.models import Mention, Standing
from gongxin.spine.standing import lines_of

pytestmark = [pytest.mark.django_db, pytest.mark.shared_data]
TODAY = date(2026, 6, 1)


def taken(path: Path, provider: str, item: str) -> Batch:
    batch = batches.receive(path, file_name=path.name, provider=provider, via="test", actor="王敏", item=item)
    done = batches.run(batch.pk)
    assert done.state == Batch.State.DONE, done.message
    assert done.received == done.accepted + done.duplicates + done.refused + done.waiting
    return done


def test_the_notices_of_procurement_beside_the_register_of_a_province(
    shared_data: Path, tmp_path: Path, finance: Any
) -> None:
    register = tmp_path / "河北登记.csv"
    with gzip.open(shared_data / "enterprise_hebei" / "hebei_9_cities.csv.gz") as packed, register.open("wb") as file:
        shutil.copyfileobj(packed, file)
    whole = taken(register, finance.pk, "registration")
    assert (whole.received, whole.refused, whole.duplicates) == (119_015, 0, 0)
    # Two codes twice under different names, and one code of a public institution under a company's name.
    assert whole.waiting == 5
    more = taken(shared_data / "procurement_violations" / "registry_rows.csv", finance.pk, "registration")
    assert (more.received, more.accepted, more.duplicates) == (56, 54, 2)

    path = shared_data / "procurement_violations" / "violations.csv"
    done = taken(path, finance.pk, "procurement-violation")
    assert (done.received, done.accepted, done.duplicates, done.refused, done.waiting) == (584, 567, 1, 8, 8)

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    broken = {row["id"] for row in rows if len(row["SSN"]) == 18 and not check_uscc(row["SSN"].upper()).ok}
    held_rows = list(HeldRow.objects.filter(batch=done))
    by_row = {row.row: row for row in held_rows if row.outcome == HeldRow.Outcome.REFUSED}
    assert {held.values_of(row)["uscc"] for row in by_row.values()} == {
        row["SSN"] for row in rows if row["id"] in broken
    }
    issues = batches.issues_of(done)
    by_code = Counter(str(each["code"]) for each in issues)
    assert (by_code["uscc.check_digit"], by_code["uscc.alphabet"]) == (6, 2)
    # A code with a letter that no code has is repaired by a hint, and never silently.
    hints = {each["value"]: each["suggestion"] for each in issues if each["code"] == "uscc.alphabet"}
    assert all(check_uscc(str(hint)).ok and hint != value for value, hint in hints.items())
    assert by_code["name.cleaned"] == 11
    assert by_code["code.normalised"] == 2
    assert by_code["code.organ_for_company"] == 3
    assert by_code["code.moved"] == 1
    assert Mention.objects.filter(batch=done.pk).count() == 8

    # Every ban ends on the day its own words say, and nobody is barred the day after.
    checked = 0
    for subject in set(Standing.objects.filter(item="procurement-violation").values_list("subject", flat=True)):
        for line in lines_of(subject, as_of=TODAY):
            if line.item != "procurement-violation" or line.clocks.display_until is None:
                continue
            checked += 1
            last = line.clocks.display_until
            assert line.visible == (last >= TODAY)
            later = [each for each in lines_of(subject, as_of=last + timedelta(days=1)) if each.record == line.record]
            assert not any(each.visible for each in later)
    assert checked > 500
