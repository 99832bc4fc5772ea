"""Evidence (证据): published weights, explained feature by feature; the cases of the notices read as a steward would."""

from datetime import date

import pytest

from gongxin.rooms.resolve import evidence
from gongxin.rooms.resolve.evidence import FEATURES, Described, compare, one_slip, total

BOFEI = Described(name="成都博飞科技有限公司", code="91510107MA6CA6MP4Y", region="510107")


def found(reported, registered, feature):
    return next(each for each in compare(reported, registered) if each.feature == feature)


def test_every_feature_is_explained_and_says_each_of_its_weights():
    assert FEATURES
    for feature in FEATURES:
        assert len(feature.explanation) > 20, feature.id
        assert feature.title
        for points in feature.weights.values():
            if points:
                assert f"{abs(points):g} 分" in feature.explanation, (feature.id, points)


def test_one_code_with_two_names_that_differ_by_one_character():
    seen = compare(Described(name="成都搏飞科技有限公司", code="91510107MA6CA6MP4Y"), BOFEI)
    by_feature = {each.feature: each for each in seen}
    assert by_feature["code"].agrees is True
    assert by_feature["name.name"].weight > 0
    assert "1 字" in by_feature["name.name"].note
    assert total(seen) > 8


def test_a_government_code_typed_for_a_company_is_spoken_against():
    bureau = Described(name="平陵市财政局", code="11130100000000001A")
    against = found(Described(name="燕北精密机械有限公司", code="11130100000000001A"), bureau, "kind")
    assert against.agrees is False
    assert "机关" in against.note
    assert "公司" in against.note


def test_two_valid_codes_that_differ_speak_against_the_same_name():
    other = Described(name="成都博飞科技有限公司", code="91110000600037341L")
    assert found(BOFEI, other, "code").weight == -6.0


def test_a_subject_registered_after_the_decision_cannot_be_meant():
    reported = Described(name="甲厂", decided_on=date(2020, 1, 1))
    assert found(reported, Described(name="甲厂", established_on=date(2021, 1, 1)), "dates").agrees is False
    assert found(reported, Described(name="甲厂", established_on=date(2019, 1, 1)), "dates").agrees is True


def test_what_is_not_known_proves_nothing():
    seen = compare(Described(name="甲乙丙商行"), Described(name="甲乙丙商行"))
    for each in seen:
        if each.feature in {"code", "region", "legal_representative", "address", "dates"}:
            assert each.agrees is None
            assert each.weight == 0
    assert seen[-1].agrees is None


def test_namesakes_weaken_a_name():
    alone = Described(name="平陵市小王饭店")
    assert total(compare(alone, alone)) > total(compare(alone, Described(name="平陵市小王饭店", namesakes=3)))


def test_a_former_name_is_compared_too():
    renamed = Described(name="平陵新城建设有限公司", other_names=("平陵老城建筑有限公司",))
    seen = {each.feature: each for each in compare(Described(name="平陵老城建筑有限公司"), renamed)}
    assert seen["name.name"].agrees is True
    assert "平陵老城建筑有限公司" in seen["name.name"].note


@pytest.mark.parametrize(
    ("typed", "meant", "words"),
    [
        ("91510107MA6CA6MP4X", "91510107MA6CA6MP4Y", "第 18 位"),
        ("91510170MA6CA6MP4Y", "91510107MA6CA6MP4Y", "第 7、8 位颠倒"),
        ("9151017MA6CA6MP4Y", "91510107MA6CA6MP4Y", "少"),
        ("911510107MA6CA6MP4Y", "91510107MA6CA6MP4Y", "多"),
    ],
)
def test_a_slip_is_told_in_words(typed, meant, words):
    assert words in one_slip(typed, meant)


def test_far_codes_are_no_slip():
    assert one_slip("91510107MA6CA6MP4Y", "91110000600037341L") is None
    assert one_slip("91", "91110000600037341L") is None


def test_the_form_of_a_name_is_read_at_its_end():
    assert evidence.form_of("平陵市有限元技术研究中心") is None
    assert evidence.form_of("某某投资中心（有限合伙）")[0] == "有限合伙"
    assert evidence.form_of("平陵市某某农机专业合作社")[0] == "专业合作社"
