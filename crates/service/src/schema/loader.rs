//! Batch loaders: what a page of cases names is read in one statement a kind.
use super::gate::broken;
use async_graphql::Error;
use async_graphql::dataloader::{DataLoader, Loader};
use desk::{Caller, CaseSource, Company, Desk, DeskError, Person, Unit};
use std::collections::HashMap;
use std::sync::Arc;
use workflow::{CaseId, CompanyId, PersonId, UnitId};

macro_rules! loader {
    ($(#[$doc:meta])* $name:ident, $key:ty, $value:ty, $read:ident) => {
        $(#[$doc])*
        pub struct $name {
            desk: Desk,
            caller: Caller,
        }

        impl $name {
            /// A loader that reads as `caller`.
            pub(crate) fn new(desk: Desk, caller: Caller) -> DataLoader<Self> {
                DataLoader::new(Self { desk, caller }, tokio::spawn)
            }
        }

        impl Loader<$key> for $name {
            type Value = $value;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, Self::Error> {
                let found = self.desk.$read(&self.caller, keys).await;
                let found = found.map_err(|error: DeskError| Arc::new(broken(error)))?;
                Ok(found.into_iter().map(|one| (one.id, one)).collect())
            }
        }
    };
}

loader!(
    /// Loads companies.
    CompanyLoader, CompanyId, Company, companies
);
loader!(
    /// Loads people.
    PersonLoader, PersonId, Person, people
);
loader!(
    /// Loads units.
    UnitLoader, UnitId, Unit, units_by_id
);
loader!(
    /// Loads the tickets that cases came from.
    SourceLoader, CaseId, CaseSource, sources
);

/// Loads whether the caller follows cases: those that are found are followed.
pub struct WatchedLoader {
    desk: Desk,
    caller: Caller,
}

impl WatchedLoader {
    /// A loader that reads as `caller`.
    pub(crate) fn new(desk: Desk, caller: Caller) -> DataLoader<Self> {
        DataLoader::new(Self { desk, caller }, tokio::spawn)
    }
}

impl Loader<CaseId> for WatchedLoader {
    type Value = ();
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CaseId]) -> Result<HashMap<CaseId, ()>, Self::Error> {
        let found = self.desk.watched(&self.caller, keys).await;
        let found = found.map_err(|error: DeskError| Arc::new(broken(error)))?;
        Ok(found.into_iter().map(|case| (case, ())).collect())
    }
}

/// Loads why mail does not reach addresses: those that are not found have no fault that is known.
pub struct UndeliverableLoader {
    desk: Desk,
    caller: Caller,
}

impl UndeliverableLoader {
    /// A loader that reads as `caller`.
    pub(crate) fn new(desk: Desk, caller: Caller) -> DataLoader<Self> {
        DataLoader::new(Self { desk, caller }, tokio::spawn)
    }
}

impl Loader<String> for UndeliverableLoader {
    type Value = String;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[String]) -> Result<HashMap<String, String>, Self::Error> {
        let found = self.desk.undeliverable(&self.caller, keys).await;
        let found = found.map_err(|error: DeskError| Arc::new(broken(error)))?;
        Ok(found.into_iter().map(|one| (one.address, one.reason)).collect())
    }
}
