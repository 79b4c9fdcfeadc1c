//! The proof that a case is what its history says: its rows played again give its row.
use crate::calendar::place;
use crate::{Desk, DeskError, StoredCase, Viewer};
use ::calendar::{BusinessTime, Calendar, Hours};
use std::collections::HashMap;
use workflow::engine::Origin;
use workflow::{Entry, Key, replay};

/// How many rows are read at once.
const BATCH: u64 = 500;

impl Desk {
    /// Plays a case's history again; answers what does not follow from it, if anything.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn history_replay(&self, stored: &StoredCase) -> Result<Option<String>, DeskError> {
        let viewer = Viewer::System(stored.zone);
        let mut entries: Vec<Entry> = vec![];
        loop {
            let after = i64::try_from(entries.len()).unwrap_or(i64::MAX);
            let rows = self.store.event_page(&viewer, stored.id, after, BATCH).await?;
            if rows.is_empty() {
                break;
            }
            entries.extend(rows.into_iter().map(|row| row.entry));
        }
        let mut times: HashMap<String, BusinessTime> = HashMap::new();
        for entry in &entries {
            if times.contains_key(&entry.calendar) {
                continue;
            }
            if let Some(calendar) = self.calendar_of(&viewer, &entry.calendar).await? {
                times.insert(entry.calendar.clone(), BusinessTime::new(calendar, Hours::default(), place()));
            }
        }
        let catalog = self.catalog();
        let case = &stored.case;
        let origin = Origin {
            process: &case.process,
            version: case.version,
            company: case.company,
            definition_of: |process: &Key, version| {
                catalog.find(stored.zone, process, version).map(|found| &**found)
            },
            time_of: |digest: &str| times.get(digest).cloned(),
        };
        Ok(match replay(&origin, &entries) {
            Ok(again) if again == *case => None,
            Ok(_) => Some("its history gives another case than its row".to_owned()),
            Err(unlike) => Some(unlike.to_string()),
        })
    }

    async fn calendar_of(&self, viewer: &Viewer, digest: &str) -> Result<Option<Calendar>, DeskError> {
        let shipped = Calendar::shipped();
        if shipped.digest() == digest {
            return Ok(Some(shipped));
        }
        let row = self.store.calendar_find(viewer.zone(), digest).await?;
        Ok(row.and_then(|row| Calendar::parse(&row.csv).ok()))
    }
}
