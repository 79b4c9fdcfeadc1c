use crate::binary::{Ran, answer, refusal, run};
use std::path::Path;

const FIELDS: &str = r#"{"num":["staff","revenue","spend"],"bool":["listed"],"enum":["kind"]}"#;
const COMPANIES: &str = "kind,id,staff,revenue,spend,listed\n\
    a,c1,300,100,5,0\n\
    \"x,\"\"y\",c2,300.0000000000000000001,100,5,true\n\
    ,c3,,1/3,0.016666666666666666,false\n\
    b,c4,1e2,0,,1\n";
const CRITERIA: &str = r#"{"id":"small","when":"staff <= 300 and not(listed)"}
{"id":"research","when":"spend / revenue >= 5%"}

{"id":"kind","when":"kind in (\"a\", \"x,\\\"y\")"}
"#;

struct Files(tempfile::TempDir);

impl Files {
    fn new(fields: &str, companies: &str, criteria: &str) -> Self {
        let files = Self(tempfile::tempdir().expect("a folder for files"));
        for (name, text) in
            [("fields.json", fields), ("companies.csv", companies), ("criteria.jsonl", criteria)]
        {
            std::fs::write(files.0.path().join(name), text).expect("the file is written");
        }
        files
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    fn arguments(&self) -> Vec<String> {
        let file = |option: &str, name| [format!("--{option}"), self.path(name)];
        let files = [
            file("fields", "fields.json"),
            file("companies", "companies.csv"),
            file("criteria", "criteria.jsonl"),
        ];
        ["policy".to_owned(), "match".to_owned()].into_iter().chain(files.concat()).collect()
    }

    fn refused(&self) -> String {
        let arguments = self.arguments();
        refusal(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

#[test]
fn everyone_is_matched_at_once_and_who_may_fit_is_written() {
    let files = Files::new(FIELDS, COMPANIES, CRITERIA);
    let out = files.path("out.csv");
    let mut arguments = files.arguments();
    arguments.extend(["--threads".to_owned(), "1000000".to_owned(), "--out".to_owned(), out.clone()]);
    let said = answer(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let counts =
        "{\"companies\":4,\"policies\":3,\"eligible\":5,\"ineligible\":4,\"unknown\":3,\"load_seconds\":";
    assert!(said.starts_with(counts) && said.contains("\"evaluate_seconds\":0."), "{said}");
    // The third of 1/3 is more than 0.016666666666666666: the quotient is just below 5 %.
    assert_eq!(
        std::fs::read_to_string(Path::new(&out)).unwrap(),
        "company,policy,verdict\n\
         c1,small,eligible\nc1,research,eligible\nc1,kind,eligible\n\
         c2,research,eligible\nc2,kind,eligible\n\
         c3,small,unknown\nc3,kind,unknown\n\
         c4,research,unknown\n"
    );
}

#[test]
fn bad_cells_are_told_with_their_places_and_nothing_is_matched() {
    let table = |rows: &str| format!("id,staff,revenue,spend,listed,kind\n{rows}");
    let wide = format!("id,{}\n", (0..300).map(|column| format!("x{column}")).collect::<Vec<_>>().join(","));
    for (companies, said) in [
        (
            table("c1,many,1,1,0,a\nc2,1,1,1,2,a\n"),
            vec![
                "companies.csv:2:2: expected a number",
                "companies.csv:3:5: expected 1, 0, true or false, found `2`",
            ],
        ),
        (table("c1,1,1,1,0\n"), vec!["companies.csv:2:1: expected 6 cells as in the header, found 5"]),
        (table(",1,1,1,0,a\n"), vec!["companies.csv:2:1: expected the id of a company"]),
        (
            table("c1,1,1,1,0,a\nc2,1,1,1,0,a\nc1,1,1,1,0,a\n"),
            vec!["the company `c1` is there twice, as row 1 and row 3"],
        ),
        (
            "id,staf,revenue,spend,listed,kind\n".into(),
            vec![
                "companies.csv:1:2: expected `id` or a field, found `staf`; did you mean `staff`?",
                "expected a column `staff`, found none",
            ],
        ),
        (
            "id,staff,staff,revenue,spend,listed,kind\n".into(),
            vec!["companies.csv:1:3: `staff` is column 2 already"],
        ),
        (wide, vec!["companies.csv:1:2: expected `id` or a field, found `x0`"]),
        (String::new(), vec!["expected a column `id`, found none"]),
        (
            table(&format!("c1,{},1,1,0,a\n", "9".repeat(3_000))),
            vec!["companies.csv:2:2: a cell may have 2000 bytes, found 3000"],
        ),
    ] {
        let refused = Files::new(FIELDS, &companies, CRITERIA).refused();
        assert!(said.iter().all(|said| refused.contains(said)), "{said:?}: {refused}");
        assert!(refused.lines().count() <= 21, "{refused}");
    }
}

#[test]
fn bad_criteria_are_told_all_at_once() {
    let criteria = "{\"id\":\"a\",\"when\":\"staf > 1\"}\nnonsense\n{\"id\":\"b\",\"when\":\"listed\"}\n{\"id\":\"b\",\"when\":\"listed\"}\n{\"id\":\"c\",\"if\":\"listed\"}\n";
    let refused = Files::new(FIELDS, COMPANIES, criteria).refused();
    for said in [
        "criteria.jsonl:1: `a`: line 1, column 1",
        "did you mean `staff`?",
        "criteria.jsonl:2: expected",
        "criteria.jsonl:4: the id `b` is there twice",
        "criteria.jsonl:5: unknown field `if`",
    ] {
        assert!(refused.contains(said), "{said}: {refused}");
    }
    let long = format!("{{\"id\":\"a\",\"when\":\"{}\"}}", " ".repeat(300_000));
    assert!(Files::new(FIELDS, COMPANIES, &long).refused().contains("a line may have 200000 bytes"));
}

#[test]
fn bad_fields_are_refused() {
    for (fields, said) in [
        (r#"{"num":["a"],"bool":["a"]}"#, "the field `a` is there twice"),
        (r#"{"num":["id"]}"#, "the field `id` has the name of the column"),
        (r#"{"numbers":[]}"#, "unknown field `numbers`"),
    ] {
        let refused = Files::new(fields, COMPANIES, CRITERIA).refused();
        assert!(refused.contains(said), "{said}: {refused}");
    }
}

#[test]
fn a_policy_is_said_in_the_sql_of_each_database() {
    for dialect in ["postgres", "sqlite", "duckdb", "spark"] {
        let said = answer(&["policy", "sql", "--policy", "cn-cbj-exempt-2023", "--dialect", dialect]);
        assert!(said.contains("staff_avg_annual") && said.contains("_absent"), "{said}");
    }
    let files = Files::new(FIELDS, COMPANIES, CRITERIA);
    let fields = files.path("fields.json");
    let sql = |when: &str| -> Ran {
        run(&["policy", "sql", "--when", when, "--fields", &fields, "--dialect", "sqlite"])
    };
    assert_eq!(sql("staff <= 300").out, "(\"staff\" <= 300 AND \"staff_absent\" IS NOT TRUE)\n");
    for (when, said) in [
        ("staff * revenue > 3", "cannot be said in SQLite"),
        ("staff <= 0.12345678901234567", "超过 15 位"),
        ("staf > 1", "did you mean `staff`?"),
    ] {
        let ran = sql(when);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{when}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert_eq!(run(&["policy", "sql", "--dialect", "sqlite"]).code, 2);
    let unknown = refusal(&["policy", "sql", "--policy", "nothing", "--dialect", "sqlite"]);
    assert!(unknown.contains("there is no policy `nothing`"), "{unknown}");
}
