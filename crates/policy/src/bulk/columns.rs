//! The facts of many companies, field by field.
use super::block::{Block, Exact, Filling, Kind, Odd, Plane, ROWS, date_of, seal};
use super::cell::Cell;
use super::one::Single;
use condition::{Facts, Known, Number, Type, Value};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// The facts of many companies, a column for each field and a row for each company.
///
/// Rows are packed as they come, a block at a time, so that filling the columns takes no more memory than they do.
#[derive(Debug)]
pub struct Columns {
    fields: IndexMap<Arc<str>, Kind>,
    /// One for each column; empty where the values have no numbers.
    vocabularies: Vec<Vocabulary>,
    filling: Vec<Filling>,
    blocks: Vec<Block>,
    rows: usize,
}

/// The distinct values of a column, numbered as they come.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    pub(super) values: Vec<Value>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Vocabulary {
    /// The number of a value; nothing for what is no such value, or beyond what can be numbered.
    fn code(&mut self, cell: Cell<'_>) -> Option<u32> {
        let printed = match &cell {
            Cell::Text(text) => Cow::Borrowed(&**text),
            Cell::Parts(value) => match value.as_ref() {
                Value::Text(text) => Cow::Borrowed(&**text),
                // Two lists or maps print alike only if they are the same, and no text begins so.
                parts => Cow::Owned(format!("\u{0}{parts}")),
            },
            _ => return None,
        };
        if let Some(code) = self.numbers.get(printed.as_ref()) {
            return Some(*code);
        }
        let code = u32::try_from(self.values.len()).ok()?;
        let name: Arc<str> = printed.as_ref().into();
        self.values.push(match cell {
            Cell::Parts(value) => value.as_ref().clone(),
            _ => Value::Text(name.clone()),
        });
        self.numbers.insert(name, code);
        Some(code)
    }
}

impl Columns {
    /// Makes a column for each field, in this order; of a field given twice the first counts.
    #[must_use]
    pub fn new<'f>(fields: impl IntoIterator<Item = (&'f str, &'f Type)>) -> Self {
        let mut kinds = IndexMap::new();
        for (key, kind) in fields {
            kinds.entry(Arc::from(key)).or_insert(match kind {
                Type::Truth => Kind::Truth,
                Type::Number | Type::Amount(_) => Kind::Number,
                Type::Date => Kind::Date,
                Type::Text | Type::Choice(_) | Type::List(_) | Type::Map(_) | Type::Anything => Kind::Coded,
            });
        }
        let filling = kinds.values().map(|kind| Filling::new(*kind)).collect();
        let vocabularies = kinds.values().map(|_| Vocabulary::default()).collect();
        Self { fields: kinds, vocabularies, filling, blocks: vec![], rows: 0 }
    }

    /// Adds a company by its cells, in the order of the fields; cells that are missing are unknown.
    pub fn push<'c>(&mut self, cells: impl IntoIterator<Item = Cell<'c>>) {
        self.fill(cells);
        self.rows += 1;
        if self.filling.first().is_some_and(|filling| filling.rows() == ROWS) {
            self.seal();
        }
    }

    /// Adds a company by what is known of it.
    pub fn push_facts(&mut self, facts: &dyn Facts) {
        let keys: Vec<Arc<str>> = self.fields.keys().cloned().collect();
        self.push(keys.iter().map(|key| Cell::from(facts.fact(key))));
    }

    fn fill<'c>(&mut self, cells: impl IntoIterator<Item = Cell<'c>>) {
        let mut cells = cells.into_iter();
        for (filling, vocabulary) in self.filling.iter_mut().zip(&mut self.vocabularies) {
            filling.push(cells.next().unwrap_or(Cell::Unknown), |cell| vocabulary.code(cell));
        }
    }

    /// Packs what does not fill a block yet.
    pub(super) fn seal(&mut self) {
        if self.filling.first().is_some_and(|filling| filling.rows() > 0) {
            self.blocks.push(seal(&mut self.filling));
        }
    }

    /// What is known of one company, which is not added. Says whether a value is new to a vocabulary.
    pub(super) fn single(&mut self, facts: &dyn Facts, cells: &mut Vec<Single>) -> bool {
        let mut new = false;
        cells.clear();
        for ((key, kind), vocabulary) in self.fields.iter().zip(&mut self.vocabularies) {
            let before = vocabulary.values.len();
            cells.push(Single::new(*kind, Cell::from(facts.fact(key)), |cell| vocabulary.code(cell)));
            new |= vocabulary.values.len() > before;
        }
        new
    }

    /// How many companies there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that the packed columns take, vocabularies aside.
    #[must_use]
    pub fn size(&self) -> usize {
        self.blocks.iter().map(Block::size).sum()
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(crate) fn column(&self, key: &str) -> Option<(usize, Kind)> {
        self.fields.get_full(key).map(|(column, _, kind)| (column, *kind))
    }

    pub(crate) fn key(&self, column: usize) -> Option<&Arc<str>> {
        self.fields.get_index(column).map(|(key, _)| key)
    }

    pub(super) fn vocabulary(&self, column: usize) -> &Vocabulary {
        &self.vocabularies[column]
    }

    fn known(&self, block: &Block, column: usize, row: usize) -> Known<'_> {
        if block.is(column, Plane::Absent, row) {
            return Known::Absent;
        }
        if !block.is(column, Plane::Has, row) {
            let at = block.odd.partition_point(|odd| odd.row < row);
            let mut odd = block.odd[at..].iter().take_while(|odd| odd.row == row);
            return odd.find(|odd| odd.column == column).map_or(Known::Unknown, Odd::known);
        }
        let whole = &block.wholes[column];
        let value = match self.fields.get_index(column) {
            None => return Known::Unknown,
            Some((_, Kind::Truth)) => Value::Truth(block.is(column, Plane::Yes, row)),
            Some((_, Kind::Number)) => Number::from_decimal(whole.get(row), whole.places).into(),
            Some((_, Kind::Date)) => match date_of(whole.get(row)) {
                Some(date) => Value::Date(date),
                None => return Known::Unknown,
            },
            Some((_, Kind::Coded)) => {
                let value = usize::try_from(whole.get(row)).ok();
                let value = value.and_then(|code| self.vocabularies[column].values.get(code));
                return value.map_or(Known::Unknown, |value| Known::Value(Cow::Borrowed(value)));
            }
        };
        Known::Value(Cow::Owned(value))
    }
}

impl Odd {
    fn known<'a>(&self) -> Known<'a> {
        match self.known.clone() {
            Exact::Number(number) => Known::Value(Cow::Owned(number.into())),
            Exact::Range(low, high) => Known::Range { low, high },
        }
    }
}

/// The facts of one row, as the evaluator reads them.
pub(super) struct Row<'c> {
    pub(super) columns: &'c Columns,
    pub(super) block: &'c Block,
    pub(super) place: usize,
}

impl Facts for Row<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        match self.columns.column(name) {
            Some((column, _)) => self.columns.known(self.block, column, self.place),
            None => Known::Unknown,
        }
    }
}
