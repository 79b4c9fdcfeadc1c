//! What is due of itself. The loops of the program call this; a timer takes the same way as a person's click.
use crate::{Desk, DeskError, StoreError, Viewer};
use jiff::Timestamp;
use workflow::{Call, CaseId, Key, ZoneId};

/// How many timers are read at once.
const BATCH: u64 = 100;

impl Desk {
    /// Fires what is due in a zone, in order of due time, until nothing is; answers how many cases moved.
    ///
    /// A timer that no longer applies is void by the version of its case, so it fires once whoever else fires too.
    ///
    /// # Errors
    /// [`DeskError`]; what fired before stays.
    pub async fn timers_fire(&self, zone: ZoneId) -> Result<u64, DeskError> {
        let viewer = Viewer::System(zone);
        let mut fired = 0;
        loop {
            let due = self.store.timer_due(zone, self.surroundings.now(), BATCH).await?;
            let mut moved = 0;
            for timer in &due {
                let call = Call::Fire { timer: Key::from(timer.name.as_str()) };
                moved += u64::from(self.case_try(&viewer, timer.case, &call).await?);
            }
            fired += moved;
            // Firing replaces a case's timers. If nothing moved, someone else was faster, or nothing is due.
            if moved == 0 {
                return Ok(fired);
            }
        }
    }

    /// As [`Desk::case_call`], but a case that cannot be read is logged and passed over: it must not hold up the others.
    pub(crate) async fn case_try(&self, viewer: &Viewer, id: CaseId, call: &Call) -> Result<bool, DeskError> {
        match self.case_call(viewer, id, call).await {
            Err(
                error @ (DeskError::UnknownDefinition { .. } | DeskError::Store(StoreError::Corrupt { .. })),
            ) => {
                tracing::error!(case = %id, call = call.name(), %error, "a case is passed over");
                Ok(false)
            }
            moved => moved,
        }
    }

    /// When the next timer of any zone is due.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn timer_next(&self) -> Result<Option<Timestamp>, DeskError> {
        let mut next = None;
        for zone in self.zones().await? {
            let due = self.store.timer_next(zone.id).await?;
            next = match (next, due) {
                (Some(next), Some(due)) => Some(std::cmp::min(next, due)),
                (next, due) => next.or(due),
            };
        }
        Ok(next)
    }
}
