"""Who looks (查阅者): bodies, accounts, keys, and the looks themselves."""

from __future__ import annotations

import hashlib
import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxin.spine.append_only import AppendOnly


class BodyKind(models.TextChoices):
    """Kinds of public bodies (单位类别)."""

    GOVERNMENT = "government", _("人民政府")
    ORGAN = "organ", _("机关")
    INSTITUTION = "institution", _("事业单位")
    STREET = "street", _("街道办事处")
    TOWNSHIP = "township", _("乡镇人民政府")
    OFFICE = "office", _("信用主管单位")
    COURT = "court", _("人民法院")
    TRADING_CENTRE = "trading-centre", _("公共资源交易中心")
    COMPANY = "company", _("企业等信用主体")
    AGENCY = "agency", _("信用服务机构")


class Role(models.TextChoices):
    """Roles (角色): what an account may do, always within its own body and region."""

    SUBJECT = "subject", _("信用主体")
    STEWARD = "steward", _("部门信用专员")
    OFFICER = "officer", _("办事人员")
    OPERATOR = "operator", _("平台运营")
    SUPERVISOR = "supervisor", _("监督管理")
    AUDITOR = "auditor", _("审计")
    ADMINISTRATOR = "administrator", _("系统管理")


class Body(models.Model):
    """A public body (单位): the department, court, centre or office on whose behalf somebody acts."""

    code = models.CharField(_("代码"), max_length=32, primary_key=True)
    name = models.CharField(_("名称"), max_length=200)
    name_en = models.CharField(_("英文名称"), max_length=200, blank=True)
    region = models.CharField(_("行政区划"), max_length=12, blank=True)
    kind = models.CharField(_("类别"), max_length=32, choices=BodyKind.choices, default=BodyKind.ORGAN)
    parent = models.ForeignKey("self", verbose_name=_("上级单位"), null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")

    def __str__(self) -> str:
        return self.name


class Account(AbstractUser):
    """An account (账号) of staff, or of a subject: a person at a post of a body."""

    body = models.ForeignKey(Body, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT)
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices, blank=True)
    post = models.CharField(_("岗位"), max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def person_key(self) -> str:
        """The key of the natural person this account has been verified to be (本人主体键), or nothing."""
        last = IdentityAct.objects.filter(account=self.pk).order_by("-id").first()
        return last.person if last is not None and last.verb == "bind" else ""


class ApiKey(models.Model):
    """A key (接口密钥) with which a department's own system asks; of a secret only its digest is kept."""

    class Kind(models.TextChoices):
        """How the holder proves itself (凭证种类): by a secret, by signing each request, by its certificate alone."""

        SECRET = "secret", _("密钥")
        SIGNATURE = "signature", _("签名")
        CERTIFICATE = "certificate", _("客户端证书")

    body = models.ForeignKey(Body, verbose_name=_("单位"), on_delete=models.PROTECT)
    label = models.CharField(_("用途"), max_length=100)
    prefix = models.CharField(_("前缀"), max_length=12, unique=True)
    digest = models.CharField(_("摘要"), max_length=64)
    """Of a secret; empty for the other kinds."""
    kind = models.CharField(_("凭证种类"), max_length=12, choices=Kind.choices, default=Kind.SECRET)
    public_key = models.TextField(_("公钥"), blank=True)
    """PEM of an Ed25519 or ECDSA P-256 key; requests signed with it name the key's prefix as `keyid`."""
    certificate = models.CharField(_("证书指纹"), max_length=64, blank=True, db_index=True)
    """SHA-256 of the client certificate (DER): the credential itself, or what a key of another kind must come with."""
    scopes = models.JSONField(_("范围"), default=list)
    rate_per_minute = models.PositiveIntegerField(_("每分钟次数"), default=600)
    created = models.DateTimeField(_("建立时间"), auto_now_add=True)
    expires = models.DateField(_("有效期至"), null=True, blank=True)
    revoked = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口密钥")

    def __str__(self) -> str:
        return f"{self.body_id} {self.label} {self.prefix}…"

    @staticmethod
    def new_secret() -> tuple[str, str, str]:
        """Return a fresh key, its prefix and its digest; the key itself is shown once and kept nowhere."""
        prefix = "gx" + secrets.token_hex(4)
        secret = f"{prefix}.{secrets.token_urlsafe(32)}"
        return secret, prefix, ApiKey.digest_of(secret)

    @staticmethod
    def digest_of(secret: str) -> str:
        """Return the digest under which a key is kept; the key is long and random, so that one hash suffices."""
        return hashlib.sha256(secret.encode()).hexdigest()


class EmbedOrigin(models.Model):
    """An origin of a body's own system (嵌入来源): there, and nowhere else, the page of a check may stand in a frame."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT)
    origin = models.CharField("来源", max_length=200)
    added = models.DateTimeField("登记时间", auto_now_add=True)
    ended = models.DateTimeField("停用时间", null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.body_id} {self.origin}"


class SeenNonce(models.Model):
    """A nonce of a signed request (已用随机数): kept while the request could be sent once more, and refused then."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE)
    nonce = models.CharField("随机数", max_length=200)
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "nonce"], name="access_nonce_once")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.nonce}"


class Look(AppendOnly):
    """A look (查阅记录): who saw what about whom, in which matter, on which ground. Written before the answer leaves."""

    number = models.CharField("编号", max_length=40, unique=True)
    at = models.DateTimeField("时间")
    viewer = models.CharField("查阅人", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    body = models.CharField("单位", max_length=32, blank=True)
    role = models.CharField("角色", max_length=20, blank=True)
    via = models.CharField("途径", max_length=20)
    matter = models.CharField("事项", max_length=60, blank=True)
    ground = models.CharField("依据", max_length=200, blank=True)
    case_no = models.CharField("办件编号", max_length=100, blank=True)
    subject = models.CharField("主体", max_length=80)
    fields = models.TextField("字段", blank=True)
    as_of = models.DateField("查询日")
    must = models.IntegerField("应当执行", default=0)
    reference = models.IntegerField("供参考", default=0)
    answer_digest = models.CharField("答复摘要", max_length=64, blank=True)
    segment = models.CharField("段", max_length=8)
    n = models.BigIntegerField("段内序号")
    chain = models.BinaryField("链", max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "n"], name="access_look_segment_n")]
        indexes = [
            models.Index(fields=["subject", "at"], name="access_look_subject"),
            models.Index(fields=["body", "at"], name="access_look_body"),
        ]

    def __str__(self) -> str:
        return self.number


class LookBatch(AppendOnly):
    """The subjects of one sealed batch of looks (批量查阅): compressed, bound to its look by digest."""

    number = models.CharField("编号", max_length=40, primary_key=True)
    count = models.BigIntegerField("主体数")
    digest = models.CharField("摘要", max_length=64)
    subjects = models.BinaryField("主体")

    def __str__(self) -> str:
        return self.number


class LookSeal(AppendOnly):
    """A seal on a segment of the log (日志封印): the head of the chain, signed with each group of looks."""

    segment = models.CharField("段", max_length=8)
    n = models.BigIntegerField("段内序号")
    chain = models.BinaryField("链", max_length=32)
    at = models.DateTimeField("时间")
    signature = models.BinaryField("签名", max_length=64)
    key = models.CharField("密钥", max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "n"], name="access_lookseal_segment_n")]

    def __str__(self) -> str:
        return f"{self.segment}{self.n}"


class IdentityAct(AppendOnly):
    """That an account belongs to a natural person (身份核验): bound by a provider, ended by the person or the office.

    `object` is the word of another account of the same person, that this one is not theirs: it ends the binding at once.

    The number itself is never kept: only its blind index, and what the provider calls its user, blinded as well.
    """

    account = models.BigIntegerField("账号", db_index=True)
    verb = models.CharField("行为", max_length=8)
    person = models.CharField("主体", max_length=80, blank=True, db_index=True)
    provider = models.CharField("核验方式", max_length=40)
    holder = models.CharField("核验方用户（盲索引）", max_length=64, blank=True)
    at = models.DateTimeField("时间")
    actor = models.CharField("经办", max_length=100)

    def __str__(self) -> str:
        return f"{self.account} {self.verb} {self.provider}"


class PasswordAct(AppendOnly):
    """A link for a forgotten password (重设密码): issued at the counter by whom, on which documents, or used."""

    number = models.CharField("编号", max_length=16)
    account = models.BigIntegerField("账号", db_index=True)
    verb = models.CharField("行为", max_length=8)
    """`issue` or `use`."""
    digest = models.CharField("链接摘要", max_length=64)
    until = models.DateTimeField("有效期至")
    seen = models.TextField("看过的材料（密封）", blank=True)
    at = models.DateTimeField("时间")
    by = models.BigIntegerField("经办账号", null=True)

    def __str__(self) -> str:
        return f"{self.account} {self.verb}"


class OrganisationAct(AppendOnly):
    """That an account may act for an organisation (单位绑定): applied for, confirmed or refused at the counter, ended.

    The state is the fold of these acts; an application alone gives nothing.
    """

    number = models.CharField("编号", max_length=40, db_index=True)
    n = models.PositiveIntegerField("序号")
    verb = models.CharField("行为", max_length=8)
    organisation = models.CharField("主体", max_length=80, db_index=True)
    account = models.BigIntegerField("账号", db_index=True)
    capacity = models.CharField("身份", max_length=20)
    scopes = models.JSONField("事项", default=list)
    until = models.DateField("截止日", null=True)
    said = models.TextField("看过的材料或者理由", blank=True)
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    by = models.BigIntegerField("经办账号", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "n"], name="access_organisation_n")]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class DelegationAct(AppendOnly):
    """An act on a delegation (委托行为): invited, accepted, declined, revoked; the state is the fold of these."""

    number = models.CharField("委托编号", max_length=40, db_index=True)
    n = models.PositiveIntegerField("序号")
    verb = models.CharField("行为", max_length=8)
    principal = models.CharField("委托人", max_length=80, db_index=True)
    account = models.BigIntegerField("受托账号", db_index=True)
    scopes = models.JSONField("事项", default=list)
    until = models.DateField("截止日")
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    by = models.BigIntegerField("经办账号", null=True)
    basis = models.CharField("依据", max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "n"], name="access_delegation_n")]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class ConsentRow(AppendOnly):
    """An act on a consent (授权行为): requested, granted, refused, used, revoked; the state is the fold of these."""

    number = models.CharField("授权编号", max_length=40, db_index=True)
    n = models.PositiveIntegerField("序号")
    verb = models.CharField("行为", max_length=8)
    subject = models.CharField("主体", max_length=80, db_index=True)
    body = models.CharField("被授权单位", max_length=32, db_index=True)
    terms = models.JSONField("内容", null=True)
    look = models.CharField("查阅编号", max_length=40, blank=True, db_index=True)
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    account = models.BigIntegerField("经办账号", null=True)
    actor = models.CharField("经办", max_length=100)
    signature = models.BinaryField("签名", max_length=64, null=True)
    key = models.CharField("密钥", max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "n"], name="access_consent_n")]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class Withheld(AppendOnly):
    """A look its subject is told of later (推迟告知): until a day that releases it by itself; there is no never."""

    look = models.CharField("查阅编号", max_length=40, unique=True)
    ground = models.CharField("理由", max_length=40)
    clause = models.CharField("依据", max_length=200)
    release = models.DateField("告知日")
    ordered_by = models.CharField("决定人", max_length=100)
    body = models.CharField("决定单位", max_length=32)
    account = models.BigIntegerField("经办账号", null=True)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.look} {self.release}"


class LookReply(AppendOnly):
    """What a subject says of a look (本人答复): it is my matter, or why did you look; the last word counts."""

    look = models.CharField("查阅编号", max_length=40, db_index=True)
    subject = models.CharField("主体", max_length=80, db_index=True)
    verb = models.CharField("答复", max_length=12)
    account = models.BigIntegerField("账号", null=True)
    case = models.CharField("案号", max_length=60, blank=True)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.look} {self.verb}"
