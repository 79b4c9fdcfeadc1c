//! `policy match`: everyone at once.
mod companies;
mod criteria;

use super::super::{input, print};
use crate::parts::Failure;
use ::condition::{Dictionary, Truth, Type};
use ::policy::bulk::{Matcher, Tally};
use companies::{Companies, Ids};
use serde::Deserialize;
use std::fs::File;
use std::io::BufWriter;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

pub(super) const EXAMPLE: &str = r#"Example:
  qianxiaoer policy match --fields fields.json --companies companies.csv --criteria criteria.jsonl --out fits.csv

fields.json    {"num": ["staff"], "bool": ["listed"], "enum": ["kind"]}
companies.csv  a column `id` and one for each field; an empty cell is unknown, booleans are 1, 0, true or false
criteria.jsonl {"id": "small", "when": "staff <= 300 and kind in (\"a\", \"b\")"}, one a line
fits.csv       company,policy,verdict: a row for each company that is eligible, or may be

Prints {"companies","policies","eligible","ineligible","unknown","load_seconds","evaluate_seconds"}. If anything of the
input is refused, it says all that is wrong and matches nothing."#;

/// Puts all criteria to all companies.
#[derive(Debug, clap::Args)]
pub(crate) struct Match {
    /// The fields, by kind: a JSON object.
    #[arg(long, value_name = "FILE")]
    fields: PathBuf,
    /// The companies: a CSV file in UTF-8; `-` reads stdin.
    #[arg(long, value_name = "FILE")]
    companies: PathBuf,
    /// The criteria: JSON lines.
    #[arg(long, value_name = "FILE")]
    criteria: PathBuf,
    /// How many threads compute; without it, as many as there are processors.
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
    /// Where to write who fits what.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The fields as their file names them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    #[serde(default)]
    num: Vec<Arc<str>>,
    #[serde(default)]
    bool: Vec<Arc<str>>,
    #[serde(default, rename = "enum")]
    kinds: Vec<Arc<str>>,
}

impl Fields {
    /// Reads them as a dictionary.
    pub(super) fn read(path: &Path) -> Result<Dictionary, Failure> {
        let text = input::read(path)?;
        let fields: Self = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let mut dictionary = Dictionary::new();
        for (names, kind) in
            [(fields.num, Type::Number), (fields.bool, Type::Truth), (fields.kinds, Type::Text)]
        {
            for name in names {
                let wrong = |what| Err(format!("{}: the field `{name}` {what}", path.display()).into());
                if &*name == companies::ID {
                    return wrong("has the name of the column of the companies' ids");
                }
                if dictionary.get(&name).is_some() {
                    return wrong("is there twice");
                }
                dictionary.insert(name, kind.clone());
            }
        }
        Ok(dictionary)
    }
}

impl Match {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let started = Instant::now();
        let dictionary = Fields::read(&self.fields)?;
        let criteria = criteria::read(&self.criteria, &dictionary)?;
        let Companies { ids, columns } = companies::read(&self.companies, &dictionary)?;
        let matcher = Matcher::new(columns, criteria.iter().map(|(_, when)| when));
        let loaded = started.elapsed();
        let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let threads = self.threads.unwrap_or(cores);
        let started = Instant::now();
        let tallies = matcher.tally(threads);
        let evaluated = started.elapsed();
        if let Some(path) = &self.out {
            let policies: Vec<&str> = criteria.iter().map(|(id, _)| &**id).collect();
            let failed = |error| format!("{}: {error}", path.display());
            write(path, &matcher, threads, &ids, &policies).map_err(failed)?;
        }
        let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
        print(format!(
            "{{\"companies\":{},\"policies\":{},\"eligible\":{},\"ineligible\":{},\"unknown\":{},\
             \"load_seconds\":{:.6},\"evaluate_seconds\":{:.6}}}\n",
            matcher.columns().rows(),
            criteria.len(),
            sum(|tally| tally.yes),
            sum(|tally| tally.no),
            sum(|tally| tally.unknown),
            loaded.as_secs_f64(),
            evaluated.as_secs_f64(),
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a row for each company and policy that is not ineligible, companies in their order, while they are computed.
fn write(
    path: &Path,
    matcher: &Matcher,
    threads: NonZeroUsize,
    ids: &Ids,
    policies: &[&str],
) -> Result<(), csv::Error> {
    let mut out = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
    out.write_record(["company", "policy", "verdict"])?;
    matcher.verdicts(threads, |verdicts| {
        for row in verdicts.rows() {
            for (policy, name) in policies.iter().enumerate() {
                let verdict = match verdicts.truth(row, policy) {
                    Truth::No => continue,
                    Truth::Yes => "eligible",
                    Truth::Unknown => "unknown",
                };
                out.write_record([ids.get(row), name, verdict])?;
            }
        }
        Ok::<_, csv::Error>(())
    })?;
    Ok(out.flush()?)
}
