//! Policies as they are in force in the zone, and how many companies each says what of.
use super::connection::{FitConnection, PolicyConnection};
use super::fit::{FitFilterInput, FitOrder, fit_page};
use super::gate::{broken, caller, coded, desk, language};
use super::id::NodeId;
use super::list::{Bounds, Cursors, take};
use super::loader::company::{FitsFor, TallyOf};
use super::loader::load;
use super::scalar::Date;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use desk::{FitTally, PolicyView, ZoneLibrary};
use policy::Title;
use std::sync::Arc;
use workflow::Language;

/// A policy of the zone.
pub struct Policy(pub(super) PolicyView);

/// A policy of the zone.
#[Object]
impl Policy {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Policy(self.0.policy.id.to_string()).encode()
    }

    /// Its own id, as files name it.
    async fn key(&self) -> &str {
        &self.0.policy.id
    }

    /// Its title.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        title(ctx, &self.0.policy.title)
    }

    /// Who issued it.
    async fn issuer(&self) -> &str {
        &self.0.policy.issuer
    }

    /// The number of the paper, as printed.
    async fn document_number(&self) -> Option<&str> {
        self.0.policy.document.number.as_deref()
    }

    /// Whose policy it is.
    async fn level(&self) -> PolicyLevel {
        self.0.policy.level.into()
    }

    /// What it is about.
    async fn domain(&self, ctx: &Context<'_>) -> &str {
        words(ctx, self.0.policy.domain.words())
    }

    /// What it speaks of.
    async fn subject(&self, ctx: &Context<'_>) -> &str {
        words(ctx, self.0.policy.subject.words())
    }

    /// How one comes by it.
    async fn application(&self, ctx: &Context<'_>) -> &str {
        words(ctx, self.0.policy.application.words())
    }

    /// Its first day.
    async fn in_force_from(&self) -> Date {
        Date(self.0.policy.in_force.from)
    }

    /// Its last day; none while it is open.
    async fn in_force_to(&self) -> Option<Date> {
        self.0.policy.in_force.to.map(Date)
    }

    /// What it gives.
    async fn benefit(&self, ctx: &Context<'_>) -> &str {
        title(ctx, &self.0.policy.benefit.text)
    }

    /// What must hold, clause by clause.
    async fn criteria(&self, ctx: &Context<'_>) -> Vec<PolicyClause> {
        let clause = |(key, clause): (&Arc<str>, &policy::Clause)| PolicyClause {
            key: key.to_string(),
            title: title(ctx, &clause.title).to_owned(),
            condition: clause.when.to_string(),
            note: clause.note.as_ref().map(|note| title(ctx, note).to_owned()),
        };
        self.0.policy.clauses.iter().map(clause).collect()
    }

    /// Which of the zone's own versions it is; none for one that the program ships.
    async fn version(&self) -> Option<i64> {
        self.0.library.version(&self.0.policy.id)
    }

    /// Where it was seen.
    async fn sources(&self) -> &[String] {
        &self.0.policy.sources
    }

    /// How many companies it says what of. For staff.
    async fn counts(&self, ctx: &Context<'_>) -> Result<Option<PolicyCounts>> {
        let tally = load(ctx, TallyOf(self.0.policy.id.to_string())).await?.unwrap_or_default();
        Ok(Some(PolicyCounts(tally)))
    }

    /// What it says of companies, worth most first unless another order is asked for.
    #[graphql(complexity = "super::list::cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are those of a Relay connection")]
    async fn fits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which; all of them without it.")] filter: Option<FitFilterInput>,
        #[graphql(desc = "In which order.")] order: Option<FitOrder>,
    ) -> Result<FitConnection> {
        let of = FitsFor::Policy(self.0.policy.id.to_string());
        fit_page(ctx, of, (filter.unwrap_or_default(), order), (first, last), (after, before)).await
    }
}

/// Something that must hold for a policy.
#[derive(SimpleObject)]
pub struct PolicyClause {
    /// Its name.
    key: String,
    /// What people read.
    title: String,
    /// The condition, in the language of conditions.
    condition: String,
    /// What the paper adds.
    note: Option<String>,
}

/// How many companies a policy says what of.
pub struct PolicyCounts(FitTally);

/// How many companies a policy says what of.
#[Object]
impl PolicyCounts {
    /// They fit.
    async fn eligible(&self) -> i64 {
        self.0.eligible
    }

    /// They do not fit, for want of little that can be changed.
    async fn near(&self) -> i64 {
        self.0.near
    }

    /// It depends on what nobody said.
    async fn unknown(&self) -> i64 {
        self.0.unknown
    }

    /// They do not fit; the near ones are not among them.
    async fn ineligible(&self) -> i64 {
        self.0.ineligible
    }
}

/// A field of the dictionary of facts.
pub struct PolicyField {
    pub(super) library: Arc<ZoneLibrary>,
    pub(super) key: String,
}

/// A field of the dictionary of facts.
#[Object]
impl PolicyField {
    /// Its key.
    async fn key(&self) -> &str {
        &self.key
    }

    /// What people call it.
    async fn label(&self, ctx: &Context<'_>) -> &str {
        self.field().map_or(&*self.key, |field| title(ctx, &field.label))
    }

    /// What its numbers count.
    async fn unit(&self) -> Option<&str> {
        self.field()?.unit.as_deref()
    }

    /// What it means.
    async fn meaning(&self, ctx: &Context<'_>) -> Option<&str> {
        Some(title(ctx, &self.field()?.meaning))
    }

    /// Its values, where it is one of them or some.
    async fn choices(&self, ctx: &Context<'_>) -> Vec<PolicyChoice> {
        let zh = language(ctx) == Language::Zh;
        let choice = |(key, name): (&Arc<str>, &Arc<str>)| PolicyChoice {
            key: key.to_string(),
            label: if zh { name.to_string() } else { key.replace('_', " ") },
        };
        self.field().iter().flat_map(|field| &field.values).map(choice).collect()
    }
}

impl PolicyField {
    fn field(&self) -> Option<&policy::Field> {
        self.library.library.fields.fields.get(self.key.as_str())
    }
}

/// A value of a field.
#[derive(SimpleObject)]
pub struct PolicyChoice {
    /// Its key.
    key: String,
    /// What people call it.
    label: String,
}

/// Whose policy it is.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
pub enum PolicyLevel {
    /// The country's.
    National,
    /// The province's.
    Province,
    /// The city's.
    City,
    /// The district's.
    District,
}

impl From<policy::Level> for PolicyLevel {
    fn from(level: policy::Level) -> Self {
        match level {
            policy::Level::National => Self::National,
            policy::Level::Province => Self::Province,
            policy::Level::City => Self::City,
            policy::Level::District => Self::District,
        }
    }
}

/// Which policies; all conditions hold together.
#[derive(InputObject)]
pub struct PolicyFilterInput {
    /// With this text in id, title or document number.
    text: Option<String>,
    /// Whether only those in force today.
    #[graphql(default = true)]
    in_force: bool,
}

impl Default for PolicyFilterInput {
    fn default() -> Self {
        Self { text: None, in_force: true }
    }
}

/// A page of policies.
pub(super) async fn policy_page(
    ctx: &Context<'_>,
    filter: PolicyFilterInput,
    bounds: Bounds,
    (after, before): Cursors,
) -> Result<PolicyConnection> {
    let place = |cursor: Option<String>| match cursor.map(|cursor| NodeId::parse(&cursor.into())) {
        None => Ok(None),
        Some(Some(NodeId::Policy(id))) => Ok(Some(id)),
        Some(_) => Err(coded("BAD_INPUT", "the cursor is not of this list")),
    };
    let (after, before) = (place(after)?, place(before)?);
    let asked = (filter.text.as_deref(), filter.in_force);
    let cursors = (after.as_deref(), before.as_deref());
    let (desk, caller) = (desk(ctx)?, caller(ctx)?);
    let (page, all) = desk.policy_page(caller, asked, take(bounds)?, cursors).await.map_err(broken)?;
    let edge =
        |view: PolicyView| (NodeId::Policy(view.policy.id.to_string()).encode().to_string(), Policy(view));
    let edges = page.items.into_iter().map(edge).collect();
    Ok(PolicyConnection { edges, has_previous: page.has_previous, has_next: page.has_next, context: all })
}

/// A title in the language asked for.
pub(super) fn title<'t>(ctx: &Context<'_>, title: &'t Title) -> &'t str {
    if language(ctx) == Language::Zh { &title.zh } else { &title.en }
}

/// Words in the language asked for.
pub(super) fn words(ctx: &Context<'_>, (zh, en): (&'static str, &'static str)) -> &'static str {
    if language(ctx) == Language::Zh { zh } else { en }
}
