//! The one binary, `qianxiaoer`: commands, configuration, and the loops that fire due timers and send mail.
//!
//! Results go to stdout, everything else to stderr. Exit 0: answered; 1: some input was refused; 2: usage. This is the
//! only crate that reads the clock, the environment and files.
mod clock;
mod commands;
mod logging;
mod parts;
mod serve;

use clap::Parser;
use std::process::ExitCode;

/// 钱小二 Qian Xiao'er: the service desk of an economic development zone.
#[derive(Debug, Parser)]
#[command(name = "qianxiaoer", version, about, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

/// Stack of the threads that parse and run queries. The guard before the parser bounds nesting; this is the margin.
const STACK_BYTES: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build();
    match runtime {
        Ok(runtime) => runtime.block_on(cli.command.run()),
        Err(error) => {
            eprintln!("qianxiaoer: no threads to run on: {error}");
            ExitCode::FAILURE
        }
    }
}
