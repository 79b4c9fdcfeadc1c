//! The first administrator of a database in which nobody may sign in: whoever reads the program's own output.
use super::{Denied, misspelt};
use crate::setup::person_check;
use crate::{Desk, DeskError, NewPerson};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::PoisonError;
use subtle::ConstantTimeEq;
use workflow::Language;

/// What the first administrator holds.
const ADMINISTRATOR: &str = "administrator";

/// Somebody who wants to be the first administrator.
#[derive(Clone)]
pub struct FirstOrder {
    /// The code that the program showed.
    pub code: String,
    /// The key of the zone, which is added if there is none.
    pub zone: String,
    /// Its name, if it is to be added.
    pub zone_name: String,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Where their mail goes, if anywhere.
    pub email: Option<String>,
    /// Their password.
    pub password: String,
}

impl Desk {
    /// A code for the first administrator, where no zone has anybody who may sign in. It is good until this desk ends or
    /// somebody used it.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn first_code(&self) -> Result<Option<String>, DeskError> {
        if self.has_people().await? {
            return Ok(None);
        }
        let code = URL_SAFE_NO_PAD.encode(self.surroundings.bytes::<15>());
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(code.clone());
        Ok(Some(code))
    }

    /// Adds the first administrator, and the zone if there is none. Works once.
    ///
    /// # Errors
    /// [`DeskError`]; denials are values.
    pub async fn first_administrator(&self, order: FirstOrder) -> Result<Result<(), Denied>, DeskError> {
        let expected = {
            let mut held = self.first.lock().unwrap_or_else(PoisonError::into_inner);
            let right = held.as_ref().is_some_and(|code| code.as_bytes().ct_eq(order.code.as_bytes()).into());
            // Taken out while it is used, so that two at once are not both first.
            if right { held.take() } else { None }
        };
        let Some(code) = expected else { return Ok(Err(Denied::Wrong)) };
        if self.has_people().await? {
            return Ok(Err(Denied::Wrong));
        }
        let done = self.administrator_add(order).await;
        if !matches!(done, Ok(Ok(()))) {
            // What was misspelt may be said again.
            *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(code);
        }
        done
    }

    async fn administrator_add(&self, order: FirstOrder) -> Result<Result<(), Denied>, DeskError> {
        let new = NewPerson {
            login: order.login,
            name: order.name,
            email: order.email,
            language: Language::Zh,
            roles: vec![ADMINISTRATOR.to_owned()],
            unit: None,
            company: None,
        };
        if let Err(error) = person_check(&new, &order.password) {
            return misspelt(error).map(Err);
        }
        let zone = match self.store.zone_by_key(&order.zone).await? {
            Some(zone) => Ok(zone.id),
            None => self.zone_add(&order.zone, &order.zone_name).await,
        };
        let added = match zone {
            Ok(zone) => self.person_add(zone, new, &order.password).await.map(drop),
            Err(error) => Err(error),
        };
        match added {
            Ok(()) => Ok(Ok(())),
            Err(error) => misspelt(error).map(Err),
        }
    }

    async fn has_people(&self) -> Result<bool, DeskError> {
        for zone in self.store.zone_list().await? {
            if self.store.person_any(zone.id).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
