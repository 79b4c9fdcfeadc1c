//! What is open to whoever is not signed in: signing in and out, and what was mailed.
use super::{Sessions, answer, failed, language, unable};
use crate::http::is_cross_site;
use desk::{
    Admission, AdmissionOrder, CompanyClaim, Credentials, Denied, DeskError, Entrance, FirstOrder, SignedIn,
};
use poem::http::{StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Largest body, in bytes.
const BODY_MOST: usize = 8 * 1024;

/// An endpoint each.
pub(crate) enum Door {
    /// `POST /session`.
    SignIn(Sessions),
    /// `DELETE /session`.
    SignOut(Sessions),
    /// `POST /session/code`.
    Code(Sessions),
    /// `POST /session/first`.
    First(Sessions),
    /// `POST /session/reset`.
    ResetAsk(Sessions),
    /// `POST /session/reset/finish`.
    Reset(Sessions),
    /// `POST /session/email/finish`.
    Email(Sessions),
    /// `POST /session/register`.
    Register(Sessions),
    /// `POST /session/register/finish`.
    Admission(Sessions),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    zone: String,
    login: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    challenge: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
struct First {
    code: String,
    zone: String,
    zone_name: String,
    login: String,
    name: String,
    email: Option<String>,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResetAsk {
    zone: String,
    login: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    token: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Email {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    zone: String,
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Admitted {
    token: String,
    name: String,
    password: String,
    company: Option<Company>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Company {
    credit_code: String,
    name: String,
    #[serde(default)]
    acknowledge: bool,
}

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let answered = match self {
            Self::SignIn(sessions) => sign_in(sessions, &mut request).await,
            Self::SignOut(sessions) => return Ok(sign_out(sessions, &request).await),
            Self::Code(sessions) => code(sessions, &mut request).await,
            Self::First(sessions) => first(sessions, &mut request).await,
            Self::ResetAsk(sessions) => reset_ask(sessions, &mut request).await,
            Self::Reset(sessions) => reset(sessions, &mut request).await,
            Self::Email(sessions) => email(sessions, &mut request).await,
            Self::Register(sessions) => register(sessions, &mut request).await,
            Self::Admission(sessions) => admission(sessions, &mut request).await,
        };
        Ok(answered.unwrap_or_else(|refused| refused))
    }
}

async fn sign_in(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let shape = r#"{"zone": text, "login": text, "password": text}"#;
    let SignIn { zone, login, password } = read(request, shape).await?;
    let given = Credentials { zone: &zone, login: &login, password: &password };
    let entrance = done(sessions, request, sessions.desk.sign_in(given, &sessions.origin(request)).await)?;
    Ok(match entrance {
        Entrance::In(signed_in) => begun(sessions, &signed_in, json!({})),
        Entrance::Code { challenge, expires_at } => answer(
            StatusCode::ACCEPTED,
            &json!({"challenge": challenge, "expiresAt": format!("{expires_at:.3}")}),
        ),
    })
}

async fn code(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let Code { challenge, code } = read(request, r#"{"challenge": text, "code": text}"#).await?;
    let signed_in = sessions.desk.sign_in_code(&challenge, &code, &sessions.origin(request)).await;
    let signed_in = done(sessions, request, signed_in)?;
    Ok(begun(sessions, &signed_in, json!({})))
}

async fn first(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let shape = r#"{"code": text, "zone": key, "zoneName": text, "login": text, "name": text, "email"?: text, "password": text}"#;
    let First { code, zone, zone_name, login, name, email, password } = read(request, shape).await?;
    let order = FirstOrder { code, zone, zone_name, login, name, email, password };
    done(sessions, request, sessions.desk.first_administrator(order).await)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn reset_ask(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let ResetAsk { zone, login } = read(request, r#"{"zone": text, "login": text}"#).await?;
    let asked = sessions.desk.password_reset_ask(&zone, &login, &sessions.origin(request)).await;
    done(sessions, request, asked)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

async fn reset(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let Reset { token, password } = read(request, r#"{"token": text, "password": text}"#).await?;
    let reset = sessions.desk.password_reset(&token, &password, &sessions.origin(request)).await;
    done(sessions, request, reset)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn email(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let Email { token } = read(request, r#"{"token": text}"#).await?;
    done(sessions, request, sessions.desk.email_confirm(&token).await)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn register(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let Register { zone, email } = read(request, r#"{"zone": text, "email": text}"#).await?;
    let (spoken, origin) = (language(request.headers(), None), sessions.origin(request));
    let asked = sessions.desk.admission_ask(&zone, &email, spoken, &origin).await;
    done(sessions, request, asked)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

async fn admission(sessions: &Sessions, request: &mut Request) -> Result<Response, Response> {
    let shape = r#"{"token": text, "name": text, "password": text, "company"?: {"creditCode": text, "name": text, "acknowledge"?: truth}}"#;
    let Admitted { token, name, password, company } = read(request, shape).await?;
    let company = company.as_ref().map(|company| CompanyClaim {
        credit_code: &company.credit_code,
        name: &company.name,
        acknowledge: company.acknowledge,
    });
    let order = AdmissionOrder { token: &token, name: &name, password: &password, company };
    let admitted = sessions.desk.admission(order, &sessions.origin(request)).await;
    Ok(match done(sessions, request, admitted)? {
        Admission::Admitted => StatusCode::NO_CONTENT.into_response(),
        Admission::Claimed => StatusCode::ACCEPTED.into_response(),
    })
}

async fn sign_out(sessions: &Sessions, request: &Request) -> Response {
    if is_cross_site(request) {
        return failed(StatusCode::FORBIDDEN, "FORBIDDEN", "sign out from the desk's own pages");
    }
    if let Some(token) = sessions.token(request.headers())
        && let Err(error) = sessions.desk.sign_out(&token).await
    {
        return unable(&error, "an account could not be asked or changed");
    }
    let gone = sessions.cookie("", std::time::Duration::ZERO);
    let response = Response::builder().status(StatusCode::NO_CONTENT);
    response.header(header::SET_COOKIE, gone.to_string()).finish()
}

/// The body of a request from the desk's own pages, or from a program.
pub(super) async fn read<T: DeserializeOwned>(request: &mut Request, shape: &str) -> Result<T, Response> {
    if !request.content_type().is_some_and(|kind| kind.starts_with("application/json")) {
        let message = format!("send {shape} as application/json");
        return Err(failed(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", &message));
    }
    if is_cross_site(request) {
        return Err(failed(StatusCode::FORBIDDEN, "FORBIDDEN", "ask from the desk's own pages"));
    }
    let Ok(body) = request.take_body().into_bytes_limit(BODY_MOST).await else {
        return Err(failed(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "at most 8 KiB"));
    };
    serde_json::from_slice(&body)
        .map_err(|_| failed(StatusCode::BAD_REQUEST, "BAD_REQUEST", &format!("expected {shape}")))
}

/// What was done, or the answer to whoever was denied it.
#[expect(clippy::result_large_err, reason = "made once per request, and answered as it is")]
pub(super) fn done<T>(
    sessions: &Sessions,
    request: &Request,
    done: Result<Result<T, Denied>, DeskError>,
) -> Result<T, Response> {
    let denied = match done {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(denied)) => denied,
        Err(error) => return Err(unable(&error, "an account could not be asked or changed")),
    };
    let status = match denied {
        Denied::Wrong => StatusCode::UNAUTHORIZED,
        Denied::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Denied::FactorNeeded | Denied::NoFactor | Denied::FactorThere => StatusCode::CONFLICT,
        Denied::Password(_) | Denied::Misspelt(_) | Denied::Doubtful(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let message = denied.message(language(request.headers(), None));
    let mut response = failed(status, denied.code(), &message);
    if let Denied::TooMany { until } = denied {
        let seconds = until.duration_since(sessions.desk.surroundings().now()).as_secs().max(1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Err(response)
}

/// The answer to whoever is signed in from now on, with what else they are told.
pub(super) fn begun(sessions: &Sessions, signed_in: &SignedIn, also: serde_json::Value) -> Response {
    let lasts = signed_in.expires_at.duration_since(sessions.desk.surroundings().now());
    let lasts = std::time::Duration::try_from(lasts).unwrap_or_default();
    let mut body = json!({
        "name": signed_in.caller.person.name,
        "roles": signed_in.caller.person.held(),
        "token": signed_in.token,
        "expiresAt": format!("{:.3}", signed_in.expires_at),
    });
    if let (Some(body), serde_json::Value::Object(also)) = (body.as_object_mut(), also) {
        body.extend(also);
    }
    let cookie = sessions.cookie(&signed_in.token, lasts).to_string();
    answer(StatusCode::OK, &body).with_header(header::SET_COOKIE, cookie).into_response()
}
