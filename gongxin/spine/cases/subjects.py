"""Whom a case is about (案件主体): the key of a code written on a form, a person's number never kept as it stands."""

from __future__ import annotations

from gongxin.kernel.identifiers import check_citizen, check_uscc, is_orgcode, is_regno, normalise_code
from gongxin.spine import clock, shelf
from gongxin.spine.ledger.acts import person_key


def key_of(code: str) -> str | None:
    """Return the subject key a code stands for (主体键), or None for one that is faulty.

    One in thirty-one identity numbers also passes as an organisation's code; the division tells them apart, as it does
    for checks. Taken for an organisation's, such a number would lie in the case's row in plain text.
    """
    written = normalise_code(code)
    organisation = check_uscc(written).ok
    if len(written) == 18 and written[:17].isdigit():
        divisions = shelf.divisions()
        person = check_citizen(written, divisions, clock.today())
        if person.ok and not (organisation and written[2:8] in divisions):
            return person_key(person.code)
    if organisation:
        return f"uscc:{written}"
    if is_regno(written):
        return f"regno:{written}"
    return f"orgcode:{written}" if is_orgcode(written) else None
