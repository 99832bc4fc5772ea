"""Masking (遮盖): what stays readable of a person in a public text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel.masking import mask_field, mask_identity, mask_mobile, mask_name, mask_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张某某", "张*"),
        ("张三", "张*"),
        ("欧阳明月", "欧阳*"),
        ("欧阳", "欧*"),
        ("阿不都·热合曼", "阿*"),
        (" 李四 ", "李*"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_surname_alone(name, shown):
    assert mask_name(name) == shown


def test_an_identity_number_keeps_three_and_four():
    assert mask_identity("110101199003070038") == "110***********0038"
    assert mask_mobile("138 1234 5678") == "138****5678"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "该公司法定代表人张三丰（身份证号：110101199003070038）提供虚假材料",
            "该公司法定代表人张*（身份证号：110***********0038）提供虚假材料",
        ),
        ("联系人欧阳锋，身份证号码11010119900307003X", "联系人欧阳*，身份证号码110***********003X"),
        ("电话13812345678，传真0311-88880000", "电话138****5678，传真0311-88880000"),
        ("罚款13812345678元", "罚款13812345678元"),
        ("处以采购金额（968000元）千分之五（4840元）的罚款", "处以采购金额（968000元）千分之五（4840元）的罚款"),
        ("项目编号：HBLZ-2021-DG05", "项目编号：HBLZ-2021-DG05"),
    ],
)
def test_free_text_loses_what_names_a_person(text, shown):
    assert mask_text(text) == shown


def test_an_organisation_code_in_a_text_stays():
    assert mask_text("统一社会信用代码911100006000373419") == "统一社会信用代码911100006000373419"


@given(
    st.text(alphabet="张三公司，。（）abc ", max_size=12),
    st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 12, 31)),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
    st.text(alphabet="，。元项目", max_size=6),
)
def test_no_identity_number_survives_in_any_text(before, birthday, serial, last, after):
    number = f"130102{birthday:%Y%m%d}{serial:03}{last}"
    before = before.rstrip("abc")
    assert number not in mask_text(before + number + after)
    assert mask_text(mask_text(before + number + after)) == mask_text(before + number + after)


def test_fields_are_masked_by_what_they_hold():
    assert mask_field("legal_rep", "王五", kind="name") == "王五"
    assert mask_field("person_id", "110101199003070038", kind="citizen") == "110***********0038"
    assert mask_field("subject_name", "张三", kind="name", person=True) == "张*"
    assert mask_field("subject_name", "张三饭店有限公司", kind="name") == "张三饭店有限公司"


@pytest.mark.parametrize(
    "written",
    [
        "130102 19900101 0058",
        "１３０１０２１９９００１０１００５８",
        "1 3 0 1 0 2 1 9 9 0 0 1 0 1 0 0 5 8",
        "130102-1990-0101-0058",
    ],
)
def test_a_number_written_apart_or_wide_is_masked_as_well(written):
    shown = mask_text(f"法定代表人李雷，身份证号{written}，已缴清罚款")
    assert shown == "法定代表人李*，身份证号130***********0058，已缴清罚款"
