//! What can be wrong with one answer, and how it is said.
use crate::case::Key;
use crate::text::Language;
use condition::Number;

/// Ways for an answer to be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A required question has no answer, or a blank one.
    Missing,
    /// The action does not ask this; `nearest` is the question most like it.
    Unasked {
        /// The question with the nearest name.
        nearest: Option<Key>,
    },
    /// The answer has another shape than the question.
    WrongKind {
        /// What the question wants.
        wants: &'static str,
    },
    /// Fewer characters than wanted.
    TooShort {
        /// Characters at least.
        min: usize,
        /// Characters given.
        given: usize,
    },
    /// More characters than allowed.
    TooLong {
        /// Characters at most.
        max: usize,
        /// Characters given.
        given: usize,
    },
    /// A control character, or a line break in a text of one line.
    ControlCharacter {
        /// Its place, in characters from one.
        at: usize,
    },
    /// A number outside its bounds.
    OutOfBounds {
        /// The least allowed.
        min: Option<Number>,
        /// The greatest allowed.
        max: Option<Number>,
    },
    /// A number with a part behind the point where none is wanted.
    NotWhole,
    /// A number of days that is no whole number from 1.
    NoWholeDays {
        /// The most allowed.
        max: i64,
    },
    /// None of the choices.
    NoSuchChoice {
        /// The choices there are.
        choices: Vec<Key>,
    },
    /// A choice named twice.
    Repeated(Key),
    /// A person or unit that the zone does not have, or a person without the wanted role. Found by the desk.
    NoSuchPerson,
    /// See [`Fault::NoSuchPerson`].
    NoSuchUnit,
    /// A case that is not there, not to be seen, closed, or the case itself. Found by the desk.
    NoSuchCase,
}

impl Fault {
    /// The fault's closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "MISSING",
            Self::Unasked { .. } => "UNASKED",
            Self::WrongKind { .. } => "WRONG_KIND",
            Self::TooShort { .. } => "TOO_SHORT",
            Self::TooLong { .. } => "TOO_LONG",
            Self::ControlCharacter { .. } => "CONTROL_CHARACTER",
            Self::OutOfBounds { .. } => "OUT_OF_BOUNDS",
            Self::NotWhole => "NOT_WHOLE",
            Self::NoWholeDays { .. } => "NO_WHOLE_DAYS",
            Self::NoSuchChoice { .. } => "NO_SUCH_CHOICE",
            Self::Repeated(_) => "REPEATED",
            Self::NoSuchPerson => "NO_SUCH_PERSON",
            Self::NoSuchUnit => "NO_SUCH_UNIT",
            Self::NoSuchCase => "NO_SUCH_CASE",
        }
    }

    /// Says what is wrong and what is allowed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Missing if zh => "必须填写".into(),
            Self::Missing => "must be answered".into(),
            Self::Unasked { nearest } => match (nearest, zh) {
                (Some(near), true) => format!("此操作没有这一项，是否指“{near}”"),
                (Some(near), false) => format!("is not asked here; did you mean `{near}`"),
                (None, true) => "此操作没有这一项".into(),
                (None, false) => "is not asked here".into(),
            },
            Self::WrongKind { wants } if zh => format!("答案类型应为 {wants}"),
            Self::WrongKind { wants } => format!("wants an answer of kind {wants}"),
            Self::TooShort { min, given } if zh => format!("至少 {min} 个字，现有 {given} 个"),
            Self::TooShort { min, given } => format!("wants at least {min} characters, has {given}"),
            Self::TooLong { max, given } if zh => format!("最多 {max} 个字，现有 {given} 个"),
            Self::TooLong { max, given } => format!("may have at most {max} characters, has {given}"),
            Self::ControlCharacter { at } if zh => format!("第 {at} 个字符是控制字符，不允许"),
            Self::ControlCharacter { at } => {
                format!("character {at} is a control character, which is not allowed")
            }
            Self::OutOfBounds { min, max } => bounds(min.as_ref(), max.as_ref(), zh),
            Self::NotWhole if zh => "应为整数".into(),
            Self::NotWhole => "must be a whole number".into(),
            Self::NoWholeDays { max } if zh => format!("应为 1 到 {max} 的整天数"),
            Self::NoWholeDays { max } => format!("must be a whole number of days from 1 to {max}"),
            Self::NoSuchChoice { choices } if zh => format!("只能选择：{}", choices.join("、")),
            Self::NoSuchChoice { choices } => format!("must be one of {}", choices.join(", ")),
            Self::Repeated(key) if zh => format!("“{key}”重复"),
            Self::Repeated(key) => format!("names `{key}` twice"),
            Self::NoSuchPerson if zh => "没有这个人，或此人没有所需角色".into(),
            Self::NoSuchPerson => "names nobody here who holds the role asked for".into(),
            Self::NoSuchUnit if zh => "没有这个单位".into(),
            Self::NoSuchUnit => "names no unit here".into(),
            Self::NoSuchCase if zh => "没有这个未办结的事项".into(),
            Self::NoSuchCase => "names no other open case here".into(),
        }
    }
}

fn bounds(min: Option<&Number>, max: Option<&Number>, zh: bool) -> String {
    match (min, max) {
        (Some(min), Some(max)) if zh => format!("应在 {min} 到 {max} 之间"),
        (Some(min), Some(max)) => format!("must lie between {min} and {max}"),
        (Some(min), None) if zh => format!("不得小于 {min}"),
        (Some(min), None) => format!("must be at least {min}"),
        (None, Some(max)) if zh => format!("不得大于 {max}"),
        (None, Some(max)) => format!("must be at most {max}"),
        (None, None) => String::new(),
    }
}
