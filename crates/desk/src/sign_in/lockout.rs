//! Counting tries. Five wrong passwords within a quarter of an hour lock an account for as long, and each further lock
//! is twice as long as the one before; twenty from one address within a minute lock the address for one.
use super::{Denied, Origin};
use crate::{Desk, DeskError};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use store::{Person, Tally, Tx};
use workflow::{PersonId, ZoneId};

/// How much is too much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// The try that locks.
    most: i64,
    /// Within this.
    within: SignedDuration,
    /// How long the first lock lasts.
    lock: SignedDuration,
    /// How long a lock lasts at most.
    lock_most: SignedDuration,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
const QUARTER: SignedDuration = SignedDuration::from_mins(15);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(super) const ACCOUNT: Limit = Limit { most: 5, within: QUARTER, lock: QUARTER, lock_most: DAY };
const ADDRESS: Limit = Limit { most: 20, within: MINUTE, lock: MINUTE, lock_most: MINUTE };
const MAILS_AN_HOUR: Limit = Limit { most: 3, within: HOUR, lock: HOUR, lock_most: HOUR };
const MAILS_A_DAY: Limit = Limit { most: 10, within: DAY, lock: DAY, lock_most: DAY };

/// What is counted, as its tally is named.
#[derive(Debug, Clone)]
pub(super) struct Subject(String);

/// The password of whoever signs in as this, whether there is such a person or not.
pub(super) fn account(login: &str) -> Subject {
    Subject(format!("account/{}", digest(login)))
}

/// The codes of somebody's second factor.
pub(super) fn codes(person: PersonId) -> Subject {
    Subject(format!("codes/{person}"))
}

/// A network address; of IPv6 the part that belongs to one customer.
fn address(origin: &Origin) -> Option<Subject> {
    let address = match origin.address?.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    };
    Some(Subject(format!("address/{address}")))
}

/// Tallies that began before this are forgotten: whatever they locked is open, and no lock is in a row any more.
pub(super) fn forgotten(now: Timestamp) -> Timestamp {
    now.saturating_sub(DAY + DAY).unwrap_or(now)
}

/// Whether a try may be weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knock {
    /// It may.
    Open,
    /// It may not, and nobody is told.
    Locked,
    /// Too many came from the address.
    TooMany {
        /// From when on it may try again.
        until: Timestamp,
    },
}

/// Counts a try, and answers whether it is one of those that may be weighed.
fn count(tally: Tally, limit: Limit, now: Timestamp) -> (Tally, bool) {
    let now = now.as_microsecond();
    let micros = |duration: SignedDuration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    if now < tally.locked_until {
        return (tally, false);
    }
    let mut next = tally;
    if next.count == 0 || now.saturating_sub(next.since) >= micros(limit.within) {
        (next.count, next.since) = (0, now);
    }
    if now.saturating_sub(next.locked_until) >= micros(DAY) {
        next.locks = 0;
    }
    next.count += 1;
    if next.count >= limit.most {
        let times = 1_i64.checked_shl(u32::try_from(next.locks).unwrap_or(u32::MAX)).unwrap_or(i64::MAX);
        let lasts = micros(limit.lock).saturating_mul(times.max(1)).min(micros(limit.lock_most));
        next = Tally { count: 0, since: now, locks: next.locks.saturating_add(1), locked_until: now + lasts };
    }
    (next, true)
}

/// Takes back a try that turned out not to be a failure.
fn take_back(tally: Tally, limit: Limit) -> Tally {
    if tally.count == 0 && tally.locks > 0 {
        return Tally { count: limit.most - 1, locks: tally.locks - 1, locked_until: 0, ..tally };
    }
    Tally { count: (tally.count - 1).max(0), ..tally }
}

impl Desk {
    /// Counts a try for a subject and for where it comes from, before it is weighed.
    pub(super) async fn knock(
        &self,
        zone: ZoneId,
        subject: Subject,
        origin: &Origin,
    ) -> Result<Knock, DeskError> {
        let tx = self.store.begin(zone).await?;
        // The address first, always, so that two who count do not wait for each other.
        let knock = self.address_count(&tx, origin).await?;
        if knock != Knock::Open {
            return Ok(knock);
        }
        let now = self.surroundings.now();
        let (tally, open) = count(tx.tally_find(&subject.0).await?, ACCOUNT, now);
        tx.tally_set(&subject.0, &tally).await?;
        tx.commit().await?;
        Ok(if open { Knock::Open } else { Knock::Locked })
    }

    /// Counts a try that names no zone, in the first there is: it costs the same work, so naming none must not be a way
    /// around counting.
    pub(super) async fn knock_nowhere(&self, origin: &Origin) -> Result<Knock, DeskError> {
        match self.store.zone_list().await?.first() {
            Some(zone) => self.knock_address(zone.id, origin).await,
            None => Ok(Knock::Open),
        }
    }

    /// The same for where it comes from alone.
    pub(super) async fn knock_address(&self, zone: ZoneId, origin: &Origin) -> Result<Knock, DeskError> {
        let tx = self.store.begin(zone).await?;
        let knock = self.address_count(&tx, origin).await?;
        tx.commit().await?;
        Ok(knock)
    }

    async fn address_count(&self, tx: &Tx, origin: &Origin) -> Result<Knock, DeskError> {
        let Some(Subject(address)) = address(origin) else { return Ok(Knock::Open) };
        let now = self.surroundings.now();
        let (tally, open) = count(tx.tally_find(&address).await?, ADDRESS, now);
        tx.tally_set(&address, &tally).await?;
        let until = Timestamp::from_microsecond(tally.locked_until).unwrap_or(now);
        Ok(if open { Knock::Open } else { Knock::TooMany { until } })
    }

    /// Takes back a try that was right: for where it came from, and for a subject whose failures still count.
    pub(super) async fn knock_take_back(
        &self,
        zone: ZoneId,
        subject: Option<Subject>,
        origin: &Origin,
    ) -> Result<(), DeskError> {
        let tx = self.store.begin(zone).await?;
        let counted = address(origin).map(|address| (address, ADDRESS));
        let counted = counted.into_iter().chain(subject.map(|subject| (subject, ACCOUNT)));
        for (Subject(subject), limit) in counted {
            let tally = take_back(tx.tally_find(&subject).await?, limit);
            tx.tally_set(&subject, &tally).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What whoever asked for too many mails hears.
    pub(super) fn mails_wait(&self) -> Denied {
        let now = self.surroundings.now();
        Denied::TooMany { until: now.saturating_add(HOUR).unwrap_or(now) }
    }

    /// Counts a mail for its address, or for who asks for it; answers whether it may be written.
    pub(super) async fn mail_knock(&self, tx: &Tx, whose: &str) -> Result<bool, DeskError> {
        let (now, whose) = (self.surroundings.now(), digest(whose));
        for (kind, limit) in [("hour", MAILS_AN_HOUR), ("day", MAILS_A_DAY)] {
            let subject = format!("mail-{kind}/{whose}");
            let (tally, open) = count(tx.tally_find(&subject).await?, limit, now);
            tx.tally_set(&subject, &tally).await?;
            // What the hour refuses was not mailed, so the day does not count it.
            if !open {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Forgets the failures of a person's password and codes, and opens what they locked.
pub(super) async fn open(tx: &Tx, person: &Person) -> Result<(), DeskError> {
    tx.tally_remove(&codes(person.id).0).await?;
    open_account(tx, person).await
}

/// The same for their password alone.
pub(super) async fn open_account(tx: &Tx, person: &Person) -> Result<(), DeskError> {
    Ok(tx.tally_remove(&account(&person.login).0).await?)
}

/// Logins and addresses are nobody's business in a table of tallies, and may be of any length.
fn digest(text: &str) -> String {
    format!("{:.32}", hex::encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    /// Tries at these seconds; answers which were let through, and the tally.
    fn tries(limit: Limit, seconds: &[i64]) -> (Vec<bool>, Tally) {
        let mut tally = Tally::default();
        let open = seconds.iter().map(|second| {
            let (next, open) = count(tally, limit, at(*second));
            tally = next;
            open
        });
        (open.collect(), tally)
    }

    #[test]
    fn five_tries_in_a_quarter_of_an_hour_are_weighed_and_the_sixth_is_not() {
        let (open, tally) = tries(ACCOUNT, &[0, 1, 2, 3, 4, 5, 903]);
        assert_eq!(open, [true, true, true, true, true, false, false]);
        assert_eq!(tally.locked_until, at(904).as_microsecond());
        let (open, _) = tries(ACCOUNT, &[0, 1, 2, 3, 4, 904]);
        assert_eq!(open.last(), Some(&true));
        let (open, _) = tries(ACCOUNT, &[0, 300, 600, 899, 900, 1_200, 1_500, 1_799, 1_800]);
        assert!(open.iter().all(|open| *open), "four in every quarter are forgetful, not hostile");
    }

    #[test]
    fn each_lock_is_twice_as_long_as_the_one_before_up_to_a_day() {
        let (mut tally, mut now, mut lasted) = (Tally::default(), at(0), vec![]);
        for _ in 0..9 {
            for _ in 0..5 {
                (tally, _) = count(tally, ACCOUNT, now);
            }
            let until = Timestamp::from_microsecond(tally.locked_until).unwrap();
            lasted.push(until.duration_since(now).as_mins());
            now = until;
        }
        assert_eq!(lasted, [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
        let rested = now.saturating_add(DAY).unwrap();
        for _ in 0..5 {
            (tally, _) = count(tally, ACCOUNT, rested);
        }
        assert_eq!(tally.locked_until, rested.saturating_add(QUARTER).unwrap().as_microsecond());
    }

    #[test]
    fn a_try_that_was_right_counts_for_nothing() {
        let (_, tally) = tries(ADDRESS, &[0, 1, 2]);
        assert_eq!(take_back(tally, ADDRESS).count, 2);
        let (_, locked) = tries(ADDRESS, &[0; 20]);
        assert_eq!(locked.locked_until, at(60).as_microsecond());
        let freed = take_back(locked, ADDRESS);
        assert_eq!((freed.count, freed.locks, freed.locked_until), (19, 0, 0));
    }

    #[test]
    fn an_address_is_counted_as_its_customer_is_given_it() {
        let subject = |text: &str| {
            let origin = Origin { address: Some(text.parse().unwrap()), client: String::new() };
            address(&origin).unwrap().0
        };
        assert_eq!(subject("192.0.2.7"), "address/192.0.2.7");
        assert_eq!(subject("::ffff:192.0.2.7"), "address/192.0.2.7");
        assert_eq!(subject("2001:db8:1:2:3:4:5:6"), subject("2001:db8:1:2::1"));
        assert_ne!(subject("2001:db8:1:3::1"), subject("2001:db8:1:2::1"));
        assert!(address(&Origin::default()).is_none());
    }
}
