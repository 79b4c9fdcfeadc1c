//! Who is in a zone of the demonstration: units, staff, companies and those who speak for them.
use super::DemonstrationError;
use super::data::{CompanyLine, SpeakerLine, StaffLine, Statement, ZoneData};
use crate::{Caller, Confidence, Contact, Desk, FactOrder};
use indexmap::IndexMap;
use jiff::SignedDuration;
use jiff::civil::Date;
use std::collections::HashMap;
use store::{Claim, Company, CompanyId, Person, PersonId, SignInRules, Tx, Unit, UnitId, ZoneId};
use workflow::Language;

/// The role of those who speak for a company.
pub(super) const SPEAKER: &str = "company";

/// Everybody of a zone, as the tables have them.
pub(super) struct Cast {
    pub(super) zone: ZoneId,
    pub(super) units: HashMap<String, UnitId>,
    pub(super) people: HashMap<String, Player>,
}

/// Somebody with what they answer wherever it is asked.
pub(super) struct Player {
    pub(super) caller: Caller,
    pub(super) answers: IndexMap<String, toml::Value>,
}

/// Writes a zone and everybody in it, all or nothing.
pub(super) async fn assemble(
    desk: &Desk,
    data: &ZoneData,
    password_hash: &str,
) -> Result<Cast, DemonstrationError> {
    let fresh = || desk.surroundings.id();
    let zone = ZoneId(fresh());
    let key = &data.people.key;
    let tx = desk.store.begin(zone).await?;
    tx.zone_insert(key, &data.people.name, desk.surroundings.now()).await?;
    // Whoever looks around pauses longer than the half hour that staff may otherwise.
    let hours = |hours| i64::try_from(SignedDuration::from_hours(hours).as_micros()).unwrap_or(i64::MAX);
    let (staff_idle, company_idle, lasts) = (hours(12), hours(12), hours(12));
    let rules = SignInRules { staff_idle, company_idle, lasts, second_factor: false };
    tx.sign_in_rules_set(&rules, desk.surroundings.now(), None).await?;
    let mut units = HashMap::new();
    for line in &data.people.unit {
        let unit = Unit { id: UnitId(fresh()), key: line.key.clone(), name: line.name.clone() };
        tx.unit_insert(&unit).await?;
        units.insert(unit.key, unit.id);
    }
    let mut companies = HashMap::new();
    for line in &data.companies {
        let (name, credit_code) = (line.name.clone(), Some(line.credit_code.clone()));
        let company = Company { id: CompanyId(fresh()), name, credit_code, place: Some(line.place.clone()) };
        tx.company_insert(&company).await?;
        tx.company_tags_set(company.id, &line.tags).await?;
        companies.insert(line.key.clone(), company.id);
    }
    let mut people = HashMap::new();
    let staff = data.people.staff.iter().map(|line| (employee(line, key, &units), IndexMap::new()));
    let speakers = data.people.speaker.iter().map(|line| (speaker(line, &companies), line.answers.clone()));
    for (mut person, answers) in staff.chain(speakers) {
        person.id = PersonId(fresh());
        tx.person_insert(&person, password_hash).await?;
        people.insert(person.login.clone(), Player { caller: Caller::new(zone, person), answers });
    }
    if let Some(line) = data.companies.first() {
        // So that staff have something to decide.
        tx.claim_insert(&claim(desk, line, password_hash)).await?;
    }
    for line in &data.companies {
        let Some(company) = companies.get(&line.key) else { continue };
        let specialist = people.get(&line.specialist).map(|player: &Player| player.caller.person.id);
        tx.company_specialist_set(*company, specialist).await?;
        let speakers = data.people.speaker.iter().filter(|speaker| speaker.company == line.key);
        let contacts: Vec<Contact> = speakers.map(contact).collect();
        tx.company_contacts_set(*company, &contacts).await?;
    }
    tx.commit().await?;
    let cast = Cast { zone, units, people };
    let tx = desk.store.begin(zone).await?;
    for line in &data.companies {
        if let Some(company) = companies.get(&line.key) {
            cast.state(desk, &tx, *company, line).await?;
        }
    }
    tx.commit().await?;
    Ok(cast)
}

/// Somebody who says that they speak for a company.
fn claim(desk: &Desk, line: &CompanyLine, password_hash: &str) -> Claim {
    Claim {
        id: desk.surroundings.id(),
        credit_code: line.credit_code.clone(),
        company_name: line.name.clone(),
        name: "周宁".to_owned(),
        email: format!("zhouning@{}.example", line.key),
        language: "zh".to_owned(),
        password_hash: password_hash.to_owned(),
        claimed_at: desk.surroundings.now(),
    }
}

/// Whom to call at a company.
fn contact(speaker: &SpeakerLine) -> Contact {
    Contact {
        name: speaker.name.clone(),
        post: None,
        phone: speaker.answers.get("phone").and_then(toml::Value::as_str).map(str::to_owned),
        email: Some(format!("{}@{}.example", speaker.login, speaker.company)),
    }
}

impl Cast {
    /// Records what was stated of a company by now. It is matched when everything is.
    async fn state(
        &self,
        desk: &Desk,
        tx: &Tx,
        company: CompanyId,
        line: &CompanyLine,
    ) -> Result<(), DemonstrationError> {
        let first = Statement {
            by: "clerk".to_owned(),
            source: Some("市场监督管理局登记信息".to_owned()),
            on: Date::constant(2026, 1, 15),
            from: None,
            to: None,
            facts: IndexMap::from([
                ("established_on".to_owned(), line.established_on.clone()),
                ("employees_year_end".to_owned(), line.employees.clone()),
            ]),
        };
        let today = desk.today();
        for statement in std::iter::once(&first).chain(&line.statements) {
            // What is stated later than the demonstration is set up was not stated yet.
            let Some(player) = self.people.get(&statement.by).filter(|_| statement.on <= today) else {
                continue;
            };
            let order = |(field, value): (&String, &String)| FactOrder {
                field: field.clone(),
                value: Some(value.clone()),
                from: statement.from,
                to: statement.to,
                source: statement.source.clone(),
                stated_on: Some(statement.on),
                confidence: Confidence::Verified,
            };
            let orders: Vec<FactOrder> = statement.facts.iter().map(order).collect();
            match desk.facts_of(&player.caller, company, &orders).await? {
                Ok(facts) => tx.fact_insert(&facts).await?,
                Err(refused) => {
                    let problem = refused.message(Language::En);
                    return Err(DemonstrationError::Data { file: "facts.toml", problem });
                }
            }
        }
        Ok(())
    }
}

fn employee(line: &StaffLine, zone: &str, units: &HashMap<String, UnitId>) -> Person {
    Person {
        id: PersonId(uuid::Uuid::nil()),
        login: line.login.clone(),
        name: line.name.clone(),
        email: Some(format!("{}@{zone}.example", line.login)),
        language: line.language.clone(),
        unit: units.get(&line.unit).copied(),
        company: None,
        roles: line.roles.clone(),
        posts: vec![],
    }
}

fn speaker(line: &SpeakerLine, companies: &HashMap<String, CompanyId>) -> Person {
    Person {
        id: PersonId(uuid::Uuid::nil()),
        login: line.login.clone(),
        name: line.name.clone(),
        email: Some(format!("{}@{}.example", line.login, line.company)),
        language: line.language.clone(),
        unit: None,
        company: companies.get(&line.company).copied(),
        roles: vec![SPEAKER.to_owned()],
        posts: vec![],
    }
}
