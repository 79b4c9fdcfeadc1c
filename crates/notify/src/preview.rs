//! A mail as it would read, about a case that never was.
use crate::render::{RenderError, Words, mails, render, reworded};
use serde_json::{Value, json};
use workflow::{Language, Wording};

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The subject, in one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML page.
    pub html: String,
}

/// Shows a mail that a definition may send, in the program's words or in these; none for a mail there is no template
/// for, or words that name what there is not.
#[must_use]
pub fn preview(template: &str, language: Language, own: Option<&Wording>) -> Option<Preview> {
    if !mails().contains(template) {
        return None;
    }
    let sample = sample(language);
    let words: Result<Words, RenderError> = match own {
        Some(own) => reworded(own, language, &sample),
        None => render(template, language, &sample),
    };
    words.ok().map(|Words { subject, text, html }| Preview { subject, text, html })
}

/// What a template fills in, of a case and people that never were.
fn sample(language: Language) -> Value {
    let say = |zh: &str, en: &str| if language == Language::Zh { zh.to_owned() } else { en.to_owned() };
    json!({
        "zone": { "name": say("示范经济开发区", "Example Economic Development Zone") },
        "recipient": { "name": say("王小明", "Wang Xiaoming") },
        "case": {
            "number": "QX-20260901-0001",
            "title": say("研发人员难招", "R&D staff are hard to find"),
            "process": say("企业诉求", "Request"),
            "state": say("办理中", "In progress"),
            "company": say("凌云精密（虚构）有限公司", "Lingyun Precision (fictional) Ltd"),
        },
        "action": { "title": say("办理", "Handle"), "actor": say("李受理", "Li Shouli") },
        "answers": [{ "label": say("说明", "Remark"), "value": say("第一行\n第二行", "one line\nanother") }],
        "clocks": [{ "title": say("办结时限", "Time to finish"), "due": "2026-09-08 17:30" }],
        "unsubscribe": null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(subject: &str, happened: &str, next: &str) -> Wording {
        Wording { subject: subject.into(), happened: happened.into(), next: next.into() }
    }

    #[test]
    fn every_mail_a_definition_may_send_has_a_preview() {
        for mail in mails() {
            for language in Language::ALL {
                assert!(preview(mail, language, None).is_some(), "{mail} in {language:?}");
            }
        }
        assert_eq!(preview("digest", Language::Zh, None), None);
        assert_eq!(preview("../layout", Language::Zh, None), None);
    }

    #[test]
    fn a_zone_s_words_stand_in_the_program_s_layout() {
        let words = own("[园区] {{ case.number }}", "您好 <b>{{ case.title }}</b>", "请等候。");
        let shown = preview("request-accepted", Language::Zh, Some(&words)).unwrap();
        assert_eq!(shown.subject, "[园区] QX-20260901-0001");
        assert!(
            shown.text.contains("您好 <b>研发人员难招</b>")
                && shown.text.contains("办结时限：2026-09-08 17:30")
        );
        assert!(
            shown.html.contains("&lt;b&gt;研发人员难招") && shown.html.contains("请等候。"),
            "{}",
            shown.html
        );
        assert_ne!(shown, preview("request-accepted", Language::Zh, None).unwrap());
    }

    #[test]
    fn words_are_no_template() {
        let words = own("x", "{% for i in [1, 2] %}{# a #}{% endfor %}", "{{ case.nothing }}");
        assert_eq!(preview("request-accepted", Language::En, Some(&words)), None);
        let words = own("x\r\nBcc: a@b", "{% for i in [1, 2] %}{# a #}{% endfor %}", "y");
        let shown = preview("request-accepted", Language::En, Some(&words)).unwrap();
        assert!(shown.text.contains("{% for i in [1, 2] %}{# a #}{% endfor %}"), "{}", shown.text);
        assert_eq!(shown.subject, "x Bcc: a@b", "one line, whatever it is");
    }
}
