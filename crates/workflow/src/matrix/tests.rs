use super::matrix;
use crate::tests::scene::REQUEST_V1;
use crate::tests::together::{LEAD_V2, PART_V1};
use crate::text::Language;

#[test]
fn rights_are_printed_in_either_language_with_guards_by_name_and_what_they_say() {
    let printed = matrix(&REQUEST_V1, Language::Zh);
    assert!(printed.starts_with("# 企业诉求（第 1 版）：谁可以做什么\n"));
    assert!(
        printed.contains("| 办理中 | 撤回 |  |  | 请企业说明<br>答复 [date_if_unsolved] |  |\n"),
        "{printed}"
    );
    assert!(printed.contains("| （尚未立案） | 提交诉求 |"));
    assert!(printed.ends_with("- [date_if_unsolved]: 未解决的事项须填写今天之后的下次反馈日期\n"));
}

#[test]
fn every_row_has_a_cell_for_every_role() {
    for language in Language::ALL {
        let printed = matrix(&REQUEST_V1, language);
        let rows = printed.lines().filter(|line| line.starts_with('|'));
        let cells: Vec<usize> = rows.map(|row| row.matches(" |").count()).collect();
        assert_eq!(cells.len(), 3 + REQUEST_V1.leaves().count());
        assert!(cells.iter().all(|cells| *cells == REQUEST_V1.roles.len() + 1), "{cells:?}");
    }
}

#[test]
fn a_bar_in_a_title_does_not_begin_a_cell() {
    assert_eq!(super::row(["a|b".to_owned(), "c\nd".to_owned()].into_iter()), "| a\\|b | c d |");
}

#[test]
fn what_the_table_does_not_show_is_said_below_it() {
    let printed = matrix(&LEAD_V2, Language::En);
    for line in [
        "- Dispatch: opens part",
        "- Give back: tells of recalled",
        "- A part is done: when told of part_done",
        "- Contact: hidden from the handler when case.hide_contact",
    ] {
        assert_eq!(printed.lines().filter(|printed| *printed == line).count(), 1, "{line}\n{printed}");
    }
    let part = matrix(&PART_V1, Language::En);
    assert!(part.contains("- Begin: by another case"), "{part}");
    assert!(part.contains("- the reporter: the person who opened the case and holds the role"), "{part}");
    for line in [
        "- 发起：由其他事项发起",
        "- 撤回：获知 recalled 时",
        "- 办结：告知 part_done",
        "- 报告人：发起本案的人，且担任此角色",
    ] {
        assert!(matrix(&PART_V1, Language::Zh).contains(line), "{line}");
    }
}
