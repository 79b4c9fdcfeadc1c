//! The walk of the README is executed as it is printed, in both languages.
use crate::client::House;
use crate::workspace;
use serde_json::Value;
use std::process::{Command, Stdio};

/// The lines of the walks: every block for the shell in the parts that begin with its second and third heading.
fn walk(file: &str) -> String {
    let text = workspace::read(file);
    let parts: Vec<&str> = text.split("\n## ").skip(2).take(2).collect();
    let blocks = parts.iter().flat_map(|part| part.split("```sh\n").skip(1));
    let blocks = blocks.filter_map(|block| block.split_once("```\n"));
    // One block starts another server.
    blocks.map(|(block, _)| block).filter(|block| !block.contains("./run")).collect()
}

#[test]
fn the_walk_of_the_readme_goes_as_it_is_printed_in_both_languages() {
    let near = ["31, limit 30: 1 too many", "31 人，上限 30 人，超出 1 人"];
    for (file, near) in ["README.md", "README.zh-CN.md"].into_iter().zip(near) {
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
        let imported = answers.iter().find_map(|answer| answer["data"].get("companyImportApply"));
        assert_eq!(imported.expect("an import")["import"]["state"], "APPLIED", "{file}: {said}");
        assert!(said.contains(near), "{file}: who nearly fits, and by how much: {said}");
        let recorded = answers.iter().find_map(|answer| answer["data"].get("factsRecord"));
        let verdict = &recorded.expect("an answer")["company"]["fits"]["nodes"][0]["verdict"];
        assert_eq!(verdict, "ELIGIBLE", "{file}: {said}");
        let acted = answers.iter().filter_map(|answer| answer["data"].get("caseAct"));
        let codes: Vec<&str> = acted.clone().filter_map(|acted| acted["refusal"]["code"].as_str()).collect();
        assert_eq!(codes, ["NOT_YOURS", "FORM"], "{file}: only the first two are refused: {said}");
        let last = acted.collect::<Vec<_>>().pop().expect("actions");
        assert_eq!(last["case"]["phase"], "DONE", "{file}: {said}");
        let told = said.lines().filter(|line| line.strip_suffix(".eml").is_some()).count();
        assert_eq!(told, 10, "{file}: mails are listed: {said}");
    }
}
