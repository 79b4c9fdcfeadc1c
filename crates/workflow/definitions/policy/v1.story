# The story of a policy. `workflow story` plays it.
# Working hours are 08:30-12:00 and 13:30-17:30.

case Written, checked, tried, published by a second person, in force to a day, reminded of its end, run out
at 2026-03-02 09:00
policy_publisher write_policy title="研发投入奖励" policy=hz-rdc-2026 begins_on=2026-04-01 term=open => refused: only the author may do this
policy_author:lin write_policy title="研发投入奖励" policy=hz-rdc-2026 begins_on=2026-04-01 term=dated => refused: a policy to a day names that day
policy_author:lin write_policy title="研发投入奖励" policy=hz-rdc-2026 begins_on=2026-04-01 term=dated ends_on=2026-12-31 document="临开管〔2026〕3号" => drafted, publication due 2026-03-11 17:30, mails policy-to-check to policy_author
policy_author:wu change_policy title="-" begins_on=2026-04-01 term=open => refused: only the author may do this
policy_author:lin record_check digest=0000000000000000000000000000000000000000000000000000000000000000 findings=2 => refused: the check still finds something
policy_author:lin record_check digest=0000000000000000000000000000000000000000000000000000000000000000 findings=0 => checked_over
policy_officer record_trial digest=1111111111111111111111111111111111111111111111111111111111111111 cases=6 failed=0 reach=212 => refused: the text is not the one that was checked
policy_officer record_trial digest=0000000000000000000000000000000000000000000000000000000000000000 cases=6 failed=1 reach=212 => refused: all cases must come out as told
policy_officer record_trial digest=0000000000000000000000000000000000000000000000000000000000000000 cases=0 failed=0 reach=212 => refused: must be at least 1
policy_officer record_trial digest=0000000000000000000000000000000000000000000000000000000000000000 cases=6 failed=0 reach=212 cost=4240000000 => tried, mails policy-to-publish to policy_publisher
policy_officer release_policy digest=0000000000000000000000000000000000000000000000000000000000000000 => refused: only the publisher may do this
# Lin wrote it: Lin may not publish it, whatever else Lin is.
policy_publisher:lin release_policy digest=0000000000000000000000000000000000000000000000000000000000000000 => refused: who wrote it may not publish it
policy_publisher return_policy opinion="条款三与文件不符" => drafted, mails policy-returned to policy_author
policy_author:lin change_policy title="研发投入奖励（2026年版）" begins_on=2026-04-01 term=dated ends_on=2026-12-31 => drafted
policy_author:lin record_check digest=1111111111111111111111111111111111111111111111111111111111111111 findings=0 => checked_over
policy_author:lin record_trial digest=1111111111111111111111111111111111111111111111111111111111111111 cases=6 failed=0 reach=207 => tried, mails policy-to-publish to policy_publisher
policy_publisher:he release_policy digest=0000000000000000000000000000000000000000000000000000000000000000 => refused: the text is not the one that was checked
policy_publisher:he release_policy digest=1111111111111111111111111111111111111111111111111111111111111111 => announced, publication stopped, mails policy-published to policy_author+policy_officer
# Published twice at once: the second finds it published.
policy_publisher:he release_policy digest=1111111111111111111111111111111111111111111111111111111111111111 => refused: the case is at Published, not in force yet
at 2026-03-31 17:00 => announced
at 2026-04-01 00:00 => in_force_dated, validity due 2026-12-31 17:30
at 2026-12-04 08:00 => in_force_dated, mails policy-expiring to policy_author+policy_officer
at 2026-12-31 08:00 => run_out, validity stopped, mails policy-ended to policy_author+policy_officer

case Published late, in force at once and without an end, then followed by its next version
at 2026-03-02 09:00
policy_author:lin write_policy title="稳岗返还" policy=hz-wengang-2026 begins_on=2026-01-01 term=open => drafted, publication due 2026-03-11 17:30, mails policy-to-check to policy_author
at 2026-03-10 09:00 => drafted, mails policy-due-soon to policy_author
at 2026-03-12 09:00 => drafted, publication overdue, mails policy-overdue to policy_author+policy_publisher
policy_author:lin record_check digest=0000000000000000000000000000000000000000000000000000000000000000 findings=0
policy_author:lin record_trial digest=0000000000000000000000000000000000000000000000000000000000000000 cases=3 failed=0 reach=40
policy_publisher release_policy digest=0000000000000000000000000000000000000000000000000000000000000000 => announced, publication late, mails policy-published to policy_author+policy_officer
at 2026-03-12 09:01 => in_force_open
policy_author:lin write_policy title="稳岗返还（第二版）" policy=hz-wengang-2026b begins_on=2026-07-01 term=open as second
policy_publisher follow_by successor=second => outdated, mails policy-ended to policy_author+policy_officer

case Withdrawn, left off, and over before it was published
at 2026-03-02 09:00
policy_author:lin write_policy title="甲政策" policy=a begins_on=2026-04-01 term=open as first
on first: policy_author:lin record_check digest=0000000000000000000000000000000000000000000000000000000000000000 findings=0
on first: policy_author:lin record_trial digest=0000000000000000000000000000000000000000000000000000000000000000 cases=3 failed=0 reach=40
on first: policy_publisher release_policy digest=0000000000000000000000000000000000000000000000000000000000000000
on first: policy_publisher take_back opinion="上位政策调整" => taken_back, mails policy-ended to policy_author+policy_officer
policy_author:lin write_policy title="乙政策" policy=b begins_on=2026-04-01 term=open as second
on second: policy_author:lin abandon opinion="不再出台" => abandoned, publication cancelled
policy_author:lin write_policy title="丙政策" policy=c begins_on=2026-01-01 term=dated ends_on=2026-03-02 as third
on third: policy_author:lin record_check digest=0000000000000000000000000000000000000000000000000000000000000000 findings=0
on third: policy_author:lin record_trial digest=0000000000000000000000000000000000000000000000000000000000000000 cases=3 failed=0 reach=40
on third: policy_publisher release_policy digest=0000000000000000000000000000000000000000000000000000000000000000 => refused: its time is over already
