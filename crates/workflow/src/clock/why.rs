//! "Why is it due then?", as a list anyone can read.
use super::{ClockState, Due, End};
use crate::text::Language;
use calendar::{BusinessTime, Limit};
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

/// One line of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The clock started.
    Started(Zoned),
    /// It has this limit.
    Limit(Limit),
    /// It rested, which added this much.
    Paused {
        /// First instant.
        from: Zoned,
        /// Last instant.
        to: Zoned,
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

/// Answers why `clock` is due when it is, from its start to its due time.
#[must_use]
pub fn why(clock: &ClockState, time: &BusinessTime) -> Vec<Reason> {
    let local = |at: Timestamp| at.to_zoned(time.zone().clone());
    let mut reasons = vec![Reason::Started(local(clock.started)), Reason::Limit(clock.limit)];
    for pause in &clock.pauses {
        reasons.push(match pause.to {
            Some(to) => Reason::Paused { from: local(pause.from), to: local(to) },
            None => Reason::Resting(local(pause.from)),
        });
    }
    match clock.due {
        Some(Due::At(due)) => {
            if !matches!(clock.limit, Limit::Hours(_) | Limit::Minutes(_)) {
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
            Self::Limit(limit) => match limit {
                Limit::WorkingDays(days) => format!("时限 {days} 个工作日，首日不计"),
                Limit::WorkingHours(hours) => format!("时限 {hours} 个工作小时"),
                Limit::WorkingMinutes(minutes) => format!("时限 {minutes} 个工作分钟"),
                Limit::Hours(hours) => format!("时限 {hours} 小时"),
                Limit::Minutes(minutes) => format!("时限 {minutes} 分钟"),
            },
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
            Self::Limit(limit) => match limit {
                Limit::WorkingDays(1) => "limit 1 working day, the first day not counted".into(),
                Limit::WorkingDays(days) => format!("limit {days} working days, the first day not counted"),
                Limit::WorkingHours(hours) => format!("limit {hours} working hours"),
                Limit::WorkingMinutes(minutes) => format!("limit {minutes} working minutes"),
                Limit::Hours(hours) => format!("limit {hours} hours"),
                Limit::Minutes(minutes) => format!("limit {minutes} minutes"),
            },
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

fn minute(at: &Zoned) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
