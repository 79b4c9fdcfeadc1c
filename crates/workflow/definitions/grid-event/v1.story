# The story of a grid event. `workflow story` plays it.
# Working hours are 08:30-12:00 and 13:30-17:30.

case The micro-grid solves it the same day
at 2026-03-02 09:00
micro_grid_head:lin report title="路灯不亮" content="三组路口路灯不亮。" place="三组路口" village=laisu resident="陈大妈 13800000000" hide_resident=yes => reported, verify due 2026-03-02 14:30, mails grid-event-reported to grid_worker
micro_grid_head:lin verify level=self pace=at_once => refused: only the grid worker may do this
grid_worker@laisu verify level=self pace=at_once => self_handling, verify stopped, handle due 2026-03-02 17:30, mails grid-event-to-handle to micro_grid_head
village@laisu solve feedback="已更换灯泡。" => refused: only the micro-grid head may do this
micro_grid_head:lin allow_time days=2 words="-" => refused: only the town's command room may do this
micro_grid_head:lin solve feedback="已更换灯泡。" => fed_back, handle paused, mails grid-event-to-check to grid_worker
# The lamp is still dark: back it goes to where it was.
grid_worker@laisu fail_check words="仍不亮" => self_handling, mails grid-event-returned to handler+village+micro_grid_head
micro_grid_head:lin solve feedback="已更换线路。" => fed_back, mails grid-event-to-check to grid_worker
grid_worker@laisu pass_check => checked, handle stopped, mails grid-event-to-rate to micro_grid_head
micro_grid_head:wu rate rating=satisfied => refused: only the micro-grid head may do this
micro_grid_head:lin rate rating=satisfied => archived

case Up the line: the village, the town, a station, and a second time
at 2026-03-02 09:00
micro_grid_head:lin report title="河道垃圾" content="河道漂浮垃圾成片。" place="南桥" village=laisu
grid_worker@laisu verify level=self pace=hard => self_handling, handle due 2026-03-11 17:30, mails grid-event-to-handle to micro_grid_head
micro_grid_head:lin pass_to_village words="需要打捞船" => village_handling, mails grid-event-to-handle to village
grid_worker@laisu pass_to_town words="-" => refused: only the village may do this
village@nanqiao pass_to_town words="跨村河道" => refused: only the village may do this
village@laisu pass_to_town words="跨村河道" => awaiting_dispatch, mails grid-event-to-dispatch to command_room
handler@water dispatch station=water => refused: only
command_room dispatch station=urban => awaiting_sign, mails grid-event-dispatched to handler
handler@urban send_back words="河道属水利站" => awaiting_dispatch, mails grid-event-to-dispatch to command_room
command_room dispatch station=water words="请一周内清理" => awaiting_sign, mails grid-event-dispatched to handler
handler@water sign => in_progress
command_room allow_time days=9 words="汛期" => refused: 表单有 1 处需要改正
command_room allow_time days=8 words="汛期" => in_progress, handle due 2026-03-23 17:30, mails grid-event-extended to handler+micro_grid_head
command_room allow_time days=1 words="再延" => refused: only a hard event gets more time
handler@water solve_in_town feedback="已清理。" => fed_back, mails grid-event-to-check to grid_worker
grid_worker@laisu pass_check => checked, mails grid-event-to-rate to micro_grid_head
micro_grid_head:lin rate rating=dissatisfied words="两岸未清" => in_progress, marks bad_rating, mails grid-event-returned to handler+village+grid_worker
handler@water solve_in_town feedback="两岸已清。" => fed_back, mails grid-event-to-check to grid_worker
grid_worker@laisu pass_check => checked, mails grid-event-to-rate to micro_grid_head
# Silence is no rating.
at 2026-03-12 09:00 => archived, marks not_rated

case Overdue, then up to the district
at 2026-03-02 09:00
micro_grid_head report title="违建" content="沿街违建。" place="北街" village=laisu
at 2026-03-02 16:00 => reported, mails grid-event-overdue to grid_worker+command_room
grid_worker@laisu verify level=village pace=ordinary => village_handling, handle due 2026-03-05 17:30, mails grid-event-to-handle to village
village@laisu pass_to_town words="需要执法" => awaiting_dispatch, mails grid-event-to-dispatch to command_room
command_room dispatch station=urban => awaiting_sign, mails grid-event-dispatched to handler
handler@urban sign => in_progress
at 2026-03-05 09:00 => in_progress, mails grid-event-due-soon to handler+grid_worker
at 2026-03-06 09:00 => in_progress, mails grid-event-overdue to handler, marks overdue
at 2026-03-07 09:00 => in_progress, mails grid-event-overdue to grid_worker
at 2026-03-10 09:00 => in_progress, mails grid-event-overdue to command_room
command_room allow_time days=1 words="超期" => refused: only a hard event
command_room pass_to_district words="需要区级联合执法" => district_handling, mails grid-event-to-handle to district
district verify level=self pace=hard => refused: only the grid worker may do this
district solve_in_district feedback="已拆除。" => fed_back, mails grid-event-to-check to grid_worker
grid_worker@laisu pass_check => checked, mails grid-event-to-rate to micro_grid_head, marks finished_late, unmarks overdue
micro_grid_head rate rating=satisfied => archived

case A hard event that is overdue gets no more time
at 2026-03-02 09:00
micro_grid_head report title="积水" content="低洼处积水。" place="东路" village=laisu
grid_worker@laisu verify level=town pace=hard => awaiting_dispatch, mails grid-event-to-dispatch to command_room
command_room dispatch station=water
handler@water sign
at 2026-03-12 09:00 => in_progress, mails grid-event-due-soon to handler+grid_worker, mails grid-event-overdue to handler, marks overdue
command_room allow_time days=3 words="下雨" => refused: it is overdue already
command_room transfer_to_emergency line=l119 => to_emergency, mails grid-event-ended to micro_grid_head, unmarks overdue

case The village solves it; the district at once
at 2026-03-02 09:00
micro_grid_head report title="邻里纠纷" content="晾晒占道。" place="二组" village=laisu
grid_worker@laisu verify level=village pace=ordinary => village_handling, mails grid-event-to-handle to village
village@laisu solve_in_village feedback="已调解。" => fed_back, mails grid-event-to-check to grid_worker
case Straight to the district
at 2026-03-02 09:00
micro_grid_head report title="桥面裂缝" content="桥面裂缝。" place="南桥" village=laisu
grid_worker@laisu verify level=district pace=ordinary => district_handling, mails grid-event-to-handle to district

case Ways out: a duplicate
at 2026-03-02 09:00
micro_grid_head report title="路灯不亮" content="同上。" place="三组路口" village=laisu
grid_worker@laisu is_duplicate other=first => duplicate, mails grid-event-ended to micro_grid_head
case Ways out: false
at 2026-03-02 09:00
micro_grid_head report title="异响" content="夜间异响。" place="五组" village=laisu
grid_worker@laisu is_false words="现场未发现" => unfounded, mails grid-event-ended to micro_grid_head
case Ways out: not on the list, seen by the town
at 2026-03-02 09:00
micro_grid_head report title="代办保险" content="请代办车险。" place="五组" village=laisu
grid_worker@laisu verify level=town pace=ordinary => awaiting_dispatch, mails grid-event-to-dispatch to command_room
command_room is_out_of_list words="不在准入清单，请自行办理" => out_of_list, mails grid-event-ended to micro_grid_head
# Scenario 18: a factory smells; the enterprise desk files the request, the event names it.
case Scenario 18: residents report a factory; the enterprise desk takes it
at 2026-03-02 09:00
micro_grid_head report title="工厂异味" content="夜间有刺鼻气味。" place="工业路" village=laisu
grid_worker@laisu transfer_to_desk request=QX => to_desk, mails grid-event-ended to micro_grid_head
