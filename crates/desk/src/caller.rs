//! Who asks, once signed in.
use crate::{ApiScope, Desk, Rights, Scope, Viewer};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Person;
use uuid::Uuid;
use workflow::{Actor, Key, Language, ZoneId};

/// Somebody signed in to a zone.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The zone.
    pub zone: ZoneId,
    /// The person.
    pub person: Person,
    /// The language they read.
    pub language: Language,
    /// The roles by which [`Rights`](crate::Rights) judges them.
    pub standing: Arc<[String]>,
    /// The session they ask by, if it is one.
    pub session: Option<Uuid>,
    /// How much of what they may do they may do by what they ask with.
    pub access: Access,
}

/// How much of a person's rights goes with what they ask by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// All of them.
    Whole,
    /// Enrolling the second factor that their zone asks for.
    Enrolment,
    /// A program's part.
    Program(BTreeSet<ApiScope>),
}

impl Access {
    /// Whether it goes with looking things up.
    #[must_use]
    pub fn reads(&self) -> bool {
        match self {
            Self::Whole => true,
            Self::Enrolment => false,
            Self::Program(scopes) => scopes.contains(&ApiScope::Read),
        }
    }

    /// What whoever is refused by it hears.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Whole => "your roles do not include this",
            Self::Enrolment => "your zone asks for a second factor; enrol one first: POST /session/factor",
            Self::Program(_) => "the scopes of this token do not include this",
        }
    }
}

impl Caller {
    /// Somebody who signed in.
    #[must_use]
    pub fn new(zone: ZoneId, person: Person) -> Self {
        let language = Language::parse(&person.language).unwrap_or_default();
        let standing = Rights::standing(&person).into();
        Self { zone, person, language, standing, session: None, access: Access::Whole }
    }

    /// The caller as the engine sees them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        actor(&self.person)
    }
}

/// A person as the engine sees them.
pub(crate) fn actor(person: &Person) -> Actor {
    Actor {
        person: person.id,
        roles: person.roles.iter().map(|role| Key::from(role.as_str())).collect(),
        unit: person.unit,
        posts: person.posts.iter().map(|post| (Key::from(post.role.as_str()), post.unit)).collect(),
        company: person.company,
    }
}

impl Desk {
    /// The caller as the store sees them. People of a company see their company, whatever roles they hold; staff see
    /// the cases of every process in which a role of theirs may act for the whole zone.
    pub(crate) fn viewer(&self, caller: &Caller) -> Viewer {
        let person = &caller.person;
        let held: Vec<String> = person.held().into_iter().map(str::to_owned).collect();
        let scope = match person.company {
            Some(company) => Scope::Company(company),
            None if self.rights.sees_zone(&held) => Scope::Zone,
            None => {
                Scope::Staff { units: person.units(), processes: self.catalog().held(caller.zone, &held) }
            }
        };
        Viewer::Person { zone: caller.zone, person: person.id, scope }
    }
}
