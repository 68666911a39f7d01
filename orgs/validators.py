"""Rules about one value that forms, imports and the API all ask for."""

import re
import unicodedata
from decimal import Decimal

from django.core.exceptions import ValidationError

# GB 32100-2015: the alphabet leaves out I, O, S, V and Z.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
# GB 11714: the subject code (characters 9 to 17) carries its own check character, over the full alphabet.
SUBJECT_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SUBJECT_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

USCC_SHAPE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$")
# Codes organizations bore before 2015: organization code (GB 11714), 13- or 15-digit registration numbers.
OLD_CODE_SHAPE = re.compile(r"^(?:[0-9A-Z]{8}-?[0-9X]|\d{13}|\d{15}|\d{6})$")


def normalise_code(value: str) -> str:
    """The code as it is stored: half width, upper case, no spaces.

    Args:
        value: a code as typed or pasted.
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)).upper()


def uscc_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015).

    Args:
        first17: the first 17 characters, in the code's own alphabet.
    """
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def subject_check_character(first8: str) -> str:
    """The check character of a subject code (GB 11714), which is the 17th of a USCC.

    Args:
        first8: characters 9 to 16 of the USCC.
    """
    total = sum(SUBJECT_ALPHABET.index(c) * w for c, w in zip(first8, SUBJECT_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def validate_uscc(value: str) -> None:
    """Refuses a unified social credit code that GB 32100 or GB 11714 rule out.

    Args:
        value: the code, already through `normalise_code`.

    Raises:
        ValidationError: code `bad_uscc`, with a sentence that says which rule fails.
    """
    if len(value) != 18:
        raise ValidationError(f"统一社会信用代码应为18位,现为{len(value)}位,请对照登记证照补全", code="bad_uscc")
    if not USCC_SHAPE.match(value):
        raise ValidationError(
            "统一社会信用代码由数字和大写字母组成(不用 I、O、S、V、Z),第3至8位为行政区划数字,请对照登记证照更正",
            code="bad_uscc",
        )
    if subject_check_character(value[8:16]) != value[16]:
        raise ValidationError(
            "统一社会信用代码第17位(主体标识码校验位)对不上,多半抄错一位,请对照登记证照更正",
            code="bad_uscc",
        )
    if uscc_check_character(value[:17]) != value[17]:
        raise ValidationError("统一社会信用代码末位校验码对不上,多半抄错一位,请对照登记证照更正", code="bad_uscc")


def validate_old_code(value: str) -> None:
    """Accepts the shapes of codes used before the unified code: they are kept, and counted as old.

    Args:
        value: the code, already through `normalise_code`.

    Raises:
        ValidationError: code `bad_old_code`.
    """
    if not OLD_CODE_SHAPE.match(value):
        raise ValidationError("旧代码应为9位组织机构代码,或13位、15位注册号,请对照旧证照更正", code="bad_old_code")


def normalise_name(value: str) -> str:
    """The form in which names are compared: NFKC, no spaces, brackets made half width, lower case.

    Args:
        value: an organization's or a body's name.
    """
    text = unicodedata.normalize("NFKC", value)
    text = re.sub(r"[\s·•'\"“”‘’]+", "", text)
    return text.replace("〔", "(").replace("〕", ")").replace("【", "(").replace("】", ")").lower()


# The most a PostgreSQL integer holds; no county has more people.
MOST_PEOPLE = 2_147_483_647
MOST_YUAN = Decimal("9999999999999999.99")


def validate_head_count(value: object, label: str) -> None:
    """Accepts a whole number of people, or None for not known.

    Args:
        value: the count.
        label: what is counted, for the sentence.

    Raises:
        ValidationError: code `negative_number`, `not_a_number` or `too_large`.
    """
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValidationError(f"{label}应为整数,不清楚时留空。", code="not_a_number")
    if value < 0:
        raise ValidationError(f"{label}不能是负数,请填0或更大的整数,不清楚时留空。", code="negative_number")
    if value > MOST_PEOPLE:
        raise ValidationError(f"{label}大得不合情理,请核对是否多写了几位。", code="too_large")


def validate_amount(value: object, label: str) -> None:
    """Accepts an amount in yuan with at most two decimals, or None for not known.

    Args:
        value: the amount, a Decimal or a whole number.
        label: what it is, for the sentence.

    Raises:
        ValidationError: code `negative_number`, `not_a_number`, `too_large` or `too_exact`.
    """
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValidationError(f"{label}应为数字,单位是元,不清楚时留空。", code="not_a_number")
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValidationError(f"{label}应为数字,单位是元,不清楚时留空。", code="not_a_number")
    if amount < 0:
        raise ValidationError(f"{label}不能是负数,不清楚时留空。", code="negative_number")
    if amount > MOST_YUAN:
        raise ValidationError(f"{label}大得不合情理,请核对是否多写了几位。", code="too_large")
    if amount != amount.quantize(Decimal("0.01")):
        raise ValidationError(f"{label}最多写到分(两位小数),请核对。", code="too_exact")
