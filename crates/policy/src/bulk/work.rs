//! Computes the graph over one block.
use super::atom::{Atom, Test, cells};
use super::block::{Block, Plane, WORDS, Whole};
use super::cell::TENS;
use super::columns::{Columns, Row};
use super::form::{Difference, Form};
use super::graph::{Edge, Node};
use super::scan;
use condition::Truth;
use condition::tree::Comparison;
use pulp::Arch;
use std::collections::HashMap;

/// What is the same for every block.
#[derive(Clone, Copy)]
pub(super) struct Task<'t> {
    pub(super) arch: Arch,
    pub(super) columns: &'t Columns,
    pub(super) atoms: &'t [Atom],
    pub(super) nodes: &'t [Node],
}

/// The most rows that a worker remembers what the evaluator said of.
const MOST_REMEMBERED: usize = 1 << 16;

/// What one thread computes in, block after block.
pub(super) struct Worker {
    /// Two planes for each node: where it holds, and where it does not.
    pub(super) planes: Vec<u64>,
    narrow: Vec<i64>,
    wide: Vec<i128>,
    remembered: HashMap<(usize, Box<[u64]>), Truth>,
}

/// A plane of each: where a claim holds, and where it does not.
type Planes = ([u64; WORDS], [u64; WORDS]);

impl Worker {
    pub(super) fn new() -> Self {
        Self { planes: vec![], narrow: vec![], wide: vec![], remembered: HashMap::new() }
    }

    /// Computes every node of the graph over a block. Nodes stand after what they are made of, atoms first.
    pub(super) fn compute(&mut self, task: Task<'_>, block: &Block) {
        self.planes.clear();
        self.planes.resize(task.nodes.len() * 2 * WORDS, 0);
        for (node, what) in task.nodes.iter().enumerate() {
            if let Node::Atom(atom) = what {
                let (yes, no) = self.atom(task, block, *atom);
                let (planes, _) = self.planes.as_chunks_mut::<WORDS>();
                planes[node * 2] = yes;
                planes[node * 2 + 1] = no;
            }
        }
        self.correct(task, block);
        let planes = &mut *self.planes;
        task.arch.dispatch(
            #[inline(always)]
            || join(task.nodes, planes),
        );
    }

    fn atom(&mut self, task: Task<'_>, block: &Block, number: usize) -> Planes {
        let (mut yes, mut no) = ([0; WORDS], [0; WORDS]);
        let atom = &task.atoms[number];
        match &atom.test {
            Test::Known(column) => {
                let (has, absent) = (block.plane(*column, Plane::Has), block.plane(*column, Plane::Absent));
                for word in 0..WORDS {
                    yes[word] = has[word] | absent[word];
                    no[word] = !yes[word];
                }
            }
            Test::Present(column) => {
                yes.copy_from_slice(block.plane(*column, Plane::Has));
                no.copy_from_slice(block.plane(*column, Plane::Absent));
            }
            Test::True(column) => {
                let (has, absent) = (block.plane(*column, Plane::Has), block.plane(*column, Plane::Absent));
                yes.copy_from_slice(block.plane(*column, Plane::Yes));
                for word in 0..WORDS {
                    no[word] = has[word] & !yes[word] | absent[word];
                }
            }
            Test::Range { column, limit, absent } => {
                let whole = &block.wholes[*column];
                let has = block.plane(*column, Plane::Has);
                let nothing = block.plane(*column, Plane::Absent);
                scan::mark(task.arch, whole, limit.ends(whole.places), &mut yes);
                let refused = if *absent == Truth::No { u64::MAX } else { 0 };
                for word in 0..WORDS {
                    no[word] = has[word] & !yes[word] | nothing[word] & refused;
                    yes[word] &= has[word];
                }
            }
            Test::Coded { column, found } => {
                let whole = &block.wholes[*column];
                let has = block.plane(*column, Plane::Has);
                match &found.ranges {
                    Some(ranges) => {
                        for (plane, ranges) in [&mut yes, &mut no].into_iter().zip(ranges) {
                            for range in ranges {
                                scan::mark(task.arch, whole, *range, plane);
                            }
                        }
                    }
                    None => {
                        for row in 0..block.rows {
                            set(&mut yes, &mut no, row, found.truth(whole.get(row)));
                        }
                    }
                }
                let nothing = block.plane(*column, Plane::Absent);
                let is = |found: Option<Truth>, truth| if found == Some(truth) { u64::MAX } else { 0 };
                for (plane, truth) in [(&mut yes, Truth::Yes), (&mut no, Truth::No)] {
                    let (absent, unknown) = (is(found.absent, truth), is(found.unknown, truth));
                    for word in 0..WORDS {
                        let neither = !(has[word] | nothing[word]);
                        plane[word] = plane[word] & has[word] | nothing[word] & absent | neither & unknown;
                    }
                }
            }
            Test::Sign { of, comparison } => match self.sign(task, block, of, *comparison) {
                Some(planes) => return planes,
                None => self.singly(task, block, number, atom, &mut yes, &mut no),
            },
            Test::Single => self.singly(task, block, number, atom, &mut yes, &mut no),
        }
        (yes, no)
    }

    /// Compares by the sign of a difference; nothing if its integers may not fit.
    fn sign(
        &mut self,
        task: Task<'_>,
        block: &Block,
        of: &Difference,
        comparison: Comparison,
    ) -> Option<Planes> {
        let (mut above, mut below) = self.form(task, block, &of.above)?;
        let mut known = [u64::MAX; WORDS];
        if let Some(divisor) = &of.below {
            let (positive, negative) = self.form(task, block, divisor)?;
            for word in 0..WORDS {
                let swapped = negative[word];
                known[word] = positive[word] | swapped;
                let (more, less) = (above[word], below[word]);
                above[word] = more & !swapped | less & swapped;
                below[word] = less & !swapped | more & swapped;
            }
        }
        for form in std::iter::once(&of.above).chain(&of.below) {
            for (column, _) in &form.terms {
                let has = block.plane(*column, Plane::Has);
                known.iter_mut().zip(has).for_each(|(known, has)| *known &= has);
            }
        }
        let (mut yes, mut no) = ([0; WORDS], [0; WORDS]);
        for word in 0..WORDS {
            let (more, less) = (above[word], below[word]);
            let holds = match comparison {
                Comparison::Less => less,
                Comparison::AtMost => !more,
                Comparison::Greater => more,
                Comparison::AtLeast => !less,
                Comparison::Equal => !(more | less),
                Comparison::NotEqual => more | less,
            };
            yes[word] = holds & known[word];
            no[word] = !holds & known[word];
            for column in &of.alone {
                no[word] |= block.plane(*column, Plane::Absent)[word];
            }
        }
        Some((yes, no))
    }

    /// The rows where a form is above zero, and below.
    fn form(&mut self, task: Task<'_>, block: &Block, form: &Form) -> Option<Planes> {
        let (mut above, mut below) = ([0; WORDS], [0; WORDS]);
        let scaled = Scaled::of(block, form)?;
        if i64::try_from(scaled.bound).is_ok() {
            self.narrow.clear();
            self.narrow.resize(block.rows, i64::try_from(scaled.constant).ok()?);
            for (column, factor) in &form.terms {
                let whole = &block.wholes[*column];
                let factor = i64::try_from(scaled.factor(whole, *factor)?).ok()?;
                scan::add(task.arch, whole, factor, &mut self.narrow);
            }
            scan::signs(task.arch, 0, &self.narrow, &mut above, &mut below);
        } else {
            self.wide.clear();
            self.wide.resize(block.rows, scaled.constant);
            for (column, factor) in &form.terms {
                let whole = &block.wholes[*column];
                scan::add(task.arch, whole, scaled.factor(whole, *factor)?, &mut self.wide);
            }
            scan::signs(task.arch, 0, &self.wide, &mut above, &mut below);
        }
        Some((above, below))
    }

    /// Asks the evaluator, once for rows that are the same to it.
    fn singly(
        &mut self,
        task: Task<'_>,
        block: &Block,
        number: usize,
        atom: &Atom,
        yes: &mut [u64],
        no: &mut [u64],
    ) {
        let Some(claim) = &atom.claim else { return };
        for row in 0..block.rows {
            let ask = || claim.truth(&Row { columns: task.columns, block, place: row });
            let truth = match cells(&atom.columns, block, row) {
                None => ask(),
                Some(cells) => {
                    let key = (number, cells);
                    if let Some(truth) = self.remembered.get(&key) {
                        *truth
                    } else {
                        let truth = ask();
                        if self.remembered.len() < MOST_REMEMBERED {
                            self.remembered.insert(key, truth);
                        }
                        truth
                    }
                }
            };
            set(yes, no, row, truth);
        }
    }

    /// Computes anew, by the evaluator, what reads a cell that its column does not hold.
    fn correct(&mut self, task: Task<'_>, block: &Block) {
        if block.odd.is_empty() {
            return;
        }
        for (node, what) in task.nodes.iter().enumerate() {
            let Node::Atom(atom) = what else { continue };
            let atom = &task.atoms[*atom];
            for odd in block.odd.iter().filter(|odd| atom.columns.contains(&odd.column)) {
                let truth = match &atom.claim {
                    Some(claim) => claim.truth(&Row { columns: task.columns, block, place: odd.row }),
                    // A number is known and there.
                    None => Truth::Yes,
                };
                let (yes, no) = self.planes[node * 2 * WORDS..(node + 1) * 2 * WORDS].split_at_mut(WORDS);
                set(yes, no, odd.row, truth);
            }
        }
    }
}

/// Writes the truth of a row.
fn set(yes: &mut [u64], no: &mut [u64], row: usize, truth: Truth) {
    let bit = 1 << (row % 64);
    for (plane, holds) in [(yes, truth == Truth::Yes), (no, truth == Truth::No)] {
        if holds {
            plane[row / 64] |= bit;
        } else {
            plane[row / 64] &= !bit;
        }
    }
}

/// A form in the scales of a block.
struct Scaled {
    constant: i128,
    /// Decimal places of its sums.
    places: u8,
    /// How far from zero its sums may be on the way.
    bound: i128,
}

impl Scaled {
    fn of(block: &Block, form: &Form) -> Option<Self> {
        let places = form.terms.iter().map(|(column, _)| block.wholes[*column].places).max().unwrap_or(0);
        let constant = form.constant.checked_mul(TENS[usize::from(places)].into())?;
        let mut scaled = Self { constant, places, bound: constant.checked_abs()? };
        for (column, factor) in &form.terms {
            let whole = &block.wholes[*column];
            let furthest = i128::from(whole.base).abs().max(i128::from(whole.top).abs());
            // A factor alone must fit too, though its column be zero.
            let reach = scaled.factor(whole, *factor)?.checked_abs()?.checked_mul(furthest.max(1))?;
            scaled.bound = scaled.bound.checked_add(reach)?;
        }
        Some(scaled)
    }

    fn factor(&self, whole: &Whole, factor: i128) -> Option<i128> {
        factor.checked_mul(TENS[usize::from(self.places - whole.places)].into())
    }
}

/// Computes the nodes that join others.
#[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor chosen")]
#[inline(always)]
fn join(nodes: &[Node], planes: &mut [u64]) {
    for (node, what) in nodes.iter().enumerate() {
        let (before, own) = planes.split_at_mut(node * 2 * WORDS);
        let (yes, no) = match what {
            Node::Atom(_) | Node::Unknown => continue,
            Node::Yes => ([u64::MAX; WORDS], [0; WORDS]),
            Node::And(edges) => all(before, edges),
            Node::AtLeast(count, edges) => at_least(before, edges, *count),
        };
        own[..WORDS].copy_from_slice(&yes);
        own[WORDS..2 * WORDS].copy_from_slice(&no);
    }
}

/// Where all of these hold, and where any of them does not.
#[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor chosen")]
#[inline(always)]
pub(super) fn all(planes: &[u64], edges: &[Edge]) -> Planes {
    let (mut yes, mut no) = ([u64::MAX; WORDS], [0; WORDS]);
    let (planes, _) = planes.as_chunks::<WORDS>();
    for edge in edges {
        let (holds, fails) = (&planes[edge.plane()], &planes[(!*edge).plane()]);
        for word in 0..WORDS {
            yes[word] &= holds[word];
            no[word] |= fails[word];
        }
    }
    (yes, no)
}

/// Where at least so many of these hold, and where so many fail that they no longer can.
#[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor chosen")]
#[inline(always)]
fn at_least(planes: &[u64], edges: &[Edge], count: usize) -> Planes {
    let (planes, _) = planes.as_chunks::<WORDS>();
    let counted = |contrary: bool, count: usize| {
        let digits = (usize::BITS - edges.len().leading_zeros()) as usize;
        let mut reached = [0; WORDS];
        for (word, reached) in reached.iter_mut().enumerate() {
            // A counter for each of 64 rows, its binary digits in planes.
            let mut counter = [0_u64; usize::BITS as usize];
            for edge in edges {
                let edge = if contrary { !*edge } else { *edge };
                let mut carry = planes[edge.plane()][word];
                for digit in &mut counter[..digits] {
                    (*digit, carry) = (*digit ^ carry, *digit & carry);
                }
            }
            // At least the count, from the highest digit down: still equal, or already above.
            let (mut equal, mut above) = (u64::MAX, 0);
            for (place, digit) in counter[..digits].iter().enumerate().rev() {
                if count >> place & 1 == 1 {
                    equal &= digit;
                } else {
                    above |= equal & digit;
                    equal &= !digit;
                }
            }
            *reached = equal | above;
        }
        reached
    };
    (counted(false, count), counted(true, edges.len() - count + 1))
}
