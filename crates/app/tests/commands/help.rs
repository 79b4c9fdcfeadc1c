use crate::binary::answer;

/// Every option of every command, as interfaces and manuals name them.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "serve",
        &[
            "--data",
            "--database-url",
            "--listen",
            "--metrics-listen",
            "--public-url",
            "--proxy",
            "--rate",
            "--documents",
            "--documents-only",
            "--mail",
            "--mail-password-file",
            "--mail-ca-file",
            "--mail-from",
            "--demo",
            "--clock",
        ],
    ),
    ("schema", &[]),
    ("rights", &["--language"]),
    ("calendar days", &["--from", "--to", "--calendar"]),
    ("calendar due", &["--from", "--limit", "--hours", "--zone", "--cases", "--calendar"]),
    ("calendar import", &["--zone", "--data", "--database-url"]),
    ("calendar show", &["--calendar", "--zone", "--data", "--database-url"]),
    ("condition eval", &["--facts", "--fields"]),
    ("policy decide", &["--policy", "--facts", "--as-of", "--cases"]),
    ("policy check", &[]),
    ("policy match", &["--fields", "--companies", "--criteria", "--threads", "--out"]),
    ("policy sql", &["--policy", "--when", "--fields", "--dialect"]),
    ("workflow check", &[]),
    ("workflow story", &["--definition"]),
    ("workflow export", &["--format", "--language"]),
    ("zone add", &["--name", "--data", "--database-url"]),
    ("zone list", &["--data", "--database-url"]),
    ("zone export", &["--data", "--database-url"]),
    ("zone import", &["--data", "--database-url"]),
    ("zone remove", &["--confirm", "--data", "--owner-url"]),
    ("unit add", &["--zone", "--name", "--data", "--database-url"]),
    ("company add", &["--zone", "--name", "--credit-code", "--data", "--database-url"]),
    (
        "user add",
        &[
            "--zone",
            "--login",
            "--name",
            "--role",
            "--unit",
            "--company",
            "--email",
            "--language",
            "--password-stdin",
            "--data",
            "--database-url",
        ],
    ),
    ("mail bounce", &["--data", "--database-url"]),
    ("backup", &["--data", "--database-url"]),
    ("restore", &["--force", "--data", "--database-url"]),
    ("doctor", &["--data", "--database-url"]),
    ("migrate", &["--owner-url", "--app-role", "--app-password"]),
];

#[test]
fn every_command_says_what_it_takes_and_shows_an_example() {
    let mut found = commands("");
    let mut listed: Vec<String> = OPTIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
    for (name, options) in OPTIONS {
        let help = help(name);
        let example = help.split("Example").nth(1).unwrap_or_default();
        assert!(example.contains(&format!("qianxiaoer {name}")), "{name} has no example:\n{help}");
        let mut offered: Vec<&str> = help
            .lines()
            .take_while(|line| !line.starts_with("Example"))
            .filter_map(|line| {
                Some(line.trim_start().strip_prefix("--")?.split([' ', ',']).next().unwrap_or_default())
            })
            .collect();
        offered.sort_unstable();
        let mut expected: Vec<&str> = options.iter().map(|option| &option[2..]).collect();
        expected.sort_unstable();
        assert_eq!(offered, expected, "{name}:\n{help}");
    }
}

fn help(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    answer(&words)
}

/// Every command that has none below it.
fn commands(above: &str) -> Vec<String> {
    let help = help(above);
    let Some(listed) = help.split("Commands:\n").nth(1) else { return vec![above.to_owned()] };
    let names =
        listed.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.flat_map(|name| commands(format!("{above} {name}").trim_start())).collect()
}
