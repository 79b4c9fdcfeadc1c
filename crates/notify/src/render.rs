//! Templates and what people wrote, put together.
//!
//! The context is a JSON object, already in the recipient's language:
//! `{"zone":{"name"}, "recipient":{"name"}, "case":{"number","title","process","state","company"},
//! "action":{"title","actor"|null}, "answers":[{"label","value"}...], "clocks":[{"title","due"|null}...]}`;
//! of a digest `{"zone":{"name"}, "recipient":{"name"}, "items":[{"at","case","action"}...]}`, each as it is above;
//! of mails about an account `{"zone":{"name"}, "recipient":{"name","login"}, "account":{"code"?,"minutes"?,"what"?}}`.
//! All of it are texts from people: HTML is escaped, control characters go nowhere.
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Template, UndefinedBehavior};
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use workflow::{Language, Wording, fill};

/// Where the layouts lie among the mails.
const LAYOUT: &str = "layout";
/// What a mail in a zone's own words is called where something is wrong with it.
const OWN: &str = "own";
/// The mail that stands for all of a day.
pub(crate) const DIGEST: &str = "digest";
/// What mails about somebody's account begin with.
const ACCOUNT: &str = "account-";
/// Longest subject or name in a header, in characters.
const LINE_MOST: usize = 200;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("only delimiters can be wrong, and these are the usual ones"));
    environment.set_loader(|path| Ok(source(path)));
    environment
});

/// What lies at a path below the templates.
pub(crate) fn source(path: &str) -> Option<String> {
    Templates::get(path).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}

/// Names the mails that a definition may send.
#[must_use]
pub fn mails() -> BTreeSet<&'static str> {
    every().filter(|mail| !mail.starts_with(ACCOUNT) && *mail != DIGEST).collect()
}

/// Names the mails about somebody's account, which only the desk sends.
#[must_use]
pub fn account_mails() -> BTreeSet<&'static str> {
    every().filter(|mail| mail.starts_with(ACCOUNT)).collect()
}

/// Every mail there is a template for, once for each of its files.
fn every() -> impl Iterator<Item = &'static str> {
    let mail = |path| match path {
        Cow::Borrowed(path) => str::split_once(path, '/').map(|(mail, _)| mail),
        // Embedded in debug builds too, so that every path is static.
        Cow::Owned(_) => None,
    };
    Templates::iter().filter_map(mail).filter(|mail| *mail != LAYOUT)
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// One line.
    pub(crate) subject: String,
    /// Lines ended by `\n`.
    pub(crate) text: String,
    /// A whole page.
    pub(crate) html: String,
}

/// Why a mail cannot be written. Says where, and nothing of what people wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RenderError {
    #[error("no template for the mail {0:?}")]
    NoTemplate(String),
    #[error("the zone's own words name what there is not")]
    Wording,
    #[error("template {template} line {line}: {kind}")]
    Context { template: String, line: usize, kind: minijinja::ErrorKind },
}

/// Writes the mail `template` in `language`, in the program's words.
pub(crate) fn render(template: &str, language: Language, context: &Value) -> Result<Words, RenderError> {
    if !every().any(|mail| mail == template) {
        return Err(RenderError::NoTemplate(template.to_owned()));
    }
    let part = |part: &str| {
        let path = format!("{template}/{}.{part}", language.as_str());
        finished(ENVIRONMENT.get_template(&path), &path, context)
    };
    Ok(Words {
        subject: line(&part("subject")?),
        text: paragraphs(&part("txt")?),
        html: printable(&part("html")?),
    })
}

/// Writes a mail in a zone's own words, in the program's layout. What the words stand for is filled in first and is a
/// value to the layout: neither they nor it are read as a template.
pub(crate) fn reworded(wording: &Wording, language: Language, context: &Value) -> Result<Words, RenderError> {
    let said = |words: &str| {
        let value = |name: &str| {
            let value = context.pointer(&format!("/{}", name.replace('.', "/")));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        fill(words, value).map_err(|_| RenderError::Wording)
    };
    let mut context = context.clone();
    let own = json!({"happened": said(&wording.happened)?, "next": said(&wording.next)?});
    context.as_object_mut().ok_or(RenderError::Wording)?.insert(OWN.to_owned(), own);
    let part = |part: &str| {
        let path = format!("{OWN}/{}.{part}", language.as_str());
        let source = format!(
            "{{% extends \"{LAYOUT}/{}.{part}\" %}}{{% block happened %}}{{{{ own.happened }}}}{{% endblock %}}\
             {{% block next %}}{{{{ own.next }}}}{{% endblock %}}",
            language.as_str()
        );
        finished(ENVIRONMENT.template_from_named_str(&path, &source), &path, &context)
    };
    Ok(Words {
        subject: line(&said(&wording.subject)?),
        text: paragraphs(&part("txt")?),
        html: printable(&part("html")?),
    })
}

fn finished(
    template: Result<Template<'_, '_>, minijinja::Error>,
    path: &str,
    context: &Value,
) -> Result<String, RenderError> {
    let rendered = template.and_then(|template| template.render(Serde(context)));
    rendered.map_err(|error| RenderError::Context {
        template: error.name().unwrap_or(path).to_owned(),
        line: error.line().unwrap_or_default(),
        kind: error.kind(),
    })
}

/// `text` on one line, cut where nobody reads on: fit for a header. A line of a header has room for 998 bytes (RFC 5322
/// 2.1.1), and only spaces let it be folded. What looks encoded (RFC 2047) is no longer: a reader would decode it.
pub(crate) fn line(text: &str) -> String {
    let text = text.replace("=?", "= ?");
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words
        .fold(String::new(), |line, word| if line.is_empty() { word.to_owned() } else { line + " " + word });
    match line.char_indices().nth(LINE_MOST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// `text` without control characters but tabs and ends of lines.
fn printable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

/// `text` with at most one empty line in a row: parts that were left out leave none.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    let mut empty = 0;
    for line in printable(text).lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests;
