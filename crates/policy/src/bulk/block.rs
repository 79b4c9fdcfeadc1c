//! A block of companies: for each column what is known of them, packed.
use super::cell::{Cell, Decimal, MOST_PLACES};
use condition::Number;
use jiff::civil::Date;

/// Companies in a block.
pub(super) const ROWS: usize = 1024;
/// Words of a plane of a whole block.
pub(super) const WORDS: usize = ROWS / 64;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Truth,
    Number,
    Date,
    /// Texts, lists and maps: numbers of values in a vocabulary.
    Coded,
}

/// Up to [`ROWS`] companies. Rows beyond the last are unknown in every column.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) rows: usize,
    /// Three planes per column: has a value, is known to have none, is true.
    bits: Box<[u64]>,
    pub(super) wholes: Box<[Whole]>,
    /// Cells that no column holds, by row; in their column they are unknown.
    pub(super) odd: Vec<Odd>,
}

/// The integers of a column: `base` and what lies above it, in the narrowest type.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub(super) base: i64,
    pub(super) top: i64,
    /// They count `10^-places`.
    pub(super) places: u8,
    pub(super) packed: Packed,
}

/// So many above the base, padded to whole words of a plane.
#[derive(Debug, Default)]
pub(super) enum Packed {
    /// All at the base.
    #[default]
    Same,
    One(Box<[u8]>),
    Two(Box<[u16]>),
    Four(Box<[u32]>),
    Eight(Box<[u64]>),
}

/// A number too long for its column, or one of which only bounds are known.
#[derive(Debug, Clone)]
pub(super) struct Odd {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) known: Exact,
}

#[derive(Debug, Clone)]
pub(super) enum Exact {
    Number(Number),
    Range(Number, Number),
}

/// A plane of a column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Plane {
    Has,
    Absent,
    Yes,
}

impl Block {
    pub(super) fn plane(&self, column: usize, plane: Plane) -> &[u64] {
        let start = (column * 3 + plane as usize) * WORDS;
        &self.bits[start..start + WORDS]
    }

    pub(super) fn is(&self, column: usize, plane: Plane, row: usize) -> bool {
        self.plane(column, plane)[row / 64] >> (row % 64) & 1 == 1
    }

    /// Bytes it takes.
    pub(super) fn size(&self) -> usize {
        let packed: usize = self.wholes.iter().map(|whole| whole.packed.size()).sum();
        size_of_val(self) + size_of_val(&*self.bits) + size_of_val(&*self.wholes) + packed
    }
}

impl Whole {
    pub(super) fn get(&self, row: usize) -> i64 {
        let above = match &self.packed {
            Packed::Same => 0,
            Packed::One(cells) => cells[row].into(),
            Packed::Two(cells) => cells[row].into(),
            Packed::Four(cells) => cells[row].into(),
            Packed::Eight(cells) => cells[row],
        };
        self.base.wrapping_add_unsigned(above)
    }

    /// Packs values, of which those without a place stay at the base.
    fn pack(values: &[Option<i64>], places: u8) -> Self {
        let known = || values.iter().copied().flatten();
        let (Some(base), Some(top)) = (known().min(), known().max()) else { return Self::default() };
        // Exact for any two: what lies between them is below 2^64.
        let above = |value: &Option<i64>| value.unwrap_or(base).wrapping_sub(base).cast_unsigned();
        let all = values.iter().map(above);
        let packed = match top.wrapping_sub(base).cast_unsigned() {
            0 => Packed::Same,
            1..=0xFF => Packed::One(packed(all)),
            0x100..=0xFFFF => Packed::Two(packed(all)),
            0x1_0000..=0xFFFF_FFFF => Packed::Four(packed(all)),
            _ => Packed::Eight(packed(all)),
        };
        Self { base, top, places, packed }
    }
}

impl Packed {
    fn size(&self) -> usize {
        match self {
            Self::Same => 0,
            Self::One(cells) => size_of_val(&**cells),
            Self::Two(cells) => size_of_val(&**cells),
            Self::Four(cells) => size_of_val(&**cells),
            Self::Eight(cells) => size_of_val(&**cells),
        }
    }
}

/// Integers in a narrow type, in which the caller knows that they fit; a cell for every row of a whole block.
fn packed<T: TryFrom<u64> + Default + Clone>(above: impl Iterator<Item = u64>) -> Box<[T]> {
    let mut cells: Vec<T> = Vec::with_capacity(ROWS);
    cells.extend(above.map(|value| T::try_from(value).unwrap_or_default()));
    cells.resize(ROWS, T::default());
    cells.into()
}

/// Days since 1970-01-01.
pub(super) fn day_number(date: Date) -> i64 {
    // The span between two dates of the calendar always has a number of days.
    Date::constant(1970, 1, 1).until(date).map_or(0, |span| span.get_days().into())
}

pub(super) fn date_of(day: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(day).ok()?;
    Date::constant(1970, 1, 1).checked_add(span).ok()
}

/// One column while its block fills.
#[derive(Debug)]
pub(super) struct Filling {
    kind: Kind,
    states: Vec<State>,
    values: Vec<Option<Decimal>>,
    odd: Vec<(usize, Exact)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    Absent,
    Value,
    True,
}

impl Filling {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, states: vec![], values: vec![], odd: vec![] }
    }

    pub(super) fn rows(&self) -> usize {
        self.states.len()
    }

    /// Adds a cell; `code` numbers the values that have a vocabulary. A value of another type tells nothing, as in
    /// the evaluator.
    pub(super) fn push(&mut self, cell: Cell<'_>, code: impl FnOnce(Cell<'_>) -> Option<u32>) {
        let whole = |value: i64| Decimal::new(value, 0);
        let (state, value) = match (self.kind, cell) {
            (_, Cell::Absent) => (State::Absent, None),
            (Kind::Truth, Cell::Truth(truth)) => (if truth { State::True } else { State::Value }, None),
            (Kind::Number, Cell::Decimal(decimal)) => (State::Value, Some(decimal)),
            (Kind::Number, Cell::Number(number)) => {
                self.odd.push((self.states.len(), Exact::Number(number)));
                (State::Unknown, None)
            }
            (Kind::Number, Cell::Range(low, high)) => {
                self.odd.push((self.states.len(), Exact::Range(low, high)));
                (State::Unknown, None)
            }
            (Kind::Date, Cell::Date(date)) => (State::Value, whole(day_number(date))),
            (Kind::Coded, cell) => match code(cell) {
                Some(code) => (State::Value, whole(code.into())),
                None => (State::Unknown, None),
            },
            _ => (State::Unknown, None),
        };
        self.states.push(state);
        self.values.push(value);
    }

    /// Writes its planes, packs its integers, gives its odd cells away, and is empty again.
    fn seal(&mut self, column: usize, bits: &mut [u64], odd: &mut Vec<Odd>) -> Whole {
        let places = places(&self.values);
        let mut values = Vec::with_capacity(self.values.len());
        for (row, decimal) in self.values.iter().enumerate() {
            let value = decimal.and_then(|decimal| decimal.scaled(places));
            if let (Some(decimal), None) = (decimal, value) {
                self.states[row] = State::Unknown;
                self.odd.push((row, Exact::Number(decimal.number())));
            }
            values.push(value);
        }
        for (row, state) in self.states.iter().enumerate() {
            let mut set = |plane: Plane| bits[plane as usize * WORDS + row / 64] |= 1 << (row % 64);
            match state {
                State::Unknown => {}
                State::Absent => set(Plane::Absent),
                State::Value => set(Plane::Has),
                State::True => {
                    set(Plane::Has);
                    set(Plane::Yes);
                }
            }
        }
        odd.extend(self.odd.drain(..).map(|(row, known)| Odd { row, column, known }));
        self.states.clear();
        self.values.clear();
        Whole::pack(&values, places)
    }
}

/// The decimal places with which all cells fit, or else as many as can.
fn places(values: &[Option<Decimal>]) -> u8 {
    let known = || values.iter().flatten();
    let most = known().map(|decimal| decimal.places()).max().unwrap_or(0);
    if known().all(|decimal| decimal.scaled(most).is_some()) {
        return most;
    }
    let fitting = |places: u8| known().filter(|decimal| decimal.scaled(places).is_some()).count();
    (0..=MOST_PLACES).max_by_key(|places| fitting(*places)).unwrap_or(0)
}

/// Makes a block of what was filled in.
pub(super) fn seal(filling: &mut [Filling]) -> Block {
    let rows = filling.first().map_or(0, Filling::rows);
    let mut bits = vec![0; filling.len() * 3 * WORDS].into_boxed_slice();
    let mut odd = Vec::new();
    let planes = bits.chunks_exact_mut(3 * WORDS);
    let columns = filling.iter_mut().zip(planes).enumerate();
    let wholes = columns.map(|(column, (filling, bits))| filling.seal(column, bits, &mut odd)).collect();
    odd.sort_by_key(|odd| odd.row);
    Block { rows, bits, wholes, odd }
}
