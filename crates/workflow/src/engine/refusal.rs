//! Why a call may not happen. A refusal is a value: it says what is needed, and the case is as it was.
use crate::case::Key;
use crate::form::FormMistake;
use crate::kernel::Halt;
use crate::text::{Language, Text};

/// The first reason why a call may not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The process has no such action.
    NoSuchAction {
        /// What was asked for.
        action: Key,
        /// The action with the nearest name.
        nearest: Option<Key>,
    },
    /// The actor plays none of the roles that may do this.
    NotYours {
        /// What those roles are called; none where only another case may.
        by: Vec<Text>,
    },
    /// The action does not start from where the case stands.
    NotFromHere {
        /// What the case's states are called.
        at: Vec<Text>,
        /// What the states it starts from are called.
        from: Vec<Text>,
    },
    /// Answers are missing or wrong: all mistakes at once.
    Form(Vec<FormMistake>),
    /// A guard does not hold.
    Guard {
        /// Its name.
        key: Key,
        /// What is needed.
        says: Text,
    },
    /// It cannot be told whether a guard holds, because these facts are unknown.
    Unknown {
        /// What nobody said, as conditions name it.
        facts: Vec<Key>,
    },
    /// None of the action's branches holds.
    NoBranch,
    /// Cases of this process are somebody's, and no company is named.
    NoCompany,
    /// The case does not listen to what it was told, as it stands.
    Unheard,
    /// The case cannot move to the other version: these states it stands in, and clocks that run, have no image there.
    NoImage {
        /// States.
        states: Vec<Key>,
        /// Clocks.
        clocks: Vec<Key>,
    },
    /// The timer is void, or not due yet.
    NotDue,
    /// A new calendar or limit changes nothing here.
    NothingToRecompute,
    /// The definition ran in circles; a fault of the definition, not of the caller.
    Halted(Halt),
}

impl Refusal {
    /// The refusal's closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchAction { .. } => "NO_SUCH_ACTION",
            Self::NotYours { .. } => "NOT_YOURS",
            Self::NotFromHere { .. } => "NOT_FROM_HERE",
            Self::Form(_) => "FORM",
            Self::Guard { .. } => "GUARD",
            Self::Unknown { .. } => "UNKNOWN_FACTS",
            Self::NoBranch => "NO_BRANCH",
            Self::NoCompany => "NO_COMPANY",
            Self::Unheard => "UNHEARD",
            Self::NoImage { .. } => "NO_IMAGE",
            Self::NotDue => "NOT_DUE",
            Self::NothingToRecompute => "NOTHING_TO_RECOMPUTE",
            Self::Halted(_) => "HALTED",
        }
    }

    /// Says what is needed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let list = |texts: &[Text]| {
            let texts: Vec<&str> = texts.iter().map(|text| text.get(language)).collect();
            texts.join(if language == Language::Zh { "、" } else { ", " })
        };
        if language == Language::Zh {
            return match self {
                Self::NoSuchAction { action, nearest: Some(near) } => {
                    format!("没有操作“{action}”，是否指“{near}”")
                }
                Self::NoSuchAction { action, nearest: None } => format!("没有操作“{action}”"),
                Self::NotYours { by } if by.is_empty() => "只由其他事项发起".into(),
                Self::NotYours { by } => format!("只有{}可以办理", list(by)),
                Self::NotFromHere { at, from } if at.is_empty() => {
                    format!("尚未立案，此操作只能在“{}”时办理", list(from))
                }
                Self::NotFromHere { at, from } if from.is_empty() => {
                    format!("现处“{}”，此操作只用于立案", list(at))
                }
                Self::NotFromHere { at, from } => {
                    format!("现处“{}”，此操作只能在“{}”时办理", list(at), list(from))
                }
                Self::Form(mistakes) => format!("表单有 {} 处需要改正", mistakes.len()),
                Self::Guard { says, .. } => says.zh.to_string(),
                Self::Unknown { facts } => format!("尚不清楚：{}", facts.join("、")),
                Self::NoBranch => "没有符合条件的去向".into(),
                Self::NoCompany => "须写明是哪家企业的事项".into(),
                Self::Unheard => "事项现处环节不受此影响".into(),
                Self::NoImage { states, clocks } => {
                    format!("新版流程没有对应的环节或时限：{}", join(states, clocks, "、"))
                }
                Self::NotDue => "计时器尚未到期或已失效".into(),
                Self::NothingToRecompute => "到期时间没有变化".into(),
                Self::Halted(halt) => format!("流程定义有误：{halt}"),
            };
        }
        match self {
            Self::NoSuchAction { action, nearest: Some(near) } => {
                format!("there is no action `{action}`; did you mean `{near}`?")
            }
            Self::NoSuchAction { action, nearest: None } => format!("there is no action `{action}`"),
            Self::NotYours { by } if by.is_empty() => "only another case opens this".into(),
            Self::NotYours { by } => format!("only {} may do this", list(by)),
            Self::NotFromHere { at, from } if at.is_empty() => {
                format!("there is no case yet; this starts from {}", list(from))
            }
            Self::NotFromHere { at, from } if from.is_empty() => {
                format!("the case is at {}; this opens a case", list(at))
            }
            Self::NotFromHere { at, from } => {
                format!("the case is at {}; this starts from {}", list(at), list(from))
            }
            Self::Form(mistakes) if mistakes.len() == 1 => "the form has 1 mistake".into(),
            Self::Form(mistakes) => format!("the form has {} mistakes", mistakes.len()),
            Self::Guard { says, .. } => says.en.to_string(),
            Self::Unknown { facts } => format!("not known yet: {}", facts.join(", ")),
            Self::NoBranch => "no way on holds".into(),
            Self::NoCompany => "this needs the company whose case it is".into(),
            Self::Unheard => "the case does not listen to this where it stands".into(),
            Self::NoImage { states, clocks } => {
                format!("the other version has no image of {}", join(states, clocks, ", "))
            }
            Self::NotDue => "the timer is void or not due yet".into(),
            Self::NothingToRecompute => "no due time changes".into(),
            Self::Halted(halt) => format!("the definition is at fault: {halt}"),
        }
    }
}

fn join(states: &[Key], clocks: &[Key], comma: &str) -> String {
    let names: Vec<&str> = states.iter().chain(clocks).map(|key| &**key).collect();
    names.join(comma)
}
