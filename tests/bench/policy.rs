//! Measures everyone at once: 200,000 companies against 1,000 policies, on one core, beside `DuckDB` on the same work
//! in the same run. Writes the section "Policies" of docs/benchmarks.md.
#[path = "policy/duckdb.rs"]
mod duckdb;
mod machine;
#[path = "policy/work.rs"]
mod work;

use condition::{Condition, Dictionary, Truth, Type};
use policy::bulk::{Cell, Columns, Matcher, Tally};
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};
use work::{Kind, POLICIES, Work};

const DECISIONS: f64 = 1_000.0;
const TIMES_DUCKDB: f64 = 80.0;
const MICROSECONDS: f64 = 20.0;
const TIMES_COLUMNS: f64 = 2.0;
const ROUNDS: usize = 5;
/// Companies that are decided one by one.
const ONE_COMPANY: usize = 2_000;

/// The title of the section; what stands below it in the file is written anew.
const SECTION: &str = "\n## Policies\n";

struct Measured {
    companies: usize,
    distinct: usize,
    rounds: Vec<Duration>,
    single: Vec<Duration>,
    duckdb: Duration,
    version: String,
    /// Bytes: of the packed columns, and by how much the process grew while it read and matched.
    columns: usize,
    grown: usize,
}

fn main() {
    let work = Work::new();
    let mut dictionary = Dictionary::new();
    for (name, kind) in work::fields() {
        let kind = match kind {
            Kind::Number => Type::Number,
            Kind::Truth => Type::Truth,
            Kind::Text => Type::Text,
        };
        dictionary.insert(name.as_str(), kind);
    }
    let conditions: Vec<Condition> = work
        .policies
        .iter()
        .map(|policy| Condition::parse(&policy.text, &dictionary).expect("the policy reads"))
        .collect();

    eprintln!("-- everyone at once");
    let before = resident();
    let mut columns = Columns::new(dictionary.fields().map(|(key, kind)| (&**key, kind)));
    for company in work::companies() {
        columns.push(company.cells().iter().map(cell));
    }
    let mut matcher = Matcher::new(columns, &conditions);
    let mut rounds = vec![];
    let mut tallies = vec![];
    for _ in 0..ROUNDS {
        let started = Instant::now();
        tallies = matcher.tally(NonZeroUsize::MIN);
        rounds.push(started.elapsed());
    }
    let grown = resident().saturating_sub(before);

    eprintln!("-- one company");
    let single = one_by_one(&mut matcher, &conditions);

    eprintln!("-- DuckDB");
    let duckdb::Answer { counts, took, version } = duckdb::count(&work);
    let ours: Vec<[u64; 2]> = tallies.iter().map(|Tally { yes, no, .. }| [*yes, *no]).collect();
    assert_eq!(ours, counts, "both count the same companies");

    let measured = Measured {
        companies: matcher.columns().rows(),
        distinct: work.claims.len(),
        rounds,
        single,
        duckdb: took,
        version,
        columns: matcher.columns().size(),
        grown,
    };
    let section = measured.markdown();
    print!("{section}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
    let text = std::fs::read_to_string(&path).expect("docs/benchmarks.md can be read");
    let rest = text.split(SECTION).next().unwrap_or_default();
    std::fs::write(&path, format!("{}\n{section}", rest.trim_end()))
        .expect("docs/benchmarks.md can be written");
}

fn cell(cell: &work::Value) -> Cell<'_> {
    match cell {
        work::Value::Unknown => Cell::Unknown,
        work::Value::Number(number) => Cell::number(number).expect("it is a number"),
        work::Value::Truth(truth) => Cell::Truth(*truth),
        work::Value::Text(text) => Cell::Text(text.into()),
    }
}

/// How long each of some companies takes, whose verdicts are those of the evaluator.
fn one_by_one(matcher: &mut Matcher, conditions: &[Condition]) -> Vec<Duration> {
    let companies: Vec<_> = work::companies().take(ONE_COMPANY).map(|company| company.facts()).collect();
    let mut took = vec![];
    for (index, facts) in companies.iter().enumerate() {
        let started = Instant::now();
        let verdicts = matcher.decide(facts);
        took.push(started.elapsed());
        if index % 100 == 0 {
            let alone: Vec<Truth> = conditions.iter().map(|condition| condition.truth(facts)).collect();
            assert_eq!(verdicts, alone);
        }
    }
    took.sort();
    took
}

/// The resident memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has a resident size");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number of KiB") * 1024
}

fn float(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

impl Measured {
    fn markdown(&self) -> String {
        let decisions = float(self.companies) * float(POLICIES) / 1e6;
        let mut rounds = self.rounds.clone();
        rounds.sort();
        let rate = |took: Duration| decisions / took.as_secs_f64();
        let ours = rate(rounds[rounds.len() / 2]);
        let theirs = rate(self.duckdb);
        let single = self.single[self.single.len() / 2].as_secs_f64() * 1e6;
        let mib = |bytes: usize| float(bytes / 1024) / 1024.0;
        let memory = mib(self.grown) / mib(self.columns);
        let bars = [
            ("million decisions per second, one core", ours, DECISIONS, ours >= DECISIONS, "≥"),
            (
                "× DuckDB on the same work in the same run",
                ours / theirs,
                TIMES_DUCKDB,
                ours / theirs >= TIMES_DUCKDB,
                "≥",
            ),
            (
                "µs for one company against all policies, median",
                single,
                MICROSECONDS,
                single <= MICROSECONDS,
                "≤",
            ),
            ("memory ÷ packed columns", memory, TIMES_COLUMNS, memory <= TIMES_COLUMNS, "≤"),
        ];
        let mut text = format!("{SECTION}\nWritten by `./bench`, {}:\n\n", machine::date());
        for line in machine::description() {
            let _ = writeln!(text, "- {line}");
        }
        text += "\n";
        text += "| what | measured | bar | measured ÷ bar | met |\n|---|---:|---:|---:|---|\n";
        for (what, found, bar, met, sign) in bars {
            let met = if met { "yes" } else { "**no**" };
            let _ = writeln!(text, "| {what} | {found:.1} | {sign} {bar} | {:.2} | {met} |", found / bar);
        }
        let spread = |from: Duration, to: Duration| format!("{:.0} to {:.0}", rate(to), rate(from));
        let _ = write!(
            text,
            "\n{} companies × {POLICIES} policies of about 6 claims, {} claims distinct; 50 fields, 8 % of the cells \
             unknown. One thread.\nMillions per second, least to most of {ROUNDS} rounds: {}; the median counts. \
             {} with one thread counts the same\nyes and no of each policy from a table of `DECIMAL`, `BOOLEAN` and `ENUM` \
             columns: {theirs:.1} million per second; both counts are\ncompared. One company is encoded, decided and \
             answered as a list; its facts are a map. Memory is what the process grew\nby from before the columns were filled to after \
             they were matched ({:.1} MiB, columns {:.1} MiB).\n",
            self.companies,
            self.distinct,
            spread(rounds[0], rounds[rounds.len() - 1]),
            self.version,
            mib(self.grown),
            mib(self.columns),
        );
        text
    }
}
