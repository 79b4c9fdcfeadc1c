//! What people change about how they sign in. Each begins a new session where it ends the old ones; a program may do
//! nothing of it.
use super::door::{begun, done, read};
use super::{Sessions, failed, unable};
use desk::{Access, Caller, EmailOrder};
use poem::http::StatusCode;
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use serde::Deserialize;
use serde_json::json;

/// Which of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// `POST /session/email`.
    Email,
    /// `POST /session/password`.
    Password,
    /// `POST /session/factor`.
    FactorBegin,
    /// `POST /session/factor/finish`.
    FactorConfirm,
    /// `POST /session/factor/remove`.
    FactorRemove,
}

/// An endpoint for each.
pub(crate) struct Account(pub(crate) Sessions, pub(crate) Step);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Email {
    email: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    old: String,
    new: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactorBegin {
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactorConfirm {
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactorRemove {
    password: String,
    code: String,
}

impl Endpoint for Account {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let answered = match self.owner(&request).await {
            Ok(caller) => self.change(&caller, &mut request).await,
            Err(refused) => Err(refused),
        };
        Ok(answered.unwrap_or_else(|refused| refused))
    }
}

impl Account {
    /// Who asks: a person, not a program of theirs.
    async fn owner(&self, request: &Request) -> Result<Caller, Response> {
        let caller = self
            .0
            .caller(request.headers())
            .await
            .map_err(|error| unable(&error, "an account could not be asked or changed"))?;
        let enrols = matches!(self.1, Step::FactorBegin | Step::FactorConfirm);
        match caller {
            None => Err(failed(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "sign in first: POST /session")),
            Some(caller) if caller.access == Access::Whole => Ok(caller),
            Some(caller) if caller.access == Access::Enrolment && enrols => Ok(caller),
            Some(caller) => Err(failed(StatusCode::FORBIDDEN, "FORBIDDEN", caller.access.message())),
        }
    }

    async fn change(&self, caller: &Caller, request: &mut Request) -> Result<Response, Response> {
        let sessions = &self.0;
        let (desk, origin) = (&sessions.desk, sessions.origin(request));
        match self.1 {
            Step::Email => {
                let Email { email, password } = read(request, r#"{"email": text, "password": text}"#).await?;
                let order = EmailOrder { email: &email, password: &password };
                done(sessions, request, desk.email_ask(caller, order, &origin).await)?;
                Ok(StatusCode::ACCEPTED.into_response())
            }
            Step::Password => {
                let Password { old, new } = read(request, r#"{"old": text, "new": text}"#).await?;
                let changed = desk.password_change(caller, (&old, &new), &origin).await;
                Ok(begun(sessions, &done(sessions, request, changed)?, json!({})))
            }
            Step::FactorBegin => {
                let FactorBegin { password } = read(request, r#"{"password": text}"#).await?;
                let begun = desk.factor_begin(caller, &password, &origin).await;
                let begun = done(sessions, request, begun)?;
                Ok(super::answer(StatusCode::OK, &json!({"secret": begun.secret, "uri": begun.uri})))
            }
            Step::FactorConfirm => {
                let FactorConfirm { code } = read(request, r#"{"code": text}"#).await?;
                let enrolled = desk.factor_confirm(caller, &code, &origin).await;
                let enrolled = done(sessions, request, enrolled)?;
                let codes = json!({"recoveryCodes": enrolled.recovery_codes});
                Ok(begun(sessions, &enrolled.signed_in, codes))
            }
            Step::FactorRemove => {
                let shape = r#"{"password": text, "code": text}"#;
                let FactorRemove { password, code } = read(request, shape).await?;
                let removed = desk.factor_remove(caller, (&password, &code), &origin).await;
                Ok(begun(sessions, &done(sessions, request, removed)?, json!({})))
            }
        }
    }
}
