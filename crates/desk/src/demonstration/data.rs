//! What the demonstration is made of, as it stands in the files beside this one.
use super::DemonstrationError;
use super::schedule::When;
use indexmap::IndexMap;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Companies of both zones.
const COMPANIES: (&str, &[u8]) = ("companies.csv", include_bytes!("companies.csv"));
/// What is known of them.
const FACTS: File = ("facts.toml", include_str!("facts.toml"));
/// The zones. The last one's cases are only opened, so that they come last of all.
const ZONES: [ZoneFiles; 2] = [
    ZoneFiles {
        people: ("qianjiang.toml", include_str!("qianjiang.toml")),
        stories: &[
            ("requests/technology.toml", include_str!("requests/technology.toml")),
            ("requests/talent.toml", include_str!("requests/talent.toml")),
            ("requests/finance.toml", include_str!("requests/finance.toml")),
            ("requests/premises.toml", include_str!("requests/premises.toml")),
            ("requests/other.toml", include_str!("requests/other.toml")),
            ("requests/courses.toml", include_str!("requests/courses.toml")),
            ("grid-events.toml", include_str!("grid-events.toml")),
        ],
    },
    ZoneFiles {
        people: ("linping.toml", include_str!("linping.toml")),
        stories: &[("requests/linping.toml", include_str!("requests/linping.toml"))],
    },
];

/// A file by its name below this folder, and what is in it.
type File = (&'static str, &'static str);

/// The files of a zone.
struct ZoneFiles {
    people: File,
    stories: &'static [File],
}

/// A zone, who is in it, and what happened there.
pub(super) struct ZoneData {
    pub(super) people: ZonePeople,
    pub(super) companies: Vec<CompanyLine>,
    pub(super) stories: Vec<Story>,
}

/// A zone's own file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZonePeople {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) unit: Vec<UnitLine>,
    pub(super) staff: Vec<StaffLine>,
    pub(super) speaker: Vec<SpeakerLine>,
}

/// A unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitLine {
    pub(super) key: String,
    pub(super) name: String,
}

/// Someone who works in a unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffLine {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) roles: Vec<String>,
    #[serde(default = "chinese")]
    pub(super) language: String,
}

/// Someone who speaks for a company.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpeakerLine {
    pub(super) company: String,
    pub(super) login: String,
    pub(super) name: String,
    #[serde(default = "chinese")]
    pub(super) language: String,
    /// What they answer wherever it is asked.
    pub(super) answers: IndexMap<String, toml::Value>,
}

/// A company.
pub(super) struct CompanyLine {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) credit_code: String,
    pub(super) established_on: String,
    pub(super) employees: String,
    pub(super) place: String,
    pub(super) tags: Vec<String>,
    /// The login of who looks after it; empty where nobody does.
    pub(super) specialist: String,
    pub(super) statements: Vec<Statement>,
}

/// What somebody stated of a company.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Statement {
    /// The login of who recorded it; somebody of the company speaks for it.
    pub(super) by: String,
    /// Where they have it from.
    #[serde(default)]
    pub(super) source: Option<String>,
    /// The day they stated it.
    #[serde(deserialize_with = "day")]
    pub(super) on: Date,
    /// The first day it speaks of.
    #[serde(default, deserialize_with = "some_day")]
    pub(super) from: Option<Date>,
    /// The last day it speaks of.
    #[serde(default, deserialize_with = "some_day")]
    pub(super) to: Option<Date>,
    /// The values by field, as people write them.
    pub(super) facts: IndexMap<String, String>,
}

/// A case from its opening on.
pub(super) struct Story {
    pub(super) file: &'static str,
    pub(super) process: String,
    pub(super) opening: Opening,
}

/// How a case opens, and what follows.
#[derive(Debug, Deserialize)]
pub(super) struct Opening {
    pub(super) at: When,
    pub(super) by: String,
    /// What answers of other stories call the case.
    #[serde(default, rename = "as")]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) then: Vec<Move>,
    /// Answers to the opening form.
    #[serde(flatten)]
    pub(super) answers: IndexMap<String, toml::Value>,
}

/// An action that was taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    pub(super) at: When,
    pub(super) by: String,
    #[serde(rename = "do")]
    pub(super) action: String,
    /// The unit whose task it is about: the step is taken on the case that was opened for it.
    pub(super) on: Option<String>,
    /// Answers to its form.
    #[serde(default, rename = "with")]
    pub(super) answers: IndexMap<String, toml::Value>,
}

fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?;
    written.to_string().parse().map_err(|_| serde::de::Error::custom("expected a day such as 2026-01-02"))
}

fn some_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}

fn chinese() -> String {
    workflow::Language::Zh.as_str().to_owned()
}

/// Reads all of it.
pub(super) fn zones() -> Result<Vec<ZoneData>, DemonstrationError> {
    let read = |files: &ZoneFiles| {
        let people: ZonePeople = toml(files.people)?;
        let companies = companies(&people.key)?;
        let mut stories = vec![];
        for file in files.stories {
            let processes: IndexMap<String, Vec<Opening>> = toml(*file)?;
            for (process, openings) in processes {
                let story = |opening| Story { file: file.0, process: process.clone(), opening };
                stories.extend(openings.into_iter().map(story));
            }
        }
        Ok(ZoneData { people, companies, stories })
    };
    ZONES.iter().map(read).collect()
}

fn toml<T: DeserializeOwned>((file, text): File) -> Result<T, DemonstrationError> {
    toml::from_str(text).map_err(|error| DemonstrationError::Data { file, problem: error.to_string() })
}

/// The companies of a zone.
fn companies(zone: &str) -> Result<Vec<CompanyLine>, DemonstrationError> {
    let (file, bytes) = COMPANIES;
    let bad = |problem: String| DemonstrationError::Data { file, problem };
    let sheet = sheet::read(bytes, |_| true).map_err(|error| bad(error.to_string()))?;
    let mut statements: IndexMap<String, Vec<Statement>> = toml(FACTS)?;
    let mut lines = vec![];
    for row in sheet.rows() {
        let cell = |name: &str| {
            let missing = || bad(format!("line {}: there is no column `{name}`", row.line()));
            sheet.cell(row, name).map(|cell| cell.shown().into_owned()).ok_or_else(missing)
        };
        if cell("zone")? == zone {
            let key = cell("key")?;
            let tags = cell("tags")?;
            lines.push(CompanyLine {
                name: cell("name")?,
                credit_code: cell("credit_code")?,
                established_on: cell("established_on")?,
                employees: cell("employees_year_end")?,
                place: cell("place")?,
                tags: tags.split('、').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
                specialist: cell("specialist")?,
                statements: statements.shift_remove(&key).unwrap_or_default(),
                key,
            });
        }
    }
    Ok(lines)
}
