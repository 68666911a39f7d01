"""Rules about one value: codes with both their check characters, counts, amounts."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from orgs.validators import (
    USCC_ALPHABET,
    normalise_code,
    uscc_check_character,
    validate_amount,
    validate_head_count,
    validate_old_code,
    validate_uscc,
)
from tests.factories import uscc

# Made-up organizations of the county's survey; their codes were worked out apart from this program.
LAWFUL = ["913607291626E53AXY", "913607291HXFLK440D", "91360729RCP0C1NP51", "91360729JJ2E4JG69M", "51360729010WLMTK6G"]


def refused(validate, *arguments) -> str:
    """The code of the refusal, "" when the value passes."""
    try:
        validate(*arguments)
    except ValidationError as error:
        return error.code
    return ""


@pytest.mark.parametrize("code", LAWFUL)
def test_lawful_codes_pass(code):
    assert refused(validate_uscc, code) == ""


@pytest.mark.parametrize("code", LAWFUL)
@pytest.mark.parametrize("place", range(18))
def test_any_one_character_copied_wrong_is_noticed(code, place):
    wrong = next(c for c in "0123456789" if c != code[place])

    assert refused(validate_uscc, code[:place] + wrong + code[place + 1 :]) == "bad_uscc"


@pytest.mark.parametrize("place", range(17))
def test_two_neighbours_swapped_are_noticed(place):
    code = uscc(12345678)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert refused(validate_uscc, swapped) == ("" if swapped == code else "bad_uscc")


@pytest.mark.parametrize("number", [1, 7, 80, 999, 4096, 31_415, 271_828, 99_999_999])
@pytest.mark.parametrize("kind", ["enterprise", "social"])
def test_codes_made_by_the_rule_pass_it(number, kind):
    assert refused(validate_uscc, uscc(number, kind)) == ""


def test_the_subjects_own_check_character_is_looked_at():
    """A code whose last character fits, but not the one before it."""
    good = uscc(12345678)
    for other in "0123456789":
        first17 = good[:16] + other
        code = first17 + uscc_check_character(first17)
        assert refused(validate_uscc, code) == ("" if other == good[16] else "bad_uscc")


@pytest.mark.parametrize(
    "code", ["", uscc(1)[:-1], uscc(1) + "0", uscc(1).lower(), "I" + uscc(1)[1:], uscc(1)[:3] + "A" + uscc(1)[4:]]
)
def test_codes_of_another_shape_are_refused(code):
    assert refused(validate_uscc, code) == "bad_uscc"


def test_the_sentence_says_how_many_characters_there_are():
    with pytest.raises(ValidationError, match="应为18位,现为17位"):
        validate_uscc(uscc(1)[:-1])


def test_the_alphabet_leaves_out_what_is_taken_for_figures():
    assert len(USCC_ALPHABET) == 31
    assert not set("IOSVZ") & set(USCC_ALPHABET)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("75421536-X", ""),
        ("754215361", ""),
        ("3607292100123", ""),
        ("360729210012345", ""),
        ("100123", ""),
        ("12345", "bad_old_code"),
        ("36072921001234", "bad_old_code"),
        ("75421536-Y", "bad_old_code"),
        ("", "bad_old_code"),
    ],
)
def test_old_codes_keep_their_old_shapes(code, expected):
    assert refused(validate_old_code, code) == expected


def test_codes_are_normalised_before_they_are_compared():
    assert normalise_code(" 9136 0729ｍａ３５ ") == "91360729MA35"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (0, ""),
        (2_147_483_647, ""),
        (-1, "negative_number"),
        (2_147_483_648, "too_large"),
        (1.0, "not_a_number"),
        ("5", "not_a_number"),
        (True, "not_a_number"),
    ],
)
def test_head_counts(value, expected):
    assert refused(validate_head_count, value, "从业人员") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (0, ""),
        (Decimal("0.01"), ""),
        (Decimal("9999999999999999.99"), ""),
        (Decimal("10000000000000000"), "too_large"),
        (Decimal("0.001"), "too_exact"),
        (Decimal("-0.01"), "negative_number"),
        (Decimal("Infinity"), "not_a_number"),
        (Decimal("NaN"), "not_a_number"),
        (1.5, "not_a_number"),
        (True, "not_a_number"),
    ],
)
def test_amounts(value, expected):
    assert refused(validate_amount, value, "工资总额") == expected
