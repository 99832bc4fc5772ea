"""Signed reports (信用报告): what one takes from the store to a signed file, beside its parts, one processor and all of them.

    GONGXIN_HOME=<an empty folder> python -m bench.reports [--reports N]

Peers: a process started anew for each report, as one would call typst from a shell; and pyHanko's own signer, which
builds its envelope piece by piece. WeasyPrint and reportlab are not installed; the prototype measured them at 201 and
20 ms for one page (house.md §6). Processor seconds are told, since a busy machine stretches the clock's.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

from bench.measure import Job, Timing

TODAY = date(2026, 11, 22)
COLD = (
    "import sys, typst; from pathlib import Path; form = Path(sys.argv[1]);"
    "typst.Compiler(sys.stdin.buffer.read(), root=str(form.parent)).compile(format='pdf', pdf_standards=['a-3b'])"
)
"""What somebody would run who calls typst anew for each report."""


def measure(count: int = 100) -> Job:
    """Measure on a small town made for it."""
    from gongxin.rooms.disclosure.reports import issuing, signing, verifying
    from gongxin.rooms.disclosure.reports.issuing import Asker, Draft, Made, Wish
    from gongxin.rooms.disclosure.reports.typesetting import FORM, document_of, typesetter
    from gongxin.spine.access.gate import Viewer
    from tests.doors.web import town as place

    place.people()
    place.settle()
    asker = Asker(Viewer(None, "何敏之", place.CENTRE, "officer", "bench"))
    codes = [place.FIRM, place.BUILDER, place.SHOP, place.QUIET]
    wishes = [(asker, Wish(codes[at % 4], purpose=f"第 {at} 号投标资格审查")) for at in range(count)]
    job = Job("reports", "Signed PDF/A reports in Chinese, one to two pages", "≥ 50 a second for each processor")

    drafts = [draft for wish in wishes if isinstance(draft := issuing.compose(*wish), Draft)]
    inputs = [draft.paper.filled() for draft in drafts]
    at = drafts[0].paper.content.issued
    typesetter().pdf(inputs[0], at)

    def cpu(role: str, name: str, rows: int, act: Callable[[], object], note: str = "") -> None:
        seconds = []
        for _ in range(3):
            began = time.process_time()
            act()
            seconds.append(time.process_time() - began)
        job.timings.append(Timing(role, name, rows, seconds, note))  # type: ignore[arg-type]

    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD, str(FORM)], input=document_of(inputs[0]), check=True)
    job.timings.append(
        Timing("peer", "a process started for each report", 1, [time.perf_counter() - began], "by the clock")
    )
    # What was set before is remembered by the compiler, so each run gets reports nobody has seen.
    third = count // 3
    fresh = iter([inputs[place : place + third] for place in (0, third, 2 * third)])
    cpu("limit", "setting alone, compiler kept", third, lambda: [typesetter().pdf(each, at) for each in next(fresh)])
    files = [typesetter().pdf(each, at) for each in inputs]
    some = files[: max(2, count // 5)]
    cpu("peer", "pyHanko's own signer, without setting", len(some), lambda: [_signed_by_pyhanko(file) for file in some])
    cpu("limit", "signing alone", count, lambda: [signing.sign(file, at) for file in files])
    cpu("limit", "composing alone (read, number, imprint)", count, lambda: [issuing.compose(*wish) for wish in wishes])

    def whole() -> None:
        for wish in wishes:
            if not isinstance(issuing.make(*wish), Made):
                raise RuntimeError("a report was not made")

    cpu("ours", "whole: read, set, sign, register, keep sealed", count, whole, f"{len(files[0]) // 1000} kB each")

    began = time.perf_counter()
    made = sum(isinstance(one, Made) for one in issuing.each_of(wishes))
    wall = time.perf_counter() - began
    job.timings.append(Timing("ours", f"batch on {typesetter().size} processors, by the clock", made, [wall]))
    signed = signing.sign(files[0], at)
    cpu("ours", "verifying a file", 50, lambda: [verifying.verify(signed, signing.trusted()) for _ in range(50)])
    return job


def _signed_by_pyhanko(pdf: bytes) -> bytes:
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from gongxin.rooms.disclosure.reports import signing

    own = signing.signer()
    if not isinstance(own, signing.LocalSigner):
        raise TypeError("the bench signs with the local key")
    raw = own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(own.certificates[0]),
        signing_key=keys.PrivateKeyInfo.load(raw),
        cert_registry=SimpleCertificateStore(),
    )
    said = signers.PdfSignatureMetadata(
        field_name="Gongxin", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return bytes(signers.PdfSigner(said, signer).sign_pdf(writer).getvalue())


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table; 0 done, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m bench.reports", description="measure signed reports")
    parser.add_argument("--reports", type=int, default=100)
    args = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    os.environ["GONGXIN_DEMO"] = "1"
    os.environ.setdefault("GONGXIN_TODAY", TODAY.isoformat())
    import django

    django.setup()
    from gongxin.spine.opening import open_installation

    open_installation()
    job = measure(args.reports)
    print(f"{job.title}; goal {job.goal}\n")
    print("| way | | ms each | a second | |\n|---|---|---|---|---|")
    for each in job.timings:
        print(f"| {each.name} | {each.role} | {1000 * each.median / each.rows:.1f} | {each.rate:.0f} | {each.note} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
