"""Posts (岗位): which there are in a body, and who held them when. A duty hangs on the post, not on the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import succession
from gongxin.law.succession import Tenure
from gongxin.spine import clock
from gongxin.spine.access.models import Body
from gongxin.spine.bodies.models import PostAct
from gongxin.spine.bodies.register import Register, unregistered


@dataclass(frozen=True)
class Post:
    """A post as it stands on a day (岗位)."""

    id: str
    name: str
    body: str
    tenures: tuple[Tenure, ...]

    @property
    def holder(self) -> Tenure | None:
        """Return who holds it (现任), or None while it is vacant."""
        return self.tenures[-1] if self.tenures and self.tenures[-1].until is None else None

    @property
    def earlier(self) -> tuple[Tenure, ...]:
        """Return who held it before (历任), the last first."""
        return tuple(each for each in reversed(self.tenures) if each.until is not None)


@dataclass(frozen=True)
class Appointing:
    """Somebody coming to a post or leaving it (任免): until they are told apart by an account, by name alone."""

    post: str
    on: date
    holder: str = ""
    account: int | None = None
    document: str = ""


def establish(post: str, body: str, name: str, *, on: date, actor: str) -> PostAct | Refusal:
    """Establish a post in a body (设立岗位)."""
    if PostAct.objects.filter(post=post).exists():
        return Refusal(
            "post.there", sentence("岗位 {post} 已经设立", "The post {post} is there already", post=post), None,
            sentence("请换一个编号", "Choose another number"),
        )  # fmt: skip
    if not Body.objects.filter(pk=body).exists():
        return unregistered(body)
    return _add("established", Appointing(post, on), actor, body=body, name=name)


def next_id(body: str) -> str:
    """Return the next free number of a post in a body (岗位编号): the body's own code, and how many it has had."""
    taken = set(PostAct.objects.filter(post__startswith=f"{body}-").values_list("post", flat=True))
    return next(number for n in count(1) if (number := f"{body}-{n}") not in taken)


def appoint(asked: Appointing, *, actor: str) -> PostAct | Refusal:
    """Enter who came to a post (到任); whoever held it before has left it by that."""
    refused = _unfit(asked)
    if refused is not None:
        return refused
    if not asked.holder.strip():
        return Refusal(
            "post.holder", sentence("没有写明任职人", "Whoever comes to the post is not named"), None,
            sentence("请写明姓名", "Write the name"),
        )  # fmt: skip
    return _add("held", asked, actor)


def leave(asked: Appointing, *, actor: str) -> PostAct | Refusal:
    """Enter that a post was left (离任): it is vacant until somebody comes; what is owed stays where it is."""
    refused = _unfit(asked)
    return refused if refused is not None else _add("left", asked, actor)


def posts_of(code: str, known: Register, as_of: date | None = None) -> tuple[Post, ...]:
    """Return the posts of a body on a day (单位岗位), those that came to it through a merger included."""
    day = as_of or clock.today()
    acts = _acts()
    names = dict.fromkeys(each.post for each in acts)
    found = (find(post, day, acts) for post in names)
    return tuple(each for each in found if each is not None and known.successor(each.body, day) == code)


def find(post: str, as_of: date | None = None, acts: tuple[succession.PostAct, ...] | None = None) -> Post | None:
    """Return a post as it stands on a day (岗位), or None where there was none yet."""
    day = as_of or clock.today()
    known = _acts(post) if acts is None else acts
    body = succession.body_of(post, known, as_of=day)
    if not body:
        return None
    name = next((each.name for each in reversed(known) if each.post == post and each.name), post)
    return Post(post, name, body, succession.tenures(post, known, as_of=day))


def _acts(post: str = "") -> tuple[succession.PostAct, ...]:
    rows = PostAct.objects.order_by("id")
    return tuple(
        succession.PostAct(row.pk, row.post, row.verb, row.on, row.body, row.name, row.holder, row.account)
        for row in (rows.filter(post=post) if post else rows)
    )


def _unfit(asked: Appointing) -> Refusal | None:
    if find(asked.post) is None:
        return Refusal(
            "post.unknown", sentence("没有岗位 {post}", "There is no post {post}", post=asked.post), None,
            sentence("请先设立岗位", "Establish it first"),
        )  # fmt: skip
    if asked.on > clock.today():
        return Refusal(
            "body.future", sentence("生效日 {day} 还没有到", "{day} has not come yet", day=asked.on), None,
            sentence("请在生效之日以后登记", "Enter it on or after that day"),
        )  # fmt: skip
    return None


def _add(verb: str, asked: Appointing, actor: str, *, body: str = "", name: str = "") -> PostAct:
    return PostAct.objects.create(
        post=asked.post, verb=verb, on=asked.on, body=body, name=name, holder=asked.holder, account=asked.account,
        document=asked.document, actor=actor[:100], at=clock.now(),
    )  # fmt: skip
