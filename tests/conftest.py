"""Fixtures of the whole suite (公用装置): a home of its own, a frozen day, and databases one can empty."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# The settings read the home while they are imported, so it is chosen before any test is collected.
if "GONGXIN_HOME" not in os.environ:
    os.environ["GONGXIN_HOME"] = tempfile.mkdtemp(prefix="gongxin-test-")

# The tests start many programs; where the surroundings forbid Python to keep what it compiled, each start takes seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A terminal that speaks English must not turn the sentences that the tests of the commands read.
os.environ["GONGXIN_LANG"] = "zh"

# A machine that is busy with something else draws and runs slowly; that says nothing about what is tested.
hypothesis_settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any-machine")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("GONGXIN_SHARED_DATA", ROOT.parent / "shared" / "data"))


ASKS_THE_STORE = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option with which the suite runs once more on another store."""
    parser.addoption(
        "--asking-the-store",
        action="store_true",
        help="leave out the tests that may not open the store at all: it is all the same to them which one it is",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the browser's tests last; leave out, with a plain reason, what this machine has no data for.

    The browser's driver keeps an event loop running in the main thread, and after it nobody else could start one.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if config.getoption("--asking-the-store"):
        indifferent = [item for item in items if not asks_the_store(item) or item.get_closest_marker("words")]
        config.hook.pytest_deselected(items=indifferent)
        left_out = set(indifferent)
        items[:] = [item for item in items if item not in left_out]
    if SHARED_DATA.exists():
        return
    for item in items:
        if item.get_closest_marker("shared_data"):
            item.add_marker(pytest.mark.skip(reason="no real data beside the checkout (GONGXIN_SHARED_DATA)"))


def asks_the_store(item: pytest.Item) -> bool:
    """Tell whether a test may open the store (是否用库): to all others it is closed, and asking it would fail them.

    Programs that a test starts have a store of their own, which is always the embedded one.
    """
    return item.get_closest_marker("django_db") is not None or not ASKS_THE_STORE.isdisjoint(
        getattr(item, "fixturenames", ())
    )


@pytest.fixture(scope="session", autouse=True)
def append_only_flush() -> Iterator[None]:
    """Let pytest-django empty the database between two tests, although nothing in it may be deleted.

    The guards are lifted for the one statement that empties the tables, and set again before the next test begins.
    """
    from django.db import transaction
    from django.db.backends.base.operations import BaseDatabaseOperations

    from gongxin.spine import append_only
    from gongxin.spine.projections import grams

    real = BaseDatabaseOperations.execute_sql_flush

    def flush(operations: Any, statements: list[str]) -> None:
        store = operations.connection
        present = set(store.introspection.table_names())
        guarded = [table for table in append_only.GUARDED if table in present]
        with transaction.atomic(using=store.alias):
            append_only.remove(store, guarded)
            if grams.TABLE in present:
                grams.empty(store)
        real(operations, statements)
        with transaction.atomic(using=store.alias):
            append_only.install(store, guarded)

    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = real  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Hash passwords lightly: each town has seven of them, and a hash is slow by intent.

    The programs that tests start as processes of their own hash as an office's do.
    """
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def files_looked_for_when_asked() -> Iterator[None]:
    """Let static files be looked for when they are asked for: every client of a test would else list all of them first."""
    from django.test import override_settings

    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Keep SQLite's test database in a file: writers with connections of their own must be able to open it too."""
    from django.db import connections

    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        settings["TEST"]["NAME"] = str(Path(tempfile.mkdtemp(prefix="gongxin-store-")) / "test.sqlite3")
        # What a test writes need not outlive a power failure; without this every test would wait for the disk.
        settings["OPTIONS"]["init_command"] = settings["OPTIONS"]["init_command"].replace("FULL", "OFF")


@pytest.fixture(scope="module")
def shared_store(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keep what a module's fixtures write for all of its tests (模块共用的库), and take it back after the last one.

    Each test still has a transaction of its own inside, which is rolled back. Only for modules all of whose tests stand on
    what is built here: any other test after it would not find an empty store, and one with `transaction=True` would fail.
    """
    from django.db import transaction

    with django_db_blocker.unblock():
        around = transaction.atomic()
        # Django asks whether a transaction around belongs to the tests before it refuses a durable one inside.
        around._from_testcase = True  # type: ignore[attr-defined]
        with around:
            yield
            transaction.set_rollback(True)


@pytest.fixture
def on_day(settings: Any) -> Callable[[date | str], None]:
    """Return a way to travel: `on_day("2026-05-01")` makes that day today."""

    def travel(day: date | str) -> None:
        settings.GONGXIN_TODAY = day if isinstance(day, str) else day.isoformat()

    return travel


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real data beside the checkout."""
    return SHARED_DATA
