# The story of a policy application. `workflow story` plays it.
# Working hours are 08:30-12:00 and 13:30-17:30. Amounts are in fen. Scenarios have the numbers of the desk's checklist.

case Without application: told, confirmed, on notice over a holiday, approved by a second person, paid by a third, recovered
at 2026-04-20 09:00
policy_officer push title="首台（套）奖励" policy=zj-stt-award policy_version=3 facts_on=2026-03-02 verdict=unknown family=no_application nodes=first notice=five => refused: given only to whom all facts say yes
acceptor push title="首台（套）奖励" policy=zj-stt-award policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five => refused: only the policy officer, the company may do this
company push title="首台（套）奖励" policy=zj-stt-award policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five => refused: a company opens an ordinary application only
policy_officer push title="首台（套）奖励" policy=zj-stt-award policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five closes_on=2026-04-20 => refused: the window is closed
policy_officer push title="首台（套）奖励" policy=zj-stt-award policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five closes_on=2026-12-31 => pushed, mails application-offered to company
stranger look_at => refused: only the company
company look_at => looked_at
company begin_draft => refused: nothing is applied for here
company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001 => to_propose, ceiling due 2026-07-16 17:30, proposal due 2026-04-27 17:30, mails application-received to company, mails application-to-propose to checker
checker:li propose amount=100000000.5 basis="国内首台（套）100万元" => refused: must be a whole number
checker:li propose amount=0 basis="预算为零" => refused: must lie between 1 and
checker:li propose amount=100000000 basis="国内首台（套）100万元" => proposed, proposal stopped, mails application-to-publish to notice_clerk
checker put_on_notice => refused: only the notice clerk may do this
at 2026-04-29 16:00 => proposed
# Five working days over May Day: 30 April, 6, 7 and 8 May, and Saturday the 9th, a make-up day. It ends on no day of rest.
notice_clerk put_on_notice => on_notice, notice due 2026-05-09 17:30, mails application-on-notice to company
notice_clerk put_on_notice => refused: the case is at On notice
at 2026-05-09 17:29 => on_notice
at 2026-05-11 09:00 => awaiting_approval, notice stopped, mails application-to-approve to approver
notice_clerk take_objection objector=张三 objector_contact=13800000000 objection="不符合条件" => refused: the case is at Awaiting approval
# Li proposed; Li may not approve, whatever else Li is.
approver:li approve_award approved=100000000 => refused: who proposed may not approve
proposer:li approve_award approved=100000000 => refused: only the approver
approver:wu approve_award approved=100000001 => refused: not more is approved than was proposed
approver:wu approve_award approved=90000000 => refused: where less is approved the reason must be given
approver:wu approve_award approved=90000000 cut_reason="超预算，按比例核减" => award_approved, payment due 2026-05-20 17:30, mails application-approved to company, mails application-to-pay to treasurer
approver:wu approve_award approved=90000000 => refused: the case is at Approved
treasurer:wu start_payment batch=2026-05 => refused: who proposed or approved may not pay
signatory:wu start_payment batch=2026-05 => refused: only the treasurer
treasurer start_payment batch=2026-05 => paying
# Two batches over one application; and what is at the bank is not stopped any more.
treasurer start_payment batch=2026-05b => refused: the case is at In payment
policy_officer stop_award stop_reason=moved_out => refused: the case is at In payment
treasurer confirm_paid paid_on=2026-05-12 => refused: it cannot be paid on a later day than today
treasurer confirm_paid paid_on=2026-05-11 => money_paid, payment stopped, ceiling stopped, mails application-paid to company
auditor:he ask_recovery grounds=promise_broken explanation="设备已转卖" demanded=90000001 => refused: not more is recovered than was paid
auditor:he ask_recovery grounds=promise_broken explanation="设备已转卖" demanded=50000000 => recovery_review, mails application-recovery-to-decide to approver
auditor:he order_recovery decision="同意" => refused: only the approver may do this
claimant:he order_recovery decision="同意" => refused: only the approver may do this
approver:he order_recovery decision="同意" => refused: who asked for the recovery may not order it
approver:wu dismiss_recovery decision="证据不足" => money_paid
auditor:he ask_recovery grounds=promise_broken explanation="附转卖合同" demanded=50000000 => recovery_review, mails application-recovery-to-decide to approver
approver:wu order_recovery decision="同意" => recovering, mails application-recovery to company+treasurer
treasurer record_return returned=50000001 settled=yes => refused: not more is returned than is demanded
treasurer record_return returned=20000000 settled=no => recovering
treasurer record_return returned=30000000 settled=yes => recovered, mails application-recovered to company+auditor

case An ordinary application through every check; corrected once; three years later it is concluded
at 2026-03-02 09:00
company push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=unknown family=ordinary nodes=first,joint,peers,audit,site notice=none => pushed, mails application-offered to company
company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001 => refused: this policy must be applied for
company begin_draft => drafting
company save_draft statement="研发费用增长" => drafting
company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001 => submitted, acceptance due 2026-03-09 17:30, ceiling due 2026-05-28 17:30, mails application-received to company, mails application-to-accept to acceptor
acceptor ask_correction missing="研发费用专项审计报告；社保缴纳证明" => correcting, acceptance stopped, ceiling paused, mails application-correction to company
at 2026-03-04 10:00 => correcting
company correct supplement="已补齐" => submitted, acceptance due 2026-03-11 17:30, mails application-to-accept to acceptor
acceptor ask_correction missing="还缺纳税证明" => refused: a correction is asked for once
company admit => refused: only the acceptor may do this
acceptor admit => first_check, check due 2026-04-01 17:30, mails application-accepted to company, mails application-to-check to checker
checker return_to_acceptor opinion="请核对企业名称" => submitted, check stopped, mails application-to-accept to acceptor
acceptor admit => first_check, mails application-accepted to company, mails application-to-check to checker
joint_checker pass_first opinion="-" => refused: only the department
checker pass_first opinion="符合" => joint_check, mails application-to-check to joint_checker
joint_checker pass_joint opinion="无失信记录" => expert_review, mails application-to-check to reviewer
reviewer pass_joint opinion="-" => refused: only the joint checker may do this
accountant give_review opinion="-" => refused: only the reviewing expert may do this
reviewer give_review opinion="技术先进" place=2 => audit_check, mails application-to-check to accountant
inspector give_audit opinion="-" => refused: only the accountant may do this
accountant give_audit opinion="投入属实" => site_check, mails application-to-check to inspector
inspector give_site_report opinion="设备在用" => to_propose, check stopped, mails application-to-propose to checker
# This policy wants no notice.
checker propose amount=20000000 basis="增长额的10%" => awaiting_approval, mails application-to-approve to approver
approver return_proposal decision="请附计算表" => to_propose, approval stopped, mails application-to-propose to checker
checker propose amount=20000000 basis="增长额200万元的10%" => awaiting_approval, mails application-to-approve to approver
approver approve_award approved=20000000 => award_approved, mails application-approved to company, mails application-to-pay to treasurer
treasurer start_payment batch=A
treasurer confirm_paid paid_on=2026-03-04 => money_paid, mails application-paid to company
at 2029-03-05 09:00 => concluded

case Each policy says which checks it wants
at 2026-03-02 09:00
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first notice=five as plain
on plain: company begin_draft
on plain: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on plain: acceptor admit
on plain: checker pass_first opinion="符合" => to_propose, mails application-to-propose to checker
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first,peers notice=five as reviewed
on reviewed: company begin_draft
on reviewed: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on reviewed: acceptor admit
on reviewed: checker pass_first opinion="符合" => expert_review, mails application-to-check to reviewer
on reviewed: reviewer give_review opinion="推荐" => to_propose, mails application-to-propose to checker
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first,peers,site notice=five as visited
on visited: company begin_draft
on visited: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on visited: acceptor admit
on visited: checker pass_first opinion="符合" => expert_review, mails application-to-check to reviewer
on visited: reviewer give_review opinion="推荐" => site_check, mails application-to-check to inspector
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first,audit notice=five as audited
on audited: company begin_draft
on audited: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on audited: acceptor admit
on audited: checker pass_first opinion="符合" => audit_check, mails application-to-check to accountant
on audited: accountant give_audit opinion="属实" => to_propose, mails application-to-propose to checker
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first,site notice=five as seen
on seen: company begin_draft
on seen: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on seen: acceptor admit
on seen: checker pass_first opinion="符合" => site_check, mails application-to-check to inspector
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first,joint notice=five as joint
on joint: company begin_draft
on joint: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on joint: acceptor admit
on joint: checker pass_first opinion="符合" => joint_check, mails application-to-check to joint_checker
on joint: joint_checker pass_joint opinion="符合" => to_propose, mails application-to-propose to checker
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first,joint,audit notice=five as jointly_audited
on jointly_audited: company begin_draft
on jointly_audited: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on jointly_audited: acceptor admit
on jointly_audited: checker pass_first opinion="符合" => joint_check, mails application-to-check to joint_checker
on jointly_audited: joint_checker pass_joint opinion="符合" => audit_check, mails application-to-check to accountant
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first,joint,site notice=five as jointly_seen
on jointly_seen: company begin_draft
on jointly_seen: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on jointly_seen: acceptor admit
on jointly_seen: checker pass_first opinion="符合" => joint_check, mails application-to-check to joint_checker
on jointly_seen: joint_checker pass_joint opinion="符合" => site_check, mails application-to-check to inspector
# The department decides, on what the others found.
on jointly_seen: checker turn_down reason=not_eligible explanation="现场未见设备" => turned_down, check stopped, ceiling cancelled, mails application-refused to company

case Quick: where the computed verdict suffices nobody judges
at 2026-03-02 09:00
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=quick nodes=first notice=five as sure
on sure: company begin_draft
on sure: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001 => to_propose, mails application-received to company, mails application-to-propose to checker
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=unknown family=quick nodes=first notice=five as unsure
on unsure: company begin_draft
on unsure: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001 => submitted, mails application-received to company, mails application-to-accept to acceptor
on unsure: acceptor admit => to_propose, mails application-accepted to company, mails application-to-propose to checker
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=unknown family=quick nodes=first notice=five as left
on left: company begin_draft
on left: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on left: company withdraw_application comment="改期" => application_withdrawn, acceptance stopped, ceiling cancelled, mails application-withdrawn to company+checker
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=unknown family=quick nodes=first notice=five as refused
on refused: company begin_draft
on refused: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on refused: acceptor not_admit reason=repeated explanation="同年已享受同类资金" => not_admitted, mails application-refused to company

case Nobody accepts in time: it counts as accepted; then the check, the proposal and the ceiling are late
at 2026-03-02 09:00
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first notice=five as plain
on plain: company begin_draft
on plain: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=unknown family=quick nodes=first notice=five as quick
on quick: company begin_draft
on quick: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
at 2026-03-06 18:00 => mails application-due-soon to acceptor, plain: mails application-due-soon to acceptor
at 2026-03-10 09:00 => to_propose, marks deemed_accepted, mails application-accepted to company, mails application-to-propose to checker, plain: first_check, plain: acceptance late, plain: marks deemed_accepted, plain: mails application-accepted to company, plain: mails application-to-check to checker
at 2026-03-17 09:00 => proposal overdue, mails application-overdue to checker+approver
at 2026-04-08 09:00 => plain: check overdue, plain: mails application-due-soon to checker, plain: mails application-overdue to checker+approver
at 2026-05-29 09:00 => mails application-overdue to checker+approver+treasurer, plain: ceiling overdue, plain: mails application-overdue to checker+approver+treasurer
on quick: checker turn_down reason=dishonest explanation="近两年有环保事故" => turned_down, mails application-refused to company

case Told once and reminded once: silence is no wish
at 2026-03-02 09:00
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as silent
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first notice=five as unwilling
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first notice=five closes_on=2026-03-10 as late
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first notice=five as drafts
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=ordinary nodes=first notice=five as uncorrected
on unwilling: company decline comment="不需要" => declined
on drafts: company begin_draft
on uncorrected: company begin_draft
on uncorrected: company apply statement="详见附件。" account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on uncorrected: acceptor ask_correction missing="全部材料"
at 2026-03-10 09:00 => late: wish_lapsed, late: mails application-lapsed to company
at 2026-03-17 09:00 => silent: mails application-reminder to company
at 2026-03-24 09:00 => wish_lapsed, mails application-lapsed to company
at 2026-03-31 09:00 => silent: wish_lapsed, silent: mails application-lapsed to company
on silent: company look_at => refused: the case is at Lapsed
at 2026-05-29 09:00 => drafts: wish_lapsed, drafts: mails application-lapsed to company

case Scenario 9: a notice of twelve firms, one objection: eleven go on, one waits
at 2026-03-02 09:00
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm01
on firm01: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm01: checker propose amount=5000000 basis="定额5万元"
on firm01: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm02
on firm02: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm02: checker propose amount=5000000 basis="定额5万元"
on firm02: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm03
on firm03: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm03: checker propose amount=5000000 basis="定额5万元"
on firm03: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm04
on firm04: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm04: checker propose amount=5000000 basis="定额5万元"
on firm04: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm05
on firm05: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm05: checker propose amount=5000000 basis="定额5万元"
on firm05: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm06
on firm06: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm06: checker propose amount=5000000 basis="定额5万元"
on firm06: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm07
on firm07: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm07: checker propose amount=5000000 basis="定额5万元"
on firm07: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm08
on firm08: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm08: checker propose amount=5000000 basis="定额5万元"
on firm08: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm09
on firm09: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm09: checker propose amount=5000000 basis="定额5万元"
on firm09: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm10
on firm10: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm10: checker propose amount=5000000 basis="定额5万元"
on firm10: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm11
on firm11: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm11: checker propose amount=5000000 basis="定额5万元"
on firm11: notice_clerk put_on_notice
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=five as firm12
on firm12: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on firm12: checker propose amount=5000000 basis="定额5万元"
on firm12: notice_clerk put_on_notice
at 2026-03-05 10:00 => firm01: notice due 2026-03-09 17:30
on firm07: notice_clerk take_objection objector=张三 objector_contact=13800000000 objection="已迁出本区" => objection_check, marks objected, mails application-objection to checker
# Another one, while the first is looked into.
on firm07: notice_clerk take_objection objector=李四 objector_contact=13900000000 objection="同上" => objection_check, mails application-objection to checker
on firm07: approver approve_award approved=5000000 => refused: the case is at Objection under check
at 2026-03-10 09:00 => awaiting_approval, mails application-to-approve to approver, firm07: notice stopped, firm07: marks notice_over, firm01: awaiting_approval, firm01: mails application-to-approve to approver, firm02: awaiting_approval, firm02: mails application-to-approve to approver, firm03: awaiting_approval, firm03: mails application-to-approve to approver, firm04: awaiting_approval, firm04: mails application-to-approve to approver, firm05: awaiting_approval, firm05: mails application-to-approve to approver, firm06: awaiting_approval, firm06: mails application-to-approve to approver, firm08: awaiting_approval, firm08: mails application-to-approve to approver, firm09: awaiting_approval, firm09: mails application-to-approve to approver, firm10: awaiting_approval, firm10: mails application-to-approve to approver, firm11: awaiting_approval, firm11: mails application-to-approve to approver
# Not founded: its notice is over by now, and it goes on too.
on firm07: checker dismiss_objection explanation="企业仍在册，未迁出" => awaiting_approval, unmarks objected, mails application-objection-decided to notice_clerk, mails application-to-approve to approver
on firm01: approver approve_award approved=5000000 => award_approved, mails application-approved to company, mails application-to-pay to treasurer

case Objections within a longer notice: not founded, founded, and a proposal that changes
at 2026-03-02 09:00
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=seven as kept
on kept: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on kept: checker propose amount=5000000 basis="定额5万元"
on kept: notice_clerk put_on_notice
on kept: notice_clerk take_objection objector=张三 objector_contact=13800000000 objection="金额有误"
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=seven as removed
on removed: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on removed: checker propose amount=5000000 basis="定额5万元"
on removed: notice_clerk put_on_notice
on removed: notice_clerk take_objection objector=张三 objector_contact=13800000000 objection="金额有误"
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=seven as changed
on changed: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on changed: checker propose amount=5000000 basis="定额5万元"
on changed: notice_clerk put_on_notice
on changed: notice_clerk take_objection objector=张三 objector_contact=13800000000 objection="金额有误"
at 2026-03-03 09:00 => kept: notice due 2026-03-11 17:30
on kept: checker dismiss_objection explanation="金额无误" => on_notice, unmarks objected, mails application-objection-decided to notice_clerk
on removed: checker strike_off explanation="企业已迁出" => struck_off, unmarks objected, ceiling cancelled, mails application-refused to company, mails application-objection-decided to notice_clerk
on changed: checker change_proposal amount=3000000 basis="定额3万元" explanation="应按三档" => proposed, unmarks objected, mails application-objection-decided to notice_clerk, mails application-to-publish to notice_clerk
# What changed is on notice for the whole time again.
on changed: notice_clerk put_on_notice => on_notice, notice due 2026-03-12 17:30, mails application-on-notice to company
on changed: notice_clerk take_objection objector=王五 objector_contact=13700000000 objection="仍有误"
at 2026-03-12 09:00 => kept: awaiting_approval, kept: mails application-to-approve to approver
at 2026-03-13 09:00 => marks notice_over
# Nobody decides in time.
at 2026-03-19 09:00 => kept: approval overdue, kept: mails application-overdue to approver
on kept: approver end_for_budget explanation="年度预算已用完" => unfunded, mails application-refused to company

case Scenario 8: two policies of one kind, the higher is granted; the pool is short, and a person may not approve twice
at 2026-03-02 09:00
# The desk computes that of the two only the higher is told; the other was told by mistake and is stopped.
policy_officer push title="上市奖励（市）" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=none as city
policy_officer push title="上市奖励（区）" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=none as district
on city: policy_officer stop_award stop_reason=mistaken explanation="同类就高，享受区级" => award_stopped, mails application-stopped to company+checker+treasurer
on district: company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
on district: checker:li propose amount=70000000 basis="受理200万元与上市700万元" => awaiting_approval, mails application-to-approve to approver
on district: approver:li end_for_budget explanation="-" => refused: who proposed may not approve
# A pool of 1,000,000.00 yuan for claims of 700,000.00 and 700,000.02: the odd fen goes to the larger remainder, the other one.
on district: approver approve_award approved=49999999 cut_reason="预算100万元，应付140万元，按比例核减" => award_approved, mails application-approved to company, mails application-to-pay to treasurer

case Scenario 10: the bank sends it back; the company corrects its account; the third time a person looks; then it moves out
at 2026-03-02 09:00
policy_officer push title="研发投入奖励" policy=hz-rdc-2023 policy_version=3 facts_on=2026-03-02 verdict=eligible family=no_application nodes=first notice=none
company confirm_wish account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001
checker propose amount=5000000 basis="定额"
approver approve_award approved=5000000 => award_approved, payment due 2026-03-11 17:30, mails application-approved to company, mails application-to-pay to treasurer
treasurer start_payment batch=1
treasurer report_bounce bounce_reason="账号不存在" => bounced, payment paused, ceiling paused, mails application-bounced to company
treasurer start_payment batch=2 => refused: the case is at Payment sent back
company correct_account account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001 => refused: this is the account to which the bank could not pay
at 2026-03-04 09:00 => bounced
company correct_account account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000002 => award_approved, payment due 2026-03-13 17:30, mails application-to-pay to treasurer
treasurer start_payment batch=2
treasurer report_bounce bounce_reason="户名不符" => bounced, mails application-bounced to company
company correct_account account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000001 => award_approved, mails application-to-pay to treasurer
treasurer start_payment batch=3
treasurer report_bounce bounce_reason="账户冻结" => payment_halted, payment paused, mails application-payment-halted to company+approver
company correct_account account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000002 => refused: the case is at Payment halted
auditor release_payment decision="-" => refused: only the approver may do this
approver release_payment decision="已电话核实" => bounced, mails application-bounced to company
company correct_account account_holder=蓝禾科技 bank=工商银行余杭支行 account_number=622200000002 => award_approved, mails application-to-pay to treasurer
at 2026-03-16 09:00 => award_approved, payment overdue, mails application-due-soon to treasurer, mails application-overdue to treasurer+approver
notice_clerk stop_award stop_reason=moved_out => refused: only
treasurer stop_award stop_reason=moved_out explanation="3月15日迁出" => award_stopped, payment cancelled, ceiling cancelled, mails application-stopped to company+checker+treasurer
