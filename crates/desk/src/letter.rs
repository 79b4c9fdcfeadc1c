//! Mails that a step causes: to whom, and what they may read, in their language.
use crate::attention::WATCHED;
use crate::caller::actor;
use crate::clock::due_lines;
use crate::wish::Waits;
use crate::{Desk, DeskError, Viewer};
use ::calendar::BusinessTime;
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::{NewMail, Person};
use workflow::engine::readable;
use workflow::{
    Answer, Assignee, Call, Case, CaseId, Definition, Key, Language, RoleKind, Step, UnitId, World, ZoneId,
};

impl Desk {
    /// Who gets the mails of a step, by mail. Nobody gets the same mail twice.
    async fn recipients(
        &self,
        zone: ZoneId,
        definition: &Definition,
        before: Option<&Case>,
        step: &Step,
    ) -> Result<Vec<(Key, Vec<Person>)>, DeskError> {
        let mut by_role: HashMap<&Key, Vec<Person>> = HashMap::new();
        let mut all = vec![];
        for mail in &step.mails {
            let mut people: Vec<Person> = vec![];
            for role in &mail.to {
                if !by_role.contains_key(role) {
                    let after = &step.case;
                    // Whoever is relieved of a role by the step is told by it still.
                    let case =
                        if after.assigned.contains_key(role) { after } else { before.unwrap_or(after) };
                    let players = self.players(zone, definition, case, role).await?;
                    by_role.insert(role, self.with_substitutes(zone, players).await?);
                }
                for person in by_role.get(role).into_iter().flatten() {
                    if person.email.is_some() && !people.iter().any(|known| known.id == person.id) {
                        people.push(person.clone());
                    }
                }
            }
            all.push((mail.template.clone(), people));
        }
        Ok(all)
    }

    /// Everybody who plays a role in a case.
    pub(crate) async fn players(
        &self,
        zone: ZoneId,
        definition: &Definition,
        case: &Case,
        role: &Key,
    ) -> Result<Vec<Person>, DeskError> {
        let viewer = Viewer::System(zone);
        let Some(kind) = definition.roles.get(role).map(|role| role.kind) else { return Ok(vec![]) };
        Ok(match (kind, case.assigned.get(role)) {
            (RoleKind::Applicant, _) => match case.company {
                Some(company) => self.store.person_by_company(&viewer, company).await?,
                None => vec![],
            },
            (RoleKind::Holder, _) => self.store.person_by_roles(&viewer, role, None).await?,
            (RoleKind::Assigned, Some(Assignee::Person { person, .. })) => {
                self.store.person_batch(&viewer, &[*person]).await?
            }
            (RoleKind::Assigned, Some(Assignee::Unit(unit))) => {
                self.store.person_by_roles(&viewer, role, Some(*unit)).await?
            }
            (RoleKind::Opener, _) => match case.opener {
                Some(opener) => self.store.person_batch(&viewer, &[opener]).await?,
                None => vec![],
            },
            (RoleKind::Assigned, None) => vec![],
        })
    }

    /// Reads what the mails of a step need: before its transaction, in which others would wait for it.
    pub(crate) async fn post(
        &self,
        zone: ZoneId,
        id: CaseId,
        definition: &Definition,
        before: Option<&Case>,
        step: &Step,
        actor: Option<&Person>,
    ) -> Result<Post, DeskError> {
        let viewer = Viewer::System(zone);
        let company = async {
            Ok(match step.case.company {
                Some(company) => self.store.company_find(&viewer, company).await?,
                None => None,
            })
        };
        let recipients = self.recipients(zone, definition, before, step);
        let (mut people, company, watchers) =
            tokio::try_join!(recipients, company, self.watchers_told(zone, id, step, actor))?;
        // Whoever reads of the step in a mail of its own needs no second one.
        let unread = |watcher: &Person| !people.iter().flat_map(|(_, to)| to).any(|one| one.id == watcher.id);
        let watchers: Vec<Person> = watchers.into_iter().filter(unread).collect();
        people.push((Key::from(WATCHED), watchers));
        if people.iter().all(|(_, people)| people.is_empty()) {
            return Ok(Post::default());
        }
        let everybody = people.iter().flat_map(|(_, people)| people);
        let waits = self.waits(zone, everybody).await?;
        let units = self.store.unit_batch(&viewer, &units(&step.entry.call)).await?;
        Ok(Post {
            people,
            zone: self.zone(zone).await?.ok_or(DeskError::UnknownZone)?.name,
            company: company.map(|company| company.name).unwrap_or_default(),
            units: units.into_iter().map(|unit| (unit.id, unit.name)).collect(),
            actor: actor.cloned(),
            waits,
        })
    }

    /// Writes the outbox rows of a step.
    pub(crate) fn letters(
        &self,
        post: &Post,
        definition: &Definition,
        number: &str,
        title: &str,
        step: &Step,
        time: &BusinessTime,
    ) -> Vec<NewMail> {
        let world = World::new(step.entry.now, time);
        let matter = Matter { post, definition, number, title, step, world };
        let addressed =
            post.people.iter().flat_map(|(key, people)| people.iter().map(move |person| (key, person)));
        let letter = |(template, person): (&Key, &Person)| {
            let language = Language::parse(&person.language).unwrap_or_default();
            let due = post.waits.due(template, person.id, step.entry.now, time)?;
            Some(NewMail {
                id: self.surroundings().id(),
                template: template.to_string(),
                recipient: Some(person.id),
                address: person.email.clone().unwrap_or_default(),
                name: person.name.clone(),
                language: language.as_str().to_owned(),
                context: matter.context(template, person, language),
                due,
            })
        };
        addressed.filter_map(letter).collect()
    }
}

/// The units that answers name.
fn units(call: &Call) -> Vec<UnitId> {
    let (Call::Act { answers, .. } | Call::Spawn { answers, .. } | Call::Told { answers, .. }) = call else {
        return vec![];
    };
    let named = |answer: &Answer| match answer {
        Answer::Unit(unit) => vec![*unit],
        Answer::Units(units) => units.clone(),
        _ => vec![],
    };
    answers.values().flat_map(named).collect()
}

/// Who gets the mails of a step, and the names that they may tell.
#[derive(Default)]
pub(crate) struct Post {
    people: Vec<(Key, Vec<Person>)>,
    zone: String,
    company: String,
    units: HashMap<UnitId, String>,
    actor: Option<Person>,
    waits: Waits,
}

/// What a mail is about.
struct Matter<'m> {
    post: &'m Post,
    definition: &'m Definition,
    number: &'m str,
    title: &'m str,
    step: &'m Step,
    world: World<'m>,
}

impl Matter<'_> {
    /// What a template may say to this person.
    fn context(&self, template: &str, person: &Person, language: Language) -> Value {
        let state =
            self.step.case.configuration.active.first().and_then(|key| self.definition.states.get(key));
        let clocks: Vec<Value> =
            due_lines(self.definition, &self.step.case, language, person.company.is_some())
                .into_iter()
                .map(|(title, due)| json!({"title": title, "due": due}))
                .collect();
        json!({
            "zone": {"name": self.post.zone},
            "recipient": {"name": person.name},
            "case": {
                "number": self.number,
                "title": self.title,
                "process": self.definition.title.get(language),
                "state": state.map_or("", |state| state.title.get(language)),
                "company": self.post.company,
            },
            "action": {"title": self.what_happened(language, person.company.is_some()), "actor": self.actor_for(person)},
            "answers": self.answers(person, language),
            "clocks": clocks,
            "unsubscribe": self.post.waits.unsubscribe(template, person.id),
        })
    }

    /// What the step did, as this reader may know it: who applied reads what came of an internal clock, not its name.
    fn what_happened(&self, language: Language, outsider: bool) -> String {
        let secret = |timer: &str| {
            outsider && timer.split('.').nth(1).is_some_and(|clock| self.definition.is_internal(clock))
        };
        match &self.step.entry.call {
            Call::Act { action, .. } => {
                self.definition.actions.get(action).map_or("", |action| action.title.get(language)).to_owned()
            }
            Call::Fire { timer } if timer.starts_with("clock.") && !secret(timer) => {
                let clock = timer.split('.').nth(1).and_then(|key| self.definition.clocks.get(key));
                clock.map_or("", |clock| clock.title.get(language)).to_owned()
            }
            _ => {
                let automatic =
                    self.step.entry.automatics.first().and_then(|key| self.definition.automatics.get(key));
                automatic.map_or("", |automatic| automatic.title.get(language)).to_owned()
            }
        }
    }

    /// Staff read names of staff; a company reads only the names of its own people.
    fn actor_for(&self, person: &Person) -> Option<&str> {
        let actor = self.post.actor.as_ref()?;
        (person.company.is_none() || person.company == actor.company).then_some(actor.name.as_str())
    }

    /// What was answered, and what the step tells other cases of this one, as far as this person may read it.
    fn answers(&self, person: &Person, language: Language) -> Vec<Value> {
        let entry = &self.step.entry;
        let answered = match &entry.call {
            Call::Act { answers, .. } | Call::Spawn { answers, .. } | Call::Told { answers, .. } => {
                Some(answers)
            }
            _ => None,
        };
        let told = entry.told.iter().map(|tell| &tell.answers);
        let said: IndexMap<&Key, &Answer> = answered.into_iter().chain(told).flatten().collect();
        let actor = actor(person);
        let reads = |key: &Key| readable(self.definition, &self.step.case, key, &actor, self.world);
        said.into_iter()
            .filter(|(key, _)| reads(key))
            .filter_map(|(key, answer)| Some((self.definition.fields.get(key)?, answer)))
            .map(|(field, answer)| {
                let value = match answer {
                    Answer::Unit(unit) => self.post.units.get(unit).cloned().unwrap_or_default(),
                    Answer::Units(units) => {
                        let names = units.iter().filter_map(|unit| self.post.units.get(unit).cloned());
                        names.collect::<Vec<_>>().join(if language == Language::Zh { "、" } else { ", " })
                    }
                    _ if field.personal && person.company.is_none() => {
                        crate::masked(&answer.display(&field.kind, language))
                    }
                    _ => answer.display(&field.kind, language),
                };
                json!({"label": field.title.get(language), "value": value})
            })
            .collect()
    }
}
