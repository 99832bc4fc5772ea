"""Sending messages (外发通知): e-mail and short messages that say that something has come, and nothing of what it is."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTPException
from typing import Protocol
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from gongxin.spine import clock, secrets
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account
from gongxin.spine.cases import finding
from gongxin.spine.outbox import mailing
from gongxin.spine.outbox.models import Message

TIMEOUT = 10.0


class Gateway(Protocol):
    """A way of sending (发送渠道): returns what came back, as proof; raises OSError when it did not go."""

    def send(self, address: str, text: str, number: str) -> bytes:
        """Send one text to one address under a number that names it only once."""
        ...


@dataclass(frozen=True)
class Mail:
    """E-mail through the server in the settings (电子邮件)."""

    def send(self, address: str, text: str, number: str) -> bytes:
        """Send one e-mail; its number is its Message-ID, so that a repeated one is known as the same.

        Raises OSError when no server is named or the server does not take it.
        """
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2] or "localhost"
        message = EmailMessage(
            subject=_("公共信用信息平台：有一项告知"),
            body=text,
            to=[address],
            headers={"Message-ID": f"<{number}@{host}>"},
        )
        if not settings.EMAIL_HOST:
            raise ConnectionError("GONGXIN_SMTP_HOST is not set: nobody has named a mail server")
        message.send(fail_silently=False)
        return number.encode()


@dataclass(frozen=True)
class HttpGateway:
    """A short-message gateway that takes JSON by HTTP (短信网关): {to, text, number}; any 2xx answer counts as taken."""

    url: str
    token: str

    def send(self, address: str, text: str, number: str) -> bytes:
        """Send one short message."""
        body = json.dumps({"to": address, "text": text, "number": number}, ensure_ascii=False).encode()
        request = Request(self.url, data=body, method="POST", headers={"Content-Type": "application/json"})
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urlopen(request, timeout=TIMEOUT) as response:
            return bytes(response.read(4096))


@dataclass(frozen=True)
class File:
    """A file instead of a gateway (短信文件): for demonstration, and for offices that send by hand."""

    path: Path

    def send(self, address: str, text: str, number: str) -> bytes:
        """Add one line; a number that is there already is not written again."""
        line = json.dumps({"number": number, "to": address, "text": text}, ensure_ascii=False)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
            if not any(f'"number": "{number}"' in each for each in file):
                file.write(line + "\n")
        return line.encode()


def gateway(channel: str) -> Gateway:
    """Return the way a channel is sent by (取发送渠道), as the environment says."""
    if channel == "email":
        return Mail()
    url = os.environ.get("GONGXIN_SMS_URL", "")
    if url:
        return HttpGateway(url, os.environ.get("GONGXIN_SMS_TOKEN", ""))
    return File(Path(settings.GONGXIN_HOME) / "outbox" / "sms.jsonl")


def deliver(*, limit: int = 500) -> tuple[int, int]:
    """Send the messages that are due (发送到期通知); return how many went and how many did not."""
    went = failed = 0
    for message in mailing.waiting(clock.now())[:limit]:
        try:
            answer = gateway(message.contact.channel).send(
                secrets.unseal(message.contact.address), text_of(message), f"gx-{message.pk}"
            )
        except (OSError, SMTPException) as error:
            mailing.failed(message, type(error).__name__, str(error))
            failed += 1
        else:
            mailing.sent(message, hashlib.sha256(answer).hexdigest())
            went += 1
    return went, failed


def text_of(message: Message) -> str:
    """Return what a message says (通知内容): that there is something, under which number; what it is stands behind the login."""
    case = _case_of(message)
    said = (
        _("您有一项告知，案号 %(case)s。请登录平台查看。") % {"case": case}
        if case
        else _("您有一项告知，请登录平台查看。")
    )
    return said + _("办理不收费，不必找中介。")


def _case_of(message: Message) -> str:
    """The number of the case, where whoever reads the message can open it (收件人可查看的案号)."""
    number = message.notice.case
    account = Account.objects.filter(pk=message.contact.account).first() if number else None
    if account is None:
        return ""
    reader = Viewer(account.pk, str(account), account.body_id or "", account.role, "message")
    return number if finding.numbers_of(reader, [number]) else ""
