"""The main job (主流程) as its users run it: the program itself, real files, a store of its own, from file to expiry.

Each test starts the real program in a process of its own, as an operator or a script would, and reads its JSON.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("GONGXIN_SHARED_DATA", ROOT.parent / "shared" / "data"))
VIOLATIONS = SHARED / "procurement_violations" / "violations.csv"
REGISTER = SHARED / "procurement_violations" / "registry_rows.csv"
real_notices = pytest.mark.skipif(not VIOLATIONS.exists(), reason="real notices are not beside the checkout")


class Office:
    """A credit office (信用办) in a folder of its own, whose day can be set."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.address = f"sqlite:///{home / 'office.sqlite3'}"

    def run(self, *arguments: str, today: str = "2022-06-01") -> subprocess.CompletedProcess[str]:
        """Run the program once and return what it printed."""
        environment = {
            **os.environ,
            "GONGXIN_HOME": str(self.home),
            "GONGXIN_DATABASE_URL": self.address,
            "GONGXIN_DEMO": "1",
            "GONGXIN_TODAY": today,
        }
        return subprocess.run(
            [sys.executable, "-m", "gongxin.doors.cli", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, *arguments: str, today: str = "2022-06-01") -> Any:
        """Run the program with --json and return the document it printed."""
        done = self.run(*arguments, "--json", today=today)
        assert done.stdout, f"nothing on standard output: {done.stderr[-2000:]}"
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("office"))
    started = office.run("init")
    assert started.returncode == 0, started.stderr
    return office


@pytest.fixture(scope="module")
def notices(office: Office) -> dict[str, Any]:
    """Take in the real register rows and the 584 real procurement notices; return the report on the notices."""
    office.ask("intake", str(REGISTER), "--item", "registration")
    report: dict[str, Any] = office.ask("intake", str(VIOLATIONS), "--item", "procurement-violation")
    return report


@pytest.fixture(scope="module")
def rows() -> dict[int, dict[str, str]]:
    """The notices by their row in the file as a person counts them: the heading is row 1 of the table."""
    with VIOLATIONS.open(encoding="utf-8-sig", newline="") as file:
        return dict(enumerate(csv.DictReader(file), start=2))


@real_notices
def test_every_row_is_accounted_for(notices: dict[str, Any]) -> None:
    parts = [notices[key] for key in ("accepted", "duplicates", "refused", "waiting")]
    assert notices["received"] == 584 == sum(parts)
    assert notices["accepted"] > 400


@real_notices
def test_no_code_with_a_wrong_check_digit_gets_in(notices: dict[str, Any], rows: dict[int, dict[str, str]]) -> None:
    from stdnum.cn import uscc

    wrong = {number for number, row in rows.items() if not uscc.is_valid(row["SSN"].strip().upper())}
    held = {issue["row"] for issue in notices["issues"] if str(issue["code"]).startswith(("uscc", "code.moved"))}
    assert wrong, "the real notices are known to hold faulty codes"
    assert wrong <= held


@real_notices
def test_a_bodys_code_typed_for_companies_waits_for_a_person(
    notices: dict[str, Any], rows: dict[int, dict[str, str]]
) -> None:
    companies = {n for n, row in rows.items() if row["SSN"] == "11230203001903981W" and "公司" in row["company_name"]}
    assert companies
    assert companies <= {issue["row"] for issue in notices["issues"]}


@real_notices
def test_handing_the_same_file_in_again_changes_nothing(office: Office, notices: dict[str, Any]) -> None:
    again = office.ask("intake", str(VIOLATIONS), "--item", "procurement-violation")
    assert again["accepted"] == 0
    assert again["received"] == 584
    assert office.ask("fsck")["ok"] is True


@real_notices
def test_a_ban_binds_on_its_last_day_and_not_on_the_next(office: Office, notices: dict[str, Any]) -> None:
    """保定嘉铭启智商贸有限公司: decided 2022-01-24, three years."""
    code = "91130606MA07L52A6Q"
    last = office.ask("check", code, "--matter", "procurement", "--as-of", "2025-01-24", today="2025-01-24")
    assert len(last["must_act"]) == 1
    entry = last["must_act"][0]
    assert set(entry) >= {
        "record",
        "item",
        "authority",
        "document",
        "decided",
        "display_until",
        "clause",
        "effect",
        "remedy",
    }
    assert all(
        entry[key] for key in ("authority", "document", "decided", "display_until", "clause", "effect", "remedy")
    )
    after = office.ask("check", code, "--matter", "procurement", "--as-of", "2025-01-25", today="2025-01-25")
    assert after["must_act"] == []
    assert after["for_reference"] == []


@real_notices
def test_no_path_shows_an_entry_after_its_term(office: Office, notices: dict[str, Any], tmp_path: Path) -> None:
    code, name = "91130606MA07L52A6Q", "嘉铭启智"
    for day, shown in (("2025-01-24", True), ("2025-01-25", False)):
        standing = json.dumps(office.ask("standing", code, "--as-of", day, today=day), ensure_ascii=False)
        folder = tmp_path / day
        exported = office.run("export", str(folder), today=day)
        assert exported.returncode == 0, exported.stderr
        text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.csv"))
        found = json.dumps(office.ask("search", name, today=day), ensure_ascii=False)
        assert (code in text) is shown, day
        assert (code in found) is shown, day
        assert ("effective" in standing) is shown, day


@real_notices
def test_the_past_can_be_asked_as_it_was_known(office: Office, notices: dict[str, Any]) -> None:
    code = "91130606MA07L52A6Q"
    before = office.ask("standing", code, "--known-at", "1")
    assert code not in json.dumps(list(before.get("lines", [])), ensure_ascii=False)


@real_notices
def test_names_are_kept_as_reported_and_read_without_their_line_breaks(
    office: Office, notices: dict[str, Any], rows: dict[int, dict[str, str]]
) -> None:
    broken = [row for row in rows.values() if row["company_name"] != "".join(row["company_name"].split())]
    assert broken
    seen = 0
    for row in broken[:5]:
        answer = office.ask("search", row["SSN"])
        text = json.dumps(answer, ensure_ascii=False)
        if row["SSN"] in text:
            seen += 1
            assert "\\n" not in text
    assert seen
