"""E-mail and short messages (外发通知): a real mail server, a real gateway; what goes says that something came, not what."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gongxin.doors.notices import messages
from gongxin.spine import clock, secrets
from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases.models import Case
from gongxin.spine.outbox import mailing, notices
from gongxin.spine.outbox.models import Attempt, Contact, Message
from tests.spine import making

TODAY = date(2026, 11, 23)
SECRET = "罚没数额写错了"


class Post(socketserver.ThreadingTCPServer):
    """A mail server that takes everything and keeps it (邮件接收端)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.kept: list[str] = []
        self.refusing = False


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        post: Any = self.server
        self.wfile.write(b"220 test\r\n")
        data: list[str] | None = None
        for raw in self.rfile:
            line = raw.decode(errors="replace").rstrip("\r\n")
            if data is not None:
                if line == ".":
                    post.kept.append("\n".join(data))
                    data = None
                    self.wfile.write(b"250 taken\r\n")
                else:
                    data.append(line)
                continue
            word = line[:4].upper()
            if word == "DATA":
                data = []
                self.wfile.write(b"354 go on\r\n")
            elif word == "RCPT" and post.refusing:
                self.wfile.write(b"450 try later\r\n")
            elif word == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    server = Post()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def clerk(db: Any, on_day: Callable[[Any], None]) -> Account:
    on_day(TODAY)
    secrets.make_keys()
    body = Body.objects.create(code="11130100MB000101XX", name="平陵市生态环境局")
    Case.objects.create(
        number="YY-2026-000001", kind="objection", subject="uscc:" + making.uscc(1), body=body.code, channel="online",
        opened_on=clock.today(), opened_at=clock.now(),
    )  # fmt: skip
    return Account.objects.create(username="steward", role="steward", body=body)


def tell(clerk: Account) -> None:
    notices.tell("body", str(clerk.body_id), "case.turn", case="YY-2026-000001", words={"text": SECRET})


def test_an_address_lies_sealed_and_is_looked_at_before_it_is_kept(clerk: Account) -> None:
    kept = mailing.add_contact(clerk.pk, "email", "clerk@example.cn")
    assert "example" not in kept.address
    assert mailing.add_contact(clerk.pk, "email", "clerk@example.cn").pk == kept.pk
    for channel, address in (("email", "nobody"), ("sms", "12345"), ("sms", "13800000000 "), ("fax", "1")):
        if address.strip() == "13800000000":
            assert mailing.add_contact(clerk.pk, channel, address).pk
        else:
            with pytest.raises(ValueError, match=r"电子邮件|手机号"):
                mailing.add_contact(clerk.pk, channel, address)
    mailing.end_contact(clerk.pk + 1, kept.pk)
    assert Contact.objects.get(pk=kept.pk).ended is None, "nobody ends another's address"


def test_mail_says_that_something_came_and_not_what(clerk: Account, post: Post) -> None:
    mailing.add_contact(clerk.pk, "email", "clerk@example.cn")
    tell(clerk)
    assert messages.deliver() == (1, 0)
    import email
    from email import policy

    mail = email.message_from_string(post.kept[0], policy=policy.default)
    body = mail.get_body()
    text = body.get_content() if body is not None else ""
    assert "YY-2026-000001" in text and SECRET not in text
    Case.objects.update(body="11130100MB000102XX")
    assert "YY-2026" not in messages.text_of(Message.objects.get()), "no case that its reader cannot open"
    assert mail["Message-ID"] == f"<gx-{Message.objects.get().pk}@localhost>"
    assert messages.deliver() == (0, 0), "once is enough"
    assert Attempt.objects.get().outcome == "sent" and Attempt.objects.get().answer


def test_what_does_not_go_is_seen_and_tried_again(clerk: Account, post: Post) -> None:
    mailing.add_contact(clerk.pk, "email", "clerk@example.cn")
    tell(clerk)
    post.refusing = True
    assert messages.deliver() == (0, 1)
    waiting = Message.objects.get()
    assert waiting.state == "pending" and waiting.tries == 1 and waiting.next_try > clock.now()
    post.refusing = False
    Message.objects.update(next_try=clock.now() - timedelta(seconds=1))
    assert messages.deliver() == (1, 0) and len(post.kept) == 1


def test_without_a_mail_server_the_message_waits_and_says_so(clerk: Account, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    mailing.add_contact(clerk.pk, "email", "clerk@example.cn")
    tell(clerk)
    assert messages.deliver() == (0, 1)
    assert Message.objects.get().last == "ConnectionError"


def test_it_is_given_up_after_many_tries_and_the_notice_stays(clerk: Account, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    mailing.add_contact(clerk.pk, "email", "clerk@example.cn")
    tell(clerk)
    for _each in range(mailing.MOST_TRIES):
        Message.objects.update(next_try=clock.now() - timedelta(seconds=1))
        messages.deliver()
    assert Message.objects.get().state == "failed"
    assert notices.of("body", str(clerk.body_id)).count() == 1


def test_short_messages_go_into_a_file_where_there_is_no_gateway(clerk: Account, settings: Any, tmp_path: Path) -> None:
    settings.GONGXIN_HOME = tmp_path
    secrets.make_keys()
    mailing.add_contact(clerk.pk, "sms", "13800000000")
    tell(clerk)
    messages.deliver()
    Message.objects.update(state="pending", next_try=clock.now() - timedelta(seconds=1))
    messages.deliver()
    lines = (tmp_path / "outbox" / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 and json.loads(lines[0])["to"] == "13800000000" and SECRET not in lines[0]


def test_short_messages_go_through_a_gateway(clerk: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(
                json.loads(self.rfile.read(int(self.headers["Content-Length"]))) | {"by": self.headers["Authorization"]}
            )
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"id": 7}')

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("GONGXIN_SMS_URL", f"http://127.0.0.1:{server.server_address[1]}/send")
    monkeypatch.setenv("GONGXIN_SMS_TOKEN", "t")
    try:
        mailing.add_contact(clerk.pk, "sms", "13800000000")
        tell(clerk)
        assert messages.deliver() == (1, 0)
    finally:
        server.shutdown()
        server.server_close()
    assert taken[0]["to"] == "13800000000" and taken[0]["by"] == "Bearer t" and SECRET not in taken[0]["text"]
