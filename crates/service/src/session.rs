//! Sign-in and sign-out, and who a request comes from.
use crate::breakage::{chain, code};
use crate::http::{Admit, Admitted, Payer, Payers, Refusal, is_cross_site};
use crate::schema::{Asker, reads};
use desk::{Caller, Desk, DeskError};
use poem::http::{HeaderMap, StatusCode, header};
use poem::web::cookie::{Cookie, SameSite};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use workflow::Language;

/// Largest body of a sign-in, in bytes.
const BODY_MOST: usize = 8 * 1024;

/// How much a person may spend, in what one token may.
const PERSON_SHARES: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// Knows sessions by cookie or bearer token.
#[derive(Clone)]
pub(crate) struct Sessions {
    desk: Desk,
    secure: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    zone: String,
    login: String,
    password: String,
}

impl Sessions {
    pub(crate) fn new(desk: Desk, secure: bool) -> Self {
        Self { desk, secure }
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Who asks, if somebody is signed in.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Option<Caller>, DeskError> {
        match self.token(headers) {
            Some(token) => self.desk.caller(&token).await,
            None => Ok(None),
        }
    }

    /// The cookie's name. `__Host-` binds it to this host and https (RFC 6265bis 4.1.3.2).
    fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-session" } else { "session" }
    }

    /// The token a request carries: a bearer token, or the cookie.
    fn token(&self, headers: &HeaderMap) -> Option<String> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        if let Some((_, token)) = bearer {
            return Some(token.trim().to_owned());
        }
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.cookie_name()).map(|(_, token)| token.to_owned())
    }

    /// Who pays for what a caller asks: the token, so that no program takes everything, and the person, whatever number
    /// of tokens they have.
    fn payers(&self, headers: &HeaderMap, caller: &Caller) -> Payers {
        let person = [caller.zone.0.as_bytes().as_slice(), caller.person.id.0.as_bytes()].concat();
        let person = Payer { key: Sha256::digest(person).into(), shares: PERSON_SHARES };
        let token = self.token(headers).map(|token| Sha256::digest(token.as_bytes()).into());
        let token = token.map(|key| Payer { key, shares: NonZeroU32::MIN });
        Payers(token.into_iter().chain([person]).collect())
    }

    fn cookie(&self, token: &str, lasts: std::time::Duration) -> Cookie {
        let mut cookie = Cookie::new_with_str(self.cookie_name(), token);
        cookie.set_path("/");
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_secure(self.secure);
        cookie.set_max_age(lasts);
        cookie
    }
}

impl Admit for Sessions {
    async fn admit(&self, request: &Request) -> Result<Admitted, Refusal> {
        let caller = self.caller(request.headers()).await.map_err(|error| broken(&error))?;
        let language = language(request.headers(), caller.as_ref());
        let introspection =
            caller.as_ref().is_some_and(|caller| self.desk.rights().may_introspect(&caller.standing));
        let mut data = async_graphql::Data::default();
        if let Some(caller) = &caller {
            reads(&mut data, &self.desk, caller);
            data.insert(self.payers(request.headers(), caller));
        }
        data.insert(Asker { caller, language });
        Ok(Admitted { data, introspection })
    }
}

/// The language to answer in: what is asked for, else what the caller reads.
pub(crate) fn language(headers: &HeaderMap, caller: Option<&Caller>) -> Language {
    accepted(headers).or(caller.map(|caller| caller.language)).unwrap_or_default()
}

/// The first language of `Accept-Language` that the desk speaks.
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    wanted.split(',').find_map(|tag| Language::parse(tag.split(';').next()?.trim()))
}

fn broken(error: &DeskError) -> Refusal {
    let kind = code(error);
    tracing::error!(code = kind, error = %chain(error), "a session could not be read");
    Refusal::Caller { status: StatusCode::SERVICE_UNAVAILABLE, code: kind, message: "try again later".into() }
}

/// `POST /session`.
pub(crate) struct SignIn(pub(crate) Sessions);

impl Endpoint for SignIn {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let json_type = request.content_type().is_some_and(|kind| kind.starts_with("application/json"));
        if !json_type {
            let message = "send {\"zone\",\"login\",\"password\"} as application/json";
            return Ok(failed(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
        }
        if is_cross_site(&request) {
            return Ok(failed(StatusCode::FORBIDDEN, "FORBIDDEN", "sign in from the desk's own pages"));
        }
        let Ok(body) = request.take_body().into_bytes_limit(BODY_MOST).await else {
            return Ok(failed(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "at most 8 KiB"));
        };
        let Ok(credentials) = serde_json::from_slice::<Credentials>(&body) else {
            let message = "expected {\"zone\": text, \"login\": text, \"password\": text}";
            return Ok(failed(StatusCode::BAD_REQUEST, "BAD_REQUEST", message));
        };
        let Credentials { zone, login, password } = credentials;
        match self.0.desk.sign_in(&zone, &login, &password).await {
            Ok(Some(signed_in)) => {
                let lasts = signed_in.expires_at.duration_since(self.0.desk.surroundings().now());
                let lasts = std::time::Duration::try_from(lasts).unwrap_or_default();
                let body = json!({
                    "name": signed_in.caller.person.name,
                    "roles": signed_in.caller.person.roles,
                    "token": signed_in.token,
                    "expiresAt": format!("{:.3}", signed_in.expires_at),
                });
                let cookie = self.0.cookie(&signed_in.token, lasts).to_string();
                Ok(answer(StatusCode::OK, &body).with_header(header::SET_COOKIE, cookie).into_response())
            }
            Ok(None) => {
                let message = "区域、登录名或密码不正确 · zone, login or password is wrong";
                Ok(failed(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message))
            }
            Err(error) => {
                let kind = code(&error);
                tracing::error!(code = kind, error = %chain(&error), "nobody could sign in");
                Ok(failed(
                    StatusCode::SERVICE_UNAVAILABLE,
                    kind,
                    "sign-in does not work at the moment; try again",
                ))
            }
        }
    }
}

/// `DELETE /session`.
pub(crate) struct SignOut(pub(crate) Sessions);

impl Endpoint for SignOut {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if is_cross_site(&request) {
            return Ok(failed(StatusCode::FORBIDDEN, "FORBIDDEN", "sign out from the desk's own pages"));
        }
        if let Some(token) = self.0.token(request.headers())
            && let Err(error) = self.0.desk.sign_out(&token).await
        {
            let kind = code(&error);
            tracing::error!(code = kind, error = %chain(&error), "a session could not be ended");
            let message = "the session could not be ended; try again";
            return Ok(failed(StatusCode::SERVICE_UNAVAILABLE, kind, message));
        }
        let gone = self.0.cookie("", std::time::Duration::ZERO);
        Ok(Response::builder()
            .status(StatusCode::NO_CONTENT)
            .header(header::SET_COOKIE, gone.to_string())
            .finish())
    }
}

pub(crate) fn answer(status: StatusCode, body: &Value) -> Response {
    let response = Response::builder().status(status).content_type("application/json");
    response.header(header::CACHE_CONTROL, "no-store").body(body.to_string())
}

/// What a caller hears of a panic, which is a bug of ours: the log has it, and the connection goes on.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    failed(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "something broke on our side; the log knows more")
}

pub(crate) fn failed(status: StatusCode, code: &str, message: &str) -> Response {
    answer(status, &json!({"errors": [{"message": message, "extensions": {"code": code}}]}))
}
