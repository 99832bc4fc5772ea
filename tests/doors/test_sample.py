"""The sample city (样例城市): invented throughout, the same bytes from the same seed, messy where it says so."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from python_calamine import CalamineWorkbook

from gongxin.doors.cli import demo, main
from gongxin.doors.cli.sampling import assessed, history, promised, records, templates
from gongxin.doors.cli.sampling.city import City, found_city, sample_folder
from gongxin.doors.cli.sampling.mess import spoil
from gongxin.doors.cli.sampling.plan import ITEMS, pieces
from gongxin.doors.cli.sampling.sending import EVERY, SOON, Rhythm
from gongxin.doors.cli.sampling.subjects import identity_numbers, subjects
from gongxin.kernel.dates import read_date_column
from gongxin.kernel.identifiers import (
    check_citizen_column,
    check_orgcode_column,
    check_regno_column,
    check_uscc,
    check_uscc_column,
)
from gongxin.rooms.oversight import overview, replies
from gongxin.rooms.oversight.governments import comparing, ratings
from gongxin.spine.ledger import head

TODAY = date(2026, 11, 23)


def _city(*, clean: bool = False, seed: int = 7) -> City:
    return found_city(seed=seed, subjects=2_000, today=TODAY, clean=clean)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    assert main(["sample", "--out", str(folder), "--subjects", "600", "--json"]) == 0
    return folder


def test_the_same_seed_writes_the_same_bytes(sent, tmp_path):
    assert main(["sample", "--out", str(tmp_path / "again"), "--subjects", "600"]) == 0
    assert main(["sample", "--out", str(tmp_path / "other"), "--subjects", "600", "--seed", "8"]) == 0
    assert _digests(tmp_path / "again") == _digests(sent)
    other = _digests(tmp_path / "other")
    told = {"files.json", "公共信用信息中心-政府承诺.csv"}  # The city's own promises are written down, not drawn.
    assert all(other.get(name) != digest for name, digest in _digests(sent).items() if name not in told)


def test_each_file_sent_is_told_with_its_rows(sent):
    told = json.loads((sent / "files.json").read_text(encoding="utf-8"))
    assert {each["file"] for each in told} | {"files.json"} == {path.name for path in sent.iterdir()}
    assert {each["item"] for each in told} == set(ITEMS)
    bodies = {body["code"] for body in yaml.safe_load((sample_folder() / "departments.yaml").read_text())["bodies"]}
    for each in told:
        assert each["provider"] in bodies
        if each["file"].endswith(".csv"):
            encoding = next(name for name in ("utf-8-sig", "gb18030") if _reads(sent / each["file"], name))
            with (sent / each["file"]).open(encoding=encoding, newline="") as file:
                assert sum(1 for _ in csv.reader(file)) == each["rows"] + 1


def _reads(path: Path, encoding: str) -> bool:
    try:
        path.read_text(encoding=encoding)
    except UnicodeDecodeError:
        return False
    return True


def test_departments_send_over_the_years_and_mostly_in_time(sent):
    told = json.loads((sent / "files.json").read_text(encoding="utf-8"))
    days = {each["received"] for each in told if each["item"] == "licence"}
    assert len(days) > 3
    rows = [
        (date.fromisoformat(str(cells["decided_on"])), date.fromisoformat(str(cells["sent_on"])))
        for cells in records.licences(_city(), np.arange(1_000), rhythm=Rhythm(last=6, prompt=0.9)).rows(named=True)
    ]
    waited = [(sent_on - decided).days for decided, sent_on in rows]
    assert min(waited) >= 0
    assert 0.85 < sum(days <= SOON + 2 for days in waited) / len(waited) < 1
    assert {sent_on for _, sent_on in rows} >= {TODAY - timedelta(days=6 + EVERY * back) for back in range(5)}


def test_the_old_template_comes_in_gbk_under_field_codes(sent):
    text = (sent / "市场监督管理局-行政处罚（旧系统导出）.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")
    assert text.decode("gbk").splitlines()[0].split(",")[:2] == ["CF_XDR_MC", "CF_XDR_SHXYM"]


def test_subjects_are_valid_and_the_same_wherever_they_are_asked_for():
    city = _city()
    all_at_once = subjects(city, np.arange(2_000))
    assert check_uscc_column(all_at_once["uscc"])["ok"].all()
    assert check_orgcode_column(all_at_once["orgcode"])["ok"].all()
    assert check_regno_column(all_at_once.filter(pl.col("regno") != "")["regno"])["ok"].all()
    assert all_at_once["uscc"].n_unique() == 2_000
    picked = subjects(city, np.array([1_999, 3, 777]))
    assert picked.equals(all_at_once[[1_999, 3, 777]])


def test_a_million_subjects_have_a_million_codes():
    codes = subjects(found_city(seed=1, subjects=10**6, today=TODAY), np.arange(0, 10**6, 37))["uscc"]
    assert codes.n_unique() == len(codes)


def test_numbers_of_persons_pass_every_check_and_belong_to_nobody():
    numbers = pl.Series(identity_numbers(_city(), "person", np.arange(500)))
    assert check_citizen_column(numbers, {"130000"}, TODAY)["ok"].all()
    assert numbers.str.slice(14, 3).unique().to_list() == ["000"]


def test_the_city_lies_nowhere():
    known = Path(__file__).parents[2] / "lawbook" / "regions" / "divisions.csv"
    with known.open(encoding="utf-8") as file:
        real = {row["code"] for row in csv.DictReader(file)}
    assert not real & set(_city().regions)
    overlay = (sample_folder() / "lawbook" / "regions" / "divisions.csv").read_text(encoding="utf-8")
    assert all(region in overlay for region in _city().regions)


def test_bodies_have_valid_codes_and_accounts_know_them():
    told = yaml.safe_load((sample_folder() / "departments.yaml").read_text(encoding="utf-8"))
    codes = [body["code"] for body in told["bodies"]]
    assert all(check_uscc(code).ok for code in codes) and len(set(codes)) == len(codes)
    accounts = yaml.safe_load((sample_folder() / "accounts.yaml").read_text(encoding="utf-8"))["accounts"]
    ids = {body["id"] for body in told["bodies"]}
    assert {account["body"] for account in accounts if "body" in account} <= ids
    assert {account["role"] for account in accounts} == {
        "subject", "steward", "officer", "operator", "supervisor", "auditor", "administrator",
    }  # fmt: skip


def test_a_clean_city_has_no_slips():
    frame = pl.concat(pieces(_city(clean=True), "penalty", 1_500))
    assert frame.width == 27
    organisations = frame.filter(pl.col(templates.PENALTY["subject_kind"]) != "自然人")
    assert check_uscc_column(organisations[templates.PENALTY["uscc"]])["ok"].all()
    days = read_date_column(frame[templates.PENALTY["decided_on"]], latest=TODAY)
    assert days["problem"].null_count() == frame.height
    assert (frame[templates.PENALTY["basis"]] != "").all()


def test_persons_carry_no_organisations_code():
    persons = records.penalties(_city(), np.arange(3_000)).filter(pl.col("subject_kind") == "自然人")
    assert persons.height > 50
    assert (persons["uscc"] == "").all() and (persons["orgcode"] == "").all() and (persons["legal_rep"] == "").all()
    assert check_citizen_column(persons["person_id"])["ok"].all()


def test_terms_run_end_soon_and_have_ended():
    decided = read_date_column(records.penalties(_city(), np.arange(4_000))["decided_on"])["value"]
    assert (decided < TODAY).all() and decided.dt.weekday().max() <= 5
    for years in (1, 3):
        anniversary = TODAY.replace(year=TODAY.year - years)
        near = decided.is_between(anniversary - timedelta(days=8), anniversary + timedelta(days=8))
        assert near.sum() > 20
    assert (decided > TODAY - timedelta(days=200)).sum() > 300


def test_a_messy_city_holds_every_slip_it_promises():
    city, index = _city(), np.arange(4_000)
    before = records.penalties(city, index)
    after = spoil(city, "penalty", before, index, heavily=6)
    checked = check_uscc_column(after.filter(pl.col("uscc") != "")["uscc"])
    problems = set(checked["problem"].drop_nulls())
    assert {"uscc.check_digit", "uscc.form", "uscc.alphabet"} <= problems
    assert after.height > before.height
    days = read_date_column(after["decided_on"])
    assert {"impossible", "ambiguous", "empty"} <= set(days["problem"].drop_nulls())
    assert (after["basis"] == "").any() and after["subject_name"].str.contains("\n").any()
    assert (after["uscc"] == city.bodies["finance"]["code"]).any()


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_one_plain_file_for_each_item_asked_for(tmp_path, form, capsys):
    arguments = [
        "sample",
        "--out",
        str(tmp_path),
        "--subjects",
        "200",
        "--only",
        "penalty,registration",
        "--format",
        form,
    ]
    assert main([*arguments, "--penalties", "300", "--clean", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["item"], each["rows"]) for each in told["files"]] == [("penalty", 300), ("registration", 200)]
    if form == "parquet":
        assert pl.read_parquet(tmp_path / "penalty.parquet").shape == (300, 27)
    elif form == "csv":
        assert pl.read_csv(tmp_path / "penalty.csv", infer_schema=False).shape == (300, 27)
    else:
        rows = CalamineWorkbook.from_path(str(tmp_path / "penalty.xlsx")).get_sheet_by_index(0).to_python()
        assert (len(rows), len(rows[0])) == (301, 27)


@pytest.mark.parametrize("wrong", [["--only", "gossip"], ["--subjects", "0"], ["--penalties", "-1"]])
def test_wrong_usage_is_told(tmp_path, wrong, capsys):
    assert main(["sample", "--out", str(tmp_path), *wrong]) == 2
    assert capsys.readouterr().err


def test_the_notices_are_bare_facts():
    with (sample_folder() / "notices" / "procurement.csv").open(encoding="utf-8") as file:
        notices = list(csv.DictReader(file))
    assert len(notices) == 40
    headings = set(notices[0])
    assert not {heading for heading in headings if "地址" in heading or "代表" in heading}
    assert all(check_uscc(notice["统一社会信用代码"]).ok for notice in notices)
    assert all(len(notice["严重违法失信行为的具体情形"]) <= 24 for notice in notices)


@pytest.mark.django_db
def test_the_past_lets_some_governments_be_ranked_and_withholds_the_rest(on_day):
    """Fifteen months as the sample tells them, accepted by the law act by act; entered twice, nothing doubles."""
    on_day(TODAY)
    demo.lay_out()
    history.settle()
    size = head.read().size
    history.settle()
    assert head.read().size == size
    told = comparing.assess("government-integrity", "131500")
    assert isinstance(told, comparing.Assessed)
    results = [each for group in told.groups for each in group.results]
    assert {each.why for each in results} == {"", "overlap", "sample"}
    assert {each.holds for each in results if each.rank is not None} == {True, False}, (
        "weights moved tell two kinds of ranks apart"
    )
    month = overview.month_of("2026-10")
    assert isinstance(month, overview.Month)
    run = overview.read(month, "131500").kept_words()
    assert all(fallen or mended for _month, fallen, mended in run), "no month of the chart is empty"
    promised.settle("x")
    assessed.settle("x")
    [rating] = ratings.published("government-integrity", "131500", TODAY)
    assert rating.offered and rating.rater == "平陵大学"
    assert [bool(each.answer) for each in replies.all_put(TODAY)] == [True]
