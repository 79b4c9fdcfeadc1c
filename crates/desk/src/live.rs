//! What moves while somebody looks. Whoever looks is known again before anything is shown, so that a session that ended
//! and a role that was taken end the looking too.
use crate::{Caller, CaseFilter, CaseView, Desk, DeskError, Viewer};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashSet};
use store::{Heard, Listener, MailNotice, Subject};
use uuid::Uuid;
use workflow::CaseId;

/// How many cases are looked at together; of more than this it is said that some were missed.
const TOGETHER: usize = 100;

/// Hears what moves in the zone of one caller.
#[derive(Debug)]
pub struct Live {
    listener: Listener,
    caller: Caller,
}

/// What moved since one last heard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// Cases that took steps; whether the caller sees them is not asked yet.
    pub cases: BTreeSet<CaseId>,
    /// Whether mail was written to the caller.
    pub mail: bool,
    /// Whether something may have moved unheard.
    pub missed: bool,
}

/// Cases that moved, by whether a filter finds them.
#[derive(Debug, Clone, Default)]
pub struct Sorted {
    /// Those that it finds.
    pub found: Vec<CaseView>,
    /// Those that it does not find, or no longer.
    pub others: Vec<CaseView>,
}

impl Live {
    /// Waits for news; it may be dropped while it waits. What came meanwhile comes together. None when the program stops.
    pub async fn next(&mut self) -> Option<News> {
        let mut news = News::default();
        let mut heard = self.listener.next().await?;
        loop {
            self.note(&mut news, heard);
            if news.cases.len() > TOGETHER {
                news.cases.clear();
                news.missed = true;
            }
            match self.listener.waiting() {
                Some(more) => heard = more,
                None if news == News::default() => heard = self.listener.next().await?,
                None => return Some(news),
            }
        }
    }

    fn note(&self, news: &mut News, heard: Heard) {
        match heard {
            Heard::Gap => news.missed = true,
            Heard::Moved(zone, _) if zone != self.caller.zone => {}
            Heard::Moved(_, Subject::Case(id)) => {
                news.cases.insert(id);
            }
            Heard::Moved(_, Subject::Mail(person)) => news.mail |= person == self.caller.person.id,
        }
    }
}

/// The notices that somebody was shown, so that none is shown twice.
#[derive(Debug)]
pub struct Shown {
    since: Timestamp,
    /// Those of that instant and later.
    ids: HashSet<Uuid>,
}

impl Desk {
    /// Listens to what moves in a caller's zone from now on.
    #[must_use]
    pub fn live(&self, caller: &Caller) -> Live {
        Live { listener: self.store.changes(), caller: caller.clone() }
    }

    /// Sorts those of these cases that the caller sees by whether the filter finds them.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn case_sort(
        &self,
        caller: &Caller,
        filter: &CaseFilter,
        ids: &BTreeSet<CaseId>,
    ) -> Result<Sorted, DeskError> {
        let ids: Vec<CaseId> = ids.iter().copied().collect();
        let seen = self.case_batch(caller, &ids).await?;
        if seen.is_empty() {
            return Ok(Sorted::default());
        }
        let ids: Vec<CaseId> = seen.iter().map(|case| case.stored.id).collect();
        let found: HashSet<CaseId> =
            self.store.case_among(&self.viewer(caller), filter, &ids).await?.into_iter().collect();
        let (found, others) = seen.into_iter().partition(|case| found.contains(&case.stored.id));
        Ok(Sorted { found, others })
    }

    /// Begins to show the caller's notices: those of before count as shown.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn notices_from_now(&self, caller: &Caller) -> Result<Shown, DeskError> {
        let mut shown = Shown { since: self.surroundings.now(), ids: HashSet::new() };
        self.notices_unshown(caller, &mut shown).await?;
        Ok(shown)
    }

    /// The caller's notices that were not shown, oldest first; they are shown with this.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn notices_unshown(
        &self,
        caller: &Caller,
        shown: &mut Shown,
    ) -> Result<Vec<MailNotice>, DeskError> {
        let viewer = Viewer::System(caller.zone);
        let mut notices = self.store.notice_list(&viewer, caller.person.id, shown.since).await?;
        if let Some(last) = notices.last() {
            shown.since = shown.since.max(last.at);
        }
        let known = std::mem::take(&mut shown.ids);
        shown.ids = notices.iter().map(|notice| notice.id).collect();
        notices.retain(|notice| !known.contains(&notice.id));
        Ok(notices)
    }
}
