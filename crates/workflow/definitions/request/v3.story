# The story of a company's request, version 3. `workflow story` plays it.
# Working hours are 08:30-12:00 and 13:30-17:30. Scenarios have the numbers of the desk's checklist.

case Scenario 1: filed before the holiday, accepted on the make-up day, a consultation in two working days
# The National Day holiday of 2022 ran from 1 to 7 October; 8 and 9 October, a weekend, were make-up working days.
at 2022-09-30 16:50
company file title="招不到研发人员" content="两个月没有招到合适的研发人员。" contact=王 phone=13800000000 topic=labour => submitted, acceptance due 2022-10-08 17:30, mails request-filed to company, mails request-to-accept to clerk
stranger withdraw => refused: only the company
company accept nature=consultation urgency=normal => refused: only the intake clerk may do this
at 2022-10-08 10:00 => submitted
clerk accept nature=help urgency=normal => refused: what is no consultation needs a difficulty
clerk accept nature=consultation urgency=normal => awaiting_dispatch, acceptance stopped, finish due 2022-10-10 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
clerk dispatch unit=industry => refused: 只有派单员可以办理
dispatcher dispatch unit=industry co_units=talent => refused: co-units must be told what to do
dispatcher dispatch unit=industry instruction="请先电话联系企业" => awaiting_sign, sign due 2022-10-09 17:30, mails request-dispatched to handler
handler@housing sign => refused: only the handler may do this
handler@industry sign => in_progress, sign stopped, mails request-signed to company
handler@industry submit outcome=planned reply="列入下月招聘会。" contact_record="10月8日电话联系王女士" => refused: what is not solved needs a follow-up after today
handler@industry submit outcome=solved reply="已对接三所高校。" contact_record="10月8日电话联系王女士" => awaiting_check, finish paused, mails request-to-check to dispatcher
handler@industry pass_reply => refused: only the dispatcher may do this
dispatcher pass_reply => replied, finish stopped, mails request-replied to company, mails request-to-visit to visitor
at 2022-10-10 09:00 => replied
company rate rating=satisfied comment="很快" => closed, mails request-closed to company+handler
company withdraw => refused: 现处“已办结”
# Fifteen days later nobody can reopen it.
at 2022-10-25 09:00 => archived

case Scenario 2: two objections, an adjudication that is final, and no third
at 2026-03-02 09:00
company file title="道路破损" content="厂区外道路破损。" contact=李 phone=057788888888
clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=housing instruction="请尽快" => awaiting_sign, mails request-dispatched to handler
# Sent to the wrong unit: called back before anybody signed.
dispatcher recall_dispatch decision="应由建设局主办" => awaiting_dispatch, mails request-dispatch-recalled to handler
dispatcher dispatch unit=construction => awaiting_sign, mails request-dispatched to handler
at 2026-03-02 15:00 => awaiting_sign
handler@construction object objection=not_our_duty basis="职责清单第12条" => return_review, sign cancelled, mails request-objected to dispatcher
unit_leader@construction agree_return decision="同意" => refused: only the dispatcher may do this
dispatcher refuse_return decision="该路段已移交建设局" => awaiting_sign, mails request-return-refused to handler
at 2026-03-03 09:00 => awaiting_sign
handler@construction object objection=crossing basis="与城管职责交叉" => adjudication, mails request-to-adjudicate to adjudicator
dispatcher adjudicate unit=urban decision="城管主办" => refused: only the adjudicator may do this
adjudicator adjudicate unit=urban decision="由城管局主办" => awaiting_sign, mails request-adjudicated to handler, marks dispatch_final
adjudicator adjudicate unit=urban decision="由城管局主办" => refused: the case is at Awaiting sign-off
handler@urban object objection=crossing basis="与建设局职责交叉" => refused: the dispatch was adjudicated and is final
handler@urban sign => in_progress, mails request-signed to company
# Through all of it the outer clock ran.
handler@urban submit outcome=solved reply="路面已修复。" contact_record="电话联系李先生" => awaiting_check, mails request-to-check to dispatcher
dispatcher pass_reply => replied, finish stopped, mails request-replied to company, mails request-to-visit to visitor
# The visitor calls back.
visitor visit rating=dissatisfied => refused: a bad rating needs its cause
visitor visit rating=fairly_satisfied comment="基本解决" => closed, visit stopped, mails request-closed to company+handler

case Scenario 2b: a return agreed to, another one referred
at 2026-03-02 09:00
company file title="垃圾清运" content="园区垃圾清运不及时。" contact=赵 phone=13700000000
clerk accept nature=complaint urgency=normal difficulty=simple => awaiting_dispatch, finish due 2026-03-05 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=housing co_units=urban co_task="核对清运合同" => awaiting_sign, mails request-dispatched to handler, case/urban: awaiting_sign, case/urban: mails co-handling-given to co_handler
handler@housing object objection=wrong_area basis="不属本单位辖区" => return_review, mails request-objected to dispatcher
dispatcher agree_return decision="同意改派" => awaiting_dispatch, mails request-dispatch-recalled to handler, case/urban: recalled, case/urban: mails co-handling-recalled to co_handler
dispatcher dispatch unit=industry => awaiting_sign, mails request-dispatched to handler
handler@industry object objection=unclear_right basis="权属不清" => adjudication, mails request-to-adjudicate to adjudicator
adjudicator adjudicate unit=housing decision="由住建局主办" => awaiting_sign, mails request-adjudicated to handler, marks dispatch_final
company withdraw comment="已解决" => withdrawn, finish cancelled, mails request-withdrawn to company+handler

case Scenario 3: two requests about the same road works, merged; both get the reply; the dissatisfied one is reworked
at 2026-03-02 09:00
company file title="道路施工影响出货" content="园区东路施工，货车无法进出。" contact=王 phone=13800000000
company file title="园区东路封路" content="封路后员工绕行。" contact=陈 phone=13900000000 as second
clerk accept nature=help urgency=normal difficulty=complex => awaiting_dispatch, mails request-accepted to company, mails request-to-dispatch to dispatcher
on second: dispatcher merge master=case => refused: only the intake clerk may do this
on second: clerk merge master=case => merged, mails request-merged to company
# Merged by mistake, and once more.
on second: clerk unmerge => submitted, mails request-unmerged to company, mails request-to-accept to clerk
on second: clerk merge master=case => merged, mails request-merged to company
dispatcher dispatch unit=construction => awaiting_sign, mails request-dispatched to handler
handler:zhou@construction sign => in_progress, mails request-signed to company
handler:zhou@construction submit outcome=solved reply="已开通临时通道。" contact_record="3月2日现场走访" => awaiting_check, mails request-to-check to dispatcher
at 2026-03-03 09:00 => awaiting_check
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor, second: replied, second: mails request-replied to company, second: mails request-to-visit to visitor
company rate rating=very_satisfied => closed, mails request-closed to company+handler
on second: company rate rating=very_dissatisfied comment="通道太窄" => rework, mails request-rework to handler+unit_leader+supervisor, marks bad_rating
at 2026-03-04 09:00 => closed
on second: handler:zhou@construction submit_rework outcome=solved reply="通道已拓宽至六米。" => refused: 表单有 1 处需要改正
on second: handler:zhou@construction submit_rework outcome=solved reply="通道已拓宽至六米。" call_back="3月4日回电陈先生，说明拓宽安排" => rework_check, mails request-to-check to dispatcher
on second: dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor
on second: visitor visit rating=satisfied => closed, mails request-closed to company+handler

case Scenario 4: the co-unit is late, the lead answers in time
at 2026-03-02 09:00
clerk file title="职工子女入学" content="二十名职工子女需就近入学。" contact=孙 phone=13600000000 channel=phone
clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=industry co_units=education co_task="核实周边学位" => awaiting_sign, mails request-dispatched to handler, case/education: awaiting_sign, case/education: mails co-handling-given to co_handler
handler@industry sign => in_progress, mails request-signed to company
handler@industry add_units co_units=housing co_task="核实居住登记" => in_progress, case/housing: awaiting_sign, case/housing: mails co-handling-given to co_handler
on case/housing: handler@industry urge words="请尽快" => awaiting_sign, mails co-handling-urged to co_handler, marks urged
on case/housing: co_handler@housing sign => in_progress
at 2026-03-04 10:00 => in_progress
on case/housing: co_handler@housing answer answer="二十户均已登记。" => answered, mails co-handling-answered to handler, case: mails request-co-answered to handler
at 2026-03-06 09:00 => in_progress, case/education: finish overdue, case/education: mails co-handling-due-soon to co_handler, case/education: mails co-handling-overdue to handler, case/education: mails co-handling-overdue to co_handler, case/education: marks overdue
handler@industry submit outcome=solved reply="十五名可在本学期入学。" contact_record="3月6日电话" => refused: co-units have not answered
on case/education: handler@industry waive words="逾期未反馈，先行答复" => waived, mails co-handling-waived to co_handler
handler@industry submit outcome=solved reply="二十名均可入学。" contact_record="3月6日电话" => awaiting_check, finish paused, mails request-to-check to dispatcher
dispatcher pass_reply => replied, finish stopped, mails request-replied to company, mails request-to-visit to visitor
at 2026-03-10 09:00 => replied
company rate rating=satisfied => closed, mails request-closed to company+handler

case Scenario 5: more time asked for on the due day is too late; a day earlier it is granted, and the company is told
at 2026-03-02 09:00
company file title="电力增容" content="产线扩建需要增容。" contact=周 phone=13500000000 topic=energy
clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=industry => awaiting_sign, mails request-dispatched to handler
handler@industry sign => in_progress, mails request-signed to company
at 2026-03-09 09:00 => in_progress, mails request-due-soon to handler+dispatcher, marks due_soon
handler@industry ask_extension days=3 extension_reason="等待供电公司方案" => refused: at least one working day before
case Scenario 5, a working day earlier
at 2026-03-02 09:00
company file title="电力增容" content="产线扩建需要增容。" contact=周 phone=13500000000 topic=energy
clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=industry => awaiting_sign, mails request-dispatched to handler
handler@industry sign => in_progress, mails request-signed to company
at 2026-03-06 09:00 => in_progress
handler@industry ask_extension days=6 extension_reason="等待供电公司方案" => refused: not more time than the original limit
handler@industry ask_extension days=11 extension_reason="等待供电公司方案" => refused: 表单有 1 处需要改正
handler@industry ask_extension days=1.5 extension_reason="等待供电公司方案" => refused: 表单有 1 处需要改正
handler@industry ask_extension days=5 extension_reason="等待供电公司方案" => extension_review, mails request-extension-asked to dispatcher
handler@industry ask_extension days=5 extension_reason="等待供电公司方案" => refused: the case is at Extension under review
dispatcher grant_extension days=6 => refused: not more days than were asked for
dispatcher grant_extension days=2.5 => refused: the form has 1 mistake
centre_head grant_second_extension days=5 => refused: the first extension is granted by the dispatcher
dispatcher grant_extension days=4 => in_progress, finish due 2026-03-13 17:30, mails request-extended to company+handler, marks extended
at 2026-03-11 09:00 => in_progress
handler@industry ask_extension days=2 extension_reason="方案待批" => extension_review, mails request-extension-asked to centre_head
centre_head refuse_extension decision="请先作阶段答复" => in_progress, mails request-extension-refused to handler
handler@industry ask_extension days=2 extension_reason="方案待批" => extension_review, mails request-extension-asked to centre_head
dispatcher grant_extension days=2 => refused: a second extension is granted by the head of the centre
centre_head grant_second_extension days=2 => in_progress, finish due 2026-03-17 17:30, mails request-extended to company+handler
handler@industry ask_extension days=1 extension_reason="仍待批" => refused: the time was extended twice already
handler@industry submit outcome=planned reply="四月底前完成增容。" contact_record="电话" follow_up_on=2026-04-30 => awaiting_check, mails request-to-check to dispatcher
# The reply does not answer the point: back it goes, and its clock runs on.
dispatcher return_reply faults=off_the_point,no_basis decision="请写明工期依据" => in_progress, mails request-reply-returned to handler
at 2026-03-12 09:00 => in_progress
handler@industry submit outcome=planned reply="供电公司承诺四月三十日前完成增容。" contact_record="电话" follow_up_on=2026-04-30 => awaiting_check, mails request-to-check to dispatcher
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor
# Silence is no rating.
at 2026-04-03 09:00 => closed, mails request-visit-overdue to visitor+centre_head, mails request-closed to company+handler, marks visit_late, marks not_rated

case Scenario 6: land use over a winter: three stage replies, hung, closed in spring; never overdue in silence
at 2025-11-03 09:00
company file title="扩建用地" content="扩建用地手续卡在规划调整。" contact=吴 phone=13400000000 topic=land hide_contact=yes
clerk accept nature=help urgency=normal difficulty=hard => awaiting_dispatch, finish due 2025-11-24 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=land => awaiting_sign, mails request-dispatched to handler
handler@land sign => in_progress, mails request-signed to company
at 2025-11-06 10:00 => in_progress
handler@land give_stage_reply stage_reply="已报规划委员会。" next_on=2025-11-06 => refused: the next news must come after today
handler@land give_stage_reply stage_reply="已报规划委员会。" next_on=2025-11-11 => stage_replied, promise due 2025-11-11 17:30, mails request-stage-replied to company+unit_leader
at 2025-11-11 09:00 => in_progress, mails request-promised-day to handler
handler@land give_stage_reply stage_reply="规划委员会已排期。" next_on=2025-11-14 => stage_replied, promise due 2025-11-14 17:30, mails request-stage-replied to company+unit_leader
# News before the promised day.
at 2025-11-13 09:00 => stage_replied
handler@land give_stage_reply stage_reply="规划委员会已审议，待公示。" next_on=2025-11-19 => stage_replied, promise due 2025-11-19 17:30, mails request-stage-replied to company+unit_leader
handler@land ask_hang hang_reason="公示期内不能办理" recheck_on=2025-11-13 => refused: it must be looked at again after today
handler@land ask_hang hang_reason="公示及冬季停工" recheck_on=2026-03-02 => hang_review, mails request-hang-asked to centre_head
handler@land grant_hang => refused: only the head of the centre may do this
centre_head grant_hang => hung, finish paused, promise cancelled, mails request-hung to company+handler, marks hanging
# The ceiling does not rest: the leaders hear of it.
at 2025-12-20 09:00 => hung, mails request-over-ceiling to unit_leader+centre_head+zone_leader, marks over_ceiling
at 2026-03-02 09:00 => in_progress, mails request-recheck-day to handler+unit_leader, unmarks hanging
handler@land submit outcome=solved reply="用地手续已办结。" contact_record="3月2日上门" => awaiting_check, mails request-to-check to dispatcher
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor
company rate rating=very_satisfied => closed, mails request-closed to company+handler

case Scenario 7: one star by mistake: an appeal, excluded from satisfaction, kept in the record
at 2026-03-02 09:00
company file title="招聘会" content="希望组织专场招聘会。" contact=郑 phone=13300000000
clerk accept nature=advice urgency=normal difficulty=simple
dispatcher dispatch unit=talent
handler@talent sign
handler@talent submit outcome=solved reply="三月二十日举办专场招聘会。" contact_record="电话"
dispatcher pass_reply
company rate rating=very_dissatisfied => rework, mails request-rework to handler+unit_leader+supervisor, marks bad_rating
company appeal_rating appeal="误点了一星" => rating_review, rework paused, mails request-rating-appealed to supervisor
visitor exclude_rating explanation="误评" => refused: only the supervisor may do this
supervisor exclude_rating explanation="企业确认误点" => closed, mails request-rating-excluded to company+handler, marks rating_excluded, unmarks bad_rating

case Scenario 7b: an appeal that is not upheld, and a second bad rating
at 2026-03-02 09:00
company file title="停车难" content="园区停车位不足。" contact=钱 phone=13200000000
clerk accept nature=complaint urgency=normal difficulty=general
dispatcher dispatch unit=housing
handler@housing sign
handler@housing submit outcome=solved reply="已增设五十个车位。" contact_record="电话"
dispatcher pass_reply
visitor visit rating=dissatisfied cause=unit_fault comment="车位太远" => rework, rework due 2026-03-05 17:30, mails request-rework to handler+unit_leader+supervisor, marks bad_rating
handler@housing appeal_rating appeal="企业误解了位置" => rating_review, rework paused, mails request-rating-appealed to supervisor
supervisor keep_rating explanation="属单位沟通不足" => rework, mails request-rating-kept to handler
handler@housing appeal_rating appeal="再次申诉" => refused: the appeal against the rating was refused already
handler@housing submit_rework outcome=solved reply="另在门口增设十个车位。" call_back="回电钱女士" => rework_check, mails request-to-check to dispatcher
dispatcher return_rework faults=unclear => rework, mails request-reply-returned to handler
handler@housing submit_rework outcome=solved reply="另在南门口增设十个车位，三月底启用。" call_back="回电钱女士" => rework_check, mails request-to-check to dispatcher
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor
# Bad again: the supervisor takes it under supervision.
visitor visit rating=very_dissatisfied cause=unit_fault => rework, mails request-rework to handler+unit_leader, mails request-supervised to supervisor+centre_head, marks supervised
handler@housing submit_rework outcome=unfounded reply="车位数量已达规划标准。" call_back="回电钱女士" => rework_check, mails request-to-check to dispatcher
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor
# Dissatisfied, but the reply is lawful.
visitor visit rating=dissatisfied cause=lawful => closed, mails request-closed-lawful to company+handler, marks lawful
# New facts within the window.
company reopen grounds=new_facts explanation="二期投产，车辆翻倍" => in_progress, finish due 2026-03-09 17:30, mails request-reopened to company+handler+unit_leader, marks reopened
company withdraw => refused: a request is withdrawn only before its reply is out
handler@housing submit outcome=solved reply="增设临时停车场。" contact_record="上门"
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor
company rate rating=dissatisfied => rework, mails request-rework to handler+unit_leader, mails request-supervised to supervisor+centre_head
supervisor visit rating=satisfied => refused: only the return visitor may do this
visitor judge_lawful explanation="已达规划标准" => closed, mails request-closed-lawful to company+handler

case Scenario 19: the holidays of next year are not announced
at 2026-12-31 09:00
company file title="融资对接" content="希望对接银行。" contact=吴 phone=13400000000 => submitted, acceptance undated 2027, mails request-filed to company, mails request-to-accept to clerk
# The notice arrives and is imported.
calendar 2027-01-01,holiday => submitted, acceptance due 2027-01-04 17:30

case A consultation is answered on the spot; the company is not content, a unit takes over
at 2026-03-02 09:00
specialist file title="专利补贴" content="专利补贴如何申请。" contact=冯 phone=13100000000 channel=visit
specialist accept nature=consultation urgency=normal => refused: only the intake clerk may do this
company file title="同样问题" content="专利补贴如何申请。" contact=褚 phone=13000000000 as second
on second: clerk merge master=case => merged, mails request-merged to company
clerk accept nature=consultation urgency=normal
clerk answer_on_spot reply="请登录科技局网站申报。" => answered, finish stopped, mails request-answered-on-spot to company, marks direct, second: answered, second: mails request-answered-on-spot to company, second: marks direct
company rate rating=dissatisfied => awaiting_dispatch, finish due 2026-03-04 17:30, mails request-to-dispatch to dispatcher, marks bad_rating, unmarks direct
on second: company rate rating=satisfied => closed, mails request-closed to company+handler
on second: company reopen grounds=promise_broken explanation="网站无法申报" => awaiting_dispatch, mails request-to-dispatch to dispatcher, marks reopened, unmarks direct
dispatcher dispatch unit=science
handler@science sign
handler@science submit outcome=solved reply="已代为申报。" contact_record="电话"
dispatcher pass_reply
# Answered on the spot once, rated badly then; a second bad rating is supervised.
company rate rating=dissatisfied => rework, mails request-rework to handler+unit_leader, mails request-supervised to supervisor+centre_head, marks supervised

case Only a consultation is answered on the spot; who is silent has not rated
at 2026-03-02 09:00
company file title="厂房漏水" content="三号厂房屋面漏水。" contact=李 phone=057788888888
at 2026-03-02 10:00 => submitted
clerk ask_supplement missing="漏水的照片" => awaiting_supplement, acceptance paused, mails request-supplement-asked to company
at 2026-03-04 11:00 => awaiting_supplement
company supplement supplement="照片已发邮箱" => submitted, acceptance due 2026-03-05 17:30, mails request-to-accept to clerk
at 2026-03-05 16:00 => submitted, mails request-due-soon to clerk
at 2026-03-06 08:30 => submitted, mails request-overdue to clerk, marks accepted_late
at 2026-03-09 18:00 => submitted, mails request-overdue to centre_head
clerk accept nature=help urgency=normal difficulty=general => awaiting_dispatch, acceptance late, mails request-accepted to company, mails request-to-dispatch to dispatcher
clerk answer_on_spot reply="请联系物业。" => refused: only a consultation is answered on the spot

case Nobody signs: the system does, and tells the leader; then nobody acts
at 2026-03-02 09:00
company file title="污水管堵塞" content="污水管堵塞外溢。" contact=卫 phone=18800000000
clerk accept nature=complaint urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=housing co_units=urban co_task="清运外溢污水" => awaiting_sign, sign due 2026-03-03 17:30, mails request-dispatched to handler, case/urban: awaiting_sign, case/urban: mails co-handling-given to co_handler
at 2026-03-04 08:30 => in_progress, mails request-signed to company, mails request-auto-signed to handler+unit_leader+dispatcher, marks signed_late
handler@housing object objection=not_our_duty basis="职责清单" => refused: an objection must come before signing
unit_leader@housing reassign colleague=jiang => in_progress, mails request-reassigned to handler
handler:jiang@housing sign => refused: the case is at In progress
company urge words="已外溢三天" => in_progress, mails request-urged to clerk+handler, marks urged
supervisor supervise requirement="两日内疏通" => in_progress, mails request-supervised to handler+unit_leader+centre_head, marks supervised
# Up the ladder, one rung at a time.
company escalate why_up="无人处理" => refused: only
clerk escalate why_up="无人处理" => in_progress, mails request-escalated to unit_leader, marks escalated
clerk escalate why_up="仍无人处理" => in_progress, mails request-escalated to centre_head
supervisor escalate why_up="仍无人处理" => in_progress, mails request-escalated to zone_leader
zone_leader escalate why_up="-" => refused: only
at 2026-03-09 18:00 => in_progress, mails request-due-soon to handler+dispatcher, mails request-overdue to supervisor, mails request-overdue to handler, marks due_soon, marks overdue, unmarks due_soon, case/urban: mails co-handling-due-soon to co_handler, case/urban: mails co-handling-overdue to handler, case/urban: mails co-handling-overdue to co_handler, case/urban: mails co-handling-overdue to supervisor, case/urban: marks overdue
at 2026-03-10 18:00 => in_progress, mails request-overdue to unit_leader
at 2026-03-12 18:00 => in_progress, mails request-overdue to centre_head
at 2026-03-17 18:00 => in_progress, mails request-overdue to zone_leader, marks long_overdue
handler:jiang@housing ask_extension days=1 extension_reason="太迟" => refused: at least one working day before
handler:jiang@housing ask_company missing="井盖编号" => awaiting_company, finish paused, mails request-supplement-asked to company
unit_leader@housing answer supplement="-" => refused: only
company answer supplement="12号井" => in_progress, mails request-answered to handler
at 2026-03-18 09:00 => in_progress
on case/urban: handler:jiang@housing waive words="已由住建局清运" => waived, mails co-handling-waived to co_handler
handler:jiang@housing submit outcome=solved reply="管道已疏通。" contact_record="电话" => awaiting_check, mails request-to-check to dispatcher
# Nobody checks it in time.
at 2026-03-23 09:00 => awaiting_check, mails request-decision-overdue to dispatcher, mails request-decision-overdue to centre_head
dispatcher pass_reply => replied, finish late, mails request-replied to company, mails request-to-visit to visitor, marks finished_late, unmarks overdue, unmarks long_overdue, unmarks urged
# Nor does anybody call back.
at 2026-03-27 09:00 => replied, mails request-visit-overdue to visitor+centre_head, marks visit_late
company rate rating=dissatisfied => rework, mails request-rework to handler+unit_leader+supervisor, marks bad_rating
# Rework is late too.
at 2026-04-01 18:00 => rework, mails request-due-soon to handler, mails request-overdue to supervisor, mails request-overdue to handler, marks due_soon, marks overdue, unmarks due_soon
at 2026-04-02 18:00 => rework, mails request-overdue to unit_leader
at 2026-04-13 09:00 => rework, mails request-overdue to centre_head, mails request-overdue to zone_leader, marks long_overdue
handler:jiang@housing submit_rework outcome=solved reply="已更换管道。" call_back="回电卫先生" => rework_check, mails request-to-check to dispatcher
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor, unmarks overdue, unmarks long_overdue
company rate rating=satisfied => closed, mails request-closed to company+handler

case An urgent matter at night signs itself in half an hour; the unit may still object in the morning
at 2026-03-02 18:00
company file title="燃气异味" content="车间有燃气异味。" contact=蒋 phone=18700000000
clerk accept nature=help urgency=urgent difficulty=simple => awaiting_dispatch, finish due 2026-03-03 18:00, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=housing => awaiting_sign, sign due 2026-03-02 18:30, mails request-dispatched to handler
at 2026-03-02 19:00 => in_progress, mails request-signed to company, mails request-auto-signed to handler+unit_leader+dispatcher, marks signed_late
at 2026-03-03 09:00 => in_progress
handler@housing object objection=not_our_duty basis="燃气由城管局主管" => return_review, mails request-objected to dispatcher
dispatcher refer decision="请审定" => adjudication, mails request-to-adjudicate to adjudicator
adjudicator adjudicate unit=urban decision="由城管局主办" => awaiting_sign, mails request-adjudicated to handler, marks dispatch_final
handler@urban submit outcome=solved reply="已处置泄漏。" contact_record="现场" => refused: the case is at Awaiting sign-off
at 2026-03-03 10:30 => in_progress, mails request-signed to company, mails request-auto-signed to handler+unit_leader+dispatcher
handler@urban submit outcome=solved reply="已处置泄漏。" contact_record="现场" => awaiting_check, mails request-to-check to dispatcher
company withdraw => withdrawn, mails request-withdrawn to company+handler

case What must happen at once
at 2026-03-02 09:00
company file title="配电房起火" content="配电房冒烟，已断电。" contact=沈 phone=18600000000
clerk accept nature=help urgency=critical difficulty=simple => awaiting_dispatch, finish due 2026-03-02 11:00, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=housing => awaiting_sign, mails request-dispatched to handler
dispatcher recall_dispatch decision="应由应急局主办" => awaiting_dispatch, mails request-dispatch-recalled to handler
company withdraw comment="已处置" => withdrawn, mails request-withdrawn to company+handler

case A unit goes on when the company does not answer; a promise is broken; the hold is too long
at 2026-03-02 09:00
company file title="用地手续" content="扩建用地如何办理。" contact=孙 phone=13600000000
clerk accept nature=help urgency=normal difficulty=complex => awaiting_dispatch, finish due 2026-03-23 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=land
handler@land sign
handler@land ask_company missing="扩建面积" => awaiting_company, finish paused, mails request-supplement-asked to company
at 2026-03-23 18:00 => in_progress, mails request-answered to handler
handler@land give_stage_reply stage_reply="面积未定，先报规划。" next_on=2026-03-25 => stage_replied, mails request-stage-replied to company+unit_leader
at 2026-03-26 09:00 => in_progress, mails request-promised-day to handler, mails request-promise-broken to handler+unit_leader, marks promise_broken
handler@land give_stage_reply stage_reply="规划已受理。" next_on=2026-03-31 => stage_replied, mails request-stage-replied to company+unit_leader
handler@land ask_hang hang_reason="待规划" recheck_on=2026-12-01 => hang_review, mails request-hang-asked to centre_head
centre_head refuse_hang decision="理由不足" => in_progress, mails request-hang-refused to handler
handler@land ask_hang hang_reason="待规划委员会九月会议" recheck_on=2026-12-01 => hang_review, mails request-hang-asked to centre_head
centre_head grant_hang => hung, mails request-hung to company+handler, marks hanging
unit_leader@land grant_hang => refused: only the head of the centre
at 2026-10-20 09:00 => hung, mails request-over-ceiling to unit_leader+centre_head+zone_leader, mails request-hangs-long to handler+unit_leader+centre_head, marks over_ceiling
handler@land resume => in_progress, unmarks hanging
handler@land give_stage_reply stage_reply="规划已批。" next_on=2026-10-30 => stage_replied, mails request-stage-replied to company+unit_leader
handler@land submit outcome=solved reply="用地手续已批。" contact_record="上门" => awaiting_check, mails request-to-check to dispatcher
dispatcher pass_reply => replied, mails request-replied to company, mails request-to-visit to visitor

case A matter that belongs elsewhere is not accepted; what was merged into it goes back to intake
at 2026-03-02 09:00
company file title="合同纠纷" content="与供应商的合同纠纷。" contact=陈 phone=13900000000
company file title="合同纠纷（补充）" content="同一合同。" contact=陈 phone=13900000000 as second
on second: clerk merge master=case => merged, mails request-merged to company
clerk not_accept reason=in_litigation => refused: 表单有 1 处需要改正
clerk not_accept reason=in_litigation explanation="请向法院起诉" => not_accepted, acceptance stopped, mails request-not-accepted to company, second: submitted, second: mails request-unmerged to company, second: mails request-to-accept to clerk
on second: company withdraw => withdrawn, mails request-withdrawn to company+handler

case A company that never sends its supplement withdraws by silence
at 2026-03-02 09:00
company file title="停电" content="每天下午停电。" contact=赵 phone=13700000000
clerk ask_supplement missing="电表号" => awaiting_supplement, mails request-supplement-asked to company
clerk escalate why_up="企业联系不上" => awaiting_supplement, mails request-escalated to centre_head, marks escalated
at 2026-03-24 09:00 => withdrawn, mails request-withdrawn to company

case A merged request is not forgotten
at 2026-03-02 09:00
company file title="噪声" content="夜间噪声。" contact=韩 phone=18500000000
company file title="夜间噪声" content="同上。" contact=杨 phone=18400000000 as second
on second: clerk merge master=case => merged, mails request-merged to company
clerk ask_supplement missing="时间和地点" => awaiting_supplement, mails request-supplement-asked to company
at 2026-03-10 09:00 => awaiting_supplement
company supplement supplement="夜里十一点，北门" => submitted, mails request-to-accept to clerk
clerk accept nature=complaint urgency=normal difficulty=simple => awaiting_dispatch, mails request-accepted to company, mails request-to-dispatch to dispatcher
dispatcher dispatch unit=urban
handler@urban sign
handler@urban ask_company missing="证据" => awaiting_company, mails request-supplement-asked to company
at 2026-03-31 18:00 => in_progress, mails request-answered to handler
handler@urban ask_hang hang_reason="待夜间监测" recheck_on=2026-06-30 => hang_review, mails request-hang-asked to centre_head
centre_head grant_hang => hung, mails request-hung to company+handler, marks hanging
at 2026-04-20 09:00 => hung, second: mails request-overdue to clerk+supervisor, second: marks overdue
on second: company withdraw => withdrawn, mails request-withdrawn to company+handler, unmarks overdue

case A zone gives general matters three working days; nobody of the unit is there when it is overdue
at 2026-03-02 09:00
company file title="班车" content="希望增开班车。" contact=秦 phone=18300000000
clerk accept nature=advice urgency=normal difficulty=general => awaiting_dispatch, finish due 2026-03-09 17:30, mails request-accepted to company, mails request-to-dispatch to dispatcher
limit general = 3wd => awaiting_dispatch, finish due 2026-03-05 17:30
dispatcher dispatch unit=transport
handler@transport sign
absent handler
absent unit_leader
at 2026-03-06 09:00 => in_progress, mails request-due-soon to handler+dispatcher, mails request-overdue to supervisor, mails request-overdue to handler, mails request-overdue to unit_leader, mails request-overdue to centre_head, marks due_soon, marks overdue, unmarks due_soon

case Urged five times, and then somebody higher has to hear of it
at 2026-03-02 09:00
company file title="道路破损" content="厂区外道路破损。" contact=李 phone=057788888888
company urge words="请尽快" => submitted, mails request-urged to clerk+handler, marks urged
company urge words="请尽快" => submitted, mails request-urged to clerk+handler
company urge words="请尽快" => submitted, mails request-urged to clerk+handler
company urge words="请尽快" => submitted, mails request-urged to clerk+handler
company urge words="请尽快" => submitted, mails request-urged to clerk+handler
company urge => refused: it was urged five times
clerk urge => refused: 已催办五次
