//! What a decision says, as JSON.
use super::Library;
use crate::commands::json::{evaluation_json, number_json, value_json};
use ::condition::{Change, Questions, Target, Truth, Value};
use ::policy::{
    ClauseFinding, Closed, Decision, FactFile, Gain, Gap, GapChange, Output, Question, Rank, Title, UsedFact,
    questions,
};
use jiff::civil::Date;
use std::fmt::Display;
use std::sync::Arc;

/// The most questions that are listed.
const MOST_QUESTIONS: usize = 10;

/// Puts decisions in words that programs read.
pub(super) struct Answer<'a> {
    pub(super) library: &'a Library,
    pub(super) facts: &'a FactFile,
}

type Json = Result<String, serde_json::Error>;

impl Answer<'_> {
    /// Everything a policy says of the company.
    pub(super) fn decision(&self, decision: &Decision) -> Json {
        let Questions { could_decide, always_decides } = &decision.questions;
        let mut members = vec![("policy", text(&decision.policy)?)];
        if let Some(policy) = self.library.policies.get(&decision.policy) {
            members.extend([("title", title(&policy.title)?), ("status", text(policy.status.words().1)?)]);
        }
        members.extend(decision.as_of.map(|day| ("as_of", quoted(day))));
        members.push(("verdict", quoted(decision.verdict.key())));
        match decision.closed {
            Some(Closed::NotBefore(day)) => {
                members.push(("reason", object([("in_force_from", quoted(day))])));
            }
            Some(Closed::Since(day)) => members.push(("reason", object([("in_force_until", quoted(day))]))),
            None => {}
        }
        if let Some(version) = &decision.version {
            members.push(("version_in_force", text(version)?));
        }
        members.extend([
            ("clauses", list(&decision.clauses, |clause| self.clause(clause))?),
            ("could_decide", list(could_decide, |set| list(set, |key| text(key)))?),
            ("always_decides", list(always_decides, |set| list(set, |key| text(key)))?),
            ("gaps", list(&decision.gaps, |gap| self.gap(gap))?),
        ]);
        members.extend(decision.possible_from.map(|day| ("possible_from", quoted(day))));
        members.push(("benefit", self.benefit(&decision.policy, &decision.gains)?));
        Ok(object(members))
    }

    /// What every policy in force on a day says in short, and the questions that decide most.
    pub(super) fn overview(&self, day: Date) -> Json {
        let open = self.library.policies.values().filter(|policy| policy.closed(day).is_none());
        let decisions: Vec<Decision> =
            open.map(|policy| self.library.decide(policy, self.facts, Some(day))).collect();
        let short = |decision: &Decision| {
            let failing = decision.clauses.iter().filter(|clause| clause.truth == Truth::No);
            let failing: Vec<&Arc<str>> = failing.map(|clause| &clause.clause).collect();
            Ok(object([
                ("policy", text(&decision.policy)?),
                ("verdict", quoted(decision.verdict.key())),
                ("fails", list(&failing, |clause| text(clause))?),
                ("benefit", self.benefit(&decision.policy, &decision.gains)?),
            ]))
        };
        let asked = |rank| {
            let mut asked = questions(self.library, self.facts, day, rank);
            asked.truncate(MOST_QUESTIONS);
            list(&asked, |question| self.question(question))
        };
        Ok(object([
            ("as_of", quoted(day)),
            ("policies", list(&decisions, short)?),
            ("questions", asked(Rank::Policies)?),
            ("questions_by_money", asked(Rank::Money)?),
        ]))
    }

    fn question(&self, question: &Question) -> Json {
        Ok(object([
            ("field", text(&question.field)?),
            ("label", self.label(&question.field)?),
            ("decides", list(&question.decides, |id| text(id))?),
            ("could_decide", list(&question.could_decide, |id| text(id))?),
            ("concerns", question.concerns.len().to_string()),
            ("worth_yuan", number_json(&question.worth)),
        ]))
    }

    fn clause(&self, finding: &ClauseFinding) -> Json {
        let truth = match finding.truth {
            Truth::Yes => "yes",
            Truth::No => "no",
            Truth::Unknown => "unknown",
        };
        Ok(object([
            ("clause", text(&finding.clause)?),
            ("title", title(&finding.title)?),
            ("truth", quoted(truth)),
            ("facts", list(&finding.facts, |fact| self.fact(fact))?),
            ("missing", list(&finding.missing, |key| text(key))?),
        ]))
    }

    fn fact(&self, fact: &UsedFact) -> Json {
        let mut members = vec![
            ("field", text(&fact.field)?),
            ("label", self.label(&fact.field)?),
            ("value", fact.value.as_ref().map_or(Ok("null".into()), value_json)?),
        ];
        if let Some(unit) = self.library.fields.fields.get(&fact.field).and_then(|field| field.unit.as_ref())
        {
            members.push(("unit", text(unit)?));
        }
        if fact.derived {
            members.push(("derived", "true".into()));
        }
        if let Some(source) = &fact.source {
            members.push(("source", text(source)?));
        }
        members.extend(fact.date.map(|day| ("date", quoted(day))));
        Ok(object(members))
    }

    fn gap(&self, gap: &Gap) -> Json {
        let mut members = vec![
            ("clause", text(&gap.clause)?),
            ("changes", list(&gap.alternatives, |set| list(set, |change| self.change(change)))?),
        ];
        members.extend(gap.possible_from.map(|day| ("possible_from", quoted(day))));
        Ok(object(members))
    }

    fn change(&self, worded: &GapChange) -> Json {
        let Change { field, now, target, distance, .. } = &worded.change;
        let (word, wanted) = match target {
            Target::AtLeast(value) => ("at_least", value_json(value)?),
            Target::MoreThan(value) => ("more_than", value_json(value)?),
            Target::AtMost(value) => ("at_most", value_json(value)?),
            Target::LessThan(value) => ("less_than", value_json(value)?),
            Target::OneOf(values) => ("one_of", value_json(&Value::List(values.clone()))?),
            Target::Holding(value) => ("holding", value_json(value)?),
            Target::Present => ("present", "true".into()),
        };
        let mut members = vec![
            ("field", text(field)?),
            ("label", self.label(field)?),
            ("now", now.as_ref().map_or(Ok("null".into()), value_json)?),
            ("wanted", object([(word, wanted)])),
        ];
        members.extend(distance.as_ref().map(|distance| ("distance", number_json(distance))));
        members.push(("text", title(&worded.text)?));
        members.extend(worded.possible_on.map(|day| ("possible_on", quoted(day))));
        Ok(object(members))
    }

    fn benefit(&self, id: &str, gains: &[Gain]) -> Json {
        let Some(policy) = self.library.policies.get(id) else { return Ok("{}".into()) };
        let mut members =
            vec![("type", text(policy.benefit.kind.words().1)?), ("text", title(&policy.benefit.text)?)];
        for gain in gains {
            members.push((figure(gain.output), evaluation_json(&gain.value)?));
        }
        Ok(object(members))
    }

    fn label(&self, key: &str) -> Json {
        self.library.fields.fields.get(key).map_or_else(|| text(key), |field| title(&field.label))
    }
}

/// A figure of a benefit, with the unit of money in its name.
fn figure(output: Output) -> &'static str {
    match output {
        Output::Amount => "amount_yuan",
        Output::Cap => "cap_yuan",
        Output::FirstYear => "first_year_yuan",
        Output::Tax => "tax_yuan",
        ratio => ratio.key(),
    }
}

fn text(text: &str) -> Json {
    serde_json::to_string(text)
}

fn title(both: &Title) -> Json {
    Ok(object([("zh", text(&both.zh)?), ("en", text(&both.en)?)]))
}

/// A word or a day, which has nothing to escape.
fn quoted(plain: impl Display) -> String {
    format!("\"{plain}\"")
}

fn object<'k>(members: impl IntoIterator<Item = (&'k str, String)>) -> String {
    let members: Vec<String> = members.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn list<T>(items: &[T], item: impl Fn(&T) -> Json) -> Json {
    Ok(format!("[{}]", items.iter().map(item).collect::<Result<Vec<_>, _>>()?.join(",")))
}
