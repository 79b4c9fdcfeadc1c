//! What a step reads beside its case: the instant, working time, the zone's limits, and what its definition wants to
//! know of other cases and of who is present.
use crate::{CaseView, Desk, DeskError, StoredCase, Viewer};
use ::calendar::{BusinessTime, Limit};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{Absence, Children, Tx};
use workflow::{
    Answer, Assignee, Case, CaseId, CompanyId, Definition, Key, PersonId, RoleKind, World, ZoneId,
};

/// Gathered before a step, so that the engine reads nothing itself.
pub(crate) struct Circumstances {
    now: Timestamp,
    time: BusinessTime,
    limits: Arc<BTreeMap<Key, Limit>>,
    facts: BTreeMap<Key, Answer>,
}

impl Circumstances {
    /// As the engine takes them.
    pub(crate) fn world(&self) -> World<'_> {
        World { now: self.now, time: &self.time, limits: &self.limits, facts: &self.facts }
    }
}

/// Who plays a role in a case, as far as it tells one case from another.
#[derive(PartialEq, Eq, Hash)]
enum Player {
    Company(Option<CompanyId>),
    Person(Option<PersonId>),
    Assigned(Option<Assignee>),
    Holder,
}

impl Player {
    fn of(definition: &Definition, case: &Case, role: &Key) -> Self {
        match definition.roles.get(role).map(|role| role.kind) {
            Some(RoleKind::Applicant) => Self::Company(case.company),
            Some(RoleKind::Opener) => Self::Person(case.opener),
            Some(RoleKind::Assigned) => Self::Assigned(case.assigned.get(role).copied()),
            Some(RoleKind::Holder) | None => Self::Holder,
        }
    }
}

/// Whether somebody who plays a role is there, as found out for one case and true for all others like it.
type Presence = HashMap<(Key, Key, Player), bool>;

impl Desk {
    /// The circumstances of a step on a case, or of one that opens.
    pub(crate) async fn circumstances(
        &self,
        zone: ZoneId,
        definition: &Definition,
        stored: Option<&StoredCase>,
    ) -> Result<Circumstances, DeskError> {
        let of: Vec<CaseId> = stored.iter().map(|stored| stored.id).collect();
        let children = self.children_of(zone, &of, asks_of_children(definition)).await?;
        let children = of.first().and_then(|id| children.get(id).copied()).unwrap_or_default();
        let case = stored.map(|stored| &stored.case);
        self.gathered(zone, definition, case, children, &mut Presence::new()).await
    }

    /// The circumstances of a step on each of these cases, read together.
    pub(crate) async fn circumstances_batch(
        &self,
        zone: ZoneId,
        cases: &[&CaseView],
    ) -> Result<Vec<Circumstances>, DeskError> {
        let asking: Vec<CaseId> = cases
            .iter()
            .filter(|case| asks_of_children(&case.definition))
            .map(|case| case.stored.id)
            .collect();
        let children = self.children_of(zone, &asking, true).await?;
        let (mut presence, mut all) = (Presence::new(), vec![]);
        for case in cases {
            let children = children.get(&case.stored.id).copied().unwrap_or_default();
            let (definition, case) = (&case.definition, Some(&case.stored.case));
            all.push(self.gathered(zone, definition, case, children, &mut presence).await?);
        }
        Ok(all)
    }

    async fn children_of(
        &self,
        zone: ZoneId,
        cases: &[CaseId],
        wanted: bool,
    ) -> Result<HashMap<CaseId, Children>, DeskError> {
        if !wanted || cases.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(self.store.children_count(zone, cases, self.surroundings.now()).await?)
    }

    /// The same, as a transaction under way sees them.
    pub(crate) async fn circumstances_within(
        &self,
        tx: &Tx,
        definition: &Definition,
        stored: Option<(CaseId, &Case)>,
    ) -> Result<Circumstances, DeskError> {
        let children = match stored {
            Some((id, _)) if asks_of_children(definition) => {
                tx.children_count(id, self.surroundings.now()).await?
            }
            _ => Children::default(),
        };
        let case = stored.map(|(_, case)| case);
        self.gathered(tx.zone(), definition, case, children, &mut Presence::new()).await
    }

    async fn gathered(
        &self,
        zone: ZoneId,
        definition: &Definition,
        case: Option<&Case>,
        children: Children,
        presence: &mut Presence,
    ) -> Result<Circumstances, DeskError> {
        let now = self.surroundings.now();
        let mut facts = BTreeMap::new();
        for name in definition.outside() {
            let answer = match (&**name, name.strip_prefix("present."), case) {
                ("children.total", ..) => Answer::Number(children.total.into()),
                ("children.open", ..) => Answer::Number(children.open.into()),
                ("children.overdue", ..) => Answer::Number(children.overdue.into()),
                (_, Some(role), Some(case)) => {
                    let role = Key::from(role);
                    let part =
                        (definition.process.clone(), role.clone(), Player::of(definition, case, &role));
                    let there = match presence.get(&part) {
                        Some(there) => *there,
                        None => self.is_present(zone, definition, case, &role, now).await?,
                    };
                    presence.insert(part, there);
                    Answer::Truth(there)
                }
                _ => continue,
            };
            facts.insert(name.clone(), answer);
        }
        Ok(Circumstances {
            now,
            time: self.time(zone).await?,
            limits: self.limits_of(zone, &definition.process).await?,
            facts,
        })
    }

    /// Whether somebody who plays a role is there, or somebody is for them.
    async fn is_present(
        &self,
        zone: ZoneId,
        definition: &Definition,
        case: &Case,
        role: &Key,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        let players = self.players(zone, definition, case, role).await?;
        let absences = self.absences(zone, now).await?;
        let away = |person: PersonId| absent(&absences, person).is_some_and(|one| one.substitute.is_none());
        Ok(players.iter().any(|person| !away(person.id)))
    }

    /// People, and for those who are away, who stands in for them. Nobody twice.
    pub(crate) async fn with_substitutes(
        &self,
        zone: ZoneId,
        people: Vec<store::Person>,
    ) -> Result<Vec<store::Person>, DeskError> {
        let absences = self.absences(zone, self.surroundings.now()).await?;
        let known: BTreeSet<PersonId> = people.iter().map(|person| person.id).collect();
        let substitutes: BTreeSet<PersonId> = people
            .iter()
            .filter_map(|person| absent(&absences, person.id)?.substitute)
            .filter(|person| !known.contains(person))
            .collect();
        if substitutes.is_empty() {
            return Ok(people);
        }
        let substitutes: Vec<_> = substitutes.into_iter().collect();
        let found = self.store.person_batch(&Viewer::System(zone), &substitutes).await?;
        Ok(people.into_iter().chain(found).collect())
    }
}

fn asks_of_children(definition: &Definition) -> bool {
    definition.outside().any(|name| name.starts_with("children."))
}

fn absent(absences: &[Absence], person: PersonId) -> Option<&Absence> {
    absences.iter().find(|one| one.person == person)
}
