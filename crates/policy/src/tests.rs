use super::*;

#[test]
fn every_file_of_the_library_reads() {
    let findings: Vec<String> = Library::shipped_findings().iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert_eq!(Library::shipped().policies.len(), 70);
}

#[test]
fn every_case_comes_out_as_told() {
    let findings = Library::shipped().check(|_| None);
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
