//! Why an order is not carried out. A refusal is a value and says what is needed.
use workflow::{Key, Language, Refusal, Text};

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

impl Refused {
    /// The refusal's closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchCase => "NO_SUCH_CASE",
            Self::NoSuchProcess { .. } => "NO_SUCH_PROCESS",
            Self::Stale { .. } => "STALE",
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
