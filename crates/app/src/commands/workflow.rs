//! `workflow`: process definitions as files: their findings, their stories, their pictures.
use super::{input, print};
use crate::parts::{Failure, vocabulary};
use ::calendar::{BusinessTime, Calendar, Hours};
use ::workflow::library::Library;
use ::workflow::{Definition, Language, diagram, matrix, story};
use jiff::tz::TimeZone;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What can be asked of definitions.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Workflow {
    /// Prints everything that is wrong with a definition as `FILE:LINE:COL: message`; exit 1 if anything is.
    #[command(
        after_help = "Example:\n  qianxiaoer workflow check crates/workflow/definitions/request/v1.toml"
    )]
    Check(Check),
    /// Plays a story against its definition; prints what went another way than told, or what the story left out.
    #[command(
        after_help = "Example:\n  qianxiaoer workflow story crates/workflow/definitions/request/v1.story\n\n\
        Working time is that of the shipped calendar, 08:30 to 12:00 and 13:30 to 17:30 in Asia/Shanghai.\n\
        Cases it spawns are of the shipped processes."
    )]
    Story(Story),
    /// Prints a definition as a diagram, as a machine for other tools, or as its rights.
    #[command(
        after_help = "Example:\n  qianxiaoer workflow export crates/workflow/definitions/request/v2.toml \
        --format svg --language zh > request.svg"
    )]
    Export(Export),
}

/// Checks a definition.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The definition (TOML); `-` reads stdin.
    file: PathBuf,
}

/// Plays a story.
#[derive(Debug, clap::Args)]
pub(crate) struct Story {
    /// The story.
    file: PathBuf,
    /// The definition it tells of [default: the story's path, ending in .toml]
    #[arg(long, value_name = "FILE")]
    definition: Option<PathBuf>,
}

/// Exports a definition.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The definition (TOML); `-` reads stdin.
    file: PathBuf,
    /// What to print.
    #[arg(long, value_enum)]
    format: Format,
    /// The language of titles.
    #[arg(long, value_enum, default_value_t)]
    language: Tongue,
}

/// What a definition can be printed as.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A state diagram (Mermaid stateDiagram-v2).
    Mermaid,
    /// A picture (SVG).
    Svg,
    /// A machine for XState's tools (JSON that `createMachine` of XState 5 takes).
    Xstate,
    /// Who may do what in which state (Markdown).
    Rights,
}

/// The language of what is printed.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(super) enum Tongue {
    /// Chinese.
    Zh,
    /// English.
    #[default]
    En,
}

impl From<Tongue> for Language {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::Zh => Self::Zh,
            Tongue::En => Self::En,
        }
    }
}

impl Workflow {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Check(check) => Ok(match definition(&check.file)? {
                Some(_) => ExitCode::SUCCESS,
                None => ExitCode::FAILURE,
            }),
            Self::Story(story) => story.run(),
            Self::Export(export) => export.run(),
        }
    }
}

impl Story {
    fn run(self) -> Result<ExitCode, Failure> {
        let file = self.definition.unwrap_or_else(|| self.file.with_extension("toml"));
        let Some(definition) = definition(&file)? else { return Ok(ExitCode::FAILURE) };
        let place = TimeZone::get("Asia/Shanghai")?;
        let time = BusinessTime::new(Calendar::shipped(), Hours::default(), place);
        let mut text = String::new();
        let library = Library::shipped(&vocabulary());
        let others = |process: &str| library.newest(process);
        let played = story::play(&definition, &others, &input::read(&self.file)?, &time);
        let exit = match &played {
            Ok(played) => {
                let all = played.shown.len() + played.missed.len();
                writeln!(
                    text,
                    "{} lines went as told; {} of {all} points shown",
                    played.lines,
                    played.shown.len()
                )?;
                for point in &played.missed {
                    writeln!(text, "not shown: {point}")?;
                }
                ExitCode::SUCCESS
            }
            Err(mistakes) => {
                for mistake in mistakes {
                    writeln!(text, "{}:{mistake}", self.file.display())?;
                }
                ExitCode::FAILURE
            }
        };
        print(text)?;
        Ok(exit)
    }
}

impl Export {
    fn run(self) -> Result<ExitCode, Failure> {
        let Some(definition) = definition(&self.file)? else { return Ok(ExitCode::FAILURE) };
        print(match self.format {
            Format::Mermaid => diagram::mermaid(&definition, self.language.into()),
            Format::Svg => diagram::svg(&definition, self.language.into()),
            Format::Xstate => diagram::xstate(&definition, self.language.into()),
            Format::Rights => matrix::matrix(&definition, self.language.into()),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads a definition; prints its findings and answers none if there are any.
fn definition(file: &Path) -> Result<Option<Definition>, Failure> {
    match Definition::parse(&input::read(file)?, &vocabulary()) {
        Ok(definition) => Ok(Some(definition)),
        Err(findings) => {
            let mut text = String::new();
            for finding in findings {
                writeln!(text, "{}:{finding}", file.display())?;
            }
            print(text)?;
            Ok(None)
        }
    }
}
