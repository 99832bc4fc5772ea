"""What can be said in a case (案件所填内容): the names and shapes of fields, for every door and for documents.

Which act needs which field, the law book says; what is offered to choose from it says as well. Here stands only what a
field is called, and how what was chosen reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxin.law import complaints, debt, integrity
from gongxin.law.book import Edition
from gongxin.law.casework import CaseRules
from gongxin.law.complaints import Choice
from gongxin.law.integrity import Source
from gongxin.law.serving import methods_of


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
        Field("name_evidence", _("名称核对的依据"), _("平台还没有这个代码的名称时必填，例如：营业执照、执行裁定书")),
        Field("announced_on", _("公布日期"), _("期限自公布之日起算的名单填写，可以写将来的日期；例如：2026-12-10"), "day"),
        Field("hearing_on", _("听证日期"), _("提前通知当事人；例如：2026-11-22"), "day"),
        Field("place", _("地点"), _("写明楼号、房间和到场时间")),
        Field("reported_to", _("通报给谁"), _("通报的，写明上级单位、主管部门的名称")),
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
        Field("barred_until", _("取消荣誉评选资格到哪天"), _("选了取消荣誉评选资格的必须写明；例如：2027-06-30，整改经核实的提前解除"), "day"),
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
        Field("level", _("响应等级"), _("由有权机关凭文件确定，这里只登记"), "choice"),
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
    ("debt-question.grade", "findings"): (_("依据的事实"), _("写明违约、偿付情况和数字；触发条件待法制审核")),
    ("debt-question.grade", "document_no"): (_("确定等级的文件号"), _("例如：平政办〔2026〕8 号")),
    ("debt-question.plan", "text"): (_("化解和应急处置方案"), _("写明偿债资金、压减和处置措施，一项一行")),
    ("debt-question.refer", "reason"): (_("移交的理由"), _("写明事实和依据；是否追究由有权机关决定")),
    ("debt-question.refer", "reported_to"): (_("移交给谁"), _("写明有权追究责任的机关")),
    ("debt-question.refer", "document_no"): (_("移交文号"), _("例如：平财函〔2026〕5 号")),
    ("debt-question.confirm", "findings"): (_("核实情况"), _("写明核对了哪些佐证材料")),
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
    ("listed-body.settle", "ground"): (_("核实结果"), ""),
    ("listed-body.settle", "findings"): (_("核实说明"), _("写明向谁核实、情况怎样、怎样处理；不写证件号码")),
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
    ("integrity.criticise", "text"): (
        _("通报内容"),
        _("与记录一并公开；写明失信事实和后果，不写投诉人和无关的人的信息"),
    ),
    ("integrity.criticise", "document_no"): (_("通报文号"), _("例如：平政信通〔2026〕1 号")),
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
    "measures": (integrity.KIND, integrity.MEASURES), "level": (debt.KIND, debt.LEVELS),
}  # fmt: skip
"""Fields in which the law book offers what to choose from: of which kind of case, and under which parameter."""


def wording(kind: str, verb: str, name: str) -> tuple[Promise | str, Promise | str]:
    """Return what a field is called in one act of one kind, and its hint (名称和提示); an unknown field by its own id."""
    known = FIELDS.get(name, Field(name, name))
    return WORDINGS.get((f"{kind}.{verb}", name), (known.label, known.hint))


def offers(name: str, law: Edition) -> tuple[Choice, ...] | tuple[Source, ...]:
    """Return what the book offers in a field (法典所列选项)."""
    kind, parameter = OFFERED[name]
    return integrity.rows_of(parameter, law) if kind == integrity.KIND else complaints.choices(parameter, law)


def chosen(rules: CaseRules, name: str, value: str, law: Edition) -> str:
    """Return what was said in a field in words (所填内容的文字): a choice by its Chinese name, anything else as it stands."""
    if name == "ground":
        ground = rules.find_ground(value)
        return ground.name if ground is not None else value
    if name == "measure":
        provision = law.book.provisions.get(value)
        return provision.name if provision is not None else value
    if name == "method":
        way = methods_of(law).get(value)
        return way.name if way is not None else value
    if name in OFFERED:
        names = {each.id: each.name for each in offers(name, law)}
        return "、".join(names.get(each.strip(), each.strip()) for each in value.replace("，", ",").split(","))
    known = FIELDS.get(name)
    return str(dict(known.choices).get(value, value)) if known is not None else value
