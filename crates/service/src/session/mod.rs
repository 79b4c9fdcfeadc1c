//! Who a request comes from: a session by cookie or bearer token, or the token of a program.
mod account;
mod door;

pub(crate) use account::{Account, Step};
pub(crate) use door::Door;

use crate::breakage::{chain, code};
use crate::http::{Admit, Admitted, Payer, Payers, Refusal, peer};
use crate::schema::{Asker, Credential, reads};
use async_graphql::Data;
use desk::{Caller, Desk, DeskError, Origin};
use ipnet::IpNet;
use poem::http::{HeaderMap, StatusCode, header};
use poem::web::cookie::{Cookie, SameSite};
use poem::{Request, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::num::NonZeroU32;
use workflow::Language;

/// How much a person may spend, in what one token may.
const PERSON_SHARES: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);
/// How much an address may spend for those who are not signed in: a whole office may be behind it.
const ADDRESS_SHARES: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Knows sessions by cookie or bearer token.
#[derive(Clone)]
pub(crate) struct Sessions {
    desk: Desk,
    /// Whether people reach the desk by https.
    secure: bool,
    /// Who is believed when it says where a request comes from.
    proxies: Vec<IpNet>,
}

impl Sessions {
    pub(crate) fn new(desk: Desk, secure: bool, proxies: Vec<IpNet>) -> Self {
        Self { desk, secure, proxies }
    }

    /// Where a request comes from. Only a proxy that is known may say that it is from elsewhere: it is believed the
    /// last address it added, since all before it anybody could have written.
    pub(crate) fn origin(&self, request: &Request) -> Origin {
        let address = self.address(request.headers(), peer(request));
        let client = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Origin { address, client: client.unwrap_or_default().to_owned() }
    }

    fn address(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
        let forwarded = || {
            let mut lines = headers.get_all("x-forwarded-for").iter();
            let last = lines.next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
            last.parse::<IpAddr>().ok()
        };
        let is_proxy = peer.is_some_and(|peer| self.proxies.iter().any(|network| network.contains(&peer)));
        if is_proxy { forwarded().or(peer) } else { peer }
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

    /// Who fetches a file, if their roles and what they ask by include this field; or else what they hear. It is what the
    /// gate is to fields, for answers that GraphQL does not carry.
    pub(crate) async fn reader(
        &self,
        headers: &HeaderMap,
        (parent, field): (&str, &str),
    ) -> Result<Caller, Response> {
        let caller = match self.caller(headers).await {
            Ok(Some(caller)) => caller,
            Ok(None) => {
                let message = "sign in first: POST /session";
                return Err(failed(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message));
            }
            Err(error) => return Err(unable(&error, "a session could not be read")),
        };
        let forbidden = |message| failed(StatusCode::FORBIDDEN, "FORBIDDEN", message);
        if !self.desk.rights().may(&caller.standing, parent, field) {
            return Err(forbidden("your roles do not include this file"));
        }
        if !caller.access.reads() {
            return Err(forbidden(caller.access.message()));
        }
        Ok(caller)
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

    /// What a caller's request brings along.
    fn data(&self, caller: &Caller, token: String, person: [u8; 32]) -> Data {
        let mut data = Data::default();
        reads(&mut data, &self.desk, caller);
        // The token pays, so that no program takes everything, and the person, whatever number of tokens they have.
        let token_key = Sha256::digest(token.as_bytes()).into();
        let payers = [(token_key, NonZeroU32::MIN), (person, PERSON_SHARES)];
        data.insert(Payers(payers.map(|(key, shares)| Payer { key, shares }).into()));
        data.insert(Credential(token));
        data
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
    async fn admit(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Result<Admitted, Refusal> {
        let caller = self.caller(headers).await.map_err(|error| broken(&error))?;
        let language = language(headers, caller.as_ref());
        let introspection = caller.as_ref().is_some_and(|caller| {
            caller.access.reads() && self.desk.rights().may_introspect(&caller.standing)
        });
        let person = caller.as_ref().map(person_key);
        let mut data = match (&caller, self.token(headers), person) {
            (Some(caller), Some(token), Some(person)) => self.data(caller, token, person),
            _ => stranger(self.address(headers, peer)),
        };
        data.insert(Asker { caller, language });
        Ok(Admitted { data, introspection, person })
    }
}

/// What a request of nobody's brings along: its address pays, so that refusing it costs no more than answering.
fn stranger(address: Option<IpAddr>) -> Data {
    let mut data = Data::default();
    let network = address.map(|address| match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        // Whoever has one address of version 6 has the 2^64 beside it.
        IpAddr::V6(address) => address.octets().into_iter().take(8).collect(),
    });
    let key = Sha256::digest([b"address".as_slice(), &network.unwrap_or_default()].concat()).into();
    data.insert(Payers(vec![Payer { key, shares: ADDRESS_SHARES }]));
    data
}

/// Tells a person from all others, and no more.
fn person_key(caller: &Caller) -> [u8; 32] {
    Sha256::digest([caller.zone.0.as_bytes().as_slice(), caller.person.id.0.as_bytes()].concat()).into()
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

/// Breakage, as it is heard of beside GraphQL.
pub(crate) fn unable(error: &DeskError, what: &'static str) -> Response {
    let kind = code(error);
    tracing::error!(code = kind, error = %chain(error), "{what}");
    let mut response =
        failed(StatusCode::SERVICE_UNAVAILABLE, kind, "this does not work at the moment; try again");
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
    response
}

fn broken(error: &DeskError) -> Refusal {
    let kind = code(error);
    tracing::error!(code = kind, error = %chain(error), "a session could not be read");
    Refusal::Caller { status: StatusCode::SERVICE_UNAVAILABLE, code: kind, message: "try again later".into() }
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
