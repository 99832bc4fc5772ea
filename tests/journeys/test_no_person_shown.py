"""A natural person (自然人) on every channel: neither name nor number comes out anywhere the public can look."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from gongxin.doors.api import keys
from gongxin.doors.cli import main
from gongxin.rooms.disclosure import lists
from gongxin.rooms.disclosure.export import export
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.intake.watch import Watcher
from gongxin.rooms.intake.work import run_pending
from gongxin.spine import home, public
from gongxin.spine.access.models import ApiKey
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import epoch, grams
from tests.doors.web import town as place
from tests.doors.web.conftest import Town, forgetful, people, signed_in, town
from tests.rooms.intake.making import citizens, code, penalty

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["forgetful", "people", "signed_in", "town"]

CHANNELS = ("cli", "web", "api", "folder")
ORGANISATION = "平陵市对照组商贸有限公司"
"""An organisation reported in the same files: where it is found and the people are not, the looking was real."""
ON_DISPLAY = {
    "处罚决定日期": "2026-11-16", "处罚类别": "没收违法所得", "处罚内容": "没收违法所得12万元", "罚款金额（万元）": "",
    "没收违法所得、没收非法财物的金额（万元）": "12",
}  # fmt: skip
PUBLIC_PAGES = 400


@dataclass(frozen=True)
class Person:
    """An invented person (虚构自然人) with a number whose check digit is right."""

    name: str
    number: str

    def row(self, number: int, **changes: str) -> dict[str, str]:
        about = {
            "行政相对人名称": self.name, "行政相对人类别": "自然人", "统一社会信用代码": "", "法定代表人": "",
            "自然人证件类型": "身份证", "自然人证件号码": self.number, "处罚决定日期": "2026-11-16",
        }  # fmt: skip
        return penalty(number) | about | changes

    def traces(self) -> list[str]:
        """Everything by which one would know the person again: the name, the number, and its telling middle."""
        return [self.name, self.number, self.number[6:]]


def everybody() -> dict[str, list[Person]]:
    """Return four people for each channel, by names that occur nowhere else."""
    numbers = citizens()
    marks = iter("甪亍仂仉仞仡仫伉伛佤佧佚佞佟佶佻")
    return {channel: [Person(f"欧阳{next(marks)}鑫", next(numbers)) for _ in range(4)] for channel in CHANNELS}


def file_of(first: int, group: list[Person]) -> bytes:
    """Return a file with a person entered, one refused, one with a wrong number, one who waits, and an organisation."""
    entered, refused, wrong, spaced = group
    last = "0" if wrong.number[-1] != "0" else "1"
    rows = [
        entered.row(first),
        refused.row(first + 1, 违法事实=""),
        Person(wrong.name, wrong.number[:-1] + last).row(first + 2),
        Person(f" {spaced.name}\n", spaced.number).row(first + 3),
        penalty(first + 4, 行政相对人名称=ORGANISATION, 统一社会信用代码=code(first), **ON_DISPLAY),
    ]
    target = io.StringIO()
    writer = csv.DictWriter(target, list(rows[0] | rows[-1]), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


@pytest.fixture
def before(town: Town) -> int:
    """Return how many penalties were on display before anything was handed in."""
    return public.public_counts(place.TODAY)["penalty"]


@pytest.fixture
def taken_in(
    before: int, town: Town, signed_in: Callable[[str], Client], tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> tuple[dict[str, list[Person]], str]:  # fmt: skip
    """Hand the people in on every channel; return them and what was printed and logged meanwhile."""
    caplog.set_level("DEBUG")
    groups = everybody()
    files = {channel: file_of(1 + 10 * number, groups[channel]) for number, channel in enumerate(CHANNELS)}

    path = tmp_path / "命令行.csv"
    path.write_bytes(files["cli"])
    main(["intake", str(path), "--provider", place.ENVIRONMENT, "--json"])
    main(["intake", str(path), "--provider", place.ENVIRONMENT])

    upload = SimpleUploadedFile("网页.csv", files["web"])
    assert signed_in("steward").post(reverse("web:intake"), {"file": upload, "item": ""}).status_code == 302

    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(
        body_id=place.ENVIRONMENT, label="业务系统", prefix=prefix, digest=digest, scopes=["batches:write"]
    )
    keys.keyring.forget()
    sent = Client().post(
        "/api/v1/batches", {"file": SimpleUploadedFile("接口.csv", files["api"])},
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert sent.status_code == 202
    run_pending()

    inbox = tmp_path / "inbox"
    (inbox / place.ENVIRONMENT).mkdir(parents=True)
    (inbox / place.ENVIRONMENT / "目录.csv").write_bytes(files["folder"])
    (report,) = Watcher(inbox).round(settled=True)

    assert {batch.via for batch in Batch.objects.filter(state="done")} == {"cli", "web", "api", "folder"}
    for batch in Batch.objects.exclude(resubmits__gt=0):
        assert (batch.received, batch.accepted, batch.refused) == (5, 3, 2), batch.via
    said = capsys.readouterr()
    findings = json.dumps(report, ensure_ascii=False)
    return groups, "\n".join([said.out, said.err, caplog.text, findings, sent.content.decode()])


def found_in(text: str, groups: dict[str, list[Person]]) -> list[str]:
    return [trace for group in groups.values() for person in group for trace in person.traces() if trace in text]


def public_pages() -> Iterator[tuple[str, str]]:
    """Yield every page a stranger reaches by following links from the first (公开页面), with its address."""
    client, waiting, seen = Client(), ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        content = b"".join(answer) if answer.streaming else answer.content
        parquet = address.endswith(".parquet")
        text = pl.read_parquet(io.BytesIO(content)).write_csv() if parquet else content.decode(errors="replace")
        if "json" in answer.headers["Content-Type"] and not address.endswith(".jsonl"):
            # Written without escapes, so that a name in it is met as a name.
            text = json.dumps(json.loads(text), ensure_ascii=False)
        yield address, text
        for found in re.findall(r'(?:href|src)="(/[^"#]*)', text):
            link = found.replace("&amp;", "&")
            if (
                link not in seen
                and not link.startswith(("/static/", "/desk/", "/accounts/"))
                and len(seen) < PUBLIC_PAGES
            ):
                seen.add(link)
                waiting.append(link)


def test_no_public_page_shows_a_person(taken_in: tuple[dict[str, list[Person]], str]) -> None:
    groups, _ = taken_in
    pages = dict(public_pages())
    assert any(ORGANISATION in text for text in pages.values())
    assert "/search" in pages and any(address.startswith("/open-data/") for address in pages)
    for address, text in pages.items():
        assert found_in(text, groups) == [], address


def by_interface(question: str) -> str:
    """Ask the machine interface (接口查询) with a key that may search."""
    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(body_id=place.CENTRE, label="交易系统", prefix=prefix, digest=digest, scopes=["search:read"])
    keys.keyring.forget()
    answer = Client().get("/api/v1/search", {"text": question}, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200, answer.content
    return json.dumps(answer.json(), ensure_ascii=False)


def test_nobody_finds_a_person_by_asking(taken_in: tuple[dict[str, list[Person]], str]) -> None:
    groups, _ = taken_in
    client = Client()
    assert ORGANISATION in client.get("/search", {"q": "对照组"}).content.decode()
    nobody = client.get("/search", {"q": "欧阳甴鑫"}).content.decode()
    for person in (each for group in groups.values() for each in group):
        for question in (person.name, person.name[1:]):
            # What was asked is repeated on the page; beyond that the page says what it says of nobody.
            page = client.get("/search", {"q": question}).content.decode()
            assert page.count(question) == nobody.count("欧阳甴鑫"), question
        for question in (person.number, f"{person.number[:6]} {person.number[6:]}"):
            for answer in (client.get("/search", {"q": question}).content.decode(), by_interface(question)):
                # The address a link leads back to may repeat what was asked; what can be read on the page may not.
                read = re.sub(r'href="[^"]*"', "", answer)
                assert person.number not in read and person.name not in answer
        assert client.get(f"/subjects/{person.number}/").status_code == 404
        assert client.get(f"/api/v1/subjects/{person.number}").status_code in {401, 404}
        told = json.loads(by_interface(person.name))
        assert (told["total"], told["hits"], told["suggestions"]) == (0, [], [])
    assert ORGANISATION in by_interface("对照组")


def test_no_figure_counts_a_person_and_the_quality_page_names_none(
    taken_in: tuple[dict[str, list[Person]], str], signed_in: Callable[[str], Client], before: int
) -> None:
    groups, _ = taken_in
    people = Entry.objects.filter(item="penalty", kind="record", subject__startswith="person:").count()
    assert people == 2 * len(CHANNELS)
    organisations = before + len(CHANNELS)
    assert public.public_counts(place.TODAY)["penalty"] == organisations
    listed = next(row for row in lists.index(place.TODAY) if row.item == "penalty")
    assert listed.on_display == organisations
    for role in ("operator", "supervisor", "steward", "administrator", "auditor"):
        page = signed_in(role).get(reverse("web:quality"))
        assert page.status_code in {200, 403}
        assert found_in(page.content.decode(), groups) == [], role


def test_no_exported_file_holds_a_person(taken_in: tuple[dict[str, list[Person]], str], tmp_path: Path) -> None:
    groups, _ = taken_in
    done = export(tmp_path / "open", place.TODAY)
    written = [path for path in done.directory.rglob("*") if path.is_file()]
    assert {path.suffix for path in written} >= {".csv", ".jsonl", ".parquet", ".json"}
    texts = {
        path: pl.read_parquet(path).write_csv() if path.suffix == ".parquet" else path.read_text(encoding="utf-8")
        for path in written
    }
    assert any(ORGANISATION in text for text in texts.values())
    for path, text in texts.items():
        assert found_in(text, groups) == [], path.name


def test_no_log_and_no_report_holds_a_number(taken_in: tuple[dict[str, list[Person]], str]) -> None:
    groups, said = taken_in
    numbers = [trace for group in groups.values() for person in group for trace in person.traces()[1:]]
    assert [number for number in numbers if number in said] == []


def tables() -> dict[str, str]:
    """Return every table's whole content as text (全库文本), the index of names among them."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == grams.INDEX:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = "\n".join(
                bytes(cell).decode("utf-8", errors="replace") if isinstance(cell, bytes | memoryview) else str(cell)
                for row in cursor.fetchall()
                for cell in row
            )
    return found


@pytest.mark.parametrize("redrawn", [False, True])
def test_no_table_holds_a_number_and_no_index_a_name(
    taken_in: tuple[dict[str, list[Person]], str], redrawn: bool
) -> None:
    groups, _ = taken_in
    if redrawn:
        epoch.rebuild()
    stored = tables()
    assert any(ORGANISATION in text for name, text in stored.items() if name.startswith("projections_"))
    numbers = [trace for group in groups.values() for person in group for trace in person.traces()[1:]]
    names = [person.name for group in groups.values() for person in group]
    for table, text in stored.items():
        assert [number for number in numbers if number in text] == [], table
        # The ledger's own payload is read through the gate alone; everything else knows no person's name.
        if table != "ledger_payload":
            assert [name for name in names if name in text] == [], table


@pytest.mark.parametrize("redrawn", [False, True])
def test_the_index_of_names_knows_no_pair_of_a_persons_characters(
    taken_in: tuple[dict[str, list[Person]], str], redrawn: bool
) -> None:
    groups, _ = taken_in
    if redrawn:
        epoch.rebuild()
    assert _indexed(ORGANISATION[3:6])
    for person in (each for group in groups.values() for each in group):
        assert not _indexed(person.name[1:3]), "no gram of the name's rare character"


def _indexed(text: str) -> bool:
    """Ask the index itself (字组索引) whether it knows some pair of these characters."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT 1 FROM {grams.TABLE} WHERE grams && %s", [grams.numbers(text)])
        else:
            cursor.execute(f"SELECT 1 FROM {grams.INDEX} WHERE {grams.INDEX} MATCH %s", [grams.match_any(text)])
        return cursor.fetchone() is not None


def test_what_was_handed_in_lies_sealed(taken_in: tuple[dict[str, list[Person]], str]) -> None:
    groups, _ = taken_in
    stored = [path for path in home.uploads().rglob("*") if path.is_file()]
    assert len(stored) >= len(CHANNELS)
    traces = [trace.encode() for group in groups.values() for person in group for trace in person.traces()]
    for path in stored:
        content = path.read_bytes()
        assert [trace for trace in traces if trace in content] == []


def test_the_returned_rows_go_back_to_their_own_department_alone(
    taken_in: tuple[dict[str, list[Person]], str], signed_in: Callable[[str], Client]
) -> None:
    groups, _ = taken_in
    batch = Batch.objects.get(via="web")
    address = reverse("web:rejects", args=[batch.pk])
    assert Client().get(address).status_code in {302, 403, 404}
    for role in ("officer", "subject"):
        assert signed_in(role).get(address).status_code in {403, 404}
    content = signed_in("steward").get(address).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    shown = {str(cell.value) for cell in cells}
    _, refused, wrong, _ = groups["web"]
    assert {refused.name, refused.number, wrong.name} <= shown
    # The reasons speak of the cells and do not repeat them.
    said = "\n".join(
        [cell.comment.text for cell in cells if cell.comment] + [str(row[-1].value) for row in sheet.iter_rows()]
    )
    assert found_in(said, groups) == []
    assert HeldRow.objects.filter(batch=batch).count() == 2


def test_a_person_can_still_be_read_by_those_who_may(taken_in: tuple[dict[str, list[Person]], str]) -> None:
    """The records are there: nothing above was empty because nothing was taken in."""
    from gongxin.spine.ledger.acts import person_key
    from gongxin.spine.standing import present_lines_of

    groups, _ = taken_in
    for group in groups.values():
        lines: list[Any] = list(present_lines_of(person_key(group[0].number), as_of=place.TODAY))
        assert len(lines) == 1
