"""What goes wrong, told in English (英文错误说明): for callers that ask for it by `Accept-Language: en`.

Every error has a code that never changes; here each code has its English sentence and way forward. Findings about the
rows of a file stay as they are in both languages: they are the same bytes on every channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation.trans_real import parse_accept_lang_header

from gongxin.kernel.issues import MESSAGES_EN
from gongxin.rooms.intake.words import WORDS_EN

DOCS = "See /api/v1/docs for addresses, fields and numbers."

SAID: Mapping[str, tuple[str, str]] = {
    "fault": (
        "Something went wrong here; this request was not carried out.",
        "Please tell the credit office ticket {ticket}.",
    ),
    "unavailable": (
        "The platform cannot answer now; nothing was concluded.",
        "Try again in {after} seconds, or tell the credit office ticket {ticket}. This does not mean that there is no record.",
    ),
    "key.invalid": (
        "No key, or one that is invalid, expired or withdrawn.",
        "Send Authorization: Bearer KEY; keys are issued to bodies by the credit office, which also replaces lost ones.",
    ),
    "signature.form": (
        "Signature-Input is incomplete or cannot be read.",
        "Send exactly one signature with created, keyid and nonce (8 to 200 characters), and the Signature header.",
    ),
    "signature.key": ("There is no such signing key in force.", "keyid is the prefix of the key the office issued."),
    "signature.stale": (
        "The signature's time differs from ours by more than is allowed.",
        "Set the clock right, sign each request anew and send it within five minutes.",
    ),
    "signature.covered": (
        "The signature leaves out something it must cover.",
        "Cover @method and @target-uri, content-digest with a body, and idempotency-key where it is sent.",
    ),
    "signature.invalid": (
        "The signature does not fit the request.",
        "Check that @target-uri is the address as it arrives here, and that the key is the registered one.",
    ),
    "signature.digest": (
        "Content-Digest does not fit the content.",
        "Compute sha-256 over the very bytes that are sent, and sign again.",
    ),
    "signature.replayed": (
        "This signature was used before.",
        "Sign each request with a new nonce; to repeat a request send Idempotency-Key as well.",
    ),
    "certificate.front": (
        "The Client-Cert header did not come from a registered front server.",
        "Come through the front server by mutual TLS; the office enters its address in GONGXIN_FRONTS.",
    ),
    "certificate.form": (
        "The Client-Cert header is no certificate that can be read.",
        "The front server writes it after RFC 9440, or as escaped PEM.",
    ),
    "certificate.ended": ("The client certificate is not valid today.", "Use a valid one and have it registered."),
    "certificate.unknown": (
        "This client certificate is registered for nobody.",
        "Hand it to the credit office to have it registered.",
    ),
    "certificate.other": (
        "This key can be used with its registered certificate alone.",
        "Come with that certificate, or have the new one registered.",
    ),
    "key.scope": (
        "This key does not carry {scope}.",
        "Let your body's administrator ask the credit office for a key with {scope}.",
    ),
    "rate.exceeded": (
        "More than {rate} requests within a minute.",
        "Try again in {wait} seconds; for many at once use gongxin screen or a batch.",
    ),
    "not_found": ("Nothing was found at this address.", DOCS),
    "method": ("This address does not take {method}.", "It takes: {allowed}."),
    "body.unreadable": (
        "The request cannot be read as JSON, or holds characters that cannot be used.",
        "Send JSON in UTF-8 with Content-Type: application/json.",
    ),
    "body.too_large": (
        "The request is longer than {limit:,} bytes.",
        "Send it in parts; for large files use a batch or the watched folder.",
    ),
    "data.invalid": ("The request holds something to be corrected.", "Correct each of the issues and send again."),
    "request": ("The request cannot be carried out as it is.", DOCS),
    "repeat.key": ("Idempotency-Key must have 1 to 200 visible characters.", "Use a new random key for each request."),
    "repeat.other_request": ("This Idempotency-Key was used for another request.", "Use a new key for a new request."),
    "repeat.undecided": ("The same request is being carried out.", "Send it again later with the same key."),
    "file.unreadable": (
        "The file cannot be read.",
        "Use a template of this platform, or save as XLSX or CSV and send again.",
    ),
    "matter.role": (
        "Only staff who handle this matter may ask in it.",
        "Let the officer in charge ask; what is public can be read on the public pages.",
    ),
    "matter.body": (
        "Your body is not one that may ask in this matter.",
        "If the law gives it this duty, show the credit office on which clause.",
    ),
    "access.matter": ("The list of matters does not hold this one.", "Choose one of GET /api/v1/law/matters."),
    "access.ground": ("This cannot be asked on this ground.", "Name the matter, or the clause and the case number."),
    "access.own": ("This cannot be asked on this ground.", "One can read only one's own record this way."),
    "access.case": ("A case number is needed to ask in this matter.", "Give case_no and ask again."),
    "access.role": ("This cannot be asked in your role.", "A body that has this duty may ask."),
    "access.person": ("This matter does not ask about natural persons.", "Check the matter and the code."),
    "access.subject_kind": ("This matter does not ask about subjects of this kind.", "Check the matter and the code."),
    "access.consent": (
        "This matter needs the person's own consent first.",
        "Give the number of the consent, or ask the person for one.",
    ),
    "access.consent_needless": ("This matter rests on the law.", "Leave the number of a consent away."),
    "access.consent_unknown": ("There is no consent that can be used.", "Check the number of the consent."),
    "outcome.check_unknown": ("There is no check of this number.", "Only checks of your own body can be answered for."),
    "watch.check_unknown": (
        "There is no check of this number.",
        "Only checks of your own body can be watched.",
    ),
    "watch.case": (
        "Only a check in a case, made by duty of law, can be watched.",
        "Ask again with case_no, and watch that check.",
    ),
    "watch.subscriber": (
        "Your body has no way registered by which it takes events.",
        "Let the credit office register it: gongxin subscribers add CODE --kind checker, with an address if you have one.",
    ),
    "case.kind": ("There is no such kind of case.", DOCS),
    "case.none": ("There is no such case.", "Check the case number."),
    "case.side": (
        "This cannot be done from your side.",
        "The person, the body itself or a delegate files a case; the body in charge handles it.",
    ),
    "case.applicant": ("No applicant is named.", "At the counter and on paper the applicant must be named."),
    "case.needs": ("A field that is needed is missing.", "Complete it and send again; see what this act needs."),
    "case.field": ("A field was filled in that this act does not have.", "Fill in only what this act needs."),
    "case.long": ("A text is too long.", "Shorten it, or hand it in as an attachment."),
    "case.ground": ("There is no such reason for this kind of case.", DOCS),
    "case.record": ("There is no such record, or it is not this subject's.", "Check the record number."),
    "case.records": ("The records are not named, or are not this subject's.", "Give record numbers, with commas."),
    "list.unknown": ("The law book has no such list.", "Choose one of the lists under /lists."),
    "list.unverified": (
        "The criteria of this list await legal review.",
        "The legal office confirms the list in the book first.",
    ),
    "list.repealed": (
        "The clause that sets this list up is not in force.",
        "Nobody is listed; entries have no effect any more.",
    ),
    "list.field": ("The list lies outside the four permitted fields.", "No list can be set up outside them."),
    "list.rank": ("The list rests on too low a rank.", "See which rank is needed: law lint names it."),
    "list.region": ("The local list does not say where it holds.", "Name its jurisdiction in the book."),
    "list.authority": ("This body is not the authority of this list.", "Hand the matter over to the authority."),
    "list.elsewhere": ("The local list holds in its own place alone.", "Check the list."),
    "list.subject": ("This list does not take this kind of subject.", "Check the list and the subject."),
    "list.excluded": ("A case in which nobody may be listed applies.", "Do not list."),
    "list.minor": (
        "A minor may not be put on a list of serious dishonesty.",
        "Do not list; guardians are another matter.",
    ),
    "list.listed": ("The subject already stands on this list.", "It can be listed again once its term has ended."),
    "list.early": (
        "The term for being heard has not passed, and nobody was heard.",
        "Wait until it has, or until the party was heard.",
    ),
    "list.day": ("A day is wrong.", "Write days as 2026-11-22; see which day lies where."),
    "list.term": (
        "The last day is missing or exceeds the longest term of this list.",
        "Give a last day within the term.",
    ),
    "list.extension": (
        "Beyond the usual term the reason for the extension is needed.",
        "Give the reason, or shorten the term.",
    ),
    "list.entry": ("The record is no entry on a list.", "Check the record number."),
    "list.ended": ("The entry was already removed or withdrawn.", "Check the record number."),
    "list.paper": ("The number of the annulling decision is missing.", "Give it."),
    "case.open": ("A case of this kind is open on the record.", "Add to the existing case."),
    "case.act": ("This cannot be done as the case stands.", "Read the case: it lists what can be done now."),
    "case.closed": ("The case is closed.", "Apply anew if it is needed."),
    "case.look": ("There is no such look, or it does not concern this subject.", "Check the number of the look."),
    "case.own-look": (
        "Whoever looked cannot answer for that look.",
        "A colleague in the body examines and answers it.",
    ),
    "case.person": ("Who decided is not named.", "Give name and post; a machine cannot decide."),
    "case.early": (
        "The time for handing in more has not passed.",
        "Wait until its last day, then examine what there is.",
    ),
    "case.repeat": (
        "An objection for the same reason has its outcome, and no new material is named.",
        "Ask for a review in that case; if there is new material, say what it is.",
    ),
    "case.points": ("A point of the applicant is not answered.", "Give findings and reasons, one point to a line."),
    "case.numbers": (
        "A text holds an identity number.",
        "Take out identity numbers and people not concerned, and send again.",
    ),
    "case.handler": ("The body has no such account to take over.", "Check account name and post."),
    "case.undecided": ("This case has no outcome to review yet.", "Wait for the outcome."),
    "case.reviewed": ("A review of this case was already asked for.", "The law provides further remedies."),
    "case.way": ("Neither correction nor withdrawal is chosen.", "Choose one of the two."),
    "case.correction": (
        "The correction cannot be read, or does not fit the field.",
        "One field to a line, as the catalogue names it; required fields cannot be emptied.",
    ),
    "case.day": ("The day is not right.", "Write it like 2026-11-22, within what the act allows."),
    "case.ended": (
        "The record has ended, was withdrawn or was repaired.",
        "Check the record number, or close the case.",
    ),
    "case.kept": ("The record must still be kept by law.", "Answer that it is not erased, with the reasons."),
    "case.erased": ("The content of the record cannot be destroyed.", "Check the record number."),
    "case.account": ("The representative's account is not named.", "Give the personal account name."),
    "case.attachment_unknown": ("There is no such attachment.", "Check the number of the attachment."),
    "case.empty": ("The file is empty.", "Choose the file again."),
    "case.large": ("The file is too large.", "Compress it, or split it into several files."),
    "case.many": ("There are too many attachments.", "Combine them, or take them to the counter."),
    "case.kind_of_file": ("This type of file is not accepted.", "See the types that the law book lists."),
    "case.quarantined": (
        "The attachment did not pass the check and is kept apart.",
        "Check it with antivirus software, and choose another file.",
    ),
    "repair.conditions": ("A condition of the repair is not met.", "Read the record: it tells what is missing."),
    "repair.documents": ("There is no proof that the duties were done.", "Give the date and attach the proof."),
    "repair.day": ("The date the duties were done is not right.", "Write it like 2026-11-22, no later than today."),
    "repair.court": ("No number of the court's ruling is given.", "Give it and attach the ruling."),
    "repair.ground": ("This does not fit the reason of the application.", "Examine it by the reason given."),
    "repair.known": ("The platform already holds this.", "Ask only for what is really missing."),
    "bar.none": ("No repair was asked for on this record.", "Check the record number."),
    "bar.early": (
        "The time for statement and defence has not passed, and the party has said nothing yet.",
        "A finding can be made once the time has passed or the party has answered.",
    ),
    "service.day": ("The day of service is not right.", "It lies between the day of the document and today."),
    "service.method": ("There is no such way of service.", "Choose one that the law book lists."),
    "service.proof": ("There is no proof of service.", "Give the number of the return of service, or the like."),
    "service.unopened": ("The party has not opened the notice.", "Wait until it is read, or serve it in another way."),
    "consent_unknown": ("There is no consent that can be used.", "Check its number, or ask the person for a new one."),
    "consent.role": ("Only the body in charge may ask for consent.", "Let the officer in charge ask."),
    "consent.body": ("This body may not ask in this matter.", "Check the code of the body and the matter."),
    "consent.own": ("Consent can be given for one's own information only.", "Sign in with your own account."),
    "consent.state": ("The request or consent was answered, or has ended.", "Ask anew if it is needed."),
    "consent.matter": ("This matter does not rest on consent.", "Matters under the law are asked as the law provides."),
    "consent.subject": ("This matter does not ask about subjects of this kind.", "Check the matter and the code."),
    "consent.purpose": ("No purpose is given.", "Say what it is for; a consent serves only the purpose it names."),
    "consent.fields": ("The fields are missing, or go beyond the matter.", "Choose from those that the matter needs."),
    "consent.forbidden": ("A field is forbidden information.", "No consent can include it."),
    "consent.uses": ("The number of uses is not within what is allowed.", "Ask for fewer uses."),
    "consent.until": (
        "The last day is not within what is allowed.",
        "Choose a day after today within the longest term.",
    ),
    "mine.form": ("There is no such form.", "Choose json or csv."),
    "looks.own": ("One can see only who looked at oneself.", "Sign in with your own account, or a delegate's."),
    "notice.record": ("There is no such record.", "Choose one of your own records."),
    "notice.none": ("The record is not adverse and needs no notice on credit repair.", "Choose an adverse record."),
    "notice.ended": ("The record has ended; no notice is made for it.", "Check the record number."),
    "report.unknown": ("There is no report of this number.", "Check the number."),
    "report.person": (
        "Credit information of natural persons is not public.",
        "The person asks for it, or a lawful matter or a consent is given.",
    ),
    "report.period": ("The period is not right.", "See how long it may be, and which day is its last."),
    "report.sector": ("There is no such field of administration.", DOCS),
    "report.revoke": ("The credit office withdraws a report, with the reason.", "Ask the operator of the platform."),
    "proof_unknown": ("There is nothing of this number to prove.", DOCS),
    "witness.origin": ("The node is not known here.", "Its public key must be registered by this node first."),
    "witness.conflict": (
        "The checkpoint contradicts an earlier one of the same node.",
        "Both nodes run gongxin fsck and find out.",
    ),
    "search.short": ("Two characters at least, or a unified social credit code, are needed.", DOCS),
    "search.person": ("The public search finds organisations only.", "For one's own record sign in to My credit."),
    "search.kind": ("There is no such kind of organisation.", DOCS),
}
"""Code → English sentence and way forward; `{…}` are the details of the problem."""

CONSENT_ENDED = (
    "The consent can no longer be used.",
    "Ask the person for a new one if it is needed.",
)
ISSUES: Mapping[str, str] = {
    "screen.rows": "The list has more rows than can be screened at once; send it in parts.",
    "screen.empty": "The list holds no row.",
    "watch.until": "The last day must lie between today and the longest term of a watch.",
    "watch.again": "This check is watched already, or was.",
    "check.future": "The day asked about lies ahead; what will be cannot be checked",
    "date.future": "The day lies ahead",
    "item.unknown": "The catalogue holds no item “{value}”",
    "report.code": "The code is not right: 18 characters, or a citizen identity number",
    "report.kind": "The kind of report is standard or special",
    "report.purpose": "The purpose is too long",
    "outcome.kind": "There is no outcome “{value}”; see GET /api/v1/law/matters",
    "outcome.needs": "This outcome needs {column}",
}
"""Issues of this door and of the rooms that have no English sentence of their own."""


def wanted(accepted: str | None) -> bool:
    """Whether the caller prefers English (是否要英文): English stands before Chinese in Accept-Language."""
    for language, _weight in parse_accept_lang_header((accepted or "")[:500].lower()):
        if language.startswith("en"):
            return True
        if language.startswith("zh"):
            return False
    return False


def told(code: str, details: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the English sentence and way forward of a code, or None where it has none."""
    found = SAID.get(code) or (CONSENT_ENDED if code.startswith("access.consent_") else None)
    if found is None:
        return None
    try:
        return found[0].format(**details), found[1].format(**details)
    except (KeyError, IndexError, ValueError):
        return None


def issue(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return an issue with its English sentence; as it is where its sentence needs details that were not kept."""
    code = str(found.get("code", ""))
    template = ISSUES.get(code) or MESSAGES_EN.get(code) or WORDS_EN.get(code) or found.get("said_en") or ""
    try:
        message = str(template).format(**{name: found.get(name) for name in ("value", "column", "suggestion")})
    except (KeyError, IndexError, ValueError):
        message = ""
    kept = {name: value for name, value in found.items() if name != "said_en"}
    return kept | ({"message": message} if message else {})
