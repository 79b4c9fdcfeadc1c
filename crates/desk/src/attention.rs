//! Who follows a case, and who has it open: two of the staff who work on one thing should know of each other.
use crate::{Caller, CaseView, Desk, DeskError, Person, Refused, Viewer};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};
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

    /// Who follows each of these cases, the longest first; a case that nobody follows is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn watchers(
        &self,
        caller: &Caller,
        cases: &[CaseId],
    ) -> Result<HashMap<CaseId, Vec<Person>>, DeskError> {
        let watchers = self.store.watcher_list(&self.viewer(caller), cases).await?;
        let people = self.people_by_id(caller, watchers.iter().map(|(_, person)| *person)).await?;
        let mut all: HashMap<CaseId, Vec<Person>> = HashMap::new();
        for (case, person) in watchers {
            all.entry(case).or_default().extend(people.get(&person).cloned());
        }
        Ok(all)
    }

    /// Which of these cases the caller follows.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn watched(&self, caller: &Caller, cases: &[CaseId]) -> Result<Vec<CaseId>, DeskError> {
        Ok(self.store.watched_batch(&self.viewer(caller), caller.person.id, cases).await?)
    }

    /// Who has each of these cases open, and when they last said so; a case that nobody looks at is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn lookers(
        &self,
        caller: &Caller,
        cases: &[CaseId],
    ) -> Result<HashMap<CaseId, Vec<(Person, Timestamp)>>, DeskError> {
        let since = since(self.surroundings.now());
        let lookers = self.store.looker_list(&self.viewer(caller), cases, since).await?;
        let people = self.people_by_id(caller, lookers.iter().map(|(_, one)| one.person)).await?;
        let mut all: HashMap<CaseId, Vec<(Person, Timestamp)>> = HashMap::new();
        for (case, one) in lookers {
            let person = people.get(&one.person).cloned();
            all.entry(case).or_default().extend(person.map(|person| (person, one.at)));
        }
        Ok(all)
    }

    async fn people_by_id(
        &self,
        caller: &Caller,
        ids: impl Iterator<Item = PersonId>,
    ) -> Result<HashMap<PersonId, Person>, DeskError> {
        let ids: BTreeSet<PersonId> = ids.collect();
        let people = self.people(caller, &ids.into_iter().collect::<Vec<_>>()).await?;
        Ok(people.into_iter().map(|person| (person.id, person)).collect())
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
        let watchers = self.store.watcher_list(&viewer, &[case]).await?;
        let ids: Vec<PersonId> = watchers.into_iter().map(|(_, person)| person).collect();
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
