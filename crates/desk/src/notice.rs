//! Mails about a case that no step of its process sends.
use crate::clock::due_lines;
use crate::{Desk, DeskError, Person, StoredCase, Viewer};
use serde_json::json;
use store::NewMail;
use workflow::{Assignee, Definition, Language, Text, ZoneId};

/// What a mail tells, and of which case.
pub(crate) struct Notice<'n> {
    pub(crate) zone: ZoneId,
    pub(crate) template: &'static str,
    pub(crate) case: &'n StoredCase,
    pub(crate) definition: &'n Definition,
    /// What happened.
    pub(crate) title: Text,
    /// Who did it.
    pub(crate) actor: &'n Person,
    /// What they wrote, by its label.
    pub(crate) said: (Text, &'n str),
}

impl Desk {
    /// Everybody who plays an assigned role in a case.
    pub(crate) async fn assignees(&self, zone: ZoneId, case: &StoredCase) -> Result<Vec<Person>, DeskError> {
        let viewer = Viewer::System(zone);
        let mut people: Vec<Person> = vec![];
        for (role, assignee) in &case.case.assigned {
            let found = match *assignee {
                Assignee::Person { person, .. } => self.store.person_batch(&viewer, &[person]).await?,
                Assignee::Unit(unit) => self.store.person_by_roles(&viewer, role, Some(unit)).await?,
            };
            for person in found {
                if !people.iter().any(|known| known.id == person.id) {
                    people.push(person);
                }
            }
        }
        Ok(people)
    }

    /// Writes a notice to those of these people who have an address.
    pub(crate) async fn notices(
        &self,
        notice: &Notice<'_>,
        to: Vec<Person>,
    ) -> Result<Vec<NewMail>, DeskError> {
        let viewer = Viewer::System(notice.zone);
        let zone = self.zone(notice.zone).await?.ok_or(DeskError::UnknownZone)?.name;
        let company = match notice.case.case.company {
            Some(company) => self.store.company_find(&viewer, company).await?,
            None => None,
        };
        let company = company.map(|company| company.name).unwrap_or_default();
        let (waits, time) = (self.waits(notice.zone, to.iter()).await?, self.time(notice.zone).await?);
        let mail = |person: Person| {
            let address = person.email.clone()?;
            let due = waits.due(notice.template, person.id, self.surroundings().now(), &time)?;
            let language = Language::parse(&person.language).unwrap_or_default();
            Some(NewMail {
                id: self.surroundings().id(),
                template: notice.template.to_owned(),
                recipient: Some(person.id),
                address,
                language: language.as_str().to_owned(),
                context: notice.context(&zone, &company, &person, language),
                name: person.name,
                due,
            })
        };
        Ok(to.into_iter().filter_map(mail).collect())
    }
}

impl Notice<'_> {
    /// What the template may say to this person; it is made like that of a step's mails.
    fn context(&self, zone: &str, company: &str, to: &Person, language: Language) -> serde_json::Value {
        let (case, definition) = (&self.case.case, self.definition);
        let state = case.configuration.active.first().and_then(|key| definition.states.get(key));
        let clocks = due_lines(definition, case, language, to.company.is_some());
        let clocks = clocks.into_iter().map(|(title, due)| json!({"title": title, "due": due}));
        // Staff read names of staff; a company reads only the names of its own people.
        let named = to.company.is_none() || to.company == self.actor.company;
        json!({
            "zone": {"name": zone},
            "recipient": {"name": to.name},
            "case": {
                "number": self.case.number,
                "title": self.case.title,
                "process": definition.title.get(language),
                "state": state.map_or("", |state| state.title.get(language)),
                "company": company,
            },
            "action": {
                "title": self.title.get(language),
                "actor": named.then_some(self.actor.name.as_str()),
            },
            "answers": [{"label": self.said.0.get(language), "value": self.said.1}],
            "clocks": clocks.collect::<Vec<_>>(),
        })
    }
}
