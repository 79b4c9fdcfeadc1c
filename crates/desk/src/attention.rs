//! Who follows a case, and who has it open: two of the staff who work on one thing should know of each other.
use crate::{Caller, CaseView, Desk, DeskError, Person, Refused, Viewer};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use store::Looker;
use workflow::{CaseId, PersonId, Step, ZoneId};

/// The mail that tells followers of a case that it moved on.
pub(crate) const WATCHED: &str = "case-watched";
/// How long somebody is taken to have a case open after they last said so.
const LOOKING: SignedDuration = SignedDuration::from_secs(60);

impl Desk {
    /// Lets the caller follow a case, or follow it no more.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn case_watch(
        &self,
        caller: &Caller,
        id: CaseId,
        watching: bool,
    ) -> Result<Result<CaseView, Refused>, DeskError> {
        let Some(case) = self.case_find(caller, id).await? else { return Ok(Err(Refused::NoSuchCase)) };
        let tx = self.store.begin(caller.zone).await?;
        if watching {
            tx.watcher_insert(id, caller.person.id, self.surroundings.now()).await?;
        } else {
            tx.watcher_delete(id, caller.person.id).await?;
        }
        tx.commit().await?;
        Ok(Ok(case))
    }

    /// Records that the caller has a case open.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn case_look(
        &self,
        caller: &Caller,
        id: CaseId,
    ) -> Result<Result<CaseView, Refused>, DeskError> {
        let Some(case) = self.case_find(caller, id).await? else { return Ok(Err(Refused::NoSuchCase)) };
        let now = self.surroundings.now();
        let tx = self.store.begin(caller.zone).await?;
        tx.looker_record(id, Looker { person: caller.person.id, at: now }, since(now)).await?;
        tx.commit().await?;
        Ok(Ok(case))
    }

    /// Who follows a case, the longest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn watchers(&self, caller: &Caller, case: &CaseView) -> Result<Vec<Person>, DeskError> {
        let viewer = self.viewer(caller);
        let ids = self.store.watcher_list(&viewer, case.stored.id).await?;
        let mut people = by_id(self.people(caller, &ids).await?);
        Ok(ids.iter().filter_map(|id| people.remove(id)).collect())
    }

    /// Which of these cases the caller follows.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn watched(&self, caller: &Caller, cases: &[CaseId]) -> Result<Vec<CaseId>, DeskError> {
        Ok(self.store.watched_batch(&self.viewer(caller), caller.person.id, cases).await?)
    }

    /// Who has a case open, and when they last said so.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn lookers(
        &self,
        caller: &Caller,
        case: &CaseView,
    ) -> Result<Vec<(Person, Timestamp)>, DeskError> {
        let since = since(self.surroundings.now());
        let lookers = self.store.looker_list(&self.viewer(caller), case.stored.id, since).await?;
        let ids: Vec<PersonId> = lookers.iter().map(|looker| looker.person).collect();
        let mut people = by_id(self.people(caller, &ids).await?);
        Ok(lookers.iter().filter_map(|one| Some((people.remove(&one.person)?, one.at))).collect())
    }

    /// The followers who are told that a step changed the state of a case: those who saw it until now and did not take
    /// the step themselves.
    pub(crate) async fn watchers_told(
        &self,
        zone: ZoneId,
        case: CaseId,
        step: &Step,
        actor: Option<&Person>,
    ) -> Result<Vec<Person>, DeskError> {
        if step.entry.from.is_empty() || step.entry.from == step.entry.to {
            return Ok(vec![]);
        }
        let viewer = Viewer::System(zone);
        let ids = self.store.watcher_list(&viewer, case).await?;
        let mut told = vec![];
        for person in self.store.person_batch(&viewer, &ids).await? {
            if person.email.is_none() || actor.is_some_and(|actor| actor.id == person.id) {
                continue;
            }
            let watcher = Caller::new(zone, person);
            if self.store.case_find(&self.viewer(&watcher), case).await?.is_some() {
                told.push(watcher.person);
            }
        }
        Ok(told)
    }
}

fn since(now: Timestamp) -> Timestamp {
    now.saturating_sub(LOOKING).unwrap_or(now)
}

fn by_id(people: Vec<Person>) -> HashMap<PersonId, Person> {
    people.into_iter().map(|person| (person.id, person)).collect()
}
