#!/usr/bin/env python3
"""Check what a Gongxin platform hands out, without the platform and without trusting it (独立核验).

One file; it needs Python 3.11 and the package `cryptography`, nothing else, and shares no code with the platform.

    gongxin_verify.py report FILE.pdf   [--trust CERT.pem | --fingerprint SHA256] [--status-list FILE] [--sm2-key HEX]
    gongxin_verify.py proof FILE.json   [--key HEX]
    gongxin_verify.py ledger FILE.jsonl [--key HEX] [--remember CHECKPOINT.json ...]
    gongxin_verify.py log FILE.jsonl    [--key HEX] [--remember CHECKPOINT.json ...]

`--key` pins the platform's signing key (64 hexadecimal digits) and `--trust` the authority of its reports; get them once,
from the platform's notice board, not from the file you check. `--remember` names a checkpoint kept earlier, or lodged
with a witness: the file must still begin with it, which no rewriting and no cutting off survives. An SM2 signature beside
a report (FILE.pdf.sm2) or in a checkpoint is checked too where there is one; `--sm2-key` pins its key.

Exit code 0: everything agrees. 1: something does not, and the first thing is said. 2: wrong usage.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import re
import sys
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Bad(Exception):
    """Something does not agree (不符): says what."""


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def need(condition: object, words: str) -> None:
    if not condition:
        raise Bad(words)


# --- Merkle trees, RFC 9162 --------------------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


class Growing:
    """A tree that grows leaf by leaf: the roots of its full subtrees, smallest last."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        height, root = 0, leaf
        while self.peaks and self.peaks[-1][0] == height:
            root = node_hash(self.peaks.pop()[1], root)
            height += 1
        self.peaks.append((height, root))
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return sha256(b"")
        found = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = ([old_root] if old & (old - 1) == 0 else []) + path
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# --- Signed checkpoints ------------------------------------------------------------------------------------------------


def signed(words: bytes, signature: str, public: str, pinned: str | None, what: str) -> None:
    """Raise Bad unless the words are signed by the named key, and that key is the pinned one where one is pinned."""
    need(not pinned or public.lower() == pinned.lower(), f"{what}: 不是由所指定的密钥签名")
    try:
        Ed25519PublicKey.from_public_bytes(unhex(public)).verify(unhex(signature), words)
    except (InvalidSignature, ValueError):
        raise Bad(f"{what}: 签名无效") from None


def unhex(text: object) -> bytes:
    """Return bytes of hexadecimal digits as the platform writes them; other spellings of the same bytes are no good."""
    found = bytes.fromhex(str(text))
    need(found.hex() == text, "十六进制写法不规范")
    return found


# --- SM2 with SM3, GB/T 32918 ------------------------------------------------------------------------------------------

SM2_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
SM2_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SM2_A = SM2_P - 3
SM2_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
SM2_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int] | None


def sm3(data: bytes) -> bytes:
    hashed = hashes.Hash(hashes.SM3())
    hashed.update(data)
    return hashed.finalize()


def plus(one: Point, two: Point) -> Point:
    if one is None or two is None:
        return one or two
    if one[0] == two[0] and (one[1] + two[1]) % SM2_P == 0:
        return None
    rise, run = (two[1] - one[1], two[0] - one[0]) if one != two else (3 * one[0] * one[0] + SM2_A, 2 * one[1])
    slope = rise * pow(run, -1, SM2_P)
    x = (slope * slope - one[0] - two[0]) % SM2_P
    return x, (slope * (one[0] - x) - one[1]) % SM2_P


def times(count: int, point: Point) -> Point:
    found: Point = None
    while count:
        if count & 1:
            found = plus(found, point)
        point, count = plus(point, point), count >> 1
    return found


def check_sm2(words: bytes, told: dict, pinned: str | None, what: str) -> str:
    """The SM2 signature beside something; returns the key it is by."""
    public, signature = unhex(told["public_key"]), unhex(told["signature"])
    need(told["form"] == "gongxin-sm2-1" and told["algorithm"] == "SM2-SM3", f"{what}: 国密签名的格式不识")
    need(not pinned or told["public_key"] == pinned.lower(), f"{what}: 国密签名不是由所指定的密钥签的")
    need(public[:1] == b"\x04" and len(public) == 65, f"{what}: 国密公钥不规范")
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    need(max(x, y) < SM2_P and (y * y - x * x * x - SM2_A * x - SM2_B) % SM2_P == 0, f"{what}: 国密公钥不在曲线上")
    r, s = (int.from_bytes(each[1], "big") for each in values(tlv(signature)[1]))
    need(0 < r < SM2_N and 0 < s < SM2_N, f"{what}: 国密签名无效")
    whole = wrap(0x30, wrap(0x02, signed_integer(r)) + wrap(0x02, signed_integer(s)))
    need(whole == signature, f"{what}: 国密签名写法不规范")
    name = told["signer_id"].encode()
    curve = b"".join(part.to_bytes(32, "big") for part in (SM2_A, SM2_B, *SM2_G))
    digest = int.from_bytes(sm3(sm3((8 * len(name)).to_bytes(2, "big") + name + curve + public[1:]) + words), "big")
    point = plus(times(s, SM2_G), times((r + s) % SM2_N, (x, y))) if (r + s) % SM2_N else None
    need(point is not None and (digest + point[0]) % SM2_N == r, f"{what}: 国密签名无效")
    return sm3(public[1:]).hex()[:16]


def signed_integer(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def segment_leaf(segment: dict) -> bytes:
    head = f"gongxin segment\x1f{segment['segment']}\x1f{segment['n']}\x1f"
    return leaf_hash(head.encode() + unhex(segment["root"]) + unhex(segment["chain"]))


def check_checkpoint(point: dict, pinned: str | None) -> None:
    """A checkpoint of the ledger or of the log: its signature and, for the log, the root over its segments."""
    name = {"ledger": "gongxin ledger", "log": "gongxin log"}[point["tree"]]
    need(isinstance(point["size"], int), "检查点的条数不是整数")
    words = f"{name}\n{point['size']}\n{unhex(point['root']).hex()}\n{point['at']}\n".encode()
    signed(words, point["signature"], point["public_key"], pinned, f"检查点 {point['size']}")
    need(point["key"] == sha256(unhex(point["public_key"])).hex()[:16], "检查点的密钥名与公钥不符")
    if "sm2" in point:
        check_sm2(words, point["sm2"], None, f"检查点 {point['size']}")
    if "segments" in point:
        tree = Growing()
        for segment in point["segments"]:
            tree.add(segment_leaf(segment))
        need(tree.root() == unhex(point["root"]), f"日志检查点 {point['size']} 的各段与合并的根不符")
        need(sum(each["n"] for each in point["segments"]) == point["size"], "日志检查点的条数与各段不符")


# --- Proofs ------------------------------------------------------------------------------------------------------------


def check_proof(proof: dict, pinned: str | None) -> str:
    """An exported proof of any kind; returns what it shows."""
    if "checkpoint" in proof and "old" in proof:
        # What a witness keeps: the checkpoint is what matters, the proof joins it to the one before.
        check_checkpoint(proof["checkpoint"], pinned)
        return f"检查点 {proof['checkpoint']['tree']} {proof['checkpoint']['size']} 条，签名有效"
    need(proof.get("form") == "gongxin-proof-1", "不是证明文件")
    kind = proof["kind"]
    if kind == "checkpoints":
        shown = []
        for tree in ("ledger", "log"):
            if proof[tree] is not None:
                check_checkpoint(proof[tree], pinned)
                shown.append(f"{tree} {proof[tree]['size']} 条")
        return "检查点签名有效：" + "，".join(shown)
    if kind == "consistency":
        first, second = proof["from"], proof["to"]
        check_checkpoint(first, pinned)
        check_checkpoint(second, pinned or first["public_key"])
        path = [unhex(step) for step in proof["path"]]
        good = consistent(first["size"], second["size"], path, unhex(first["root"]), unhex(second["root"]))
        need(good, f"{first['size']} 条的检查点不是 {second['size']} 条的开头")
        return f"{first['size']} 条的检查点是 {second['size']} 条的开头，其间没有改写"
    point = proof["checkpoint"]
    check_checkpoint(point, pinned)
    path = [unhex(step) for step in proof["path"]]
    if kind == "entry":
        good = included(unhex(proof["leaf"]), proof["seq"] - 1, point["size"], path, unhex(point["root"]))
        need(good, f"第 {proof['seq']} 条不在检查点之内")
        return f"第 {proof['seq']} 条在 {point['size']} 条的检查点之内"
    need(kind == "look", f"不认识的证明种类 {kind}")
    segment, n, head = str(proof["segment"]), proof["n"], proof["head"]
    need(head["segment"] == segment, "段名不符")
    leaf = leaf_hash(f"gongxin look\x1f{segment}\x1f{n}\x1f".encode() + unhex(proof["chain"]))
    need(included(leaf, n - 1, head["n"], path, unhex(head["root"])), f"{proof['number']} 不在日志段 {segment} 之内")
    up = [unhex(step) for step in proof["head_path"]]
    need(
        included(segment_leaf(head), proof["place"], proof["heads"], up, unhex(point["root"])),
        f"日志段 {segment} 不在检查点之内",
    )
    # The place is proved, and with it the end of the number, which is given once; the day in the number is not.
    form = re.fullmatch(r"HC-\d{4}-\d{4}-" + re.escape(f"{segment}{n}"), str(proof["number"]))
    need(form is not None, "查阅编号与所在位置不符")
    return f"日志段 {segment} 第 {n} 条（编号末尾 {segment}{n}）在 {point['size']} 条的日志检查点之内；编号中的日期不在证明之列"


# --- Exported ledger and log --------------------------------------------------------------------------------------------


def lines_of(path: Path, form: str) -> tuple[dict, list[str]]:
    text = path.read_bytes().decode("utf-8")
    need(text.endswith("\n"), "文件末尾不完整")
    rows = text.split("\n")[:-1]
    need(rows, "文件是空的")
    head = read(rows[0])
    need(head.get("form") == form, f"不是 {form} 格式")
    for key, public in head["keys"].items():
        need(sha256(unhex(public)).hex()[:16] == key, f"密钥 {key} 与公钥不符")
    return head, rows[1:]


def read(row: str) -> dict:
    """Read one line; it must be written exactly as the platform writes it, so that no byte of it goes unread."""
    found = json.loads(row)
    need(json.dumps(found, ensure_ascii=False, separators=(",", ":")) == row, "有一行不是平台的写法")
    return found


def pinned_in(head: dict, pinned: str | None) -> None:
    need(not pinned or pinned.lower() in head["keys"].values(), "文件中没有所指定的密钥")


def check_ledger(path: Path, pinned: str | None, remembered: list[dict]) -> str:
    """Every entry against its leaf, every checkpoint against the leaves before it, every remembered one against both."""
    head, rows = lines_of(path, "gongxin-ledger-export-1")
    pinned_in(head, pinned)
    tree, verified, roots = Growing(), 0, {}
    wanted = {point["size"] for point in remembered}
    for row in rows:
        line = read(row)
        if "checkpoint" in line:
            point = line["checkpoint"]
            check_checkpoint(point, pinned)
            need(head["keys"].get(point["key"]) == point["public_key"], "检查点的密钥不在文件所列之内")
            need(point["tree"] == "ledger" and point["size"] == tree.size, f"检查点 {point['size']} 之前的条目有缺失")
            need(
                unhex(point["root"]) == tree.root(),
                f"检查点 {point['size']} 的根与条目 {verified + 1}–{tree.size} 不符",
            )
            verified = tree.size
            continue
        entry, digest = line["entry"], unhex(line["digest"])
        seq, kind, record, item, subject, provider, batch, on, at, actor = entry
        need(seq == tree.size + 1, f"条目 {tree.size + 1} 缺失，其后是 {seq}")
        words = "\x1f".join(("gongxin-entry-1", kind, item, provider, batch, on, at, actor)) + "\x1f"
        words += f"{seq}\x1f{record}\x1f{subject}\x1f"
        leaf = sha256(b"\x00" + words.encode() + digest)
        need(leaf == unhex(line["leaf"]), f"条目 {seq} 的内容与叶散列不符")
        if "body" in line:
            need(sha256(unhex(line["salt"]) + line["body"].encode()) == digest, f"条目 {seq} 的内容与摘要不符")
        tree.add(leaf)
        if tree.size in wanted:
            roots[tree.size] = tree.root()
    need(verified, "文件里没有签名的检查点，什么也没有证明")
    need(tree.size == verified, f"条目 {verified + 1}–{tree.size} 没有检查点")
    for point in remembered:
        check_checkpoint(point, pinned)
        need(point["size"] <= tree.size, f"此前的检查点有 {point['size']} 条，现在只有 {tree.size} 条：末尾被截断")
        need(roots[point["size"]] == unhex(point["root"]), f"前 {point['size']} 条与此前的检查点不同：历史被改写")
    return f"台账 {tree.size} 条，全部与签名的检查点相符{_beginning(remembered)}"


def check_log(path: Path, pinned: str | None, remembered: list[dict]) -> str:
    """Every look against its chain, every seal against the look it ends with, every checkpoint against all looks."""
    head, rows = lines_of(path, "gongxin-log-export-1")
    pinned_in(head, pinned)
    links: dict[str, list[bytes]] = {}
    sealed: dict[str, int] = {}
    last = 0
    for row in rows:
        line = read(row)
        if "look" in line:
            said = line["look"]
            segment, n = said[-2], said[-1]
            chain = links.setdefault(segment, [])
            need(n == str(len(chain) + 1), f"段 {segment} 第 {len(chain) + 1} 条查阅记录缺失")
            before = chain[-1] if chain else sha256(b"gongxin looks")
            link = sha256(before + "\x1f".join(said).encode())
            need(link == unhex(line["chain"]), f"查阅记录 {said[0]} 与链不符")
            chain.append(link)
        elif "seal" in line:
            segment, n, link, at = line["seal"]
            need(0 < n <= len(links.get(segment, ())), f"段 {segment} 的封印指向缺失的第 {n} 条：末尾被截断")
            need(unhex(link) == links[segment][n - 1], f"段 {segment} 第 {n} 条的封印与链不符")
            words = f"gongxin looks\n{segment}\n{n}\n{link}\n{at}\n".encode()
            public = head["keys"].get(line["key"], "")
            signed(words, line["signature"], public, pinned, f"段 {segment} 第 {n} 条的封印")
            sealed[segment] = n
        else:
            point = line["checkpoint"]
            need(head["keys"].get(point["key"]) == point["public_key"], "检查点的密钥不在文件所列之内")
            check_log_point(point, links, pinned)
            last = point["size"]
    for segment, chain in links.items():
        need(sealed.get(segment) == len(chain), f"段 {segment} 的末条没有封印：末尾被截断或添加")
    count = sum(len(chain) for chain in links.values())
    need(last, "文件里没有签名的检查点，什么也没有证明")
    need(last == count, f"日志 {count} 条，最后的检查点只有 {last} 条")
    for point in remembered:
        check_log_point(point, links, pinned)
    return f"日志 {count} 条，全部与链、封印和签名的检查点相符{_beginning(remembered)}"


def _beginning(remembered: list[dict]) -> str:
    """What a file alone cannot show: one cut off at an earlier checkpoint agrees with itself."""
    if remembered:
        return "，也与此前的检查点相符"
    return "；末尾有没有截断，要用此前保存或寄存的检查点核对（--remember）"


def check_log_point(point: dict, links: dict[str, list[bytes]], pinned: str | None) -> None:
    check_checkpoint(point, pinned)
    for each in point["segments"]:
        segment, n = each["segment"], each["n"]
        chain = links.get(segment, [])
        need(n <= len(chain), f"检查点中段 {segment} 有 {n} 条，现在只有 {len(chain)} 条：末尾被截断")
        tree = Growing()
        for at, link in enumerate(chain[:n], 1):
            tree.add(leaf_hash(f"gongxin look\x1f{segment}\x1f{at}\x1f".encode() + link))
        need(tree.root() == unhex(each["root"]), f"段 {segment} 的前 {n} 条与检查点不同：历史被改写")
        need(n == 0 or chain[n - 1] == unhex(each["chain"]), f"段 {segment} 第 {n} 条与检查点的段首不同")


# --- Reports -----------------------------------------------------------------------------------------------------------

SIGNED_DATA = "2a864886f70d010702"
MESSAGE_DIGEST = "2a864886f70d010904"
ECDSA_SHA256 = "2a8648ce3d040302"
SHA256_ID = "300b0609608648016503040201"
HEAD = bytes.fromhex


def tlv(data: bytes, at: int = 0) -> tuple[int, bytes, int]:
    """Return tag, content and the place after one DER value; lengths must be written in the shortest way."""
    need(at + 2 <= len(data), "签名封装不完整")
    tag, size, start = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        need(1 <= count <= 4 and start + count <= len(data), "签名封装不完整")
        size = int.from_bytes(data[start : start + count], "big")
        need(size >= 128 and size >> (8 * (count - 1)), "签名封装的写法不规范")
        start += count
    need(start + size <= len(data), "签名封装不完整")
    return tag, data[start : start + size], start + size


def values(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return the DER values in a content: tag, content, and the whole as it stands."""
    found, at = [], 0
    while at < len(data):
        tag, body, end = tlv(data, at)
        found.append((tag, body, data[at:end]))
        at = end
    return found


def wrap(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + body


def check_report(pdf: bytes, trust: list[bytes], fingerprint: str | None) -> dict:
    """The signature of a report, byte for byte; returns its machine-readable content with what was found."""
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    need(len(ranges) == 1, "文件没有签名，或不止一处")
    start, length, second, rest = (int(number) for number in ranges[0])
    need(start == 0 and 0 < length < second < len(pdf) and second + rest == len(pdf), "签名没有覆盖整个文件")
    gap = pdf[length:second]
    need(gap[:1] == b"<" and gap[-1:] == b">" and not set(gap[1:-1]) - set(b"0123456789ABCDEF"), "签名所在处被改动")
    raw = bytes.fromhex(gap[1:-1].decode())
    _, _, end = tlv(raw)
    need(not any(raw[end:]) and len(gap) % 2 == 0, "签名所在处被改动")
    certificates, attributes, signature = open_envelope(raw[:end])
    own = certificates[0]
    inner = {body_of(each): each for each in values(tlv(attributes)[1])}
    digest = values(values(inner[MESSAGE_DIGEST][1])[1][1])[0][1]
    need(sha256(pdf[:length] + pdf[second:]) == digest, "文件内容与签名时不同，被改动过")
    try:
        key = x509.load_der_x509_certificate(own).public_key()
        need(isinstance(key, ec.EllipticCurvePublicKey), "签名证书不是所支持的算法")
        key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Bad("签名无效") from None
    said = attached(pdf)
    prints = [sha256(each).hex() for each in certificates]
    need(sorted(said["chain"]) == sorted(prints), "所附证书与签名时不同")
    root = check_chain([x509.load_der_x509_certificate(each) for each in certificates])
    need(isinstance(said["content"], dict), "文件内没有报告内容")
    issued = datetime.fromisoformat(said["content"]["issued"]).astimezone(UTC)
    loaded = x509.load_der_x509_certificate(own)
    need(loaded.not_valid_before_utc <= issued <= loaded.not_valid_after_utc, "证书在出具之日不在有效期内")
    wanted = (fingerprint or "").replace(":", "").replace(" ", "").lower()
    known = [sha256(each).hex() for each in trust] + ([wanted] if wanted else [])
    return {**said, "root": root, "trusted": bool({root, *prints} & set(known)), "pinned": bool(known)}


def body_of(value: tuple[int, bytes, bytes]) -> str:
    """Return the object identifier an attribute begins with."""
    return values(value[1])[0][1].hex()


def open_envelope(der: bytes) -> tuple[list[bytes], bytes, bytes]:
    """Return certificates (signer's first), signed attributes and signature of an envelope written in the one way."""
    outer = values(tlv(der)[1])
    need(len(outer) == 2 and outer[0][1].hex() == SIGNED_DATA, "签名封装不是 SignedData")
    inner = values(values(outer[1][1])[0][1])
    need(len(inner) == 5, "签名封装的内容多于或少于规定")
    certificates = [each[2] for each in values(inner[3][1])]
    signer = values(values(inner[4][1])[0][1])
    need(len(signer) == 6, "签名封装的内容多于或少于规定")
    attributes = b"\x31" + signer[3][2][1:]
    signature = signer[5][1]
    own = next((each for each in certificates if issuer_of(each) == signer[1][2]), None)
    need(own is not None, "签名封装里没有签名人的证书")
    certificates.sort(key=lambda each: each != own)
    # Written again from its parts it must be the same: nothing that no signature covers can differ.
    algorithm = wrap(0x30, wrap(0x06, HEAD(ECDSA_SHA256)))
    info = wrap(
        0x30, HEAD("020101"), signer[1][2], HEAD(SHA256_ID), b"\xa0" + attributes[1:], algorithm, wrap(0x04, signature)
    )
    data = wrap(
        0x30, HEAD("020101"), wrap(0x31, HEAD(SHA256_ID)), HEAD("300b06092a864886f70d010701"),
        wrap(0xA0, *sorted(certificates)), wrap(0x31, info),
    )  # fmt: skip
    need(wrap(0x30, wrap(0x06, HEAD(SIGNED_DATA)), wrap(0xA0, data)) == der, "签名封装被改动")
    return certificates, attributes, signature


def issuer_of(certificate: bytes) -> bytes:
    """Return issuer and serial number of a certificate, as an envelope names its signer."""
    inner = values(values(tlv(certificate)[1])[0][1])
    at = 1 if inner[0][0] == 0xA0 else 0
    return wrap(0x30, inner[at + 2][2], inner[at][2])


def check_chain(chain: list[x509.Certificate]) -> str:
    """Every certificate signed by the next one and the last by itself; returns the last one's fingerprint."""
    current, left = chain[0], chain[1:]
    try:
        while left:
            issuer = next(each for each in left if each.subject == current.issuer)
            current.verify_directly_issued_by(issuer)
            need(issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca, "证书链有误")
            current = issuer
            left.remove(issuer)
        if current.subject == current.issuer:
            current.verify_directly_issued_by(current)
    except (StopIteration, InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        raise Bad("签名证书不是由所附机构签发") from None
    return current.fingerprint(hashes.SHA256()).hex()


def attached(pdf: bytes) -> dict:
    """Return the machine-readable content: the one JSON stream in the file that calls itself a report of this platform."""
    for found in re.finditer(rb"stream\r?\n", pdf):
        end = pdf.find(b"endstream", found.end())
        raw = pdf[found.end() : end].rstrip(b"\r\n")
        for body in (raw, _inflated(raw)):
            if body[:1] == b"{":
                said = json.loads(body)
                if str(said.get("content", {}).get("form", "")).startswith("gongxin-report-"):
                    return said
    raise Bad("文件内没有本平台的报告内容")


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, 1 << 24)
    except zlib.error:
        return b""


STATUSES = ("有效", "已撤回", "内容已更新", "已过期")


def status_of(path: Path, said: dict) -> int:
    """The report's place in a status list that is signed by the key the report itself names."""
    listed = json.loads(path.read_text(encoding="utf-8"))
    rest = {key: value for key, value in listed.items() if key != "signature"}
    words = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    signed(words, listed["signature"], said["status_key"], None, "状态表")
    place, body = said["status_place"], listed["encodedList"][1:]
    need(listed["encodedList"].startswith("u") and 0 <= place < listed["length"], "状态表里没有这个位置")
    bits = gzip.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return bits[place // 4] >> (6 - 2 * (place % 4)) & 3


# --- The program -------------------------------------------------------------------------------------------------------


def run_report(args: argparse.Namespace) -> str:
    trust = []
    if args.trust:
        for each in x509.load_pem_x509_certificates(args.trust.read_bytes()):
            trust.append(each.public_bytes(serialization.Encoding.DER))
    said = check_report(args.file.read_bytes(), trust, args.fingerprint)
    need(not said["pinned"] or said["trusted"], "签名完整，但签发机构不是所信任的机构")
    words = f"报告 {said['number']}：签名有效，逐字节相符；有效期至 {said['valid_until']}"
    if not said["trusted"]:
        words += f"；签发机构未核实，指纹 {said['root']}"
    if date.fromisoformat(said["valid_until"]) < date.today():
        words += "；已过期"
    beside = args.file.with_name(args.file.name + ".sm2")
    need(not args.sm2_key or beside.exists(), f"报告旁没有国密签名 {beside.name}")
    if beside.exists():
        told = json.loads(beside.read_text(encoding="utf-8"))
        words += f"；国密 SM2 签名有效，公钥 {check_sm2(args.file.read_bytes(), told, args.sm2_key, '报告')}"
    if args.status_list:
        status = status_of(args.status_list, said)
        words += f"；状态 {STATUSES[status]}"
        need(status != 1, words)
    return words


def run_proof(args: argparse.Namespace) -> str:
    return check_proof(json.loads(args.file.read_text(encoding="utf-8")), args.key)


def remembered(args: argparse.Namespace, tree: str) -> list[dict]:
    found = []
    for path in args.remember:
        told = json.loads(path.read_text(encoding="utf-8"))
        for point in (told, told.get("checkpoint"), told.get(tree)):
            if isinstance(point, dict) and point.get("tree") == tree:
                found.append(point)
                break
        else:
            raise Bad(f"{path.name} 里没有 {tree} 的检查点")
    return found


def run_ledger(args: argparse.Namespace) -> str:
    return check_ledger(args.file, args.key, remembered(args, "ledger"))


def run_log(args: argparse.Namespace) -> str:
    return check_log(args.file, args.key, remembered(args, "log"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="核验公信平台给出的报告、证明、台账和日志")
    parser.add_argument("--json", action="store_true", help="一行 JSON")
    acts = parser.add_subparsers(dest="act", required=True)
    for name, run in (("report", run_report), ("proof", run_proof), ("ledger", run_ledger), ("log", run_log)):
        act = acts.add_parser(name)
        act.add_argument("file", type=Path)
        if name == "report":
            act.add_argument("--trust", type=Path, help="签发机构证书 PEM")
            act.add_argument("--fingerprint", help="签发机构证书的 SHA-256 指纹")
            act.add_argument("--status-list", type=Path, help="下载的状态表")
            act.add_argument("--sm2-key", help="信任的国密公钥，04 开头的十六进制")
        else:
            act.add_argument("--key", help="平台签名公钥，64 位十六进制")
        if name in ("ledger", "log"):
            act.add_argument("--remember", type=Path, action="append", default=[], help="此前保存或寄存的检查点")
        act.set_defaults(run=run)
    args = parser.parse_args(arguments)
    try:
        words, code = args.run(args), 0
    except Bad as bad:
        words, code = str(bad), 1
    except FileNotFoundError as missing:
        print(f"没有这个文件：{missing.filename}", file=sys.stderr)
        return 2
    except Exception as broken:
        words, code = f"文件结构被破坏：{type(broken).__name__} {broken}", 1
    if args.json:
        print(json.dumps({"ok": code == 0, "words": words}, ensure_ascii=False))
    else:
        print(("相符　" if code == 0 else "不符　") + words)
    return code


if __name__ == "__main__":
    sys.exit(main())
