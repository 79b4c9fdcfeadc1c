use super::matrix;
use crate::tests::scene::REQUEST_V1;
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
