//! "Why is it due then?", as a list anyone can read.
use super::{ClockState, Due, End, Extension};
use crate::case::Key;
use crate::definition::NamedLimit;
use crate::text::{Language, Text};
use calendar::{BusinessTime, Limit};
use indexmap::IndexMap;
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

/// One line of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The clock started.
    Started(Zoned),
    /// It has this limit, which may have a name.
    Limit(Limit, Option<Text>),
    /// It rested, which added this much.
    Paused {
        /// First instant.
        from: Zoned,
        /// Last instant.
        to: Zoned,
    },
    /// It was given this many working days more.
    Extended {
        /// When.
        at: Zoned,
        /// How many.
        days: u32,
    },
    /// It must be done this long before the end of this day, which is sooner than its limit.
    Capped {
        /// The day.
        day: Date,
        /// How long before.
        before: Limit,
    },
    /// It rests now, so it has no due time.
    Resting(Zoned),
    /// Days that did not count.
    Rest {
        /// The first of them.
        first: Date,
        /// The last of them.
        last: Date,
    },
    /// A day at a weekend that counted.
    MakeUp(Date),
    /// So it is due then.
    Due(Zoned),
    /// No due time: the notice of this year is missing.
    Undated(i16),
    /// It ended.
    Stopped(Zoned),
    /// It was called off.
    Cancelled(Zoned),
}

/// Answers why `clock` is due when it is, from its start to its due time. `limits` are the named limits of its process.
#[must_use]
pub fn why(clock: &ClockState, limits: &IndexMap<Key, NamedLimit>, time: &BusinessTime) -> Vec<Reason> {
    let local = |at: Timestamp| at.to_zoned(time.zone().clone());
    let name = clock.named.as_ref().and_then(|name| Some(limits.get(name)?.title.clone()));
    let mut reasons = vec![Reason::Started(local(clock.started)), Reason::Limit(clock.limit, name)];
    for pause in &clock.pauses {
        reasons.push(match pause.to {
            Some(to) => Reason::Paused { from: local(pause.from), to: local(to) },
            None => Reason::Resting(local(pause.from)),
        });
    }
    let extended = |extension: &Extension| Reason::Extended { at: local(extension.at), days: extension.days };
    reasons.extend(clock.extensions.iter().map(extended));
    if let Some(cap) = clock.cap.filter(|_| clock.is_capped(time)) {
        reasons.push(Reason::Capped { day: cap.day, before: cap.before });
    }
    match clock.due {
        Some(Due::At(due)) => {
            let by_the_clock = matches!(clock.limit, Limit::Hours(_) | Limit::Minutes(_));
            if !by_the_clock || !clock.extensions.is_empty() {
                reasons.extend(days_that_matter(local(clock.started).date(), local(due).date(), time));
            }
            reasons.push(Reason::Due(local(due)));
        }
        Some(Due::Undated { year }) => reasons.push(Reason::Undated(year)),
        None => {}
    }
    reasons.extend(clock.end.map(|end| match end {
        End::Stopped(at) => Reason::Stopped(local(at)),
        End::Cancelled(at) => Reason::Cancelled(local(at)),
    }));
    reasons
}

/// Rest days and make-up days from `first` to `last`, in order of time.
fn days_that_matter(first: Date, last: Date, time: &BusinessTime) -> Vec<Reason> {
    let rests = time.rests(first, last).unwrap_or_default();
    let make_ups = time.makeups(first, last).unwrap_or_default();
    let mut days: Vec<(Date, Reason)> = rests
        .into_iter()
        .map(|span| (span.first, Reason::Rest { first: span.first, last: span.last }))
        .chain(make_ups.into_iter().map(|day| (day, Reason::MakeUp(day))))
        .collect();
    days.sort_by_key(|(day, _)| *day);
    days.into_iter().map(|(_, reason)| reason).collect()
}

impl Reason {
    /// The line in `language`.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::Zh => self.chinese(),
            Language::En => self.english(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Started(at) => format!("{} 开始计时", minute(at)),
            Self::Limit(limit, name) => {
                let name = name.as_ref().map(|name| format!("（{}）", name.zh)).unwrap_or_default();
                let first = if matches!(limit, Limit::WorkingDays(_)) { "，首日不计" } else { "" };
                format!("时限 {}{name}{first}", length_in_chinese(*limit))
            }
            Self::Extended { at, days } => format!("{} 延长 {days} 个工作日", minute(at)),
            Self::Capped { day, before } => {
                format!("不得晚于 {day} 结束前 {}", length_in_chinese(*before))
            }
            Self::Paused { from, to } => format!("{} 至 {} 暂停计时", minute(from), minute(to)),
            Self::Resting(since) => format!("自 {} 起暂停计时，恢复后重新计算到期时间", minute(since)),
            Self::Rest { first, last } if first == last => format!("{first} 休息，不计"),
            Self::Rest { first, last } => format!("{first} 至 {last} 休息，不计"),
            Self::MakeUp(day) => format!("{day} 调休上班，计入"),
            Self::Due(at) => format!("{} 到期", minute(at)),
            Self::Undated(year) => format!("缺少 {year} 年放假安排，导入后计算到期时间"),
            Self::Stopped(at) => format!("{} 停止计时", minute(at)),
            Self::Cancelled(at) => format!("{} 取消计时", minute(at)),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Started(at) => format!("started {}", minute(at)),
            Self::Limit(limit, name) => {
                let name = name.as_ref().map(|name| format!(" ({})", name.en)).unwrap_or_default();
                let days = matches!(limit, Limit::WorkingDays(_));
                let first = if days { ", the first day not counted" } else { "" };
                format!("limit {}{name}{first}", length_in_english(*limit))
            }
            Self::Extended { at, days } => {
                format!("extended {} by {}", minute(at), length_in_english(Limit::WorkingDays(*days)))
            }
            Self::Capped { day, before } => {
                format!("due no later than {} before the end of {day}", length_in_english(*before))
            }
            Self::Paused { from, to } => format!("paused from {} to {}", minute(from), minute(to)),
            Self::Resting(since) => format!("paused since {}; dated again when it goes on", minute(since)),
            Self::Rest { first, last } if first == last => {
                format!("{first} is a rest day and does not count")
            }
            Self::Rest { first, last } => format!("{first} to {last} are rest days and do not count"),
            Self::MakeUp(day) => format!("{day} is a make-up working day and counts"),
            Self::Due(at) => format!("due {}", minute(at)),
            Self::Undated(year) => {
                format!("the notice of working days for {year} is missing; its import will date this")
            }
            Self::Stopped(at) => format!("stopped {}", minute(at)),
            Self::Cancelled(at) => format!("called off {}", minute(at)),
        }
    }
}

fn length_in_chinese(limit: Limit) -> String {
    match limit {
        Limit::WorkingDays(days) => format!("{days} 个工作日"),
        Limit::WorkingHours(hours) => format!("{hours} 个工作小时"),
        Limit::WorkingMinutes(minutes) => format!("{minutes} 个工作分钟"),
        Limit::Hours(hours) => format!("{hours} 小时"),
        Limit::Minutes(minutes) => format!("{minutes} 分钟"),
    }
}

fn length_in_english(limit: Limit) -> String {
    let (count, unit) = match limit {
        Limit::WorkingDays(days) => (days, "working day"),
        Limit::WorkingHours(hours) => (hours, "working hour"),
        Limit::WorkingMinutes(minutes) => (minutes, "working minute"),
        Limit::Hours(hours) => (hours, "hour"),
        Limit::Minutes(minutes) => (minutes, "minute"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn minute(at: &Zoned) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
