use super::*;
use serde_json::json;

#[test]
fn every_mail_has_both_languages_and_all_three_parts() {
    let mails = mails();
    assert!(mails.contains("request-filed") && mails.len() >= 15, "{mails:?}");
    for mail in mails.into_iter().chain([DIGEST]) {
        for language in Language::ALL {
            for part in ["subject", "txt", "html"] {
                let path = format!("{mail}/{}.{part}", language.as_str());
                assert!(
                    ENVIRONMENT.get_template(&path).is_ok(),
                    "templates/{path} is missing or does not parse"
                );
            }
        }
    }
}

#[test]
fn no_file_among_the_templates_is_there_for_nothing() {
    for path in Templates::iter().filter(|path| path != "kinds.toml") {
        let (folder, file) = path.split_once('/').unwrap();
        let known = ["zh.subject", "zh.txt", "zh.html", "en.subject", "en.txt", "en.html"];
        assert!(folder == LAYOUT || known.contains(&file), "templates/{path} is read by nothing");
    }
}

#[test]
fn no_process_sends_a_mail_without_a_template() {
    let vocabulary = workflow::Vocabulary { mails: mails().into_iter().map(workflow::Key::from).collect() };
    for (path, text) in workflow::library::shipped() {
        let findings = workflow::Definition::parse(text, &vocabulary).err().unwrap_or_default();
        assert!(findings.is_empty(), "{path}: {findings:?}");
    }
}

#[test]
fn a_value_that_is_missing_is_told_by_its_place_alone() {
    let context = json!({ "case": { "number": "1", "title": "王小明的诉求" } });
    let error = render("request-filed", Language::Zh, &context).unwrap_err();
    assert_eq!(error.to_string(), "template layout/zh.txt line 1: undefined value");
}

#[test]
fn an_unknown_mail_is_named() {
    let error = render("../request-filed", Language::Zh, &json!({})).unwrap_err();
    assert_eq!(error.to_string(), "no template for the mail \"../request-filed\"");
}

#[test]
fn a_line_is_one_line() {
    assert_eq!(line(" a\r\nBcc: x@y\t\u{0}b\u{2028}c \u{7f}"), "a Bcc: x@y b c");
}

#[test]
fn parts_left_out_leave_no_gap() {
    assert_eq!(paragraphs("a  \n\n \n\n\nb\u{7}\r\n"), "a\n\nb\n");
}
