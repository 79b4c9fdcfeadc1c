//! What documents cost, and who pays: a token bucket for each payer, in this process.
//!
//! The cost of a document is what validation computes, pages multiplied in; it is paid before anything of it is
//! executed. Absent: buckets that processes share. Each process refills its own, so with three of them a payer may
//! spend up to three times as much.

use super::limits;
use async_graphql::async_trait::async_trait;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextRequest, NextValidation};
use async_graphql::{Response, ServerError, ValidationResult, value};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Code of the error that a document gets which nobody can pay for at the moment.
pub(super) const RATE_LIMITED: &str = "RATE_LIMITED";
/// Name, among that error's extensions, of how many seconds to wait.
pub(super) const RETRY_AFTER: &str = "retryAfter";

/// Somebody who pays for documents: a person, or a token of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payer {
    /// Tells payers apart; nothing can be done with it.
    pub key: [u8; 32],
    /// How many times the rate of one token.
    pub shares: NonZeroU32,
}

/// Those who pay for a request, put into its data: each of them the whole cost. Without any it costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payers(pub Vec<Payer>);

/// The buckets of all payers.
#[derive(Debug)]
pub struct Budgets {
    /// Points that one share gets a second; without, nobody is limited.
    rate: Option<NonZeroU32>,
    /// When the bucket of each payer is full again. One that is full is not kept.
    full_at: Mutex<HashMap<[u8; 32], Instant>>,
}

/// What a payer has, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Purse {
    most: u64,
    now: u64,
    /// More of them a second.
    rate: u64,
}

impl Budgets {
    /// Makes full buckets that refill by so many points a second; by none, nobody is limited.
    #[must_use]
    pub fn new(rate: u32) -> Self {
        Self { rate: NonZeroU32::new(rate), full_at: Mutex::default() }
    }

    /// Lets each of them pay. Answers what the poorest has left, or how long to wait until all can; then nobody paid.
    pub(super) fn pay(&self, payers: &[Payer], cost: usize, now: Instant) -> Result<Option<Purse>, Duration> {
        let Some(share) = self.rate else { return Ok(None) };
        // Whatever may be asked at all can be paid out of a full bucket.
        let fill = limits::BURST.max(time(limits::COMPLEXITY, share));
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let mut poorest: Option<Purse> = None;
        let mut paid = Vec::with_capacity(payers.len());
        let mut wait = Duration::ZERO;
        for payer in payers {
            let rate = share.saturating_mul(payer.shares);
            let price = time(cost, rate);
            let empty_for = full_at.get(&payer.key).map_or(Duration::ZERO, |at| at.duration_since(now));
            let after = empty_for.saturating_add(price);
            wait = wait.max(after.saturating_sub(fill));
            paid.push((payer.key, now + after));
            let purse = Purse {
                most: points(fill, rate),
                now: points(fill.saturating_sub(after), rate),
                rate: rate.get().into(),
            };
            poorest =
                Some(poorest.map_or(purse, |poorest| if purse.now < poorest.now { purse } else { poorest }));
        }
        if wait > Duration::ZERO {
            return Err(wait);
        }
        // Only when the map would grow, so that it is gone through seldom.
        if full_at.len() + paid.len() > full_at.capacity() {
            full_at.retain(|_, at| *at > now);
        }
        full_at.extend(paid);
        Ok(poorest)
    }
}

/// In what time so many points come back.
fn time(points: usize, rate: NonZeroU32) -> Duration {
    let points = u32::try_from(points).unwrap_or(u32::MAX);
    Duration::from_secs(1).saturating_mul(points) / rate.get()
}

/// How many points come back in that time.
fn points(time: Duration, rate: NonZeroU32) -> u64 {
    let points = time.as_nanos().saturating_mul(rate.get().into()) / Duration::from_secs(1).as_nanos();
    u64::try_from(points).unwrap_or(u64::MAX)
}

/// Lets callers pay for their documents, and tells the cost in `extensions.cost` of each answer, in the words of
/// Shopify's API, which clients know.
#[derive(Debug, Clone)]
pub struct Metering(Arc<Budgets>);

impl Metering {
    /// Makes the extension over these buckets.
    #[must_use]
    pub fn new(budgets: Arc<Budgets>) -> Self {
        Self(budgets)
    }
}

impl ExtensionFactory for Metering {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Meter { budgets: self.0.clone(), paid: Mutex::default() })
    }
}

/// The metering of one request.
struct Meter {
    budgets: Arc<Budgets>,
    paid: Mutex<Option<(usize, Option<Purse>)>>,
}

#[async_trait]
impl Extension for Meter {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let response = next.run(ctx).await;
        let paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((cost, purse)) = paid else { return response };
        let told = match purse {
            None => value!({ "requestedQueryCost": cost }),
            Some(purse) => value!({
                "requestedQueryCost": cost,
                "throttleStatus": {
                    "maximumAvailable": purse.most,
                    "currentlyAvailable": purse.now,
                    "restoreRate": purse.rate,
                },
            }),
        };
        response.extension("cost", told)
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let valid = next.run(ctx).await?;
        let payers = ctx.data_opt::<Payers>().map_or(&[][..], |payers| &payers.0);
        match self.budgets.pay(payers, valid.complexity, Instant::now()) {
            Ok(purse) => {
                *self.paid.lock().unwrap_or_else(PoisonError::into_inner) = Some((valid.complexity, purse));
                Ok(valid)
            }
            Err(wait) => Err(vec![refused(valid.complexity, wait)]),
        }
    }
}

/// What is answered to a document that cannot be paid for, with whole seconds to wait as `Retry-After` has them.
fn refused(cost: usize, wait: Duration) -> ServerError {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let message =
        format!("too much is asked at once: this costs {cost} points, which there are in {seconds} s");
    let mut error = ServerError::new(message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", RATE_LIMITED);
    extensions.set(RETRY_AFTER, seconds);
    error
}

#[cfg(test)]
mod tests;
