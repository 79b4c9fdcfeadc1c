//! What an uploaded sheet would change.

use super::flaw::{ColumnFlaw, Flaw, RowFlaw, SheetMistake, label};
use super::heading;
use super::row::{PlannedCompany, PlannedRow, Was};
use super::value;
use jiff::civil::Date;
use policy::{FactFile, Fields};
use sheet::{Sheet, SheetError};
use std::collections::HashMap;

/// How many rows may be wrong before the rest is not looked at.
const MOST_WRONG: usize = 1_000;
/// At how many other rows of the same company a row is told of.
const MOST_TOLD: usize = 20;

/// A company that is known, with what is known of it.
#[derive(Debug, Clone)]
pub struct KnownCompany<K> {
    /// What the caller knows it by.
    pub id: K,
    /// Its credit code, if that is known.
    pub credit_code: Option<String>,
    /// Its name.
    pub name: String,
    /// Everything stated of it that was not withdrawn, each with the day from which it counts; of several for one day
    /// the one that counts. A fact in the sheet is unchanged if the last one up to its day is the same.
    pub facts: FactFile,
}

/// What an uploaded sheet would change, and everything that is wrong with it.
///
/// A mistake in the names of the columns keeps all of it from being written, one in a row that row.
#[derive(Debug, Clone)]
pub struct Plan<K> {
    pub(super) sheet: Sheet,
    /// What is wrong with the columns, or the whole.
    pub mistakes: Vec<SheetMistake>,
    /// The rows in order.
    pub rows: Vec<PlannedRow<K>>,
}

/// Counts what a plan would change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows of the sheet.
    pub rows: usize,
    /// Rows with a mistake.
    pub wrong_rows: usize,
    /// Companies that would be added.
    pub new_companies: usize,
    /// Facts of fields of which nothing was known.
    pub new_facts: usize,
    /// Facts that were known otherwise.
    pub changed_facts: usize,
    /// Facts that were known.
    pub unchanged_facts: usize,
    /// Things to be confirmed.
    pub doubts: usize,
}

impl<K: Copy + Eq + std::hash::Hash> Plan<K> {
    /// Reads an uploaded file, CSV or `.xlsx`, and compares it with what is known. `day` is today: the day from which
    /// facts count where the sheet does not say, and after which none may.
    ///
    /// # Errors
    /// [`SheetError`] when the file is no table. Everything else that is wrong is in the plan.
    pub fn read(
        bytes: &[u8],
        fields: &Fields,
        known: &[KnownCompany<K>],
        day: Date,
    ) -> Result<Self, SheetError> {
        let sheet = sheet::read(bytes, heading::is_header)?;
        let (columns, mut mistakes) = heading::columns(&sheet, fields);
        let register = Register::of(known);
        let (mut rows, mut wrong): (Vec<PlannedRow<K>>, usize) = (vec![], 0);
        for row in sheet.rows() {
            if wrong == MOST_WRONG {
                let flaw = Flaw::Column(ColumnFlaw::TooMany(MOST_WRONG));
                mistakes.push(SheetMistake { line: row.line(), column: None, flaw });
                break;
            }
            let planned = PlannedRow::read(row, &columns, &register, day);
            wrong += usize::from(!planned.mistakes.is_empty());
            rows.push(planned);
        }
        told_twice(&mut rows, fields);
        Ok(Self { sheet, mistakes, rows })
    }

    /// The rows to be written: those that change anything and are free of mistakes. None, if a column is wrong.
    pub fn changes(&self) -> impl Iterator<Item = &PlannedRow<K>> {
        let is_sound = self.mistakes.is_empty();
        self.rows.iter().filter(move |row| is_sound && row.mistakes.is_empty() && row.is_change())
    }

    /// What must be confirmed before anything is written.
    pub fn doubts(&self) -> impl Iterator<Item = &SheetMistake> {
        self.changes().flat_map(|row| &row.doubts)
    }

    /// Everything that is wrong, from the top of the sheet to its end.
    pub fn findings(&self) -> impl Iterator<Item = &SheetMistake> {
        self.mistakes.iter().chain(self.rows.iter().flat_map(|row| &row.mistakes))
    }

    /// Counts what [`Plan::changes`] would write.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let facts = |was: fn(&Was) -> bool| {
            self.changes().flat_map(|row| &row.facts).filter(|fact| was(&fact.was)).count()
        };
        let sound = self.rows.iter().filter(|row| row.mistakes.is_empty()).flat_map(|row| &row.facts);
        Summary {
            rows: self.sheet.rows().len(),
            wrong_rows: self.rows.iter().filter(|row| !row.mistakes.is_empty()).count(),
            new_companies: self.changes().filter(|row| matches!(row.company, PlannedCompany::New)).count(),
            new_facts: facts(|was| matches!(was, Was::New)),
            changed_facts: facts(|was| matches!(was, Was::Changed(_))),
            unchanged_facts: sound.filter(|fact| fact.was == Was::Unchanged).count(),
            doubts: self.doubts().count(),
        }
    }
}

/// The companies that are known, to be looked up.
pub(super) struct Register<'k, K> {
    coded: HashMap<String, &'k KnownCompany<K>>,
    named: HashMap<&'k str, Vec<&'k KnownCompany<K>>>,
}

impl<'k, K> Register<'k, K> {
    fn of(known: &'k [KnownCompany<K>]) -> Self {
        let mut named: HashMap<&str, Vec<_>> = HashMap::new();
        for company in known {
            named.entry(company.name.trim()).or_default().push(company);
        }
        let coded = known
            .iter()
            .filter_map(|company| Some((company.credit_code.as_ref()?.trim().to_ascii_uppercase(), company)));
        Self { coded: coded.collect(), named }
    }

    pub(super) fn coded(&self, code: &str) -> Option<&'k KnownCompany<K>> {
        self.coded.get(&code.to_ascii_uppercase()).copied()
    }

    pub(super) fn named(&self, name: &str) -> &[&'k KnownCompany<K>] {
        self.named.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Finds companies that stand in several rows for the same day, and what these say differently: both rows are wrong.
fn told_twice<K: Copy + Eq + std::hash::Hash>(rows: &mut [PlannedRow<K>], fields: &Fields) {
    let mut seen: HashMap<(Option<K>, Option<String>, Date), Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let who = match &row.company {
            PlannedCompany::Known(id) => (Some(*id), None),
            PlannedCompany::New => (None, row.credit_code.clone()),
            PlannedCompany::Unclear => continue,
        };
        seen.entry((who.0, who.1, row.since)).or_default().push(index);
    }
    let mut found = vec![];
    for group in seen.values().filter(|group| group.len() > 1) {
        let mut rows = group.iter().filter_map(|index| Some((*index, rows.get(*index)?)));
        let Some((first, one)) = rows.next() else { continue };
        // Each is compared with the first, so that a thousand rows of one company are not compared in pairs.
        for ((other, two), count) in rows.zip(0..) {
            let mut tell = |column, other_column, flaw: &dyn Fn(u64) -> RowFlaw| {
                if count < MOST_TOLD {
                    found.push((first, column, flaw(two.line)));
                }
                found.push((other, other_column, flaw(one.line)));
            };
            tell(None, None, &RowFlaw::CompanyTwice);
            let told: HashMap<_, _> = two.facts.iter().map(|fact| (&fact.field, fact)).collect();
            for fact in &one.facts {
                let (Some(told), Some(field)) = (told.get(&fact.field), fields.fields.get(&fact.field))
                else {
                    continue;
                };
                if !value::same(field, fact.value.as_ref(), told.value.as_ref()) {
                    let differs = |line| RowFlaw::Contradicts(label(field), line);
                    tell(Some(fact.column), Some(told.column), &differs);
                }
            }
        }
    }
    for (index, column, flaw) in found {
        if let Some(row) = rows.get_mut(index) {
            row.mistake(column, flaw);
        }
    }
}
