//! What one row of a sheet would change.

use super::flaw::{Doubt, Flaw, RowFlaw, SheetMistake};
use super::heading::{Holds, short};
use super::plan::{KnownCompany, Register};
use super::value;
use condition::Value;
use jiff::civil::Date;
use policy::CreditCode;
use sheet::{Cell, Row};
use std::sync::Arc;

/// How many characters the name of a company may have, and a source.
const MOST_LETTERS: usize = 200;

/// What a row of a sheet would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow<K> {
    /// Its line in the sheet.
    pub line: u64,
    /// The company it is about.
    pub company: PlannedCompany<K>,
    /// What the sheet calls the company, if it does.
    pub name: Option<String>,
    /// The credit code it gives, if any, in capitals.
    pub credit_code: Option<String>,
    /// The day from which its facts count.
    pub since: Date,
    /// Where its facts come from, if it says so.
    pub source: Option<String>,
    /// Its facts, in the order of the columns; those with a mistake are left out.
    pub facts: Vec<PlannedFact>,
    /// What is wrong with it. Nothing of such a row is written.
    pub mistakes: Vec<SheetMistake>,
    /// What somebody must confirm before it is written. A row that changes nothing has no doubts.
    pub doubts: Vec<SheetMistake>,
}

/// Says which company a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedCompany<K> {
    /// One that is known.
    Known(K),
    /// One that is not, with a credit code and a name.
    New,
    /// None that could be told; there is a mistake.
    Unclear,
}

/// A fact that a row states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFact {
    /// The key of the field.
    pub field: Arc<str>,
    /// Where it stands.
    pub column: usize,
    /// What it is; nothing if it is known that there is none.
    pub value: Option<Value>,
    /// What was known before.
    pub was: Was,
}

/// Says what was known of a field before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Was {
    /// Nothing.
    New,
    /// Something else; nothing inside if it was known that there is none.
    Changed(Option<Value>),
    /// The same.
    Unchanged,
}

impl<K: Copy> PlannedRow<K> {
    /// The facts to be written: those that are new or changed.
    pub fn changes(&self) -> impl Iterator<Item = &PlannedFact> {
        self.facts.iter().filter(|fact| fact.was != Was::Unchanged)
    }

    /// Says whether it changes anything: a new company does, whatever is said of it.
    #[must_use]
    pub fn is_change(&self) -> bool {
        matches!(self.company, PlannedCompany::New) || self.changes().next().is_some()
    }

    pub(super) fn read(row: &Row, columns: &[Holds<'_>], register: &Register<'_, K>, day: Date) -> Self {
        let mut planned = Self {
            line: row.line(),
            company: PlannedCompany::Unclear,
            name: None,
            credit_code: None,
            since: day,
            source: None,
            facts: vec![],
            mistakes: vec![],
            doubts: vec![],
        };
        let filled = || columns.iter().zip(row.cells()).zip(1..).filter(|((_, cell), _)| !cell.is_blank());
        for ((holds, cell), column) in filled() {
            planned.head(holds, cell, column, register, day);
        }
        let known = planned.company_find(register);
        for ((holds, cell), column) in filled() {
            if let Holds::Fact { key, field, factor } = holds {
                match value::read(field, factor.as_ref(), cell) {
                    Ok((value, doubt)) => {
                        let before = known.and_then(|known| known.facts.as_of(Some(planned.since)).get(key));
                        let was = match before {
                            None => Was::New,
                            Some(fact) if value::same(field, fact.value.as_ref(), value.as_ref()) => {
                                Was::Unchanged
                            }
                            Some(fact) => Was::Changed(fact.value.clone()),
                        };
                        if let Some(doubt) = doubt.filter(|_| was != Was::Unchanged) {
                            planned.doubt(Some(column), doubt);
                        }
                        planned.facts.push(PlannedFact { field: Arc::clone(key), column, value, was });
                    }
                    Err(flaw) => planned.mistake(Some(column), flaw),
                }
            }
        }
        if !planned.is_change() {
            planned.doubts.clear();
        }
        planned
    }

    /// Takes what is no fact.
    fn head(
        &mut self,
        holds: &Holds<'_>,
        cell: &Cell,
        column: usize,
        register: &Register<'_, K>,
        today: Date,
    ) {
        if let (Cell::Fault(fault), false) = (cell, matches!(holds, Holds::Fact { .. } | Holds::Nothing)) {
            return self.mistake(Some(column), RowFlaw::Unreadable(fault.clone()));
        }
        let shown = cell.shown();
        let text = shown.trim();
        match holds {
            Holds::CreditCode if value::is_cut(cell) => self.mistake(Some(column), RowFlaw::LostDigits),
            Holds::CreditCode => match CreditCode::parse(text) {
                Ok(code) => {
                    for doubt in code.doubts() {
                        self.doubt(Some(column), Doubt::CreditCodeDoubt(doubt));
                    }
                    self.credit_code = Some(code.to_string());
                }
                // Whatever a known company has for a code finds it.
                Err(_) if register.coded(text).is_some() => {
                    self.credit_code = Some(text.to_ascii_uppercase());
                }
                Err(error) => self.mistake(Some(column), RowFlaw::CreditCode(error)),
            },
            Holds::Name | Holds::Source if text.chars().count() > MOST_LETTERS => {
                self.mistake(Some(column), RowFlaw::TooLong(MOST_LETTERS));
            }
            Holds::Name => self.name = Some(text.to_owned()),
            Holds::Source => self.source = Some(text.to_owned()),
            Holds::Since => match value::day(cell) {
                Some(since) if since > today => {
                    self.mistake(Some(column), RowFlaw::Future(since.to_string()));
                }
                Some(since) => self.since = since,
                None => self.mistake(Some(column), RowFlaw::NoDay(short(text))),
            },
            Holds::Fact { .. } | Holds::Nothing => {}
        }
    }

    /// Finds whom the row is about. The credit code decides, if there is one.
    fn company_find<'r>(&mut self, register: &Register<'r, K>) -> Option<&'r KnownCompany<K>> {
        let named = self.name.as_ref().map(|name| register.named(name)).unwrap_or_default();
        let wrong_code = self
            .mistakes
            .iter()
            .any(|mistake| matches!(mistake.flaw, Flaw::Row(RowFlaw::CreditCode(_) | RowFlaw::LostDigits)));
        let known = match (&self.credit_code, named) {
            // Whoever mistyped a code does not mean a company without one.
            _ if wrong_code => return None,
            (Some(code), named) => match (register.coded(code), named) {
                (Some(known), _) => {
                    // A code that is known was accepted as it is.
                    self.doubts.clear();
                    if self.name.as_ref().is_some_and(|name| name != known.name.trim()) {
                        self.doubt(None, Doubt::OtherName(known.name.clone()));
                    }
                    Some(known)
                }
                (None, [only]) if only.credit_code.is_none() => Some(*only),
                (None, named) => {
                    let code = named.iter().find_map(|known| known.credit_code.clone());
                    if let Some(code) = code {
                        self.doubt(None, Doubt::OtherCode(code));
                    }
                    None
                }
            },
            (None, [only]) => Some(*only),
            (None, []) => None,
            (None, _) => {
                self.mistake(None, RowFlaw::SeveralNamed(self.name.clone().unwrap_or_default()));
                return None;
            }
        };
        self.company = match (known, &self.credit_code, &self.name) {
            (Some(known), ..) => PlannedCompany::Known(known.id),
            (None, Some(_), Some(_)) => PlannedCompany::New,
            (None, Some(_), None) => {
                self.mistake(None, RowFlaw::NewWithoutName);
                PlannedCompany::Unclear
            }
            (None, None, Some(name)) => {
                self.mistake(None, RowFlaw::NewWithoutCode(short(name)));
                PlannedCompany::Unclear
            }
            (None, None, None) => {
                self.mistake(None, RowFlaw::Nobody);
                PlannedCompany::Unclear
            }
        };
        known
    }

    pub(super) fn mistake(&mut self, column: Option<usize>, flaw: RowFlaw) {
        self.mistakes.push(SheetMistake { line: self.line, column, flaw: Flaw::Row(flaw) });
    }

    fn doubt(&mut self, column: Option<usize>, doubt: Doubt) {
        self.doubts.push(SheetMistake { line: self.line, column, flaw: Flaw::Doubt(doubt) });
    }
}
