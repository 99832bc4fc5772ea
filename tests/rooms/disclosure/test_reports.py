"""Reports (信用报告): what stands in one on which day, for whom, how it is set and signed, and what becomes of it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from asn1crypto import x509 as asn1_x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from gongxin.kernel.identifiers.citizen import check_character
from gongxin.kernel.issues import Refusal
from gongxin.law.reports import check_period
from gongxin.rooms.disclosure.reports import (
    archive,
    folders,
    issuing,
    register,
    signing,
    statuslist,
    typesetting,
    verifying,
)
from gongxin.rooms.disclosure.reports.issuing import Asker, Made, Wish
from gongxin.rooms.disclosure.reports.models import Report
from gongxin.spine import append_only, secrets, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.access.models import Body, Look
from gongxin.spine.ledger.acts import NewAct, person_key
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from tests.doors.web import town as place
from tests.rooms.disclosure.world import act, penalty

pytestmark = pytest.mark.django_db

OFFICER = Viewer(None, "何敏之", place.CENTRE, "officer", "web")
OPERATOR = Viewer(None, "陆远", place.OFFICE, "operator", "web")
PERSON = "13010219900307001" + check_character("13010219900307001")
DISPLAY_UNTIL = date(2027, 6, 14)


@pytest.fixture
def town(on_day):
    on_day(place.TODAY)
    secrets.make_keys()
    place.people()
    return place.settle()


def made(asker: Asker, wish: Wish) -> Made:
    found = issuing.make(asker, wish)
    assert isinstance(found, Made), found
    return found


def public(code: str = place.FIRM, **more) -> Made:
    return made(Asker(OFFICER), Wish(code, **more))


def entries(report: Made, name: str) -> list:
    return next(table.entries for table in report.content.tables if table.name == name)


@pytest.mark.parametrize(("days", "there"), [(-1, True), (0, True), (1, False)])
def test_an_entry_is_in_it_until_its_last_day(town, on_day, days, there):
    on_day(DISPLAY_UNTIL + timedelta(days=days))
    report = public()
    found = entries(report, "行政处罚")
    assert [entry.display_until for entry in found] == ([DISPLAY_UNTIL] if there else [])
    text = json.dumps(report.content.as_dict(), ensure_ascii=False)
    assert ("117 号" in text) is there
    if not there:
        # Nothing hints at what has ended.
        table = next(table for table in report.content.tables if table.name == "行政处罚")
        assert table.none.startswith("没有查到记录。已核对")
        assert "信用良好" not in text.replace("不等于信用良好", "")


def test_whoever_had_a_report_with_an_entry_is_told_what_became_of_it(town, on_day):
    """公开版报告不留查阅记录；登记在册的持有单位在同一事务里得知，主体本人的和没有载入该记录的不告知。"""
    decided = date(2026, 6, 14)
    has = public(kind="special", since=decided, until=decided)
    both = public()
    public(kind="special", since=date(2026, 9, 1), until=date(2026, 9, 2))
    made(Asker(OPERATOR, issuing.counter_ground(place.FIRM, "窗口-1")), Wish(place.FIRM))
    public(code=place.QUIET)

    def happens(kind: str, **said) -> None:
        append([act(kind, "penalty", f"uscc:{place.FIRM}", said, record=town["penalty"], provider=place.ENVIRONMENT)])

    def told() -> list[dict]:
        found = Notice.objects.filter(template="report.overtaken").order_by("id")
        assert {(each.to_kind, each.to) for each in found} <= {("body", place.CENTRE)}
        return [notices.words_of(each) for each in found]

    happens("objection", case="YY-1")
    assert told() == []
    happens("repair")
    assert [sorted(each["reports"]) for each in told()] == [sorted([has.number, both.number])]
    assert told()[0]["outcome"] == "repair" and told()[0]["document"] == "平环罚〔2026〕117 号"
    # A report of after the repair does not hold it; the old ones have run out when the repair is undone.
    public()
    on_day(max(has.valid_until, both.valid_until) + timedelta(days=1))
    happens("repair-undone")
    assert len(told()) == 1
    happens("withdrawal")
    assert [each["outcome"] for each in told()] == ["repair", "withdrawal"]
    assert sorted(told()[1]["reports"]) == sorted([has.number, both.number])


@pytest.mark.parametrize("kind", ["repair", "withdrawal"])
def test_what_was_repaired_or_withdrawn_is_absent(town, kind):
    record = town["penalty"]
    assert entries(public(), "行政处罚")
    append([NewAct(kind, "penalty", "uscc:" + place.FIRM, place.ENVIRONMENT, {}, "王工@市局", record=record)])
    assert entries(public(), "行政处罚") == ()


def test_an_open_objection_marks_the_entry_and_its_end_takes_the_mark_off(town):
    record, key = town["penalty"], "uscc:" + place.FIRM
    said = {"case": "YY-2026-1", "answer_by": "2026-12-30"}
    append([NewAct("objection", "penalty", key, place.ENVIRONMENT, said, "陆远", record=record)])
    report = public()
    (entry,) = entries(report, "行政处罚")
    assert any("异议" in mark for mark in entry.marks)
    assert any("异议" in line for line in report.content.objections)
    done = {"case": "YY-2026-1", "outcome": "rejected"}
    append([NewAct("objection-end", "penalty", key, place.ENVIRONMENT, done, "陆远", record=record)])
    assert entries(public(), "行政处罚")[0].marks == ()


def test_each_adverse_entry_carries_the_five(town):
    (entry,) = entries(public(), "行政处罚")
    assert entry.authority == "平陵市生态环境局"
    assert entry.document == "平环罚〔2026〕117 号"
    assert "《信用修复管理办法》" in entry.basis
    assert entry.display_until == DISPLAY_UNTIL
    assert "复议" in entry.remedy


def test_a_source_that_stopped_and_a_class_nobody_reports_are_said(town, on_day):
    on_day(place.TODAY + timedelta(days=60))
    report = public(place.SHOP)
    assert any("平陵市生态环境局的数据停在 " in gap for gap in report.content.gaps)
    assert "司法判决" in report.content.without_item


def test_the_special_report_holds_what_was_decided_in_its_period(town, on_day):
    for since, until, there in (
        (date(2026, 6, 14), date(2026, 6, 14), True),
        (date(2026, 6, 15), None, False),
        (date(2022, 1, 1), date(2026, 6, 13), False),
    ):
        report = public(kind="special", since=since, until=until)
        assert bool(entries(report, "行政处罚")) is there
        assert [table.name for table in report.content.tables] == ["行政处罚", "严重失信主体名单", "经营异常"]
    report = public(kind="special", sectors=("environment", "tax"))
    assert [(row.id, row.count) for row in report.content.sectors] == [("environment", 1), ("tax", 0)]
    assert "不能说明有无记录" in report.content.sectors[1].said
    assert entries(public(kind="special", sectors=("finance",)), "行政处罚") == ()
    refused = issuing.make(Asker(OFFICER), Wish(place.FIRM, "special", sectors=("moon",)))
    assert isinstance(refused, Refusal)


def test_the_period_has_its_limits():
    law, today = shelf.book().on(place.TODAY), place.TODAY
    assert not isinstance(check_period(date(2021, 11, 22), None, today=today, law=law), Refusal)
    for since, until in (
        (date(2021, 11, 21), None),
        (date(2026, 11, 22), date(2026, 11, 21)),
        (None, date(2026, 11, 23)),
    ):
        refused = check_period(since, until, today=today, law=law)
        assert isinstance(refused, Refusal)
        assert refused.clause
        assert refused.way_forward


def test_a_person_s_report_needs_a_ground_and_refusals_do_not_tell_who_is_known(town):
    name = {"subject_kind": "person", "person_id": PERSON}
    said = {
        key: value
        for key, value in penalty("钱多多", "", date(2026, 6, 1), **name).items()
        if key not in {"uscc", "legal_rep"}
    }
    append([act("record", "penalty", person_key(PERSON), said)])
    stranger = "11010119900307013" + check_character("11010119900307013")
    for viewer, ground in (
        (OFFICER, None),
        (OPERATOR, None),
        (OFFICER, Ground(purpose=gate.OWN)),
        (OFFICER, Ground(matter="procurement")),
        (OFFICER, Ground(purpose=gate.CASEWORK, clause="x", case_no="1")),
        (OFFICER, Ground(matter="procurement", consent="gxc1.nothing")),
    ):
        answers = [issuing.make(Asker(viewer, ground), Wish(number)) for number in (PERSON, stranger)]
        assert all(isinstance(answer, Refusal) for answer in answers), ground
        assert answers[0] == answers[1], ground
    assert not Report.objects.exists()
    assert not Look.objects.filter(subject=person_key(PERSON)).exists()
    report = made(Asker(OPERATOR, issuing.counter_ground(PERSON, "CK-1")), Wish(PERSON))
    assert report.content.subject.name == "钱多多"
    assert PERSON not in json.dumps(report.content.as_dict())
    assert PERSON.encode() not in report.pdf
    assert "个人信息保护法" in report.content.asked.basis
    look = Look.objects.get(subject=person_key(PERSON))
    assert (look.case_no, look.number) == ("CK-1", report.content.asked.look)


def test_an_unknown_code_and_one_whose_records_have_gone_read_alike(town):
    def words(code: str) -> str:
        told = public(code).content.as_dict()
        for name in ("subject", "issued", "asked"):
            told.pop(name)
        return json.dumps(told, ensure_ascii=False)

    unknown = place.code("91", 999)
    gone = place.code("91", 998)
    place.penalty(gone, "平陵旧事有限公司", "2022-01-05", document_no="平环罚〔2022〕9 号")
    assert words(unknown) == words(gone)


def test_the_file_is_searchable_pdf_a_with_title_and_language(town):
    report = public(purpose="施工招标投标人资格审查")
    root = PdfFileReader(io.BytesIO(report.pdf)).root
    assert root["/Lang"] in {"zh-CN", "zh-cn", "zh"}
    xmp = root["/Metadata"].data.decode()
    assert ("<pdfaid:part>3</" in xmp, "<pdfaid:conformance>B</" in xmp) == (True, True)
    assert "公共信用信息报告" in xmp
    fonts = report.pdf.count(b"/Type0")
    assert fonts
    assert report.pdf.count(b"/ToUnicode") >= fonts
    # Signing adds a signature and nothing else: the file's metadata stay those of its setting.
    assert b"pyHanko" not in report.pdf
    headings = json.loads(issuing.typesetter().text_of(_paper(report).filled(), "heading.where(level: 2)"))
    assert any("行政处罚" in json.dumps(one, ensure_ascii=False) for one in headings)


def _paper(report: Made):
    found = issuing.compose(Asker(OFFICER), Wish(place.FIRM))
    assert isinstance(found, issuing.Draft)
    assert found.paper.content.subject == report.content.subject
    return found.paper


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="no pdftotext on this machine (apt-get install poppler-utils)"
)
def test_the_text_can_be_copied_out(town, tmp_path):
    file = tmp_path / "r.pdf"
    file.write_bytes(public(purpose="施工招标投标人资格审查").pdf)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    for words in (
        "燕北精密机械有限公司",
        "平环罚〔2026〕117 号",
        "谁查询",
        "施工招标投标人资格审查",
        "没有查到记录的栏目",
        "出具单位电子签名",
    ):
        assert words in text.replace("\n", " "), words


PAGES = """
#context [#metadata((
  references: query(<reference>).map(each => (each.value, each.location().page())),
  written: query(<written>).map(each => (int(each.value), each.location().page())),
))<pages>]
"""
"""Asks the form where it put what, at the end of the document."""


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 260)), max_size=70), st.integers(0, 400))
def test_every_page_writes_out_the_clauses_it_refers_to(rows, length):
    """However many entries, notes and pages: whoever reads one page alone finds the clause of each entry on it."""
    filled = {**BLANK, "notes": [f"《第 {at} 号办法》第{'一' * (1 + length * at // 5)}条" for at in range(6)]}
    filled["references"] = [None, *(note + 1 for note, _ in rows)]
    entry = {"document": "平环罚〔2026〕117 号", "decided": "2026-06-14", "authority": "平陵市生态环境局", "marks": []}
    filled["tables"] = [
        {
            "title": "行政处罚",
            "entries": [
                {
                    **entry,
                    "text": "超标" * size,
                    "more": [],
                    "terms": ["公示至 2027-06-14"],
                    "reference": at,
                    "long": False,
                }
                for at, (_, size) in enumerate(rows, 1)
            ],
        }
    ]
    at = datetime(2026, 11, 22, tzinfo=UTC)
    for each in (False, True):
        document = typesetting.document_of({**filled, "each": each}) + PAGES.encode()
        (told,) = json.loads(typesetting.compiler(document).query("<pages>", field="value"))
        _pdf, warnings = typesetting.compiler().compile_with_warnings(document, format="pdf")
        if not each and any(typesetting.UNSETTLED in warning.message for warning in warnings):
            continue
        assert [at for at, _ in told["references"]] == list(range(1 + len(rows)))
        cited = {(number, page) for at, page in told["references"] if (number := filled["references"][at]) is not None}
        assert set(map(tuple, told["written"])) == cited
        assert each or len(told["written"]) == len(cited)
    assert typesetting.typesetter().pdf(filled, at).startswith(b"%PDF")


BLANK: dict[str, object] = {
    "content": {
        "platform": "公共信用信息平台", "issuer": "平陵市信用办", "title": "公共信用信息报告", "edition": "标准版",
        "data_until": None, "period": None, "objections": [], "gaps": [], "subject": {"name": "某某", "status": ""},
        "asked": {"who": "某局", "why": "资格审查", "told": "不通知对方"},
    },
    "document_title": "报告", "number": "BG-1", "check": "0000", "signed": True, "fingerprint": "00",
    "issued_parts": [2026, 11, 22, 1, 2, 3], "issued_text": "2026 年 11 月 22 日", "subtitle": "", "watermark": "某局",
    "watermark_width": 20, "footer_use": "", "identity": [["代码", "1"]], "sector_names": "", "sectors": [], "empty": [],
    "overview": [{"name": "行政处罚", "figure": "1", "unit": "条", "tone": "adverse"}], "explanations": ["一"],
    "parts": ["概要", "行政处罚", "说明"], "attached": "{}", "each": False,
    "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><path d="M0 0h1v1z"/></svg>',
}  # fmt: skip
"""What the form is filled with for a report without entries."""


def test_readers_of_files_find_the_signature_sound(town):
    report = public()
    reader = PdfFileReader(io.BytesIO(report.pdf))
    roots = [asn1_x509.Certificate.load(each) for each in signing.trusted()]
    status = validate_pdf_signature(reader.embedded_signatures[0], ValidationContext(trust_roots=roots))
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    found = verifying.verify(report.pdf, signing.trusted())
    assert (found.number, found.place, found.trusted) == (report.number, report.place, True)
    assert found.content == report.content.as_dict()


def test_no_flipped_byte_passes(town):
    pdf = public().pdf
    signature = pdf.index(b"/Contents <")
    missed = []
    for at in sorted({*range(0, len(pdf), 97), *range(signature, signature + 3000, 3)}):
        spoilt = bytearray(pdf)
        spoilt[at] ^= 1 << at % 8
        try:
            verifying.verify(bytes(spoilt), signing.trusted())
            missed.append(at)
        except verifying.Forged:
            continue
    assert missed == []
    for spoilt in (pdf + b"\n", pdf[:-1], b"", b"%PDF-1.7", pdf.replace(b"/ByteRange", b"/ByteRangf")):
        with pytest.raises(verifying.Forged):
            verifying.verify(spoilt)


def test_sm2_is_refused_plainly_and_a_signer_can_be_plugged_in(town, monkeypatch):
    monkeypatch.setenv(signing.SETTING, "sm2")
    with pytest.raises(signing.SignerFault, match="SM2"):
        public()
    monkeypatch.setenv(signing.SETTING, "no.such.module:signer")
    with pytest.raises(signing.SignerFault):
        public()
    monkeypatch.setenv(signing.SETTING, f"{__name__}:plugged")
    assert verifying.verify(public().pdf).fingerprint == signing.fingerprint(_PLUGGED[0].certificates[0])


_PLUGGED: list[signing.LocalSigner] = []


def plugged() -> signing.LocalSigner:
    """A signer of the office's own: here it keeps no second certificate, so that its own is the authority."""
    if not _PLUGGED:
        key = signing.ec.generate_private_key(signing.ec.SECP256R1())
        certificate = signing._authority(key).public_bytes(signing.Encoding.DER)
        _PLUGGED.append(signing.LocalSigner(key, (certificate,)))
    return _PLUGGED[0]


def test_what_becomes_of_a_report(town, on_day):
    report = public()
    assert register.verify_words(report.number.lower(), report.check).result == "genuine"
    assert register.verify_words(report.number, "0" * 12) == register.verify_words("BG-0", report.check)
    assert register.verify_digest(report.number, "00" * 32).result == "false"
    on_day(report.valid_until)
    assert register.verify_words(report.number, report.check).result == "genuine"
    assert archive.find(report.number, report.valid_until) == report.pdf
    on_day(report.valid_until + timedelta(days=1))
    assert register.verify_words(report.number, report.check).result == "expired"
    assert archive.find(report.number, report.valid_until) is None
    assert archive.clear() >= 1


def test_content_that_turns_by_itself_is_told_as_changed(town, on_day):
    """The penalty's display ends while the report is still good: on the next day its content is another."""
    on_day(DISPLAY_UNTIL - timedelta(days=3))
    report = public()
    on_day(DISPLAY_UNTIL)
    assert register.verify_words(report.number, report.check).result == "genuine"
    on_day(DISPLAY_UNTIL + timedelta(days=1))
    assert register.verify_words(report.number, report.check).result == "changed"
    assert statuslist.status_at(statuslist.published(), report.place, _keys()) == statuslist.CHANGED


def test_the_period_of_a_special_report_does_not_make_it_change_by_what_lies_outside(town):
    report = public(kind="special", since=date(2026, 6, 15))
    place.penalty(place.FIRM, "燕北精密机械有限公司", "2026-06-01", document_no="平环罚〔2026〕90 号")
    assert register.verify_words(report.number, report.check).result == "genuine"
    place.penalty(place.FIRM, "燕北精密机械有限公司", "2026-06-20", document_no="平环罚〔2026〕150 号")
    assert register.verify_words(report.number, report.check).result == "changed"


def _keys() -> list[bytes]:
    return list(secrets.public_keys().values())


def test_the_status_list_agrees_with_the_register_for_every_report(town, on_day):
    reports = [public(code) for code in (place.FIRM, place.BUILDER, place.SHOP, place.QUIET)]
    old = reports[0]
    key = "uscc:" + place.BUILDER
    append([NewAct("repair", "penalty", key, place.ENVIRONMENT, {}, "王工@市局", record=town["builder-penalty"])])
    assert not isinstance(register.revoke(OPERATOR, reports[2].number, "对象有误"), Refusal)
    assert isinstance(register.revoke(OFFICER, old.number, "想撤"), Refusal)
    listed = statuslist.published()
    found = [statuslist.status_at(listed, report.place, _keys()) for report in reports]
    assert found == [statuslist.GOOD, statuslist.CHANGED, statuslist.REVOKED, statuslist.GOOD]
    assert [register.status_of(Report.objects.get(number=one.number), place.TODAY) for one in reports] == found
    on_day(old.valid_until + timedelta(days=1))
    listed = statuslist.published()
    found = [statuslist.status_at(listed, report.place, _keys()) for report in reports]
    assert found == [statuslist.EXPIRED, statuslist.EXPIRED, statuslist.REVOKED, statuslist.EXPIRED]
    with pytest.raises(statuslist.ListFault):
        statuslist.status_at({**listed, "length": 1}, 0, _keys())
    with pytest.raises(statuslist.ListFault):
        statuslist.status_at(listed, old.place, [b"\0" * 32])


def test_many_at_once_keep_their_order_and_a_no_stands_in_its_place(town):
    wanted = [(Asker(OFFICER), Wish(code)) for code in [place.FIRM, "no code", place.SHOP] * 9]
    seen = []
    found = list(issuing.each_of(wanted, seen.append))
    assert [isinstance(one, Made) for one in found] == [True, False, True] * 9
    assert seen == list(range(1, 28))
    names = [one.content.subject.code for one in found if isinstance(one, Made)]
    assert names == [place.FIRM, place.SHOP] * 9
    assert Report.objects.count() == len({one.place for one in found if isinstance(one, Made)}) == 18


def test_a_list_becomes_an_archive_piece_by_piece(town):
    """Many at once: what is made stands in the register before the next is asked for, and a no has its row."""
    rows = folders.read_list("code,purpose\n" + "".join(f"{code},{at} 号投标\n" for at, code in enumerate(
        [place.FIRM, place.SHOP, "no code", place.BUILDER] * 10)))  # fmt: skip
    assert len(rows) == 40
    folder = folders.Folder((Asker(OFFICER), Wish(row.code, purpose=row.purpose)) for row in rows)
    pieces = iter(folder)
    first = next(pieces)
    assert first.startswith(b"PK")
    assert 0 < Report.objects.count() < 30, "the whole list was made before anything was handed out"
    with zipfile.ZipFile(io.BytesIO(first + b"".join(pieces))) as archive:
        told = json.loads(archive.read("results.json"))
        assert [each["row"] for each in told] == list(range(1, 41))
        assert [at % 4 == 2 for at in range(40)] == ["error" in each for each in told]
        assert folder.refused == 10
        for each in told:
            if "number" in each:
                pdf = archive.read(each["number"] + ".pdf")
                assert verifying.verify(pdf, signing.trusted()).number == each["number"]
                assert register.verify_words(each["number"], each["check"]).digest == sha256(pdf).hexdigest()
    for text in ("name\n1\n", "code\n", "code\n" + "1\n" * (folders.MOST + 1)):
        (issue,) = folders.read_list(text)
        assert issue.message


def test_the_register_is_only_added_to(town):
    report = public()
    row = Report.objects.get(number=report.number)
    with pytest.raises(append_only.AppendOnlyFault):
        row.save()
    with pytest.raises(append_only.AppendOnlyFault):
        row.delete()
    assert "燕北" not in json.dumps([str(value) for value in Report.objects.values_list()[0]], ensure_ascii=False)


def test_an_officer_sees_in_a_matter_what_the_matter_sees(town):
    report = made(Asker(OFFICER, Ground(matter="procurement", case_no="PL-1")), Wish(place.BUILDER))
    sees = shelf.book().on(place.TODAY).matter("procurement").sees
    assert {entry.item for table in report.content.tables for entry in table.entries} <= set(sees)
    assert Look.objects.get(number=report.content.asked.look).case_no == "PL-1"
    assert "谁看过我" in report.content.asked.told
    assert Body.objects.get(code=place.CENTRE).name in report.content.asked.who
