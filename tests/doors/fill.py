"""`python -m tests.doors.fill` (填充运行中的平台): bodies, keys and a few records in the store of GONGXIN_HOME, told as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(public_key: Path, certificate: Path) -> None:
    """Make and fill the store, and print the keys: of a secret, of a signer, of a certificate alone, and one bound to it."""
    from contextlib import redirect_stdout

    from gongxin.doors.cli import main as gongxin

    with redirect_stdout(sys.stderr):
        assert gongxin(["init"]) == 0
    from cryptography import x509

    from gongxin.spine import clock
    from gongxin.spine.access import credentials
    from gongxin.spine.access.models import ApiKey, Body
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append
    from tests.rooms.measures import city

    for each in city.BODIES:
        Body.objects.create(**each)
    seen = credentials.fingerprint(x509.load_pem_x509_certificate(certificate.read_bytes()))
    told = {}
    for name, kind, bound in (
        ("secret", "secret", ""), ("signer", "signature", ""), ("certificate", "certificate", seen),
        ("bound", "secret", seen),
    ):  # fmt: skip
        secret, prefix, digest = ApiKey.new_secret()
        ApiKey.objects.create(
            body_id=city.CENTRE, label=name, prefix=prefix, kind=kind, certificate=bound,
            digest=digest if kind == "secret" else "", scopes=["checks:write", "search:read", "events:read"], rate_per_minute=6000,
            public_key=public_key.read_text() if kind == "signature" else "",
        )  # fmt: skip
        told[name] = secret if kind == "secret" else prefix
    today = clock.today()
    append(
        [
            NewAct("record", item, city.FIRM, city.BUREAU, city.DEFAULTS[item], "测试", on=today)
            for item in ("procurement-violation", "penalty")
        ]
    )
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
