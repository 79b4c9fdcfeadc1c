//! `calendar`: which days work, when a limit is over, and the calendar a zone counts by.
mod due;

use super::{input, print};
use crate::clock::Clock;
use crate::parts::{Failure, Place, desk, in_full};
use ::calendar::Day;
use jiff::civil::Date;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What can be asked of calendars.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Calendar {
    /// Prints `DATE,work` or `DATE,rest` for every day from one day to another, both included.
    #[command(after_help = "Example:\n  qianxiaoer calendar days --from 2022-09-30 --to 2022-10-09")]
    Days(Days),
    /// Prints the instant at which a limit is over, for one case or for many.
    #[command(after_help = due::EXAMPLES)]
    Due(due::Due),
    /// Replaces the calendar of a zone, and dates its open cases by it.
    #[command(
        after_help = "Example:\n  qianxiaoer calendar import cn-2027.csv --zone qianjiang --data data\n\n\
        The file lists every day that differs from the plain week, under the header `date,kind`: `holiday` for a \
        weekday off, `workday` for a weekend day on. It replaces all years, so it holds the old ones too."
    )]
    Import(Import),
    /// Prints the digest and the known years of a calendar: the shipped one, a file's, or a zone's.
    #[command(after_help = "Example:\n  qianxiaoer calendar show --zone qianjiang --data data")]
    Show(Show),
}

/// Lists days.
#[derive(Debug, clap::Args)]
pub(crate) struct Days {
    /// The first day.
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// A calendar (CSV `date,kind`) instead of the shipped one.
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
}

/// Imports a calendar.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The calendar (CSV `date,kind`); `-` reads stdin.
    file: PathBuf,
    /// The key of the zone that counts by it from now on.
    #[arg(long, value_name = "KEY")]
    zone: String,
    #[command(flatten)]
    place: Place,
}

/// Shows a calendar.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// A calendar (CSV `date,kind`) instead of the shipped one.
    #[arg(long, value_name = "FILE", conflicts_with = "zone")]
    calendar: Option<PathBuf>,
    /// The key of a zone, to show the calendar it counts by.
    #[arg(long, value_name = "KEY")]
    zone: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Calendar {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Days(days) => days.run(),
            Self::Due(due) => due.run(),
            Self::Import(import) => import.run().await,
            Self::Show(show) => show.run().await,
        }
    }
}

impl Days {
    fn run(self) -> Result<ExitCode, Failure> {
        let calendar = calendar(self.calendar.as_deref())?;
        let mut text = String::new();
        let days = self.from.series(jiff::Span::new().days(1));
        for date in days.take_while(|date| *date <= self.to) {
            let kind = match calendar.day(date)? {
                Day::Work => "work",
                Day::Rest => "rest",
            };
            writeln!(text, "{date},{kind}")?;
        }
        print(text)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    async fn run(self) -> Result<ExitCode, Failure> {
        let csv = input::read(&self.file)?;
        let desk = desk(self.place.open_existing().await?, &Clock::System)?;
        let zone = desk.zone_by_key(&self.zone).await?;
        let imported = match desk.calendar_import(zone.id, &csv).await {
            Err(::desk::ImportError::Mistakes(mistakes)) => return Err(listed(&self.file, &mistakes).into()),
            imported => imported?,
        };
        let (digest, years) = (imported.digest, spans(imported.years.into_iter()));
        print(format!("digest {digest}\nyears {years}\nrecomputed {}\n", imported.recomputed))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    async fn run(self) -> Result<ExitCode, Failure> {
        let calendar = match self.zone {
            None => calendar(self.calendar.as_deref())?,
            Some(key) => {
                let desk = desk(self.place.open_existing().await?, &Clock::System)?;
                let zone = desk.zone_by_key(&key).await?;
                desk.calendar_refresh(zone.id).await?.calendar().clone()
            }
        };
        print(format!("digest {}\nyears {}\n", calendar.digest(), spans(calendar.years())))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The calendar of a file, or the shipped one.
fn calendar(file: Option<&Path>) -> Result<::calendar::Calendar, Failure> {
    let Some(file) = file else { return Ok(::calendar::Calendar::shipped()) };
    ::calendar::Calendar::parse(&input::read(file)?).map_err(|mistakes| listed(file, &mistakes).into())
}

/// Every mistake of a file, one a line.
fn listed(file: &Path, mistakes: &[::calendar::CsvMistake]) -> String {
    let lines = mistakes
        .iter()
        .map(|mistake| format!("{}:{}: {}", file.display(), mistake.line, in_full(&mistake.problem)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Writes ascending years as `2004-2026, 2028`.
fn spans(years: impl Iterator<Item = i16>) -> String {
    let mut spans: Vec<(i16, i16)> = vec![];
    for year in years {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == year => *last = year,
            _ => spans.push((year, year)),
        }
    }
    let written = spans.iter().map(
        |(first, last)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        },
    );
    written.collect::<Vec<_>>().join(", ")
}
