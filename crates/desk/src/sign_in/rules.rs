//! What a zone asks of those who sign in.
use crate::{Caller, Desk, DeskError, NotSet};
use jiff::SignedDuration;
use store::SignInRules;
use workflow::ZoneId;

/// How long sessions last in a zone, and who must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// After how long without a sign of life a session of staff ends: 5 minutes to a day.
    pub staff_idle: SignedDuration,
    /// The same for people of companies.
    pub company_idle: SignedDuration,
    /// How long a session lasts, whatever happens in it: an hour to a week.
    pub lasts: SignedDuration,
    /// Whether staff must have a second factor. Those without may enrol one, and nothing else.
    pub second_factor: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            staff_idle: SignedDuration::from_mins(30),
            company_idle: SignedDuration::from_mins(30),
            lasts: SignedDuration::from_hours(12),
            second_factor: false,
        }
    }
}

impl Rules {
    fn is_sound(&self) -> bool {
        let idle = SignedDuration::from_mins(5)..=SignedDuration::from_hours(24);
        let lasts = SignedDuration::from_hours(1)..=SignedDuration::from_hours(24 * 7);
        idle.contains(&self.staff_idle) && idle.contains(&self.company_idle) && lasts.contains(&self.lasts)
    }
}

impl Desk {
    /// What a zone asks of those who sign in.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sign_in_rules(&self, zone: ZoneId) -> Result<Rules, DeskError> {
        let set = self.store.sign_in_rules_find(zone).await?;
        Ok(set.map_or_else(Rules::default, |set| Rules {
            staff_idle: SignedDuration::from_micros(set.staff_idle),
            company_idle: SignedDuration::from_micros(set.company_idle),
            lasts: SignedDuration::from_micros(set.lasts),
            second_factor: set.second_factor,
        }))
    }

    /// Sets it. Sessions that began keep their times; a second factor is asked for at once, and tokens of staff who
    /// have none are revoked.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn sign_in_rules_set(
        &self,
        caller: &Caller,
        rules: Rules,
    ) -> Result<Result<(), NotSet>, DeskError> {
        if !rules.is_sound() {
            return Ok(Err(NotSet::OutOfBounds));
        }
        let micros = |duration: SignedDuration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        let rules = SignInRules {
            staff_idle: micros(rules.staff_idle),
            company_idle: micros(rules.company_idle),
            lasts: micros(rules.lasts),
            second_factor: rules.second_factor,
        };
        let tx = self.store.begin(caller.zone).await?;
        tx.sign_in_rules_set(&rules, self.surroundings.now(), Some(caller.person.id)).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }
}
