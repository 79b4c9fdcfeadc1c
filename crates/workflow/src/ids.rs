//! Identities the engine passes on without looking inside. A type per kind, so that a person is never taken for a unit.
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! identity {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

identity! {
    /// Names a zone: the tenant that every row belongs to.
    ZoneId
    /// Names a person who signs in.
    PersonId
    /// Names a unit: a department or bureau that handles cases.
    UnitId
    /// Names a company.
    CompanyId
    /// Names a case.
    CaseId
}
