"""The register of reports (报告登记簿): what has become of each, found again without telling what it said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.rooms.disclosure.reports import archive, statuslist
from gongxin.rooms.disclosure.reports.keeping import check_index, view_of
from gongxin.rooms.disclosure.reports.models import Report, Revocation
from gongxin.spine import clock, imprints, secrets, shelf, sm2
from gongxin.spine.access.gate import Viewer
from gongxin.spine.ledger import touching


@dataclass(frozen=True)
class Answer:
    """What the verification page says (核验结果): genuine, false, expired, changed or revoked; never about whom."""

    result: str
    number: str = ""
    issued: date | None = None
    valid_until: date | None = None
    digest: str = ""
    reason: str = ""
    sm2: str = ""
    """What the SM2 signature beside the file is, where there is one (国密签名): valid, false, unknown-key, unchecked."""
    sm2_key: str = ""


FALSE = Answer("false")


def verify_words(number: str, check: str) -> Answer:
    """Answer for a number and its check words (按编号和核验码核验); an unknown number and wrong words are one answer."""
    report = Report.objects.filter(number=number.strip().upper()).first()
    index = check_index(number.strip().upper(), check)
    if report is None or report.check_index != index:
        return FALSE
    return _answer(report)


def verify_digest(number: str, digest: str) -> Answer:
    """Answer for a file whose signature was already found good (按文件核验)."""
    report = Report.objects.filter(number=number).first()
    if report is None or report.digest != digest:
        return FALSE
    return _answer(report)


def _answer(report: Report) -> Answer:
    status = status_of(report, clock.today())
    result = {statuslist.GOOD: "genuine"}.get(status, statuslist.NAMES[status])
    reason = ""
    if status == statuslist.REVOKED:
        reason = Revocation.objects.values_list("reason", flat=True).get(number=report.number)
    issued = report.issued.astimezone(clock.ZONE).date()
    return Answer(result, report.number, issued, report.valid_until, report.digest, reason, *_sm2(report))


def _sm2(report: Report) -> tuple[str, str]:
    """Return what the SM2 signature kept beside the file says of it, and by which key it is."""
    told = archive.find_sm2(report.number, report.valid_until)
    pdf = archive.find(report.number, report.valid_until) if told is not None else None
    if told is None or pdf is None:
        return "", ""
    good = sha256(pdf).hexdigest() == report.digest
    return sm2.check(pdf, told) if good else "false", sm2.key_id(bytes.fromhex(told["public_key"])[1:])


def status_of(report: Report, today: date) -> int:
    """Return what has become of a report as of a day (报告状态): taken back, run out, overtaken, or good."""
    if Revocation.objects.filter(number=report.number).exists():
        return statuslist.REVOKED
    if report.valid_until < today:
        return statuslist.EXPIRED
    return statuslist.CHANGED if _changed(report, today) else statuslist.GOOD


def _changed(report: Report, today: date) -> bool:
    taken = imprints.imprint(report.subject, view_of(report.view), as_of=today)
    return taken.digest != report.imprint


def statuses(today: date) -> Iterator[tuple[int, int]]:
    """Yield place and status of every report that is not simply good (全部状态).

    A report is looked at anew only when something was entered about its subject since, when a day has come on which its
    content turns by itself, or when the law book is another one.
    """
    revoked = set(Revocation.objects.values_list("number", flat=True))
    for number, place in Report.objects.filter(valid_until__lt=today).values_list("number", "place").iterator():
        yield place, statuslist.REVOKED if number in revoked else statuslist.EXPIRED
    open_reports = Report.objects.filter(valid_until__gte=today)
    oldest = open_reports.order_by("ledger_size").values_list("ledger_size", flat=True).first()
    touched = touching.subjects_since(oldest) if oldest is not None else touching.NOTHING
    book = shelf.book().version
    for report in open_reports.iterator(chunk_size=500):
        if report.number in revoked:
            yield report.place, statuslist.REVOKED
        elif (
            touched.has(report.subject, report.ledger_size) or today > report.steady_until or report.law_book != book
        ) and _changed(report, today):
            yield report.place, statuslist.CHANGED


def revoke(viewer: Viewer, number: str, reason: str) -> Revocation | Refusal:
    """Take a report back (撤回报告), for the office; whoever checks it reads the reason."""
    if viewer.role != "operator" or not reason.strip():
        return Refusal(
            "report.revoke",
            sentence("撤回报告由信用主管单位办理，并写明理由", "The credit office withdraws a report, with the reason"),
            None,
            sentence("请与平台运营联系", "Ask the operator of the platform"),
        )
    report = Report.objects.filter(number=number).first()
    if report is None:
        return Refusal(
            "report.unknown",
            sentence("没有编号为 {number} 的报告", "There is no report of number {number}", number=number),
            None,
            sentence("请核对编号", "Check the number"),
        )
    found = Revocation.objects.filter(number=number).first()
    return found or Revocation.objects.create(
        number=number, at=clock.now(), reason=reason.strip()[:200], actor=viewer.name[:100]
    )


def made_by(viewer: Viewer, *, limit: int = 50, offset: int = 0) -> tuple[list[Report], int]:
    """Return the reports an account or its body had made, the latest first, and how many there are (我出具的报告)."""
    mine = Report.objects.filter(body=viewer.body) if viewer.body else Report.objects.filter(account=viewer.account_id)
    if viewer.role != "subject" and viewer.account_id is not None:
        mine = mine.filter(account=viewer.account_id)
    if not viewer.body and viewer.account_id is None:
        mine = Report.objects.none()
    return list(mine.order_by("-issued", "-number")[offset : offset + limit]), mine.count()


def find_made_by(viewer: Viewer, number: str) -> Report | None:
    """Return a report this viewer had made, or None; another's report is as if it were not there."""
    report = Report.objects.filter(number=number).first()
    if report is None or not (viewer.body or viewer.account_id):
        return None
    if report.body != viewer.body or (not viewer.body and report.account != viewer.account_id):
        return None
    if viewer.account_id is not None and viewer.role != "subject" and report.account != viewer.account_id:
        return None
    return report


def purposes(reports: Sequence[Report]) -> list[str]:
    """Return what each report was made for, in words (用途)."""
    return [secrets.unseal(report.purpose) for report in reports]
