//! A policy as its officers wrote it.
use crate::Benefit;
use condition::{Condition, Expression, Table};
use indexmap::IndexMap;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A title in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A policy, read and checked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub id: Arc<str>,
    /// Its title, in Chinese as printed.
    pub title: Title,
    /// Who issued it.
    pub issuer: String,
    /// The paper.
    pub document: Document,
    /// Whose policy it is.
    pub level: Level,
    /// Where it stands.
    pub status: Status,
    /// When it is in force.
    pub in_force: Window,
    /// What it is about.
    pub domain: Domain,
    /// What it speaks of.
    pub subject: Subject,
    /// How one comes by it.
    pub application: Application,
    /// The policy whose place it took: an earlier version of the same rule.
    pub replaces: Option<Arc<str>>,
    /// Policies that cannot be enjoyed beside it.
    pub exclusive_with: Vec<Arc<str>>,
    /// The kind of benefit of which one gets the highest only, by a name that other policies of the kind give too.
    pub highest_of: Option<Arc<str>>,
    /// What it comes to at most together with others, by name.
    pub stacks: IndexMap<Arc<str>, StackRule>,
    /// How few may have it.
    pub quota: Option<Title>,
    /// Which year its figures are of.
    pub figures: Option<Title>,
    /// How its limits are read.
    pub boundaries: Option<Title>,
    /// Whether the paper leaves open if a limit is included.
    pub ambiguous_boundary: bool,
    /// What else is to be known.
    pub notes: Option<Title>,
    /// How far its figures were seen in print.
    pub confidence: Confidence,
    /// Where they were seen.
    pub sources: Vec<String>,
    /// What it gives.
    pub benefit: Benefit,
    /// What must hold, by name, in the order of the file; of a clause that is another policy's criteria, that policy's
    /// clauses.
    pub clauses: IndexMap<Arc<str>, Clause>,
}

impl Policy {
    /// Joins all clauses: what must hold.
    #[must_use]
    pub fn criteria(&self) -> Condition {
        Condition::all(self.clauses.values().map(|clause| &clause.when))
    }

    /// Names every field that what it says can depend on, those that others follow from included.
    #[must_use]
    pub fn reads(&self) -> BTreeSet<&str> {
        let clauses = self.clauses.values().flat_map(|clause| clause.when.fields());
        clauses.chain(self.benefit.fields()).collect()
    }
}

/// One thing that must hold.
#[derive(Debug, Clone)]
pub struct Clause {
    /// What people read.
    pub title: Title,
    /// What must hold.
    pub when: Condition,
    /// What the paper adds.
    pub note: Option<Title>,
    /// The policy that it is taken from, where that is another.
    pub of: Option<Arc<str>>,
}

/// What a policy and others come to at most together.
#[derive(Debug, Clone)]
pub struct StackRule {
    /// What people read.
    pub title: Title,
    /// The others.
    pub with: Vec<Arc<str>>,
    /// The limit: money.
    pub most: Expression,
}

/// The paper a policy stands in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its number, as printed.
    #[serde(default)]
    pub number: Option<String>,
    /// Whether the number was seen.
    pub confidence: DocumentConfidence,
}

/// The days on which a policy is in force, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The first day.
    #[serde(deserialize_with = "day")]
    pub from: Date,
    /// The last day; nothing while it is open.
    #[serde(default, deserialize_with = "some_day")]
    pub to: Option<Date>,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $zh:literal / $en:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Says it in Chinese and in English.
            #[must_use]
            pub const fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en),)+ }
            }
        }
    )+};
}

words! {
    /// Says whose policy it is.
    Level {
        /// The country's.
        National = "国家级" / "national",
        /// The province's.
        Province = "省级" / "province",
        /// The city's.
        City = "市级" / "city",
        /// The district's.
        District = "区级" / "district",
    }
    /// Says where a policy stands.
    Status {
        /// It holds.
        InForce = "现行" / "in force",
        /// Its time is over.
        Expired = "已到期" / "expired",
        /// Another took its place.
        Superseded = "已被替代" / "superseded",
        /// It is not law yet.
        Draft = "征求意见" / "draft",
    }
    /// Says what a policy is about.
    Domain {
        /// Taxes and fees.
        Tax = "税费" / "taxes and fees",
        /// Technology and innovation.
        Technology = "科技创新" / "technology",
        /// Work and insurance.
        Employment = "用工" / "employment",
        /// Loans.
        Finance = "金融" / "finance",
        /// Digital production.
        Digital = "数字化" / "digital production",
        /// Awards from the budget.
        Award = "财政" / "awards",
        /// People.
        Talent = "人才" / "talent",
        /// Going public.
        Listing = "上市培育" / "listing",
    }
    /// Says what a policy speaks of.
    Subject {
        /// A company.
        Company = "企业" / "company",
        /// A person hired or supported.
        Person = "个人" / "person",
        /// A project.
        Project = "项目" / "project",
        /// Something bought.
        Asset = "资产" / "asset",
    }
    /// Says how one comes by a policy.
    Application {
        /// Without asking.
        Auto = "免申即享" / "without application",
        /// By applying and being recognised.
        Declare = "申报认定" / "by application",
        /// By judging oneself and keeping the papers.
        SelfAssess = "自行判别、申报享受、资料备查" / "by self-assessment",
    }
    /// Says how far the figures of a policy were seen in print.
    Confidence {
        /// All of them.
        Verified = "已核对" / "verified",
        /// Some.
        VerifiedInPart = "部分核对" / "verified in part",
        /// None.
        FromMemory = "凭记忆" / "from memory",
    }
    /// Says how far the number of a paper was seen.
    DocumentConfidence {
        /// It was.
        Seen = "已见原文" / "seen",
        /// In part.
        PartlyFromMemory = "部分凭记忆" / "partly from memory",
        /// It was not.
        FromMemory = "凭记忆" / "from memory",
        /// None is printed where the paper was seen.
        NoNumberSeen = "未见文号" / "no number seen",
    }
}

/// A policy file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) id: Arc<str>,
    pub(crate) title: Title,
    pub(crate) issuer: String,
    pub(crate) document: Document,
    pub(crate) level: Level,
    pub(crate) status: Status,
    pub(crate) in_force: Window,
    pub(crate) domain: Domain,
    pub(crate) subject: Subject,
    pub(crate) application: Application,
    #[serde(default)]
    pub(crate) replaces: Option<Arc<str>>,
    #[serde(default)]
    pub(crate) exclusive_with: Vec<Arc<str>>,
    #[serde(default)]
    pub(crate) highest_of: Option<Arc<str>>,
    #[serde(default)]
    pub(crate) quota: Option<Title>,
    #[serde(default)]
    pub(crate) figures: Option<Title>,
    #[serde(default)]
    pub(crate) boundaries: Option<Title>,
    #[serde(default)]
    pub(crate) ambiguous_boundary: bool,
    #[serde(default)]
    pub(crate) notes: Option<Title>,
    pub(crate) confidence: Confidence,
    #[serde(default)]
    pub(crate) sources: Vec<String>,
    pub(crate) benefit: crate::benefit::File,
    #[serde(default)]
    pub(crate) stack: IndexMap<Arc<str>, FileStack>,
    #[serde(default)]
    pub(crate) table: IndexMap<Arc<str>, Table>,
    #[serde(default)]
    pub(crate) clause: IndexMap<Arc<str>, FileClause>,
}

/// A stack of a policy file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileStack {
    pub(crate) title: Title,
    pub(crate) with: Vec<Arc<str>>,
    pub(crate) most: String,
}

/// A clause of a policy file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileClause {
    pub(crate) title: Title,
    pub(crate) when: String,
    #[serde(default)]
    pub(crate) note: Option<Title>,
}

pub(crate) fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?;
    written.to_string().parse().map_err(|_| serde::de::Error::custom("expected a day such as 2026-01-02"))
}

pub(crate) fn some_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}
