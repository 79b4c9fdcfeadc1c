//! What people look up. Every read names who asks; what they may not see is not there.
use crate::circumstances::Circumstances;
use crate::clock::{INTERNAL, discreet};
use crate::{
    Caller, CaseFilter, CaseOrder, Company, Desk, DeskError, PAGE_MOST, Page, PageRequest, Person,
    StoredCase, Unit, Viewer,
};
use ::calendar::BusinessTime;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use store::Stretch;
use workflow::engine::{Offer, readable};
use workflow::{
    Action, Actor, Call, CaseId, CompanyId, Definition, Entry, Field, Key, Language, PersonId, Refusal,
    UnitId, World,
};

/// A case with the definition it is pinned to.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The case.
    pub stored: Arc<StoredCase>,
    /// Its definition.
    pub definition: Arc<Definition>,
}

/// An action the caller may try.
#[derive(Debug, Clone)]
pub struct ActionView {
    /// Its key.
    pub key: Key,
    /// The action.
    pub action: Action,
    /// The definition its questions are in.
    pub definition: Arc<Definition>,
    /// What stands in its way whatever is answered.
    pub blocked: Option<Refusal>,
}

/// A row of a case's history.
#[derive(Debug, Clone)]
pub struct EventView {
    /// The case.
    pub case: CaseId,
    /// Its place in the history, from one.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who acted; nobody for what happened of itself.
    pub actor: Option<PersonId>,
    /// What happened.
    pub entry: Entry,
    /// The row's hash over the one before it.
    pub hash: [u8; 32],
    /// The definition its words are in.
    pub definition: Arc<Definition>,
    /// The case as it stands, which says what of it is hidden from whom.
    pub stored: Arc<StoredCase>,
}

/// What of a case's answers somebody may read.
#[derive(Debug)]
pub struct Reading {
    actor: Actor,
    definition: Arc<Definition>,
    stored: Arc<StoredCase>,
    now: Timestamp,
    time: BusinessTime,
}

impl Reading {
    /// Whether they may read the answer to this question: not what is internal, nor what is hidden from their roles.
    #[must_use]
    pub fn may(&self, field: &Key) -> bool {
        let world = World::new(self.now, &self.time);
        readable(&self.definition, &self.stored.case, field, &self.actor, world)
    }

    /// Whether they see the answer to this question in part: staff, where it is personal.
    #[must_use]
    pub fn in_part(&self, field: &Field) -> bool {
        field.personal && self.actor.company.is_none()
    }
}

impl EventView {
    /// What happened, as people call it.
    #[must_use]
    pub fn title(&self, language: Language) -> String {
        let (zh, definition) = (language == Language::Zh, &self.definition);
        let clock = |name: &str| {
            let key = name.split('.').nth(1).unwrap_or_default();
            let title = definition.clocks.get(key).map(|clock| &clock.title);
            let title = title.or_else(|| definition.automatics.get(key).map(|automatic| &automatic.title));
            title.map_or(key, |title| title.get(language)).to_owned()
        };
        match &self.entry.call {
            Call::Act { action, .. } => definition
                .actions
                .get(action)
                .map_or(&**action, |action| action.title.get(language))
                .to_owned(),
            Call::Fire { timer } if timer.contains(".warn.") && zh => format!("{}临近到期", clock(timer)),
            Call::Fire { timer } if timer.contains(".warn.") => format!("{}: due soon", clock(timer)),
            Call::Fire { timer } if timer.contains(".late.") && zh => format!("{}超期未办结", clock(timer)),
            Call::Fire { timer } if timer.contains(".late.") => format!("{}: still overdue", clock(timer)),
            Call::Fire { timer } if timer.ends_with(".breach") && zh => format!("{}超期", clock(timer)),
            Call::Fire { timer } if timer.ends_with(".breach") => format!("{}: overdue", clock(timer)),
            Call::Fire { timer } if **timer == *INTERNAL && zh => "内部时限已到".into(),
            Call::Fire { timer } if **timer == *INTERNAL => "an internal time was up".into(),
            Call::Fire { timer } => clock(timer),
            Call::Spawn { .. } if zh => "由关联事项发起".into(),
            Call::Spawn { .. } => "opened by another case".into(),
            Call::Told { .. } => {
                let heard = self.entry.automatics.first().and_then(|key| definition.automatics.get(key));
                heard.map_or("", |automatic| automatic.title.get(language)).to_owned()
            }
            Call::Recompute if zh => "按新的日历或时限重算到期时间".into(),
            Call::Recompute => "due times computed by a new calendar or limit".into(),
            Call::Relocate { version } if zh => format!("迁移到流程第 {version} 版"),
            Call::Relocate { version } => format!("moved to version {version} of the process"),
        }
    }
}

impl Desk {
    /// Finds a case.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn case_find(&self, caller: &Caller, id: CaseId) -> Result<Option<CaseView>, DeskError> {
        let found = self.store.case_find(&self.viewer(caller), id).await?;
        found.map(|stored| self.view(stored)).transpose()
    }

    /// Finds cases by their ids, in any order; those the caller may not see are left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn case_batch(&self, caller: &Caller, ids: &[CaseId]) -> Result<Vec<CaseView>, DeskError> {
        let found = self.store.case_batch(&self.viewer(caller), ids).await?;
        found.into_iter().map(|stored| self.view(stored)).collect()
    }

    /// Lists cases.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn case_page(
        &self,
        caller: &Caller,
        filter: &CaseFilter,
        order: CaseOrder,
        request: &PageRequest,
    ) -> Result<Page<CaseView>, DeskError> {
        let page = self.store.case_page(&self.viewer(caller), filter, order, request).await?;
        let items = page.items.into_iter().map(|stored| self.view(stored)).collect::<Result<_, _>>()?;
        Ok(Page { items, has_next: page.has_next, has_previous: page.has_previous })
    }

    /// Counts cases.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn case_count(&self, caller: &Caller, filter: &CaseFilter) -> Result<i64, DeskError> {
        Ok(self.store.case_count(&self.viewer(caller), filter).await?)
    }

    /// Puts a stored case and its definition together.
    ///
    /// # Errors
    /// [`DeskError::UnknownDefinition`].
    pub fn view(&self, stored: StoredCase) -> Result<CaseView, DeskError> {
        let definition = self.definition(&stored)?;
        Ok(CaseView { stored: Arc::new(stored), definition })
    }

    /// A case's history after row `after`, oldest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn event_page(
        &self,
        caller: &Caller,
        case: &CaseView,
        after: i64,
        limit: u64,
    ) -> Result<Vec<EventView>, DeskError> {
        let rows = self.store.event_page(&self.viewer(caller), case.stored.id, after, limit).await?;
        Ok(rows.into_iter().map(|row| event(row, case, caller)).collect())
    }

    /// Stretches of the histories of several cases, each from a row after the second number up to the third.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn event_stretches(
        &self,
        caller: &Caller,
        stretches: &[(&CaseView, i64, i64)],
    ) -> Result<Vec<EventView>, DeskError> {
        let asked: Vec<Stretch> = stretches
            .iter()
            .map(|(case, after, to)| Stretch { case: case.stored.id, after: *after, to: *to })
            .collect();
        let cases: HashMap<CaseId, &CaseView> =
            stretches.iter().map(|(case, ..)| (case.stored.id, *case)).collect();
        let rows = self.store.event_stretches(&self.viewer(caller), &asked).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some(event(row.clone(), cases.get(&row.case)?, caller)))
            .collect())
    }

    /// What of a case's answers the caller may read.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn reading(
        &self,
        caller: &Caller,
        definition: &Arc<Definition>,
        stored: &Arc<StoredCase>,
    ) -> Result<Reading, DeskError> {
        Ok(Reading {
            actor: caller.actor(),
            definition: definition.clone(),
            stored: stored.clone(),
            now: self.surroundings.now(),
            time: self.time(caller.zone).await?,
        })
    }

    /// What happened to a case since the caller saw it at a version.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn changes_since(
        &self,
        caller: &Caller,
        case: CaseId,
        version: i64,
    ) -> Result<Vec<EventView>, DeskError> {
        let Some(case) = self.case_find(caller, case).await? else { return Ok(vec![]) };
        self.event_page(caller, &case, version.max(0), PAGE_MOST).await
    }

    /// What the caller may try on each of these cases.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn actions(
        &self,
        caller: &Caller,
        cases: &[&CaseView],
    ) -> Result<HashMap<CaseId, Vec<ActionView>>, DeskError> {
        let (actor, circumstances) = (caller.actor(), self.circumstances_batch(caller.zone, cases).await?);
        let of_case = |(case, circumstances): (&&CaseView, &Circumstances)| {
            let CaseView { stored, definition } = case;
            let view = |offer: Offer| ActionView {
                key: offer.key.clone(),
                action: offer.action.clone(),
                definition: definition.clone(),
                blocked: offer.blocked,
            };
            let offers = workflow::available(definition, &stored.case, &actor, circumstances.world());
            (stored.id, offers.into_iter().map(view).collect())
        };
        Ok(cases.iter().zip(&circumstances).map(of_case).collect())
    }

    /// Companies by their ids.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn companies(&self, caller: &Caller, ids: &[CompanyId]) -> Result<Vec<Company>, DeskError> {
        Ok(self.store.company_batch(&self.viewer(caller), ids).await?)
    }

    /// People by their ids. Companies see their own: who of the staff works on what is not told them.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn people(&self, caller: &Caller, ids: &[PersonId]) -> Result<Vec<Person>, DeskError> {
        let mut people = self.store.person_batch(&self.viewer(caller), ids).await?;
        people.retain(|person| caller.person.company.is_none() || person.company == caller.person.company);
        Ok(people)
    }

    /// Staff who hold a role, to choose from.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn people_by_role(
        &self,
        caller: &Caller,
        role: &str,
        unit: Option<UnitId>,
    ) -> Result<Vec<Person>, DeskError> {
        Ok(self.store.person_by_roles(&self.viewer(caller), role, unit).await?)
    }

    /// Units by their ids. Their names are no secret within the zone.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn units_by_id(&self, caller: &Caller, ids: &[UnitId]) -> Result<Vec<Unit>, DeskError> {
        Ok(self.store.unit_batch(&Viewer::System(caller.zone), ids).await?)
    }

    /// The units of the zone, to choose from.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn units(&self, caller: &Caller) -> Result<Vec<Unit>, DeskError> {
        Ok(self.store.unit_list(&self.viewer(caller)).await?)
    }

    /// The name of the caller's zone.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn zone_name(&self, caller: &Caller) -> Result<String, DeskError> {
        Ok(self.zone(caller.zone).await?.ok_or(DeskError::UnknownZone)?.name)
    }
}

/// A row of a case's history as the caller may read it.
fn event(row: store::Event, case: &CaseView, caller: &Caller) -> EventView {
    let mut entry = row.entry;
    if caller.person.company.is_some() {
        discreet(&mut entry, &case.definition);
    }
    EventView {
        case: row.case,
        seq: row.seq,
        at: row.at,
        actor: row.actor,
        entry,
        hash: row.hash,
        definition: case.definition.clone(),
        stored: case.stored.clone(),
    }
}
