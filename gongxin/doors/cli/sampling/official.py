"""The sample's public official (演示：公职人员): one record handed in by the body that decided; seen by nobody it is not for."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import yaml

from gongxin.doors.cli.sampling.casework import _ago, _done, _on
from gongxin.doors.cli.sampling.city import sample_folder


def settle(password: str) -> list[dict[str, str]]:
    """Verify the official, hand the record in and let it be looked up once, where it was not; returns the accounts."""
    from gongxin.doors.cli.sampling.rights import _account, _look
    from gongxin.spine.access import identities, joining
    from gongxin.spine.access.models import Body

    told = yaml.safe_load((sample_folder() / "officials.yaml").read_text(encoding="utf-8"))
    body, _made = Body.objects.get_or_create(
        code=told["body"]["code"], defaults={key: told["body"][key] for key in ("name", "name_en", "region", "kind")}
    )
    listed, official = [], told["official"]
    for row in told["accounts"]:
        of = body if row.get("body") else None
        account = _account(row, of, password)
        listed.append(
            {"username": row["username"], "name": row["name"], "post": row["post"], "body": of.name if of else ""}
        )
        if row["username"] == official["username"] and identities.person_of(account.pk) is None:
            verified = _done(identities.LocalProvider().verify({"number": official["number"]}))
            _done(joining.bind(account.pk, verified, actor="gongxin demo"))
            _hand_in(told["record"], body.code)
            with _on(_ago(told["look"]["ago"])):
                _look({**told["look"], "account": told["look"]["by"]}, official["number"])
    return listed


def _hand_in(told: Mapping[str, Any], provider: str) -> None:
    """Hand the record in as a file, as the commission does; the official is told (报送)."""
    from gongxin.rooms.intake import batches

    row = {**told["row"], "作出决定日期": str(_ago(told["ago"]))}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    with _on(_ago(told["received"])):
        batch = batches.receive(
            io.BytesIO(out.getvalue().encode()), file_name="监察委员会-公职人员履职记录.csv", provider=provider, via="cli",
            actor="gongxin demo", item="official-conduct",
        )  # fmt: skip
        batch = batches.run(batch.pk)
    if batch.accepted != 1:
        raise ValueError(f"the sample's record on an official was refused: {batches.issues_of(batch)}")
