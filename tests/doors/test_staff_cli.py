"""Bodies, accounts and keys from the terminal (人员与单位): what is refused says why, and nothing is shown twice."""

from __future__ import annotations

import json

import pytest

from gongxin.doors.cli import main
from gongxin.spine.access.models import Account, ApiKey, Body

pytestmark = pytest.mark.django_db
OFFICE = "12131500021162324B"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["staff", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_an_office_can_be_staffed_from_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "add-body", OFFICE, "平陵市公共信用信息中心", "--kind", "office")[0] == 0
    code, out, _ = told(
        capsys, "add-account", "fangcheng", "--name", "方澄", "--role", "operator", "--body", OFFICE, "--json"
    )
    assert code == 0
    assert Account.objects.get(username="fangcheng").check_password(json.loads(out)["口令"])
    code, out, _ = told(capsys, "add-key", OFFICE, "--label", "审批系统", "--scope", "checks:write", "--json")
    secret = json.loads(out)["密钥"]
    key = ApiKey.objects.get()
    assert key.digest == ApiKey.digest_of(secret)
    assert secret not in told(capsys, "list")[1]
    assert told(capsys, "revoke-key", key.prefix)[0] == 0
    assert told(capsys, "revoke-key", key.prefix)[0] == 1
    assert told(capsys, "end-account", "fangcheng")[0] == 0
    assert not Account.objects.get(username="fangcheng").is_active


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add-body", "91130000MA0DEM0X1H", "名称"), "校验不符"),
        (("add-body", OFFICE, "名称", "--kind", "tribe"), "没有单位类别"),
        (("add-account", "a", "--name", "甲", "--role", "king", "--body", OFFICE), "没有角色"),
        (("add-account", "a", "--name", "甲", "--role", "officer", "--body", "NOBODY"), "add-body"),
        (("add-key", "NOBODY", "--label", "x", "--scope", "search:read"), "add-body"),
        (("end-account", "nobody"), "没有账号"),
    ],
)
def test_what_cannot_be_done_says_why(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = told(capsys, *arguments)
    assert code == 1
    assert says in err
    assert not Body.objects.filter(kind="tribe").exists()
