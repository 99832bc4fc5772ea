"""Calls about proofs (证明): open to everyone, since a proof says nothing of what is proved; and the witness's ear."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.errors import Problem
from gongxin.doors.api.keys import Anyone
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.spine.proofs import ledger, log, witness

router = Router(tags=["证明"], auth=Anyone())
LARGEST_NUMBER = 2**62


class CheckpointsOut(Schema):
    """Signed checkpoints (检查点)."""

    ledger: list[dict[str, Any]]
    log: list[dict[str, Any]]


class ProofOut(Schema):
    """A proof (证明), to be checked with tools/verify/gongxin_verify.py."""

    form: str
    kind: str
    checkpoint: dict[str, Any]
    path: list[str]
    leaf: str | None = None
    seq: int | None = None
    number: str | None = None
    segment: str | None = None
    n: int | None = None
    chain: str | None = None
    head: dict[str, Any] | None = None
    place: int | None = None
    heads: int | None = None
    head_path: list[str] | None = None


class HandedIn(Schema):
    """A checkpoint handed to this node as a witness (寄存的检查点)."""

    old: int = 0
    checkpoint: dict[str, Any]
    proof: Any = None


@router.get("/proofs/entries/{seq}", response=ProofOut, summary="条目的包含证明", operation_id="prove_entry")
def prove_entry(request: HttpRequest, seq: int) -> dict[str, Any]:
    """证明台账第几条在最新检查点之内。只有散列，没有内容。"""
    return _told(
        ledger.entry_proof(seq)
        if 0 < seq < LARGEST_NUMBER
        else Refusal("proof_unknown", sentence("没有这一条", "There is no such entry"))
    )


@router.get("/proofs/looks/{number}", response=ProofOut, summary="查阅的包含证明", operation_id="prove_look")
def prove_look(request: HttpRequest, number: str) -> dict[str, Any]:
    """证明一次查阅在日志最新检查点之内。只有散列，不说谁查了谁。"""
    return _told(log.look_proof(number[:40]))


@router.get("/proofs/checkpoints", response=CheckpointsOut, summary="检查点序列", operation_id="list_checkpoints")
def list_checkpoints(
    request: HttpRequest,
    after: int = Query(0, ge=0, le=LARGEST_NUMBER, description="台账多少条之后的"),
    log_after: int = Query(0, ge=0, le=LARGEST_NUMBER, description="日志多少条之后的"),
) -> dict[str, Any]:
    """从旧到新，每次最多一千个；用最后一个的条数接着取。"""
    return {"ledger": ledger.checkpoints(after), "log": log.checkpoints(log_after, 100)}


@router.get("/proofs/consistency", summary="一致性证明", operation_id="prove_consistency", response=dict[str, Any])
def prove_consistency(
    request: HttpRequest,
    since: int = Query(..., alias="from", ge=1, le=LARGEST_NUMBER, description="较早检查点的条数"),
    until: int | None = Query(None, alias="to", ge=1, le=LARGEST_NUMBER, description="较晚检查点的条数，默认最新"),
) -> dict[str, Any]:
    """证明较早的检查点是较晚的开头：其间没有改写，也没有截断。"""
    return _told(ledger.consistency_proof(since, until))


@router.post("/proofs/witness", summary="向本节点寄存检查点", operation_id="hand_checkpoint", response=dict[str, Any])
def hand_checkpoint(request: HttpRequest, body: HandedIn) -> Any:
    """本节点受托见证的节点把检查点交到这里。与所持的不一致即拒收并留下所持的。"""
    try:
        state, held = witness.hold(body.dict())
    except LookupError as fault:
        raise Problem(403, "witness.origin", str(fault), "请先由本节点登记对方的公钥。") from fault
    except witness.Conflict as fault:
        raise Problem(409, "witness.conflict", str(fault), "请双方运行 gongxin fsck 查明。") from fault
    except ValueError as fault:
        raise errors.from_issues(
            [{"code": "witness.form", "column": "checkpoint", "message": str(fault), "severity": "error"}]
        ) from fault
    if state == "behind":
        return HttpResponse(_json({"held": held}), status=409, content_type=errors.CONTENT_TYPE)
    return {"state": state}


def _json(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def _told(told: dict[str, Any] | Refusal) -> dict[str, Any]:
    if isinstance(told, Refusal):
        raise errors.of_no(told)
    return told
