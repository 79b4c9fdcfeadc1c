//! Why an order is not carried out. A refusal is a value and says what is needed.
use workflow::{Answer, Fault, FieldKind, FormMistake, Key, Language, Refusal, Text};

/// Longest idempotency key, in bytes.
pub(crate) const KEY_MOST: usize = 200;

/// Why it may not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No such case, or none that the caller may see.
    NoSuchCase,
    /// No such process.
    NoSuchProcess {
        /// The processes there are.
        processes: Vec<Key>,
    },
    /// The case is at another version than the caller saw.
    Stale {
        /// The version it is at.
        version: i64,
    },
    /// The company named is not there, or is not the caller's to file for.
    NoSuchCompany,
    /// No such fact, or none that the caller may read.
    NoSuchFact,
    /// No such import.
    NoSuchImport,
    /// The credit code is another company's.
    CodeTaken,
    /// Something that was written is not what it should be; all of it at once.
    Mistakes(Vec<Mistake>),
    /// No such note, or none that the caller may read.
    NoSuchNote,
    /// No such mail among those that were given up.
    NoSuchMail,
    /// No such snippet, or none of the caller's unit.
    NoSuchSnippet,
    /// More at once than one request may ask.
    TooMany {
        /// How many it may.
        most: usize,
    },
    /// There is no room for another one.
    Full {
        /// How many there may be.
        most: i64,
    },
    /// The key was used for another request.
    KeyReused,
    /// The key is empty or too long.
    BadKey,
    /// The engine says no.
    Engine(Refusal),
    /// A case that the step would open cannot be opened.
    Elsewhere {
        /// What its process is called.
        process: Text,
        /// Why not.
        refusal: Refusal,
    },
}

/// What is wrong with one thing that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it stands.
    pub place: String,
    /// Of which kind it is.
    pub kind: MistakeKind,
    /// What is wrong and what is allowed.
    pub message: Text,
}

/// Says of which kind a mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MistakeKind {
    /// There is no such field.
    NoSuchField,
    /// The field holds no such value.
    NotAValue,
    /// The days are none, or the wrong way round.
    WrongDays,
    /// It is blank, too long, or no text.
    NotAText,
    /// It is no credit code.
    NotACode,
    /// Nobody here.
    NoSuchPerson,
}

impl Refused {
    /// What only these may do.
    pub(crate) fn not_yours(by: Text) -> Self {
        Self::Engine(Refusal::NotYours { by: vec![by] })
    }

    /// What is wrong with one thing that was written.
    pub(crate) fn form(field: &str, fault: Fault) -> Self {
        Self::Engine(Refusal::Form(vec![FormMistake { field: field.into(), fault }]))
    }

    /// The refusal's closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchCase => "NO_SUCH_CASE",
            Self::NoSuchProcess { .. } => "NO_SUCH_PROCESS",
            Self::Stale { .. } => "STALE",
            Self::NoSuchCompany => "NO_SUCH_COMPANY",
            Self::NoSuchFact => "NO_SUCH_FACT",
            Self::NoSuchImport => "NO_SUCH_IMPORT",
            Self::CodeTaken => "CODE_TAKEN",
            Self::Mistakes(_) => "FORM",
            Self::NoSuchNote => "NO_SUCH_NOTE",
            Self::NoSuchMail => "NO_SUCH_MAIL",
            Self::NoSuchSnippet => "NO_SUCH_SNIPPET",
            Self::TooMany { .. } => "TOO_MANY",
            Self::Full { .. } => "FULL",
            Self::KeyReused => "KEY_REUSED",
            Self::BadKey => "BAD_KEY",
            Self::Engine(refusal) | Self::Elsewhere { refusal, .. } => refusal.code(),
        }
    }

    /// Says what is needed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::NoSuchCase if zh => "没有这个事项".into(),
            Self::NoSuchCase => "there is no such case".into(),
            Self::NoSuchProcess { processes } if zh => {
                format!("没有这个流程，现有：{}", processes.join("、"))
            }
            Self::NoSuchProcess { processes } => {
                format!("there is no such process; there are {}", processes.join(", "))
            }
            Self::Stale { version } if zh => format!("事项已被他人更新到第 {version} 版，请刷新后再试"),
            Self::Stale { version } => {
                format!("someone else moved the case to version {version}; read it again")
            }
            Self::NoSuchCompany if zh => "没有这家企业".into(),
            Self::NoSuchCompany => "there is no such company".into(),
            Self::NoSuchFact if zh => "没有这条信息".into(),
            Self::NoSuchFact => "there is no such fact".into(),
            Self::NoSuchImport if zh => "没有这次导入".into(),
            Self::NoSuchImport => "there is no such import".into(),
            Self::CodeTaken if zh => "已有企业使用此统一社会信用代码".into(),
            Self::CodeTaken => "another company of the zone has this credit code".into(),
            Self::Mistakes(mistakes) => {
                let said = mistakes.iter().map(|one| format!("{}: {}", one.place, one.message.get(language)));
                said.collect::<Vec<_>>().join("; ")
            }
            Self::NoSuchNote if zh => "没有这条留言".into(),
            Self::NoSuchNote => "there is no such note".into(),
            Self::NoSuchMail if zh => "没有这封投递失败的邮件".into(),
            Self::NoSuchMail => "there is no such mail among those that were given up".into(),
            Self::NoSuchSnippet if zh => "没有这条常用语".into(),
            Self::NoSuchSnippet => "there is no such snippet".into(),
            Self::TooMany { most } if zh => format!("一次 1 到 {most} 项"),
            Self::TooMany { most } => format!("ask for 1 to {most} at once"),
            Self::Full { most } if zh => format!("已满，最多 {most} 个"),
            Self::Full { most } => format!("there is no room: {most} at most"),
            Self::KeyReused if zh => "此幂等键已用于另一请求，请换一个".into(),
            Self::KeyReused => "this idempotency key was used for another request; take a new one".into(),
            Self::BadKey if zh => format!("幂等键应为 1 到 {KEY_MOST} 字节"),
            Self::BadKey => format!("an idempotency key has 1 to {KEY_MOST} bytes"),
            Self::Engine(refusal) => refusal.message(language),
            Self::Elsewhere { process, refusal } => {
                format!("{}: {}", process.get(language), refusal.message(language))
            }
        }
    }
}

/// Refuses a text that is blank, too long, or has characters that no text has; one of several lines if `lines`.
pub(crate) fn text_check(field: &str, text: &str, max: usize, lines: bool) -> Result<(), Refused> {
    let fault = FieldKind::Text { min: 1, max, lines }.fault(&Answer::Text(text.into()));
    fault.map_or(Ok(()), |fault| Err(Refused::form(field, fault)))
}
