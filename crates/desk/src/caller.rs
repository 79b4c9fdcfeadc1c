//! Who asks, once signed in.
use crate::{Desk, Reach, Scope, Viewer};
use store::Person;
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
}

impl Caller {
    /// The caller as the engine sees them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            person: self.person.id,
            roles: self.person.roles.iter().map(|role| Key::from(role.as_str())).collect(),
            unit: self.person.unit,
            company: self.person.company,
        }
    }
}

impl Desk {
    /// The caller as the store sees them. People of a company see their company, whatever roles they hold.
    pub(crate) fn viewer(&self, caller: &Caller) -> Viewer {
        let scope = match (caller.person.company, self.rights.reach(&caller.person.roles), caller.person.unit)
        {
            (Some(company), _, _) => Scope::Company(company),
            (None, Reach::Zone, _) => Scope::Zone,
            (None, Reach::Unit, Some(unit)) => Scope::Unit(unit),
            (None, _, _) => Scope::Nothing,
        };
        Viewer::Person { zone: caller.zone, person: caller.person.id, scope }
    }
}
