"""Records that may be one organization: found in a fixed number of queries, whatever the size of the register.

The names and codes of all organizations in sight are read once and compared by equal keys; only pairs that have the
same owner are compared by likeness. 20,000 organizations take less than a second, and nothing is compared with
everything.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from orgs.domain.merging import CHOSEN, Portion, portions_of
from orgs.domain.organizations import SECRET
from orgs.models import NotDuplicate, Organization, OrganizationMerge, Owner, Placement, Unit
from orgs.models.codes import CodeList
from orgs.queries_list import code_labels
from orgs.validators import normalise_name
from quannan.base.encryption import mask_name, mask_phone

# How alike two names must be where the owner is the same, 0 to 1 over shared trigrams: names of one town share
# 全南县 and the end anyway, so that less would call every second pair of one owner a double.
ALIKE = 0.5
# A name borne by more records than this is a placeholder such as 个体户, not a double.
MOST_NAMESAKES = 20

CODE, NAME, FORMER, OWNER = "code", "name", "former", "owner"
RULES = {
    CODE: "代码中的主体标识相同",
    NAME: "名称相同",
    FORMER: "一家的曾用名是另一家的名称",
    OWNER: "业主相同、名称相近、同属一个主管党(工)委",
}
SCORES = {CODE: 100, NAME: 80, FORMER: 60, OWNER: 40}


class Known(NamedTuple):
    """What is compared of one record."""

    id: int
    name_key: str
    former_names: list[str]
    uscc: str | None
    old_code: str | None
    registered_on: date
    closed_on: date | None


@dataclass
class Pair:
    """Two records that may be one organization, the older record first."""

    first_id: int
    second_id: int
    rules: list[str] = field(default_factory=list)
    first: Organization | None = None
    second: Organization | None = None
    units: tuple[str, str] = ("", "")

    @property
    def score(self) -> int:
        return sum(SCORES[rule] for rule in self.rules)

    @property
    def why(self) -> str:
        return ";".join(RULES[rule] for rule in self.rules)


def subject_of(uscc: str | None, old_code: str | None) -> str:
    """The organization code (GB 11714) in a record's codes: characters 9 to 17 of the USCC, or the old code itself.

    Args:
        uscc: unified social credit code.
        old_code: code from before 2015; registration numbers hold no such part.
    """
    if uscc:
        return uscc[8:17]
    plain = (old_code or "").replace("-", "")
    return plain if len(plain) == 9 else ""


def likeness(one: str, other: str) -> float:
    """How alike two compared names are: shared trigrams over all trigrams, as pg_trgm counts them.

    Args:
        one: a name through `normalise_name`.
        other: another.
    """
    left, right = _trigrams(one), _trigrams(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)} if text else set()


def suspected_pairs(
    user, as_of: date, *, unit: Unit | None = None, only: Iterable[Organization] | None = None
) -> list[Pair]:
    """Pairs of records in sight that may be one organization, the surest first; four queries.

    Args:
        user: the signed-in User; of a pair both records must be in sight.
        as_of: the day whose placements count.
        unit: only pairs of which one record stands under this unit or below it.
        only: looks among these records alone.
    """
    rows = Organization.objects.visible_to(user, as_of).order_by("id")
    if only is not None:
        rows = rows.filter(pk__in=[row.pk for row in only])
    known = {row[0]: Known(*row) for row in rows.values_list(*Known._fields)}
    pairs: dict[tuple[int, int], Pair] = {}

    def suspect(one: Known, other: Known, rule: str) -> None:
        if one.id == other.id or (rule != CODE and _one_after_the_other(one, other)):
            return
        key = (min(one.id, other.id), max(one.id, other.id))
        pair = pairs.setdefault(key, Pair(*key))
        if rule not in pair.rules:
            pair.rules.append(rule)

    for rule, one, other in _equal_keys(known.values()):
        suspect(one, other, rule)
    likely = _same_owner(known, as_of)
    settled = {tuple(sorted(ids)) for ids in NotDuplicate.objects.order_by("pk").values_list("first_id", "second_id")}
    wanted = {key for key in (*pairs, *likely) if key not in settled}
    ids = {one for key in wanted for one in key}
    held = Placement.objects.filter(organization__in=ids, period__contains=as_of).order_by("pk")
    under = {row[0]: row[1:] for row in held.values_list("organization", "unit__path", "unit__name")}
    for one, other in likely:
        if under.get(one) == under.get(other):
            suspect(known[one], known[other], OWNER)
    found = [pair for key, pair in pairs.items() if key in wanted]
    if unit is not None:
        path = unit.path
        found = [p for p in found if any(under.get(i, ("",))[0].startswith(path) for i in (p.first_id, p.second_id))]
    for pair in found:
        pair.units = (under.get(pair.first_id, ("", ""))[1], under.get(pair.second_id, ("", ""))[1])
    return sorted(found, key=lambda pair: (-pair.score, pair.first_id, pair.second_id))


def _one_after_the_other(one: Known, other: Known) -> bool:
    """Closed before the other was registered: a successor, not a double."""
    return bool(
        (one.closed_on and one.closed_on <= other.registered_on)
        or (other.closed_on and other.closed_on <= one.registered_on)
    )


def _equal_keys(rows: Iterable[Known]) -> Iterable[tuple[str, Known, Known]]:
    subjects: dict[str, list[Known]] = defaultdict(list)
    names: dict[str, list[Known]] = defaultdict(list)
    former: list[tuple[str, Known]] = []
    for row in rows:
        if subject := subject_of(row.uscc, row.old_code):
            subjects[subject].append(row)
        names[row.name_key].append(row)
        former += [(normalise_name(name), row) for name in row.former_names]
    for rule, groups in ((CODE, subjects), (NAME, names)):
        for group in groups.values():
            if len(group) <= MOST_NAMESAKES:
                yield from ((rule, one, other) for one, other in combinations(group, 2))
    for key, row in former:
        same = names.get(key, ())
        if len(same) <= MOST_NAMESAKES:
            yield from ((FORMER, row, other) for other in same)


def _same_owner(known: dict[int, Known], as_of: date) -> list[tuple[int, int]]:
    """Pairs with an owner of the same name and alike names."""
    owned: dict[str, set[int]] = defaultdict(set)
    owners = Owner.objects.filter(period__contains=as_of).order_by("pk").values_list("name", "organization")
    for name, organization in owners:
        if organization in known:
            owned[normalise_name(name)].add(organization)
    return [
        (one, other)
        for group in owned.values()
        if 1 < len(group) <= MOST_NAMESAKES
        for one, other in combinations(sorted(group), 2)
        if likeness(known[one].name_key, known[other].name_key) >= ALIKE
    ]


def with_organizations(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs of one page with their organizations, one query.

    Args:
        pairs: of one page.
    """
    pairs = list(pairs)
    rows = Organization.objects.in_bulk({one for pair in pairs for one in (pair.first_id, pair.second_id)})
    for pair in pairs:
        pair.first, pair.second = rows[pair.first_id], rows[pair.second_id]
    return pairs


@dataclass(frozen=True)
class Compared:
    """One fact of two records side by side, as a page shows it."""

    name: str
    label: str
    first: str
    second: str
    differs: bool
    choose: bool


def compared_facts(first: Organization, second: Organization) -> list[Compared]:
    """The facts of two records in words, contacts masked; `choose` where both have one and they differ.

    Args:
        first: a record in sight.
        second: another.
    """
    labels = code_labels(CodeList.REGISTRATION_TYPE, CodeList.INDUSTRY)

    def words(row: Organization, name: str) -> str:
        value = getattr(row, name)
        if name == "kind":
            return row.get_kind_display()
        if name in SECRET and value:
            return (mask_name if name == "contact_name" else mask_phone)(value)
        return str(labels.get(name, {}).get(value, value or ""))

    found = []
    for name in CHOSEN:
        ours, theirs = getattr(first, name), getattr(second, name)
        differs = (ours or None) != (theirs or None)
        label = str(Organization._meta.get_field(name).verbose_name)
        both = bool(differs and ours and theirs)
        found.append(Compared(name, label, words(first, name), words(second, name), differs, both))
    return found


@dataclass(frozen=True)
class Holdings:
    """How many rows of one kind each record has, and how many of them the two have both."""

    words: str
    first: int
    second: int
    both: int


def holdings_of(first: Organization, second: Organization) -> list[Holdings]:
    """What hangs on each of two records, without what not everybody may know of; a fixed number of queries.

    Args:
        first: a record in sight.
        second: another.
    """
    ours: list[Portion] = portions_of(second, first)
    theirs = {portion.move.label: portion for portion in portions_of(first, second)}
    found = []
    for portion in ours:
        other = theirs[portion.move.label]
        counts = [len(p.moved) + len(p.left) for p in (portion, other)]
        if any(counts) and not portion.move.untold:
            found.append(Holdings(portion.move.words, *counts, max(len(portion.left), len(other.left))))
    return found


def why_suspected(user, first: Organization, second: Organization, as_of: date) -> str:
    """The rules by which two records are suspected, "" where none says so.

    Args:
        user: the signed-in User.
        first: a record in sight.
        second: another.
        as_of: the day whose placements count.
    """
    return next((pair.why for pair in suspected_pairs(user, as_of, only=(first, second))), "")


def records_in_sight(user, as_of: date) -> Any:
    """Organizations in sight and the records that were merged into others: for the page of one record alone.

    Args:
        user: the signed-in User.
        as_of: the day whose placements count.
    """
    return Organization.objects.within_sight(user, as_of)


def merge_of(organization: Organization) -> OrganizationMerge | None:
    """The merge by which a record went into another.

    Args:
        organization: a merged record; the caller has made sure that it may be seen.
    """
    return organization.absorptions.select_related("merged_by").filter(undone_at=None).first()


def settled_pairs(user, as_of: date) -> Any:
    """Pairs that somebody has found to be two organizations, both in sight, the latest first.

    Args:
        user: the signed-in User.
        as_of: the day whose placements count.
    """
    seen = Organization.objects.visible_to(user, as_of)
    return NotDuplicate.objects.filter(first__in=seen, second__in=seen).select_related("first", "second", "decided_by")


def merges_in_sight(user, as_of: date) -> Any:
    """Merges whose kept organization the account may see.

    Args:
        user: the signed-in User.
        as_of: the day whose placements count.
    """
    seen = Organization.objects.visible_to(user, as_of)
    return OrganizationMerge.objects.filter(kept__in=seen).select_related("kept", "absorbed", "merged_by", "undone_by")
