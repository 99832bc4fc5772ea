"""Commands (命令行): search, standing and export as an operator types them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from gongxin.doors.cli import export, main, search, standing
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.append import append
from tests.rooms.disclosure.world import ACME, PERSON, act, enter_penalty, enter_person

pytestmark = pytest.mark.django_db

NAME = "燕北精密机械有限公司"


def run(command, *arguments: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


@pytest.fixture
def record(on_day):
    on_day("2026-06-20")
    return enter_penalty(NAME, ACME, date(2026, 6, 14))


def test_search_prints_one_document(record, capsys):
    assert run(search, "精密", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"] == 1
    assert found["hits"][0]["code"] == ACME
    assert found["hits"][0]["on_display"] == {"penalty": 1}
    assert run(search, "精密") == 0
    assert NAME in capsys.readouterr().out
    assert run(search, "密") == 2
    assert run(search, "毫不相干", "--json") == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2])["hits"] == []


def test_standing_goes_through_the_gate(record, capsys, on_day):
    on_day("2026-07-01")
    append([act("repair", "penalty", f"uscc:{ACME}", {"reason": "已履行"}, record=record)])
    assert run(standing, ACME, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [line["state"] for line in told["lines"]] == ["repaired"]
    assert told["known_at"] == 2
    look = Look.objects.get(number=told["look"])
    assert (look.via, look.role, look.subject) == ("cli", "operator", f"uscc:{ACME}")
    run(standing, ACME, "--json", "--known-at", "1")
    assert [line["state"] for line in json.loads(capsys.readouterr().out)["lines"]] == ["effective"]
    run(standing, ACME, "--json", "--as-of", "2026-06-30")
    assert [line["state"] for line in json.loads(capsys.readouterr().out)["lines"]] == ["effective"]
    assert run(standing, ACME, "--known-at", "0") == 0
    assert "没有记录" in capsys.readouterr().out
    assert run(standing, "91XX") == 2
    assert run(standing, ACME, "--known-at", "99") == 2
    assert Look.objects.count() == 4


def test_a_persons_number_is_not_printed(on_day, capsys):
    from gongxin.kernel.identifiers.citizen import is_citizen

    number = next(PERSON[:-1] + last for last in "0123456789X" if is_citizen(PERSON[:-1] + last))
    on_day("2026-06-20")
    enter_person()
    assert run(standing, number, "--json") == 0
    assert number not in capsys.readouterr().out
    assert not Look.objects.filter(subject__contains=number).exists()


def test_export_says_what_it_wrote(record, capsys, tmp_path):
    assert run(export, str(tmp_path / "open"), "--json") == 0
    manifest = json.loads(capsys.readouterr().out)
    assert manifest["as_of"] == "2026-06-20"
    assert sum(file["rows"] for file in manifest["files"] if file["format"] == "csv") == 1
    assert run(export, str(tmp_path / "open")) == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    assert run(export, str(tmp_path / "mine")) == 1


def test_what_has_ended_does_not_come_back_by_asking_about_a_day_on_which_it_stood(record, capsys, tmp_path, on_day):
    """Nobody would leave a trace: whoever must know a past day asks for the standing, and is logged."""
    on_day("2027-06-20")
    for day in ("2026-06-20", "2028-01-01"):
        assert run(export, str(tmp_path / day), "--as-of", day) == 2
        assert run(search, "精密", "--json", "--as-of", day) == 2
        assert "display.today" in capsys.readouterr().out
        assert main(["promises", "list", "--json", "--as-of", day]) == 1
        assert main(["promises", "show", "1", "--json", "--as-of", day]) == 1
        assert capsys.readouterr().out.count("display.today") == 2
        assert not (tmp_path / day).exists()
    assert run(search, "精密", "--json", "--as-of", "2027-06-20") == 0
    assert Look.objects.count() == 0
    assert run(standing, ACME, "--json", "--as-of", "2026-06-20") == 0
    assert Look.objects.count() == 1
