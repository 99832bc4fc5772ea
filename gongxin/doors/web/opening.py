"""Opening an account (开户): what is asked, what is wrong with it, and a name nobody can probe for.

The wish for a name is always completed with digits of the platform's own choosing. So every wish is granted, and who
has an account here cannot be learnt by asking for names; nobody can take a name that looks like an office's either.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongxin.doors.web import passwords
from gongxin.spine.access.models import Account, Role
from gongxin.spine.outbox import mailing

WISH = re.compile(r"[a-z][a-z0-9]{2,19}")
_TELLING = re.compile(r"[0-9]{7,}")
"""So many digits in a row are somebody's number; a name that everybody at the counter reads must not hold it."""

_DIGITS = 4
_TRIES = 20


def open_account(given: Mapping[str, str]) -> Account | dict[str, list[str]]:
    """Open a subject's account (开户), or return what is wrong, field by field, all at once.

    `given` holds `wish`, `password`, `again` and, if anything, `email`. Nobody is bound to the account yet.
    """
    wish, email = given.get("wish", "").strip().lower(), given.get("email", "").strip()
    password = given.get("password", "")
    problems: dict[str, list[str]] = {}
    if WISH.fullmatch(wish) is None:
        problems["wish"] = [_("账号名用 3 到 20 个小写字母或者数字，字母开头。")]
    elif _TELLING.search(wish):
        problems["wish"] = [_("账号名不要用手机号或者证件号。")]
    if not password:
        problems["password"] = [_("请填写密码。")]
    elif wrong := passwords.problems(password, Account(username=wish, email=email)):
        problems["password"] = wrong
    if password != given.get("again", ""):
        problems["again"] = [_("两次填写的密码不一样。")]
    if email and mailing.EMAIL.fullmatch(email) is None:
        problems["email"] = [_("电子邮件写成 name@example.cn，也可以不填。")]
    return problems or _made(wish, password, email)


def _made(wish: str, password: str, email: str) -> Account:
    for _try in range(_TRIES):
        name = f"{wish}-{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        account = Account(username=name, role=Role.SUBJECT)
        account.set_password(password)
        try:
            with transaction.atomic():
                account.save()
                if email:
                    mailing.add_contact(account.pk, "email", email)
        except IntegrityError:
            continue
        return account
    # Ten thousand people had the same wish: more digits find a place for everybody else.
    return _made(f"{wish}{secrets.randbelow(10**_DIGITS)}", password, email)
