//! What the figures were measured on.
use std::process::Command;

/// One line per property, for a list.
pub(crate) fn description() -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into());
    let memory = field("/proc/meminfo", "MemTotal");
    let kib = memory.and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default();
    vec![
        format!("{cores} cores ({processor}), {} GiB of memory", kib / 1024 / 1024),
        format!("kernel {}", output("uname", &["-sr"])),
        format!("disk: {}", disk()),
        format!("load before the run, of one minute: {}", load()),
        format!("{}", output("rustc", &["--version"])),
    ]
}

/// The date of the system, in UTC.
pub(crate) fn date() -> String {
    output("date", &["-u", "+%Y-%m-%d %H:%M UTC"])
}

/// Device, file system and free space of the disk the data lay on.
fn disk() -> String {
    let arguments = ["--output=source,fstype,size,avail", "-h", env!("CARGO_TARGET_TMPDIR")];
    let table = output("df", &arguments);
    let row: Vec<&str> = table.lines().last().unwrap_or_default().split_whitespace().collect();
    match row[..] {
        [device, kind, size, free] => format!("{device}, {kind}, {size}, {free} free"),
        _ => "unknown".into(),
    }
}

fn load() -> String {
    let line = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    line.split(' ').next().unwrap_or("unknown").to_owned()
}

/// The value of the first line `name: value`.
fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output
        .map_or_else(|_| "unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
