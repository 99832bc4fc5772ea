"""What can be said in a case, as a form shows it (案件表单): names and shapes of fields. Which act needs which, the law book says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from gongxin.doors.web import presenting, promising
from gongxin.law import complaints, integrity
from gongxin.law.book import Item
from gongxin.law.casework import ActRule, CaseRules
from gongxin.law.serving import methods_of
from gongxin.rooms.oversight.tasks import appraising, inspecting
from gongxin.rooms.promises import findings
from gongxin.rooms.remedy.changing import IDENTITY
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.cases.points import points_of

CHANGE = "correct-"
"""What the names of inputs begin with that say what one field of a record is corrected to."""


@dataclass(frozen=True)
class Part:
    """One of several inputs that make up one field (分项): a finding on one point, or one field of a record."""

    id: str
    label: Promise | str
    hint: Promise | str = ""
    value: str = ""
    problem: str = ""
    long: bool = False


@dataclass(frozen=True)
class Field:
    """A field of a form (表单项): `shape` is text, long, day, choice, several, tick, code or parts."""

    id: str
    label: Promise | str
    hint: Promise | str = ""
    shape: str = "text"
    choices: tuple[tuple[str, Promise | str], ...] = ()
    required: bool = False
    value: str | frozenset[str] = ""
    """What was typed; of numbers to be ticked, those that were."""
    problem: str = ""
    parts: tuple[Part, ...] = field(default=())


FIELDS: Mapping[str, Field] = {
    each.id: each
    for each in (
        Field("ground", _("理由"), shape="choice"),
        Field("text", _("说明"), _("写清事实和要求；不要写证件号码和无关的人的姓名"), "long"),
        Field("requested", _("希望怎样处理"), _("例如：把罚款金额改成 2 万元，或者撤下整条记录"), "long"),
        Field("new_material", _("新的材料"), _("同一理由被驳回过的，写明这次有什么新的材料"), "long"),
        Field("contact", _("联系方式"), _("只用于这件事，办结后不再使用")),
        Field("note", _("备注"), _("写给案件各方看，不要写无关的人的信息"), "long"),
        Field("reason", _("理由"), _("写明根据哪份文书、哪项事实"), "long"),
        Field("wanted", _("需要补充什么"), _("一次写全；平台已有的材料不得再要"), "long"),
        Field("findings", _("核查结果"), _("写明查了什么、结论和理由"), "long"),
        Field("decided_by", _("作出决定的人"), _("写姓名和职务；机器不能作出决定")),
        Field("decided_on", _("决定变动的日期"), _("期限自这一天起算；例如：2026-11-22"), "day"),
        Field("document_no", _("文书号"), _("例如：平环撤〔2026〕3 号")),
        Field("remedy_kind", _("怎样改正"), shape="choice", choices=(
            ("correction", _("更正内容")), ("withdrawal", _("撤回整条记录")),
        )),
        Field("correction", _("更正后的内容"), _("只填要改的项目，不改的留空"), "long"),
        Field("measures_taken", _("已经采取的措施"), _("例如：停用账号、约谈、开展培训"), "long"),
        Field("commitment", _("我承诺所交材料真实、完整，今后守信；承诺将公开"), shape="tick"),
        Field("performed_on", _("履行完毕日期"), _("例如：2026-11-22。平台已有履行记录的不用填"), "day"),
        Field("proof", _("履行凭证"), _("缴款书编号、验收文号等；凭证可以作为附件提交")),
        Field("method", _("送达方式"), shape="choice"),
        Field("served_on", _("送达日期"), _("例如：2026-11-22；公告送达的，填公告期满之日"), "day"),
        Field("basis", _("法律依据"), _("写明法律、法规、规章的名称和条款；没有明文的不能撤销"), "long"),
        Field("performance", _("履行记录"), shape="choice", choices=(
            ("kept", _("履行情况属实，予以保留")), ("untrue", _("履行材料不实，一并撤销")),
        )),
        Field("court_document", _("人民法院裁定书文号"), _("例如：（2026）冀 01 破 3 号之二")),
        Field("until", _("到哪天为止"), _("到期自动终止；例如：2027-11-22"), "day"),
        Field("username", _("代理人的账号名"), _("网上申请的不用填；窗口代录的填代理人的个人账号"), "code"),
        Field("records", _("删除哪些记录"), _("填记录号，用逗号分开；不填就是请求里所写的"), "code"),
        Field("subject_name", _("主体名称"), _("与登记名称或者证件姓名一致；列入谁由代码决定")),
        Field("code", _("统一社会信用代码或者公民身份号码"), _("代码决定列入谁；证件号码密封保存"), "code"),
        Field("facts", _("事实"), _("写明时间、行为、后果和查证情况，不写无关的人的信息"), "long"),
        Field("basis", _("依据"), _("例如：拖欠农民工工资失信联合惩戒对象名单管理暂行办法第五条")),
        Field("evidence", _("证据"), _("一行一项，例如：责令改正指令书及送达回证"), "long"),
        Field("excluded_case", _("不得列入的情形"), _("逐项核对过都不符合的，填 none；符合哪项填哪项"), "code"),
        Field("exit_conditions", _("移出条件、程序和救济"), _("例如：改正满六个月并作出守信承诺，可以申请提前移出"), "long"),
        Field("document_name", _("文书名称"), _("例如：列入严重失信主体名单决定书")),
        Field("effective_on", _("生效日期"), _("不填即自送达之日生效；例如：2026-11-22"), "day"),
        Field("ends_on", _("截止日期"), _("不填即按名单办法计算；例如：2028-11-22"), "day"),
        Field("extension", _("延长的理由"), _("超过一般期限的必须写明事实和依据"), "long"),
        Field("held_on", _("听证日期"), _("例如：2026-11-22"), "day"),
        Field("minutes", _("听证笔录要点"), _("写明主持人、到场人员和双方意见"), "long"),
        Field("cured_on", _("履行、纠正日期"), _("例如：2026-11-22，不能晚于今天"), "day"),
        Field("measure", _("措施"), _("措施代号，见“惩戒措施”；例如：market-access.procurement-ban"), "code"),
        Field("lighter", _("更轻的措施为什么不够"), _("有更轻的措施可以采取时必填"), "long"),
        Field("relation", _("与记录所载主体的关系"), _("只有条文规定可以及于时才填"), "code"),
        Field("restrictions", _("采取的限制措施"), _("案号，几件的用逗号分开"), "code"),
        Field("source", _("来源"), shape="choice"),
        Field("complaint", _("投诉案号"), _("查实而拒不整改的投诉；没有可以不填"), "code"),
        Field("measures", _("措施"), _("法典所列的，可以选几项"), "several"),
        Field("leniency", _("从轻的理由"), _("主动挽回损失、消除影响的，写明事实"), "long"),
        Field("corrected_on", _("自我纠正的日期"), _("例如：2026-11-22，不能晚于今天"), "day"),
        Field("category", _("类别"), _("由人选定；旁边的建议只供参考"), "choice"),
        Field("handler", _("承办单位"), _("被投诉单位的上级或者主管单位"), "code"),
        Field("main", _("并入哪一件"), _("同一单位同一事项的另一件投诉的案号"), "code"),
        Field("order", _("交办内容"), _("一点一行，只转述事项；不写投诉人的任何信息"), "long"),
        Field("outcome", _("结论"), shape="choice"),
        Field("mended_on", _("履行日期"), _("已经履行的填写；例如：2026-11-22，不能晚于今天"), "day"),
        Field("rating", _("评价"), shape="choice"),
        Field("comment", _("想说的话"), _("只给办理单位看，不要写证件号码"), "long"),
        Field("promise", _("承诺的记录号"), _("没有可以不填"), "code"),
        Field("contract", _("合同或者文件"), _("名称、编号和签订日期")),
        Field("due", _("完成期限"), _("例如：2026-12-31，不能早于今天"), "day"),
        Field("post", _("责任岗位"), _("写岗位，不写人名；例如：信用科科长")),
        Field("part_of", _("上级任务案号"), _("分解本单位承办的任务时填写"), "code"),
        Field("progress", _("进展"), _("写明做了什么、做到什么程度"), "long"),
        Field("result", _("考核意见"), shape="choice"),
        Field("checklist", _("督查清单"), shape="choice"),
        Field("record", _("记录号"), _("在“我的信用”每条记录的页面上；几条的用逗号分开"), "code"),
    )
}  # fmt: skip

WORDINGS: Mapping[tuple[str, str], tuple[Promise | str, Promise | str]] = {
    ("objection.submit", "text"): (_("哪里不对"), _("一点一行，写清哪里不对、应当怎样；单位会逐点答复")),
    ("objection.supply", "text"): (_("补充的内容"), _("按要求一次补齐；文件在下面附上")),
    ("objection.ask-review", "text"): (_("不服哪几点"), _("一点一行，写明理由")),
    ("objection.carry-out", "reason"): (_("更正或者撤回的理由"), _("记入台账；写明根据哪份文书、哪项事实")),
    ("objection.request-material", "reason"): (_("为什么需要"), _("写明缺这项材料为什么查不清")),
    ("inquiry.ask", "text"): (_("想问什么"), _("例如：我没有在您单位办过事，请说明为什么查看")),
    ("inquiry.answer", "findings"): (_("答复"), _("写明为什么看、依据什么、看后做了什么；不透露第三人的情况")),
    ("inquiry.admit", "findings"): (_("核查结果"), _("写明为什么不当；不透露第三人的情况")),
    ("inquiry.enter-answer", "findings"): (_("答复"), _("照单位负责人的书面答复填写；不透露第三人的情况")),
    ("inquiry.enter-answer", "decided_by"): (_("作出答复的负责人"), _("写单位、姓名和职务；不能是查阅人本人")),
    ("inquiry.enter-answer", "document_no"): (_("来函文号"), _("单位负责人书面答复的文号")),
    ("inquiry.enter-admission", "findings"): (_("核查结果"), _("照单位负责人的书面答复填写；不透露第三人的情况")),
    ("inquiry.enter-admission", "decided_by"): (_("作出答复的负责人"), _("写单位、姓名和职务；不能是查阅人本人")),
    ("inquiry.enter-admission", "document_no"): (_("来函文号"), _("单位负责人书面答复的文号")),
    ("erasure.ask", "text"): (_("为什么应当删除"), _("写明哪些信息、为什么不应再保存")),
    ("copy.ask", "text"): (_("要哪些内容、怎样提供"), _("请求转移的，写明转给谁")),
    ("guardian.ask", "text"): (
        _("是什么关系"),
        _("写明被代理人姓名和关系，不写证件号码；证明可以附在下面或者带到窗口"),
    ),
    ("guardian.admit", "reason"): (_("根据什么认可"), _("写明核对了哪些证明")),
    ("review.ask", "text"): (_("不服哪几点"), _("一点一行，写明理由；会逐点答复")),
    ("statement.ask", "text"): (_("声明"), _("公开显示在记录旁；写您想让看到记录的人知道的事，不写证件号码和他人姓名")),
    ("task.assign", "text"): (_("要做什么"), _("写明目标和怎样算完成")),
    ("task.progress", "evidence"): (_("佐证材料"), _("一行一项，例如：平信办〔2026〕3 号；文件可以作为附件提交")),
    ("task.finish", "evidence"): (_("佐证材料"), _("一行一项，没有佐证材料不能报完成；文件可以作为附件提交")),
    ("task.confirm", "findings"): (_("核实情况"), _("写明核对了哪些佐证材料")),
    ("task.confirm", "decided_by"): (_("核实的人"), _("写姓名和职务；机器不能核实")),
    ("task.inspect", "findings"): (_("督查意见"), _("写明看了什么、差在哪里、建议怎样做；不是认定")),
    ("task.return", "reason"): (_("还差什么"), _("写明哪项没有完成、缺哪份材料")),
    ("task.lift", "document_no"): (_("依据文件"), _("例如：平政〔2026〕8 号")),
    ("task.postpone", "document_no"): (_("依据文件"), _("例如：平信办〔2026〕9 号")),
    ("task-appraisal.draft", "text"): (_("拟定的事实和理由"), _("一点一行，写明任务案号和事实")),
    ("task-appraisal.speak", "text"): (_("陈述意见"), _("一点一行；决定时逐点答复")),
    ("task-appraisal.contest", "text"): (_("为什么不同意"), _("一点一行；由原决定人以外的人复核")),
    ("task-appraisal.decide", "findings"): (_("考核的事实和理由"), _("写明事实和理由，公开在年度通报里")),
    ("task-appraisal.review", "findings"): (_("复核的事实和理由"), _("写明事实和理由，公开在年度通报里")),
    ("inspection.open", "text"): (_("督查什么"), _("写明督查的事项和要准备的材料")),
    ("inspection.self-check", "evidence"): (
        _("佐证材料"),
        _("一行一项，例如：平信办〔2026〕3 号；文件可以作为附件提交"),
    ),
    ("inspection.object", "text"): (_("为什么不同意"), _("一点一行；答复以前整改期限不走")),
    ("inspection.rectify", "evidence"): (_("整改证明"), _("一行一项；没有证明不能报整改")),
    ("inspection.rectify", "measures_taken"): (_("怎样整改"), _("写明改了什么、何时改完")),
    ("inspection.verify", "findings"): (_("核实情况"), _("写明核对了哪些证明")),
    ("inspection.return", "reason"): (_("还差什么"), _("写明哪项没有改、缺哪份证明")),
    ("debt-question.ask", "text"): (_("要请单位说明什么"), _("写明看到的数字；只是疑问，不是认定")),
    ("debt-question.answer", "findings"): (_("说明"), _("写明余额、到期安排和偿债来源")),
    ("repair.submit", "text"): (_("说明"), _("需要说明的情况；没有可以不填")),
    ("repair.supply", "text"): (_("补正的内容"), _("按要求一次补齐；文件在下面附上")),
    ("repair.request-material", "reason"): (_("为什么需要"), _("写明缺这项材料为什么不能受理")),
    ("repair.extend", "reason"): (_("延长的理由"), _("写明为什么不能按期办结，会告知申请人")),
    ("repair.grant-repair", "reason"): (_("准予的理由"), _("写明各项条件怎样符合")),
    ("commitment-check.state-defence", "text"): (_("陈述和申辩"), _("一点一行；单位会逐点答复，不会因为申辩加重")),
    ("commitment-check.find-broken", "findings"): (_("逐点答复和认定理由"), _("一点一行，回应当事人提出的每一点")),
    ("commitment-check.serve-notice", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("commitment-check.serve-finding", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("listing.state-defence", "text"): (_("陈述和申辩"), _("一点一行；单位会逐点答复，不会因为申辩加重")),
    ("listing.request-hearing", "text"): (_("为什么要求听证"), _("一点一行，写明争议的事实；举行听证以前不得决定列入")),
    ("listing.decide", "findings"): (_("逐点答复和决定理由"), _("一点一行，回应当事人提出的每一点")),
    ("listing.serve-notice", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("listing.serve-decision", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("restriction.propose", "records"): (_("所据记录"), _("记录号，用逗号分开；只能是这次核查中可以据以限制的")),
    ("restriction.propose", "until"): (_("到哪天为止"), _("不填即按条文和记录计算；例如：2027-11-22")),
    ("restriction.hear", "text"): (_("陈述和申辩"), _("一点一行；不会因为申辩加重")),
    ("restriction.ask-lift", "text"): (_("为什么应当解除"), _("一点一行，写明怎样已经改正")),
    ("restriction.decide", "findings"): (_("决定的事实和理由"), _("写明证据、对陈述申辩逐点的回应")),
    ("restriction.serve", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("restriction.serve-decision", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("joint.initiate", "text"): (_("请求什么"), _("写明请对方做什么；只是请求，不因此限制任何人")),
    ("joint.feed-back", "findings"): (_("反馈"), _("写明做了什么、没有做什么和为什么")),
    ("joint.respond", "note"): (_("怎样办理"), _("写明由谁办、何时反馈")),
    ("complaint.file", "text"): (_("答应了什么，现在怎样"), _("一点一行；单位会逐点答复")),
    ("complaint.file", "requested"): (_("希望怎样解决"), _("例如：拨付 2025 年技改补贴 30 万元")),
    ("complaint.not-solved", "reason"): (_("哪里没有解决"), _("一点一行；重新办理的单位会逐点答复")),
    ("complaint.answer", "findings"): (_("逐点答复"), _("一点一行；不写投诉人的信息")),
    ("complaint.extend", "reason"): (_("延长的理由"), _("写明为什么复杂，会告知投诉人")),
    ("complaint-order.put", "text"): (_("交办内容"), _("一点一行，只转述事项")),
    ("complaint-order.report", "findings"): (_("逐点答复"), _("一点一行，写明是否属实、怎样整改、何时履行")),
    ("complaint-order.find-refusal", "findings"): (_("怎样拒不整改"), _("写明责令了什么、到期没有做什么")),
    ("retaliation.tell", "text"): (_("怎样打击报复"), _("写明时间、地点、谁做了什么；不写证件号码")),
    ("integrity.propose", "basis"): (_("依据"), _("例如：国发〔2016〕76号第四条第（二）项")),
    ("integrity.propose", "evidence"): (_("证据"), _("一行一项，例如：协议、责令整改通知书及送达回证")),
    ("integrity.propose", "document_no"): (
        _("生效文书号"),
        _("例如：（2026）冀 15 民终 31 号；违约、拖欠经投诉查实的可以不填"),
    ),
    ("integrity.propose", "record"): (_("名单条目的记录号"), _("来自失信被执行人名单比对的自动带上")),
    ("integrity.state-defence", "text"): (_("陈述和申辩"), _("一点一行；单位会逐点答复，不会因为申辩加重")),
    ("integrity.decide", "findings"): (_("逐点答复和决定理由"), _("一点一行，回应当事单位提出的每一点")),
    ("integrity.explain", "text"): (_("书面说明原因"), _("写明为什么失约、谁负责")),
    ("integrity.rectify", "text"): (_("怎样整改"), _("写明履行了什么、还差什么")),
    ("integrity.serve-notice", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("integrity.serve-decision", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("promise-finding.open", "evidence"): (_("证据"), _("一行一项，例如：合同、催款函、付款凭证")),
    ("promise-finding.find-performed", "outcome"): (_("认定结果"), _("按登记的节点和证明材料认定")),
    ("promise-finding.find-performed", "findings"): (_("认定说明"), _("公开显示；写明怎样履行的")),
    ("promise-finding.notify", "reason"): (_("拟认定未兑现的理由"), _("写明哪个节点、何时到期、至今怎样")),
    ("promise-finding.state-defence", "text"): (_("陈述"), _("一点一行；换届、机构调整、人员更替不是理由")),
    ("promise-finding.find-unkept", "findings"): (
        _("逐点答复和认定理由"),
        _("公开显示；一点一行，回应责任单位提出的每一点"),
    ),
    ("promise-contest.contest", "text"): (_("为什么不同意认定"), _("一点一行；上级逐点答复")),
    ("promise-contest.uphold", "findings"): (_("逐点答复"), _("公开显示；一点一行")),
    ("promise-contest.reject", "findings"): (_("逐点答复"), _("一点一行，写明理由")),
    ("monitoring.ask", "text"): (_("问什么"), _("写明从哪些数字看出来；只是疑问，不是结论")),
    ("monitoring.explain", "text"): (_("说明"), _("写明原因：作废、涉密、并入其他文书，或者何时补报")),
    ("monitoring.explain", "decided_by"): (_("说明人"), _("写姓名和职务；由本单位负责人说明")),
    ("monitoring.note-reported", "findings"): (_("补报情况"), _("写明补报了哪些、何时入库")),
    ("repair-bar.hear", "text"): (_("陈述和申辩"), _("一点一行；不会因为申辩加重")),
    ("repair-bar.serve", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("repair-bar.serve-finding", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("repair-bar.bar", "findings"): (_("认定的事实和理由"), _("写明证据、对陈述申辩逐点的回应")),
    ("repair-undoing.notify-undoing", "reason"): (_("事实和理由"), _("写明哪份材料不实、怎样查实的")),
    ("repair-undoing.hear", "text"): (_("陈述和申辩"), _("一点一行；不会因为申辩加重")),
    ("repair-undoing.serve", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("repair-undoing.serve-decision", "proof"): (_("送达证明"), _("送达回证编号、邮件号等；在本平台查收的不用填")),
    ("repair-undoing.undo", "findings"): (_("查明的事实和理由"), _("写明证据、对陈述申辩逐点的回应")),
}
"""What a field is called in one act (专用名称): where the plain name would leave one guessing."""


OFFERED: Mapping[str, tuple[str, str]] = {
    "category": (complaints.KIND, complaints.CATEGORIES), "outcome": (complaints.KIND, complaints.OUTCOMES),
    "rating": (complaints.KIND, complaints.RATINGS), "source": (integrity.KIND, integrity.SOURCES),
    "measures": (integrity.KIND, integrity.MEASURES),
}  # fmt: skip
"""Fields in which the law book offers what to choose from: of which kind of case, and under which parameter."""


@dataclass(frozen=True)
class Around:
    """What a form must know beside its rule (表单的背景): points raised, the record's fields, the words to commit to."""

    raised: Sequence[str] = ()
    item: Item | None = None
    payload: Mapping[str, str | None] = field(default_factory=dict)
    way: str = ""
    """Whether the record is to be corrected or withdrawn, once that is decided."""
    commitment: str = ""
    choices: Mapping[str, tuple[tuple[str, Promise | str], ...]] = field(default_factory=dict)
    """What can be chosen in a field, where that depends on the case (可选项)."""


NOTHING = Around()
SEVERAL_RECORDS = "record"
"""The field in which a request may name records of one's own (所涉记录)."""


def named(kind: str, verb: str, name: str) -> Field:
    """Return a field as one act of one kind words it (专用表单项)."""
    known = FIELDS.get(name, Field(name, name))
    label, hint = WORDINGS.get((f"{kind}.{verb}", name), (known.label, known.hint))
    if name == "method":
        ways = methods_of(shelf.book().on(clock.today())).values()
        known = replace(
            known, choices=tuple((each.id, each.name_en if presenting.english() else each.name) for each in ways)
        )
    if (kind, name) == (findings.FINDING, "outcome"):
        found = ((each, promising.STATES[each]) for each in ("kept", "late", "partly"))
        known = replace(known, choices=tuple(found))
    elif name in OFFERED:
        known = replace(known, choices=offered(name))
    if name == "checklist":
        known = replace(known, choices=tuple((each.id, presenting.own_name(each)) for each in inspecting.checklists()))
    if name == "result":
        known = replace(known, choices=tuple((each.id, presenting.own_name(each)) for each in appraising.results()))
    return replace(known, label=label, hint=hint)


def offered(name: str) -> tuple[tuple[str, Promise | str], ...]:
    """Return what the book offers in a field (法典所列选项)."""
    law, (kind, parameter) = shelf.book().on(clock.today()), OFFERED[name]
    rows = complaints.choices(parameter, law) if kind == complaints.KIND else integrity.rows_of(parameter, law)
    return tuple((each.id, presenting.own_name(each)) for each in rows)


def of_act(
    rule: ActRule,
    rules: CaseRules,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    opening: bool,
    around: Around = NOTHING,
) -> list[Field]:
    """Return the form of one act (一项办理的表单), what it needs first; grounds are the kind's own, none preselected."""
    found = [_field(name, rule, rules, opening) for name in rule.says() if not _idle(name, around)]
    return [
        _fitted(replace(each, value=given.get(each.id, ""), problem=problems.get(each.id, "")), given, problems, around)
        for each in found
    ]


def _field(name: str, rule: ActRule, rules: CaseRules, opening: bool) -> Field:
    known = named(rules.id, rule.id, name)
    choices = tuple((ground.id, ground) for ground in rules.grounds) if name == "ground" and opening else known.choices
    return replace(known, choices=choices, required=name in rule.needs)


def _idle(name: str, around: Around) -> bool:
    """Whether a field has nothing to say here (无须填写): a withdrawal corrects no field."""
    return name == "correction" and around.way == "withdrawal"


def _fitted(one: Field, given: Mapping[str, str], problems: Mapping[str, str], around: Around) -> Field:
    """Part a field where it is answered in parts: a finding for each point, an input for each field of the record."""
    if one.id == "findings" and around.raised:
        parts = tuple(
            Part(
                f"findings-{n}", now("第 %(n)d 点") % {"n": n}, point, given.get(f"findings-{n}", ""),
                problems.get(f"findings-{n}", ""), long=True,
            )
            for n, point in enumerate(around.raised, 1)
        )  # fmt: skip
        return replace(
            one, label=_("逐点核查结果"), hint=_("每一点写明查了什么、结论和理由"), shape="parts", parts=parts
        )
    if one.id == "correction" and around.item is not None:
        parts = tuple(
            Part(
                CHANGE + spec.id, presenting.own_name(spec),
                now("现在是：%(value)s") % {"value": presenting.value_text(spec, around.payload.get(spec.id) or "") or "—"},
                given.get(CHANGE + spec.id, ""),
            )
            for spec in around.item.fields
            if spec.kind not in IDENTITY and not spec.sensitive and around.payload.get(spec.id)
        )  # fmt: skip
        return replace(one, shape="parts", parts=parts)
    if one.id == SEVERAL_RECORDS and one.id in around.choices:
        return replace(
            one, label=_("哪些记录"), hint=_("可以勾选几条；不勾选的，由信用办按您写的说明查找"), shape="several",
            choices=around.choices[one.id], value=frozenset(given.get(one.id, "").split(",")),
        )  # fmt: skip
    if one.id in around.choices:
        shape = one.shape if one.shape == "several" else "choice"
        return replace(one, shape=shape, choices=around.choices[one.id])
    if one.id == "commitment" and around.commitment:
        return replace(one, label=around.commitment)
    return one


def gathered(rule: ActRule, sent: Mapping[str, str], item: Item | None = None) -> dict[str, str]:
    """Return what a form said (所填内容), the parts of a field put together again; what was left empty is not in it."""
    said = {name: sent.get(name, "").strip() for name in rule.says()}
    found = [(int(name.partition("-")[2]), value) for name, value in sent.items() if _is_finding(name)]
    if found and "findings" in said:
        # Numbered, so that an answer of several lines stays one answer.
        lines = [f"{n}. {' '.join(value.split())}" for n, value in sorted(found)]
        said["findings"] = "\n".join(lines)
    if "correction" in said and item is not None:
        changes = [
            f"{spec.id}: {' '.join(sent[CHANGE + spec.id].split())}"
            for spec in item.fields
            if sent.get(CHANGE + spec.id, "").strip()
        ]
        said["correction"] = "\n".join(changes) or said["correction"]
    return {name: value for name, value in said.items() if value}


def _is_finding(name: str) -> bool:
    head, _sep, n = name.partition("-")
    return head == "findings" and n.isascii() and n.isdigit() and len(n) < 3


def missing(rule: ActRule, rules: CaseRules, given: Mapping[str, str], raised: Sequence[str] = ()) -> dict[str, Any]:
    """Return what an act still needs, by field (缺项); of findings on points, each point that has none."""
    found = {name: _asked(named(rules.id, rule.id, name)) for name in rule.needs if not given.get(name, "").strip()}
    if "findings" in rule.needs and raised:
        found.pop("findings", None)
        found |= {
            f"findings-{n}": now("请写明第 %(n)d 点的核查结果") % {"n": n}
            for n in range(1, len(raised) + 1)
            if not given.get(f"findings-{n}", "").strip()
        }
    return found


def _asked(one: Field) -> str:
    words = {"label": one.label}
    if one.shape == "tick":
        return now("请勾选信用承诺")
    return (now("请选择：%(label)s") if one.shape == "choice" else now("请填写：%(label)s")) % words


@dataclass(frozen=True)
class Told:
    """What was said in one field (所填内容一项): in plain lines, or point by point with what was raised."""

    label: Promise | str
    text: str
    points: tuple[tuple[str, str], ...] = ()
    """Each point, with what it answers where it is an answer."""


def told(
    said: Mapping[str, Any], rules: CaseRules, verb: str, raised: Sequence[str] = (), item: Item | None = None
) -> Iterable[Told]:
    """Yield what was said in an act, with its names (所填内容), in the order of its form."""
    for name in rules.spoken(verb, said):
        value = str(said[name] or "").strip()
        if not value:
            continue
        if secrets.is_sealed(value):
            yield Told(named(rules.id, verb, name).label, now("证件号码密封保存，不显示"))
            continue
        known = named(rules.id, verb, name)
        points = points_of(value) if name in {"text", "findings"} else ()
        if name == "ground":
            ground = rules.find_ground(value)
            yield Told(known.label, presenting.own_name(ground) if ground else value)
        elif name == "measure":
            provision = shelf.book().provisions.get(value)
            yield Told(known.label, presenting.own_name(provision) if provision is not None else value)
        elif known.shape == "tick":
            yield Told(now("信用承诺"), now("已承诺"))
        elif name == "findings" and raised:
            yield Told(now("逐点核查结果"), "", tuple(zip(points, (*raised, *[""] * len(points)), strict=False)))
        elif len(points) > 1:
            yield Told(known.label, "", tuple((point, "") for point in points))
        elif name == "correction" and item is not None:
            order = {spec.id: n for n, spec in enumerate(item.fields)}
            lines = sorted(value.splitlines(), key=lambda line: order.get(line.partition(":")[0].strip(), len(order)))
            yield Told(known.label, "\n".join(_change(line, item) for line in lines))
        else:
            yield Told(known.label, str(dict(known.choices).get(value, points[0] if points else value)))


def _change(line: str, item: Item) -> str:
    name, mark, value = line.partition(":")
    spec = item.find_field(name.strip())
    if spec is None or not mark:
        return line
    return f"{presenting.own_name(spec)}：{presenting.value_text(spec, value.strip())}"
