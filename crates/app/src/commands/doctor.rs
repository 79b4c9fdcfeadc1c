//! `doctor`: whether a database is whole. It makes and mends nothing.
use super::print;
use crate::clock::Clock;
use crate::parts::{self, Failure, Place, in_full};
use desk::{Desk, Store, Viewer, Zone};
use std::process::ExitCode;
use store::{CaseCursor, CaseFilter, CaseOrder, CaseOrderBy, Chain, PAGE_MOST, PageRequest, Take};

/// Examines a database.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    place: Place,
}

/// Says one line per check.
#[derive(Default)]
struct Report {
    findings: usize,
}

impl Report {
    /// A check, and what it found; nothing found is fine.
    fn check(&mut self, what: &str, fine: &str, findings: &[String]) -> Result<(), Failure> {
        self.findings += findings.len();
        if findings.is_empty() {
            return print(format!("ok   {what}: {fine}\n"));
        }
        findings.iter().try_for_each(|finding| print(format!("bad  {what}: {finding}\n")))
    }
}

impl Doctor {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        self.place.must_exist()?;
        let url = self.place.url();
        let mut report = Report::default();
        match Store::examine(&url).await {
            Err(error) => report.check("database", "", &[in_full(&error)])?,
            Ok(found) => {
                report.check("rows", "pages and references are whole", &found.damages)?;
                let missing =
                    found.missing.iter().map(|name| format!("migration {name} is missing; run `migrate`"));
                let unknown =
                    found.unknown.iter().map(|name| format!("migration {name} is a newer program's"));
                report.check("schema", "this program's", &missing.chain(unknown).collect::<Vec<_>>())?;
            }
        }
        match Store::open(&url).await {
            Err(error) => report.check("settings", "", &[in_full(&error)])?,
            Ok(store) => {
                report.check("settings", "what is acknowledged is kept", &[])?;
                let desk = parts::desk(store.clone(), &Clock::System)?.with_files(self.place.attachments());
                for zone in store.zone_list().await? {
                    desk.look_again(zone.id).await?;
                    histories(&store, &zone, &desk, &mut report).await?;
                    records(&store, &zone, &mut report).await?;
                    let (contents, findings) = desk.contents_check(&zone).await?;
                    let fine = format!("{contents} contents are what they are named by");
                    report.check(&format!("zone {}, files", zone.key), &fine, &findings)?;
                    let dead = store.outbox_counts(zone.id).await?.dead;
                    let findings = if dead == 0 { vec![] } else { vec![format!("{dead} were given up")] };
                    report.check(&format!("zone {}, mails", zone.key), "none was given up", &findings)?;
                    // An index that is not filled is no damage: `serve` fills it.
                    let search = store.search_progress(zone.id).await?;
                    let so_far = if search.complete { "" } else { ", not all yet: `serve` goes on" };
                    let fine = format!("{} documents in the index{so_far}", search.documents);
                    report.check(&format!("zone {}, search", zone.key), &fine, &[])?;
                }
            }
        }
        Ok(if report.findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Recomputes the chain of what was done with the data of people.
async fn records(store: &Store, zone: &Zone, report: &mut Report) -> Result<(), Failure> {
    let (fine, findings) = match store.person_records_verify(zone.id).await {
        Ok(Chain::Whole { rows }) => (format!("{rows} rows, the chain is whole"), vec![]),
        Ok(Chain::Broken { seq }) => (String::new(), vec![format!("row {seq} is not what was written")]),
        Err(error) => (String::new(), vec![in_full(&error)]),
    };
    report.check(&format!("zone {}, what was done with people's data", zone.key), &fine, &findings)
}

/// Recomputes the hash chain of every case of a zone, and plays its history again.
async fn histories(store: &Store, zone: &Zone, desk: &Desk, report: &mut Report) -> Result<(), Failure> {
    let viewer = Viewer::System(zone.id);
    let order = CaseOrder { by: CaseOrderBy::Number, descending: false };
    let (mut cases, mut rows, mut findings) = (0, 0, vec![]);
    let mut request = PageRequest { take: Take::First(PAGE_MOST), after: None, before: None };
    loop {
        let page = match store.case_page(&viewer, &CaseFilter::default(), order, &request).await {
            Ok(page) => page,
            Err(error) => {
                findings.push(format!("{}; the cases after it were not read", in_full(&error)));
                break;
            }
        };
        for stored in &page.items {
            cases += 1;
            match store.chain_verify(&viewer, stored.id).await {
                Ok(Some(Chain::Whole { rows: whole })) => rows += whole,
                Ok(Some(Chain::Broken { seq })) => {
                    findings
                        .push(format!("{}: row {seq} of its history is not what was written", stored.number));
                }
                // It was there a moment ago, and nothing deletes cases.
                Ok(None) => findings.push(format!("{}: the case is gone", stored.number)),
                Err(error) => findings.push(format!("{}: {}", stored.number, in_full(&error))),
            }
            let (process, version) = (&stored.case.process, stored.case.version);
            if desk.catalog().find(zone.id, process, version).is_none() {
                findings.push(format!("{}: this program has no {process} v{version}", stored.number));
                continue;
            }
            match desk.history_replay(stored).await {
                Ok(unlike) => {
                    findings.extend(unlike.map(|unlike| format!("{}: {unlike}", stored.number)));
                }
                Err(error) => findings.push(format!("{}: {}", stored.number, in_full(&error))),
            }
        }
        match page.items.last().filter(|_| page.has_next) {
            Some(last) => request.after = Some(CaseCursor::of(last, order.by)),
            None => break,
        }
    }
    let fine =
        format!("{cases} cases, {rows} rows of history, every chain whole, every history gives its case");
    report.check(&format!("zone {}, cases", zone.key), &fine, &findings)
}
