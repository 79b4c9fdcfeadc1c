//! docs/benchmarks.md.
use crate::load::Rate;
use crate::machine;
use crate::raw::Shape;
use std::fmt::Write as _;
use std::time::Duration;

const STEP_RATIO: f64 = 0.30;
const BOOT_SECONDS: f64 = 1.0;
const IDLE_MIB: f64 = 60.0;
const LOADED_MIB: f64 = 300.0;
const DEADLINES: f64 = 1_000_000.0;

/// Everything that was measured.
pub(crate) struct Report<'s> {
    pub(crate) boots: Vec<Duration>,
    /// Resident memory in MiB.
    pub(crate) idle: f64,
    /// Resident memory in MiB.
    pub(crate) loaded: f64,
    pub(crate) steps: Steps<'s>,
    /// Due times per second.
    pub(crate) deadlines: f64,
    pub(crate) clients: usize,
}

/// Steps over HTTP, and what SQLite alone did in between.
pub(crate) struct Steps<'s> {
    pub(crate) shape: &'s Shape,
    pub(crate) rounds: Vec<Round>,
}

/// A turn of everything.
pub(crate) struct Round {
    /// Raw ones per second before the one client, between, and after the many.
    pub(crate) commits: [f64; 3],
    pub(crate) alone: Rate,
    pub(crate) together: Rate,
}

impl Round {
    /// Steps per second over the raw commits just before and after: of one client, and of many.
    fn ratios(&self) -> [f64; 2] {
        let [before, between, after] = self.commits;
        let ratio = |rate: &Rate, raw: f64| rate.per_second() / raw;
        [
            ratio(&self.alone, f64::midpoint(before, between)),
            ratio(&self.together, f64::midpoint(between, after)),
        ]
    }
}

impl Steps<'_> {
    /// The ratios of all rounds, ascending: of one client, and of many.
    fn ratios(&self) -> [Vec<f64>; 2] {
        let each = |index: usize| sorted(self.rounds.iter().map(|round| round.ratios()[index]).collect());
        [each(0), each(1)]
    }
}

/// So many in that time, per second.
pub(crate) fn rate(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The middle one of ascending values.
fn median(values: &[f64]) -> f64 {
    values[values.len() / 2]
}

/// Steps of all rounds per second, and the times within which half and 99 of 100 were answered.
fn sum<'r>(rates: impl Iterator<Item = &'r Rate>) -> (f64, Duration, Duration) {
    let (mut took, mut answers) = (Duration::ZERO, vec![]);
    for rate in rates {
        took += rate.took;
        answers.extend_from_slice(&rate.answers);
    }
    answers.sort_unstable();
    let within = |hundredths: usize| answers[(answers.len() - 1) * hundredths / 100];
    (rate(answers.len(), took), within(50), within(99))
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1_000.0)
}

/// A row of the first table: what was found over what was asked.
struct Bar {
    what: &'static str,
    found: String,
    asked: String,
    of_asked: f64,
    met: bool,
}

impl Bar {
    fn at_least(what: &'static str, found: f64, bar: f64, shown: impl Fn(f64) -> String) -> Self {
        Self {
            what,
            found: shown(found),
            asked: format!("≥ {}", shown(bar)),
            of_asked: found / bar,
            met: found >= bar,
        }
    }

    fn at_most(what: &'static str, found: f64, bar: f64, shown: impl Fn(f64) -> String) -> Self {
        Self {
            what,
            found: shown(found),
            asked: format!("≤ {}", shown(bar)),
            of_asked: found / bar,
            met: found <= bar,
        }
    }
}

impl Report<'_> {
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::from("# Benchmarks\n\nWritten by `./bench`; do not edit. ");
        text += "Everything below was measured in one run of release builds.\n\n";
        let _ = writeln!(text, "{}:\n", machine::date());
        for line in machine::description() {
            let _ = writeln!(text, "- {line}");
        }
        text += "\n## Bars\n\n| what | measured | bar | measured ÷ bar | met |\n|---|---:|---:|---:|---|\n";
        for Bar { what, found, asked, of_asked, met } in self.bars() {
            let met = if met { "yes" } else { "**no**" };
            let _ = writeln!(text, "| {what} | {found} | {asked} | {of_asked:.2} | {met} |");
        }
        self.steps(&mut text);
        self.rest(&mut text);
        text
    }

    fn bars(&self) -> [Bar; 5] {
        let boot = median(&sorted(self.boots.iter().map(Duration::as_secs_f64).collect()));
        let ratio = |value: f64| format!("{value:.2}");
        let mib = |value: f64| format!("{value:.0} MiB");
        let [_, together] = self.steps.ratios().map(|ratios| median(&ratios));
        [
            Bar::at_least("`caseAct` over HTTP, 16 clients ÷ raw commits", together, STEP_RATIO, ratio),
            Bar::at_most("boot to ready on an existing folder", boot, BOOT_SECONDS, |value| {
                format!("{value:.3} s")
            }),
            Bar::at_most("resident memory, idle", self.idle, IDLE_MIB, mib),
            Bar::at_most("resident memory, after the load of 16 clients", self.loaded, LOADED_MIB, mib),
            Bar::at_least("due times per second on one core", self.deadlines, DEADLINES, |value| {
                format!("{value:.0}")
            }),
        ]
    }

    fn steps(&self, text: &mut String) {
        let Steps { shape, rounds } = &self.steps;
        let raws = sorted(rounds.iter().flat_map(|round| round.commits).collect());
        let spread = |values: &[f64], digits: usize| {
            let (least, most) = (values[0], values[values.len() - 1]);
            format!("{least:.digits$} to {most:.digits$}")
        };
        let _ = write!(
            text,
            "\n## Steps\n\n| | per second | ÷ raw | least to most | half answered within | 99 of 100 within |\n\
             |---|---:|---:|---:|---:|---:|\n| raw commits, median | {:.0} | 1.00 | {} per second | | |\n",
            median(&raws),
            spread(&raws, 0)
        );
        let [alone, together] = self.steps.ratios();
        let many = format!("{} clients", self.clients);
        let one = ("one client", alone, sum(rounds.iter().map(|round| &round.alone)));
        let many = (many.as_str(), together, sum(rounds.iter().map(|round| &round.together)));
        for (name, ratios, (each, half, most)) in [one, many] {
            let (half, most) = (millis(half), millis(most));
            let (ratio, spread) = (median(&ratios), spread(&ratios, 2));
            let _ =
                writeln!(text, "| `caseAct`, {name} | {each:.0} | {ratio:.2} | {spread} | {half} | {most} |");
        }
        let _ = write!(
            text,
            "\nA step is a whole one: the clerk asks for a supplement or the company gives it, over a connection kept \
             alive,\nwith session, rights, expected version and idempotency key; the answer leaves after the commit. \
             Its mails are sent\nmeanwhile, each a synced file in a folder. Clients, server and disk share the \
             machine.\nThe bar is on what the desk gets through. A client alone also waits for the reads before its step, one after \
             the\nother; that is shown, not judged.\n\nRaw commits are the rows of such steps ({:.1} rows and {:.1} KiB of values each), written \
             by prepared statements on\none connection in Rust into the same tables with the same indexes, WAL, \
             `synchronous=FULL` and foreign keys: no\nreading, no deciding, no HTTP.\n\nSteps and raw commits were \
             measured in {} rounds of turns. The ratio is of each round to the raw commits just before\nand after; \
             the median of the rounds counts.\n",
            shape.rows_per_step(),
            shape.bytes_per_step() / 1024.0,
            rounds.len(),
        );
    }

    fn rest(&self, text: &mut String) {
        let boots: Vec<String> = self.boots.iter().map(|boot| millis(*boot)).collect();
        let _ = write!(
            text,
            "\n## The rest\n\n- Boot: from starting the process to its line `listening on`, with the demonstration's \
             data: {}. The median counts.\n- Memory: `VmRSS`. Idle is after the start, once the waiting mail was \
             sent; a sign-in takes 19 MiB while it lasts.\n- Due times: ten limits in working days, working hours \
             and clock time, from instants all over the known years.\n",
            boots.join(", "),
        );
    }
}
