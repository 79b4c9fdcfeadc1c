//! Who may read and change what, beyond what a definition says of its own actions. One file, `rights.toml`, says it.
use crate::{Access, ApiScope, Person};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use toml::Table;

/// What people of a company are, whatever they are called besides.
pub const COMPANY: &str = "company";
/// What everybody else is.
pub const STAFF: &str = "staff";

const FILE: &str = include_str!("../rights.toml");

/// Every right of the API, and what each role sees of a zone.
#[derive(Debug, Clone)]
pub struct Rights {
    zone_wide: BTreeSet<String>,
    introspection: BTreeSet<String>,
    snippets: BTreeSet<String>,
    /// What of `Mutation` a program may, by the scope it needs.
    programs: BTreeMap<String, ApiScope>,
    /// What staff see who have yet to enrol the second factor that their zone asks for.
    enrolment: BTreeMap<String, Vec<String>>,
    fields: IndexMap<String, IndexMap<String, BTreeSet<String>>>,
    roles: Vec<String>,
}

/// What is wrong with the file of rights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RightsError {
    /// It is not TOML.
    #[error("rights.toml is not TOML: {0}")]
    NotToml(String),
    /// A right names neither a set nor a list of roles.
    #[error("`{0}` in rights.toml is neither a set nor a list of known roles")]
    UnknownSet(String),
}

impl Rights {
    /// Reads the file that the program was built with.
    ///
    /// # Errors
    /// [`RightsError`]; a test keeps the file free of them.
    pub fn shipped() -> Result<Self, RightsError> {
        Self::parse(FILE)
    }

    /// Reads rights from a text.
    ///
    /// # Errors
    /// [`RightsError`].
    pub fn parse(text: &str) -> Result<Self, RightsError> {
        let mut file: Table =
            text.parse().map_err(|error: toml::de::Error| RightsError::NotToml(error.message().into()))?;
        let mut table =
            |key: &str| file.remove(key).and_then(|value| value.as_table().cloned()).unwrap_or_default();
        let sets: BTreeMap<String, Vec<String>> = table("set")
            .iter()
            .map(|(name, roles)| list(name, roles).map(|roles| (name.clone(), roles)))
            .collect::<Result<_, _>>()?;
        let roles = sets.get("named").cloned().unwrap_or_default();
        let resolve = |place: String, value: &toml::Value| -> Result<BTreeSet<String>, RightsError> {
            let named = match value.as_str() {
                Some(set) => sets.get(set).cloned().ok_or_else(|| RightsError::UnknownSet(place.clone()))?,
                None => list(&place, value)?,
            };
            if named.iter().all(|role| roles.contains(role)) {
                Ok(named.into_iter().collect())
            } else {
                Err(RightsError::UnknownSet(place))
            }
        };
        let one = |table: &Table, name: &str, key: &str| -> Result<BTreeSet<String>, RightsError> {
            table
                .get(key)
                .map_or_else(|| Ok(BTreeSet::new()), |value| resolve(format!("{name}.{key}"), value))
        };
        let scope = table("scope");
        let introspection = table("introspection");
        let snippets = table("snippets");
        let programs = programs(&table("programs"))?;
        let enrolment = table("enrolment");
        let enrolment = enrolment.iter().map(|(name, fields)| {
            list(&format!("enrolment.{name}"), fields).map(|fields| (name.clone(), fields))
        });
        let enrolment = enrolment.collect::<Result<_, _>>()?;
        let mut rights = Self {
            zone_wide: one(&scope, "scope", "zone")?,
            introspection: one(&introspection, "introspection", "read")?,
            snippets: one(&snippets, "snippets", "keep")?,
            programs,
            enrolment,
            fields: IndexMap::new(),
            roles: roles.clone(),
        };
        for (name, fields) in &file {
            let fields = fields.as_table().ok_or_else(|| RightsError::UnknownSet(name.clone()))?;
            let fields = fields
                .iter()
                .map(|(field, value)| Ok((field.clone(), resolve(format!("{name}.{field}"), value)?)))
                .collect::<Result<_, _>>()?;
            rights.fields.insert(name.clone(), fields);
        }
        Ok(rights)
    }

    /// The roles that may read or call a field; none when the file has no row for it.
    #[must_use]
    pub fn of(&self, parent: &str, field: &str) -> Option<&BTreeSet<String>> {
        let fields = self.fields.get(parent)?;
        fields.get(field).or_else(|| fields.get("*"))
    }

    /// Whether somebody with these roles may read or call a field.
    #[must_use]
    pub fn may(&self, roles: &[String], parent: &str, field: &str) -> bool {
        self.of(parent, field).is_some_and(|allowed| roles.iter().any(|role| allowed.contains(role)))
    }

    /// Whether a field goes with what somebody asks by, roles aside. What hangs on an answer was let through with it.
    #[must_use]
    pub fn goes_with(&self, access: &Access, parent: &str, field: &str) -> bool {
        match (access, parent) {
            (Access::Enrolment, _) => {
                self.enrolment.get(parent).is_some_and(|fields| fields.iter().any(|name| name == field))
            }
            (Access::Program(_), "Query" | "Subscription") => access.reads(),
            (Access::Program(scopes), "Mutation") => {
                self.programs.get(field).is_some_and(|scope| scopes.contains(scope))
            }
            (Access::Whole | Access::Program(_), _) => true,
        }
    }

    /// The roles by which a person is judged here: people of a company by that alone, others as staff and by what
    /// they hold.
    #[must_use]
    pub fn standing(person: &Person) -> Vec<String> {
        match person.company {
            Some(_) => vec![COMPANY.to_owned()],
            None => person.held().into_iter().chain([STAFF]).map(str::to_owned).collect(),
        }
    }

    /// Whether somebody with these roles may read the schema.
    #[must_use]
    pub fn may_introspect(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.introspection.contains(role))
    }

    /// Whether somebody with these roles keeps the snippets of the whole zone.
    #[must_use]
    pub fn keeps_snippets(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.snippets.contains(role))
    }

    /// Whether somebody with these roles sees all cases of the zone.
    #[must_use]
    pub fn sees_zone(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.zone_wide.contains(role))
    }

    /// Every role that the file names, in its order. [`COMPANY`] and [`STAFF`] are held by nature.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// Every type and field that has a row of its own; `*` stands for the rest of a type's fields.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .flat_map(|(name, fields)| fields.keys().map(move |field| (name.as_str(), field.as_str())))
    }
}

/// The scope that each field of `Mutation` needs; those under `never` have none.
fn programs(table: &Table) -> Result<BTreeMap<String, ApiScope>, RightsError> {
    let mut programs = BTreeMap::new();
    for (name, fields) in table.iter().filter(|(name, _)| *name != "never") {
        let place = format!("programs.{name}");
        let scope = ApiScope::parse(name).ok_or_else(|| RightsError::UnknownSet(place.clone()))?;
        programs.extend(list(&place, fields)?.into_iter().map(|field| (field, scope)));
    }
    Ok(programs)
}

fn list(place: &str, value: &toml::Value) -> Result<Vec<String>, RightsError> {
    let texts = value.as_array().into_iter().flatten().map(|item| item.as_str().map(str::to_owned));
    texts
        .collect::<Option<Vec<_>>>()
        .filter(|roles| !roles.is_empty())
        .ok_or_else(|| RightsError::UnknownSet(place.into()))
}
