//! What a policy gives, and how much of it.
use crate::Title;
use crate::finding::{Finding, Flaw, Source, Step};
use condition::{
    Dictionary, Evaluation, Expression, Facts, Hit, MONEY, Mistake, Number, Row, Table, Type, Unit, Value,
};
use indexmap::IndexMap;
use serde::Deserialize;
use std::sync::Arc;

/// What a policy gives.
#[derive(Debug, Clone)]
pub struct Benefit {
    /// Of which kind it is.
    pub kind: BenefitKind,
    /// What people read.
    pub text: Title,
    /// What the amount is for, if it is not given once.
    pub per: Option<Per>,
    /// For how many years at most.
    pub at_most_years: Option<u32>,
    /// How the paper computes it, where no field holds what that needs.
    pub formula: Option<Title>,
    outputs: IndexMap<Output, Expression>,
}

/// Something that a benefit comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// What it is.
    pub output: Output,
    /// How much: a ratio, or money in 元. A range where facts are missing.
    pub value: Evaluation,
}

macro_rules! kinds {
    ($($variant:ident = $zh:literal / $en:literal,)+) => {
        /// Says of which kind a benefit is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "the words of each are beside it")]
        pub enum BenefitKind { $($variant,)+ }

        impl BenefitKind {
            /// Says it in Chinese and in English.
            #[must_use]
            pub const fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en),)+ }
            }
        }
    };
}

kinds! {
    TaxReduction = "减税" / "tax reduction",
    TaxExemption = "免税" / "tax exemption",
    TaxRefund = "退税" / "tax refund",
    TaxCredit = "税额抵减" / "tax credit",
    Deferral = "缓缴" / "deferral",
    SuperDeduction = "加计扣除" / "super deduction",
    OneTimeDeduction = "一次性扣除" / "deduction in one go",
    Qualification = "资格认定" / "title",
    FeeExemption = "免费" / "fee exemption",
    FeeReduction = "减费" / "fee reduction",
    Refund = "返还" / "refund",
    Subsidy = "补贴" / "subsidy",
    InterestSubsidy = "贷款贴息" / "interest subsidy",
    Award = "奖励" / "award",
    Grant = "资助" / "grant",
    RiskSharing = "风险分担" / "risk sharing",
}

/// Says what an amount is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each person.
    Person,
    /// Each person and year.
    PersonYear,
    /// Each year.
    Year,
}

/// Says what a computation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Output {
    /// A rate: of tax, of deduction.
    Rate,
    /// The share of something that is given.
    Share,
    /// The share of something that is still paid.
    PayShare,
    /// Money given or saved.
    Amount,
    /// The most money there is.
    Cap,
    /// Money deducted in the first year.
    FirstYear,
    /// The tax that is still due.
    Tax,
}

impl Output {
    /// Its name in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Share => "share",
            Self::PayShare => "pay_share",
            Self::Amount => "amount",
            Self::Cap => "cap",
            Self::FirstYear => "first_year",
            Self::Tax => "tax",
        }
    }

    /// Whether it is money rather than a ratio.
    #[must_use]
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Amount | Self::Cap | Self::FirstYear | Self::Tax)
    }
}

/// A benefit as files have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(rename = "type")]
    kind: BenefitKind,
    text: Title,
    #[serde(default)]
    per: Option<Per>,
    #[serde(default)]
    at_most_years: Option<u32>,
    #[serde(default)]
    formula: Option<Title>,
    #[serde(default)]
    rate: Option<Computation>,
    #[serde(default)]
    share: Option<Computation>,
    #[serde(default)]
    pay_share: Option<Computation>,
    #[serde(default)]
    amount: Option<Computation>,
    #[serde(default)]
    cap: Option<Computation>,
    #[serde(default)]
    first_year: Option<Computation>,
    #[serde(default)]
    tax: Option<Tax>,
}

/// An expression, or a decision table.
#[derive(Deserialize)]
#[serde(untagged)]
enum Computation {
    Text(String),
    Table(Table),
}

/// A tax in brackets: what is due, and by how much less than at the normal rate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tax {
    base: String,
    normal_rate: String,
    brackets: Vec<Bracket>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bracket {
    from: String,
    to: String,
    rate: String,
    /// The calendar years in which the bracket counts; none for all.
    #[serde(default)]
    years: Vec<i16>,
}

impl Tax {
    /// As a decision table: the sum of what each bracket takes.
    fn table(&self) -> Table {
        let row = |bracket: &Bracket| {
            let Bracket { from, to, rate, years } = bracket;
            let years: Vec<String> = years.iter().map(i16::to_string).collect();
            let when = (!years.is_empty()).then(|| format!("year(as_of) in ({})", years.join(", ")));
            Row { when, then: format!("max(0 元, min({}, {to}) - ({from})) * ({rate})", self.base) }
        };
        Table { label: None, hit: Hit::Sum, cap: None, rows: self.brackets.iter().map(row).collect() }
    }
}

impl File {
    /// The computations, each as an expression or a table.
    fn computations(&self) -> impl Iterator<Item = (Output, &Computation)> {
        [
            (Output::Rate, &self.rate),
            (Output::Share, &self.share),
            (Output::PayShare, &self.pay_share),
            (Output::Amount, &self.amount),
            (Output::Cap, &self.cap),
            (Output::FirstYear, &self.first_year),
        ]
        .into_iter()
        .filter_map(|(output, computation)| Some((output, computation.as_ref()?)))
    }

    /// The tables that are written for it.
    pub(crate) fn bands(&self) -> impl Iterator<Item = (Output, &Table)> {
        self.computations().filter_map(|(output, computation)| match computation {
            Computation::Table(table) => Some((output, table)),
            Computation::Text(_) => None,
        })
    }

    /// The tables it computes by, under names that no policy file uses.
    pub(crate) fn tables(&self, policy: &str) -> Vec<(Arc<str>, Table)> {
        let tables = self.computations().filter_map(|(output, computation)| match computation {
            Computation::Table(table) => Some((table_name(policy, output), table.clone())),
            Computation::Text(_) => None,
        });
        let tax = self.tax.iter().map(|tax| (table_name(policy, Output::Tax), tax.table()));
        tables.chain(tax).collect()
    }

    /// Reads what it computes.
    pub(crate) fn build(
        self,
        policy: &str,
        dictionary: &Dictionary,
        echoes: &dyn Fn(&Mistake) -> bool,
        source: Source<'_>,
        findings: &mut Vec<Finding>,
    ) -> Benefit {
        let mut outputs = IndexMap::new();
        let mut read =
            |output: Output, text: &str, path: &[Step<'_>]| match Expression::parse(text, dictionary) {
                Ok(expression) if output.is_money() == is_money(expression.kind()) => {
                    outputs.insert(output, expression);
                }
                Ok(_) => findings.push(source.finding(
                    path,
                    Flaw::Field(
                        "amounts, caps and taxes are money, rates and shares are not",
                        "金额、上限和税额应为货币，比率和比例不得为货币",
                    ),
                )),
                Err(mistake) if echoes(&mistake) => {}
                Err(mistake) => findings.push(source.mistake(path, &mistake)),
            };
        for (output, computation) in self.computations() {
            let path = ["benefit".into(), output.key().into()];
            match computation {
                Computation::Text(text) => read(output, text, &path),
                Computation::Table(_) => read(output, &table_name(policy, output), &path),
            }
        }
        if let Some(tax) = &self.tax {
            let due = table_name(policy, Output::Tax);
            let saved = format!("max(0 元, {}) * ({}) - {due}", tax.base, tax.normal_rate);
            let path = ["benefit".into(), "tax".into(), "base".into()];
            read(Output::Tax, &due, &path);
            read(Output::Amount, &saved, &path);
        }
        let Self { kind, text, per, at_most_years, formula, .. } = self;
        Benefit { kind, text, per, at_most_years, formula, outputs }
    }
}

/// A name for a table of a benefit: only letters, digits and underscores can be written in texts.
fn table_name(policy: &str, output: Output) -> Arc<str> {
    let letters = policy.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' });
    format!("benefit_{}_{}", letters.collect::<String>(), output.key()).into()
}

pub(crate) fn is_money(kind: &Type) -> bool {
    matches!(kind, Type::Amount(unit) if unit.dimension() == MONEY)
}

impl Benefit {
    /// Computes what the facts allow to compute; money in 元, rounded to the fen where it does not end there.
    #[must_use]
    pub fn gains(&self, facts: &dyn Facts) -> Vec<Gain> {
        let gain = |(output, expression): (&Output, &Expression)| Gain {
            output: *output,
            value: in_yuan(expression.value(facts), expression.kind()),
        };
        self.outputs.iter().map(gain).collect()
    }

    /// The most money it can come to with these facts, in 元, as far as that is known.
    #[must_use]
    pub fn worth(&self, facts: &dyn Facts) -> Option<Number> {
        let most = |output: Output| {
            let expression = self.outputs.get(&output)?;
            match in_yuan(expression.value(facts), expression.kind()) {
                Evaluation::Value(Value::Number(number)) => Some(number),
                Evaluation::Range { high, .. } => high,
                _ => None,
            }
        };
        most(Output::Amount).or_else(|| most(Output::Cap))
    }

    /// Lists the keys of the fields that it is computed from.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.outputs.values().flat_map(Expression::fields)
    }
}

pub(crate) fn in_yuan(value: Evaluation, kind: &Type) -> Evaluation {
    let Type::Amount(unit) = kind else { return value };
    let factor = unit.in_terms_of(&Unit::new("元", MONEY, Number::from(1)));
    let fen = |number: Number| Some(number.times(factor.as_ref()?)?.rounded(2));
    match value {
        Evaluation::Value(Value::Number(number)) => {
            fen(number).map_or(Evaluation::Unknown, |number| Evaluation::Value(number.into()))
        }
        Evaluation::Range { low, high } => {
            Evaluation::Range { low: low.and_then(fen), high: high.and_then(fen) }
        }
        other => other,
    }
}
