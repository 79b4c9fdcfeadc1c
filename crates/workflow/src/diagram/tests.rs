use super::mermaid;
use crate::tests::scene::{REQUEST_V1, parse};
use crate::tests::together::{LEAD_V2, PART_V1};
use crate::text::Language;

const REGIONS: &str = r#"
process = "regions"
version = 1
prefix = "R"
title = { zh = "域", en = "Regions" }
role.owner = { is = "applicant", title = { zh = "主", en = "the owner" } }
state.both = { parallel = true, phase = "active", title = { zh = "并", en = "Both: \"at once\"; #1" } }
state.left = { in = "both", title = { zh = "左", en = "Left" } }
state.l1 = { in = "left", title = { zh = "左一", en = "L1" } }
state.l2 = { in = "left", final = true, title = { zh = "左二", en = "L2" } }
state.right = { in = "both", title = { zh = "右", en = "Right" } }
state.over = { phase = "done", title = { zh = "终", en = "Over" } }
[action.open]
title = { zh = "开", en = "Open: \"now\"; #1" }
opens = true
by = ["owner"]
[action.look]
title = { zh = "看", en = "Look" }
by = ["owner"]
from = ["right"]
[action.go]
title = { zh = "走", en = "Go" }
by = ["owner"]
from = ["l1"]
to = "l2"
[automatic.done]
title = { zh = "毕", en = "Done" }
from = ["both"]
on = "done left"
to = "over"
"#;

#[test]
fn states_lie_within_states_regions_side_by_side_and_arrows_within_what_they_stay_in() {
    let drawn = mermaid(&parse(REGIONS), Language::En);
    let expected = "stateDiagram-v2
    [*] --> both: Open#colon; #quot;now#quot;#semi; #35;1 (the owner)
    state \"Both: #quot;at once#quot;; #1\" as both {
        state \"Left\" as left {
            [*] --> l1
            state \"L1\" as l1
            state \"L2\" as l2
            l2 --> [*]
            l1 --> l2: Go (the owner)
        }
        --
        state \"Right\" as right
        right --> right: Look (the owner)
    }
    state \"Over\" as over
    both --> over: ⚡ Done
";
    assert_eq!(drawn, expected);
}

#[test]
fn every_state_is_drawn_once_and_every_way_on_has_its_arrow_in_either_language() {
    for language in Language::ALL {
        let drawn = mermaid(&REQUEST_V1, language);
        for (key, state) in &REQUEST_V1.states {
            let line = format!("state \"{}\" as {key}", state.title.get(language));
            assert_eq!(drawn.matches(&line).count(), 1, "{line}");
        }
        for action in REQUEST_V1.actions.values() {
            let arrows = drawn.matches(&format!(": {}", action.title.get(language))).count();
            let ways = action.from.len() * action.branches.len();
            assert!(arrows >= ways.max(1), "{}", action.title.en);
        }
        assert!(drawn.contains("replied --> closed: ⏱ 15wd "));
    }
}

#[test]
fn what_cases_have_to_do_with_each_other_is_drawn() {
    let drawn = mermaid(&LEAD_V2, Language::En);
    for arrow in [
        "filed --> busy: Dispatch (the clerk) ⇉ part *",
        "busy --> busy: Audit (the head) ⇉ part",
        "busy --> filed: Give back (the handler) ✉ recalled",
        "busy --> replied: Reply (the handler) ✉ master_replied",
        "hung --> busy: 📅 Re-check on Back to work",
        "filed --> replied: ⏱ Hard matter 15wd Lapsed",
        "merged --> replied: ✉ The master is replied",
    ] {
        assert!(drawn.lines().any(|line| line.trim() == arrow), "{arrow}\n{drawn}");
    }
    assert!(mermaid(&PART_V1, Language::Zh).contains("[*] --> begun: 发起（由其他事项发起）"));
}
