"""What each address of the pages is expected to do (页面权限预期表): stated here by hand, apart from the code's own table.

A new address must say here whether everybody may open it or which right it asks for, and with what it is opened; a new
right must say here which roles have it. `test_sweep` fails by name for what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.doors.web import town as place

ROLES = ("", "subject", "steward", "officer", "operator", "supervisor", "auditor", "administrator")
"""Everybody who may come to the door; "" is the public."""

MAY = {
    "desk": {"subject", "steward", "officer", "operator", "supervisor", "auditor", "administrator"},
    "submit": {"steward", "operator"},
    "check": {"officer"},
    "identify": {"steward", "operator"},
    "determine": {"steward", "operator"},
    "complete": {"steward", "operator"},
    "quality": {"steward", "operator", "supervisor"},
    "monitor": {"supervisor"},
    "looks": {"auditor"},
    "withhold": {"officer", "supervisor", "auditor"},
    "mine": {"subject"},
    "consents": {"officer"},
    "persons": {"operator"},
    "cases": {"steward", "operator", "officer", "auditor", "supervisor"},
    "assess": {"steward", "operator", "supervisor"},
    "tasks": {"steward", "operator", "officer", "supervisor"},
    "counter": {"operator"},
    "correct": {"steward"},
    "lists": {"steward", "operator", "supervisor"},
    "promises": {"steward", "operator"},
    "officials": {"steward"},
    "register": {"operator"},
    "debt": {"operator", "supervisor", "auditor"},
    "subscribers": {"operator"},
    "own-cases": {"subject"},
    "case": {"subject", "steward", "operator", "officer", "auditor", "supervisor"},
    "reports": {"officer", "operator"},
    "accounts": {"administrator"},
}
"""Right → the roles that have it."""

PUBLIC = {
    "home", "language", "elder", "search", "subject", "subject-data", "lists", "list", "promises", "open-data",
    "plans", "plan", "plan-bulletin",
    "download", "law", "law-instrument", "law-article", "catalogue", "catalogue-item", "help", "help-remedy",
    "help-complaint", "help-report", "accessibility", "privacy", "sitemap", "oversight-looks", "own-looks",
    "progress", "verify", "report-status-list", "commitments",
    "clocks", "unacknowledged", "embed-check", "help-embed", "open-account", "renew",
    "assessments", "governments", "governments-data", "government", "government-set-published",
    "measures", "measure",
    "incentives",
    "integrity", "integrity-body", "complaints", "complaint-new", "complaint-mine", "complaint",
    "measure-counts",
    "bodies", "promise", "promise-data", "promises-feed", "promises-file", "payments", "payments-file", "body",
    "areas", "area", "area-data", "area-body", "debts", "debt", "debt-data",
}  # fmt: skip
"""Addresses that ask for no right; nothing that is not public may stand on them."""

GUARDED = {
    "officials": "officials", "official": "officials", "bodies-desk": "register", "body-register": "register",
    "handover-issue": "promises", "handover-paper": "promises",
    "integrity-propose": "lists", "complaint-complainant": "case", "complaint-publish": "case",
    "desk-governments": "assess", "government-set": "assess",
    "desk-tasks": "tasks", "give-task": "tasks", "appraise-body": "tasks", "inspect-body": "tasks",
    "promise-follow": "desk", "body-follow": "desk", "following": "desk",
    "desk-promises": "promises", "desk-handover": "promises", "desk-promise": "promises",
    "desk-areas": "promises", "desk-debt": "promises", "desk-debt-inside": "debt", "desk-promise-new": "promises",
    "desk-lists": "lists", "settle-body": "lists", "propose": "correct",
    "restrictions": "check", "mine-restrictions": "mine",
    "desk": "desk", "account": "desk", "alive": "desk",
    "intake": "submit", "intake-open": "submit", "intake-records": "submit", "templates": "submit", "template": "submit",
    "batch": "submit", "mapping": "submit", "batch-progress": "submit", "fix": "submit", "rejects": "submit",
    "batch-act": "submit",
    "check": "check", "checks": "check", "checks-open": "check", "one-check": "check", "record-outcome": "check",
    "desk-assessments": "check", "mine-assessment": "mine", "mine-incentives": "mine", "reports-many": "reports",
    "check-many": "check", "check-list": "check", "check-list-file": "check", "watch-check": "check",
    "identities": "identify", "identity": "identify", "names": "identify", "judgements": "identify", "undo": "identify",
    "determinations": "determine", "determination": "determine",
    "incomplete": "complete", "recheck": "complete",
    "repair-notice": "submit", "repair-notices": "submit", "mine-repair-notice": "mine",
    "quality": "quality", "looks": "looks", "monitoring": "monitor", "monitoring-ask": "monitor",
    "monitoring-hidden": "monitor",
    "overview": "monitor", "overview-gauge": "monitor", "overview-rows": "monitor", "bulletin": "monitor", "bulletin-file": "monitor",
    "unusual": "looks", "unusual-ask": "looks", "withheld": "withhold", "mine-looks-alert": "mine",
    "consents": "consents", "persons": "persons", "organisations": "persons",
    "mine-claim": "mine", "mine-claim-act": "mine", "mine-identity-object": "mine",
    "mine": "mine", "mine-copy": "mine", "mine-record": "mine", "mine-looks": "mine", "mine-looks-copy": "mine",
    "mine-look": "mine", "mine-consents": "mine", "mine-consent-new": "mine", "mine-consent": "mine",
    "mine-consent-answer": "mine", "mine-consent-revoke": "mine", "mine-delegations": "mine",
    "my-cases": "own-cases", "new-case": "own-cases", "counter-case": "counter", "notices": "desk",
    "commitments-due": "correct", "own-decision": "correct", "subscribers": "subscribers", "case-attach": "case", "case-attachment": "case",
    "cases": "cases", "cases-all": "cases", "case": "case", "case-paper": "case", "case-document": "case", "case-act": "case",
    "mine-reports": "mine", "mine-report": "mine", "mine-report-file": "mine", "mine-report-sm2": "mine",
    "reports": "reports", "report": "reports", "report-file": "reports", "report-sm2": "reports",
    "mine-delegation-act": "mine", "mine-acting": "mine", "mine-identity": "mine", "mine-identity-service": "mine",
    "mine-identity-back": "mine", "mine-family": "mine",
}  # fmt: skip
"""Address → the right it asks for."""

POST_ONLY = {"undo", "record-outcome", "watch-check", "batch-act", "recheck",
    "unusual-ask", "monitoring-ask", "mine-look", "mine-consent-answer", "mine-consent-revoke", "mine-delegation-act", "mine-acting",
    "promise-follow", "body-follow", "handover-issue",
    "mine-looks-alert", "mine-claim", "mine-claim-act", "mine-identity-object",
    "case-act", "case-attach", "complaint-complainant",
}  # fmt: skip
"""Addresses that act and show nothing."""

FORMS_FROM_EVERYBODY = {"progress", "verify", "embed-check", "open-account", "renew", "complaint-new", "complaint-mine"}
"""Public addresses that take a form: a case's progress by its number and code, a report's by its own; a new account;
a new password by the counter's link; a complaint, and the complainant's own page by its receipt."""

NOT_THERE = {
    "government-set",
    "government-set-published",
    "official",
    "handover-paper",
    "settle-body",
    "complaint-complainant",
    "complaint-publish",
    "appraise-body",
    "inspect-body",
    "case",
    "case-paper",
    "case-document",
    "case-act",
    "case-attach",
    "case-attachment",
    "mine-report",
    "mine-report-file",
    "mine-report-sm2",
    "report",
    "report-file",
    "check-list",
    "check-list-file",
    "report-sm2",
}
"""Addresses swept with a number that nothing has: whoever has the right, or anybody, learns that there is nothing."""

REFUSED_WITHIN = {
    ("names", "steward"): 403,
    ("mine-identity-service", "subject"): 404,
    ("mine-identity-back", "subject"): 404,
}
"""Where a role has the right but the room behind says no: only the office compares several bodies' names; a company
is not verified by an identity service."""

PLAIN = {
    "governments": {"system": "government-integrity"},
    "governments-data": {"system": "government-integrity"},
    "government": {"system": "government-integrity", "unit": place.FINANCE},
    "government-set": {"number": "PJ-2026-0000"},
    "government-set-published": {"number": "PJ-2026-0000"},
    "settle-body": {"record": 1},
    "integrity-body": {"code": place.FINANCE},
    "complaint": {"number": "TS-2026-000000"},
    "complaint-complainant": {"number": "TS-2026-000000"},
    "complaint-publish": {"number": "TS-2026-000000"},
    "language": {"code": "zh-hans"},
    "elder": {"state": "off"},
    "subject": {"code": place.FIRM},
    "subject-data": {"code": place.FIRM},
    "list": {"item": "procurement-violation"},
    "propose": {"list_id": "market-serious-violations"},
    "download": {"item": "penalty", "kind": "csv"},
    "plan": {"plan": "hebei-2013-90"},
    "plan-bulletin": {"plan": "hebei-2013-90", "year": 2026},
    "inspect-body": {"plan": "hebei-2013-90", "year": 2026, "body": "nobody"},
    "appraise-body": {"plan": "hebei-2013-90", "year": 2026, "body": "nobody"},
    "law-instrument": {"instrument": "APL-2021"},
    "law-article": {"instrument": "APL-2021", "article": "48"},
    "catalogue-item": {"item": "penalty"},
    "measure": {"provision": "market-access.procurement-ban"},
    "template": {"item": "penalty"},
    "mine-copy": {"form": "json"},
    "mine-looks-copy": {"form": "csv"},
    "unusual-ask": {"key": "none"},
    "monitoring-ask": {"key": "none"},
    "overview-gauge": {"gauge": "unkept"},
    "overview-rows": {"gauge": "unkept", "body": place.FINANCE},
    "bulletin-file": {"form": "json"},
    "official": {"record": 999999},
    "handover-paper": {"number": "YJ-2026-999999"},
    "case": {"number": "YY-2026-1122-000000"},
    "case-paper": {"number": "YY-2026-1122-000000"},
    "case-document": {"number": "YY-2026-1122-000000", "n": 1},
    "case-attach": {"number": "YY-2026-1122-000000"},
    "case-attachment": {"number": "YY-2026-1122-000000", "attachment": 1},
    "case-act": {"number": "YY-2026-1122-000000", "verb": "accept"},
    "mine-report": {"number": "BG-2026-1122-000000"},
    "mine-report-file": {"number": "BG-2026-1122-000000"},
    "mine-report-sm2": {"number": "BG-2026-1122-000000"},
    "report": {"number": "BG-2026-1122-000000"},
    "report-file": {"number": "BG-2026-1122-000000"},
    "report-sm2": {"number": "BG-2026-1122-000000"},
    "mine-claim-act": {"number": "BD-2026-1122-000000", "verb": "leave"},
    "mine-identity-object": {"account": 1},
    "check-list": {"job": "0123456789abcdef"},
    "check-list-file": {"job": "0123456789abcdef"},
    "body": {"code": place.ENVIRONMENT},
    "body-register": {"code": place.ENVIRONMENT},
    "body-follow": {"code": place.ENVIRONMENT},
    "area": {"area": "procurement"},
    "area-data": {"area": "procurement"},
    "area-body": {"area": "townships", "code": place.ENVIRONMENT},
    "debt": {"region": "130000"},
    "debt-data": {"region": "130000"},
    "promises-file": {"kind": "csv"},
    "payments": {"year": 2026},
    "payments-file": {"year": 2026},
    "mine-delegation-act": {"number": "WT-2026-1122-000000", "verb": "accept"},
}
"""With what an address is opened, where no record of the town is needed."""


def arguments(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return with what an address is opened in the town; `found` holds the numbers of its rows and records."""
    batch = {"batch": found["batch"]}
    told = {
        **PLAIN,
        **{key: {"record": found["promise"]} for key in ("promise", "promise-data", "promise-follow", "desk-promise")},
        "batch": batch,
        "mapping": batch,
        "batch-progress": batch,
        "rejects": batch,
        "fix": batch | {"row": found["row"]},
        "batch-act": batch | {"act": "cancel"},
        "one-check": {"number": found["check"]},
        "record-outcome": {"number": found["check"]},
        "watch-check": {"number": found["check"]},
        "identity": {"mention": found["mention"]},
        "undo": {"seq": 1},
        "determination": {"record": found["undecided"]},
        "recheck": {"record": found["undecided"]},
        "mine-record": {"record": found["own"]},
        "mine-repair-notice": {"record": found["own"]},
        "repair-notice": {"record": found["undecided"]},
        "mine-look": {"number": found["check"]},
        "mine-consent": {"number": found["consent"]},
        "mine-consent-answer": {"number": found["consent"]},
        "mine-consent-revoke": {"number": found["consent"]},
    }
    return told.get(name, {})
