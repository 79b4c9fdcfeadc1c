//! `rights`: who may do what, in one document. It is checked in, so that a change of rights shows in a review.
use super::print;
use super::workflow::Tongue;
use crate::parts::{Failure, vocabulary};
use ::workflow::{Language, matrix};
use desk::{COMPANY, Catalog, STAFF};
use std::fmt::Write as _;
use std::process::ExitCode;

/// Prints rights.
#[derive(Debug, clap::Args)]
pub(crate) struct Rights {
    /// The language of titles.
    #[arg(long, value_enum, default_value_t)]
    language: Tongue,
}

impl Rights {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let language = self.language.into();
        let mut text = api(&desk::Rights::shipped()?, language)?;
        for definition in Catalog::shipped(&vocabulary())?.shipped_versions() {
            write!(text, "\n{}", matrix::matrix(definition, language))?;
        }
        print(text)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The rights on the API: a row per field, a column per role.
fn api(rights: &desk::Rights, language: Language) -> Result<String, std::fmt::Error> {
    let zh = language == Language::Zh;
    let mut text = String::new();
    writeln!(
        text,
        "# {}\n",
        if zh { "接口：谁可以读取和调用什么" } else { "The API: who may read and call what" }
    )?;
    writeln!(text, "| {} | {} |", if zh { "字段" } else { "Field" }, rights.roles().join(" | "))?;
    writeln!(text, "| ---{} |", " | ---".repeat(rights.roles().len()))?;
    let mut row = |name: &str, cells: Vec<&str>| writeln!(text, "| {name} | {} |", cells.join(" | "));
    // Whoever is not of a company is of the staff, whatever role they hold besides.
    let held = |role: &String| match role.as_str() {
        COMPANY | STAFF => vec![role.clone()],
        _ => vec![role.clone(), STAFF.to_owned()],
    };
    let each = |cell: &dyn Fn(&[String]) -> &'static str| {
        rights.roles().iter().map(|role| cell(&held(role))).collect::<Vec<_>>()
    };
    let cases =
        |roles: &[String]| match (rights.sees_zone(roles), roles.iter().any(|role| role == COMPANY), zh) {
            (true, _, true) => "全区",
            (true, _, false) => "the zone's",
            (false, true, true) => "本企业",
            (false, true, false) => "the company's",
            (false, false, true) => "本人、本单位和本角色流程的",
            (false, false, false) => {
                "their own, their unit's, and of processes in which they act for the zone"
            }
        };
    row(if zh { "可见事项" } else { "Cases seen" }, each(&cases))?;
    let mark = |may| if may { "✓" } else { "" };
    row(if zh { "接口定义" } else { "The schema" }, each(&|roles| mark(rights.may_introspect(roles))))?;
    for (parent, field) in service::fields() {
        row(&format!("{parent}.{field}"), each(&|roles| mark(rights.may(roles, &parent, &field))))?;
    }
    Ok(text)
}
