//! What a zone has otherwise than the program: limits of its own, and who is away. Read once and remembered; the loops
//! look again, since another process may have changed it.
use crate::{Caller, Desk, DeskError};
use ::calendar::Limit;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::{Absence, ZoneLimit};
use workflow::{Definition, Key, Language, PersonId, Text, ZoneId};

/// The settings of a zone, as of the last look.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    limits: HashMap<String, Arc<BTreeMap<Key, Limit>>>,
    absences: Vec<Absence>,
}

/// What a zone's settings were when they were last followed.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// How often they had been changed.
    revision: i64,
    /// Digest of the calendar.
    calendar: String,
    settings: Arc<Settings>,
}

impl Seen {
    /// Whether cases are due by both at the same time.
    fn dates_like(&self, other: &Self) -> bool {
        self.calendar == other.calendar && self.settings.limits == other.settings.limits
    }
}

/// A named limit of a process, as a zone has it.
#[derive(Debug, Clone)]
pub struct LimitView {
    /// Its name.
    pub key: Key,
    /// What people call it.
    pub title: Text,
    /// What the definition says.
    pub shipped: Limit,
    /// What counts in the zone.
    pub value: Limit,
}

/// Why a setting was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSet {
    /// The zone has no such process.
    NoSuchProcess {
        /// The processes there are.
        processes: Vec<Key>,
    },
    /// The process has no limit of that name.
    NoSuchLimit {
        /// The limits it has.
        limits: Vec<Key>,
    },
    /// What was written is no limit.
    NoLimit(String),
    /// The zone has no such person of the staff.
    NoSuchPerson,
    /// The absence ends before it begins, or is over.
    NoTime,
    /// Sessions would end too early or too late.
    OutOfBounds,
    /// The zone has no such unit.
    NoSuchUnit,
    /// Nobody of the staff holds such a role.
    NoSuchRole {
        /// The roles there are.
        roles: Vec<String>,
    },
    /// A member of staff holds at least one role, and not more posts than this.
    Posts {
        /// How many posts at most.
        most: usize,
    },
    /// Whoever sets this would lose the right to.
    Oneself,
}

impl NotSet {
    /// The refusal's closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchProcess { .. } => "NO_SUCH_PROCESS",
            Self::NoSuchLimit { .. } => "NO_SUCH_LIMIT",
            Self::NoLimit(_) => "NO_LIMIT",
            Self::NoSuchPerson => "NO_SUCH_PERSON",
            Self::NoTime => "NO_TIME",
            Self::OutOfBounds => "OUT_OF_BOUNDS",
            Self::NoSuchUnit => "NO_SUCH_UNIT",
            Self::NoSuchRole { .. } => "NO_SUCH_ROLE",
            Self::Posts { .. } => "POSTS",
            Self::Oneself => "ONESELF",
        }
    }

    /// Says what is needed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::NoSuchProcess { processes } if zh => {
                format!("没有这个流程，现有：{}", processes.join("、"))
            }
            Self::NoSuchProcess { processes } => {
                format!("there is no such process; there are {}", processes.join(", "))
            }
            Self::NoSuchLimit { limits } if zh => format!("此流程没有这个时限，现有：{}", limits.join("、")),
            Self::NoSuchLimit { limits } => {
                format!("the process has no such limit; there are {}", limits.join(", "))
            }
            Self::NoLimit(mistake) if zh => {
                format!("时限应写作 5wd（工作日）、12wh（工作小时）、90wm（工作分钟）、2h 或 30m：{mistake}")
            }
            Self::NoLimit(mistake) => mistake.clone(),
            Self::NoSuchPerson if zh => "没有这名工作人员".into(),
            Self::NoSuchPerson => "there is no such member of staff".into(),
            Self::NoTime if zh => "结束时间应晚于开始时间和现在".into(),
            Self::NoTime => "an absence ends after it begins, and after now".into(),
            Self::OutOfBounds if zh => "闲置时限应为 5 分钟到 24 小时，登录时限应为 1 到 168 小时".into(),
            Self::OutOfBounds => {
                "a session may be idle for 5 minutes to 24 hours, and lasts 1 to 168 hours".into()
            }
            Self::NoSuchUnit if zh => "没有这个单位".into(),
            Self::NoSuchUnit => "there is no such unit".into(),
            Self::NoSuchRole { roles } if zh => format!("没有这个角色，现有：{}", roles.join("、")),
            Self::NoSuchRole { roles } => format!("there is no such role; there are {}", roles.join(", ")),
            Self::Posts { most } if zh => format!("工作人员至少有一个角色，在其他单位至多任 {most} 职"),
            Self::Posts { most } => {
                format!("a member of staff holds at least one role, and at most {most} in other units")
            }
            Self::Oneself if zh => "不能取消自己的管理权限，请由其他管理员办理".into(),
            Self::Oneself => "nobody takes this right from themselves; ask another administrator".into(),
        }
    }
}

impl Desk {
    /// The limits that a zone set for a process.
    pub(crate) async fn limits_of(
        &self,
        zone: ZoneId,
        process: &str,
    ) -> Result<Arc<BTreeMap<Key, Limit>>, DeskError> {
        Ok(self.settings(zone).await?.limits.get(process).cloned().unwrap_or_default())
    }

    /// Who of the zone's people is away at an instant, and until when.
    pub(crate) async fn absences(&self, zone: ZoneId, at: Timestamp) -> Result<Vec<Absence>, DeskError> {
        let settings = self.settings(zone).await?;
        Ok(settings.absences.iter().filter(|one| one.from <= at && at < one.to).copied().collect())
    }

    async fn settings(&self, zone: ZoneId) -> Result<Arc<Settings>, DeskError> {
        if let Some(settings) = self.settings.read().ok().and_then(|known| known.get(&zone).cloned()) {
            return Ok(settings);
        }
        self.settings_refresh(zone).await
    }

    async fn settings_refresh(&self, zone: ZoneId) -> Result<Arc<Settings>, DeskError> {
        let mut limits: HashMap<String, BTreeMap<Key, Limit>> = HashMap::new();
        for row in self.store.limit_list(zone).await? {
            let limit =
                row.value.parse().map_err(|mistake: ::calendar::LimitMistake| DeskError::Setting {
                    what: format!("the limit {} of {}", row.name, row.process),
                    reason: mistake.to_string(),
                })?;
            limits.entry(row.process).or_default().insert(row.name.into(), limit);
        }
        let limits = limits.into_iter().map(|(process, limits)| (process, Arc::new(limits))).collect();
        let absences = self.store.absence_list(zone, self.surroundings.now()).await?;
        let settings = Arc::new(Settings { limits, absences });
        if let Ok(mut known) = self.settings.write() {
            known.insert(zone, settings.clone());
        }
        Ok(settings)
    }

    /// Looks again at what another process may have changed: the zone's calendar, limits, absences, policies and processes.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn look_again(&self, zone: ZoneId) -> Result<(), DeskError> {
        self.calendar_refresh(zone).await?;
        self.settings_refresh(zone).await?;
        self.library_refresh(zone).await?;
        self.catalog_refresh(zone).await
    }

    /// Looks again at the zones whose settings were changed since the last look, here or in another process. Cases that
    /// moved here meanwhile may have been dated by what counted before: where calendar or limits changed, all are dated
    /// anew, which leaves those alone that are right.
    ///
    /// # Errors
    /// [`DeskError`]; the next look begins with what was left.
    pub async fn settings_follow(&self) -> Result<(), DeskError> {
        for (zone, revision) in self.store.revision_list().await? {
            let seen = self.seen.read().ok().and_then(|seen| seen.get(&zone).cloned());
            if seen.as_ref().is_some_and(|seen| seen.revision == revision) {
                continue;
            }
            self.look_again(zone).await?;
            self.signer(zone).await?;
            let (time, settings) = (self.time(zone).await?, self.settings(zone).await?);
            let found = Seen { revision, calendar: time.calendar().digest().to_owned(), settings };
            if seen.is_some_and(|seen| !seen.dates_like(&found)) {
                self.recompute(zone).await?;
            }
            if let Ok(mut seen) = self.seen.write() {
                seen.insert(zone, found);
            }
        }
        Ok(())
    }

    /// The named limits of a process, as they count in the caller's zone.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn limits(
        &self,
        caller: &Caller,
        definition: &Definition,
    ) -> Result<Vec<LimitView>, DeskError> {
        let set = self.limits_of(caller.zone, &definition.process).await?;
        let view = |(key, limit): (&Key, &workflow::definition::NamedLimit)| LimitView {
            key: key.clone(),
            title: limit.title.clone(),
            shipped: limit.is,
            value: set.get(key).copied().unwrap_or(limit.is),
        };
        Ok(definition.limits.iter().map(view).collect())
    }

    /// Sets a limit of a process for the zone, or with nothing gives the definition's back; dates open cases anew and
    /// answers how many moved.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn limit_set(
        &self,
        caller: &Caller,
        process: &str,
        name: &str,
        value: Option<&str>,
    ) -> Result<Result<u64, NotSet>, DeskError> {
        let zone = caller.zone;
        let catalog = self.catalog();
        let Some(definition) = catalog.newest(zone, process) else {
            let processes = catalog.processes(zone).map(|definition| definition.process.clone()).collect();
            return Ok(Err(NotSet::NoSuchProcess { processes }));
        };
        if !definition.limits.contains_key(name) {
            return Ok(Err(NotSet::NoSuchLimit { limits: definition.limits.keys().cloned().collect() }));
        }
        let limit = match value.map(str::parse::<Limit>).transpose() {
            Ok(limit) => limit,
            Err(mistake) => return Ok(Err(NotSet::NoLimit(mistake.to_string()))),
        };
        let tx = self.store.begin(zone).await?;
        match limit {
            Some(limit) => {
                let set_at = self.surroundings.now();
                let (process, name) = (process.to_owned(), name.to_owned());
                let set_by = Some(caller.person.id);
                tx.limit_set(&ZoneLimit { process, name, value: limit.to_string(), set_at, set_by }).await?;
            }
            None => tx.limit_remove(process, name).await?,
        }
        tx.commit().await?;
        self.settings_refresh(zone).await?;
        self.recompute(zone).await.map(Ok)
    }

    /// Says that somebody of the staff is away, and who stands in for them.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn absence_set(
        &self,
        caller: &Caller,
        absence: Absence,
    ) -> Result<Result<(), NotSet>, DeskError> {
        if absence.to <= absence.from || absence.to <= self.surroundings.now() {
            return Ok(Err(NotSet::NoTime));
        }
        let named: Vec<PersonId> = [absence.person].into_iter().chain(absence.substitute).collect();
        let found = self.store.person_batch(&self.viewer(caller), &named).await?;
        let is_staff =
            |id: &PersonId| found.iter().any(|person| person.id == *id && person.company.is_none());
        if !named.iter().all(is_staff) || absence.substitute == Some(absence.person) {
            return Ok(Err(NotSet::NoSuchPerson));
        }
        let tx = self.store.begin(caller.zone).await?;
        tx.absence_set(&absence).await?;
        tx.commit().await?;
        self.settings_refresh(caller.zone).await?;
        Ok(Ok(()))
    }
}
