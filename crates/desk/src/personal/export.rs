//! Everything that is kept of a person, as it is handed out.
use super::{PersonalField, RecordAct};
use crate::{Caller, Desk, DeskError, Person, Viewer};
use serde_json::{Value, json};
use store::{PersonalTraces, Whose};
use workflow::Language;

/// How many rows of a kind are handed out.
const ROWS_MOST: u64 = 10_000;

impl Desk {
    /// Hands out what is kept of a person; that it did is in the record before anything is read.
    pub(super) async fn export(
        &self,
        caller: &Caller,
        person: &Person,
        reason: Option<&str>,
    ) -> Result<Value, DeskError> {
        let (zone, now) = (caller.zone, self.surroundings.now());
        let subject = Whose::Person(person.id);
        // First, so that nothing is handed out that no row tells of.
        let tx = self.store.begin(zone).await?;
        self.person_recorded(&tx, caller, subject, RecordAct::Exported, reason).await?;
        tx.commit().await?;
        let account = self.store.account_find(zone, person.id).await?;
        let sessions = self.store.session_list(zone, person.id, now).await?;
        let tokens = self.store.api_token_list(zone, person.id).await?;
        let records = self.store.person_record_list(zone, subject, ROWS_MOST).await?;
        let traces = self.store.personal_traces(zone, person.id, ROWS_MOST).await?;
        let viewer = Viewer::System(zone);
        let company = match person.company {
            Some(company) => self.store.company_find(&viewer, company).await?.map(|company| company.name),
            None => None,
        };
        let units = self.store.unit_batch(&viewer, &person.units()).await?;
        let unit = |id| units.iter().find(|unit| unit.id == id).map(|unit| &unit.name);
        let language = Language::parse(&person.language).unwrap_or_default();
        Ok(json!({
            "zone": self.zone_name(caller).await?,
            "exportedAt": now.to_string(),
            "rowsMost": ROWS_MOST,
            "person": {
                "login": person.login, "name": person.name, "email": person.email,
                "emailVerified": account.verified_email.is_some() && account.verified_email == person.email,
                "secondFactor": account.factor.is_some_and(|factor| factor.since.is_some()),
                "language": person.language, "roles": person.roles, "company": company,
                "unit": person.unit.and_then(unit),
                "posts": person.posts.iter().map(|post| json!({
                    "unit": unit(post.unit), "role": post.role,
                })).collect::<Vec<_>>(),
            },
            "sessions": sessions.iter().map(|one| json!({
                "createdAt": one.created_at.to_string(), "seenAt": one.seen_at.to_string(),
                "client": one.client, "address": one.address,
            })).collect::<Vec<_>>(),
            "apiTokens": tokens.iter().map(|one| json!({
                "name": one.name, "scopes": one.scopes, "createdAt": one.created_at.to_string(),
                "expiresAt": one.expires_at.to_string(),
            })).collect::<Vec<_>>(),
            "record": records.iter().map(|one| json!({
                "at": one.at.to_string(), "act": one.act, "bySelf": one.actor == Some(person.id),
                "reason": one.reason,
            })).collect::<Vec<_>>(),
            "traces": written(&traces),
            "catalogue": PersonalField::all().iter().map(|field| json!({
                "places": field.places, "class": field.class, "purpose": field.purpose(language),
                "kept": field.kept(language), "erased": field.erased(language),
            })).collect::<Vec<_>>(),
        }))
    }
}

/// Traces as they are handed out.
fn written(traces: &PersonalTraces) -> Value {
    let list = |rows: &[(String, String, i64)], one: &str, other: &str| -> Value {
        let row = |(first, second, at): &(String, String, i64)| {
            let at = jiff::Timestamp::from_microsecond(*at).map(|at| at.to_string()).unwrap_or_default();
            json!({ one: first, other: second, "at": at })
        };
        rows.iter().map(row).collect()
    };
    json!({
        "casesOpened": list(&traces.opened, "case", "title"),
        "steps": list(&traces.acts, "case", "action"),
        "notes": list(&traces.notes, "case", "text"),
        "files": list(&traces.files, "case", "name"),
        "mails": list(&traces.mails, "template", "address"),
    })
}
