//! The working time of a zone, and importing a new calendar of working days.
use crate::{Desk, DeskError, StoreError, Viewer};
use ::calendar::{BusinessTime, Calendar, CsvMistake, Hours};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use workflow::{Call, CaseId, ZoneId};

/// How many cases are looked at before the next ones are read.
const BATCH: u64 = 200;

/// What an import changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarImported {
    /// Digest of the calendar in force now.
    pub digest: String,
    /// Years whose notice it knows.
    pub years: Vec<i16>,
    /// Open cases whose due times moved or came to be.
    pub recomputed: u64,
}

/// Why an import was not done.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file has mistakes; nothing was imported.
    #[error("the calendar has {} mistakes, the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Mistakes(Vec<CsvMistake>),
    /// The file knows no year at all, so every clock would lose its due time.
    #[error("the calendar has no day of any year")]
    NoYear,
    /// The desk could not do it.
    #[error("the import could not be carried out")]
    Desk(#[from] DeskError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Where zones of this desk are: China has one time zone.
pub(crate) fn place() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)))
}

/// An instant as the zone's clocks on the wall show it.
pub(crate) fn local(at: Timestamp) -> Zoned {
    at.to_zoned(place())
}

impl Desk {
    /// The zone's working time.
    pub(crate) async fn time(&self, zone: ZoneId) -> Result<BusinessTime, DeskError> {
        if let Some(time) = self.times.read().ok().and_then(|times| times.get(&zone).cloned()) {
            return Ok(time);
        }
        self.calendar_refresh(zone).await
    }

    /// Looks at the zone's calendar again: another process may have imported one.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn calendar_refresh(&self, zone: ZoneId) -> Result<BusinessTime, DeskError> {
        let row = self.store.calendar_current(zone).await?;
        let known = self.times.read().ok().and_then(|times| times.get(&zone).cloned());
        if let (Some(row), Some(time)) = (&row, &known)
            && row.digest == time.calendar().digest()
        {
            return Ok(time.clone());
        }
        let calendar = match row {
            Some(row) => Calendar::parse(&row.csv).map_err(|mistakes| {
                DeskError::Calendar(mistakes.first().map(ToString::to_string).unwrap_or_default())
            })?,
            None => Calendar::shipped(),
        };
        let time = BusinessTime::new(calendar, Hours::default(), place());
        if let Ok(mut times) = self.times.write() {
            times.insert(zone, time.clone());
        }
        Ok(time)
    }

    /// Replaces the zone's calendar and dates open cases by it. Importing the same file twice changes nothing more.
    ///
    /// # Errors
    /// [`ImportError`]; a file with mistakes changes nothing.
    pub async fn calendar_import(&self, zone: ZoneId, csv: &str) -> Result<CalendarImported, ImportError> {
        let calendar = Calendar::parse(csv).map_err(ImportError::Mistakes)?;
        let years: Vec<i16> = calendar.years().collect();
        if years.is_empty() {
            return Err(ImportError::NoYear);
        }
        let tx = self.store.begin(zone).await?;
        tx.calendar_insert(calendar.digest(), &calendar.to_csv(), self.surroundings.now()).await?;
        tx.commit().await?;
        self.calendar_refresh(zone).await?;
        let recomputed = self.recompute(zone).await?;
        Ok(CalendarImported { digest: calendar.digest().to_owned(), years, recomputed })
    }

    /// Dates every open case by the calendar and limits in force; answers how many moved.
    pub(crate) async fn recompute(&self, zone: ZoneId) -> Result<u64, DeskError> {
        let viewer = Viewer::System(zone);
        let (mut after, mut moved): (Option<CaseId>, u64) = (None, 0);
        loop {
            let ids = self.store.case_open_ids(zone, after, BATCH).await?;
            let Some(last) = ids.last().copied() else { return Ok(moved) };
            for id in ids {
                moved += u64::from(self.case_try(&viewer, id, &Call::Recompute).await?);
            }
            after = Some(last);
        }
    }
}
