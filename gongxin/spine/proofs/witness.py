"""Witnesses (见证): checkpoints lodged outside this house, so that whoever rewrites history here is noticed there.

A witness keeps the last checkpoint it was handed and takes a new one only with a proof that the old one is a beginning
of it. A folder elsewhere, another node of this platform and anything that speaks the same few words over HTTP serve.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gongxin.kernel.sentences import Sentence, in_english, sentence
from gongxin.spine import clock, sm2
from gongxin.spine.ledger import merkle
from gongxin.spine.proofs import ledger, log
from gongxin.spine.proofs.ledger import ProofFault
from gongxin.spine.proofs.models import Held, Lodging, Origin, Witness

KINDS = ("file", "node", "http")
TREES = (ledger.NAME, log.NAME)
LONGEST = 300
"""Characters kept of what a witness answered."""
TIMEOUT = 20.0
"""Seconds for which a witness over HTTP may take; it is asked again at the next lodging."""


class Conflict(ValueError):
    """A witness holds what is no beginning of what it was handed (历史被改写): to be looked into by people."""


def lodge(only: str | None = None) -> list[Lodging]:
    """Hand the present checkpoints to every witness (寄存检查点) and return how it stands; nothing is raised for a failure."""
    now = {ledger.NAME: ledger.checkpoint(), log.NAME: log.checkpoint()}
    outcomes = []
    for witness in Witness.objects.order_by("name") if only is None else Witness.objects.filter(name=only):
        for tree, present in now.items():
            if present is not None and present["size"]:
                outcomes.append(_lodge(witness, tree, present))
    return outcomes


def _lodge(witness: Witness, tree: str, present: dict[str, Any]) -> Lodging:
    state, _new = Lodging.objects.get_or_create(witness=witness, tree=tree)
    state.tried = clock.now()
    try:
        if witness.kind == "file":
            _to_folder(Path(witness.address), present)
        else:
            _to_address(witness.address, present, state.size)
        state.state, state.detail, state.detail_en, state.tries = "lodged", "", "", 0
        state.size, state.root = present["size"], present["root"]
    except (Conflict, ProofFault) as fault:
        state.state, (state.detail, state.detail_en) = "conflict", _told(fault)
        state.tries += 1
    except (OSError, ValueError) as fault:
        state.state, (state.detail, state.detail_en) = "failed", _told(fault)
        state.tries += 1
    state.save()
    return state


def _told(fault: Exception) -> tuple[str, str]:
    """Return what went wrong in both languages (双语说明); what another program said is the same in both."""
    said = getattr(fault, "message", None) or (fault.args[0] if len(fault.args) == 1 else str(fault))
    said = said if isinstance(said, str) else str(said)
    return str(said)[:LONGEST], in_english(said)[:LONGEST]


def submission(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a witness is handed: the new checkpoint, and the proof from the one it holds (寄存内容)."""
    if old is None:
        return {"old": 0, "checkpoint": dict(new), "proof": []}
    if old["size"] > new["size"]:
        raise Conflict(sentence(
            "见证方已有 {old} 条的检查点，现在只有 {new} 条：末尾被截断", "The witness holds {old}, now there are {new}: the end was cut off",
            old=old["size"], new=new["size"],
        ))  # fmt: skip
    if new["tree"] == log.NAME:
        return {"old": old["size"], "checkpoint": dict(new), "proof": log.consistency(old, new)}
    if old["size"] == new["size"] and old["root"] != new["root"]:
        raise Conflict(_other_root(new["size"]))
    path = ledger.path_between(dict(old), dict(new))
    return {"old": old["size"], "checkpoint": dict(new), "proof": [step.hex() for step in path]}


def check(old: Mapping[str, Any] | None, handed: Mapping[str, Any]) -> None:
    """Check what a witness was handed against what it holds (见证核对); raises Conflict, or ValueError for nonsense."""
    new = handed["checkpoint"]
    check_signature(new)
    if old is None:
        return
    if int(old["size"]) > int(new["size"]):
        raise Conflict(sentence(
            "已持有 {old} 条的检查点，递交的只有 {new} 条：末尾被截断", "{old} are held, {new} were handed in: the end was cut off",
            old=old["size"], new=new["size"],
        ))  # fmt: skip
    if new["tree"] == log.NAME:
        _check_log(old, new, handed["proof"])
        return
    path = [bytes.fromhex(step) for step in handed["proof"]]
    roots = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
    if not merkle.verify_consistency(int(old["size"]), int(new["size"]), path, *roots):
        raise Conflict(sentence(
            "{old} 条的检查点不是 {new} 条的开头：历史被改写", "The checkpoint of {old} is no beginning of that of {new}: history was rewritten",
            old=old["size"], new=new["size"],
        ))  # fmt: skip


def check_signature(point: Mapping[str, Any]) -> None:
    """Raise Conflict unless a checkpoint is signed by the key it names, and a log's root is that of its segments."""
    size, root, at = int(point["size"]), bytes.fromhex(str(point["root"])), str(point["at"])
    words = f"gongxin ledger\n{size}\n{root.hex()}\n{at}\n".encode()
    if point["tree"] == log.NAME:
        words = log.log_note(size, root, at)
        if log.joined(point["segments"]) != root or sum(int(each["n"]) for each in point["segments"]) != size:
            raise Conflict(sentence("各段与合并的根不符", "The segments do not make the joined root"))
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(point["public_key"])))
        public.verify(bytes.fromhex(str(point["signature"])), words)
    except InvalidSignature as fault:
        raise Conflict(sentence("检查点的签名无效", "The checkpoint's signature is not valid")) from fault
    if "sm2" in point and sm2.check(words, point["sm2"], {}) == "false":
        raise Conflict(sentence("检查点的国密签名无效", "The checkpoint's SM2 signature is not valid"))


def _check_log(old: Mapping[str, Any], new: Mapping[str, Any], paths: Mapping[str, Any]) -> None:
    later = {each["segment"]: each for each in new["segments"]}
    for each in old["segments"]:
        now = later.get(each["segment"])
        path = [bytes.fromhex(step) for step in paths.get(each["segment"], ())]
        roots = (bytes.fromhex(each["root"]), bytes.fromhex(now["root"])) if now else (b"", b"")
        if now is None or not merkle.verify_consistency(int(each["n"]), int(now["n"]), path, *roots):
            raise Conflict(sentence(
                "日志段 {segment} 的前 {n} 条被改写或缺失", "The first {n} looks of segment {segment} were rewritten or are missing",
                segment=each["segment"], n=each["n"],
            ))  # fmt: skip


def _to_folder(folder: Path, present: dict[str, Any]) -> None:
    """Lodge in a folder (文件见证): one file for each checkpoint, never overwritten, beside the proof that joins them."""
    folder.mkdir(parents=True, exist_ok=True)
    held = sorted(folder.glob(f"{present['tree']}-*.json"))
    old = json.loads(held[-1].read_text(encoding="utf-8"))["checkpoint"] if held else None
    if old is not None and old["public_key"] != present["public_key"]:
        raise Conflict(sentence("文件夹里是另一把密钥签的检查点", "The folder holds checkpoints signed by another key"))
    handed = submission(old, present)
    check(old, handed)
    place = folder / f"{present['tree']}-{present['size']:015d}.json"
    if not place.exists():
        draft = place.with_suffix(".part")
        draft.write_text(json.dumps(handed, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(place)


def _to_address(address: str, present: dict[str, Any], size: int) -> None:
    """Lodge over HTTP: a witness that holds another size says so, with what it holds, and is handed the proof from there."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(
            sentence("{address} 不是 http 或 https 地址", "{address} is no http or https address", address=address)
        )
    old = _known(present["tree"], size)
    for _ in range(2):
        code, answer = _post(address, submission(old, present))
        if code < 300:
            return
        held = answer.get("held") if isinstance(answer, dict) else None
        if code == 409 and isinstance(held, dict) and held.get("size"):
            if not _is_own(held):
                raise Conflict(sentence(
                    "见证方持有 {n} 条的检查点，不在本台账的历史里", "The witness holds a checkpoint of {n} that is not in this ledger's history",
                    n=held.get("size"),
                ))  # fmt: skip
            old = held
            continue
        if code == 409:
            raise Conflict(str(answer))
        raise ValueError(sentence("见证方答复 {code}", "The witness answered {code}", code=code))
    raise Conflict(sentence("见证方不接受一致性证明", "The witness does not take the proof of consistency"))


def _known(tree: str, size: int) -> dict[str, Any] | None:
    if not size:
        return None
    if tree == ledger.NAME:
        return ledger.checkpoint(size)
    return next(iter(log.checkpoints(size - 1, 1)), None)


def _is_own(held: Mapping[str, Any]) -> bool:
    own = _known(str(held.get("tree")), int(held["size"]))
    return own is not None and own["root"] == held.get("root")


def _post(address: str, body: Mapping[str, Any]) -> tuple[int, Any]:
    request = urllib.request.Request(
        address, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return int(answer.status), json.loads(answer.read(1 << 20) or b"{}")
    except urllib.error.HTTPError as refused:
        try:
            told: Any = json.loads(refused.read(1 << 20) or b"{}")
        except ValueError:
            told = {}
        return refused.code, told


def hold(handed: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Keep another node's checkpoint as its witness (代为见证): `kept`, or `behind` with what is held instead.

    Raises Conflict where history was rewritten, LookupError for a node this one is no witness of, ValueError for nonsense.
    """
    try:
        new = handed["checkpoint"]
        origin, tree, size = str(new["public_key"]), str(new["tree"]), int(new["size"])
        if tree not in TREES or not 0 < size < 2**62:
            raise ValueError(_no_checkpoint())
        if not Origin.objects.filter(key=origin).exists():
            raise LookupError(sentence("本节点不是它的见证方", "This node is no witness of it"))
        last = Held.objects.filter(origin=origin, tree=tree).order_by("-size").first()
        if last is not None and int(handed.get("old") or 0) != last.size and size >= last.size:
            return "behind", dict(last.note)
        check(last.note if last is not None else None, handed)
        if last is None or last.size < size:
            Held.objects.create(origin=origin, tree=tree, size=size, note=dict(new), at=clock.now())
        elif last.note["root"] != new["root"]:
            raise Conflict(_other_root(size))
    except (KeyError, TypeError, AttributeError, OverflowError) as fault:
        raise ValueError(_no_checkpoint()) from fault
    return "kept", None


def _other_root(size: int) -> Sentence:
    return sentence(
        "同为 {n} 条，根却不同：历史被改写", "Both hold {n}, with different roots: history was rewritten", n=size
    )


def _no_checkpoint() -> Sentence:
    return sentence("不是检查点", "This is no checkpoint")
