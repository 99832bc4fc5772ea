"""The watched folder (前置机目录): `inbox/<provider>/…`; what became of a file lies in `done/`, or with faults in `failed/`.

There lies `<file>.findings.json`, the same report as every other channel's. The file itself is kept by the platform,
sealed, and goes from the folder; one of a body nobody knows stays in `failed/`, sealed too, and may be put back. A file counts as complete
when its size and time have not changed between two rounds. A crash between intake and move doubles nothing: the batch
of a file that is still in the folder is known by its hash, and finished instead of begun again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gongxin.rooms.intake import batches, gathering
from gongxin.rooms.intake.models import Batch
from gongxin.spine import home
from gongxin.spine.sealed_files import plain_pieces, seal_file

DONE, FAILED = "done", "failed"
VIA = "folder"
PARTIAL = (".part", ".tmp", ".crdownload", ".filepart", "~")


@dataclass
class Watcher:
    """Looks through the folder again and again (目录监视)."""

    folder: Path = field(default_factory=home.inbox)
    _sizes: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def round(self, *, settled: bool = False) -> list[dict[str, Any]]:
        """Take in the files that have come to rest and return their reports (巡检一轮).

        `settled` says that nobody is writing any more, so that the first look is enough.
        """
        reports = []
        present: dict[Path, tuple[int, int]] = {}
        for path in waiting_files(self.folder):
            status = path.stat()
            present[path] = (status.st_size, status.st_mtime_ns)
            if settled or self._sizes.get(path) == present[path]:
                report = take_in(path, self.folder)
                present.pop(path, None)
                if report is not None:
                    reports.append(report)
        self._sizes = present
        return reports


def waiting_files(folder: Path) -> list[Path]:
    """Return the files departments have left (待取文件): one folder for each provider, hidden and partial files not."""
    found = []
    for provider in sorted(each for each in folder.iterdir() if is_own(each, each.is_dir())):
        for path in sorted(provider.iterdir()):
            partial = path.name.startswith("~$") or path.name.endswith(PARTIAL)
            if is_own(path, path.is_file()) and not partial:
                found.append(path)
    return found


def is_own(path: Path, fits: bool) -> bool:
    """Tell whether something in the folder is what a department left there (是否目录内的文件): no link that leads elsewhere.

    Whoever may write into a department's folder could otherwise have the platform read, and let go, whatever it can reach.
    """
    return fits and not path.is_symlink() and not path.name.startswith(".")


def take_in(path: Path, folder: Path) -> dict[str, Any] | None:
    """Take in one file, move it, and lay its findings beside it (取件); None when another process has it in hand."""
    provider = gathering.find_provider(path.parent.name)
    if provider is None:
        return _put_away(path, _unknown_provider(path), failed=True)
    item = _item_in(path)
    batch = _batch_of(path, provider.pk)
    if batch is None:
        batch = batches.receive(
            path, file_name=path.name, provider=provider.pk, via=VIA, actor=f"前置机 {provider.name}"[:100], item=item
        )
    if batch.state in (Batch.State.QUEUED, Batch.State.RUNNING):
        try:
            batch = batches.run(batch.pk)
        except batches.NotNow:
            return None
    report = batches.report(batch)
    failed = batch.state != Batch.State.DONE or bool(batch.refused or batch.waiting)
    return _put_away(path, report, failed=failed)


def _batch_of(path: Path, provider: str) -> Batch | None:
    """Return the batch this very file already has from before a crash (崩溃前的批次).

    A file sent again after its twin was moved away is a new batch: the older one has been put away.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    known = Batch.objects.filter(
        file_hash=digest.hexdigest(), provider=provider, via=VIA, file_name=path.name[:255]
    ).order_by("-id")
    batch = known.first()
    return None if batch is None or _is_put_away(path, batch.pk) else batch


def _is_put_away(path: Path, number: int) -> bool:
    return any(
        each.is_file() and f'"batch": {number},' in each.read_text(encoding="utf-8")[:200]
        for state in (DONE, FAILED)
        for each in (path.parent / state).glob("*.findings.json")
    )


def _item_in(path: Path) -> str | None:
    """A file may say its item in front of its name: `penalty__2026-11.xlsx`."""
    named, mark, _ = path.name.partition("__")
    return named if mark and gathering.is_item(named) else None


def _unknown_provider(path: Path) -> dict[str, Any]:
    return {
        "batch": None,
        "state": "failed",
        "file": path.name,
        "message": f"目录名“{path.parent.name}”不是已登记的提供单位代码或名称；请先登记该单位，再把文件放回",
        "issues": [],
    }


def _put_away(path: Path, report: dict[str, Any], *, failed: bool) -> dict[str, Any]:
    """Write a file's findings and let the plain file go, the findings first: what has gone has always been told."""
    place = path.parent / (FAILED if failed else DONE)
    if place.is_symlink():
        # Findings go where the department looks for them, and nowhere a link leads to.
        place.unlink()
    place.mkdir(exist_ok=True)
    target = place / path.name
    number = 2
    while target.exists() or target.with_name(target.name + ".findings.json").exists():
        target = place / f"{path.stem}-{number}{path.suffix}"
        number += 1
    findings = target.with_name(target.name + ".findings.json")
    draft = findings.with_name(f".{findings.name}.part")
    draft.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    if report["batch"] is None:
        with target.open("xb") as sealed:
            seal_file(plain_pieces(path), sealed)
    path.unlink()
    draft.replace(findings)
    return {**report, "moved_to": str(findings)}
