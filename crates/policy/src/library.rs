//! A folder of policies, read as a whole: what each says, and everything that is wrong.
mod review;
mod rules;
mod together;

pub use review::{Review, Tally};
pub use together::Enjoyed;

use crate::case::{self, Case, Example};
use crate::fields::{self, Fields};
use crate::finding::{Finding, Flaw, Source, Step, nearest_key};
use crate::policy::{Clause, File, Policy};
use condition::{Condition, Dictionary, Expression, Mistake};
use indexmap::IndexMap;
use jiff::civil::Date;
use rules::Aside;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// How the name of a policy's file ends, and of the cases beside it.
const FILE_END: &str = ".toml";
const CASES_END: &str = ".cases.toml";

#[derive(RustEmbed)]
#[folder = "library"]
struct Shipped;

static TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let text = |name: &str| Some(String::from_utf8_lossy(&Shipped::get(name)?.data).into_owned());
    Shipped::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect()
});

static SHIPPED: LazyLock<(Library, Vec<Finding>)> = LazyLock::new(|| Library::read(Library::shipped_texts()));

/// Holds policies with the dictionary they are written in and the cases they must decide.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The dictionary of facts.
    pub fields: Fields,
    /// The policies without a finding, by id.
    pub policies: IndexMap<Arc<str>, Policy>,
    pub(crate) cases: Vec<Case>,
    pub(crate) examples: Vec<Example>,
    dictionary: Dictionary,
    /// What gives the fields that follow from others.
    derived: BTreeMap<Arc<str>, Expression>,
}

impl Library {
    /// The library the program is built with.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED.0
    }

    /// The files of the library the program is built with: names and texts.
    pub fn shipped_texts() -> impl Iterator<Item = (&'static str, &'static str)> {
        TEXTS.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// What is wrong with the library the program is built with: nothing, or a test fails.
    #[must_use]
    pub fn shipped_findings() -> &'static [Finding] {
        &SHIPPED.1
    }

    /// Reads the files of a folder, by name. Without a `fields.toml` among them, the dictionary is the shipped one.
    /// The findings come in the order of the files; a policy with a finding is left out.
    #[must_use]
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> (Self, Vec<Finding>) {
        let mut sources: Vec<Source<'t>> =
            files.into_iter().map(|(file, text)| Source { file, text }).collect();
        sources.sort_by_key(|source| source.file);
        let mut findings = Vec::new();
        let fields = match sources.iter().find(|source| source.name() == fields::FILE) {
            Some(source) => Fields::read(*source, &mut findings),
            None => Self::shipped().fields.clone(),
        };
        let mut drafts = Vec::new();
        for source in sources.iter().filter(|source| source.is_policy()) {
            match source.read::<File>() {
                Ok(file) => drafts.push((*source, file)),
                Err(finding) => findings.push(finding),
            }
        }
        let fields_source = sources.iter().find(|source| source.name() == fields::FILE).copied();
        let (dictionary, aside) = rules::dictionary(&fields, fields_source, &drafts, &mut findings);
        let derived = fields.fields.iter().filter(|(_, field)| field.derived.is_some());
        let derived =
            derived.filter_map(|(key, _)| Some((key.clone(), Expression::parse(key, &dictionary).ok()?)));
        let derived = derived.collect();
        let mut library = Self { fields, dictionary, derived, ..Self::default() };
        let ids: Vec<Arc<str>> = drafts.iter().map(|(_, file)| file.id.clone()).collect();
        for (source, file) in drafts {
            library.policy(source, file, &ids, &aside, &mut findings);
        }
        library.check_versions(&sources, &mut findings);
        library.leave_out_dependents(&ids);
        library.borrow_clauses();
        for source in sources.iter().filter(|source| source.name().ends_with(CASES_END)) {
            let (cases, examples) = case::read(*source, &library.fields, &mut findings);
            library.cases.extend(cases);
            library.examples.extend(examples);
        }
        library.check_cases(&sources, &ids, &mut findings);
        findings.sort();
        findings.dedup();
        (library, findings)
    }

    /// The dictionary conditions are read against: fields, tables and the criteria of every policy.
    #[must_use]
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// What gives a field that follows from others.
    pub(crate) fn derived(&self, key: &str) -> Option<&Expression> {
        self.derived.get(key)
    }

    /// Finds a policy.
    ///
    /// # Errors
    /// The nearest id, if any is near.
    pub fn policy_find(&self, id: &str) -> Result<&Policy, Option<Arc<str>>> {
        self.policies.get(id).ok_or_else(|| nearest_key(id, self.policies.keys()))
    }

    /// Finds the version of a policy's rule that was in force on a day: of those that replace one another the newest.
    #[must_use]
    pub fn version(&self, policy: &Policy, day: Date) -> Option<&Policy> {
        let first = |policy: &Policy| self.versions(policy).last().map(|first| first.id.clone());
        let rule = first(policy);
        let open = self.policies.values().filter(|other| other.closed(day).is_none() && first(other) == rule);
        open.max_by_key(|other| other.in_force.from)
    }

    /// A policy and those it replaces, the oldest last. Each began before the next, so that there is an end.
    fn versions<'l>(&'l self, policy: &'l Policy) -> impl Iterator<Item = &'l Policy> {
        std::iter::successors(Some(policy), |newer| {
            let older = self.policies.get(newer.replaces.as_ref()?)?;
            (older.in_force.from < newer.in_force.from).then_some(older)
        })
    }

    /// Says whether policies may be enjoyed together: no two of them exclude each other, whichever of the papers says so.
    #[must_use]
    pub fn together(&self, ids: &[Arc<str>]) -> bool {
        let excludes = |one: &Arc<str>, other: &Arc<str>| {
            one != other && self.policies.get(one).is_some_and(|policy| policy.exclusive_with.contains(other))
        };
        !ids.iter().any(|one| ids.iter().any(|other| excludes(one, other)))
    }

    /// Reads one policy; it is kept if nothing is wrong with it.
    fn policy(
        &mut self,
        source: Source<'_>,
        file: File,
        ids: &[Arc<str>],
        aside: &Aside,
        findings: &mut Vec<Finding>,
    ) {
        let File { id, clause, .. } = &file;
        let named = source.name().strip_suffix(FILE_END).unwrap_or_default();
        if **id != *named {
            findings.push(source.finding(&["id".into()], Flaw::Named(named.into())));
        }
        if clause.is_empty() {
            findings.push(source.finding(&[], Flaw::NoClause));
        }
        if file.in_force.to.is_some_and(|to| to < file.in_force.from) {
            findings.push(source.finding(&["in_force".into()], Flaw::Window));
        }
        let listed = file.exclusive_with.iter().enumerate();
        let listed = listed.map(|(index, other)| (other, vec!["exclusive_with".into(), index.into()]));
        let named = file.replaces.iter().map(|other| (other, vec![Step::Key("replaces")]));
        for (other, path) in listed.chain(named).filter(|(other, _)| !ids.contains(other)) {
            let flaw = Flaw::NoPolicy(other.clone(), nearest_key(other, ids.iter()));
            findings.push(source.finding(&path, flaw));
        }
        let mut echo = false;
        let mut clauses = IndexMap::new();
        for (name, clause) in clause {
            match Condition::parse(&clause.when, &self.dictionary) {
                Ok(when) => {
                    let (title, note) = (clause.title.clone(), clause.note.clone());
                    clauses.insert(name.clone(), Clause { title, when, note, of: None });
                }
                Err(mistake) if aside.echoes(&mistake) => echo = true,
                Err(mistake) => {
                    let path: [Step<'_>; 3] = ["clause".into(), name.into(), "when".into()];
                    findings.push(source.mistake(&path, &mistake));
                }
            }
        }
        let benefit = file.benefit.build(
            &file.id,
            &self.dictionary,
            &|mistake: &Mistake| aside.echoes(mistake),
            source,
            findings,
        );
        let stacks = together::stacks(
            &file.stack,
            ids,
            &self.dictionary,
            &|mistake: &Mistake| aside.echoes(mistake),
            source,
            findings,
        );
        if echo || findings.iter().any(|finding| *finding.file == *source.file) {
            return;
        }
        let policy = Policy {
            id: file.id.clone(),
            title: file.title,
            issuer: file.issuer,
            document: file.document,
            level: file.level,
            status: file.status,
            in_force: file.in_force,
            domain: file.domain,
            subject: file.subject,
            application: file.application,
            replaces: file.replaces,
            exclusive_with: file.exclusive_with,
            highest_of: file.highest_of,
            stacks,
            quota: file.quota,
            figures: file.figures,
            boundaries: file.boundaries,
            ambiguous_boundary: file.ambiguous_boundary,
            notes: file.notes,
            confidence: file.confidence,
            sources: file.sources,
            benefit,
            clauses,
        };
        self.policies.insert(file.id, policy);
    }

    /// Leaves out a policy that replaces one that did not begin before it.
    fn check_versions(&mut self, sources: &[Source<'_>], findings: &mut Vec<Finding>) {
        let mut wrong = vec![];
        for policy in self.policies.values() {
            let older = policy.replaces.as_ref().and_then(|id| self.policies.get(id));
            if older.is_some_and(|older| older.in_force.from >= policy.in_force.from) {
                wrong.push(policy.id.clone());
            }
        }
        for id in wrong {
            self.policies.shift_remove(&id);
            let source = sources.iter().find(|source| source.name().strip_suffix(FILE_END) == Some(&id));
            findings.extend(source.map(|source| source.finding(&["replaces".into()], Flaw::Replaces)));
        }
    }

    /// Leaves out policies that build on one with a finding: what they would say is not what they mean.
    fn leave_out_dependents(&mut self, ids: &[Arc<str>]) {
        loop {
            let missing: Vec<String> = ids
                .iter()
                .filter(|id| !self.policies.contains_key(*id))
                .map(|id| format!("criteria(\"{id}\")"))
                .collect();
            let before = self.policies.len();
            self.policies.retain(|_, policy| {
                let texts = policy.clauses.values().map(|clause| clause.when.to_string());
                !texts.into_iter().any(|text| missing.iter().any(|call| text.contains(call)))
            });
            if self.policies.len() == before {
                return;
            }
        }
    }

    /// Puts, for a clause that is nothing but another policy's criteria, that policy's clauses, so that a verdict names
    /// what holds and what does not. References are free of circles by now.
    fn borrow_clauses(&mut self) {
        let ids: Vec<Arc<str>> = self.policies.keys().cloned().collect();
        for id in ids {
            let clauses = self.borrowed(&id);
            if let Some(policy) = self.policies.get_mut(&id) {
                policy.clauses = clauses;
            }
        }
    }

    fn borrowed(&self, id: &str) -> IndexMap<Arc<str>, Clause> {
        let mut clauses = IndexMap::new();
        for (name, clause) in self.policies.get(id).into_iter().flat_map(|policy| &policy.clauses) {
            let printed = clause.when.to_string();
            let other = printed.strip_prefix("criteria(\"").and_then(|rest| rest.strip_suffix("\")"));
            let Some((other, policy)) = other.and_then(|other| self.policies.get_key_value(other)) else {
                clauses.insert(name.clone(), clause.clone());
                continue;
            };
            for (inner, theirs) in self.borrowed(other) {
                let of = theirs.of.clone().unwrap_or_else(|| policy.id.clone());
                let key = if clauses.contains_key(&inner) { format!("{name}_{inner}").into() } else { inner };
                clauses.insert(key, Clause { of: Some(of), ..theirs });
            }
        }
        clauses
    }

    /// Cases are of policies there are, and named once.
    fn check_cases(&self, sources: &[Source<'_>], ids: &[Arc<str>], findings: &mut Vec<Finding>) {
        for (index, case) in self.cases.iter().enumerate() {
            let Some(source) = sources.iter().find(|source| *source.file == *case.file) else { continue };
            let path = ["case".into(), case.index.into()];
            if self.cases.iter().take(index).any(|other| other.id == case.id) {
                findings.push(source.finding(&path, Flaw::CaseTwice(case.id.clone())));
            }
            for id in case.claims.iter().chain([&case.policy]) {
                if !ids.contains(id) {
                    findings
                        .push(source.finding(&path, Flaw::NoPolicy(id.clone(), nearest_key(id, ids.iter()))));
                }
            }
        }
    }
}

impl Source<'_> {
    /// The name of the file in its folder.
    pub(crate) fn name(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or(self.file)
    }

    fn is_policy(&self) -> bool {
        let name = self.name();
        name != fields::FILE && name.ends_with(FILE_END) && !name.ends_with(CASES_END)
    }
}
