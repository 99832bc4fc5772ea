"""The walls of the spine (脊柱围墙): no module outside reads what is not public but through the two doors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent.parent / "gongxin"
OUTSIDE = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] != "spine" and "migrations" not in path.parts
)

PRIVATE_MODULES = frozenset(
    {
        "gongxin.spine.standing",
        "gongxin.spine.ledger.payloads",
        "gongxin.spine.projections.resident",
        "gongxin.spine.projections.standings",
        "gongxin.spine.projections.upkeep",
        "gongxin.spine.projections.rebuilding",
    }
)
PRIVATE_NAMES = frozenset({("gongxin.spine.ledger.models", "Payload")})
TABLES = ("ledger_payload",)

WORK_LISTS = frozenset(
    {
        "rooms/resolve/determinations.py",
        "rooms/resolve/conflicts.py",
        "rooms/intake/entering.py",
        "rooms/measures/incomplete.py",
        "rooms/measures/lists/listing.py",
        "rooms/measures/lists/overview.py",
        "rooms/measures/lists/watch.py",
    }
)
"""Who may read rows of `Standing` outside the spine: lists of the office's own work, each within the viewer's body; the
list desk – whether somebody stands on the list already, a body's own entries, public bodies among the debtors; and
intake, which looks for the record a correction belongs to. Whatever they open is read through the gate."""


def imported(path: Path) -> set[tuple[str, str]]:
    """Return every (module, name) a file imports, wherever in it; a whole module counts with an empty name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {(node.module, alias.name) for alias in node.names}
    return found


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_other_way_in(path: Path) -> None:
    for module, name in imported(path):
        assert module not in PRIVATE_MODULES
        assert f"{module}.{name}" not in PRIVATE_MODULES
        assert (module, name) not in PRIVATE_NAMES
        assert (module, name) not in {("gongxin.spine.ledger", "models"), ("gongxin.spine.projections", "models")}
        if (module, name) == ("gongxin.spine.projections.models", "Standing"):
            assert str(path.relative_to(PACKAGE)) in WORK_LISTS
    # The tables are not reached by their names either: neither in SQL nor through the registry of models.
    text = path.read_text(encoding="utf-8")
    assert not [table for table in TABLES if table in text]
    assert "get_model(" not in text


def test_the_walls_would_notice(tmp_path: Path) -> None:
    """The test above is no ornament: each forbidden way is found in a file that takes it."""
    for line in (
        "from gongxin.spine.ledger.models import Payload",
        "def f():\n    from gongxin.spine.ledger import payloads",
        "import gongxin.spine.standing",
        "from gongxin.spine.projections.models import Standing",
        "x = 'SELECT body FROM ledger_payload'",
    ):
        path = tmp_path / "room.py"
        path.write_text(line, encoding="utf-8")
        found = imported(path)
        bad = (
            {f"{module}.{name}".rstrip(".") for module, name in found} & PRIVATE_MODULES
            or found & PRIVATE_NAMES
            or ("gongxin.spine.projections.models", "Standing") in found
            or any(table in path.read_text(encoding="utf-8") for table in TABLES)
        )
        assert bad


def test_no_clock_but_one() -> None:
    """Law and rooms ask `gongxin.spine.clock`, so that a day can be frozen everywhere at once."""
    for path in OUTSIDE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "today" and isinstance(node.value, ast.Name):
                assert node.value.id not in {"date", "datetime"}, path


SETTINGS_ROWS = {"Body", "Account", "ApiKey"}
"""What the administrator's pages may list of our own: bodies, accounts and keys; no record, no look, no case, no consent."""


def test_the_administrators_pages_list_nothing_that_the_gate_guards() -> None:
    """管理页面不登记台账、查阅日志、案件和授权：一行也不绕过关口。"""
    from django.contrib import admin

    ours = {model.__name__ for model in admin.site._registry if model.__module__.startswith("gongxin.")}
    assert ours <= SETTINGS_ROWS, f"these would be read around the gate: {sorted(ours - SETTINGS_ROWS)}"


RIGHTS_ROWS = frozenset({"ConsentRow", "DelegationAct", "IdentityAct", "PasswordAct", "Withheld", "LookReply"})
"""Rows of consents, delegations and delayed notices: read and written by the spine's own functions alone, which fold
them; a door or a room that read them itself could take a revoked consent for a good one."""


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nobody_folds_consents_by_himself(path: Path) -> None:
    named = {name for module, name in imported(path) if module == "gongxin.spine.access.models"}
    assert not named & RIGHTS_ROWS
    text = path.read_text(encoding="utf-8")
    for table in ("access_consentrow", "access_delegationact", "access_identityact", "access_withheld", "access_look"):
        assert table not in text, f"{path.name} names the table {table}"


def test_the_log_is_written_by_the_gate_alone() -> None:
    """Outside the spine nobody writes a look: not a room, not a door, not a command."""
    for path in OUTSIDE:
        for module, name in imported(path):
            assert (module, name) not in {
                ("gongxin.spine.access.looks", "write"), ("gongxin.spine.access", "swift"),
            } or "measures" in path.parts, path  # fmt: skip
        assert "Look.objects.create" not in path.read_text(encoding="utf-8"), path
        assert "LookBatch.objects" not in path.read_text(encoding="utf-8"), path
