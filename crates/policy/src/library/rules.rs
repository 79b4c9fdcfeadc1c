//! The dictionary with everything that follows from other fields, and what stands in its way.
use super::{File, Source};
use crate::fields::Fields;
use crate::finding::{Finding, Flaw, Step};
use condition::{Dictionary, Found, Mistake, Part, RuleMistake, Rules};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most flawed rules that are told at once.
const MOST: usize = 200;

/// The names of rules that were put aside.
#[derive(Debug, Default)]
pub(super) struct Aside(BTreeSet<Arc<str>>);

impl Aside {
    /// Whether a mistake is but the echo of one told before.
    pub(super) fn echoes(&self, mistake: &Mistake) -> bool {
        matches!(&mistake.found, Found::Piece(piece) if self.0.contains(piece.as_str()))
    }
}

/// Reads all rules together. A flawed one is told and put aside, so that the others can be read.
pub(super) fn dictionary(
    fields: &Fields,
    fields_source: Option<Source<'_>>,
    drafts: &[(Source<'_>, File)],
    findings: &mut Vec<Finding>,
) -> (Dictionary, Aside) {
    let mut aside = Aside::default();
    let mut rules = Rules { tables: fields.tables.clone(), ..Rules::default() };
    for (key, field) in &fields.fields {
        if let Some(text) = &field.derived {
            rules.derived.insert(key.clone(), text.clone());
        }
    }
    for (source, file) in drafts {
        for (key, table) in &file.table {
            if rules.tables.contains_key(key) {
                let taken =
                    RuleMistake { rule: key.clone(), part: Part::Whole, flaw: condition::Flaw::NameTaken };
                findings.push(source.finding(&["table".into(), key.into()], flaw(&taken)));
            } else {
                rules.tables.insert(key.clone(), table.clone());
            }
        }
        rules.tables.extend(file.benefit.tables(&file.id));
        let clauses = file.clause.values().map(|clause| clause.when.clone()).collect();
        rules.criteria.insert(file.id.clone(), clauses);
    }
    let plain = fields.dictionary();
    for _ in 0..MOST {
        match plain.clone().with_rules(&rules) {
            Ok(dictionary) => return (dictionary, aside),
            Err(mistake) => {
                if let Some(finding) = put_aside(&mistake, &mut rules, fields_source, drafts)
                    && !matches!(&mistake.flaw, condition::Flaw::Text(text) if aside.echoes(text))
                {
                    findings.push(finding);
                }
                aside.0.insert(mistake.rule);
            }
        }
    }
    (plain, aside)
}

/// Takes a flawed rule out of the way and says what is wrong with it.
fn put_aside(
    mistake: &RuleMistake,
    rules: &mut Rules,
    fields_source: Option<Source<'_>>,
    drafts: &[(Source<'_>, File)],
) -> Option<Finding> {
    let rule = &mistake.rule;
    if let Some(clauses) = rules.criteria.get_mut(rule) {
        *clauses = vec!["true".into()];
        // Mistakes in clauses are told when the clauses are read one by one.
        let elsewhere = matches!(mistake.flaw, condition::Flaw::Text(_) | condition::Flaw::Empty);
        let (source, file) = drafts.iter().find(|(_, file)| file.id == *rule && !elsewhere)?;
        return Some(source.finding(&circle(mistake, file), flaw(mistake)));
    }
    let is_table = rules.tables.shift_remove(rule).is_some();
    rules.derived.shift_remove(rule);
    let key = if is_table {
        vec![Step::Key("table"), rule.into()]
    } else {
        vec![rule.into(), Step::Key("derived")]
    };
    let own = drafts.iter().find(|(_, file)| file.table.contains_key(rule)).map(|(source, _)| *source);
    let of_benefit = drafts.iter().find_map(|(source, file)| {
        let tables = file.benefit.tables(&file.id);
        tables.iter().any(|(name, _)| name == rule).then_some(*source)
    });
    let (source, mut path) = match (own.or(fields_source.filter(|_| of_benefit.is_none())), of_benefit) {
        (Some(source), _) => (source, key),
        (None, Some(source)) => {
            // `benefit_<policy>_<output>`
            let outputs = ["rate", "pay_share", "share", "amount", "cap", "first_year", "tax"];
            let output = outputs.into_iter().find(|output| rule.ends_with(&format!("_{output}")));
            (source, vec![Step::Key("benefit"), Step::Key(output.unwrap_or("tax"))])
        }
        (None, None) => return None,
    };
    match mistake.part {
        Part::When(row) => path.extend([Step::Key("rows"), (row - 1).into(), Step::Key("when")]),
        Part::Then(row) => path.extend([Step::Key("rows"), (row - 1).into(), Step::Key("then")]),
        Part::Cap => path.push(Step::Key("cap")),
        Part::Whole | Part::Clause(_) => {}
    }
    Some(match &mistake.flaw {
        condition::Flaw::Text(inner) => source.mistake(&path, inner),
        _ => source.finding(&path, flaw(mistake)),
    })
}

/// The clause by which a policy comes back to itself.
fn circle<'f>(mistake: &RuleMistake, file: &'f File) -> Vec<Step<'f>> {
    let next = match &mistake.flaw {
        condition::Flaw::Cycle(path) => path.get(1),
        _ => None,
    };
    let says = |text: &str, id: &Arc<str>| text.contains(&format!("\"{id}\""));
    let clause = file.clause.iter().find(|(_, clause)| next.is_some_and(|id| says(&clause.when, id)));
    match clause {
        Some((name, _)) => vec![Step::Key("clause"), name.into(), Step::Key("when")],
        None => vec![Step::Key("clause")],
    }
}

fn flaw(mistake: &RuleMistake) -> Flaw {
    Flaw::Rule(mistake.to_string(), mistake.in_chinese())
}
