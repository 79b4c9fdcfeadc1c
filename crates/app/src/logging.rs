//! Structured logs on stderr: JSON lines, or plain ones at a terminal. What is logged names codes, ids and places, never
//! people or what they wrote.
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging; `QXE_LOG` filters it, such as `info` or `service=debug,warn`.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("QXE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A line that cannot be written, on a full disk, is lost: complaining of it on stderr would panic.
    let builder = builder.log_internal_errors(false);
    if std::io::stderr().is_terminal() {
        builder.compact().init();
    } else {
        builder.json().init();
    }
}
