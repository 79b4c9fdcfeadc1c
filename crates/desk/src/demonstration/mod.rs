//! A zone to look around in: people, twelve companies, their requests of five weeks and what residents reported, none
//! of which exist.
//!
//! The history is not written into tables but played: every step goes through the desk's own doors at an instant that
//! a clock of the demonstration's own shows, so what is shown could have happened. Only a database without zones is
//! filled, and the clock of the desk that serves is never touched.
//!
//! The files beside this one are the data: `*.toml` people and stories, `companies.csv` companies, `facts.toml` what
//! is known of them.
mod cast;
mod data;
mod play;
mod schedule;

use crate::{CaseFilter, Desk, DeskError, PasswordError, StoreError, Viewer, password_hash};
use data::ZoneData;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The password of everybody in the demonstration. It is no secret: the demonstration is for looking around.
const PASSWORD: &str = "qianxiaoer-demo-1";

/// Somebody who can sign in to the demonstration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The key of their zone.
    pub zone: String,
    /// What they sign in with.
    pub login: String,
    /// See `login`.
    pub password: String,
    /// What they may be.
    pub roles: Vec<String>,
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemonstrationError {
    /// The database serves somebody: accounts with a known password have no place in it.
    #[error(
        "the database has a zone `{zone}` that is not the demonstration's; a demonstration wants an empty one"
    )]
    NotEmpty {
        /// A zone that is there.
        zone: String,
    },
    /// An earlier start was cut off while it filled the database.
    #[error("setting up the demonstration was interrupted; remove its data folder and start again")]
    Interrupted,
    /// A file of the demonstration does not read. A test keeps them free of mistakes.
    #[error("{file} of the demonstration: {problem}")]
    Data {
        /// The file.
        file: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A step of a story was refused. A test plays them all.
    #[error("{file} of the demonstration: `{action}` at {at} by {by} was refused: {message}")]
    Refused {
        /// The file of the story.
        file: &'static str,
        /// The action; the process for an opening.
        action: String,
        /// The instant of the step.
        at: Timestamp,
        /// Who took it.
        by: String,
        /// What the desk said.
        message: String,
    },
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for DemonstrationError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Fills an empty database with the demonstration, as it would stand at the desk's present instant; one that has it
/// already is left alone. Answers who can sign in.
///
/// Mails of the two working days before today, and later ones, stay in the outbox; those before count as sent.
///
/// # Errors
/// [`DemonstrationError`].
pub async fn set_up(desk: &Desk) -> Result<Vec<Account>, DemonstrationError> {
    let zones = data::zones()?;
    let there = desk.store.zone_list().await?;
    match there.first() {
        None => fill(desk, &zones).await?,
        Some(_) if is_whole(desk, &zones).await? => {}
        Some(_) if zones.iter().any(|data| there.iter().any(|zone| zone.key == data.people.key)) => {
            return Err(DemonstrationError::Interrupted);
        }
        Some(zone) => return Err(DemonstrationError::NotEmpty { zone: zone.key.clone() }),
    }
    Ok(zones.iter().flat_map(accounts).collect())
}

/// Whether every zone has all its cases. The last zone's are opened and nothing more, so they come last of all.
async fn is_whole(desk: &Desk, zones: &[ZoneData]) -> Result<bool, DemonstrationError> {
    for data in zones {
        let Some(zone) = desk.store.zone_by_key(&data.people.key).await? else { return Ok(false) };
        let cases = desk.store.case_count(&Viewer::System(zone.id), &CaseFilter::default()).await?;
        if usize::try_from(cases).unwrap_or_default() < data.stories.len() {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn fill(desk: &Desk, zones: &[ZoneData]) -> Result<(), DemonstrationError> {
    let now = desk.surroundings.now();
    let password_hash = password_hash(PASSWORD, &desk.surroundings.bytes())?;
    for data in zones {
        let cast = cast::assemble(desk, data, &password_hash).await?;
        while desk.matching_go_on(cast.zone).await? {}
        play::play(desk, &cast, &data.stories, now).await?;
        play::mails_settle(desk, cast.zone, now).await?;
    }
    Ok(())
}

fn accounts(data: &ZoneData) -> impl Iterator<Item = Account> {
    let zone = &data.people.key;
    let staff = data.people.staff.iter().map(|line| (&line.login, line.roles.clone()));
    let speakers = data.people.speaker.iter().map(|line| (&line.login, vec![cast::SPEAKER.to_owned()]));
    staff.chain(speakers).map(move |(login, roles)| Account {
        zone: zone.clone(),
        login: login.clone(),
        password: PASSWORD.to_owned(),
        roles,
    })
}
