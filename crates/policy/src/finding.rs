//! What is wrong with a library, and where.
use condition::Mistake;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something wrong with a file of a library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub file: Arc<str>,
    /// From one.
    pub line: usize,
    /// In characters, from one.
    pub column: usize,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// Says what can be wrong with a library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// It is not TOML, or has keys and values that such a file does not.
    NotToml(String),
    /// A text does not read; said in English and in Chinese.
    Text(String, String),
    /// A rule is at odds with others: a circle, a name taken, no rows; said in English and in Chinese.
    Rule(String, String),
    /// A field says too little or too much of itself.
    Field(&'static str, &'static str),
    /// A policy is named unlike its file.
    Named(Arc<str>),
    /// Without a clause everybody would fit.
    NoClause,
    /// A policy ends before it begins.
    Window,
    /// A policy replaces one that did not begin before it.
    Replaces,
    /// No value of a field meets all of these clauses.
    Contradiction(Vec<Arc<str>>, Arc<str>),
    /// A clause that holds whenever these do.
    Idle(Arc<str>, Vec<Arc<str>>),
    /// A value of a field that none of the bands around it holds.
    Gap(Arc<str>, String),
    /// A row, from one, before which others hold all that it does.
    NeverReached(usize),
    /// There is no such policy; the nearest name.
    NoPolicy(Arc<str>, Option<Arc<str>>),
    /// A case has the name of another.
    CaseTwice(Arc<str>),
    /// There is no such case before it in its file.
    NoCase(Arc<str>),
    /// A case states a fact that no field holds.
    Fact(super::FactError),
    /// A case does not come out as told: the case, what was told, what came.
    Case(Arc<str>, String, String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.flaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotToml(message) | Self::Text(message, _) | Self::Rule(message, _) => f.write_str(message),
            Self::Field(message, _) => f.write_str(message),
            Self::Named(file) => write!(f, "a policy is named like its file: expected the id `{file}`"),
            Self::NoClause => f.write_str("a policy needs at least one clause"),
            Self::Window => f.write_str("a policy is in force from a day to the same or a later one"),
            Self::Replaces => f.write_str("a policy replaces one that began before it"),
            Self::Contradiction(clauses, field) => {
                let clauses = clauses.join("`, `");
                write!(f, "nobody can meet this: no value of `{field}` meets `{clauses}`")
            }
            Self::Idle(clause, by) if by.is_empty() => {
                write!(f, "clause `{clause}` never matters: it always holds")
            }
            Self::Idle(clause, by) => {
                let by = by.join("`, `");
                write!(f, "clause `{clause}` never matters: whoever meets `{by}` meets it")
            }
            Self::Gap(field, value) => {
                write!(f, "the bands leave a gap: none holds for `{field}` = {value}")
            }
            Self::NeverReached(row) => {
                write!(f, "row {row} is never reached: rows before it hold all that it does")
            }
            Self::NoPolicy(id, near) => {
                write!(f, "there is no policy `{id}`")?;
                near.as_ref().map_or(Ok(()), |near| write!(f, "; did you mean `{near}`?"))
            }
            Self::CaseTwice(id) => write!(f, "there is another case `{id}`"),
            Self::NoCase(id) => write!(f, "there is no case `{id}` before this one"),
            Self::Fact(error) => error.fmt(f),
            Self::Case(id, told, came) => {
                write!(f, "cannot be published: case `{id}` expects {told}, it is {came}")
            }
        }
    }
}

impl Flaw {
    /// Says the same in Chinese; what a TOML parser says stays in English.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::NotToml(message) => format!("文件格式有误：{message}"),
            Self::Text(_, message) | Self::Rule(_, message) => message.clone(),
            Self::Field(_, message) => (*message).to_owned(),
            Self::Named(file) => format!("政策编号应与文件名一致：应为 `{file}`"),
            Self::NoClause => "政策至少应有一个条件".into(),
            Self::Window => "终止日期不得早于生效日期".into(),
            Self::Replaces => "所替代的政策应先于本政策生效".into(),
            Self::Contradiction(clauses, field) => {
                format!("无人能够满足：`{field}` 没有能同时满足 `{}` 的值", clauses.join("`、`"))
            }
            Self::Idle(clause, by) if by.is_empty() => format!("条件 `{clause}` 不起作用：恒成立"),
            Self::Idle(clause, by) => {
                format!("条件 `{clause}` 不起作用：满足 `{}` 的都满足它", by.join("`、`"))
            }
            Self::Gap(field, value) => format!("分档有空隙：`{field}` = {value} 不在任何一档"),
            Self::NeverReached(row) => format!("第 {row} 行不会被取到：前面的行已包含它"),
            Self::NoPolicy(id, None) => format!("没有政策 `{id}`"),
            Self::NoPolicy(id, Some(near)) => format!("没有政策 `{id}`；是否指 `{near}`？"),
            Self::CaseTwice(id) => format!("已有同名案例 `{id}`"),
            Self::NoCase(id) => format!("此前没有案例 `{id}`"),
            Self::Fact(error) => error.in_chinese(),
            Self::Case(id, told, came) => format!("不能发布：案例 `{id}` 应为 {told}，实为 {came}"),
        }
    }

    /// A mistake in a text; its place is the finding's.
    pub(crate) fn text(mistake: &Mistake) -> Self {
        let (english, chinese) = (mistake.to_string(), mistake.in_chinese());
        let after = |said: &str, mark: &str| said.split_once(mark).map_or(said, |(_, rest)| rest).to_owned();
        Self::Text(after(&english, ": "), after(&chinese, "："))
    }
}

/// A file of a library, whose places are looked up by path when something is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'t> {
    pub(crate) file: &'t str,
    pub(crate) text: &'t str,
}

/// One step of a path through a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'p> {
    Key(&'p str),
    Item(usize),
}

impl<'p> From<&'p str> for Step<'p> {
    fn from(key: &'p str) -> Self {
        Self::Key(key)
    }
}

impl<'p> From<&'p Arc<str>> for Step<'p> {
    fn from(key: &'p Arc<str>) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(item: usize) -> Self {
        Self::Item(item)
    }
}

impl Source<'_> {
    /// Reads the whole file as what it should be.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(self) -> Result<T, Finding> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.at(at, Flaw::NotToml(error.message().to_owned()))
        })
    }

    /// A finding at what lies at the path, or at the nearest thing around it.
    pub(crate) fn finding(self, path: &[Step<'_>], flaw: Flaw) -> Finding {
        self.at(self.span(path).start, flaw)
    }

    /// A finding within the text at the path.
    pub(crate) fn mistake(self, path: &[Step<'_>], mistake: &Mistake) -> Finding {
        let span = self.span(path);
        let written = self.text.get(span.clone()).unwrap_or_default();
        self.at(span.start + offset_within(written, mistake.line, mistake.column), Flaw::text(mistake))
    }

    fn span(self, path: &[Step<'_>]) -> Range<usize> {
        let Ok(table) = DeTable::parse(self.text) else { return 0..0 };
        let mut span = 0..0;
        let mut at: Option<&Spanned<DeValue<'_>>> = None;
        for step in path {
            let next = match (step, at.map(Spanned::get_ref)) {
                (Step::Key(key), None) => table.get_ref().get_key_value(*key),
                (Step::Key(key), Some(DeValue::Table(inner))) => inner.get_key_value(*key),
                (Step::Item(item), Some(DeValue::Array(items))) => {
                    at = items.get(*item);
                    span = at.map_or(span, Spanned::span);
                    continue;
                }
                _ => None,
            };
            let Some((key, value)) = next else { break };
            // A table of its own is named where its key stands.
            span = if matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_)) {
                key.span()
            } else {
                value.span()
            };
            at = Some(value);
        }
        span
    }

    pub(crate) fn at(self, byte: usize, flaw: Flaw) -> Finding {
        let before = self.text.get(..byte).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Finding {
            file: self.file.into(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            flaw,
        }
    }
}

/// How many bytes into a TOML string the given place of what it says is written. In a string with escapes, these count
/// as they are written.
fn offset_within(written: &str, line: usize, column: usize) -> usize {
    let quotes = if written.starts_with("'''") || written.starts_with("\"\"\"") { 3 } else { 1 };
    let inside = written.get(quotes..).unwrap_or_default();
    // A line break right after three quotes is not part of the string.
    let skipped = if quotes == 3 {
        inside.find(|letter| letter != '\r' && letter != '\n').unwrap_or(0).min(2)
    } else {
        0
    };
    let said = inside.get(skipped..).unwrap_or_default();
    let lines: usize = said.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let letters =
        said.get(lines..).unwrap_or_default().chars().take(column - 1).map(char::len_utf8).sum::<usize>();
    quotes + skipped + lines + letters
}

/// The key that a misspelt one probably meant.
pub(crate) fn nearest_key<'k>(key: &str, keys: impl Iterator<Item = &'k Arc<str>>) -> Option<Arc<str>> {
    condition::nearest(key, keys.map(|key| &**key)).map(Arc::from)
}
