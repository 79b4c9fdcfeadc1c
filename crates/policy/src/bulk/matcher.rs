//! All policies, ready to be put to companies.
use super::atom::{Atom, Test};
use super::block::{Block, ROWS, WORDS};
use super::columns::Columns;
use super::graph::{Edge, Node};
use super::lower::Lowering;
use super::one::{self, Single};
use super::work::{Task, Worker, all};
use condition::{Condition, Facts, Truth};
use pulp::Arch;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Conditions over the same companies, ready to be decided for all of them or for one.
///
/// The conditions must have been parsed against one dictionary, whose fields the columns have.
pub struct Matcher {
    columns: Columns,
    atoms: Vec<Atom>,
    /// What is computed of each block, in an order in which it can be.
    nodes: Vec<Node>,
    conditions: Vec<Root>,
    arch: Arch,
    /// The last company that was decided alone: what is known of it, and what each node is.
    cells: Vec<Single>,
    truths: Vec<u8>,
}

/// The most threads, however many are asked for.
const MOST_THREADS: usize = 256;

/// What a condition comes to: all of these.
type Root = Box<[Edge]>;

/// How many companies a condition holds for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// It holds.
    pub yes: u64,
    /// It does not.
    pub no: u64,
    /// The facts do not decide it.
    pub unknown: u64,
}

/// What all conditions say of some companies that stand next to each other.
pub struct Verdicts {
    first: usize,
    rows: usize,
    planes: Vec<(Plane, Plane)>,
}

type Plane = [u64; WORDS];

impl Verdicts {
    /// The companies, by their rows in the columns.
    #[must_use]
    pub fn rows(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.rows
    }

    /// What a condition says of a company among [`Self::rows`]; unknown for any other.
    #[must_use]
    pub fn truth(&self, row: usize, condition: usize) -> Truth {
        let (Some(row), Some((yes, no))) = (row.checked_sub(self.first), self.planes.get(condition)) else {
            return Truth::Unknown;
        };
        truth(yes, no, row)
    }
}

fn truth(yes: &[u64], no: &[u64], row: usize) -> Truth {
    let is = |plane: &[u64]| plane.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
    match (is(yes), is(no)) {
        (true, _) => Truth::Yes,
        (_, true) => Truth::No,
        _ => Truth::Unknown,
    }
}

impl Matcher {
    /// Reads the conditions for these columns.
    pub fn new<'c>(mut columns: Columns, conditions: impl IntoIterator<Item = &'c Condition>) -> Self {
        columns.seal();
        let mut lowering = Lowering::new(&columns);
        let edges: Vec<Edge> =
            conditions.into_iter().map(|condition| lowering.condition(condition)).collect();
        let Lowering { graph, atoms, .. } = lowering;
        let (nodes, mut atoms, conditions) = arranged(&graph.nodes, &edges, atoms);
        for atom in &mut atoms {
            atom.learn(&columns);
        }
        Self { columns, atoms, nodes, conditions, arch: Arch::new(), cells: vec![], truths: vec![] }
    }

    /// The companies.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// How many different claims the conditions make.
    #[must_use]
    pub fn claims(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, Node::Atom(_))).count()
    }

    /// The claims that have no form in columns, and are asked of the evaluator row by row.
    pub fn left_to_the_evaluator(&self) -> impl Iterator<Item = &Condition> {
        let single = |atom: &&Atom| matches!(atom.test, Test::Single);
        self.atoms.iter().filter(single).filter_map(|atom| atom.claim.as_ref())
    }

    /// Decides every condition for one company, which need not be among the columns.
    pub fn decide(&mut self, facts: &dyn Facts) -> Vec<Truth> {
        if self.columns.single(facts, &mut self.cells) {
            for atom in &mut self.atoms {
                atom.learn(&self.columns);
            }
        }
        one::nodes(&self.nodes, &self.atoms, &self.cells, facts, &mut self.truths);
        self.conditions.iter().map(|edges| one::verdict(edges, &self.truths)).collect()
    }

    /// Counts for each condition the companies it holds for, on so many threads.
    #[must_use]
    pub fn tally(&self, threads: NonZeroUsize) -> Vec<Tally> {
        let blocks = self.columns.blocks();
        let next = AtomicUsize::new(0);
        let count = || {
            let mut worker = Worker::new();
            let mut tallies = vec![Tally::default(); self.conditions.len()];
            while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
                worker.compute(self.task(), block);
                self.count(&worker.planes, block.rows, &mut tallies);
            }
            tallies
        };
        let threads = threads.get().min(blocks.len()).min(MOST_THREADS);
        if threads <= 1 {
            return count();
        }
        std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
            let mut sum = vec![Tally::default(); self.conditions.len()];
            for handle in handles {
                let counted = handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                for (sum, tally) in sum.iter_mut().zip(counted) {
                    sum.yes += tally.yes;
                    sum.no += tally.no;
                    sum.unknown += tally.unknown;
                }
            }
            sum
        })
    }

    fn count(&self, planes: &[u64], rows: usize, tallies: &mut [Tally]) {
        let mask = rows_mask(rows);
        self.arch.dispatch(
            #[inline(always)]
            || {
                for (edges, tally) in self.conditions.iter().zip(tallies) {
                    let (yes, no) = all(planes, edges);
                    let (mut holds, mut fails) = (0, 0);
                    for word in 0..WORDS {
                        holds += u64::from((yes[word] & mask[word]).count_ones());
                        fails += u64::from((no[word] & mask[word]).count_ones());
                    }
                    tally.yes += holds;
                    tally.no += fails;
                    tally.unknown += rows as u64 - holds - fails;
                }
            },
        );
    }

    /// Shows what all conditions say of all companies, in the order of the rows, some companies at a time, computed
    /// on so many threads.
    ///
    /// # Errors
    /// The first error of `visit`, which ends it.
    pub fn verdicts<E>(
        &self,
        threads: NonZeroUsize,
        mut visit: impl FnMut(&Verdicts) -> Result<(), E>,
    ) -> Result<(), E> {
        let threads = threads.get().min(MOST_THREADS);
        let mut workers: Vec<Worker> = (0..threads).map(|_| Worker::new()).collect();
        let mut first = 0;
        for wave in self.columns.blocks().chunks(threads) {
            let found: Vec<Verdicts> = std::thread::scope(|scope| {
                let start = |(index, (block, worker)): (usize, (_, _))| {
                    scope.spawn(move || self.block(worker, block, first + index * ROWS))
                };
                let handles: Vec<_> = wave.iter().zip(&mut workers).enumerate().map(start).collect();
                let joined = handles.into_iter().map(std::thread::ScopedJoinHandle::join);
                joined.map(|found| found.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
            });
            found.iter().try_for_each(&mut visit)?;
            first += wave.len() * ROWS;
        }
        Ok(())
    }

    fn block(&self, worker: &mut Worker, block: &Block, first: usize) -> Verdicts {
        worker.compute(self.task(), block);
        let planes = self.conditions.iter().map(|edges| all(&worker.planes, edges)).collect();
        Verdicts { first, rows: block.rows, planes }
    }

    fn task(&self) -> Task<'_> {
        Task { arch: self.arch, columns: &self.columns, atoms: &self.atoms, nodes: &self.nodes }
    }
}

/// The bits of the rows that there are.
fn rows_mask(rows: usize) -> Plane {
    let mut mask = [0; WORDS];
    for (word, bits) in mask.iter_mut().enumerate() {
        *bits = match rows.saturating_sub(word * 64) {
            0 => 0,
            left @ 1..64 => (1 << left) - 1,
            _ => u64::MAX,
        };
    }
    mask
}

/// Orders what has to be computed, atoms of one column together, and leaves out what nothing uses. What only one
/// condition is made of is not kept: its parts are the condition.
fn arranged(nodes: &[Node], conditions: &[Edge], atoms: Vec<Atom>) -> (Vec<Node>, Vec<Atom>, Vec<Root>) {
    let roots = conditions.iter().map(|edge| match &nodes[edge.node()] {
        Node::And(parts) if !edge.is_contrary() => parts.clone(),
        _ => Box::from([*edge]),
    });
    let roots: Vec<Root> = roots.collect();
    let mut used = vec![false; nodes.len()];
    for edge in roots.iter().flatten() {
        used[edge.node()] = true;
    }
    for (node, what) in nodes.iter().enumerate().rev() {
        if let (true, Node::And(parts) | Node::AtLeast(_, parts)) = (used[node], what) {
            parts.iter().for_each(|part| used[part.node()] = true);
        }
    }
    let mut order: Vec<usize> = (0..nodes.len()).filter(|node| used[*node]).collect();
    order.sort_by_key(|node| match &nodes[*node] {
        Node::Yes | Node::Unknown => (0, 0, *node),
        Node::Atom(atom) => (1, atoms[*atom].columns.first().copied().unwrap_or(0), *node),
        Node::And(_) | Node::AtLeast(..) => (2, 0, *node),
    });
    let mut places = vec![0; nodes.len()];
    for (place, node) in order.iter().enumerate() {
        places[*node] = place;
    }
    let moved = |edges: &[Edge]| edges.iter().map(|edge| edge.moved(places[edge.node()])).collect();
    let mut atoms: Vec<Option<Atom>> = atoms.into_iter().map(Some).collect();
    let mut used = Vec::new();
    let mut arranged = Vec::new();
    for node in order {
        arranged.push(match &nodes[node] {
            Node::And(parts) => Node::And(moved(parts)),
            Node::AtLeast(count, parts) => Node::AtLeast(*count, moved(parts)),
            Node::Atom(atom) => {
                used.extend(atoms[*atom].take());
                Node::Atom(used.len() - 1)
            }
            Node::Yes => Node::Yes,
            Node::Unknown => Node::Unknown,
        });
    }
    (arranged, used, roots.iter().map(|edges| moved(edges)).collect())
}
