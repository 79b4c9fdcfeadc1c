//! The walk of the README is executed as it is printed, in both languages.
use crate::client::House;
use crate::workspace;
use serde_json::Value;
use std::process::{Command, Stdio};

/// The lines of the walk: every block for the shell in the part that begins with its second heading.
fn walk(file: &str) -> String {
    let text = workspace::read(file);
    let part = text.split("\n## ").nth(2).unwrap_or_else(|| panic!("{file} has a walk"));
    let blocks = part.split("```sh\n").skip(1).filter_map(|block| block.split_once("```\n"));
    // The last block starts another server.
    blocks.map(|(block, _)| block).filter(|block| !block.contains("./run")).collect()
}

#[test]
fn the_walk_of_the_readme_goes_as_it_is_printed_in_both_languages() {
    for file in ["README.md", "README.zh-CN.md"] {
        let house = House::open();
        let (url, folder) = (&house.server.url, house.server.dir.path());
        let lines = walk(file).replace("http://127.0.0.1:8080", url).replace("data/mail", "mail");
        let mut shell = Command::new("bash");
        let shell = shell.args(["-e", "-c", &lines]).current_dir(folder);
        let output = shell.stdin(Stdio::null()).output().expect("bash is installed");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{file}: {said}{}", String::from_utf8_lossy(&output.stderr));
        let answers: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        assert!(answers.iter().all(|answer| answer["errors"].is_null()), "{file}: {said}");
        let acted = answers.iter().filter_map(|answer| answer["data"].get("caseAct"));
        let codes: Vec<&str> = acted.clone().filter_map(|acted| acted["refusal"]["code"].as_str()).collect();
        assert_eq!(codes, ["NOT_YOURS", "FORM"], "{file}: only the first two are refused: {said}");
        let last = acted.collect::<Vec<_>>().pop().expect("actions");
        assert_eq!(last["case"]["phase"], "DONE", "{file}: {said}");
        let told = said.lines().filter(|line| line.strip_suffix(".eml").is_some()).count();
        assert_eq!(told, 10, "{file}: mails are listed: {said}");
    }
}
