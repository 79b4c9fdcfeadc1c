# The story of co-handling. Another case opens it: a request that is dispatched with co-units.
# Working hours are 08:30-12:00 and 13:30-17:30.

case The co-unit answers in time
at 2026-03-02 09:00
spawned co_handler@education title="职工子女入学" task="核实周边学位" lead_due_on=2026-03-09 => awaiting_sign, finish due 2026-03-05 17:30, mails co-handling-given to co_handler
told lead_changed => awaiting_sign
handler@education sign => refused: only the co-handler may do this
co_handler@education sign => in_progress
co_handler@education waive words="-" => refused: only
supervisor urge words="家长着急" => in_progress, mails co-handling-urged to co_handler, marks urged
dispatcher sign => refused: only the co-handler
supervisor waive words="-" => refused: only
co_handler@education reassign colleague=wu => in_progress, mails co-handling-given to co_handler
co_handler:wu@education answer answer="尚有二十个学位。" => answered, finish stopped, mails co-handling-answered to handler

case A lead that is due soon leaves less time; the co-unit is late, and silent
at 2026-03-02 09:00
spawned co_handler@housing title="居住登记" task="核实登记" lead_due_on=2026-03-05 => awaiting_sign, finish due 2026-03-04 17:30, mails co-handling-given to co_handler
at 2026-03-04 09:00 => awaiting_sign, mails co-handling-due-soon to co_handler
at 2026-03-05 09:00 => awaiting_sign, mails co-handling-overdue to handler, mails co-handling-overdue to co_handler, marks overdue
at 2026-03-06 09:00 => awaiting_sign, mails co-handling-overdue to supervisor
dispatcher waive words="不再等待" => waived, finish cancelled, mails co-handling-waived to co_handler

case A late answer stays late
at 2026-03-02 09:00
spawned co_handler@housing title="居住登记" task="核实登记" => awaiting_sign, finish due 2026-03-05 17:30, mails co-handling-given to co_handler
co_handler@housing sign
at 2026-03-06 09:00 => in_progress, mails co-handling-due-soon to co_handler, mails co-handling-overdue to handler, mails co-handling-overdue to co_handler, marks overdue
co_handler@housing answer answer="已核实。" => answered, finish late, mails co-handling-answered to handler, marks finished_late, unmarks overdue

case The request is withdrawn
at 2026-03-02 09:00
spawned co_handler@housing title="居住登记" task="核实登记"
told recalled => recalled, mails co-handling-recalled to co_handler
