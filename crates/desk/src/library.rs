//! The policies of a zone: those the program ships, and over them those that the zone published itself.
//!
//! A policy is published like a process: everything wrong with it is told at once, and one whose worked cases come out
//! otherwise than told is not published.
use crate::company::value;
use crate::{Caller, Desk, DeskError, StoreError};
use condition::Value;
use policy::{Field, Finding, Library, Policy};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};
use store::{Fact, PublishedPolicy};
use workflow::{Language, ZoneId};

/// Longest text of a policy and of its cases, in bytes.
const TEXT_MOST: usize = 200_000;
/// The dictionary's file among the shipped ones.
const FIELDS: &str = "fields.toml";
/// How the file of a policy ends, and of its cases.
const FILE_END: &str = ".toml";
const CASES_END: &str = ".cases.toml";

static SHIPPED: LazyLock<Arc<ZoneLibrary>> = LazyLock::new(|| {
    let texts = Library::shipped_texts().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    Arc::new(ZoneLibrary::over(Library::shipped().clone(), &texts, vec![]))
});

/// The policies in force in a zone, with what finding needs to know of them.
#[derive(Debug)]
pub struct ZoneLibrary {
    /// The policies.
    pub library: Library,
    /// The SHA-256 of all of them in hexadecimal.
    pub(crate) digest: String,
    digests: HashMap<Arc<str>, String>,
    /// The policies that read each field.
    readers: HashMap<String, BTreeSet<Arc<str>>>,
    /// What the zone published: each policy with its version and digest.
    published: Vec<(String, i64, String)>,
}

/// A policy that is in force.
#[derive(Debug, Clone)]
pub struct PolicyPublished {
    /// The policies it is among.
    pub library: Arc<ZoneLibrary>,
    /// Its id.
    pub policy: Arc<str>,
    /// Which of the zone's versions it is.
    pub version: i64,
    /// Whether it was published before with the same text.
    pub repeated: bool,
}

/// Why a policy was not published; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyNotPublished {
    /// It does not read, or a case comes out otherwise than told.
    Findings(Vec<Finding>),
    /// Its text or its cases are too long.
    TooLong,
    /// Somebody published a version of it a moment ago.
    Raced,
}

impl PolicyNotPublished {
    /// Says what is needed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Findings(findings) if zh => format!("政策有 {} 处问题", findings.len()),
            Self::Findings(findings) => format!("the policy has {} findings", findings.len()),
            Self::TooLong if zh => format!("文本与案例各不超过 {TEXT_MOST} 字节"),
            Self::TooLong => format!("a text and its cases have at most {TEXT_MOST} bytes each"),
            Self::Raced if zh => "他人刚刚发布了此政策，请查看后再发布".into(),
            Self::Raced => "somebody published this policy a moment ago; look at it and publish again".into(),
        }
    }
}

impl ZoneLibrary {
    fn over(
        library: Library,
        texts: &BTreeMap<String, String>,
        published: Vec<(String, i64, String)>,
    ) -> Self {
        let fields = texts.get(FIELDS).map(String::as_str).unwrap_or_default();
        let mut digests = HashMap::new();
        let mut readers: HashMap<String, BTreeSet<Arc<str>>> = HashMap::new();
        let mut all = Sha256::new();
        for (id, policy) in &library.policies {
            let text = texts.get(&format!("{id}{FILE_END}")).map(String::as_str).unwrap_or_default();
            let digest = digest(&[fields, text]);
            all.update(&digest);
            digests.insert(id.clone(), digest);
            for field in policy.reads() {
                readers.entry(field.to_owned()).or_default().insert(id.clone());
            }
        }
        let digest = hex::encode(all.finalize());
        Self { library, digest, digests, readers, published }
    }

    /// The SHA-256 of a policy in hexadecimal; it is another when the policy or the dictionary is.
    pub(crate) fn digest(&self, policy: &Policy) -> &str {
        self.digests.get(&policy.id).map(String::as_str).unwrap_or_default()
    }

    /// The policies that read any of these fields.
    pub(crate) fn reading(&self, fields: &BTreeSet<String>) -> BTreeSet<Arc<str>> {
        fields.iter().filter_map(|field| self.readers.get(field)).flatten().cloned().collect()
    }

    /// Says what a fact is for people.
    #[must_use]
    pub fn fact_said(&self, fact: &Fact, language: Language) -> String {
        let field = self.library.fields.fields.get(fact.field.as_str());
        let Some((field, value)) = field.and_then(|field| Some((field, value::read(field, &fact.value)?)))
        else {
            return fact.value.clone();
        };
        said(field, value.as_ref(), language)
    }

    /// Says what a field is, for people.
    #[must_use]
    pub fn said(&self, field: &str, value: Option<&Value>, language: Language) -> String {
        match self.library.fields.fields.get(field) {
            Some(field) => said(field, value, language),
            None => value.map_or_else(String::new, ToString::to_string),
        }
    }

    /// The zone's own version of a policy; none for one that the program ships.
    #[must_use]
    pub fn version(&self, policy: &str) -> Option<i64> {
        self.published.iter().rev().find(|(id, ..)| id == policy).map(|(_, version, _)| *version)
    }
}

fn said(field: &Field, value: Option<&Value>, language: Language) -> String {
    let (zh, en) = value.map_or_else(|| ("无".to_owned(), "none".to_owned()), |value| field.said(value));
    if language == Language::Zh { zh } else { en }
}

fn digest(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hex::encode(hash.finalize())
}

impl Desk {
    /// The policies of a zone, as of the last look at what it published.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn library(&self, zone: ZoneId) -> Result<Arc<ZoneLibrary>, DeskError> {
        if let Some(library) = self.libraries.read().ok().and_then(|known| known.get(&zone).cloned()) {
            return Ok(library);
        }
        self.library_refresh(zone).await
    }

    /// Takes in what the zone published since the last look, here or in another process.
    pub(crate) async fn library_refresh(&self, zone: ZoneId) -> Result<Arc<ZoneLibrary>, DeskError> {
        let keys = self.store.policy_keys(zone).await?;
        let known = self.libraries.read().ok().and_then(|known| known.get(&zone).cloned());
        if let Some(known) = known.filter(|known| known.published == keys) {
            return Ok(known);
        }
        let library = if keys.is_empty() {
            SHIPPED.clone()
        } else {
            let texts = merged(&self.store.policy_list(zone).await?);
            let (library, findings) = read(&texts);
            for finding in findings {
                // Each passed its check when it was published: the program is older, or newer.
                tracing::error!(%zone, %finding, "a published policy is passed over");
            }
            Arc::new(ZoneLibrary::over(library, &texts, keys))
        };
        if let Ok(mut known) = self.libraries.write() {
            known.insert(zone, library.clone());
        }
        Ok(library)
    }

    /// Checks a policy with its cases among those of the caller's zone, without publishing it.
    ///
    /// # Errors
    /// [`DeskError`]; what is wrong is a value.
    pub async fn policy_check(
        &self,
        caller: &Caller,
        text: &str,
        cases: &str,
    ) -> Result<Result<Policy, PolicyNotPublished>, DeskError> {
        let published = self.store.policy_list(caller.zone).await?;
        Ok(checked(&published, text, cases).map(|(_, policy)| policy))
    }

    /// Publishes a policy with its cases in the caller's zone. All companies are matched with it soon after.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn policy_publish(
        &self,
        caller: &Caller,
        text: &str,
        cases: &str,
    ) -> Result<Result<PolicyPublished, PolicyNotPublished>, DeskError> {
        let zone = caller.zone;
        let published = self.store.policy_list(zone).await?;
        let policy = match checked(&published, text, cases) {
            Ok((_, policy)) => policy.id,
            Err(not_published) => return Ok(Err(not_published)),
        };
        let digest = digest(&[text, cases]);
        let before = published.iter().find(|row| *row.policy == *policy);
        if let Some(same) = before.filter(|row| row.digest == digest) {
            let library = self.library_refresh(zone).await?;
            return Ok(Ok(PolicyPublished { library, policy, version: same.version, repeated: true }));
        }
        let version = before.map_or(1, |row| row.version + 1);
        let row = PublishedPolicy {
            policy: policy.to_string(),
            version,
            text: text.to_owned(),
            cases: cases.to_owned(),
            digest,
            published_at: self.surroundings.now(),
            published_by: Some(caller.person.id),
        };
        let tx = self.store.begin(zone).await?;
        match tx.policy_insert(&row).await {
            Ok(()) => tx.commit().await?,
            Err(StoreError::Taken { .. }) => return Ok(Err(PolicyNotPublished::Raced)),
            Err(error) => return Err(error.into()),
        }
        let library = self.library_refresh(zone).await?;
        Ok(Ok(PolicyPublished { library, policy, version, repeated: false }))
    }
}

/// The shipped files with what a zone published over them, by name.
fn merged(published: &[PublishedPolicy]) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> =
        Library::shipped_texts().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    for row in published {
        put(&mut texts, &row.policy, &row.text, &row.cases);
    }
    texts
}

fn put(texts: &mut BTreeMap<String, String>, policy: &str, text: &str, cases: &str) {
    texts.insert(format!("{policy}{FILE_END}"), text.to_owned());
    texts.insert(format!("{policy}{CASES_END}"), cases.to_owned());
}

fn read(texts: &BTreeMap<String, String>) -> (Library, Vec<Finding>) {
    Library::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

/// Reads a policy among the others and runs all cases: those of policies that build on it too.
fn checked(
    published: &[PublishedPolicy],
    text: &str,
    cases: &str,
) -> Result<(Library, Policy), PolicyNotPublished> {
    if text.len() > TEXT_MOST || cases.len() > TEXT_MOST {
        return Err(PolicyNotPublished::TooLong);
    }
    // The file is named by the id that stands in it; without one the reader says what is missing.
    let id = text.parse::<toml::Table>().ok();
    let id = id.and_then(|table| Some(table.get("id")?.as_str()?.to_owned()));
    let id = id.filter(|id| is_name(id)).unwrap_or_else(|| "policy".to_owned());
    let mut texts = merged(published);
    put(&mut texts, &id, text, cases);
    let (library, mut findings) = read(&texts);
    if findings.is_empty() {
        findings = library.check(|file| texts.get(file).map(String::as_str));
    }
    match library.policies.get(id.as_str()).cloned() {
        Some(policy) if findings.is_empty() => Ok((library, policy)),
        _ => Err(PolicyNotPublished::Findings(findings)),
    }
}

/// Whether an id can name a file.
fn is_name(id: &str) -> bool {
    (1..=80).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
