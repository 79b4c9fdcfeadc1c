//! `rights`: who may do what, in one document. It is checked in, so that a change of rights shows in a review.
use super::print;
use super::workflow::Tongue;
use crate::parts::{Failure, vocabulary};
use ::workflow::{Language, matrix};
use desk::{Catalog, Reach};
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
        for definition in Catalog::shipped(&vocabulary())?.versions() {
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
    let each = |cell: &dyn Fn(&[String]) -> &'static str| {
        rights.roles().iter().map(|role| cell(std::slice::from_ref(role))).collect::<Vec<_>>()
    };
    let cases = |roles: &[String]| match (rights.reach(roles), zh) {
        (Reach::Zone, true) => "全区",
        (Reach::Zone, false) => "the zone's",
        (Reach::Unit, true) => "本单位",
        (Reach::Unit, false) => "the unit's",
        (Reach::Nothing, true) => "本企业",
        (Reach::Nothing, false) => "the company's",
    };
    row(if zh { "可见事项" } else { "Cases seen" }, each(&cases))?;
    let mark = |may| if may { "✓" } else { "" };
    row(if zh { "接口定义" } else { "The schema" }, each(&|roles| mark(rights.may_introspect(roles))))?;
    for (parent, field) in service::fields() {
        row(&format!("{parent}.{field}"), each(&|roles| mark(rights.may(roles, &parent, &field))))?;
    }
    Ok(text)
}
