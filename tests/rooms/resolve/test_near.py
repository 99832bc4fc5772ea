"""Near codes (相近代码): the code meant is among the proposals whatever single slip was made."""

from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel.identifiers.uscc import ALPHABET, check_character, is_uscc
from gongxin.rooms.resolve.near import near_codes

bodies = st.builds(
    lambda kind, division, rest: kind + division + rest,
    st.sampled_from(["91", "92", "11", "12", "51"]),
    st.from_regex(r"[1-6][0-9]{5}", fullmatch=True),
    st.text(alphabet=ALPHABET, min_size=9, max_size=9),
)
codes = bodies.map(lambda body: body + check_character(body))


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_leads_back(code, place, character):
    typed = code[:place] + character + code[place + 1 :]
    if typed != code:
        assert code in near_codes(typed)


@given(codes, st.integers(0, 16))
def test_two_swapped_neighbours_lead_back(code, place):
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if typed != code:
        assert code in near_codes(typed)


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_character_too_few_or_too_many_leads_back(code, place, character):
    assert code in near_codes(code[:place] + code[place + 1 :])
    assert code in near_codes(code[:place] + character + code[place:])


@given(st.text(max_size=24))
def test_only_valid_codes_are_proposed_and_never_what_was_typed(text):
    found = near_codes(text)
    assert all(is_uscc(code) for code in found)
    assert text not in found
