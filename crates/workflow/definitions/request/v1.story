# The story of a company's request. Whoever ordered the process can read it; `workflow story` plays it.
# Working hours are 08:30-12:00 and 13:30-17:30. The National Day holiday of 2022 ran from 1 to 7 October;
# 8 and 9 October, a weekend, were make-up working days.

case A consultation filed before the holiday is answered in time
at 2022-09-30 16:50
company         file title="招不到研发人员" content="两个月没有招到合适的研发人员，请帮助对接高校。" contact=王 phone=13800000000 topic=labour  => submitted, mails request-filed to company, mails request-to-accept to clerk, acceptance due 2022-10-08 17:30
stranger        withdraw                                     => refused: only the company may do this
dispatcher      accept kind=consultation urgency=normal      => refused: only the intake clerk may do this
clerk           accept kind=consultation                     => refused: urgency must be answered
at 2022-10-08 10:00
clerk           accept kind=consultation urgency=normal      => awaiting_dispatch, mails request-accepted to company, mails request-to-dispatch to dispatcher, acceptance stopped, finish due 2022-10-10 17:30
clerk           accept kind=consultation urgency=normal      => refused: the case is at Awaiting dispatch
clerk           dispatch unit=industry                       => refused: 只有派单员可以办理
dispatcher      dispatch unit=industry instruction="请先电话联系企业"  => awaiting_sign, mails request-dispatched to handler
handler@housing sign                                         => refused: only the handler may do this
handler@industry sign                                        => in_progress, mails request-signed to company
handler:li@industry reply outcome=solved reply="已对接三所高校。"  => refused: only the handler may do this
supervisor      reply outcome=solved reply="已对接三所高校。"    => refused: only the handler may do this
handler@industry reply outcome=planned reply="列入下月招聘会。"   => refused: what is not solved needs a day after today
handler@industry reply outcome=planned reply="列入下月招聘会。" follow_up_on=2022-10-08  => refused: 今天之后
# The clock warns one working day before it is due: at the end of 9 October, so not on the 8th.
at 2022-10-09 17:00
handler@industry reply outcome=solved reply="已对接三所高校。" note="联系人王女士"  => replied, mails request-replied to company, finish stopped
company         withdraw                                     => refused: the case is at Replied, awaiting rating
company         confirm rating=satisfied comment="很快"        => closed, mails request-closed to company+handler
company         withdraw                                     => refused: 现处“已办结”

case A supplement stops the clock of acceptance while the company looks for it
at 2026-03-02 09:00
company         file title="厂房漏水" content="三号厂房屋面漏水。" contact=李 phone=057788888888  => submitted, mails request-filed to company, mails request-to-accept to clerk, acceptance due 2026-03-03 17:30
at 2026-03-02 10:00
clerk           ask_supplement missing="漏水的照片"            => awaiting_supplement, mails request-supplement-asked to company, acceptance paused
# Two working days pass; acceptance is due two working days later.
at 2026-03-04 11:00
company         supplement supplement="照片已发邮箱"            => submitted, mails request-to-accept to clerk, acceptance due 2026-03-05 17:30
# Two working hours before it is due the clerk is warned; once it is over, the supervisor is told too.
at 2026-03-05 16:00                                          => mails request-due-soon to clerk, acceptance due 2026-03-05 17:30
at 2026-03-06 08:30                                          => marks accepted_late, mails request-overdue to clerk+supervisor, acceptance overdue
clerk           accept kind=general urgency=normal           => awaiting_dispatch, mails request-accepted to company, mails request-to-dispatch to dispatcher, acceptance late, finish due 2026-03-13 17:30
dispatcher      dispatch unit=housing                        => awaiting_sign, mails request-dispatched to handler
# Sent to the wrong unit: dispatched once more before anybody signed.
dispatcher      dispatch unit=industry                       => awaiting_sign, mails request-dispatched to handler
handler@housing sign                                         => refused: only the handler may do this
handler@industry sign                                        => in_progress, mails request-signed to company
at 2026-03-09 09:00
handler@industry ask_company missing="合同编号"                => awaiting_company, mails request-supplement-asked to company, finish paused
at 2026-03-10 15:00
company         answer supplement="合同编号为 2025-118"         => in_progress, mails request-answered to handler, finish due 2026-03-16 17:30
# One working day before it is due, the end of 13 March, the handler and the dispatcher are warned.
at 2026-03-16 09:00                                          => marks due_soon, mails request-due-soon to handler+dispatcher, finish due 2026-03-16 17:30
at 2026-03-17 08:30                                          => unmarks due_soon, marks overdue, mails request-overdue to handler+supervisor, finish overdue
handler@industry reply outcome=planned reply="四月维修屋面。" follow_up_on=2026-04-30  => replied, unmarks overdue, mails request-replied to company, finish late
# The company is not satisfied: the matter is done again, on a clock of its own.
company         confirm rating=dissatisfied                  => rework, marks bad_rating, mails request-rework to handler+supervisor, rework due 2026-03-20 17:30
at 2026-03-20 09:00                                          => marks due_soon, mails request-due-soon to handler, rework due 2026-03-20 17:30
at 2026-03-21 09:00                                          => unmarks due_soon, marks overdue, mails request-overdue to handler+supervisor, rework overdue
handler@industry reply outcome=solved reply="屋面已修好。"       => replied, unmarks overdue, mails request-replied to company, rework late
# Silence is no rating: after fifteen working days the request closes unrated. 6 April is a rest day.
at 2026-04-13 18:00                                          => closed, mails request-closed to company+handler

case A matter that belongs elsewhere is not accepted
at 2026-03-02 09:00
company         file title="合同纠纷" content="与供应商的合同纠纷。" contact=陈 phone=13900000000
clerk           not_accept reason=in_litigation              => refused: 表单有 1 处需要改正
clerk           not_accept reason=in_litigation explanation="请向法院起诉"  => not_accepted, mails request-not-accepted to company, acceptance stopped

case A company that never sends its supplement withdraws by silence
at 2026-03-02 09:00
company         file title="停电" content="每天下午停电。" contact=赵 phone=13700000000
clerk           ask_supplement missing="电表号"               => awaiting_supplement, mails request-supplement-asked to company
at 2026-03-23 17:30                                          => withdrawn, mails request-withdrawn to company, acceptance cancelled

case A unit goes on when the company does not answer, until the company withdraws
at 2026-03-02 09:00
company         file title="用地手续" content="扩建用地如何办理。" contact=孙 phone=13600000000
clerk           accept kind=complex urgency=urgent           => awaiting_dispatch, mails request-accepted to company, mails request-to-dispatch to dispatcher, finish due 2026-03-23 17:30
dispatcher      dispatch unit=industry
handler@industry sign
handler@industry ask_company missing="扩建面积"                => awaiting_company, mails request-supplement-asked to company, finish paused
at 2026-03-23 17:30                                          => in_progress, mails request-answered to handler, finish due 2026-04-14 17:30
company         withdraw comment="已不再扩建"                  => withdrawn, mails request-withdrawn to company+handler, finish cancelled

case Rework is called off with the request
at 2026-03-02 09:00
company         file title="路灯" content="园区北路路灯不亮。" contact=周 phone=13500000000
clerk           accept kind=general urgency=normal
dispatcher      dispatch unit=industry
handler@industry sign
handler@industry reply outcome=solved reply="已更换路灯。"
company         confirm rating=very_dissatisfied             => rework, marks bad_rating, mails request-rework to handler+supervisor, rework due 2026-03-05 17:30
at 2026-03-05 08:30                                          => marks due_soon, mails request-due-soon to handler
company         withdraw                                     => withdrawn, unmarks due_soon, mails request-withdrawn to company+handler, rework cancelled

case A request filed on the last day of the year whose notice is known waits for the next
at 2026-12-31 09:00
company         file title="融资对接" content="希望对接银行。" contact=吴 phone=13400000000  => submitted, mails request-filed to company, mails request-to-accept to clerk, acceptance undated 2027
