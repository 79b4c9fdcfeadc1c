//! Worked cases: what a policy must say of given facts.
use crate::facts::{FactFile, Given, KnownThen};
use crate::fields::Fields;
use crate::finding::{Finding, Flaw, Source};
use crate::policy::some_day;
use crate::{Gain, Library, Output, Policy, Verdict};
use condition::{Evaluation, Facts as _, Known, Number, Truth, Value};
use indexmap::IndexMap;
use jiff::civil::Date;
use serde::Deserialize;
use std::fmt;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// A worked case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub id: Arc<str>,
    /// The policy it is of.
    pub policy: Arc<str>,
    /// The day of which the verdict is; without one the policy's dates are not asked.
    pub as_of: Option<Date>,
    /// What is known.
    pub facts: FactFile,
    /// The policies that are to be enjoyed together; none where only one is asked about.
    pub claims: Vec<Arc<str>>,
    /// What must come out, if that is told.
    pub told: Option<Outcome>,
    pub(crate) file: Arc<str>,
    pub(crate) index: usize,
}

/// What came out of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// What the benefit comes to, money in 万元 where the key says so.
    pub benefit: IndexMap<Arc<str>, Number>,
}

/// A clause that no case exercises: without it, every case would come out the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexercised {
    /// The policy.
    pub policy: Arc<str>,
    /// The clause.
    pub clause: Arc<str>,
}

/// A worked example of a field that follows from others.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    id: Arc<str>,
    field: Arc<str>,
    /// What it can still be.
    possible: Vec<Value>,
    facts: FactFile,
    file: Arc<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    case: Vec<FileCase>,
    #[serde(default)]
    example: Vec<FileExample>,
}

/// A case as files have it. What is only for people is read to be allowed, not kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "where a case comes from is for people, who read the file")]
struct FileCase {
    id: Arc<str>,
    kind: Option<String>,
    #[serde(default, deserialize_with = "some_day")]
    as_of: Option<Date>,
    /// The case before it whose facts it has, but for those it states itself.
    like: Option<Arc<str>>,
    #[serde(default)]
    claims: Vec<Arc<str>>,
    verdict: Verdict,
    #[serde(default)]
    benefit: toml::Table,
    reason: Option<String>,
    #[serde(default)]
    assumed: Vec<String>,
    note: Option<String>,
    source: Option<FileSource>,
    #[serde(default)]
    facts: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "where an example comes from is for people, who read the file")]
struct FileExample {
    id: Arc<str>,
    field: Arc<str>,
    possible: Vec<Arc<str>>,
    reason: Option<String>,
    source: Option<FileSource>,
    #[serde(default)]
    facts: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for people, who read the file")]
struct FileSource {
    r#type: String,
    address: String,
}

/// Reads a file of cases, numbers as they are written.
pub(crate) fn read(
    source: Source<'_>,
    fields: &Fields,
    findings: &mut Vec<Finding>,
) -> (Vec<Case>, Vec<Example>) {
    let file: File = match source.read() {
        Ok(file) => file,
        Err(finding) => {
            findings.push(finding);
            return (vec![], vec![]);
        }
    };
    // It parsed before; here for the digits, which floats would lose.
    let Ok(exact) = DeTable::parse(source.text) else { return (vec![], vec![]) };
    let part = |list: &str, index: usize, key: &str| {
        let item = exact.get_ref().get(list).and_then(|items| items.get_ref().get(index))?;
        item.get_ref().get(key).map(|value| given(value.get_ref()))
    };
    let mut facts_of = |list: &str, index: usize, base: FactFile| {
        let Some(Given::Map(entries)) = part(list, index, "facts") else { return base };
        let known = |name: &str| fields.find(name).ok().map(|(key, _)| key.clone());
        let stated: Vec<Arc<str>> = entries.iter().filter_map(|(name, _)| known(name)).collect();
        let mut facts = stated.iter().fold(base, |facts, key| facts.without(key));
        for (name, given) in entries {
            if let Err(error) = facts.insert(fields, &name, &given, None, None) {
                let path = [list.into(), index.into(), "facts".into(), name.as_str().into()];
                findings.push(source.finding(&path, Flaw::Fact(error)));
            }
        }
        facts
    };
    let policy: Arc<str> = source.name().split('.').next().unwrap_or_default().into();
    let mut cases: Vec<Case> = vec![];
    let mut strangers = vec![];
    for (index, case) in file.case.into_iter().enumerate() {
        let benefit = match part("case", index, "benefit") {
            Some(Given::Map(entries)) => entries,
            _ => vec![],
        };
        let number = |(key, given): (String, Given)| match given {
            Given::Number(number) => Some((Arc::from(key), number)),
            _ => None,
        };
        let base = case.like.as_ref().map(|like| cases.iter().find(|other| other.id == *like).ok_or(like));
        let base = match base {
            None => FactFile::default(),
            Some(Ok(other)) => other.facts.clone(),
            Some(Err(like)) => {
                strangers.push((index, like.clone()));
                FactFile::default()
            }
        };
        cases.push(Case {
            id: case.id,
            policy: policy.clone(),
            as_of: case.as_of,
            facts: facts_of("case", index, base),
            claims: case.claims,
            told: Some(Outcome {
                verdict: case.verdict,
                benefit: benefit.into_iter().filter_map(number).collect(),
            }),
            file: source.file.into(),
            index,
        });
    }
    let mut examples = vec![];
    for (index, example) in file.example.into_iter().enumerate() {
        examples.push(Example {
            id: example.id,
            field: example.field,
            possible: example.possible.into_iter().map(Value::Text).collect(),
            facts: facts_of("example", index, FactFile::default()),
            file: source.file.into(),
        });
    }
    findings.extend(strangers.into_iter().map(|(index, like)| {
        source.finding(&["case".into(), index.into(), "like".into()], Flaw::NoCase(like))
    }));
    (cases, examples)
}

/// A value as TOML has it; `{ absent = true }` says that there is none.
fn given(value: &DeValue<'_>) -> Given {
    match value {
        DeValue::String(text) => Given::Text(text.to_string()),
        DeValue::Boolean(truth) => Given::Truth(*truth),
        DeValue::Datetime(day) => Given::Text(day.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => numeral(number.as_str()),
        DeValue::Integer(number) => Given::Text(number.to_string()),
        DeValue::Float(number) => numeral(number.as_str()),
        DeValue::Array(items) => Given::List(items.iter().map(|item| given(item.get_ref())).collect()),
        DeValue::Table(entries) => {
            let only = entries.len() == 1;
            match entries.get("absent").map(toml::Spanned::get_ref) {
                Some(DeValue::Boolean(true)) if only => Given::Absent,
                _ => Given::Map(
                    entries
                        .iter()
                        .map(|(key, value)| (key.get_ref().to_string(), given(value.get_ref())))
                        .collect(),
                ),
            }
        }
    }
}

fn numeral(text: &str) -> Given {
    let text = text.trim_start_matches('+').replace('_', "");
    Number::parse(&text).map_or(Given::Text(text), Given::Number)
}

impl Outcome {
    /// What a policy says of facts, under the keys that cases use.
    #[must_use]
    pub fn of(policy: &Policy, facts: KnownThen<'_>) -> Self {
        let benefit = policy.gains(facts).iter().flat_map(figures).collect();
        Self { verdict: policy.verdict(facts), benefit }
    }
}

/// A gain under the keys that cases use.
fn figures(gain: &Gain) -> Vec<(Arc<str>, Number)> {
    let Evaluation::Value(Value::Number(number)) = &gain.value else { return vec![] };
    let keys: &[(&str, i64)] = match gain.output {
        Output::Rate => &[("rate", 1)],
        Output::Share => &[("share", 1)],
        Output::PayShare => &[("pay_share", 1)],
        Output::Amount => &[("amount_wan", 10_000), ("amount_yuan", 1)],
        Output::Cap => &[("cap_wan", 10_000)],
        Output::FirstYear => &[("first_year_wan", 10_000)],
        Output::Tax => &[("effective_tax_wan", 10_000)],
    };
    let figure = |(key, unit): &(&str, i64)| Some((Arc::from(*key), number.over(&Number::from(*unit))?));
    keys.iter().filter_map(figure).collect()
}

impl Library {
    /// Decides a case.
    ///
    /// # Errors
    /// The policy there is none of, with the nearest id.
    pub fn run(&self, case: &Case) -> Result<Outcome, Flaw> {
        let find = |id: &Arc<str>| self.policy_find(id).map_err(|near| Flaw::NoPolicy(id.clone(), near));
        let policy = find(&case.policy)?;
        if case.claims.is_empty() {
            return Ok(Outcome::of(policy, case.facts.as_of(case.as_of)));
        }
        case.claims.iter().try_for_each(|id| find(id).map(|_| ()))?;
        let together = self.together(&case.claims);
        let verdict = if together { Verdict::Eligible } else { Verdict::Ineligible };
        Ok(Outcome { verdict, benefit: IndexMap::new() })
    }

    /// Runs all cases and examples; a policy of which one comes out otherwise than told cannot be published. `texts`
    /// are the files of the library, for the places.
    #[must_use]
    pub fn check<'t>(&self, texts: impl Fn(&str) -> Option<&'t str>) -> Vec<Finding> {
        let finding = |file: &Arc<str>, id: &Arc<str>, flaw| {
            let text = texts(file).unwrap_or_default();
            let at = text.find(&format!("\"{id}\"")).unwrap_or_default();
            Source { file, text }.at(at, flaw)
        };
        let mut findings = vec![];
        for case in &self.cases {
            let Some(told) = &case.told else { continue };
            // A policy that does not read was told of before.
            let Ok(mut came) = self.run(case) else { continue };
            came.benefit.retain(|key, _| told.benefit.contains_key(key));
            if came != *told {
                let flaw = Flaw::Case(case.id.clone(), told.to_string(), came.to_string());
                findings.push(finding(&case.file, &case.id, flaw));
            }
        }
        for example in &self.examples {
            let came = self.possible(example);
            if came.len() != example.possible.len()
                || !example.possible.iter().all(|value| came.contains(value))
            {
                let listed =
                    |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
                let flaw = Flaw::Case(example.id.clone(), listed(&example.possible), listed(&came));
                findings.push(finding(&example.file, &example.id, flaw));
            }
        }
        findings
    }

    fn possible(&self, example: &Example) -> Vec<Value> {
        let facts = example.facts.as_of(None);
        if let Known::Value(value) = facts.fact(&example.field) {
            return vec![value.into_owned()];
        }
        match self.derived(&example.field).map(|derived| derived.value(&facts)) {
            Some(Evaluation::Value(value)) => vec![value],
            Some(Evaluation::OneOf(values)) => values,
            _ => vec![],
        }
    }

    /// Lists the clauses that no case exercises; those taken from another policy are exercised there.
    #[must_use]
    pub fn unexercised(&self) -> Vec<Unexercised> {
        self.policies.values().flat_map(|policy| self.unexercised_of(policy)).collect()
    }

    fn unexercised_of(&self, policy: &Policy) -> Vec<Unexercised> {
        let cases = self.cases.iter().filter(|case| case.policy == policy.id && case.claims.is_empty());
        let truths: Vec<Vec<Truth>> = cases
            .map(|case| {
                let facts = case.facts.as_of(case.as_of);
                policy.clauses.values().map(|clause| clause.when.truth(&facts)).collect()
            })
            .collect();
        let hangs = |index: usize| {
            truths.iter().any(|truths| {
                let others = truths.iter().enumerate().filter(|(other, _)| *other != index);
                Truth::all(others.map(|(_, truth)| *truth)) != Truth::all(truths.iter().copied())
            })
        };
        let own = policy.clauses.iter().enumerate().filter(|(_, (_, clause))| clause.of.is_none());
        own.filter(|(index, _)| !hangs(*index))
            .map(|(_, (name, _))| Unexercised { policy: policy.id.clone(), clause: name.clone() })
            .collect()
    }

    /// The cases of the library.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.verdict.key())?;
        self.benefit.iter().try_for_each(|(key, number)| write!(f, ", {key} {number}"))
    }
}
